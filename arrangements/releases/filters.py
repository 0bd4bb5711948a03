"""The filters of arrangements: one set of names and meanings, here over the frozen rows of a release.

The register as it stands takes the same names from `ArrangementFilters` (arrangements/public/filters.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Collate, Lower

from arrangements.register.models import Service, ServiceCategory
from arrangements.register.vocabulary import Governance, Role
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.returns.models import FinancialYear
from arrangements.returns.vocabulary import RELEASED_OUTCOMES, ReturnState
from councils.filters import slugs_by_former_code
from councils.models import BodyKind, Council, CouncilKind, Region
from sharedservices.common.filters import (
    NONE,
    Chosen,
    Moment,
    Objects,
    OneChosen,
    OneObject,
    Search,
    WholePounds,
)
from sharedservices.common.ordering import OrderedFilterSet, Orders
from sharedservices.common.today import now

PARTNER_KINDS = [*CouncilKind.choices, *BodyKind.choices]
YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class ArrangementFilters(OrderedFilterSet):
    """The names and meanings that both lists share. Touching means: with a lead or partner council there."""

    q = Search(method="found_by", label="Search", help_text="Name, former name, reference, council, body or service.")
    region = Objects(
        queryset=Region.objects.all(),
        codes=("gss_code",),
        method="touching_region",
        label="Region",
        help_text="Touching: at least one lead or partner council of the region takes part.",
    )
    county = Objects(
        queryset=Council.objects.filter(kind=CouncilKind.COUNTY),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        none_label="No county",
        method="touching_county",
        label="County",
        help_text="The county council or any of its districts takes part.",
    )
    council = Objects(
        queryset=Council.objects.all(),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        method="involving",
        label="Council",
        help_text="Lead or partner; with a role, in that role.",
    )
    service = Objects(
        queryset=Service.objects.all(), method="with_service", label="Service", help_text="As main or other service."
    )
    category = Objects(
        queryset=ServiceCategory.objects.all(),
        method="in_category",
        label="Category",
        help_text="By the main service only.",
    )
    governance = Chosen(
        choices=Governance.choices, method="governed_by", label="Governance form", widget=forms.CheckboxSelectMultiple
    )
    role = Chosen(choices=Role.choices, method="in_role", label="Role", help_text="The council’s role, or any council’s.")
    partner_kind = Chosen(
        choices=PARTNER_KINDS,
        method="with_partner_kind",
        label="Kind of partner",
        help_text="A council or other body of the kind takes part.",
    )
    regions = OneChosen(
        choices=[("several", "More than one")],
        method="in_several_regions",
        label="Regions touched",
        help_text="Those that several regions count.",
    )
    outcome = Chosen(
        choices=[*RELEASED_OUTCOMES, (NONE, "Not in the release")],
        method="with_outcome",
        label="Outcome",
        help_text="As released.",
    )
    saving_min = WholePounds(method="saving_at_least", label="Saving from", help_text="Whole pounds, as released.")
    saving_max = WholePounds(method="saving_at_most", label="Saving up to", help_text="Whole pounds, as released.")

    class Meta:
        fields: Sequence[str] = []

    def found_by(self, rows: Any, name: str, text: str) -> Any:
        return rows.found_by(text)

    def governed_by(self, rows: Any, name: str, forms_of_governance: list[str]) -> Any:
        return rows.filter(governance__in=forms_of_governance)

    def saving_at_least(self, rows: Any, name: str, amount: int) -> Any:
        return rows.filter(saving__gte=amount)

    def saving_at_most(self, rows: Any, name: str, amount: int) -> Any:
        return rows.filter(saving__lte=amount)


class FrozenFilter(ArrangementFilters):
    """The frozen arrangements of a release: the same names, read from the values frozen with each row."""

    orders = Orders(
        {
            "name": Collate(Lower("name"), "C"),
            "reference": F("reference"),
            "started": F("started_on"),
            "partners": F("party_count"),
            "saving": F("amount"),
        },
        unique="reference",
    )

    class Meta:
        model = ReleasedArrangement
        fields: Sequence[str] = []

    def filter_queryset(self, queryset: Any) -> QuerySet:
        return super().filter_queryset(queryset.annotate(saving=F("amount")))

    def touching_region(self, rows: Any, name: str, regions: list[Region]) -> Any:
        return rows.touching_region([region.slug for region in regions])

    def touching_county(self, rows: Any, name: str, counties: list[Any]) -> Any:
        found = Q(pk__in=rows.touching_county([county for county in counties if county != NONE]).values("pk"))
        return rows.filter(found | Q(counties=[]) if NONE in counties else found)

    def involving(self, rows: Any, name: str, councils: list[Council]) -> Any:
        return rows if self.chosen("role") else rows.involving(councils)

    def in_role(self, rows: Any, name: str, roles: list[str]) -> Any:
        return rows.in_roles(roles, self.chosen("council") or None)

    def with_partner_kind(self, rows: Any, name: str, kinds: list[str]) -> Any:
        return rows.filter(partner_kinds__overlap=kinds)

    def in_several_regions(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(regions__len__gt=1)

    def with_service(self, rows: Any, name: str, services: list[Service]) -> Any:
        return rows.with_service([service.slug for service in services])

    def in_category(self, rows: Any, name: str, categories: list[Any]) -> Any:
        return rows.filter(category__in=[category.slug for category in categories])

    def with_outcome(self, rows: Any, name: str, outcomes: list[str]) -> Any:
        return rows.filter(outcome__in=outcomes)


class FrozenCouncilFilter(OrderedFilterSet):
    """The frozen councils of a release."""

    q = Search(method="named_like", label="Search", help_text="Name or code.")
    kind = Chosen(choices=CouncilKind.choices, method="of_kind", label="Kind of council")
    region = Objects(queryset=Region.objects.all(), codes=("gss_code",), method="in_region", label="Region")
    asked = OneChosen(choices=YES_OR_NO, method="is_asked", label="Asked for a return")
    involved = OneChosen(choices=YES_OR_NO, method="is_involved", label="Involved", help_text="Lead or partner.")
    state = Chosen(choices=ReturnState.choices, method="in_state", label="Return")

    orders = Orders(
        {"name": Collate(Lower("short_name"), "C"), "code": F("gss_code"), "arrangements": F("arrangements")},
        unique="gss_code",
        steady=True,
    )

    class Meta:
        model = ReleasedCouncil
        fields: Sequence[str] = []

    def named_like(self, councils: Any, name: str, text: str) -> Any:
        return councils.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(gss_code__iexact=text))

    def of_kind(self, councils: Any, name: str, kinds: list[str]) -> Any:
        return councils.filter(kind__in=kinds)

    def in_region(self, councils: Any, name: str, regions: list[Region]) -> Any:
        return councils.filter(region__in=[region.slug for region in regions])

    def is_asked(self, councils: Any, name: str, answer: str) -> Any:
        return councils.filter(asked=answer == "yes")

    def is_involved(self, councils: Any, name: str, answer: str) -> Any:
        return councils.involved() if answer == "yes" else councils.not_involved()

    def in_state(self, councils: Any, name: str, states: list[str]) -> Any:
        return councils.filter(state__in=states)


def public_releases() -> QuerySet:
    """The releases that an address may name."""
    return Release.objects.published().select_related("year").newest_first()


class PicksARelease(OrderedFilterSet):
    """Adds the three names that pick one public release: the latest, of all or of the year, now or at a moment."""

    year = OneObject(
        queryset=FinancialYear.objects.all(), method="leave", label="Financial year", help_text="Its latest release."
    )
    release = OneObject(queryset=public_releases, method="leave", label="Release", help_text="Pins one, such as 2013-14.r1.")
    as_of = Moment(method="leave", label="As of", help_text="The latest release at that moment; a day stands for its end.")

    picked: Release | None = None

    def leave(self, rows: Any, name: str, value: Any) -> Any:
        """These names pick the release, before any filter."""
        return rows

    def filter_queryset(self, queryset: Any) -> QuerySet:
        self.picked = self._pick()
        rows = queryset.of(self.picked) if self.picked else queryset.none()
        return super().filter_queryset(rows)

    def _pick(self) -> Release | None:
        moment, year, pinned = self.chosen("as_of"), self.chosen("year"), self.chosen("release")
        at = min(moment, now()) if moment else now()
        releases = Release.objects.published(at).newest_first().select_related("year")
        if pinned:
            releases = releases.filter(pk=pinned.pk)
        if year:
            releases = releases.of_year(year)
        return releases.first()


class SavingFilter(PicksARelease, FrozenFilter):
    """Released savings: a release, and any filter of its frozen arrangements."""

    class Meta(FrozenFilter.Meta):
        pass


def published_keys() -> list[tuple[str, str]]:
    """The ids of public figures."""
    figures = ReleasedFigure.objects.filter(release__in=Release.objects.published())
    return [(key, key) for key in figures.order_by("key").values_list("key", flat=True).distinct()]


def published_measures() -> list[tuple[str, str]]:
    """The measures of public figures."""
    return [(measure, measure) for measure in dict.fromkeys(key.partition(":")[0] for key, _ in published_keys())]


class FrozenFigureFilter(OrderedFilterSet):
    """The figures of a release."""

    id = Chosen(choices=published_keys, method="with_id", label="Id", help_text="For example savings-total.")
    measure = Chosen(
        choices=published_measures, method="of_measure", label="Measure", help_text="The part of the id before the colon."
    )

    orders = Orders({"position": F("position")}, unique="position", steady=True)

    class Meta:
        model = ReleasedFigure
        fields: Sequence[str] = []

    def with_id(self, figures: Any, name: str, ids: list[str]) -> Any:
        return figures.filter(key__in=ids)

    def of_measure(self, figures: Any, name: str, measures: list[str]) -> Any:
        return figures.filter(measure__in=measures)


class FigureFilter(PicksARelease, FrozenFigureFilter):
    """Published figures: a release, and which figures of it."""

    class Meta(FrozenFigureFilter.Meta):
        pass
