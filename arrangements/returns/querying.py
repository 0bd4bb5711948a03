"""Queries: a question about one line, asked by an analyst or raised by a check, answered, and judged."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from arrangements.returns.answering import asked_already
from arrangements.returns.checks import doubts
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.states import held, move, must_be, must_say
from arrangements.returns.subjects import subjects, usual_change
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.today import now
from sharedservices.common.versions import StaleWrite

ABOUT_WHICH_IS_ASKED = [ReturnState.SUBMITTED, ReturnState.QUERIED]


@transaction.atomic
def query(*, annual_return: AnnualReturn, arrangement: Any, text: str, user: Any, rule: str = "", door: str = "admin") -> Query:
    """Ask the council about one line of a submitted return; the return stands as queried until it is settled."""
    asked = held(annual_return)
    must_be(asked, ABOUT_WHICH_IS_ASKED, "queried")
    must_say(text, "a question")
    if not asked.lines().filter(pk=arrangement.pk).exists():
        raise RuleBroken(f"{arrangement} is not a line of {asked}.")
    with written_by(door=door, user=user, reason=text):
        question = Query.objects.create(
            annual_return=asked, arrangement=arrangement, text=text, rule=rule, raised_by=user, raised_at=now()
        )
    move(asked, ReturnState.QUERIED, user=user, door=door, reason=text)
    return question


@transaction.atomic
def check_return(*, annual_return: AnnualReturn, user: Any, door: str = "admin") -> int:
    """Run the soft checks over a submitted return as it stands; each doubt not met before becomes a query for the council.

    The number of queries raised. `RuleBroken` if the return isn't submitted or queried.
    """
    asked = held(annual_return)
    must_be(asked, ABOUT_WHICH_IS_ASKED, "checked")
    savings = list(ReportedSaving.objects.filter(year=asked.year_id, arrangement__in=asked.lines()).order_by("arrangement"))
    met = asked_already(asked.queries.all())
    known, usual = subjects(asked.year, savings), usual_change(asked.year)
    raised = [
        Query(
            annual_return=asked,
            arrangement_id=saving.arrangement_id,
            rule=doubt.rule,
            about=saving.in_words,
            text=doubt.message,
            raised_by=user,
            raised_at=now(),
        )
        for saving in savings
        for doubt in doubts(known[saving.arrangement_id], usual)
        if (saving.arrangement_id, doubt.rule, saving.in_words) not in met
    ]
    if raised:
        with written_by(door=door, user=user, reason="Checks run"):
            Query.objects.bulk_create(raised)
        how_many = f"{len(raised)} {'query' if len(raised) == 1 else 'queries'}"
        move(asked, ReturnState.QUERIED, user=user, door=door, reason=f"Checks raised {how_many}")
    return len(raised)


def _held(question: Query) -> tuple[Query, AnnualReturn]:
    """The query as it stands and its return, both locked: the return first, as whoever records answers does."""
    annual_return = held(question.annual_return)
    return Query.objects.select_for_update().get(pk=question.pk), annual_return


@transaction.atomic
def answer_query(*, question: Query, answer: str, user: Any, door: str = "admin", version: int | None = None) -> None:
    """Record what the council says. With the `version` that was read: `StaleWrite` if the query has changed since."""
    asked, _ = _held(question)
    if version is not None and version != asked.version:
        raise StaleWrite(asked)
    if asked.state == QueryState.SETTLED:
        raise RuleBroken("This query is settled. Reopen it, or raise a new one.")
    must_say(answer, "an answer")
    asked.answer, asked.answered_at, asked.state = answer, now(), QueryState.ANSWERED
    with written_by(door=door, user=user, reason=answer):
        asked.save()


@transaction.atomic
def settle_query(*, question: Query, decision: str, user: Any, door: str = "admin") -> None:
    """Accept the answer, or close the question for another reason; the last one settled leaves the return as submitted."""
    asked, annual_return = _held(question)
    if asked.state == QueryState.SETTLED:
        raise RuleBroken("This query is settled already.")
    must_say(decision, "a decision")
    asked.decision, asked.state, asked.settled_by, asked.settled_at = decision, QueryState.SETTLED, user, now()
    with written_by(door=door, user=user, reason=decision):
        asked.save()
    if annual_return.state == ReturnState.QUERIED and not annual_return.queries.exclude(state=QueryState.SETTLED).exists():
        move(annual_return, ReturnState.SUBMITTED, user=user, door=door, reason="All queries settled")


@transaction.atomic
def reopen_query(*, question: Query, reason: str, user: Any, door: str = "admin") -> None:
    """Ask again, as the answer or the decision doesn't hold; what was answered stays. Refused once the return is accepted."""
    asked, annual_return = _held(question)
    if asked.state == QueryState.OPEN:
        raise RuleBroken("This query is open already.")
    must_say(reason, "a reason")
    if annual_return.state == ReturnState.ACCEPTED:
        raise RuleBroken(f"{annual_return} is accepted. Reopen the return first.")
    asked.decision, asked.state, asked.settled_by, asked.settled_at = reason, QueryState.OPEN, None, None
    with written_by(door=door, user=user, reason=reason):
        asked.save()
    if annual_return.state == ReturnState.SUBMITTED:
        move(annual_return, ReturnState.QUERIED, user=user, door=door, reason=reason)


@transaction.atomic
def assign_query(*, question: Query, to: Any, user: Any, door: str = "admin") -> None:
    """Say which of the LGA's staff looks after it; None: nobody in particular."""
    if to is not None and not to.sees_unpublished:
        raise RuleBroken(f"{to} is not LGA staff and can't look after queries.")
    asked, _ = _held(question)
    asked.assigned_to = to
    with written_by(door=door, user=user, reason=f"Assigned to {to}" if to else "Assigned to nobody"):
        asked.save(update_fields=["assigned_to"])
