"""`/find-a-partner/`: for a council and a service, the other councils ranked, each with the reasons for its place.

Read from the register as it stands and from nothing that isn't public; the rank is in `arrangements/register/partnering.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, OuterRef, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arrangements.register.models import Arrangement, Partnership, Service
from arrangements.register.partnering import POINTS, Candidate, Named, Ranked, Seeker, ranked
from councils.borders import areas, borders_of, miles_between
from councils.models import Council, CouncilKind, Succession
from sharedservices.common.filters import LONGEST_SHOWN, BadFilters, OneObjectField, SearchField, nearest, without_blanks
from sharedservices.common.listing import refused
from sharedservices.common.paging import numbered_page
from sharedservices.common.periods import spelled
from sharedservices.common.today import today

NAMES = ("council", "service", "page")
SHOWN = 10
MOST_OFFERED = 20
BEGIN_AGAIN = "begin again"
KINDS: Mapping[str, str] = {
    CouncilKind.COUNTY: "a county council",
    CouncilKind.DISTRICT: "a district council",
    CouncilKind.UNITARY: "a unitary authority",
    CouncilKind.METROPOLITAN: "a metropolitan borough",
    CouncilKind.LONDON_BOROUGH: "a London borough",
    CouncilKind.CITY_OF_LONDON: "the City of London",
    CouncilKind.ISLES_OF_SCILLY: "the Isles of Scilly",
}


class ServiceField(OneObjectField):
    """One service, by its slug."""

    def _options(self) -> list[tuple[str, str]]:
        return [("", "Choose a service"), *super()._options()[1:]]


class PartnerForm(forms.Form):
    """Whose partner is sought, and for what."""

    use_required_attribute = False

    council = SearchField(
        label="Your council",
        help_text="Its name, a former name or its code. A slip of a letter is forgiven.",
        error_messages={"required": "Enter your council, for example Sutton."},
        widget=forms.TextInput(attrs={"list": "councils", "autocomplete": "off"}),
    )
    service = ServiceField(queryset=lambda: Service.objects.order_by("name"), label="Service to share")

    def clean_service(self) -> Service:
        if self.cleaned_data["service"] is None:
            raise ValidationError("Choose the service to share, for example Legal services.")
        return self.cleaned_data["service"]


@dataclass
class Sought:
    """The council that a text meant, or those that it may have meant, each with why it is offered."""

    council: Council | None = None
    offered: list[tuple[Council, str]] = field(default_factory=list)


@require_safe
def find_a_partner(request: HttpRequest) -> HttpResponse:
    """The address is the state: the same address gives the same answer until the register changes."""
    given = without_blanks(request.GET)
    try:
        _refuse_bad_names(given)
    except BadFilters as refusal:
        return refused(request, refusal, BEGIN_AGAIN)
    asked = {"council", "service"} <= set(request.GET)  # a link may bring one of them along; the form sends both
    form = PartnerForm(given if asked else None, initial=given.dict())
    councils = list(Council.objects.in_force_on(today()).select_related("region"))
    context: dict[str, Any] = {"form": form, "councils": councils, "points": POINTS}
    if not asked or not form.is_valid():
        return _page(request, context)
    sought = council_meant(form.cleaned_data["council"], councils)
    if sought.council is None:
        if not sought.offered:
            form.add_error("council", _nobody(form.cleaned_data["council"]))
        return _page(request, context | {"offered": sought.offered, "service": form.cleaned_data["service"]})
    found = Partners(sought.council, form.cleaned_data["service"], councils, today())
    try:
        page = numbered_page(found.ranked, given.get("page"), SHOWN)
    except BadFilters as refusal:
        return refused(request, refusal, BEGIN_AGAIN)
    return _page(
        request,
        context | {"council": sought.council, "service": found.service, "found": found, "page_obj": page, "day": today()},
    )


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "public/find_a_partner.html", context, status=400 if context["form"].errors else 200)


def _refuse_bad_names(given: Any) -> None:
    """`BadFilters` for a name that the page doesn't know, and for a second value of one that it does."""
    problems = [
        {"name": name, "message": f"{name[:LONGEST_SHOWN]}: this page takes no such name.{nearest(name, NAMES)}"}
        for name in given
        if name not in NAMES
    ]
    problems += [
        {"name": name, "message": f"{name}: give one value, not {len(values)}."}
        for name, values in given.lists()
        if name in NAMES and len(values) > 1
    ]
    if problems:
        raise BadFilters(problems)


def _nobody(text: str) -> str:
    shown = text[:LONGEST_SHOWN]
    return f"No council is or was called “{shown}”. Check the spelling, or enter a part of the name, for example Sutton."


