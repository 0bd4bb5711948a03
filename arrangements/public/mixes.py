"""How arrangements are made up: counts of them by what they share, how they are held together and whom they touch.

Nothing here adds money. An arrangement that belongs to two parts counts in both, and the chart says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import Governance
from arrangements.releases.readings import of_parts
from sharedservices.common.charts import Chart, Value, bars
from sharedservices.common.today import today

Part = tuple[str, str, int]
Csv = Callable[[str], str]


def listed_by(**filters: str) -> str:
    """The address of the list of arrangements operating today that meet the filters."""
    return f"{reverse('arrangements')}?{urlencode({**filters, 'status': 'operating'})}"


def by_governance(arrangements: QuerySet) -> list[Part]:
    """How many have each governance form."""
    counted = arrangements.order_by().values_list("governance").annotate(Count("pk"))
    return [(code, str(Governance(code).label), number) for code, number in counted]


def by_category(arrangements: QuerySet) -> list[Part]:
    """How many have their main service in each category."""
    names = ("main_service__category__slug", "main_service__category__name")
    return list(arrangements.order_by().values_list(*names).annotate(Count("pk")))


def by_main_service(arrangements: QuerySet) -> list[Part]:
    """How many have each main service."""
    return list(arrangements.order_by().values_list("main_service__slug", "main_service__name").annotate(Count("pk")))


def by_region(arrangements: QuerySet) -> list[Part]:
    """How many have a lead or partner council in each region today."""
    partnerships = Partnership.objects.involved_on(today()).filter(arrangement__in=arrangements)
    names = ("council__region__slug", "council__region__name")
    return list(partnerships.order_by().values_list(*names).annotate(Count("arrangement", distinct=True)))


def mix(key: str, title: str, parts: Iterable[Part], *, of: str, csv: Csv, href: Callable[[str], str], note: str = "") -> Chart:
    """A bar for each part, the largest first; each leads to its arrangements."""
    values = tuple(
        Value(code, name, number, f"{number:,}", href=href(code))
        for code, name, number in sorted(parts, key=lambda part: (-part[2], part[1]))
    )
    return Chart(
        key=key, title=title, reading=of_parts(values, "arrangements"), values=values, drawing=bars(values), csv=csv(key),
        of=of, note=note,
    )  # fmt: skip


def operating_of(arrangements: QuerySet) -> QuerySet:
    """The same arrangements as a plain set of rows, to be counted in any way."""
    return Arrangement.objects.filter(pk__in=arrangements.order_by().values("pk"))
