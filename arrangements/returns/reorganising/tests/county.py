"""A small county, Fellshire, whose council and four districts give way to two: East (Alder, Birch) and West (Cedar, Elm)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.wholes import Choice
from arrangements.returns.reorganising.actions import Reorganised, reorganise
from arrangements.tests.builders import make_analyst, make_service
from councils.models import Council, CouncilKind
from councils.tests.builders import made_code, make_council, make_region

FIRST_DAY = date(2023, 4, 1)
EVE = date(2023, 3, 31)


class Fellshire:
    """The councils, and what most tests do with them."""

    def __init__(self) -> None:
        self.region = make_region("North West")
        self.county = make_council("Fellshire County Council", CouncilKind.COUNTY, self.region)
        self.alder, self.birch, self.cedar, self.elm = (
            make_council(f"{name} District Council", CouncilKind.DISTRICT, self.region, county=self.county, short_name=name)
            for name in ["Alder", "Birch", "Cedar", "Elm"]
        )
        self.outside, self.other = make_council("Outside Council"), make_council("Other Council")
        self.east, self.west = self.to_come("East Fells"), self.to_come("West Fells")
        self.analyst = make_analyst()

    def to_come(self, name: str, **fields: Any) -> Council:
        """A unitary council that the register doesn't hold yet."""
        facts = {"kind": CouncilKind.UNITARY, "gss_code": made_code("E06"), "region": self.region, **fields}
        return Council(name=f"{name} Council", short_name=name, slug=name.lower().replace(" ", "-"), **facts)

    def predecessors(self) -> dict[Council, list[Council]]:
        """Who follows whom."""
        return {
            self.county: [self.east, self.west],
            self.alder: [self.east],
            self.birch: [self.east],
            self.cedar: [self.west],
            self.elm: [self.west],
        }

    def reorganise(self, choices: Mapping[Partnership, Choice] | None = None, **asked: Any) -> Reorganised:
        """As it is to be, unless told otherwise; choices by partnership."""
        return reorganise(
            **{
                "predecessors": self.predecessors(),
                "successors": [self.east, self.west],
                "first_day": FIRST_DAY,
                "choices": {row.pk: choice for row, choice in (choices or {}).items()},
                "user": self.analyst,
                **asked,
            }
        )


def parts_of(arrangement: Arrangement) -> list[tuple[Any, ...]]:
    """Each partnership as (council, role, answers, joined, left), by council and day."""
    rows = arrangement.partnerships.select_related("council").order_by(
        "council__short_name", F("joined_on").asc(nulls_first=True)
    )
    return [(row.council.short_name, row.role, row.answers, row.joined_on, row.left_on) for row in rows]


def made_of_many(councils: list[Council], number: int) -> list[Arrangement]:
    """So many arrangements, each of two of the councils and stored in bulk."""
    service = make_service()
    arrangements = Arrangement.objects.bulk_create(
        Arrangement(name=f"One of many {at}", main_service=service, started_on=date(2010, 4, 1)) for at in range(number)
    )
    Partnership.objects.bulk_create(
        Partnership(arrangement=each, council=councils[(at + place) % len(councils)], answers=not place)
        for at, each in enumerate(arrangements)
        for place in range(2)
    )
    return arrangements
