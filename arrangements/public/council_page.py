"""A council's page: what it takes part in, with whom, and how it stands beside its kind and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Q
from django.db.models import Value as Constant
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arrangements.public import mixes
from arrangements.public.little_map import Marked, map_of_council, shown_with
from arrangements.public.standing import Group, Mix, Numbered, Share, groups_of, mix_of
from arrangements.register.models import BodyPartnership, Partnership
from arrangements.releases.charting import NOTHING_PUBLISHED, Published
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.releases.press.phrases import the_region
from arrangements.releases.readings import of_outcomes, of_trend
from councils.models import BodyKind, Council, CouncilName, FormerCode, Succession
from sharedservices.common.chart_files import chart_file
from sharedservices.common.charts import Chart, Value, bars, trend
from sharedservices.common.today import today

NOT_IN_FORCE = "Not in force on 31 March"
PARTNERS_SHOWN = 12
# Marks the rows of the councils that the map shows, among those of partners.
FOR_MAP = "map"


@dataclass(frozen=True)
class Partner:
    """A council or body it shares with today, and in how many arrangements."""

    name: str
    href: str
    kind: str
    shared: int


class Found:
    """All that the page and its charts read, each once."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self.published = Published.with_figures([])
        self.release = self.published.latest
        counted = Q(release=self.release) | Q(council=council, release__in=self.published.releases.values())
        self.frozen = list(
            ReleasedCouncil.objects.filter(counted).only("release", "council", "gss_code", "kind", "region", "arrangements")
        )

    @property
    def own_row(self) -> ReleasedCouncil | None:
        """The council in the latest release."""
        return self.row_of(self.release)

    def row_of(self, release: Release | None) -> ReleasedCouncil | None:
        """The council in a release."""
        return next(
            (row for row in self.frozen if release and row.release_id == release.pk and row.council_id == self.council.pk), None
        )

    def groups(self) -> tuple[int, list[Group]]:
        """In how many arrangements it was in the latest release, and those of its kind and region."""
        own = self.own_row
        if own is None:
            return 0, []
        of_release = [each for each in self.frozen if each.release_id == own.release_id]
        numbered = [Numbered(each.gss_code, each.kind, each.region, each.arrangements) for each in of_release]
        return groups_of(own.gss_code, numbered, kind_called(self.council), the_region(self.council.region.name))

    def number_chart(self) -> Chart:
        """In how many arrangements it was, year by year; the frozen row says so."""
        values = tuple(self._value(year) for year in self.published.years)
        return Chart(
            key="arrangements",
            title=f"Arrangements {self.council.short_name} was in on 31 March, by year",
            reading=of_trend(f"Arrangements with {self.council.short_name} as lead or partner", values, "{:,}".format),
            values=values,
            drawing=trend(values),
            csv=reverse("council-chart", args=[self.council.slug, "arrangements"]),
            meaning="/methodology/#taking-part",
        )

    def _value(self, year: Any) -> Value:
        release = self.published.releases.get(year.pk)
        row = self.row_of(release)
        if release is None or row is None:
            return Value(year.slug, str(year), None, NOT_IN_FORCE if release else NOTHING_PUBLISHED)
        href = f"{release.get_absolute_url()}arrangements/?council={self.council.slug}"
        return Value(year.slug, str(year), row.arrangements, f"{row.arrangements:,}", href=href)

    def mix(self) -> Mix | None:
        """Its arrangements of the latest release by category, beside those touching its region and those with its kind."""
        own = self.own_row
        if own is None:
            return None
        rows = ReleasedArrangement.objects.of(self.release).order_by().values("category", "category_name")
        counted = rows.annotate(
            own=Count("pk", filter=Q(involved__contains=[own.gss_code])),
            of_region=Count("pk", filter=Q(regions__contains=[own.region])),
            of_kind=Count("pk", filter=Q(partner_kinds__contains=[own.kind])),
        )
        return mix_of(
            [Share(row["category_name"], row["category"], row["own"], row["of_region"], row["of_kind"]) for row in counted]
        )


def kind_called(council: Council) -> str:
    """Its kind within a sentence: unitary authority, but London borough."""
    name = council.get_kind_display()
    return name if name.startswith(("London", "City", "Isles")) else name.lower()


