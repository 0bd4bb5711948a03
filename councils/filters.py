"""The filters of councils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Collate, Lower

from councils.models import BodyKind, Council, CouncilKind, FormerCode, PartnerBody, Region
from councils.querysets import CouncilQuerySet
from sharedservices.common.facets import FacetedFilterSet
from sharedservices.common.filters import NONE, Chosen, Day, Objects, Search
from sharedservices.common.ordering import OrderedFilterSet, Orders


def slugs_by_former_code() -> dict[str, str]:
    """The councils' slugs by the codes that stood for them before a boundary changed."""
    return dict(FormerCode.objects.values_list("code", "council__slug"))


class CouncilFilter(FacetedFilterSet):
    """Councils of all times; `in_force_on` narrows them to a day."""

    q = Search(method="found_by", label="Search", help_text="Name, former name or code; a slip of a letter is forgiven.")
    kind = Chosen(choices=CouncilKind.choices, method="of_kind", label="Kind of council")
    region = Objects(queryset=Region.objects.all(), codes=("gss_code",), method="in_region", label="Region")
    county = Objects(
        queryset=Council.objects.filter(kind=CouncilKind.COUNTY),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        none_label="No county",
        method="of_county",
        label="County",
        help_text="The county council and its districts; none: neither a county nor under one.",
    )
    in_force_on = Day(method="in_force", label="In force on", help_text="For example 2014-04-01.")

    facets: ClassVar[Mapping[str, str]] = {name: f"by_{name}" for name in ("kind", "region", "county")}

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

    def of_county(self, councils: CouncilQuerySet, name: str, counties: list[Any]) -> QuerySet:
        found = Q(pk__in=councils.of_county_area([county for county in counties if county != NONE]).values("pk"))
        outside = Q(county__isnull=True) & ~Q(kind=CouncilKind.COUNTY)
        return councils.filter(found | outside if NONE in counties else found)

    def in_force(self, councils: CouncilQuerySet, name: str, day: date) -> CouncilQuerySet:
        return councils.in_force_on(day)

    # The option of each council, to be counted

    def by_kind(self, keys: Any) -> QuerySet:
        return _councils(keys).values_list("kind", "pk")

    def by_region(self, keys: Any) -> QuerySet:
        return _councils(keys).values_list("region__slug", "pk")

    def by_county(self, keys: Any) -> QuerySet:
        own = Case(When(kind=CouncilKind.COUNTY, then=F("slug")), default=F("county__slug"))
        return _councils(keys).annotate(own=own).filter(own__isnull=False).values_list("own", "pk")


def _councils(keys: Any) -> QuerySet:
    return Council.objects.filter(pk__in=keys).order_by()


class RegionFilter(OrderedFilterSet):
    """The nine regions."""

    orders = Orders({"name": Collate(Lower("name"), "C"), "code": F("gss_code")}, unique="gss_code")

    class Meta:
        model = Region
        fields: Sequence[str] = []


class BodyFilter(OrderedFilterSet):
    """Partners outside the principal councils."""

    q = Search(method="named_like", label="Search", help_text="Part of its name.")
    kind = Chosen(choices=BodyKind.choices, method="of_kind", label="Kind of body")
    region = Objects(queryset=Region.objects.all(), codes=("gss_code",), method="in_region", label="Region")

    orders = Orders({"name": Collate(Lower("name"), "C")}, unique="slug")

    class Meta:
        model = PartnerBody
        fields: Sequence[str] = []

    def named_like(self, bodies: Any, name: str, text: str) -> Any:
        return bodies.filter(name__icontains=text)

    def of_kind(self, bodies: Any, name: str, kinds: list[str]) -> Any:
        return bodies.filter(kind__in=kinds)

    def in_region(self, bodies: Any, name: str, regions: list[Region]) -> Any:
        return bodies.filter(region__in=regions)
