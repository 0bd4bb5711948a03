"""What must hold across rows before a year's returns are opened or its release prepared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.register.parties import first_day_short_of_parties
from sharedservices.common.periods import covers, spelled


def operating_with_parties(year: Any) -> QuerySet:
    """The arrangements operating on the year's 31 March by reference, with all their memberships. Three queries."""
    return (
        Arrangement.objects.operating_in(year)
        .prefetch_related(
            Prefetch("partnerships", Partnership.objects.select_related("council__region")),
            Prefetch("body_partnerships", BodyPartnership.objects.select_related("body")),
        )
        .order_by("reference")
    )


def faults_among(operating: Iterable[Arrangement], year: Any) -> list[tuple[Arrangement, str]]:
    """Each fault in a sentence, with its arrangement: those of `operating_with_parties`.

    Each must have an answering council, two parties on that day and its memberships within the lives of the parties.
    """
    return [(arrangement, fault) for arrangement in operating for fault in _faults(arrangement, year)]


def faults_of_operating(year: Any) -> list[str]:
    """The sentences of `faults_among` about everything operating on the year's 31 March."""
    return [fault for _, fault in faults_among(operating_with_parties(year), year)]


def _faults(arrangement: Arrangement, year: Any) -> Iterator[str]:
    on, who = year.ends_on, f"{arrangement.reference} {arrangement.name}"
    partnerships, bodies = list(arrangement.partnerships.all()), list(arrangement.body_partnerships.all())
    for membership in (*partnerships, *bodies):
        membership.arrangement = arrangement
    if not any(partnership.answers and partnership.in_force_on(on) for partnership in partnerships):
        yield f"{who} has no answering council on {spelled(on)}. Tick “answers” on one partnership of that day."
    here = [m for m in (*partnerships, *bodies) if m.in_force_on(on)]
    if first_day_short_of_parties((on, on), [(m.first_day, m.last_day) for m in here]):
        yield f"{who} has fewer than two parties on {spelled(on)}. Add the missing party, or end the arrangement."
    for membership in here:
        if not covers(membership.party.started_on, membership.party.ended_on, on):
            yield f"{who}: {membership.party} was not in force on {spelled(on)}. End its part, or name its successor."
