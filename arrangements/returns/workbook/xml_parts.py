"""XML read as a stream, within bounds, without what a workbook has no use for. Imports nothing of Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, NoReturn
from xml.parsers import expat

from arrangements.returns.workbook.table import FileRefused

PIECE = 64 * 1024
# A tag or comment longer than this is none that a spreadsheet program writes, and slow to read in pieces.
LONGEST_TOKEN = 4 * PIECE
MOST_ELEMENTS = 3_000_000

Start = Callable[[str, list[str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Enough(Exception):
    """Raised by a handler that has read all it needs."""


class Budget:
    """How many elements may still be read, in all parts of one file together."""

    def __init__(self, elements: int = MOST_ELEMENTS) -> None:
        self.elements = elements

    def spend(self) -> None:
        """Count one."""
        self.elements -= 1
        if self.elements < 0:
            raise FileRefused(
                f"The file holds more than {MOST_ELEMENTS:,} cells and other pieces, far more than its rows need; most often"
                " these are empty cells that bear a format. Copy the rows with their headings into a new workbook, save it,"
                " and upload that."
            )


def read_xml(stream: IO[bytes], called: str, *, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Hand each element and text of the part to the handlers; `Enough` from one of them ends it.

    Attributes come as a list of names and values in turn; names bear their namespace before a space.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.buffer_size = PIECE
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    try:
        for piece in _pieces(stream):
            parser.Parse(piece)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise FileRefused(
                    f"The file is damaged: its part {called} holds a tag of more than {LONGEST_TOKEN:,} letters. {ANEW}"
                )
        parser.Parse(b"", True)
    except Enough:
        return
    except expat.ExpatError as error:
        raise FileRefused(
            f"The file is damaged: its part {called} breaks off or is malformed at line {error.lineno}. {ANEW}"
        ) from error
    except LookupError as error:  # an encoding that nobody knows
        raise FileRefused(f"The file is damaged: its part {called} names an unknown encoding. {ANEW}") from error


ANEW = "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx), and upload that."


def _pieces(stream: IO[bytes]) -> Iterable[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _refuse_doctype(*_: object) -> NoReturn:
    raise FileRefused(
        "The file holds a document type definition (DOCTYPE), which can make a small file grow without end and which no"
        f" spreadsheet program writes. It was not read. {ANEW}"
    )
