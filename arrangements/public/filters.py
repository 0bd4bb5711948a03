"""The filters of the register as it stands now, with the latest released outcome beside each arrangement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Collate, Lower

from arrangements.register.models import Arrangement, BodyPartnership, Partnership, Service
from arrangements.register.querysets import ArrangementQuerySet, PartnershipQuerySet, taking_part
from arrangements.releases.filters import ArrangementFilters
from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.returns.models import FinancialYear
from councils.models import CouncilKind
from sharedservices.common.facets import united
from sharedservices.common.filters import NONE, Chosen, OneObject
from sharedservices.common.ordering import Orders
from sharedservices.common.today import today

COUNTED_BY_KEY = {"region", "county", "council", "service", "category"}
OPERATING = "operating"
STATUSES = [("not-started", "Not started"), (OPERATING, "Operating"), ("ended", "Ended")]
# What these mean depends on the day.
OF_PARTIES = ("region", "county", "council", "role", "partner_kind", "regions")


class RegisterFilter(ArrangementFilters):
    """The register as it stands now. With a year: those operating on its 31 March, with its latest released outcome."""

    status = Chosen(
        choices=STATUSES,
        method="with_status",
        label="Status",
        help_text="On 31 March of the year, or today: operating means with those who take part that day.",
    )
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

    facets: ClassVar[Mapping[str, str]] = {**ArrangementFilters.facets, "status": "by_status"}
    counted_with: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **ArrangementFilters.counted_with,
        "status": {"status": [status for status, _ in STATUSES]},
    }
    one_by_one = ("year",)

    class Meta:
        model = Arrangement
        fields: Sequence[str] = []

    @property
    def year_chosen(self) -> FinancialYear | None:
        """The year asked for."""
        return self.chosen("year")

    @property
    def day(self) -> date | None:
        """The day on which a party must take part: 31 March of the year asked for; today of what operates; None: at any time."""
        if self.year_chosen:
            return self.year_chosen.ends_on
        return today() if set(self.chosen("status") or ()) == {OPERATING} else None

    def filter_queryset(self, queryset: Any) -> QuerySet:
        rows = queryset.with_party_count(self.day or today())
        return super().filter_queryset(with_released_saving(rows, self.release))

    @property
    def release(self) -> Release | None:
        """The latest public release of the year asked for; without a year, the latest of all."""
        of_year = [each for each in self._releases if self.year_chosen in (None, each.year)]
        return of_year[0] if of_year else None

    @cached_property
    def _releases(self) -> list[Release]:
        return list(Release.objects.current().newest_first().select_related("year"))

    def operating_in(self, rows: ArrangementQuerySet, name: str, year: FinancialYear) -> ArrangementQuerySet:
        return rows.operating_in(year) if not self.chosen("status") else rows

    def with_status(self, rows: ArrangementQuerySet, name: str, statuses: list[str]) -> QuerySet:
        return rows.with_status_on(self.day or today()).filter(status_then__in=statuses)

    def touching_region(self, rows: ArrangementQuerySet, name: str, regions: list[Any]) -> QuerySet:
        named = rows.touching_region(_named(regions), on=self.day)
        return _either(rows, named, regions, taking_part(self.day))

    def touching_county(self, rows: ArrangementQuerySet, name: str, counties: list[Any]) -> QuerySet:
        return _either(rows, rows.touching_county(_named(counties), on=self.day), counties, self._parts_in_counties())

    def involving(self, rows: ArrangementQuerySet, name: str, councils: list[Any]) -> QuerySet:
        if self.chosen("role"):
            return rows
        return _either(rows, rows.involving(_named(councils), on=self.day), councils, taking_part(self.day))

    def in_role(self, rows: ArrangementQuerySet, name: str, roles: list[str]) -> QuerySet:
        """With a council, `none` counts only where it stands in both."""
        councils = self.chosen("council")
        parts = self._parts_in_any_role().filter(role__in=roles)
        if councils:
            parts = parts.filter(council__in=_named(councils))
        nobody = NONE in roles and (not councils or NONE in councils)
        return _either(rows, rows.taken_part_in_by(parts), [NONE] if nobody else [], self._parts_in_any_role())

    def with_partner_kind(self, rows: ArrangementQuerySet, name: str, kinds: list[str]) -> QuerySet:
        return _either(rows, rows.with_partner_kind(kinds, on=self.day), kinds, taking_part(self.day), self._bodies())

    def in_so_many_regions(self, rows: ArrangementQuerySet, name: str, value: str) -> QuerySet:
        if value == NONE:
            return _either(rows, rows.none(), [NONE], taking_part(self.day))
        return rows.in_several_regions(on=self.day) if value == "several" else rows.in_one_region(on=self.day)

    def _parts_in_any_role(self) -> PartnershipQuerySet:
        return Partnership.objects.in_force_on(self.day) if self.day else Partnership.objects.all()

    def _parts_in_counties(self) -> PartnershipQuerySet:
        return taking_part(self.day).filter(Q(council__kind=CouncilKind.COUNTY) | Q(council__county__isnull=False))

    def _bodies(self) -> QuerySet:
        return BodyPartnership.objects.in_force_on(self.day) if self.day else BodyPartnership.objects.all()

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

    # The options of each arrangement, to be counted

    def counted_apart(self) -> tuple[str, ...]:
        """A status too, where parties are asked for and no year: of what operates they must take part today."""
        of_parties = not self.year_chosen and any(self.chosen(name) for name in OF_PARTIES)
        return (*super().counted_apart(), "status") if of_parties else super().counted_apart()

    def instead_of(self, name: str) -> Mapping[str, Any]:
        """A year without a status means what operated in it, and so any status is chosen while they are counted."""
        return super().instead_of(name) if name != "status" or self.year_chosen else {"status": None}

    def by_region(self, keys: Any) -> QuerySet:
        return _pairs(taking_part(self.day), "council__region_id", keys)

    def by_county(self, keys: Any) -> QuerySet:
        own = Case(When(council__kind=CouncilKind.COUNTY, then=F("council_id")), default=F("council__county_id"))
        return _pairs(self._parts_in_counties(), own, keys)

    def by_council(self, keys: Any) -> QuerySet:
        roles = self.standing("role")
        if not roles:
            return _pairs(taking_part(self.day), "council_id", keys)
        pairs = _pairs(self._parts_in_any_role().filter(role__in=roles), Cast("council_id", CharField()), keys)
        return united([pairs, self._nobody(keys)]) if NONE in roles else pairs

    def by_role(self, keys: Any) -> QuerySet:
        councils, parts = self.standing("council"), self._parts_in_any_role()
        pairs = _pairs(parts.filter(council__in=_named(councils)) if councils else parts, "role", keys)
        return united([pairs, self._nobody(keys)]) if NONE in councils else pairs

    def by_service(self, keys: Any) -> QuerySet:
        others = Arrangement.other_services.through.objects.filter(arrangement__in=keys)
        return united([_rows(keys).values_list("main_service_id", "pk"), others.values_list("service_id", "arrangement_id")])

    def by_category(self, keys: Any) -> QuerySet:
        return _rows(keys).values_list("main_service__category_id", "pk")

    def by_governance(self, keys: Any) -> QuerySet:
        return _rows(keys).values_list("governance", "pk")

    def by_partner_kind(self, keys: Any) -> QuerySet:
        of_councils, of_bodies = _pairs(taking_part(self.day), "council__kind", keys), _pairs(self._bodies(), "body__kind", keys)
        return united([of_councils, of_bodies], apart=True)

    def by_regions_touched(self, keys: Any) -> QuerySet:
        several = Case(When(first__lt=F("last"), then=Value("several")), default=Value("one"))
        return taking_part(self.day).filter(arrangement__in=keys).by_arrangement().values_list(several, "arrangement")

    def by_outcome(self, keys: Any) -> QuerySet:
        rows = ReleasedArrangement.objects.filter(release=self.release, arrangement__in=keys)
        return rows.order_by().values_list("outcome", "arrangement")

    def by_status(self, keys: Any) -> QuerySet:
        return _rows(keys).with_status_on(self.day or today()).values_list("status_then", "pk")

    def as_options(self, name: str, found: dict[str, int]) -> dict[str, int]:
        """Keys are counted, which is quicker than words, and told as the slugs of what they stand for."""
        if name not in COUNTED_BY_KEY:
            return found
        slugs = {str(each.pk): each.slug for each in self.form.fields[name].objects}  # type: ignore[attr-defined]
        return {slugs.get(key, key): count for key, count in found.items()}

    def _nobody(self, keys: Any) -> QuerySet:
        return _either(_rows(keys), _rows(keys).none(), [NONE], self._parts_in_any_role()).values_list(Value(NONE), "pk")

    def _released(self, **which: Any) -> QuerySet:
        """The arrangements of the release's rows of which this holds."""
        return ReleasedArrangement.objects.filter(release=self.release, **which).values("arrangement")


