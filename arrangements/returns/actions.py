"""The deeds of a collection: open, answer, submit, query, accept, reopen. Each is one transaction and leaves its trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from arrangements.register.checks import faults_of_operating
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.querysets import councils_asked
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled
from sharedservices.common.today import now, today

SHORTEST_REASON = 10


@dataclass(frozen=True)
class Answer:
    """What somebody answers for one line, and the version of the answer they had read (None: there was none)."""

    arrangement_id: int
    outcome: str
    amount: int | None
    note: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Conflict:
    """An answer given on a stale reading: what stands now, and what the writer wanted."""

    stands: ReportedSaving | None
    wanted: Answer


class StaleAnswers(Exception):
    """Some answers have changed since they were read. Nothing was stored."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(f"Answers have changed since you opened the return ({len(conflicts)}). Nothing was saved.")
        self.conflicts = conflicts


@transaction.atomic
def open_collection(*, year: FinancialYear, user: Any, door: str = "admin") -> int:
    """Make one return for each council asked; the number made. Councils that have one already keep it.

    Refused with `RuleBroken` before the year is over, before the collection opens, or while an operating arrangement
    breaks a rule of the register.
    """
    year = FinancialYear.objects.select_for_update().get(pk=year.pk)
    if year.opens_on is None:
        raise RuleBroken(f"{year} has no collection planned. Give the year its first and last day of collection.")
    if today() < year.opens_on:
        raise RuleBroken(f"The collection of {year} opens on {spelled(year.opens_on)}; today is {spelled(today())}.")
    faults = faults_of_operating(year)
    if faults:
        raise RuleBroken(faults)
    missing = councils_asked(year).exclude(returns__year=year)
    with written_by(door=door, user=user, reason=f"Collection of {year} opened"):
        return len(AnnualReturn.objects.bulk_create(AnnualReturn(year=year, council=council) for council in missing))


@transaction.atomic
def record_answers(
    *, annual_return: AnnualReturn, answers: Iterable[Answer], user: Any, door: str = "admin", reason: str = ""
) -> int:
    """Store the answers that differ from what stands; the number stored.

    All or none: `StaleAnswers` if any rests on an old reading, `ValidationError` (by arrangement id) if any breaks a
    rule, `RuleBroken` if the return isn't open for answers, a line isn't the return's or is answered twice.
    """
    answers = list(answers)
    if len({answer.arrangement_id for answer in answers}) < len(answers):
        raise RuleBroken("A line is answered twice. Give one answer for each.")
    held = _held(annual_return)
    if not held.is_open_for_answers:
        raise RuleBroken(f"The return of {held} is {held.get_state_display().lower()}. Reopen it to change an answer.")
    lines = set(held.lines().values_list("pk", flat=True))
    standing = {
        saving.arrangement_id: saving
        for saving in ReportedSaving.objects.select_for_update().filter(year=held.year_id, arrangement__in=lines)
    }
    to_store, conflicts, errors = [], [], {}
    for answer in answers:
        if answer.arrangement_id not in lines:
            raise RuleBroken(f"{held} does not answer for arrangement {answer.arrangement_id}.")
        stands = standing.get(answer.arrangement_id)
        if stands is not None and _same(stands, answer):
            continue
        if answer.version != (stands.version if stands else None):
            conflicts.append(Conflict(stands, answer))
            continue
        saving = stands or ReportedSaving(arrangement_id=answer.arrangement_id, year_id=held.year_id)
        saving.outcome, saving.amount, saving.note = answer.outcome, answer.amount, answer.note
        try:
            saving.full_clean(validate_unique=False)
        except ValidationError as error:
            errors[str(answer.arrangement_id)] = error.messages
        to_store.append(saving)
    if conflicts:
        raise StaleAnswers(conflicts)
    if errors:
        raise ValidationError(errors)
    with written_by(door=door, user=user, reason=reason):
        for saving in to_store:
            saving.save()
        if to_store and held.state == ReturnState.NOT_STARTED:
            held.state = ReturnState.IN_PROGRESS
            held.save(update_fields=["state"])
    return len(to_store)


@transaction.atomic
def submit(*, annual_return: AnnualReturn, user: Any, door: str = "admin") -> None:
    """Say that the return is complete. Refused while a line has no answer."""
    held = _held(annual_return)
    _must_be(held, [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.QUERIED], "submitted")
    answered = ReportedSaving.objects.filter(year=held.year_id, arrangement__in=held.lines())
    waiting = held.lines().exclude(pk__in=answered.values("arrangement")).values_list("name", flat=True)
    if waiting:
        raise RuleBroken(
            f"{held} can't be submitted while lines have no answer"
            f" ({len(waiting)}: {', '.join(waiting[:3])}{'…' if len(waiting) > 3 else ''})."
            " Answer each, if only with a reason why not."
        )
    _move(held, ReturnState.SUBMITTED, user=user, door=door, submitted_by=user, submitted_at=now())


