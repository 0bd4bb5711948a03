"""The deeds that move returns: open a collection, submit, accept, reopen. Each is one transaction and leaves its trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from arrangements.register.checks import faults_of_operating
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.querysets import councils_asked
from arrangements.returns.states import held, move, must_be, must_say
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled
from sharedservices.common.today import now, today


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
def submit(*, annual_return: AnnualReturn, user: Any, door: str = "admin") -> None:
    """Say that the return is complete. Refused while a line has no answer."""
    asked = held(annual_return)
    must_be(asked, [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.QUERIED], "submitted")
    answered = ReportedSaving.objects.filter(year=asked.year_id, arrangement__in=asked.lines())
    waiting = asked.lines().exclude(pk__in=answered.values("arrangement")).values_list("name", flat=True)
    if waiting:
        raise RuleBroken(
            f"{asked} can't be submitted while lines have no answer"
            f" ({len(waiting)}: {', '.join(waiting[:3])}{'…' if len(waiting) > 3 else ''})."
            " Answer each, if only with a reason why not."
        )
    move(asked, ReturnState.SUBMITTED, user=user, door=door, submitted_by=user, submitted_at=now())


@transaction.atomic
def accept(*, annual_return: AnnualReturn, user: Any, door: str = "admin") -> None:
    """Take the return as right: its answers enter the next release. Refused while a query is open."""
    asked = held(annual_return)
    must_be(asked, [ReturnState.SUBMITTED, ReturnState.QUERIED], "accepted")
    still_open = asked.queries.exclude(state=QueryState.SETTLED).count()
    if still_open:
        raise RuleBroken(f"{asked} has queries that aren't settled ({still_open}). Settle them before accepting it.")
    move(asked, ReturnState.ACCEPTED, user=user, door=door, accepted_by=user, accepted_at=now())


@transaction.atomic
def reopen(*, annual_return: AnnualReturn, reason: str, user: Any, door: str = "admin") -> None:
    """Let answers change again, for a stated reason. One reopened after a release blocks the next until accepted."""
    asked = held(annual_return)
    must_be(asked, [ReturnState.SUBMITTED, ReturnState.ACCEPTED], "reopened")
    must_say(reason, "a reason")
    move(
        asked,
        ReturnState.IN_PROGRESS,
        user=user,
        door=door,
        reason=reason,
        submitted_by=None,
        submitted_at=None,
        accepted_by=None,
        accepted_at=None,
    )
