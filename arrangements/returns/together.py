"""Deeds on many returns and queries at once: judged as each alone is, written in a constant number of queries.

The rows come locked, the returns before their queries, and every one is among those that the deed may be done to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from arrangements.register.models import Arrangement
from arrangements.returns.checks import doubts
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.querying import ABOUT_WHICH_IS_ASKED
from arrangements.returns.states import must_be
from arrangements.returns.subjects import subjects, usual_change
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.today import now


def why_not_accepted(returns: Sequence[AnnualReturn]) -> dict[int, str]:
    """What stands against accepting each, by key: its state, or a query that is open."""
    unsettled: dict[int, int] = defaultdict(int)
    for key in Query.objects.filter(annual_return__in=returns).exclude(state=QueryState.SETTLED).values_list("annual_return"):
        unsettled[key[0]] += 1
    against = _in_wrong_state(returns, "accepted")
    for each in returns:
        if each.pk not in against and unsettled[each.pk]:
            against[each.pk] = f"It has queries that aren't settled ({unsettled[each.pk]}). Settle them before accepting it."
    return against


def why_not_checked(returns: Sequence[AnnualReturn]) -> dict[int, str]:
    """What stands against running the checks over each, by key."""
    return _in_wrong_state(returns, "checked")


def _in_wrong_state(returns: Sequence[AnnualReturn], deed: str) -> dict[int, str]:
    against = {}
    for each in returns:
        try:
            must_be(each, ABOUT_WHICH_IS_ASKED, deed)
        except RuleBroken as refusal:
            against[each.pk] = " ".join(refusal.messages)
    return against


@transaction.atomic
def accept_all(*, returns: Sequence[AnnualReturn], user: Any, door: str, reason: str = "") -> int:
    """Take the returns as right: their answers enter the next release."""
    with written_by(door=door, user=user, reason=reason):
        return AnnualReturn.objects.filter(pk__in=[each.pk for each in returns]).update(
            state=ReturnState.ACCEPTED, accepted_by=user, accepted_at=now()
        )


@transaction.atomic
def check_all(*, returns: Sequence[AnnualReturn], user: Any, door: str, reason: str = "Checks run") -> int:
    """Run the soft checks over the returns as they stand; each doubt not met before becomes a query. How many became."""
    by_year: dict[FinancialYear, list[AnnualReturn]] = defaultdict(list)
    for each in returns:
        by_year[each.year].append(each)
    raised = [query for year, those in by_year.items() for query in _doubted(year, those, user)]
    asked = {query.annual_return_id for query in raised}
    with written_by(door=door, user=user, reason=reason):
        Query.objects.bulk_create(raised)
        AnnualReturn.objects.filter(pk__in=asked).exclude(state=ReturnState.QUERIED).update(state=ReturnState.QUERIED)
    return len(raised)


def _doubted(year: FinancialYear, returns: list[AnnualReturn], user: Any) -> list[Query]:
    """A query for each doubt about the answers of the returns that was not met before."""
    by_council = {each.council_id: each.pk for each in returns}
    lines = Arrangement.objects.operating_in(year).answered_for_by(by_council, on=year.ends_on)
    answered_by = dict(lines.with_answering_council_on(year.ends_on).values_list("pk", "answering_council_id"))
    savings = list(ReportedSaving.objects.filter(year=year, arrangement__in=list(answered_by)).order_by("arrangement"))
    met = set(
        Query.objects.filter(annual_return__in=by_council.values())
        .exclude(rule="")
        .values_list("arrangement_id", "rule", "about")
    )
    known, usual, moment = subjects(year, savings), usual_change(year), now()
    return [
        Query(
            annual_return_id=by_council[answered_by[saving.arrangement_id]],
            arrangement_id=saving.arrangement_id,
            rule=doubt.rule,
            about=saving.in_words,
            text=doubt.message,
            raised_by=user,
            raised_at=moment,
        )
        for saving in savings
        for doubt in doubts(known[saving.arrangement_id], usual)
        if (saving.arrangement_id, doubt.rule, saving.in_words) not in met
    ]


@transaction.atomic
def assign_all(*, queries: Sequence[Query], to: Any, user: Any, door: str, reason: str = "") -> int:
    """Say who of the LGA's staff looks after the queries; None: nobody in particular. How many changed hands."""
    if to is not None and not to.sees_unpublished:
        raise RuleBroken(f"{to} is not LGA staff and can't look after queries.")
    others = [query.pk for query in queries if query.assigned_to_id != (to.pk if to else None)]
    with written_by(door=door, user=user, reason=reason):
        return Query.objects.filter(pk__in=others).update(assigned_to=to)


def why_answers_not_accepted(queries: Sequence[Query]) -> dict[int, str]:
    """What stands against accepting the answer of each, by key: it is settled, or there is no answer."""
    against = {}
    for query in queries:
        if query.state == QueryState.SETTLED:
            against[query.pk] = "This query is settled already."
        elif query.state == QueryState.OPEN:
            against[query.pk] = "The council has not answered. Record its answer first, or settle the query on the return’s page."
    return against


@transaction.atomic
def settle_all(*, queries: Sequence[Query], decision: str, user: Any, door: str) -> int:
    """Accept the answers. Returns whose last query this settles stand as submitted. How many were settled."""
    with written_by(door=door, user=user, reason=decision):
        settled = Query.objects.filter(pk__in=[query.pk for query in queries]).update(
            state=QueryState.SETTLED, decision=decision, settled_by=user, settled_at=now()
        )
    unsettled = Query.objects.filter(annual_return=OuterRef("pk")).exclude(state=QueryState.SETTLED)
    done = AnnualReturn.objects.filter(pk__in={query.annual_return_id for query in queries}, state=ReturnState.QUERIED)
    with written_by(door=door, user=user, reason="All queries settled"):
        done.filter(~Exists(unsettled)).update(state=ReturnState.SUBMITTED)
    return settled
