"""The rows of an XLSX workbook, one at a time, in little memory. Imports nothing of Django.

Read as a stream by the standard library's own parser, since a library that hands over values doesn't tell which of them are
formulas, blanks out errors, and makes room for a whole sheet before anybody has seen whether it is one of returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from arrangements.returns.workbook.archive import Archive, shown
from arrangements.returns.workbook.cells import Epoch, day_text, iso_day, number_of, number_text, unescaped
from arrangements.returns.workbook.choosing import Sheets
from arrangements.returns.workbook.finding import Rows
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xlsx_parts import Contents, Formats, SharedTexts, SheetPart, names_of
from arrangements.returns.workbook.xml_parts import ANEW, Budget, read_xml

LAST_ROW = 1_048_576
REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


def read_xlsx(archive: Archive, sheets: Sheets) -> None:
    """Hand the rows of every sheet on, as far as they are wanted."""
    budget = Budget()
    contents = Contents(archive, budget)
    texts, formats = SharedTexts(budget), Formats(budget)
    for kind, part in (("sharedStrings", texts), ("styles", formats)):
        name = contents.beside(kind)
        if name is not None:
            with archive.open(name) as stream:
                part.read(stream, shown(name))
    for sheet in contents.sheets:
        rows = sheets.begin(sheet.name, is_hidden=sheet.is_hidden)
        reader = _SheetReader(sheet, rows, texts, formats, contents.epoch, budget)
        with archive.open(sheet.part) as stream:
            read_xml(stream, shown(sheet.part), start=reader.start, end=reader.end, text=reader.text)
        sheets.end(rows)


class _SheetReader:
    """What the parser calls. A cell is c, with its value in v or in is and t, and its formula in f."""

    def __init__(self, sheet: SheetPart, rows: Rows, texts: SharedTexts, formats: Formats, epoch: Epoch, budget: Budget) -> None:
        self._sheet, self._rows, self._texts, self._days, self._epoch = sheet, rows, texts, formats.days, epoch
        self._budget = budget
        names = names_of("row", "c", "v", "f", "is", "t", "rPh", "mergeCell")
        self._names = names
        self._starts: dict[str, Callable[[list[str]], None]] = {
            full: getattr(self, f"_start_{short}") for full, short in names.items() if short != "is"
        }
        self._columns: dict[str, int] = {}  # by letters
        self._number, self._is_hidden = 0, False
        self._cells: dict[int, str] = {}
        self._formulas: set[int] = set()
        self._in_row = self._in_cell = self._reads = self._skips = False
        self._column, self._type, self._format, self._pieces = 0, "", "", [""]

    def start(self, element: str, attributes: list[str]) -> None:
        """An element begins."""
        self._budget.spend()
        begin = self._starts.get(element)
        if begin is not None:
            begin(attributes)

    def end(self, element: str) -> None:
        """An element ends: a cell or a row is whole."""
        name = self._names.get(element)
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self._reads = False
        elif name == "rPh":
            self._skips = False
        elif name == "row" and self._in_row:
            self._in_row = False
            self._rows.row(self._number, self._cells, self._formulas, is_hidden=self._is_hidden)

    def text(self, text: str) -> None:
        """A piece of text, which counts within a value."""
        if self._reads:
            self._pieces.append(text)

    def _start_row(self, attributes: list[str]) -> None:
        of = dict(zip(attributes[::2], attributes[1::2], strict=True))
        written = of.get("r", "")
        number = int(written) if written.isdecimal() and len(written) <= len(str(LAST_ROW)) else self._number + 1
        if number <= self._number or number > LAST_ROW or (written and not written.isdecimal()):
            raise self._damaged(f"row {written[:20]} follows row {self._number}")
        self._number, self._is_hidden, self._in_row = number, of.get("hidden") in ("1", "true"), True
        self._cells, self._formulas, self._column = {}, set(), 0

    def _start_c(self, attributes: list[str]) -> None:
        reference = self._type = self._format = ""
        for at in range(0, len(attributes), 2):
            name = attributes[at]
            if name == "r":
                reference = attributes[at + 1]
            elif name == "t":
                self._type = attributes[at + 1]
            elif name == "s":
                self._format = attributes[at + 1]
        column = (
            self._columns.get(reference.rstrip("0123456789")) or self._column_of(reference) if reference else self._column + 1
        )
        if column <= self._column or not self._in_row:
            raise self._damaged(f"cell {reference[:20]} stands in the wrong place")
        self._column, self._in_cell, self._pieces = column, True, []

    def _start_v(self, _: list[str]) -> None:
        self._reads = self._in_cell

    def _start_t(self, _: list[str]) -> None:
        self._reads = self._in_cell and not self._skips

    def _start_rPh(self, _: list[str]) -> None:  # noqa: N802 - named for the element
        self._skips = True

    def _start_f(self, _: list[str]) -> None:
        if self._in_cell:
            self._formulas.add(self._column)

    def _start_mergeCell(self, attributes: list[str]) -> None:  # noqa: N802 - named for the element
        of = dict(zip(attributes[::2], attributes[1::2], strict=True))
        self._rows.merged(of.get("ref", "")[:20])

    def _end_cell(self) -> None:
        self._in_cell = False
        if self._pieces:
            text = self._shown("".join(self._pieces))
            if text:
                self._cells[self._column] = text

    def _shown(self, stored: str) -> str:
        """What a person reads where this is stored."""
        kind = self._type
        if kind == "s":
            try:
                return self._texts[int(stored)]
            except (ValueError, IndexError):
                raise self._damaged(f"it has no text number {stored[:20]}") from None
        if kind in ("str", "inlineStr"):
            return unescaped(stored)
        if kind == "b":
            return "TRUE" if stored.strip() in ("1", "true") else "FALSE"
        if kind == "e":
            return stored
        if kind == "d":
            return iso_day(stored)
        return day_text(stored, self._epoch) if self._format in self._days else number_text(stored)

    def _column_of(self, reference: str) -> int:
        found = REFERENCE.fullmatch(reference)
        if found is None:
            raise self._damaged(f"a cell calls itself {reference[:20]}")
        self._columns[found[1]] = number_of(found[1])
        return self._columns[found[1]]

    def _damaged(self, what: str) -> FileRefused:
        return FileRefused(f"The sheet {shown(self._sheet.name)} is damaged: {shown(what)[1:-1]}. {ANEW}")