def council_meant(text: str, in_force: Iterable[Council]) -> Sought:
    """The council in force that the text means: its slug, its code or the name that it alone comes nearest to.

    Where several are as near, these are offered; in the place of one that has ended, those that took over from it.
    """
    known = {key: each for each in in_force for key in (each.slug, each.gss_code.lower())}
    if text.strip().lower() in known:
        return Sought(known[text.strip().lower()])
    found: list[Any] = list(Council.objects.found_by(text).prefetch_related("successors"))
    as_near = [each for each in found if each.nearness == found[0].nearness]
    living = [each for each in as_near if each.in_force_on(today())]
    if len(living) == 1 and len(as_near) == 1:
        return Sought(living[0])
    offered = {each.pk: (each, "") for each in living}
    for each in as_near:
        why = f"took over from {each.name}, which ended on {spelled(each.ended_on)}" if each.ended_on else ""
        for successor in each.successors.all():
            if why and successor.in_force_on(today()):
                offered.setdefault(successor.pk, (successor, why))
    if not offered:
        offered = {each.pk: (each, "") for each in found if each.in_force_on(today())}
    return Sought(offered=list(offered.values())[:MOST_OFFERED])


class Partners:
    """The answer: `ranked`, and `already`, those that share the service with the council and so need not be found."""

    def __init__(self, council: Council, service: Service, councils: list[Council], day: date) -> None:
        self.council, self.service = council, service
        self._councils = {each.pk: each for each in councils}
        self._day = day
        self._together: dict[int, list[Named]] = defaultdict(list)
        self._sharing: dict[int, list[Named]] = defaultdict(list)
        self._with_us: dict[int, list[Named]] = defaultdict(list)
        self._partners: set[int] = set()
        self._read()
        self._common = self._in_common()
        borders = self._borders()
        others = [each for each in councils if each.pk != council.pk]
        self.already = [(each, self._with_us[each.pk]) for each in others if each.pk in self._with_us]
        self.ranked: list[Ranked] = ranked(
            Seeker(council.short_name, service.name),
            [self._candidate(each, borders) for each in others if each.pk not in self._with_us],
        )

    def _read(self) -> None:
        """The arrangements in force that the council is in, or that share the service, with who takes part. One query."""
        ours = Arrangement.objects.involving([self.council], on=self._day).values("pk")
        of_service = Arrangement.objects.with_service([self.service]).values("pk")
        arrangements = (
            Arrangement.objects.in_force_on(self._day)
            .filter(Q(pk__in=ours) | Q(pk__in=of_service))
            .annotate(
                shares_it=Case(When(pk__in=of_service, then=Value(True)), default=Value(False), output_field=BooleanField()),
                takers=self._takers(),
            )
            .order_by("name", "reference")
        )
        for each in arrangements:
            named = Named(each.name, each.get_absolute_url())
            ours_too = self.council.pk in each.takers
            self._partners |= set(each.takers) if ours_too else set()
            into = (self._with_us if each.shares_it else self._together) if ours_too else self._sharing
            for taker in sorted(set(each.takers)):
                into[taker].append(named)
        self._partners.discard(self.council.pk)

    def _takers(self) -> Any:
        parts = Partnership.objects.involved_on(self._day).filter(arrangement=OuterRef("pk")).order_by()
        return ArraySubquery(parts.values("council_id"))

    def _in_common(self) -> dict[int, set[int]]:
        """The partners of the council that each other council works with as well. One query."""
        common: dict[int, set[int]] = defaultdict(set)
        rows = Arrangement.objects.in_force_on(self._day).involving(self._partners, on=self._day)
        for takers in rows.order_by().annotate(takers=self._takers()).values_list("takers", flat=True):
            ours = self._partners.intersection(takers)
            for taker in takers:
                common[taker] |= ours - {taker}
        return common

    def _borders(self) -> dict[int, Any]:
        codes = dict(Council.objects.order_by().values_list("pk", "gss_code"))
        successions = Succession.objects.order_by().values_list("predecessor_id", "successor_id")
        return borders_of(self.council.pk, areas(self._councils.values(), successions, codes))

    def _candidate(self, other: Council, borders: Mapping[int, Any]) -> Candidate:
        county = "over" if self.council.county_id == other.pk else "under" if other.county_id == self.council.pk else ""
        return Candidate(
            code=other.gss_code,
            name=other.short_name,
            address=other.get_absolute_url(),
            kind=KINDS[other.kind],
            is_same_kind=other.kind == self.council.kind,
            miles=miles_between(self.council, other),
            border=borders.get(other.pk),
            county=county,
            sharing=tuple(self._sharing[other.pk]),
            together=tuple(self._together[other.pk]),
            in_common=tuple(
                sorted(
                    (
                        Named(self._councils[key].short_name, self._councils[key].get_absolute_url())
                        for key in self._common[other.pk]
                        if key in self._councils
                    ),
                    key=lambda named: (named.name, named.address),
                )
            ),
        )

    @property
    def list_address(self) -> str:
        """The list of all arrangements of the service."""
        return f"{reverse('arrangements')}?service={self.service.slug}&status=operating"
