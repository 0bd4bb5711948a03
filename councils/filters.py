"""The filters of councils."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F
from django.db.models.functions import Collate, Lower

from councils.models import Council, CouncilKind, FormerCode, Region
from councils.querysets import CouncilQuerySet
from sharedservices.common.filters import Chosen, Day, Objects, Search
from sharedservices.common.ordering import OrderedFilterSet, Orders


def slugs_by_former_code() -> dict[str, str]:
    """The councils' slugs by the codes that stood for them before a boundary changed."""
    return dict(FormerCode.objects.values_list("code", "council__slug"))


class CouncilFilter(OrderedFilterSet):
    """Councils of all times; `in_force_on` narrows them to a day."""

    q = Search(method="found_by", label="Search", help_text="Name, former name or code; a slip of a letter is forgiven.")
    kind = Chosen(choices=CouncilKind.choices, method="of_kind", label="Kind of council")
    region = Objects(queryset=Region.objects.all(), codes=("gss_code",), method="in_region", label="Region")
    county = Objects(
        queryset=Council.objects.filter(kind=CouncilKind.COUNTY),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        method="of_county",
        label="County",
        help_text="The county council and its districts.",
    )
    in_force_on = Day(method="in_force", label="In force on", help_text="For example 2014-04-01.")

    orders = Orders(
        {
            "name": Collate(Lower("short_name"), "C"),
            "code": F("gss_code"),
            "started": F("started_on"),
            "ended": F("ended_on"),
        },
        unique="gss_code",
    )

    class Meta:
        model = Council
        fields: Sequence[str] = []

    def found_by(self, councils: CouncilQuerySet, name: str, text: str) -> CouncilQuerySet:
        return councils.found_by(text)

    def of_kind(self, councils: CouncilQuerySet, name: str, kinds: list[str]) -> CouncilQuerySet:
        return councils.filter(kind__in=kinds)

    def in_region(self, councils: CouncilQuerySet, name: str, regions: list[Region]) -> CouncilQuerySet:
        return councils.filter(region__in=regions)

    def of_county(self, councils: CouncilQuerySet, name: str, counties: list[Council]) -> CouncilQuerySet:
        return councils.of_county_area(counties)

    def in_force(self, councils: CouncilQuerySet, name: str, day: date) -> CouncilQuerySet:
        return councils.in_force_on(day)
