"""What the preview of an import shows: counts, faults with what can be picked, choices, changes, page by page. Eight queries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator

from arrangements.desk.import_effect import effect_kept
from arrangements.returns.importing.committing import what_is_not_permitted
from arrangements.returns.importing.judging import can_take_both
from arrangements.returns.importing.rows import Choice, Fault, JudgedRow, RowKind, RowText
from arrangements.returns.importing.staging import Upload
from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.columns import BY_KEY

FAULTS_A_PAGE, CHANGES_A_PAGE, OTHERS_A_PAGE = 20, 50, 20
MOST_FIGURES = 60
# Measured on two busy cores (4,433 answers in 6.1 s, their record and the trail included). Said beforehand where it adds up.
ANSWERS_A_SECOND, WORTH_SAYING = 700, 2


@dataclass(frozen=True)
class Field:
    """One cell that may be typed again."""

    column: str
    heading: str
    id: str
    text: str
    options: list[tuple[str, str]]


@dataclass(frozen=True)
class Pick:
    """A suggestion as a button: its name and value are what pressing it sends."""

    label: str
    name: str
    value: str


@dataclass(frozen=True)
class FaultyRow:
    """A row to fix: what is wrong, what can be picked, and what can be typed again."""

    row: JudgedRow
    title: str
    picks: list[Pick]
    fields: list[Field]


@dataclass(frozen=True)
class StaleRow:
    """A row that changed on both sides, with the choices it leaves."""

    row: JudgedRow
    choices: list[tuple[str, str, bool]]  # value, label, whether it is taken unless another is


def preview(upload: Upload, asked: Mapping[str, str], user: Any) -> dict[str, Any]:
    """All that the template is told."""
    head = upload.head
    faulty, stale = upload.numbers(RowKind.FAULTY), upload.numbers(RowKind.STALE)
    changed = upload.numbers(RowKind.NEW, RowKind.CHANGED)
    pages = {
        "faulty": _page(faulty, asked.get("faults"), FAULTS_A_PAGE),
        "stale": _page(stale, asked.get("both"), OTHERS_A_PAGE),
        "changed": _page(changed, asked.get("changes"), CHANGES_A_PAGE),
        "left_out": _page(upload.numbers(RowKind.LEFT_OUT), asked.get("out"), OTHERS_A_PAGE),
    }
    shown = {number for page in pages.values() for number in page.object_list}
    rows = {row.number: row for row in upload.judged(shown)}
    texts = {text.number: text for text in upload.rows(pages["faulty"].object_list)} if faulty else {}
    effect = effect_kept(upload)
    return {
        "upload": upload,
        "head": head,
        "year": upload.year,
        "counts": counts(upload),
        "ready": head.count(RowKind.UNANSWERED, RowKind.UNCHANGED, RowKind.NEW, RowKind.CHANGED, RowKind.STALE),
        "to_fix": len(faulty),
        "pages": pages,
        "faulty": [faulty_row(rows[number], texts[number]) for number in pages["faulty"].object_list],
        "stale": [stale_row(rows[number]) for number in pages["stale"].object_list],
        "changed": [rows[number] for number in pages["changed"].object_list],
        "left_out": pages["left_out"].object_list,
        "unknown": head.unknown,
        "effect": effect,
        "effect_figures": effect.moved[:MOST_FIGURES] if effect else [],
        "effect_is_old": head.effect_of != head.changes,
        "new_count": head.count(RowKind.NEW),
        "changed_count": head.count(RowKind.CHANGED),
        "nothing_to_do": not faulty and not head.undecided and not changed,
        "in_the_way": in_the_way(upload, user),
        "seconds": seconds_to_store(len(changed)),
    }


def counts(upload: Upload) -> list[tuple[str, int]]:
    """How many rows are of each kind, those without any left out."""
    return [(kind.label, count) for kind in RowKind if (count := upload.head.count(kind))]


def in_the_way(upload: Upload, user: Any) -> list[str]:
    """What keeps the upload from being confirmed."""
    head, said = upload.head, []
    if faulty := head.to_fix:
        said.append(f"{faulty:,} row{'s are' if faulty > 1 else ' is'} still to fix.")
    if undecided := len(head.undecided):
        many = undecided > 1
        said.append(f"{undecided:,} row{'s' if many else ''} that changed on both sides need{'' if many else 's'} a choice.")
    return said + what_is_not_permitted(upload.numbers(RowKind.NEW), upload.numbers(RowKind.CHANGED), user)


def seconds_to_store(answers: int) -> int:
    """About how long storing takes, where it is worth saying; otherwise 0."""
    seconds = answers // ANSWERS_A_SECOND
    return seconds if seconds >= WORTH_SAYING else 0


def faulty_row(row: JudgedRow, text: RowText) -> FaultyRow:
    """The row with its picks and fields, each once."""
    columns = dict.fromkeys(column for fault in row.faults for column in fault.asks)
    return FaultyRow(
        row,
        f"{row.line.reference} {row.line.name}" if row.line else " ".join(filter(None, [text["reference"], text["arrangement"]])),
        list(_picks(row.number, row.faults)),
        [_field(row.number, column, text[column]) for column in columns],
    )


def stale_row(row: JudgedRow) -> StaleRow:
    """The row with its choices; the colleague's stays unless another is taken."""
    offered = [Choice.THEIRS, Choice.FILE, *([Choice.BOTH] if can_take_both(row) else [])]
    return StaleRow(row, [(choice.value, str(choice.label), choice == (row.choice or Choice.THEIRS)) for choice in offered])


def _picks(number: int, faults: Iterable[Fault]) -> Iterable[Pick]:
    leaves_itself_out = False
    for fault in faults:
        for suggestion in fault.suggestions:
            if suggestion.leave_out:
                leaves_itself_out = leaves_itself_out or number in suggestion.leave_out
                yield Pick(suggestion.label, "leave_out", ",".join(map(str, suggestion.leave_out)))
            else:
                yield Pick(suggestion.label, "put", json.dumps(dict(suggestion.cells), ensure_ascii=False))
    if not leaves_itself_out:
        yield Pick("Leave the row out", "leave_out", str(number))


def _field(number: int, column: str, text: str) -> Field:
    options = []
    if column == "outcome":
        options = [("", "No outcome"), *((outcome.label, outcome.label) for outcome in Outcome)]
        if text and text not in Outcome.labels:
            options.insert(0, (text, f"“{text[:40]}”, as read"))
    return Field(column, BY_KEY[column].heading, f"row-{number}-{column}", text, options)


def _page(numbers: list[int], asked: str | None, size: int) -> Page:
    """The page asked for; where rows have been put right meanwhile, the last one there is."""
    paginator = Paginator(numbers, size)
    try:
        return paginator.page(int(asked) if asked and asked.isascii() and asked.isdigit() else 1)
    except InvalidPage:
        return paginator.page(paginator.num_pages)
