"""Choosing the sheet: the first that has the headings and rows under them, one that is not hidden before one that is.

Imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from arrangements.returns.workbook.archive import shown
from arrangements.returns.workbook.columns import BY_KEY
from arrangements.returns.workbook.finding import LOOKED_THROUGH, Rows, begun
from arrangements.returns.workbook.table import FileRefused

NAMED = 5


class Sheets:
    """The sheets of a file as they come: one is read whole, into the others only a look is taken."""

    def __init__(self) -> None:
        self._chosen: Rows | None = None
        self._chosen_is_hidden = self._is_hidden = False
        self._looked: list[str] = []
        self._only_headings: list[Rows] = []
        self._others: list[str] = []

    def begin(self, name: str, *, is_hidden: bool = False) -> Rows:
        """Where the rows of the next sheet go."""
        self._looked.append(name)
        self._is_hidden = is_hidden
        better = self._chosen is None or (self._chosen_is_hidden and not is_hidden)
        return Rows(name, only_looks=not better)

    def end(self, rows: Rows) -> None:
        """The sheet is at its end, or has told enough."""
        rows.finish()
        if not rows.fits:
            return
        if not rows.has_rows:
            self._only_headings.append(rows)
        elif rows.only_looks:
            self._others.append(rows.sheet)
        else:
            if self._chosen is not None:
                self._others.append(self._chosen.sheet)
            self._chosen, self._chosen_is_hidden = rows, self._is_hidden

    def document(self) -> Iterable[bytes | memoryview]:
        """The chosen sheet's table in pieces; refused where no sheet has one."""
        if self._chosen is None:
            self._refuse()
        remarks = []
        if self._chosen_is_hidden:
            remarks.append(
                f"The sheet {shown(self._chosen.sheet)} is hidden in the workbook; no other has the headings and rows."
            )
        if self._others:
            names = ", ".join(shown(name) for name in self._others[:NAMED])
            remarks.append(
                f"Read was the sheet {shown(self._chosen.sheet)}. Not read, though they have the headings too: {names}"
                f"{' and others' if len(self._others) > NAMED else ''}. Upload them in files of their own if they count."
            )
        return self._chosen.document(remarks)

    def _refuse(self) -> NoReturn:
        if self._only_headings:
            rows = self._only_headings[0]
            raise FileRefused(
                f"{begun(rows.place)} has the headings in row {rows.header_row} and no row under them."
                " Add a row for each arrangement, or upload the file that has them."
            )
        named = [name for name in self._looked if name]
        some = f"{', '.join(map(shown, named[:NAMED]))}{', …' if len(named) > NAMED else ''}"
        where = f"None of its sheets ({some}) has a row" if named else "It has no row"
        wanted = ", ".join(f"“{BY_KEY[key].heading}”" for key in ("reference", "outcome", "amount"))
        raise FileRefused(
            f"The file holds no table of returns. {where} with headings such as {wanted} among the first"
            f" {LOOKED_THROUGH} rows. Download the year’s workbook and fill it in, or head your columns as it does."
        )
