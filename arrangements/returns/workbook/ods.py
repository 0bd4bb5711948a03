"""The rows of an OpenDocument spreadsheet, one at a time, in little memory. Imports nothing of Django."""

from __future__ import annotations

import re

from arrangements.returns.workbook.archive import UNPROTECTED, Archive, shown
from arrangements.returns.workbook.cells import clock, iso_day, letter_of, number_text, too_long
from arrangements.returns.workbook.choosing import Sheets
from arrangements.returns.workbook.finding import MOST_COLUMNS, MOST_ROWS, Cells, Rows
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xml_parts import ANEW, LONGEST_GATHERED, Budget, Enough, XmlReader, by_name

OF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE, MANIFEST = (f"{OF}{space}:1.0 " for space in ("office", "table", "text", "style", "manifest"))
CONTENT, KIND, LIST = "content.xml", "mimetype", "META-INF/manifest.xml"
SPREADSHEETS = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
)
# office:document-content, office:body, office:spreadsheet, table:table
DEPTH_OF_SHEETS = 4
TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S", re.ASCII)
MOST_SPACES = 1_000
LONGEST_COUNT = 7  # digits


def read_ods(archive: Archive, sheets: Sheets) -> None:
    """Hand the rows of every sheet on, as far as they are wanted."""
    budget = Budget()
    _check_kind(archive)
    _check_password(archive, budget)
    with archive.open(CONTENT) as stream:
        ContentReader(budget, sheets).read(stream)


def _check_kind(archive: Archive) -> None:
    kind = ""
    if KIND in archive:
        with archive.open(KIND) as stream:
            kind = stream.read(200).decode(errors="replace").strip()
    if kind not in SPREADSHEETS:
        said = f"says that it is {shown(kind)}, which is no spreadsheet" if kind else "doesn’t say what kind of document it is"
        raise FileRefused(f"The file looks like an OpenDocument one and {said}. {ANEW}")


def _check_password(archive: Archive, budget: Budget) -> None:
    if LIST in archive:
        with archive.open(LIST) as stream:
            ListReader(budget, shown(LIST)).read(stream)


class ListReader(XmlReader):
    """The list of parts, which says whether they are encrypted."""

    def start(self, element: str, attributes: list[str]) -> None:
        """A part is listed."""
        self.count_other()
        if element == f"{MANIFEST}encryption-data":
            raise FileRefused(f"The spreadsheet is protected with a password. {UNPROTECTED}")


