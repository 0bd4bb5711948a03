"""Finding the table in a sheet: its headings by name among the first rows, and the rows under them.

Imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from arrangements.returns.workbook.archive import shown
from arrangements.returns.workbook.cells import LONGEST_TEXT, holds_unseen, letter_of, seen, too_long
from arrangements.returns.workbook.columns import BY_KEY, is_ours, key_of, missing_from
from arrangements.returns.workbook.table import BETWEEN, END, FileRefused, beginning, row_line
from arrangements.returns.workbook.xml_parts import INTO_A_NEW_ONE, Enough

LOOKED_THROUGH = 20
FEWEST_HEADINGS = 2
MOST_ROWS = 60_000
MOST_COLUMNS = 100
MOST_EMPTY_ROWS = 200_000
MOST_EMPTY_CELLS = 400_000
MOST_BYTES = 32 * 1024 * 1024
NAMED = 5

Cells = dict[int, str]  # texts by the number of their column


def known_headings(cells: Cells) -> int:
    """How many different columns of the workbook the cells are headings of."""
    return len({key for text in cells.values() if len(text) <= LONGEST_HEADING and (key := key_of(seen(text)))})


LONGEST_HEADING = 200


class Rows:
    """The rows of one sheet, as they are read. `fits` once headings are found, `has_rows` once a row under them is."""

    def __init__(self, sheet: str, *, only_looks: bool = False) -> None:
        self.sheet = sheet
        self.place = f"the sheet {shown(sheet)}" if sheet else "the file"
        self.header_row, self.fits, self.has_rows = 0, False, False
        self.only_looks = only_looks
        self._first: list[tuple[int, Cells, set[int], bool]] = []
        self._keys: dict[int, str] = {}  # by column
        self._headed: set[int] = set()
        self._unknown: list[str] = []
        self._strays: set[int] = set()
        self._rows = bytearray()
        self._count = 0
        self._formulas: list[tuple[int, str]] = []
        self._cleaned: list[str] = []
        self._cleaned_count = 0
        self._hidden: list[int] = []
        self._hidden_count = 0
        self._merged: list[str] = []
        self._merged_count = self._empty_rows = self._empty_cells = 0

    def row(self, number: int, cells: Cells, formulas: set[int], *, is_hidden: bool = False) -> None:
        """The next row. `Enough` where there is no reason to read on."""
        if self.fits:
            self._under(number, cells, formulas, is_hidden=is_hidden)
        elif number > LOOKED_THROUGH:
            self._find()
            self._under(number, cells, formulas, is_hidden=is_hidden)
        else:
            self._first.append((number, cells, formulas, is_hidden))

    def empty_row(self) -> None:
        """A row that holds nothing, as formats leave them. A few are skipped; very many are refused."""
        self._empty_rows += 1
        if self._empty_rows > MOST_EMPTY_ROWS:
            raise self._too_many_empty(f"{MOST_EMPTY_ROWS:,} empty rows")

    def empty_cell(self) -> None:
        """The same of a cell."""
        self._empty_cells += 1
        if self._empty_cells > MOST_EMPTY_CELLS:
            raise self._too_many_empty(f"{MOST_EMPTY_CELLS:,} empty cells")

    def merged(self, cells: str) -> None:
        """Cells that the sheet shows as one."""
        self._merged_count += 1
        if len(self._merged) < NAMED:
            self._merged.append(cells)

    def finish(self) -> None:
        """The sheet is at its end, or has told enough."""
        if not self.fits and self._first:
            with suppress(Enough):
                self._find()

    def document(self, remarks: list[str]) -> Iterable[bytes | memoryview]:
        """The table in pieces, as `Table.from_json` reads it."""
        head: dict[str, Any] = {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "columns": {key: letter_of(column) for column, key in self._keys.items()},
            "unknown": [
                *self._unknown,
                *(f"column {letter_of(column)}, which has no heading" for column in sorted(self._strays)),
            ],
            "missing": missing_from(self._keys.values()),
            "remarks": [*remarks, *self._remarks()],
            "formulas": self._formulas,
        }
        return beginning(head), memoryview(self._rows)[: -len(BETWEEN)], END

    def _find(self) -> None:
        """Choose the row with most headings among the first, and take the rows under it."""
        best = max(self._first, key=lambda row: known_headings(row[1]), default=None)
        if best is None or known_headings(best[1]) < FEWEST_HEADINGS:
            raise Enough
        self._take_headings(best[0], best[1])
        first, self._first = self._first, []
        for number, cells, formulas, is_hidden in first:
            if number > self.header_row:
                self._under(number, cells, formulas, is_hidden=is_hidden)

    def _take_headings(self, number: int, cells: Cells) -> None:
        self.header_row, self.fits = number, True
        headings = {column: seen(text) for column, text in sorted(cells.items())}
        headings = {column: heading for column, heading in headings.items() if heading}
        if len(headings) > MOST_COLUMNS:
            raise FileRefused(
                f"Row {number} of {self.place} heads {len(headings):,} columns; the register reads {MOST_COLUMNS} at most. Keep"
                " the columns of the year’s workbook and upload those."
            )
        self._refuse_beyond(number, cells)
        by_key: dict[str, int] = {}
        for column, heading in headings.items():
            key = key_of(heading)
            self._headed.add(column)
            if key is None:
                if not is_ours(heading):
                    self._unknown.append(heading[:LONGEST_HEADING])
            elif key in by_key:
                raise FileRefused(
                    f"Columns {letter_of(by_key[key])} ({shown(headings[by_key[key]])}) and {letter_of(column)}"
                    f" ({shown(heading)}) of {self.place} both stand for “{BY_KEY[key].heading}”. Keep the one that counts, and"
                    " rename or delete the other."
                )
            else:
                by_key[key] = column
                self._keys[column] = key

    def _under(self, number: int, cells: Cells, formulas: set[int], *, is_hidden: bool) -> None:
        """One row under the headings; an empty one is skipped."""
        texts = []
        for column in self._keys:
            text = cells.get(column, "")
            if len(text) > LONGEST_TEXT or not (text.isascii() and text.isprintable()):
                text = self._text(number, column, text)
            texts.append(text.strip())
        for column in cells.keys() - self._headed:
            if seen(cells[column]):
                self._refuse_beyond(number, {column: cells[column]})
                self._strays.add(column)
        behind = [column for column in self._keys if column in formulas] if formulas else []
        if not any(texts) and not behind:
            return
        self.has_rows = True
        if self.only_looks:
            raise Enough
        self._count += 1
        if self._count > MOST_ROWS:
            raise FileRefused(
                f"{begun(self.place)} has more than {MOST_ROWS:,} rows under its headings. Upload them in several files."
            )
        self._formulas += [(number, self._keys[column]) for column in behind]
        if is_hidden:
            self._hidden_count += 1
            if len(self._hidden) < NAMED:
                self._hidden.append(number)
        self._rows += row_line(number, texts) + BETWEEN
        if len(self._rows) > MOST_BYTES:
            raise FileRefused(
                f"The rows of {self.place} hold more than {MOST_BYTES // 1024 // 1024} MB of text. Upload them in several files."
            )

    def _text(self, number: int, column: int, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise too_long(f"{letter_of(column)}{number}", self.place, len(text))
        if holds_unseen(text):
            self._cleaned_count += 1
            if len(self._cleaned) < NAMED:
                self._cleaned.append(f"{letter_of(column)}{number}")
        return seen(text)

    def _refuse_beyond(self, number: int, cells: Cells) -> None:
        for column, text in cells.items():
            if column > MOST_COLUMNS and seen(text[:LONGEST_TEXT]):
                raise FileRefused(
                    f"Cell {letter_of(column)}{number} of {self.place} holds something far to the right of the rows; the register"
                    f" reads up to column {letter_of(MOST_COLUMNS)}. Empty or delete column {letter_of(column)}."
                )

    def _too_many_empty(self, what: str) -> FileRefused:
        return FileRefused(f"{begun(self.place)} holds more than {what}, most often because they bear a format. {INTO_A_NEW_ONE}")

    def _remarks(self) -> list[str]:
        remarks = []
        if self._cleaned_count:
            remarks.append(
                f"Characters that can’t be seen were taken out of {_some(self._cleaned, self._cleaned_count, 'cell')}."
            )
        if self._hidden_count:
            which = _some(list(map(str, self._hidden)), self._hidden_count, "row")
            remarks.append(f"Hidden rows were read as well: {which}.")
        if self._merged_count:
            remarks.append(
                f"Merged cells: {_some(self._merged, self._merged_count, 'range')}. Only the first cell of each holds its value;"
                " the others are read as empty."
            )
        return remarks


def begun(words: str) -> str:
    """The words as a sentence begins with them; names within keep their capitals."""
    return f"{words[0].upper()}{words[1:]}"


def _some(named: list[str], count: int, what: str) -> str:
    """The first few by name, and how many more there are."""
    more = count - len(named)
    return ", ".join(named) + (f" and {more:,} more {what}{'' if more == 1 else 's'}" if more else "")
