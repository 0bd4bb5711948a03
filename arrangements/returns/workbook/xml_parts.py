"""XML read as a stream, within bounds, without what a workbook has no use for. Imports nothing of Django."""

from __future__ import annotations

from typing import IO, NoReturn
from xml.parsers import expat

from arrangements.returns.workbook.table import FileRefused

PIECE = 64 * 1024
# A tag or comment longer than this is none that a spreadsheet program writes, and slow to read in pieces.
LONGEST_TOKEN = 4 * PIECE
# Enough for the cells and values of 60,000 rows; and for everything else: formats, filters, links.
MOST_ELEMENTS = 3_000_000
MOST_OTHERS = 400_000
DEEPEST = 100
# Far more than a cell can hold; nothing is gathered beyond it.
LONGEST_GATHERED = 1_000_000

ANEW = "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx), and upload that."
INTO_A_NEW_ONE = "Copy the rows with their headings into a new workbook, save it, and upload that."


class Enough(Exception):
    """Raised by a reader that has read all it needs."""


class Budget:
    """How many elements may still be read, in all parts of one file together: any, and those that are no cells."""

    def __init__(self) -> None:
        self.elements, self.others = MOST_ELEMENTS, MOST_OTHERS


class XmlReader:
    """What the parser calls for one part. A subclass says what to do with elements and texts, and counts them here."""

    def __init__(self, budget: Budget, called: str) -> None:
        self.budget, self.called, self.depth = budget, called, 0

    def start(self, element: str, attributes: list[str]) -> None:
        """An element begins. Attributes are names and values in turn; names bear their namespace before a space."""
        self.count()

    def end(self, element: str) -> None:
        """An element ends."""
        self.depth -= 1

    def text(self, text: str) -> None:
        """A piece of text."""

    def count(self) -> None:
        """Count an element that begins."""
        self.depth += 1
        self.budget.elements -= 1
        if self.budget.elements < 0 or self.depth > DEEPEST:
            self._refuse()

    def count_other(self) -> None:
        """Count an element that is neither cell nor value."""
        self.count()
        self.budget.others -= 1
        if self.budget.others < 0:
            self._refuse()

    def read(self, stream: IO[bytes]) -> None:
        """Read the part to its end, or until the reader has `Enough`."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.buffer_size = PIECE
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        fed = 0
        try:
            while piece := stream.read(PIECE):
                parser.Parse(piece)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                    raise self.damaged(f"holds a tag of more than {LONGEST_TOKEN:,} letters")
            parser.Parse(b"", True)
        except Enough:
            return
        except expat.ExpatError as error:
            raise self.damaged(f"breaks off or is malformed at line {error.lineno}") from error
        except (LookupError, ValueError) as error:  # the parser's words for an encoding unknown, or of several bytes
            raise self.damaged("names an encoding that no workbook is in") from error

    def damaged(self, what: str) -> FileRefused:
        """The refusal of a part in which something is wrong."""
        return FileRefused(f"The file is damaged: its part {self.called} {what}. {ANEW}")

    def _refuse(self) -> NoReturn:
        if self.depth > DEEPEST:
            raise self.damaged(f"holds more than {DEEPEST} elements within each other")
        raise FileRefused(
            f"The part {self.called} of the file holds far more cells and formats than a table of returns has, most often empty"
            f" cells that bear a format. {INTO_A_NEW_ONE}"
        )


def _refuse_doctype(*_: object) -> NoReturn:
    raise FileRefused(
        "The file holds a document type definition (DOCTYPE), which can make a small file grow without end and which no"
        f" spreadsheet program writes. It was not read. {ANEW}"
    )


def by_name(attributes: list[str]) -> dict[str, str]:
    """The attributes by their names."""
    return dict(zip(attributes[::2], attributes[1::2], strict=True))
