"""Taking back a save: what it changed is put back from the trail, as one act, sparing what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from arrangements.returns.answering import FIELDS
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.states import held
from arrangements.returns.vocabulary import ReturnState
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.trail import events

MINUTES = 10
TIME = timedelta(minutes=MINUTES)
SAVED_BY = "admin"
UNDONE_BY = "undo"
ADDED = "insert"
# What a query can lose by a save: it is settled, because the answer that it doubted has changed.
OF_A_QUERY = ("state", "decision", "settled_by_id", "settled_at")
TOO_LATE = (
    f"There is nothing of yours to undo here. A save can be undone for {MINUTES} minutes, by whoever made it. To change an"
    " answer, type it anew and save."
)


@dataclass(frozen=True)
class Act:
    """A save on a return's page: the context that its events share, when it was, and how many answers it changed."""

    key: UUID
    at: datetime
    answers: int


@dataclass(frozen=True)
class Undone:
    """What was put back, and the names of the lines left alone as they have changed since."""

    put_back: int
    left_alone: list[str]


def last_act(annual_return: AnnualReturn, user: Any) -> Act | None:
    """The user's latest save that can be undone: of the last minutes, and the last word on a line or more. One query."""
    newest: dict[int, Any] = {}
    for event in _lately(annual_return).select_related("pgh_context").order_by("-pgh_id"):
        newest.setdefault(event.arrangement_id, event)
    saved = [event for event in newest.values() if _is_a_save_of(event, user)]
    if not saved:
        return None
    key = saved[0].pgh_context_id
    return Act(key, saved[0].pgh_created_at, sum(event.pgh_context_id == key for event in saved))


@transaction.atomic
def undo(*, annual_return: AnnualReturn, act: UUID, user: Any) -> Undone:
    """Put back what the user's save changed: its answers, the queries it raised or settled, and whether the return had begun.

    A line that has changed since is left alone. `RuleBroken` if the save is older than ten minutes or somebody else's,
    if the return takes no answers any more, or if every line has changed since.
    """
    asked = held(annual_return)
    done = list(_lately(asked).filter(pgh_context=act).select_related("pgh_context", "arrangement").order_by("pgh_id"))
    if not done or not _is_a_save_of(done[0], user):
        raise RuleBroken(TOO_LATE)
    if not asked.is_open_for_answers:
        raise RuleBroken(f"{asked} is {asked.get_state_display().lower()}. Reopen it to undo what was saved.")
    rows = ReportedSaving.objects.select_for_update().in_bulk([event.pgh_obj_id for event in done])
    as_saved = [event for event in done if _still_is(rows.get(event.pgh_obj_id), event)]
    left_alone = [event.arrangement.name for event in done if event not in as_saved]
    if not as_saved:
        raise RuleBroken("Nothing was undone: every answer of that save has been changed since.")
    when = f"{timezone.localtime(done[0].pgh_created_at):%H:%M}"
    with written_by(door=UNDONE_BY, user=user, reason=f"Undone: what was saved at {when}"):
        _put_back_answers(as_saved, rows)
        _put_back_queries(act, [event.arrangement_id for event in as_saved])
        _put_back_state(asked, act)
    return Undone(len(as_saved), left_alone)


def _lately(annual_return: AnnualReturn) -> QuerySet[Any]:
    """What happened in the last minutes to the answers of the return. By the database's clock, which wrote the moments."""
    return events(
        ReportedSaving,
        year=annual_return.year_id,
        arrangement__in=AnnualReturn.lines(annual_return),
        pgh_created_at__gte=Now() - TIME,
    )


def _is_a_save_of(event: Any, user: Any) -> bool:
    said = event.pgh_context.metadata if event.pgh_context else {}
    return said.get("user") == user.pk and said.get("door") == SAVED_BY


def _still_is(row: Any, event: Any) -> bool:
    """Whether the row stands as the event left it."""
    return row is not None and row.version == event.version


def _before(told: list[Any]) -> dict[Any, Any]:
    """By row, the event before each of these, all of one model; None where the row was added."""
    first = {event.pgh_obj_id: event.pgh_id for event in told}
    if not first:
        return {}
    earlier = type(told[0]).objects.filter(pgh_obj_id__in=first, pgh_id__lt=max(first.values())).order_by("pgh_id")
    found: dict[Any, Any] = dict.fromkeys(first)
    for event in earlier:
        if event.pgh_id < first[event.pgh_obj_id]:
            found[event.pgh_obj_id] = event
    return found


def _put_back_answers(as_saved: list[Any], rows: dict[int, ReportedSaving]) -> None:
    """What was answered for the first time goes; the others say again what they said before."""
    changed = []
    for key, earlier in _before(as_saved).items():
        if earlier is not None:
            for name in FIELDS:
                setattr(rows[key], name, getattr(earlier, name))
            changed.append(rows[key])
    ReportedSaving.objects.bulk_update(changed, FIELDS)
    ReportedSaving.objects.filter(pk__in=[event.pgh_obj_id for event in as_saved if event.pgh_label == ADDED]).delete()


def _put_back_queries(act: UUID, arrangements: list[int]) -> None:
    """Those that the save raised go; those that it settled stand as before. One that has changed since is left alone."""
    told = list(events(Query, pgh_context=act, arrangement__in=arrangements).order_by("pgh_id"))
    rows = Query.objects.select_for_update().in_bulk([event.pgh_obj_id for event in told])
    as_saved = [event for event in told if _still_is(rows.get(event.pgh_obj_id), event)]
    settled = []
    for key, earlier in _before(as_saved).items():
        if earlier is not None:
            for name in OF_A_QUERY:
                setattr(rows[key], name, getattr(earlier, name))
            settled.append(rows[key])
    Query.objects.bulk_update(settled, [name.removesuffix("_id") for name in OF_A_QUERY])
    Query.objects.filter(pk__in=[event.pgh_obj_id for event in as_saved if event.pgh_label == ADDED]).delete()


def _put_back_state(asked: AnnualReturn, act: UUID) -> None:
    """A return that the save began, and that has no answer left, hasn't begun."""
    began = events(AnnualReturn, pgh_context=act, pgh_obj=asked.pk).first()
    if began is None or not _still_is(asked, began):
        return
    if not ReportedSaving.objects.filter(year=asked.year_id, arrangement__in=asked.lines()).exists():
        asked.state = ReturnState.NOT_STARTED
        asked.save(update_fields=["state"])
