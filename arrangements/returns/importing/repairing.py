"""Putting rows right between upload and import: a picked or typed value, a reason, a side, or leaving a row out.

Only the rows that hang on the one decided about are judged again: those about the same arrangement, and those about
arrangements like it, whose amounts the checks compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from arrangements.register.models import Arrangement
from arrangements.returns.importing.judging import judge_matched
from arrangements.returns.importing.matched import match
from arrangements.returns.importing.rows import NOTHING_SAID, Choice, RowKind, Said
from arrangements.returns.importing.staging import Upload
from arrangements.returns.models import FinancialYear
from arrangements.returns.subjects import alike
from arrangements.returns.workbook.cells import seen
from arrangements.returns.workbook.columns import BY_KEY
from sharedservices.common.among import among
from sharedservices.common.errors import RuleBroken

# What may be put right in the page; the other columns are not read.
REPAIRABLE = ("council", "gss_code", "year", "reference", "arrangement", "outcome", "amount", "note", "reason", "version")
LONGEST = 5_000


def put_right(upload: Upload, number: int, cells: Mapping[str, str]) -> None:
    """Texts that count in place of the file's."""
    for column, text in cells.items():
        if column not in REPAIRABLE or not isinstance(text, str):
            raise RuleBroken(f"“{str(column)[:40]}” is not a column that can be put right here.")
        if len(text) > LONGEST:
            raise RuleBroken(f"“{BY_KEY[column].heading}” has {len(text):,} letters; {LONGEST:,} are kept at most.")
    said = _said(upload, number)
    tidy = {column: seen(text) for column, text in cells.items()}
    _decide(upload, {number: replace(said, cells={**said.cells, **tidy}, is_left_out=False)})


def leave_out(upload: Upload, numbers: Iterable[int]) -> None:
    """Nothing of these rows is imported."""
    _decide(upload, {number: replace(_said(upload, number), is_left_out=True) for number in numbers})


def take_in(upload: Upload, number: int) -> None:
    """A row that was left out counts again."""
    _decide(upload, {number: replace(_said(upload, number), is_left_out=False)})


def choose(upload: Upload, choices: Mapping[int, str]) -> None:
    """For rows that changed on both sides: whose answer stands. What stands now is what the choice is about."""
    rows = {row.number: row for row in upload.judged(choices)}
    decided = {}
    for number, choice in choices.items():
        row = rows.get(number)
        if row is None or choice not in Choice.values:
            raise RuleBroken(f"Row {number} has no such choice. Choose one of those shown.")
        decided[number] = replace(_said(upload, number), choice=choice, version=row.version)
    _decide(upload, decided)


def keep_all_theirs(upload: Upload) -> int:
    """Of all rows that changed on both sides and wait for a choice, the colleague's answer stays; their number."""
    waiting = list(upload.head.undecided)
    choose(upload, dict.fromkeys(waiting, Choice.THEIRS.value))
    return len(waiting)


def leave_out_all_faulty(upload: Upload) -> int:
    """Nothing of the rows that are still to fix is imported; their number."""
    faulty = upload.numbers(RowKind.FAULTY)
    leave_out(upload, faulty)
    return len(faulty)


def _said(upload: Upload, number: int) -> Said:
    if not any(number in those for those in upload.head.kinds.values()):
        raise RuleBroken(f"The file has no row {number}.")
    return upload.said.get(number, NOTHING_SAID)


def _decide(upload: Upload, decided: Mapping[int, Said]) -> None:
    if not decided:
        return
    for number, said in decided.items():
        upload.decide(number, said)
    year, lines = upload.year, upload.lines
    before = {pk for number in decided if (pk := lines.line_of(number)) is not None}
    matched = {each.row.number: each for each in match(year, upload.rows(decided), upload.said)}
    for each in matched.values():
        lines.put(each)
    upload.put_lines(lines)
    about = before | {each.line.pk for each in matched.values() if each.line}
    others = set(lines.rows_about(_near(year, about))) - set(matched)
    further = match(year, upload.rows(others), upload.said) if others else []
    upload.put_judged(judge_matched(year, [*matched.values(), *further], lines, upload.head.file_name))


def _near(year: FinancialYear, arrangements: set[int]) -> set[int]:
    """These arrangements and those like them."""
    if not arrangements:
        return set()
    services = dict(Arrangement.objects.filter(among("pk", arrangements)).order_by().values_list("pk", "main_service_id"))
    near, _ = alike(year, services)
    return arrangements.union(*near.values())
