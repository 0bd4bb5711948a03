"""The rows of a text file with separators (CSV), whatever its encoding and separator. Imports nothing of Django."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from arrangements.returns.workbook.cells import LAST_ROW, LONGEST_TEXT
from arrangements.returns.workbook.choosing import Sheets
from arrangements.returns.workbook.finding import LOOKED_THROUGH, known_headings
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xml_parts import PIECE, Enough

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
# Excel's own first line, which names the separator and which it doesn't count as a row.
SAID = re.compile(r"sep=(?P<separator>[,;\t|])\r?\n?", re.IGNORECASE)
LONGEST_LINE = 1024 * 1024
# Marks at the beginning that name the encoding; the longer one first, since it begins like a shorter.
MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
LOOKED_AT = 4_096
MANY, SOME = 0.3, 0.02
CONTROLS = bytes({*range(32)} - {*b"\t\n\r\0"})
AS_UTF_8 = "Save it as “CSV UTF-8”, or as an Excel workbook (.xlsx), and upload that."


def read_delimited(content: bytes, sheets: Sheets) -> None:
    """Hand the rows on as those of one sheet without a name."""
    encoding = encoding_of(content)
    said, first = _beginning(content, encoding)
    separator = said or _separator_of(first)
    rows = sheets.begin("")
    try:
        for number, record in enumerate(_records(_lines(content, encoding, skip=bool(said)), separator), start=1):
            if number > LAST_ROW:
                raise FileRefused(
                    f"The file has more than {LAST_ROW:,} lines, more than a spreadsheet holds. Delete the empty ones, or upload"
                    " the rows in several files."
                )
            cells = {column: text for column, text in enumerate(record, start=1) if text}
            if cells:
                rows.row(number, cells, {column for column, text in cells.items() if text.startswith("=")})
    except Enough:
        pass
    sheets.end(rows)


def encoding_of(content: bytes) -> str:
    """The encoding, by its mark or by what its bytes can be. A file that holds two is refused, and so is one of none."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None) or _without_mark(content)
    if encoding == "windows-1252":
        _refuse_mixed(content)
    decoder, before = codecs.getincrementaldecoder(encoding)(), 0
    for at in range(0, len(content), PIECE):
        piece = content[at : at + PIECE]
        try:
            text = decoder.decode(piece, final=at + PIECE >= len(content))
        except UnicodeDecodeError as error:
            raise FileRefused(
                f"The file is not text that can be read: begun as {encoding.upper().removesuffix('-SIG')}, it breaks that at"
                f" byte {at + error.start + 1:,} ({error.reason}). {AS_UTF_8}"
            ) from error
        if "\0" in text:
            line = 1 + before + text.count("\n", 0, text.index("\0"))
            raise FileRefused(
                f"Line {line:,} of the file holds a character NUL, which no text has: it is damaged or no CSV. {AS_UTF_8}"
            )
        before += text.count("\n")
    return encoding


def _without_mark(content: bytes) -> str:
    beginning = content[:LOOKED_AT]
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if max(even, odd) > MANY * len(beginning) / 2:
        return "utf-16-le" if odd > even else "utf-16-be"
    if len(beginning) - len(beginning.translate(None, CONTROLS)) > SOME * len(beginning):
        raise FileRefused(
            "The file is neither a workbook nor text: too many of its first characters are signs for machines. Choose the file"
            " again; the register reads Excel workbooks (.xlsx), OpenDocument spreadsheets (.ods) and CSV files."
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), PIECE):
            decoder.decode(content[at : at + PIECE], final=at + PIECE >= len(content))
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _refuse_mixed(content: bytes) -> None:
    """Lines in UTF-8 beside lines that aren't: whichever is chosen, some names would come out wrong."""
    in_utf_8 = in_another = None
    for found in re.finditer(rb"[^\r\n]+", content):
        line = found[0]
        if line.isascii():
            continue
        try:
            line.decode()
            in_utf_8 = in_utf_8 or found.start()
        except UnicodeDecodeError:
            in_another = in_another or found.start()
        if in_utf_8 is not None and in_another is not None:
            first, second = (_line_at(content, at) for at in (in_utf_8, in_another))
            raise FileRefused(
                f"The file is in two encodings: line {first:,} is in UTF-8 and line {second:,} is not, so that some letters and"
                f" pound signs would come out wrong. Put the rows together in one spreadsheet. {AS_UTF_8}"
            )


def _line_at(content: bytes, at: int) -> int:
    return 1 + len(re.findall(rb"\r\n|\r|\n", content[:at]))


def _lines(content: bytes, encoding: str, *, skip: bool = False) -> Iterator[str]:
    """The lines with their ends, whichever these are."""
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    if skip:
        lines.readline()
    number = int(skip)
    while line := lines.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise FileRefused(
                f"Line {number:,} of the file is more than {LONGEST_LINE:,} characters long. A table of returns has a line for"
                f" each row. Open it in your spreadsheet program and see whether the rows stand below each other. {AS_UTF_8}"
            )
        yield line


def _beginning(content: bytes, encoding: str) -> tuple[str, list[str]]:
    """The separator that the first line names, if it does; and the first lines."""
    first: list[str] = []
    for line in _lines(content, encoding):
        first.append(line)
        if len(first) > 2 * LOOKED_THROUGH:
            break
    said = SAID.fullmatch(first[0]) if first else None
    return (said["separator"], first[1:]) if said else ("", first)


def _separator_of(first: list[str]) -> str:
    """The separator by which the first rows show most headings that the register knows; a comma if none shows any."""

    def headings(separator: str) -> int:
        most = 0
        with suppress(csv.Error):  # what is wrong with a row is said when it is read
            for record in islice(csv.reader(first, delimiter=separator), LOOKED_THROUGH):
                most = max(most, known_headings(dict(enumerate(record))))
        return most

    return max(SEPARATORS, key=headings)


def _records(lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    """The rows; a line end within quotation marks is part of its cell."""
    csv.field_size_limit(LONGEST_TEXT)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    row = 0
    while True:
        row, begun = row + 1, reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(_said_of(str(error), row, begun)) from error
        yield record


def _said_of(error: str, row: int, line: int) -> str:
    """What is wrong with the row, which begins in the line, in words for who made the file."""
    where = f"Row {row:,} of the file (from line {line:,})"
    if "field larger" in error:
        return (
            f"{where} holds a cell of more than {LONGEST_TEXT:,} characters, more than a cell of a spreadsheet can hold. Most"
            " often a quotation mark that opens a cell there is not closed. Close it, or shorten the cell."
        )
    if "unexpected end" in error:
        return f"{where} opens a cell with a quotation mark that is never closed. Close it, and upload the file again."
    if "expected after" in error:
        return (
            f'{where} has text after the quotation mark that closes a cell. Write a quotation mark within a cell twice (""), or'
            " open the file in your spreadsheet program and save it as CSV again."
        )
    return f"{where} can’t be read as cells ({error}). Open the file in your spreadsheet program and save it as CSV again."
