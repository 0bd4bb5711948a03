"""The filters of the register as it stands now, with the latest released outcome beside each arrangement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Collate, Lower

from arrangements.register.models import Arrangement, Partnership, Service
from arrangements.register.querysets import ArrangementQuerySet
from arrangements.releases.filters import ArrangementFilters
from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.returns.models import FinancialYear
from councils.models import Council, CouncilKind, Region
from sharedservices.common.filters import NONE, Chosen, OneObject
from sharedservices.common.ordering import Orders
from sharedservices.common.today import today

STATUSES = [("not-started", "Not started"), ("operating", "Operating"), ("ended", "Ended")]


class RegisterFilter(ArrangementFilters):
    """The register as it stands now. With a year: those operating on its 31 March, with its latest released outcome."""

    status = Chosen(choices=STATUSES, method="with_status", label="Status", help_text="On 31 March of the year, or today.")
    year = OneObject(
        queryset=FinancialYear.objects.all(),
        method="operating_in",
        label="Financial year",
        help_text="Operating on 31 March, with the latest released outcome of the year.",
    )

    orders = Orders(
        {
            "name": Collate(Lower("name"), "C"),
            "reference": F("reference"),
            "started": F("started_on"),
            "partners": F("parties"),
            "saving": F("saving"),
        },
        unique="reference",
    )

    class Meta:
        model = Arrangement
        fields: Sequence[str] = []

    @property
    def year_chosen(self) -> FinancialYear | None:
        """The year asked for."""
        return self.chosen("year")

    @property
    def day(self) -> date | None:
        """31 March of the year asked for; None: at any time."""
        return self.year_chosen.ends_on if self.year_chosen else None

    def filter_queryset(self, queryset: Any) -> QuerySet:
        self.release = self._release()
        rows = queryset.with_party_count(self.day or today())
        return super().filter_queryset(with_released_saving(rows, self.release))

    def _release(self) -> Release | None:
        """The latest public release of the year asked for; without a year, the latest of all."""
        releases = Release.objects.current().newest_first().select_related("year")
        if self.year_chosen:
            releases = releases.of_year(self.year_chosen)
        return releases.first()

    def operating_in(self, rows: ArrangementQuerySet, name: str, year: FinancialYear) -> ArrangementQuerySet:
        return rows.operating_in(year) if not self.chosen("status") else rows

    def with_status(self, rows: ArrangementQuerySet, name: str, statuses: list[str]) -> QuerySet:
        day = self.day or today()
        by_status = {
            "operating": rows.in_force_on(day),
            "ended": rows.ended_by(day),
            "not-started": rows.not_started_by(day),
        }
        return rows.filter(pk__in=_union(by_status[status] for status in statuses))

    def touching_region(self, rows: ArrangementQuerySet, name: str, regions: list[Region]) -> ArrangementQuerySet:
        return rows.touching_region(regions, on=self.day)

    def touching_county(self, rows: ArrangementQuerySet, name: str, counties: list[Any]) -> QuerySet:
        named = [county for county in counties if county != NONE]
        found = Q(pk__in=rows.touching_county(named, on=self.day).values("pk")) if named else Q(pk__in=[])
        if NONE in counties:
            all_counties = Council.objects.filter(kind=CouncilKind.COUNTY)
            found |= ~Q(pk__in=rows.touching_county(all_counties, on=self.day).values("pk"))
        return rows.filter(found)

    def involving(self, rows: ArrangementQuerySet, name: str, councils: list[Council]) -> ArrangementQuerySet:
        return rows if self.chosen("role") else rows.involving(councils, on=self.day)

    def in_role(self, rows: ArrangementQuerySet, name: str, roles: list[str]) -> ArrangementQuerySet:
        partnerships = Partnership.objects.filter(role__in=roles)
        if self.day:
            partnerships = partnerships.in_force_on(self.day)
        if self.chosen("council"):
            partnerships = partnerships.filter(council__in=self.chosen("council"))
        return rows.taken_part_in_by(partnerships)

    def with_partner_kind(self, rows: ArrangementQuerySet, name: str, kinds: list[str]) -> ArrangementQuerySet:
        return rows.with_partner_kind(kinds, on=self.day)

    def in_several_regions(self, rows: ArrangementQuerySet, name: str, value: str) -> QuerySet:
        return rows.in_several_regions(on=self.day)

    def with_service(self, rows: ArrangementQuerySet, name: str, services: list[Service]) -> ArrangementQuerySet:
        return rows.with_service(services)

    def in_category(self, rows: ArrangementQuerySet, name: str, categories: list[Any]) -> ArrangementQuerySet:
        return rows.in_category(categories)

    def with_outcome(self, rows: QuerySet, name: str, outcomes: list[str]) -> QuerySet:
        """By the release's own rows, so that the database need not look each arrangement up."""
        found = Q(pk__in=self._released(outcome__in=outcomes))
        return rows.filter(found | ~Q(pk__in=self._released()) if NONE in outcomes else found)

    def saving_at_least(self, rows: QuerySet, name: str, amount: int) -> QuerySet:
        return rows.filter(pk__in=self._released(amount__gte=amount))

    def saving_at_most(self, rows: QuerySet, name: str, amount: int) -> QuerySet:
        return rows.filter(pk__in=self._released(amount__lte=amount))

    def _released(self, **which: Any) -> QuerySet:
        """The arrangements of the release's rows of which this holds."""
        return ReleasedArrangement.objects.filter(release=self.release, **which).values("arrangement")


def with_released_saving(rows: QuerySet, release: Release | None) -> QuerySet:
    """Annotate `outcome` and `saving` (whole pounds) as released; None where the release has no such row."""
    row = ReleasedArrangement.objects.filter(release=release, arrangement=OuterRef("pk"))
    return rows.annotate(outcome=Subquery(row.values("outcome")), saving=Subquery(row.values("amount")))


def _union(querysets: Any) -> QuerySet:
    """Rows in any of the querysets."""
    found, *rest = querysets
    for more in rest:
        found = found | more
    return found.values("pk")
