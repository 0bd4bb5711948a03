"""The rows of an XLSX workbook, one at a time, in little memory. Imports nothing of Django.

Read as a stream by the standard library's own parser, since a library that hands over values doesn't tell which of them are
formulas, blanks out errors, and makes room for a whole sheet before anybody has seen whether it is one of returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from arrangements.returns.workbook.archive import Archive, shown
from arrangements.returns.workbook.cells import (
    LAST_ROW,
    Epoch,
    day_text,
    iso_day,
    letter_of,
    number_of,
    number_text,
    too_long,
    unescaped,
)
from arrangements.returns.workbook.choosing import Sheets
from arrangements.returns.workbook.finding import Rows
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xlsx_parts import Contents, Formats, SharedTexts, SheetPart, names_of
from arrangements.returns.workbook.xml_parts import ANEW, LONGEST_GATHERED, Budget, XmlReader, by_name

REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
DIGITS = "0123456789"


def read_xlsx(archive: Archive, sheets: Sheets) -> None:
    """Hand the rows of every sheet on, as far as they are wanted."""
    budget = Budget()
    contents = Contents(archive, budget)
    texts, formats = SharedTexts(budget), Formats(budget)
    for kind, part in (("sharedStrings", texts), ("styles", formats)):
        name = contents.relationships.first(kind)
        if name is not None:
            part.called = shown(name)
            with archive.open(name) as stream:
                part.read(stream)
    for sheet in contents.sheets:
        rows = sheets.begin(sheet.name, is_hidden=sheet.is_hidden)
        with archive.open(sheet.part) as stream:
            SheetReader(budget, sheet, rows, texts, formats, contents.epoch).read(stream)
        sheets.end(rows)


class SheetReader(XmlReader):
    """The rows of one sheet. A cell is c, with its value in v or in is and t, and its formula in f."""

    def __init__(self, budget: Budget, sheet: SheetPart, rows: Rows, texts: SharedTexts, formats: Formats, epoch: Epoch) -> None:
        super().__init__(budget, shown(sheet.part))
        self._sheet, self._rows, self._texts, self._days, self._epoch = sheet, rows, texts, formats.days, epoch
        self._names = names_of("row", "c", "v", "f", "is", "t", "rPh", "mergeCell")
        self._starts: dict[str, Callable[[list[str]], None]] = {
            full: getattr(self, f"_start_{short}") for full, short in self._names.items() if short != "is"
        }
        self._columns: dict[str, int] = {}  # by letters
        self._number, self._is_hidden = 0, False
        self._cells: dict[int, str] = {}
        self._formulas: set[int] = set()
        self._in_row = self._in_cell = self._reads = self._skips = False
        self._column, self._type, self._format = 0, "", ""
        self._pieces: list[str] = []
        self._gathered = 0

    def start(self, element: str, attributes: list[str]) -> None:
        """An element begins."""
        begin = self._starts.get(element)
        if begin is None:
            self.count_other()
        else:
            self.count()
            begin(attributes)

    def end(self, element: str) -> None:
        """An element ends: a cell or a row is whole."""
        self.depth -= 1
        name = self._names.get(element)
        if name == "c":
            self._end_cell()
        elif name in ("v", "t"):
            self._reads = False
        elif name == "rPh":
            self._skips = False
        elif name == "row":
            self._end_row()

    def text(self, text: str) -> None:
        """A piece of text, which counts within a value."""
        if self._reads:
            self._gathered += len(text)
            if self._gathered > LONGEST_GATHERED:
                raise too_long(f"{letter_of(self._column)}{self._number}", self._rows.place, self._gathered)
            self._pieces.append(text)

    def _start_row(self, attributes: list[str]) -> None:
        of = by_name(attributes)
        written = of.get("r", "")
        is_number = written.isdecimal() and len(written) <= len(str(LAST_ROW))
        number = int(written) if is_number else self._number + 1
        if self._in_row or (written and not is_number) or not self._number < number <= LAST_ROW:
            raise self._wrong(f"row {written[:20] or number} follows row {self._number}")
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
        column = self._column + 1
        if reference:
            column = self._columns.get(reference.rstrip(DIGITS)) or self._column_of(reference)
        if column <= self._column or not self._in_row or self._in_cell:
            raise self._wrong(f"cell {reference[:20]} stands in the wrong place")
        self._column, self._in_cell, self._gathered = column, True, 0

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
        self._rows.merged(by_name(attributes).get("ref", "")[:20])

    def _end_cell(self) -> None:
        self._in_cell = False
        if self._pieces:
            text = self._shown("".join(self._pieces))
            self._pieces.clear()
            if text:
                self._cells[self._column] = text
                return
        self._rows.empty_cell()

    def _end_row(self) -> None:
        self._in_row = False
        if self._cells or self._formulas:
            self._rows.row(self._number, self._cells, self._formulas, is_hidden=self._is_hidden)
        else:
            self._rows.empty_row()

    def _shown(self, stored: str) -> str:
        """What a person reads where this is stored."""
        kind = self._type
        if kind == "s":
            try:
                return self._texts[int(stored)]
            except (ValueError, IndexError):
                raise self._wrong(f"it has no text number {stored[:20]}") from None
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
            raise self._wrong(f"a cell calls itself {reference[:20]}")
        self._columns[found[1]] = number_of(found[1])
        return self._columns[found[1]]

    def _wrong(self, what: str) -> FileRefused:
        return FileRefused(f"The sheet {shown(self._sheet.name)} is damaged: {shown(what)[1:-1]}. {ANEW}")
