"""Sheets of returns as a reader of files would give them, written as rows of texts by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.importing.judging import judge_matched
from arrangements.returns.importing.matched import LineIndex, match
from arrangements.returns.importing.rows import JudgedRow, Said, row_text
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.workbook.columns import COLUMNS
from arrangements.returns.workbook.table import Cell, Table, TableRow

FILE = "returns.xlsx"
LETTERS = {column.key: chr(ord("A") + at) for at, column in enumerate(COLUMNS)}
Texts = Mapping[str, Any]


def sheet(rows: Iterable[Texts], formulas: Iterable[tuple[int, str]] = (), without: Iterable[str] = ()) -> Table:
    """A table with a heading in row 1 and the rows from row 2 on; a column that isn't named is there and empty."""
    behind, columns = set(formulas), {key: letter for key, letter in LETTERS.items() if key not in set(without)}
    made = [
        TableRow(
            number,
            {key: Cell(str(texts.get(key, "")), letter, (number, key) in behind) for key, letter in columns.items()},
        )
        for number, texts in enumerate(rows, start=2)
    ]
    return Table("Returns", 1, columns, [], [], made)


def row_of(arrangement: Arrangement, year: FinancialYear, /, **texts: Any) -> dict[str, Any]:
    """The row that the year's workbook has for the arrangement, with the texts put into it."""
    answering = Partnership.objects.answering_on(year.ends_on).filter(arrangement=arrangement).select_related("council").first()
    stands = ReportedSaving.objects.filter(arrangement=arrangement, year=year).first()
    row: dict[str, Any] = {"year": str(year), "reference": arrangement.reference, "arrangement": arrangement.name}
    if answering:
        row |= {"council": answering.council.name, "gss_code": answering.council.gss_code}
    if stands:
        amount = "" if stands.amount is None else stands.amount
        row |= {"outcome": stands.get_outcome_display(), "amount": amount, "note": stands.note, "version": stands.version}
    return row | texts


def judged(
    year: FinancialYear, table: Table, said: Mapping[int, Said] | None = None, file_name: str = FILE
) -> dict[int, JudgedRow]:
    """How each row of the table fares, by its number."""
    said = said or {}
    matched = match(year, [row_text(row, said.get(row.number, Said())) for row in table.rows], said)
    lines = LineIndex()
    for each in matched:
        lines.put(each)
    return {row.number: row for row in judge_matched(year, matched, lines, file_name)}
