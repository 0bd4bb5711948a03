"""Reading what the checks look at: each answer's arrangement, past and like, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import F, Q

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.checks import Answering, Past, Subject, Twin, Usual
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from councils.models import Council, Succession
from sharedservices.common.among import among
from sharedservices.common.periods import covers, in_force_on

# The figures of the year and of the one before it: early in a collection there are few of its own.
USUAL = """
WITH changes AS (
    SELECT ln(now.amount::float / before.amount) AS change
    FROM arrangements_reportedsaving now
    JOIN arrangements_reportedsaving before ON before.arrangement_id = now.arrangement_id
    JOIN arrangements_financialyear year ON year.id = now.year_id
    JOIN arrangements_financialyear year_before ON year_before.id = before.year_id
    WHERE now.amount > 0 AND before.amount > 0 AND year.starts_on = ANY(%(years)s)
      AND year_before.starts_on = year.starts_on - interval '1 year'
), sizes AS (
    SELECT ln(saving.amount::float) AS size
    FROM arrangements_reportedsaving saving JOIN arrangements_financialyear year ON year.id = saving.year_id
    WHERE saving.amount > 0 AND year.starts_on = ANY(%(years)s)
), middle_change AS (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY change) AS median, count(*) AS known FROM changes
), middle_size AS (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY size) AS median, count(*) AS known FROM sizes
)
SELECT
    (SELECT median FROM middle_change),
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(change - median)) FROM changes, middle_change),
    (SELECT known FROM middle_change),
    (SELECT median FROM middle_size),
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(size - median)) FROM sizes, middle_size),
    (SELECT known FROM middle_size)