class ContentReader(XmlReader):
    """The rows of all sheets in turn, since one part holds them all."""

    def __init__(self, budget: Budget, sheets: Sheets) -> None:
        super().__init__(budget, shown(CONTENT))
        self._sheets = sheets
        self._skipped_from = 0
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._rows: Rows | None = None
        self._number, self._row_repeat, self._is_hidden = 0, 1, False
        self._cells: Cells = {}
        self._formulas: set[int] = set()
        self._column = 0
        self._cell_depth = 0
        self._of: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._gathered = 0
        self._starts = {
            f"{STYLE}style": self._start_style,
            f"{STYLE}table-properties": self._start_table_style,
            f"{TABLE}table": self._start_sheet,
            f"{TABLE}table-row": self._start_row,
            f"{TABLE}table-cell": self._start_cell,
            f"{TABLE}covered-table-cell": self._start_covered,
        }

    def start(self, element: str, attributes: list[str]) -> None:
        """An element begins."""
        if self._skipped_from or self._cell_depth:
            self.count()
            if not self._skipped_from:
                self._start_within(element, attributes)
        elif (begin := self._starts.get(element)) is not None:
            self.count()
            begin(by_name(attributes))
        else:
            self.count_other()

    def end(self, element: str) -> None:
        """An element ends: a cell, a row or a sheet is whole."""
        if self._skipped_from:
            if self.depth == self._skipped_from:
                self._skipped_from = 0
        elif self._cell_depth:
            if self.depth == self._cell_depth:
                self._end_cell()
        elif element == f"{TABLE}table-row" and self._rows is not None:
            self._end_row()
        if element == f"{TABLE}table" and self.depth == DEPTH_OF_SHEETS and self._rows is not None:
            self._sheets.end(self._rows)
            self._rows = None
        self.depth -= 1

    def text(self, text: str) -> None:
        """A piece of text, which counts within a paragraph of a cell."""
        if self._paragraphs and not self._skipped_from and self.depth > self._cell_depth > 0:
            self._gathered += len(text)
            if self._gathered > LONGEST_GATHERED and self._rows is not None:
                raise too_long(f"{letter_of(self._column + 1)}{self._number + 1}", self._rows.place, self._gathered)
            self._paragraphs[-1].append(text)

    def _start_style(self, of: dict[str, str]) -> None:
        self._style = of.get(f"{STYLE}name", "")

    def _start_table_style(self, of: dict[str, str]) -> None:
        if of.get(f"{TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _start_sheet(self, of: dict[str, str]) -> None:
        """A sheet; or a table of another kind, such as the copy of a linked file, which is no sheet."""
        if self.depth != DEPTH_OF_SHEETS:
            self._skipped_from = self.depth
            return
        is_hidden = of.get(f"{TABLE}style-name", "") in self._hidden_styles
        self._rows = self._sheets.begin(of.get(f"{TABLE}name", ""), is_hidden=is_hidden)
        self._number = 0

    def _start_row(self, of: dict[str, str]) -> None:
        self._row_repeat = self._count(of, "number-rows-repeated")
        self._is_hidden = of.get(f"{TABLE}visibility", "visible") != "visible"
        self._cells, self._formulas, self._column = {}, set(), 0

    def _end_row(self) -> None:
        first, self._number = self._number + 1, self._number + self._row_repeat
        if self._rows is None:
            return
        if not (self._cells or self._formulas):
            self._rows.empty_row()
            return
        try:
            for number in range(first, first + min(self._row_repeat, MOST_ROWS + 1)):
                self._rows.row(number, self._cells, self._formulas, is_hidden=self._is_hidden)
        except Enough:
            self._sheets.end(self._rows)
            self._rows, self._skipped_from = None, DEPTH_OF_SHEETS

    def _start_cell(self, of: dict[str, str]) -> None:
        self._of, self._paragraphs, self._cell_depth, self._gathered = of, [], self.depth, 0

    def _start_covered(self, of: dict[str, str]) -> None:
        """A cell under a merged one: whatever it holds, nobody sees it."""
        self._column += self._count(of, "number-columns-repeated")
        self._skipped_from = self.depth

    def _start_within(self, element: str, attributes: list[str]) -> None:
        """Within a cell, its paragraphs are read; comments, pictures and notes aside."""
        if self.depth == self._cell_depth + 1:
            if element == f"{TEXT}p":
                self._paragraphs.append([])
            else:
                self._skipped_from = self.depth
        elif element == f"{TEXT}s":
            written = by_name(attributes).get(f"{TEXT}c", "1")
            self._paragraphs[-1].append(" " * min(int(written) if written.isdecimal() and len(written) < 5 else 1, MOST_SPACES))
        elif element == f"{TEXT}tab":
            self._paragraphs[-1].append("\t")
        elif element == f"{TEXT}line-break":
            self._paragraphs[-1].append("\n")
        elif not element.startswith(TEXT) or element in (f"{TEXT}note", f"{TEXT}ruby-text"):
            self._skipped_from = self.depth

    def _end_cell(self) -> None:
        self._cell_depth = 0
        of, first = self._of, self._column + 1
        repeat = self._count(of, "number-columns-repeated")
        self._column += repeat
        if self._rows is None:
            return
        text = self._shown()
        is_formula = f"{TABLE}formula" in of
        if text or is_formula:
            # One beyond the last is enough to be seen as one too many.
            for column in range(first, min(first + repeat, max(first + 1, MOST_COLUMNS + 2))):
                self._cells[column] = text
                if is_formula:
                    self._formulas.add(column)
        else:
            self._rows.empty_cell()
        wide, high = self._count(of, "number-columns-spanned"), self._count(of, "number-rows-spanned")
        if wide > 1 or high > 1:
            corner = f"{letter_of(first + wide - 1)}{self._number + high}"
            self._rows.merged(f"{letter_of(first)}{self._number + 1}:{corner}")

    def _shown(self) -> str:
        """What a person reads in the cell."""
        of, text = self._of, "\n".join("".join(pieces) for pieces in self._paragraphs)
        kind = of.get(f"{OFFICE}value-type", "")
        if kind in ("float", "currency", "percentage"):
            return number_text(of.get(f"{OFFICE}value", text))
        if kind == "boolean":
            return "TRUE" if of.get(f"{OFFICE}boolean-value") == "true" else "FALSE"
        if kind == "date":
            return iso_day(of.get(f"{OFFICE}date-value", text))
        if kind == "time" and (found := TIME.fullmatch(of.get(f"{OFFICE}time-value", ""))):
            hours, minutes, seconds = map(int, found.groups())
            return clock(hours * 3600 + minutes * 60 + seconds)
        return text or of.get(f"{OFFICE}string-value", "")

    def _count(self, of: dict[str, str], name: str) -> int:
        """How often something is repeated, or how far it reaches."""
        written = of.get(f"{TABLE}{name}", "1")
        if not written.isdecimal() or len(written) > LONGEST_COUNT or int(written) < 1:
            raise FileRefused(f"The file is damaged: it repeats something {shown(written)} times. {ANEW}")
        return int(written)