def with_released_saving(rows: QuerySet, release: Release | None) -> QuerySet:
    """Annotate `outcome` and `saving` (whole pounds) as released; None where the release has no such row."""
    row = ReleasedArrangement.objects.filter(release=release, arrangement=OuterRef("pk"))
    return rows.annotate(outcome=Subquery(row.values("outcome")), saving=Subquery(row.values("amount")))


def _named(chosen: list[Any]) -> list[Any]:
    """What was chosen, less `none`."""
    return [each for each in chosen if each != NONE]


def _either(rows: Any, found: QuerySet, chosen: list[Any], *parts: QuerySet) -> QuerySet:
    """What was found, and where `none` is among the chosen the arrangements that have none of the parts."""
    if NONE not in chosen:
        return found
    nobody = Q()
    for each in parts:
        nobody &= ~Q(Exists(each.filter(arrangement=OuterRef("pk"))))
    return rows.filter(Q(pk__in=found.values("pk")) | nobody)


def _rows(keys: Any) -> ArrangementQuerySet:
    return Arrangement.objects.filter(pk__in=keys).order_by()


def _pairs(parts: QuerySet, option: Any, keys: Any) -> QuerySet:
    """Each option with the arrangement that has a part of it, once."""
    return parts.filter(arrangement__in=keys).order_by().values_list(option, "arrangement").distinct()
