"""How arrangements are made up: counts of them by what they share, how they are held together and whom they touch.

Nothing here adds money. An arrangement that belongs to two parts counts in both, and the chart says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from arrangements.register.models import Partnership
from arrangements.register.vocabulary import Governance
from arrangements.releases.press.phrases import the_region
from arrangements.releases.readings import of_parts
from sharedservices.common.charts import Chart, Value, bars
from sharedservices.common.today import today

REGION = "Region"
Part = tuple[str, str, int]
Csv = Callable[[str], str]


@dataclass(frozen=True)
class Fact:
    """What an arrangement shares and how it is held together."""

    governance: str
    service: tuple[str, str]
    category: tuple[str, str]


@dataclass(frozen=True)
class Operating:
    """Arrangements that operate today and their lead and partner councils, read in two queries and counted in many ways."""

    facts: tuple[Fact, ...]
    by_region: tuple[Part, ...]
    by_council: dict[int, int]

    @classmethod
    def of(cls, arrangements: QuerySet) -> Operating:
        """Those of the queryset."""
        plain = arrangements.order_by()
        names = ("main_service__slug", "main_service__name", "main_service__category__slug", "main_service__category__name")
        facts = [
            Fact(governance, (service, service_name), (category, category_name))
            for governance, service, service_name, category, category_name in plain.values_list("governance", *names)
        ]
        taking_part = Partnership.objects.involved_on(today()).filter(arrangement__in=plain.values("pk")).order_by()
        pairs = set(taking_part.values_list("arrangement", "council", "council__region__slug", "council__region__name"))
        touched = Counter((slug, name) for _, slug, name in {(arrangement, slug, name) for arrangement, _, slug, name in pairs})
        return cls(
            tuple(facts),
            tuple((slug, name, number) for (slug, name), number in touched.items()),
            Counter(council for _, council, _, _ in pairs),
        )

    @property
    def by_governance(self) -> list[Part]:
        """How many have each governance form."""
        counted = Counter(fact.governance for fact in self.facts)
        return [(code, str(Governance(code).label), number) for code, number in counted.items()]

    @property
    def by_category(self) -> list[Part]:
        """How many have their main service in each category."""
        return [(slug, name, number) for (slug, name), number in Counter(fact.category for fact in self.facts).items()]

    @property
    def by_service(self) -> list[Part]:
        """How many have each main service."""
        return [(slug, name, number) for (slug, name), number in Counter(fact.service for fact in self.facts).items()]


def listed_by(**filters: str) -> str:
    """The address of the list of arrangements operating today that meet the filters."""
    return f"{reverse('arrangements')}?{urlencode({**filters, 'status': 'operating'})}"


def mix(key: str, title: str, parts: Iterable[Part], *, of: str, csv: Csv, href: Callable[[str], str], note: str = "") -> Chart:
    """A bar for each part, the largest first; each leads to its arrangements."""
    called = the_region if of == REGION else str
    values = tuple(
        Value(code, name, number, f"{number:,}", href=href(code))
        for code, name, number in sorted(parts, key=lambda part: (-part[2], part[1]))
    )
    return Chart(
        key=key, title=title, reading=of_parts(values, "arrangements", called), values=values, drawing=bars(values), csv=csv(key),
        of=of, note=note,
    )  # fmt: skip
