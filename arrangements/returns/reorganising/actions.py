"""The deed: councils end, others follow, and their partnerships and open returns pass on, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from arrangements.register.actions import hand_over
from arrangements.register.models import BodyPartnership, Partnership
from arrangements.register.wholes import Choice
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.reorganising.facts import Act, concerned, read
from arrangements.returns.reorganising.open_years import Standing, YearEffect
from arrangements.returns.reorganising.plan import Plan
from arrangements.returns.reorganising.related import hanging_on, move
from councils.actions import succeed
from councils.models import Council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by


class PlanMoved(RuleBroken):
    """Something that the confirmed plan rests on has changed since. Nothing was written; `plan` is the one of now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Something has changed since this was worked out, so nothing was written. Here it is anew.")
        self.plan = plan


@dataclass(frozen=True)
class Reorganised:
    """What was done; all its events in the trail bear the key `act`."""

    act: UUID
    plan: Plan


@transaction.atomic
def reorganise(
    *,
    predecessors: Mapping[Council, Collection[Council]],
    successors: Sequence[Council],
    first_day: date,
    choices: Mapping[int, Choice],
    user: Any,
    door: str = "admin",
    reason: str = "",
    public_note: str = "",
    fingerprint: str = "",
) -> Reorganised:
    """End the predecessors on the eve of the first day and let the successors of each take over: one act, or nothing.

    A successor that isn't stored yet begins. `choices` decide by partnership; a part of a predecessor with several
    successors needs one. Refused with `RuleBroken` where a rule forbids it, with `PlanMoved` where `fingerprint` names a
    plan made from other facts than stand now.
    """
    act = _act(predecessors, successors, first_day)
    _lock(act)
    plan = Plan(read(act), choices)
    if fingerprint and fingerprint != plan.fingerprint:
        raise PlanMoved(plan)
    refusals = plan.refusals()
    if refusals:
        raise RuleBroken(refusals)
    with written_by(door=door, user=user, reason=reason or plan.default_reason, public_note=public_note) as key:
        succeed(plan.facts.succeeding)
        hand_over(plan.effects, plan.facts.succeeding.councils)
        for year in plan.years:
            _pass_on(year, plan)
    return Reorganised(key, plan)


def _act(predecessors: Mapping[Council, Collection[Council]], successors: Sequence[Council], first_day: date) -> Act:
    named = [council.gss_code for council in successors]
    unnamed = {each.gss_code: each for followers in predecessors.values() for each in followers if each.gss_code not in named}
    if unnamed:
        raise RuleBroken(f"{council} is to take over and isn't among the successors." for council in unnamed.values())
    follows = {
        council.gss_code: tuple(sorted((each.gss_code for each in followers), key=named.index))
        for council, followers in predecessors.items()
    }
    idle = set(named) - {code for codes in follows.values() for code in codes}
    if idle:
        raise RuleBroken(f"{council} takes over from nobody." for council in successors if council.gss_code in idle)
    new = {council.gss_code: council for council in successors if council.pk is None}
    for council in new.values():
        council.started_on = first_day
    return Act(first_day, follows, new)


def _lock(act: Act) -> None:
    """Everything the plan rests on, in the order in which other deeds take their locks: returns, years, register, councils.

    At last no partnership can be written by anybody else until the deed is done. One that is being added to an
    arrangement not concerned yet holds no lock that would show it: the database looks at its council when it is stored.
    """
    named = {*act.follows, *(code for codes in act.follows.values() for code in codes)}
    arrangements = concerned(act).prefetch_related(None)
    _hold(AnnualReturn.objects.filter(year__ends_on__gte=act.first_day))
    _hold(FinancialYear.objects.filter(ends_on__gte=act.first_day))
    _hold(arrangements)
    for memberships in (Partnership, BodyPartnership):
        _hold(memberships.objects.filter(arrangement__in=arrangements.values("pk")))
    with connection.cursor() as cursor:
        tables = ", ".join(connection.ops.quote_name(each._meta.db_table) for each in (Partnership, BodyPartnership))
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
    _hold(Council.objects.filter(gss_code__in=named))


def _hold(rows: Any) -> None:
    """Against changes, not against being referred to."""
    list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))


def _pass_on(effect: YearEffect, plan: Plan) -> None:
    """Ask the successors, hang what hung on withdrawn returns on theirs, and withdraw."""
    returns = AnnualReturn.objects.select_for_update(of=("self",)).filter(year=effect.year.key)
    standing = {row.council.gss_code: row for row in returns.select_related("council", "year")}
    councils, year = plan.facts.succeeding.councils, FinancialYear.objects.get(pk=effect.year.key)
    try:
        for each in effect.becoming:
            row = standing.get(each.council) or AnnualReturn(year=year, council=councils[each.council])
            row.council, row.state = councils.get(each.council, row.council), each.state
            row.submitted_by_id, row.submitted_at = each.submitted
            row.accepted_by_id, row.accepted_at = each.accepted
            row.full_clean()
            row.save()
            standing[each.council] = row
        for row, home in effect.moves:
            move(row, standing[home])
    except ValidationError as error:
        raise RuleBroken(f"{effect.year.name}: {message}" for message in error.messages) from error
    for gone in effect.withdrawn:
        _withdraw(gone, standing[gone.council])


def _withdraw(stands: Standing, row: AnnualReturn) -> None:
    """Nothing may hang on it any more: the database would refuse some, and let others fall with it."""
    left = hanging_on([stands.key])
    if left:
        raise RuleBroken(
            f"The return of {row} can't be withdrawn: {', '.join(sorted({one.relation for one in left}))} hang on it."
        )
    row.delete()
