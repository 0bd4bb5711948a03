"""A line that moved on while somebody answered it: as they read it, as it stands, and as they want it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from arrangements.returns.answering import FIELDS, Conflict
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.words import in_words
from sharedservices.common.merging import Difference, differences
from sharedservices.common.periods import spelled
from sharedservices.common.trail import Event, events, last_told

# Outcome and amount are one answer: of two writers' halves no third answer is put together.
ANSWER, NOTE = "answer", "note"
LABELS = {ANSWER: "Answer", NOTE: "Source, or why none"}


@dataclass(frozen=True)
class Compared:
    """One part of an answer on which the two differ. Where both changed it, somebody decides; otherwise it is merged."""

    part: str
    label: str
    base: str
    theirs: str
    mine: str
    is_conflict: bool


@dataclass(frozen=True)
class MovedOn:
    """What happened to a line, the parts that differ, and the fields as the form is to show them."""

    happened: str
    parts: list[Compared]
    merged: dict[str, str]
    version: str
    theirs: dict[str, str]  # the fields as they stand

    @property
    def is_merged(self) -> bool:
        """Whether nothing is left to decide."""
        return not any(part.is_conflict for part in self.parts)


def moved_on(year: FinancialYear, conflicts: Iterable[Conflict]) -> dict[int, MovedOn]:
    """By arrangement. Two queries."""
    by_line = {conflict.wanted.arrangement_id: conflict for conflict in conflicts}
    last = last_told(events(ReportedSaving, year=year, arrangement__in=list(by_line)), by="arrangement_id")
    return {pk: _moved_on(conflict, last.get(pk)) for pk, conflict in by_line.items()}


def fields_of(values: Mapping[str, Any]) -> dict[str, str]:
    """An answer as a form shows it; empty where there is none."""
    amount = values.get("amount")
    return {
        "outcome": values.get("outcome", ""),
        "amount": f"{amount:,}" if amount is not None else "",
        "note": values.get("note", ""),
    }


def _moved_on(conflict: Conflict, last: Event | None) -> MovedOn:
    stands = {name: getattr(conflict.stands, name) for name in FIELDS} if conflict.stands else {}
    found = differences(_parts(conflict.base), _parts(stands), _parts(conflict.wanted.values()))
    merged = conflict.wanted.values()
    # Of an answer that was taken back nothing is merged: half of one is none.
    for each in found if stands else []:
        merged |= dict(zip(columns_of(each.field), each.merged, strict=True))
    return MovedOn(
        happened=_happened(last),
        parts=[_compared(each, is_conflict=each.is_conflict or not stands) for each in found],
        merged=fields_of(merged),
        version=str(conflict.stands.version) if conflict.stands else "",
        theirs=fields_of(stands),
    )


def _parts(values: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {part: tuple(values[name] for name in columns_of(part)) for part in LABELS} if values else {}


def columns_of(part: str) -> tuple[str, ...]:
    """The fields that are one part of an answer."""
    return ("outcome", "amount") if part == ANSWER else (part,)


def _compared(each: Difference, *, is_conflict: bool) -> Compared:
    base, theirs, mine = (_in_words(each.field, value) for value in (each.base, each.theirs, each.mine))
    return Compared(each.field, LABELS[each.field], base, theirs, mine, is_conflict)


def _in_words(part: str, value: tuple[Any, ...] | None) -> str:
    if value is None:
        return "no answer" if part == ANSWER else "nothing"
    return in_words(*value) if part == ANSWER else value[0] or "nothing"


def _happened(last: Event | None) -> str:
    if last is None:
        return "It has changed"
    at = timezone.localtime(last.at)
    deed = {"Added": "Answered", "Deleted": "Taken back"}.get(last.deed, last.deed)
    return f"{deed} by {last.actor} at {at:%H:%M} on {spelled(at)} ({last.door})"
