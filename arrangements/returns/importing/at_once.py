"""Rows that a program sends: judged and stored in one go, by the two passes of every import, and kept nowhere in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from arrangements.register.models import Partnership
from arrangements.returns.importing.answers import Read
from arrangements.returns.importing.judging import judge_matched
from arrangements.returns.importing.matched import LineIndex, Matched, match
from arrangements.returns.importing.rows import JudgedRow, RowKind, RowText
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.workbook.cells import seen
from arrangements.returns.workbook.columns import BY_KEY
from arrangements.returns.workbook.table import TableRow

VERSION = "version"


def row_of_texts(number: int, texts: Mapping[str, Any]) -> RowText:
    """A row by the keys of its columns. One that says no version was made from no answer."""
    plain = {key: "" if value is None else seen(str(value)) for key, value in texts.items()}
    return RowText(number, {VERSION: "", **plain}, {})


def row_of_table(row: TableRow) -> RowText:
    """A row of a file, likewise."""
    texts = {VERSION: "", **{key: cell.text for key, cell in row.cells.items()}}
    formulas = frozenset(key for key, cell in row.cells.items() if cell.is_formula)
    return RowText(row.number, texts, {key: cell.column for key, cell in row.cells.items()}, formulas)


def judged(year: FinancialYear, rows: Sequence[RowText], file_name: str, user: Any) -> list[JudgedRow]:
    """How each row fares, in their order; what an officer doesn't see isn't judged. A constant number of queries."""
    matched = match(year, rows, {})
    if not user.sees_unpublished:
        matched = _within_reach(year, matched, user)
    lines = LineIndex()
    for each in matched:
        lines.put(each)
    return judge_matched(year, matched, lines, file_name)


def _within_reach(year: FinancialYear, matched: Sequence[Matched], user: Any) -> list[Matched]:
    returns = AnnualReturn.objects.visible_to(user).filter(year=year)
    answering = Partnership.objects.answering_on(year.ends_on).filter(council__in=returns.values("council"))
    own = set(answering.values_list("arrangement_id", flat=True))
    return [each if each.line is None or each.line.pk in own else _out_of_reach(year, each) for each in matched]


def _out_of_reach(year: FinancialYear, each: Matched) -> Matched:
    column = "reference" if each.row["reference"] else "arrangement"
    said = each.row[column][:40]
    message = f"No return of {year} that you may answer has a line “{said}”. Another council answers for it, or none does."
    return replace(each, line=None, read=Read(), faults=(each.row.fault("no-such-line", column, message),))


def numbers(rows: Sequence[JudgedRow], kind: RowKind) -> list[int]:
    """The rows of the kind."""
    return [row.number for row in rows if row.kind == kind]


def is_column(key: str) -> bool:
    """Whether a row may have it."""
    return key in BY_KEY
