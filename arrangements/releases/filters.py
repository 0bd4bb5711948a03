"""The filters of arrangements: one set of names and meanings, here over the frozen rows of a release.

The register as it stands takes the same names from `ArrangementFilters` (arrangements/public/filters.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Collate, Lower

from arrangements.register.models import Service, ServiceCategory
from arrangements.register.vocabulary import Governance, Role
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.releases.querysets import ROLE_COLUMNS, codes_of
from arrangements.returns.models import FinancialYear
from arrangements.returns.vocabulary import RELEASED_OUTCOMES, ReturnState
from councils.filters import slugs_by_former_code
from councils.models import BodyKind, Council, CouncilKind, Region
from sharedservices.common.facets import FacetedFilterSet, united
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
# A council is meant in the role that is chosen, and a role as that of the council: each is read with the other.
COUNCIL_AND_ROLE = {"council": "role", "role": "council"}


class ArrangementFilters(FacetedFilterSet):
    """The names and meanings that both lists share. Touching means: with a lead or partner council there."""

    q = Search(method="found_by", label="Search", help_text="Name, former name, reference, council, body or service.")
    region = Objects(
        queryset=Region.objects.all(),
        codes=("gss_code",),
        none_label="No council",
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
        none_label="No council",
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
    role = Chosen(
        choices=[*Role.choices, (NONE, "No council")],
        method="in_role",
        label="Role",
        help_text="The council’s role, or any council’s.",
    )
    partner_kind = Chosen(
        choices=[*PARTNER_KINDS, (NONE, "No partner")],
        method="with_partner_kind",
        label="Kind of partner",
        help_text="A council or other body of the kind takes part.",
    )
    regions = OneChosen(
        choices=[("several", "More than one"), ("one", "One"), (NONE, "None")],
        method="in_so_many_regions",
        label="Regions touched",
        help_text="Several regions count an arrangement that touches more than one.",
    )
    outcome = Chosen(
        choices=[*RELEASED_OUTCOMES, (NONE, "Not in the release")],
        method="with_outcome",
        label="Outcome",
        help_text="As released.",
    )
    saving_min = WholePounds(method="saving_at_least", label="Saving from", help_text="Whole pounds, as released.")
    saving_max = WholePounds(method="saving_at_most", label="Saving up to", help_text="Whole pounds, as released.")

    facets: ClassVar[Mapping[str, str]] = {
        "region": "by_region",
        "county": "by_county",
        "council": "by_council",
        "service": "by_service",
        "category": "by_category",
        "governance": "by_governance",
        "role": "by_role",
        "partner_kind": "by_partner_kind",
        "regions": "by_regions_touched",
        "outcome": "by_outcome",
    }
    counted_with: ClassVar[Mapping[str, Mapping[str, Any]]] = dict.fromkeys(COUNCIL_AND_ROLE, dict.fromkeys(COUNCIL_AND_ROLE))

    class Meta:
        fields: Sequence[str] = []

    def nobody_counts(self, name: str) -> bool:
        """A council with a role, and a role of a council: `none` counts there only where it stands in both."""
        return not self.standing(COUNCIL_AND_ROLE[name]) if name in COUNCIL_AND_ROLE else True

    def standing(self, name: str) -> list[Any]:
        """What stands in the address for a filter, whatever is chosen instead while something is counted."""
        return self.form.cleaned_data.get(name) or []

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

    def touching_region(self, rows: Any, name: str, regions: list[Any]) -> Any:
        return _either(rows, rows.touching_region([region.slug for region in regions if region != NONE]), regions, Q(regions=[]))

    def touching_county(self, rows: Any, name: str, counties: list[Any]) -> Any:
        found = rows.touching_county([county for county in counties if county != NONE])
        return _either(rows, found, counties, Q(counties=[]))

    def involving(self, rows: Any, name: str, councils: list[Any]) -> Any:
        if self.chosen("role"):
            return rows
        return _either(rows, rows.involving([each for each in councils if each != NONE]), councils, Q(involved=[]))

    def in_role(self, rows: Any, name: str, roles: list[str]) -> Any:
        """With a council, `none` counts only where it stands in both."""
        councils = self.chosen("council")
        named = [council for council in councils if council != NONE] if councils else None
        nobody = NONE in roles and (not councils or NONE in councils)
        found = rows.in_roles([role for role in roles if role != NONE], named)
        return _either(rows, found, [NONE] if nobody else [], IN_NO_ROLE)

    def with_partner_kind(self, rows: Any, name: str, kinds: list[str]) -> Any:
        return _either(rows, rows.filter(partner_kinds__overlap=kinds), kinds, Q(partner_kinds=[]))

    def in_so_many_regions(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter({"several": Q(regions__len__gt=1), "one": Q(regions__len=1), NONE: Q(regions=[])}[value])

    def with_service(self, rows: Any, name: str, services: list[Service]) -> Any:
        return rows.with_service([service.slug for service in services])

    def in_category(self, rows: Any, name: str, categories: list[Any]) -> Any:
        return rows.filter(category__in=[category.slug for category in categories])

    def with_outcome(self, rows: Any, name: str, outcomes: list[str]) -> Any:
        return rows.filter(outcome__in=outcomes)

    # The options of each row, to be counted

    def by_region(self, keys: Any) -> QuerySet:
        return _each_of("regions", keys)

    def by_county(self, keys: Any) -> QuerySet:
        return _each_of("counties", keys)

    def by_council(self, keys: Any) -> QuerySet:
        roles = self.standing("role")
        if not roles:
            return _each_of("involved", keys)
        pairs = [_each_of(ROLE_COLUMNS[role], keys) for role in roles if role != NONE]
        return united([*pairs, *([_rows_with(NONE, keys, IN_NO_ROLE)] if NONE in roles else [])])

    def by_role(self, keys: Any) -> QuerySet:
        councils = self.standing("council")
        codes = codes_of([council for council in councils if council != NONE]) if councils else []
        held = {
            column: Q(**{f"{column}__overlap": codes}) if councils else ~Q(**{column: []}) for column in ROLE_COLUMNS.values()
        }
        pairs = [_rows_with(role, keys, held[column]) for role, column in ROLE_COLUMNS.items()]
        return united([*pairs, *([_rows_with(NONE, keys, IN_NO_ROLE)] if NONE in councils else [])])

    def by_service(self, keys: Any) -> QuerySet:
        return _each_of("services", keys)

    def by_category(self, keys: Any) -> QuerySet:
        return _rows(keys).values_list("category", "pk")

    def by_governance(self, keys: Any) -> QuerySet:
        return _rows(keys).values_list("governance", "pk")

    def by_partner_kind(self, keys: Any) -> QuerySet:
        return _each_of("partner_kinds", keys)

    def by_regions_touched(self, keys: Any) -> QuerySet:
        several = Case(When(regions__len__gt=1, then=Value("several")), default=Value("one"))
        return _rows(keys).exclude(regions=[]).values_list(several, "pk")

    def by_outcome(self, keys: Any) -> QuerySet:
        return _rows(keys).values_list("outcome", "pk")

    def as_options(self, name: str, found: dict[str, int]) -> dict[str, int]:
        """A frozen row names a council by the code of its day, and a county too."""
        if name not in ("council", "county"):
            return found
        field: Any = self.form.fields[name]
        return {getattr(field.named(code), "slug", code): count for code, count in found.items()}


IN_NO_ROLE = Q(leads=[], partners_only=[], clients=[])


def _rows(keys: Any) -> QuerySet:
    return ReleasedArrangement.objects.filter(pk__in=keys).order_by()


def _rows_with(option: str, keys: Any, condition: Q) -> QuerySet:
    return _rows(keys).filter(condition).values_list(Value(option), "pk")


def _each_of(column: str, keys: Any) -> QuerySet:
    """Each value of a column of lists with its row."""
    return _rows(keys).values_list(Func(F(column), function="unnest", output_field=CharField()), "pk")


def _either(rows: Any, found: Any, chosen: list[Any], nobody: Q) -> Any:
    """What was found, and where `none` is among the chosen those with nobody."""
    return rows.filter(Q(pk__in=found.values("pk")) | nobody) if NONE in chosen else found


class FrozenCouncilFilter(FacetedFilterSet):
    """The frozen councils of a release."""

    q = Search(method="named_like", label="Search", help_text="Name or code.")
    kind = Chosen(choices=CouncilKind.choices, method="of_kind", label="Kind of council")
    region = Objects(queryset=Region.objects.all(), codes=("gss_code",), method="in_region", label="Region")
    asked = OneChosen(choices=YES_OR_NO, method="is_asked", label="Asked for a return")
    involved = OneChosen(choices=YES_OR_NO, method="is_involved", label="Involved", help_text="Lead or partner.")
    state = Chosen(choices=[*ReturnState.choices, (NONE, "Not asked")], method="in_state", label="Return")

    facets: ClassVar[Mapping[str, str]] = {name: f"by_{name}" for name in ("kind", "region", "asked", "involved", "state")}

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
        return councils.filter(state__in=["" if state == NONE else state for state in states])

    # The option of each row, to be counted

    def by_kind(self, keys: Any) -> QuerySet:
        return _councils(keys).values_list("kind", "pk")

    def by_region(self, keys: Any) -> QuerySet:
        return _councils(keys).values_list("region", "pk")

    def by_asked(self, keys: Any) -> QuerySet:
        return _councils(keys).values_list(Case(When(asked=True, then=Value("yes")), default=Value("no")), "pk")

    def by_involved(self, keys: Any) -> QuerySet:
        return _councils(keys).values_list(Case(When(arrangements__gt=0, then=Value("yes")), default=Value("no")), "pk")

    def by_state(self, keys: Any) -> QuerySet:
        return _councils(keys).exclude(state="").values_list("state", "pk")


def _councils(keys: Any) -> QuerySet:
    return ReleasedCouncil.objects.filter(pk__in=keys).order_by()


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