@require_safe
def council_page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/councils/<slug>/`: the council, its partnerships now and past, and those of its predecessors, labelled."""
    council = council_or_404(request, slug)
    found = Found(council)
    predecessors, successors = successions_of(council)
    partnerships = partnerships_of([council, *predecessors], found.release)
    own = [each for each in partnerships if each.council_id == council.pk]
    now = [each for each in own if each.is_current]
    names, codes = other_identities_of(council)
    partners, on_map = partners_of(council, now)
    number, groups = found.groups()
    context = {
        "council": council,
        "little_map": map_of_council(council, on_map, today()),
        "predecessors": predecessors,
        "successors": successors,
        "names": names,
        "codes": codes,
        "release": found.release,
        "now": now,
        "as_lead": sum(each.role == "lead" for each in now),
        "past": [each for each in own if not each.is_current],
        "of_predecessors": [each for each in partnerships if each.council_id != council.pk],
        "partners": partners[:PARTNERS_SHOWN],
        "more_partners": partners[PARTNERS_SHOWN:],
        "charts": [
            chart for chart in (found.number_chart(), outcomes_chart(council, partnerships, found.release)) if not chart.is_empty
        ],
        "number": number,
        "groups": [(group, group.reading(number)) for group in groups],
        "mix": found.mix(),
        "listed": mixes.listed_by(council=council.slug),
        "today": today(),
    }
    return render(request, "public/council_page.html", context)


@require_safe
def council_chart(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/councils/<slug>/arrangements.csv`: one of its charts."""
    council = council_or_404(request, slug)
    found = Found(council)
    charts = [found.number_chart(), outcomes_chart(council, partnerships_of([council], found.release), found.release)]
    return chart_file(charts, key, council.slug)


def council_or_404(request: HttpRequest, slug: str) -> Council:
    """The council of that slug."""
    return get_object_or_404(Council.objects.visible_to(request.user).select_related("region", "county"), slug=slug)


def successions_of(council: Council) -> tuple[list[Council], list[Council]]:
    """Those it took over from, and those that took over from it."""
    rows = Succession.objects.filter(Q(predecessor=council) | Q(successor=council)).select_related("predecessor", "successor")
    pairs = sorted(rows, key=lambda row: (row.predecessor.short_name, row.successor.short_name))
    before = [row.predecessor for row in pairs if row.successor_id == council.pk]
    return before, [row.successor for row in pairs if row.predecessor_id == council.pk]


def other_identities_of(council: Council) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Its other names and its former codes, each with the last day it was used, in one query."""
    names = CouncilName.objects.filter(council=council).order_by().values_list(Constant("name"), "name", "used_until")
    codes = (
        FormerCode.objects.filter(council=council).order_by().values_list(Constant("code"), Cast("code", CharField()), "ended_on")
    )
    rows = sorted(names.union(codes), key=lambda row: (row[2] is None, row[2] or today(), row[1]))
    return [(name, until) for sort, name, until in rows if sort == "name"], [
        (code, until) for sort, code, until in rows if sort == "code"
    ]


def partnerships_of(councils: Iterable[Council], release: Release | None) -> list[Any]:
    """The councils' partnerships by arrangement, each with `is_current` and `released`, its row in the release or None."""
    partnerships = list(
        Partnership.objects.filter(council__in=list(councils))
        .select_related("arrangement__main_service__category", "council")
        .order_by("arrangement__name", "joined_on")
    )
    released = ReleasedArrangement.objects.filter(release=release, arrangement__in=[each.arrangement_id for each in partnerships])
    rows = {row.arrangement_id: row for row in released}
    for each in partnerships:
        started = each.arrangement.started_on is not None
        each.is_current = started and each.in_force_on(today())  # type: ignore[attr-defined]
        each.released = rows.get(each.arrangement_id)  # type: ignore[attr-defined]
    return partnerships


def partners_of(council: Council, now: Iterable[Partnership]) -> tuple[list[Partner], list[Marked]]:
    """Whom it shares with today, those it shares most with first; and the councils that its map shows. One query."""
    shared = [each.arrangement_id for each in now]
    councils = Partnership.objects.in_force_on(today()).filter(arrangement__in=shared).exclude(council=council)
    bodies = BodyPartnership.objects.in_force_on(today()).filter(arrangement__in=shared)
    rows = councils.order_by().values_list("arrangement", "council__slug", "council__short_name", Constant(""))
    others = bodies.order_by().values_list("arrangement", Constant(""), "body__name", "body__kind")
    for_map = shown_with(council, today()).order_by().values_list("pk", "slug", "short_name", Constant(FOR_MAP))
    found = list(rows.union(others, for_map, all=True))
    counted = Counter((slug, name, kind) for _, slug, name, kind in set(found) if kind != FOR_MAP)
    partners = [
        Partner(name, reverse("council", args=[slug]) if slug else "", BodyKind(kind).label if kind else "", number)
        for (slug, name, kind), number in counted.items()
    ]
    on_map = [Marked(key, name) for key, _, name, kind in found if kind == FOR_MAP]
    return sorted(partners, key=lambda each: (-each.shared, each.name)), on_map


def outcomes_chart(council: Council, partnerships: Iterable[Any], release: Release | None) -> Chart:
    """What was reported for the arrangements it was lead or partner in: how many gave a figure, how many each other answer."""
    own = {each.released.reference: each.released for each in partnerships if each.released and each.council_id == council.pk}
    codes = {partner["gss_code"] for row in own.values() for partner in row.partners if partner["slug"] == council.slug}
    counted = Counter(row.outcome for row in own.values() if codes & set(row.involved))
    address = f"{release.get_absolute_url()}arrangements/?council={council.slug}&outcome=" if release else ""
    values = tuple(
        Value(code, name, counted[code], f"{counted[code]:,}", href=address + code) for code, name in OUTCOME_NAMES.items()
    )
    return Chart(
        key="outcomes",
        title=f"What was reported for its arrangements, {release.year if release else 'no year yet'}",
        reading=of_outcomes(values),
        values=values if counted else (),
        drawing=bars(values),
        csv=reverse("council-chart", args=[council.slug, "outcomes"]),
        of="Outcome",
        meaning="/methodology/#left-out",
    )