@transaction.atomic
def query(*, annual_return: AnnualReturn, arrangement: Any, text: str, user: Any, rule: str = "", door: str = "admin") -> Query:
    """Ask the council about one line of a submitted return; the return stands as queried until it is settled."""
    held = _held(annual_return)
    _must_be(held, [ReturnState.SUBMITTED, ReturnState.QUERIED], "queried")
    _must_say(text, "a question")
    if not held.lines().filter(pk=arrangement.pk).exists():
        raise RuleBroken(f"{arrangement} is not a line of {held}.")
    with written_by(door=door, user=user, reason=text):
        asked = Query.objects.create(
            annual_return=held, arrangement=arrangement, text=text, rule=rule, raised_by=user, raised_at=now()
        )
    _move(held, ReturnState.QUERIED, user=user, door=door, reason=text)
    return asked


@transaction.atomic
def answer_query(*, question: Query, answer: str, user: Any, door: str = "admin") -> None:
    """Record what the council says."""
    asked = Query.objects.select_for_update().get(pk=question.pk)
    if asked.state == QueryState.SETTLED:
        raise RuleBroken("This query is settled. Raise a new one.")
    _must_say(answer, "an answer")
    asked.answer, asked.answered_at, asked.state = answer, now(), QueryState.ANSWERED
    with written_by(door=door, user=user, reason=answer):
        asked.save()


@transaction.atomic
def settle_query(*, question: Query, decision: str, user: Any, door: str = "admin") -> None:
    """Close the question with a decision; the last one settled leaves the return as submitted."""
    asked = Query.objects.select_for_update().get(pk=question.pk)
    if asked.state == QueryState.SETTLED:
        raise RuleBroken("This query is settled already.")
    _must_say(decision, "a decision")
    asked.decision, asked.state, asked.settled_by, asked.settled_at = decision, QueryState.SETTLED, user, now()
    with written_by(door=door, user=user, reason=decision):
        asked.save()
    held = _held(asked.annual_return)
    if held.state == ReturnState.QUERIED and not held.queries.exclude(state=QueryState.SETTLED).exists():
        _move(held, ReturnState.SUBMITTED, user=user, door=door, reason="All queries settled")


@transaction.atomic
def accept(*, annual_return: AnnualReturn, user: Any, door: str = "admin") -> None:
    """Take the return as right: its answers enter the next release. Refused while a query is open."""
    held = _held(annual_return)
    _must_be(held, [ReturnState.SUBMITTED, ReturnState.QUERIED], "accepted")
    still_open = held.queries.exclude(state=QueryState.SETTLED).count()
    if still_open:
        raise RuleBroken(f"{held} has queries that aren't settled ({still_open}). Settle them before accepting it.")
    _move(held, ReturnState.ACCEPTED, user=user, door=door, accepted_by=user, accepted_at=now())


@transaction.atomic
def reopen(*, annual_return: AnnualReturn, reason: str, user: Any, door: str = "admin") -> None:
    """Let answers change again, for a stated reason. One reopened after a release blocks the next until accepted."""
    held = _held(annual_return)
    _must_be(held, [ReturnState.SUBMITTED, ReturnState.ACCEPTED], "reopened")
    _must_say(reason, "a reason")
    _move(
        held,
        ReturnState.IN_PROGRESS,
        user=user,
        door=door,
        reason=reason,
        submitted_by=None,
        submitted_at=None,
        accepted_by=None,
        accepted_at=None,
    )


def _held(annual_return: AnnualReturn) -> AnnualReturn:
    """The return as it stands, locked until the deed is done."""
    return AnnualReturn.objects.select_for_update(of=("self",)).select_related("year", "council").get(pk=annual_return.pk)


def _same(stands: ReportedSaving, answer: Answer) -> bool:
    return (stands.outcome, stands.amount, stands.note) == (answer.outcome, answer.amount, answer.note)


def _must_be(held: AnnualReturn, states: list[ReturnState], deed: str) -> None:
    if held.state not in states:
        wanted = " or ".join(state.label.lower() for state in states)
        raise RuleBroken(f"{held} is {held.get_state_display().lower()} and can't be {deed}: only a return that is {wanted} can.")


def _must_say(text: str, what: str) -> None:
    if len(text.strip()) < SHORTEST_REASON:
        raise RuleBroken(f"Give {what} of {SHORTEST_REASON} letters or more; it is kept with the return.")


def _move(held: AnnualReturn, state: ReturnState, *, user: Any, door: str, reason: str = "", **fields: Any) -> None:
    held.state = state
    for name, value in fields.items():
        setattr(held, name, value)
    with written_by(door=door, user=user, reason=reason):
        held.save(update_fields=["state", *fields])
