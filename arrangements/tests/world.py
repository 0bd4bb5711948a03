"""A small register with the corners that filters turn on: the same in every run, and made in about a second.

Days fall on both edges of 31 March 2013 and 2014 and of `TODAY`; names repeat and differ in capitals; amounts repeat, are
zero and negative; starts are missing; councils come, go, change their part and their code. 2012/13 has two releases,
2013/14 one, 2014/15 is open with answers that nobody but its officers and the LGA may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from arrangements.register.models import (
    Arrangement,
    BodyPartnership,
    FormerName,
    OtherService,
    Partnership,
    Service,
)
from arrangements.register.vocabulary import EndReason, Governance, Role, StartPrecision
from arrangements.releases.models import Release
from arrangements.returns.actions import open_collection
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import accept_all, make_analyst, make_release, make_service, make_year
from councils.models import BodyKind, Council, CouncilKind, CouncilName, FormerCode, PartnerBody
from councils.tests.builders import make_body, make_council, make_region

SEED = 20140331
TODAY = date(2015, 4, 20)
ARRANGEMENTS = 90

STARTS = [
    date(2009, 4, 1), date(2009, 4, 1), date(2012, 6, 1), date(2013, 3, 31), date(2013, 4, 1),
    date(2014, 3, 31), date(2014, 4, 1), date(2015, 4, 20), date(2015, 4, 21), None,
]  # fmt: skip
ENDS = [date(2013, 3, 30), date(2013, 3, 31), date(2014, 3, 30), date(2014, 3, 31), date(2015, 4, 19), date(2015, 4, 20)]
JOINED = [None, None, date(2013, 3, 31), date(2013, 4, 1), date(2014, 3, 31), date(2014, 4, 1)]
LEFT = [None, None, date(2014, 3, 30), date(2014, 3, 31)]
AMOUNTS = [0, -2_500, 40_000, 40_000, 125_000, 1_000_000, 7_250_001]
SERVICES = {"ict": "back-office", "payroll": "back-office", "waste": "environment", "parks": "environment", "museums": "culture"}
THINGS = ["Shared ICT", "shared ICT", "Waste partnership", "Joint museums", "Payroll together", "Parks and gardens"]


@dataclass(frozen=True)
class World:
    """What was made."""

    years: dict[str, FinancialYear]
    councils: Sequence[Council]
    releases: Sequence[Release]


def make_world() -> World:
    """Make everything. `REGISTER_TODAY` must be `TODAY`."""
    rng = Random(SEED)
    councils = _make_councils()
    bodies = [
        make_body("Northshire Police"),
        make_body("Mid Clinical Group", kind=BodyKind.NHS),
        make_body("Fens Fire", kind=BodyKind.FIRE),
    ]
    services = [make_service(slug, category) for slug, category in SERVICES.items()]
    arrangements = _make_arrangements(rng, services)
    _make_parties(rng, arrangements, councils, bodies)
    years = {year.slug: year for year in (make_year(2012), make_year(2013), make_year(2014))}
    for year in years.values():
        _make_answers(rng, arrangements, year)
    releases = _publish(years)
    open_collection(year=years["2014-15"], user=make_analyst())
    return World(years, councils, releases)


def _make_councils() -> list[Council]:
    """Two counties with districts, unitaries, boroughs; the last one has ended."""
    london, south, midlands, north = map(make_region, ["London", "South East", "East Midlands", "North West"])
    counties = [
        make_council("Northshire County Council", CouncilKind.COUNTY, south, slug="northshire"),
        make_council("Fenshire County Council", CouncilKind.COUNTY, midlands, slug="fenshire"),
    ]
    districts = [
        make_council(
            f"{name} District Council", CouncilKind.DISTRICT, counties[at % 2].region, county=counties[at % 2], short_name=name
        )
        for at, name in enumerate(["Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch"])
    ]
    others = [
        *(
            make_council(f"{name} Council", CouncilKind.UNITARY, region)
            for name, region in [("Oakham", south), ("Rowan", midlands)]
        ),
        *(make_council(f"{name} Council", CouncilKind.LONDON_BOROUGH, london) for name in ["Yew", "Willow", "Poplar"]),
        make_council("Maple Council", CouncilKind.METROPOLITAN, north),
    ]
    FormerCode.objects.create(council=districts[0], code="E07800001", ended_on=date(2013, 9, 30))
    CouncilName.objects.create(council=others[0], name="Old Acorn Council", kind="official", used_until=date(2013, 6, 30))
    ended = make_council("Gone Council", CouncilKind.UNITARY, midlands, ended_on=date(2012, 12, 31))
    return [*counties, *districts, *others, ended]


def _make_arrangements(rng: Random, services: list[Service]) -> list[Arrangement]:
    made = []
    for number in range(ARRANGEMENTS):
        start = rng.choice(STARTS)
        end = rng.choice([None] * 8 + [day for day in ENDS if start is None or start <= day])
        made.append(
            Arrangement(
                name=f"{rng.choice(THINGS)} {number % 9}",
                main_service=rng.choice(services),
                governance=rng.choice(Governance.values),
                started_on=start,
                start_precision=StartPrecision.UNKNOWN if start is None else StartPrecision.DAY,
                ended_on=end,
                end_reason=EndReason.DISSOLVED if end else "",
                is_illustrative=rng.random() < 0.3,
            )
        )
    arrangements = Arrangement.objects.bulk_create(made)
    OtherService.objects.bulk_create(
        OtherService(arrangement=each, service=other)
        for each in arrangements
        for other in rng.sample(services, 1)
        if rng.random() < 0.3 and other != each.main_service
    )
    FormerName.objects.bulk_create(FormerName(arrangement=each, name=f"Quondam {each.pk % 5}") for each in arrangements[::6])
    return arrangements


def _make_parties(rng: Random, arrangements: list[Arrangement], councils: list[Council], bodies: list[PartnerBody]) -> None:
    """The first two stay throughout, and the first answers; others come and go, buy, or ended with their council."""
    *living, ended = councils
    parts, body_parts = [], []
    for each in arrangements:
        first, second, *others = rng.sample(living, rng.choice([2, 2, 3, 4]))
        leads = rng.random() < 0.7
        parts.append(Partnership(arrangement=each, council=first, role=Role.LEAD if leads else Role.PARTNER, answers=True))
        parts.append(Partnership(arrangement=each, council=second, role=Role.PARTNER))
        for council in others:
            joined, left = rng.choice(JOINED), rng.choice(LEFT)
            if joined and left and left < joined:
                left = None
            role = rng.choice([Role.PARTNER, Role.CLIENT])
            parts.append(Partnership(arrangement=each, council=council, role=role, joined_on=joined, left_on=left))
        if rng.random() < 0.1:
            parts.append(Partnership(arrangement=each, council=ended, role=Role.PARTNER, left_on=ended.ended_on))
        if rng.random() < 0.25:
            body_parts.append(BodyPartnership(arrangement=each, body=rng.choice(bodies), joined_on=rng.choice(JOINED)))
    Partnership.objects.bulk_create(parts)
    BodyPartnership.objects.bulk_create(body_parts)


def _make_answers(rng: Random, arrangements: list[Arrangement], year: FinancialYear) -> None:
    answers: list[Any] = []
    for each in arrangements:
        outcome = rng.choice([Outcome.FIGURE, Outcome.FIGURE, *Outcome.values, None])
        if outcome:
            amount = rng.choice(AMOUNTS) if outcome == Outcome.FIGURE else None
            answers.append(ReportedSaving(arrangement=each, year=year, outcome=outcome, amount=amount))
    ReportedSaving.objects.bulk_create(answers)


def _publish(years: dict[str, FinancialYear]) -> list[Release]:
    """Everything is accepted but one council's return; a correction makes the second revision of the first year."""
    for slug in ("2012-13", "2013-14"):
        accept_all(years[slug])
        late = years[slug].returns.earliest("council__gss_code")
        years[slug].returns.filter(pk=late.pk).update(
            state=ReturnState.IN_PROGRESS, submitted_by=None, submitted_at=None, accepted_by=None, accepted_at=None
        )
    first = make_release(years["2012-13"])
    years["2012-13"].reported_savings.filter(amount=1_000_000).update(amount=900_000)
    second = make_release(years["2012-13"], at=datetime(2014, 3, 18, 12, tzinfo=UTC), note="A million was nine hundred thousand.")
    return [first, second, make_release(years["2013-14"])]