"""


class Proposed(Protocol):
    """What is known of an answer before it is judged."""

    @property
    def arrangement_id(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def note(self) -> str: ...


def usual_change(year: FinancialYear) -> Usual:
    """How large figures are, and how they change from one year to the next, lately. One query."""
    with connection.cursor() as cursor:
        cursor.execute(USUAL, {"years": [year.starts_on, year.previous_starts_on]})
        return Usual(*(value or 0 for value in cursor.fetchone()))


def subjects(year: FinancialYear, answers: Iterable[Proposed], beside: Mapping[int, int] | None = None) -> dict[int, Subject]:
    """What the rules may look at, by arrangement; answers about arrangements that don't exist are left out.

    Eight queries, however many answers. `beside`: amounts that the same act gives for further arrangements.
    """
    proposed = {answer.arrangement_id: answer for answer in answers}
    arrangements = _arrangements(proposed)
    past = _past(year, arrangements)
    answering = answering_councils(year, arrangements)
    twins = _twins(year, arrangements, proposed, beside or {})
    return {
        pk: Subject(
            reference=arrangement.reference,
            name=arrangement.name,
            year=str(year),
            year_ends_on=year.ends_on,
            outcome=proposed[pk].outcome,
            amount=proposed[pk].amount,
            note=proposed[pk].note,
            aims=arrangement.aims,
            started_on=arrangement.started_on,
            ended_on=arrangement.ended_on,
            answering=answering.get(pk),
            past=past[pk],
            twins=twins.get(pk, ()),
        )
        for pk, arrangement in arrangements.items()
    }


class Facts(NamedTuple):
    """What is read of an arrangement."""

    reference: str
    name: str
    aims: tuple[str, ...]
    started_on: date | None
    ended_on: date | None
    main_service_id: int


def _arrangements(keys: Iterable[int]) -> dict[int, Facts]:
    rows = Arrangement.objects.filter(among("pk", keys)).order_by().values_list("pk", *Facts._fields)
    return {pk: Facts(reference, name, tuple(aims), *rest) for pk, reference, name, aims, *rest in rows}


def answering_councils(year: FinancialYear, arrangements: Iterable[int]) -> dict[int, Answering]:
    """Who answers for each arrangement on 31 March, and how the return of that council stands.

    Where nobody does and the one who did has ended, that one: so that it can be said who followed it.
    """
    day = year.ends_on
    asked = Partnership.objects.filter(in_force_on(day, "joined_on", "left_on") | Q(left_on__lt=day, council__ended_on__lt=day))
    found = asked.filter(among("arrangement", arrangements), answers=True).distinct("arrangement_id")
    latest = found.order_by("arrangement_id", F("left_on").desc(nulls_first=True))
    by_arrangement = dict(latest.values_list("arrangement_id", "council_id"))
    councils = Council.objects.in_bulk(set(by_arrangement.values()))
    returns = {each.council_id: each for each in AnnualReturn.objects.filter(year=year, council__in=councils)}
    successors: dict[int, list[str]] = defaultdict(list)
    for succession in Succession.objects.filter(predecessor__in=councils).select_related("successor"):
        successors[succession.predecessor_id].append(succession.successor.name)
    answering = {
        pk: Answering(
            name=council.name,
            started_on=council.started_on,
            ended_on=council.ended_on,
            successors=tuple(successors[pk]),
            return_state=its.get_state_display().lower() if (its := returns.get(pk)) else None,
            is_open=its is not None and its.is_open_for_answers,
        )
        for pk, council in councils.items()
    }
    return {pk: answering[council] for pk, council in by_arrangement.items()}


def _past(year: FinancialYear, arrangements: Mapping[int, Facts]) -> dict[int, tuple[Past, ...]]:
    """For each arrangement the earlier years it was asked about, the latest first, with what was answered."""
    collected = list(FinancialYear.objects.collected().filter(starts_on__lt=year.starts_on).order_by("-starts_on"))
    named = {before.pk: str(before) for before in collected}
    savings = ReportedSaving.objects.filter(among("arrangement", arrangements), year__in=collected).order_by()
    answered = {
        (pk, before): Past(named[before], outcome, amount)
        for pk, before, outcome, amount in savings.values_list("arrangement_id", "year_id", "outcome", "amount")
    }
    silent = {before.pk: Past(named[before.pk], None, None) for before in collected}
    return {
        pk: tuple(
            answered.get((pk, before.pk), silent[before.pk])
            for before in collected
            if (pk, before.pk) in answered or _operated(arrangement, before)
        )
        for pk, arrangement in arrangements.items()
    }


def _operated(arrangement: Facts, year: FinancialYear) -> bool:
    return arrangement.started_on is not None and covers(arrangement.started_on, arrangement.ended_on, year.ends_on)


def _twins(
    year: FinancialYear, arrangements: Mapping[int, Facts], proposed: Mapping[int, Any], beside: Mapping[int, int]
) -> dict[int, tuple[Twin, ...]]:
    """Other operating arrangements that are like these and have a figure. An amount of the same act counts as theirs."""
    figures = {pk: arrangements[pk].main_service_id for pk in arrangements if proposed[pk].amount}
    near, named = alike(year, figures)
    others = {other for those in near.values() for other in those}
    amounts = dict(
        ReportedSaving.objects.figures().filter(among("arrangement", others), year=year).values_list("arrangement_id", "amount")
    )
    amounts |= beside
    amounts |= {pk: proposed[pk].amount for pk in figures}
    return {pk: tuple(Twin(*named[other], amounts[other]) for other in those if amounts.get(other)) for pk, those in near.items()}


def alike(year: FinancialYear, services: Mapping[int, int]) -> tuple[dict[int, list[int]], dict[int, tuple[str, str]]]:
    """For each arrangement, given with its main service, the others of the service with the same councils or a part of them.

    And the reference and name of each of those. One query.
    """
    mine = Partnership.objects.involved_on(year.ends_on).filter(among("arrangement", services))
    likes = (
        Arrangement.objects.operating_in(year)
        .filter(main_service__in=set(services.values()))
        .involving(mine.values("council"), on=year.ends_on)
    )
    councils: dict[int, set[int]] = defaultdict(set)
    with_a_council: dict[tuple[int, int], list[int]] = defaultdict(list)
    named: dict[int, tuple[str, str]] = {}
    involved = Partnership.objects.involved_on(year.ends_on).filter(arrangement__in=likes)
    for pk, council, service, reference, name in involved.values_list(
        "arrangement_id", "council_id", "arrangement__main_service_id", "arrangement__reference", "arrangement__name"
    ):
        named[pk] = reference, name
        councils[pk].add(council)
        with_a_council[service, council].append(pk)
    return {pk: _alike(pk, service, councils, with_a_council) for pk, service in services.items()}, named


def _alike(
    pk: int, service: int, councils: Mapping[int, set[int]], with_a_council: Mapping[tuple[int, int], Sequence[int]]
) -> list[int]:
    """Those of the service whose councils hold all of this one's, or are all held by it; two or more in common."""
    near = {other for council in councils.get(pk, ()) for other in with_a_council.get((service, council), ()) if other != pk}
    return sorted(
        other
        for other in near
        if len(councils[pk] & councils[other]) > 1 and (councils[pk] <= councils[other] or councils[other] <= councils[pk])
    )
