"""The map: each council a hexagon coloured by a release's frozen rows, the councils it shares with, and the same as a table.

The address says all that is chosen, so that every state of the page is a link. Nothing is read but the year's current
release: what stands in the register, or is being prepared, is not on the map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from arrangements.public.map_drawing import Drawing, Row, draw
from arrangements.public.map_scales import MEASURES, Measure
from arrangements.register.models import ServiceCategory
from arrangements.releases.by_council import Sharing, Touching, sharing_by_council
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.returns.models import FinancialYear
from councils.atlas import atlas_on
from councils.filters import slugs_by_former_code
from councils.models import Council
from sharedservices.common.filters import BadFilters, OneChosen, OneObject, StrictFilterSet
from sharedservices.common.listing import refused

DISTRICTS, COUNTIES = "districts", "counties"
TIERS = [(DISTRICTS, "Districts and single-tier"), (COUNTIES, "Counties and single-tier")]
# The columns that the table may be ordered by; a missing value comes last, whichever way.
ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.name.lower(),
    "kind": lambda row: row.kind,
    "region": lambda row: row.region,
    "arrangements": lambda row: row.sharing.arrangements,
    "partners": lambda row: len(row.sharing.partners),
    "savings": lambda row: row.sharing.saving,
    "without": lambda row: row.sharing.without_figure,
    "common": lambda row: row.in_common,
}
WORDS = {"name", "kind", "region"}
HEADINGS = {
    "name": "Council",
    "kind": "Kind",
    "region": "Region",
    "arrangements": "Arrangements",
    "partners": "Partners",
    "savings": "Savings touching, shared",
    "without": "Without a figure",
    "common": "In common",
}


def published_years() -> QuerySet:
    """The years that have something to show."""
    return FinancialYear.objects.filter(releases__in=Release.objects.current()).order_by("-starts_on")


class MapQuestion(StrictFilterSet):
    """What the map shows; each of them has a usual value."""

    show = OneChosen(choices=[(each.word, each.label) for each in MEASURES], method="leave", label="Colour by")
    tier = OneChosen(choices=TIERS, method="leave", label="Councils")
    year = OneObject(queryset=published_years, method="leave", label="Financial year")
    category = OneObject(queryset=ServiceCategory.objects.order_by("name"), method="leave", label="Category")
    council = OneObject(
        queryset=Council.objects.all(),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        method="leave",
        label="Council",
    )
    order = OneChosen(choices=[(sign + word, word) for word in ORDERS for sign in ("", "-")], method="leave", label="Order")

    class Meta:
        fields: Sequence[str] = []

    def leave(self, rows: Any, name: str, value: Any) -> Any:
        """No rows are narrowed: the values are read by name."""
        return rows

    @property
    def measure(self) -> Measure:
        """What the map is coloured by; by arrangements unless told."""
        return next((each for each in MEASURES if each.word == self.chosen("show")), MEASURES[0])

    @property
    def tier_word(self) -> str:
        """Which councils have a colour of their own where a county lies over districts; the districts unless told."""
        return self.chosen("tier") or DISTRICTS

    def link(self, part: str = "map", **changes: str | None) -> str:
        """The address of the same map with something changed, or left out where it is None; at a part of the page."""
        asked = {name: str(value) for name, value in {**self.given.dict(), **changes}.items() if value}
        return f"{f'?{urlencode(asked)}' if asked else reverse('map')}#{part}"


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """`/map/`: the map and its table."""
    question = MapQuestion(request.GET, queryset=Release.objects.none(), request=request)
    try:
        question.refuse_bad()
    except BadFilters as refusal:
        return refused(request, refusal)
    release = release_of(question.chosen("year"))
    if release is None:
        return render(request, "public/map.html", {"release": None})
    councils = list(ReleasedCouncil.objects.of(release))
    drawing = draw(
        councils=councils,
        sharing=sharing_in(release, question.chosen("category")),
        atlas=atlas_on(release.year.ends_on),
        measure=question.measure,
        by_county=question.tier_word == COUNTIES,
        chosen=getattr(question.chosen("council"), "pk", None),
        link=lambda slug: question.link(council=slug),
    )
    context = {"release": release, "question": question, "drawing": drawing, **choices(question, release, councils, drawing)}
    return render(request, "public/map.html", context)


def release_of(year: FinancialYear | None) -> Release | None:
    """The current release of the year, or the latest of all."""
    releases = Release.objects.current().newest_first().select_related("year")
    return (releases.of_year(year) if year else releases).first()


def sharing_in(release: Release, category: ServiceCategory | None) -> dict[str, Sharing]:
    """Each council's part in the release, or in one category of it."""
    rows = ReleasedArrangement.objects.of(release)
    if category is not None:
        rows = rows.filter(category=category.slug)
    return sharing_by_council(Touching(*row) for row in rows.order_by().values_list("involved", "outcome", "amount"))


def choices(question: MapQuestion, release: Release, councils: Sequence[ReleasedCouncil], drawing: Drawing) -> dict[str, Any]:
    """The links and lists by which the reader changes the map, and the table's rows in their order."""
    form = question.form
    return {
        "measure": question.measure,
        "tier": dict(TIERS)[question.tier_word],
        "category": question.chosen("category"),
        "asked_for": question.chosen("council"),
        "measures": [_link(question, "show", each.word, each.label, question.measure.word) for each in MEASURES],
        "tiers": [_link(question, "tier", word, label, question.tier_word) for word, label in TIERS],
        "years": [
            _link(question, "year", each.slug, str(each), release.year.slug)
            for each in form.fields["year"].objects  # type: ignore[attr-defined]
        ],
        "categories": form.fields["category"].objects,  # type: ignore[attr-defined]
        "councils": sorted(councils, key=lambda each: each.short_name),
        "kept": [(name, value) for name, value in question.given.items() if name not in ("category", "council")],
        "without_council": question.link(council=None),
        "headers": list(_headers(question, with_common=drawing.choice is not None)),
        "rows": in_order(drawing.rows, question.chosen("order") or "name"),
    }


def _link(question: MapQuestion, name: str, word: str, label: str, current: str) -> dict[str, Any]:
    return {"label": label, "href": question.link(**{name: word}), "is_current": word == current}


def _headers(question: MapQuestion, *, with_common: bool) -> Iterator[dict[str, Any]]:
    """The table's columns, each a link that orders by it: numbers from the largest, words from A; and then the other way."""
    order = question.chosen("order") or "name"
    for word, label in HEADINGS.items():
        if word == "common" and not with_common:
            continue
        first, second = (word, f"-{word}") if word in WORDS else (f"-{word}", word)
        yield {
            "label": label,
            "numeric": word not in WORDS,
            "direction": {word: "ascending", f"-{word}": "descending"}.get(order),
            "href": question.link("table", order=second if order == first else first),
        }


def in_order(rows: Sequence[Row], order: str) -> list[Row]:
    """By the column, then by name; without a value last."""
    value = ORDERS[order.removeprefix("-")]
    by_name = sorted(rows, key=ORDERS["name"])
    having = [row for row in by_name if value(row) is not None]
    return sorted(having, key=value, reverse=order.startswith("-")) + [row for row in by_name if value(row) is None]
