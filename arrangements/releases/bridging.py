"""The bridge's page: which two releases, of what, and the parts with the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.generic import View

from arrangements.register.models import ServiceCategory
from arrangements.releases.bridge import Bridge, Cut, bridge, everything
from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.releases.querysets import codes_of
from arrangements.releases.rows import arrangement_row
from arrangements.releases.views import release_or_404
from councils.filters import slugs_by_former_code
from councils.models import Council, Region
from sharedservices.common.charts import Step, waterfall
from sharedservices.common.csvfile import csv_response
from sharedservices.common.filters import BadFilters, OneObject, StrictFilterSet
from sharedservices.common.listing import refused
from sharedservices.common.money import headline_pounds, signed_pounds

CUTS = ("region", "category", "council")


class BridgeQuestion(StrictFilterSet):
    """From which release, and of what: England, or one region, category or council."""

    since = OneObject(
        queryset=Release.objects.none(), method="as_asked", label="Since", help_text="The earlier release, such as 2012-13.r2."
    )
    region = OneObject(
        queryset=Region.objects.all(), codes=("gss_code",), method="as_asked", label="Region", help_text="Touching it."
    )
    category = OneObject(queryset=ServiceCategory.objects.all(), method="as_asked", label="Category")
    council = OneObject(
        queryset=Council.objects.all(),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        method="as_asked",
        label="Council",
        help_text="Arrangements in which it is lead or partner.",
    )

    class Meta:
        fields: Sequence[str] = []

    def __init__(self, *args: Any, later: Release, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Release.objects.all(), **kwargs)
        self.later = later
        self.form.fields["since"].queryset = lambda: earlier_than(later, self.request.user)  # type: ignore[attr-defined]

    def as_asked(self, releases: Any, name: str, value: Any) -> Any:
        """Nothing is narrowed: the values are read by name."""
        return releases

    def refuse_bad(self) -> None:
        """One cut at a time; and there must be an earlier release."""
        super().refuse_bad()
        given = [name for name in CUTS if self.chosen(name)]
        if len(given) > 1:
            said = f"Choose one of {' and '.join(given)}: a bridge is of one region, one category or one council."
            raise BadFilters([{"name": given[1], "value": str(self.given[given[1]]), "message": said}])

    @property
    def since_release(self) -> Release | None:
        """The release asked for, or the one that changes are measured from."""
        return self.chosen("since") or self.later.compared_with

    @property
    def of_what(self) -> str:
        """England, or the name of what was chosen."""
        return next((str(self.chosen(name)) for name in CUTS if self.chosen(name)), "England")

    def cut(self) -> Cut:
        """Which rows belong."""
        region, category, council = (self.chosen(name) for name in CUTS)
        if region:
            return lambda row: region.slug in row.regions
        if category:
            return lambda row: row.category == category.slug
        if council:
            codes = set(codes_of([council]))
            return lambda row: not codes.isdisjoint(row.involved)
        return everything


def earlier_than(later: Release, user: Any) -> Any:
    """The releases a reader may see that a bridge to this one may start from, newest first."""
    return Release.objects.visible_to(user).before(later).select_related("year").newest_first()


def became(earlier: Release, later: Release) -> Release:
    """What the earlier release had become when the later one was made.

    For a revision of the same year the later one itself; else the release it is measured from, if that is of the
    earlier one's year; else the last revision of that year that was public by then.
    """
    if earlier.year_id == later.year_id:
        return later
    if later.compared_with is not None and later.compared_with.year_id == earlier.year_id:
        return later.compared_with
    known = Release.objects.of_year(earlier.year).published(later.prepared_at).newest_first().first()
    return known if known is not None and known.revision > earlier.revision else earlier


class Found:
    """A bridge with the releases it spans and the arrangements' names. The frozen rows are read in one query."""

    def __init__(self, earlier: Release, later: Release, cut: Cut = everything) -> None:
        self.earlier, self.became, self.later = earlier, became(earlier, later), later
        frozen = list(
            ReleasedArrangement.objects.filter(release__in={self.earlier, self.became, self.later}).order_by(
                "release__year__starts_on", "release__revision", "reference"
            )
        )
        # As the latest of the releases has them.
        self.names = {row.reference: row.name for row in frozen}
        start, middle, end = (
            [arrangement_row(row) for row in frozen if row.release_id == each.pk]
            for each in (self.earlier, self.became, self.later)
        )
        self.bridge = bridge(start, middle, end, cut)


def steps_of(found: Bridge, earlier: Release, later: Release) -> list[Step]:
    """The rows of table and chart: from the earlier total over the parts to the later."""
    return [
        Step(f"{earlier.year}, revision {earlier.revision}", found.start, headline_pounds(found.start), is_total=True),
        *(Step(part.label, part.amount, signed_pounds(part.amount)) for part in found.parts),
        Step(f"{later.year}, revision {later.revision}", found.end, headline_pounds(found.end), is_total=True),
    ]


def reading(found: Bridge, of_what: str, earlier: Release, later: Release) -> str:
    """The chart in a sentence."""
    if found.change == 0:
        moved = f"stand at {headline_pounds(found.end)}, as they did"
    else:
        verb = "rose" if found.change > 0 else "fell"
        moved = f"{verb} from {headline_pounds(found.start)} to {headline_pounds(found.end)}"
    largest = max(found.parts, key=lambda part: abs(part.amount))
    why = f" Most of the movement is {largest.label.lower()}: {signed_pounds(largest.amount)}." if largest.amount else ""
    return f"Reported savings of {of_what} {moved} between {earlier} and {later}.{why}"


class BridgePage(View):
    """`/releases/2013-14.r1/bridge/?since=2012-13.r1&region=london`: why reported savings moved, to the pound."""

    http_method_names = ["get", "head", "options"]

    @cached_property
    def later(self) -> Release:
        """The release named in the address."""
        return release_or_404(self.request, self.kwargs["slug"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        question = BridgeQuestion(request.GET, later=self.later, request=request)
        try:
            question.refuse_bad()
        except BadFilters as refusal:
            return refused(request, refusal)
        earlier = question.since_release
        return self.answer(question, Found(earlier, self.later, question.cut()) if earlier else None)

    def answer(self, question: BridgeQuestion, found: Found | None) -> HttpResponse:
        """The page."""
        context: dict[str, Any] = {"filter": question, "release": self.later, "found": found, "of_what": question.of_what}
        if found is not None:
            context |= {
                "bars": waterfall(steps_of(found.bridge, found.earlier, self.later)),
                "reading": reading(found.bridge, question.of_what, found.earlier, self.later),
                "parts": [
                    {"part": part, "rows": [(each, found.names[each.reference]) for each in part.movements]}
                    for part in found.bridge.parts
                ],
            }
        return render(self.request, "releases/bridge.html", context)


class BridgeCsv(BridgePage):
    """`/releases/2013-14.r1/bridge.csv`: the same bridge, a row per arrangement that moved."""

    HEADER = ("part", "reference", "name", "before_pounds", "after_pounds", "change_pounds", "reason")

    def answer(self, question: BridgeQuestion, found: Found | None) -> HttpResponse:
        """The file; a header alone where there is no earlier release."""
        rows = (
            [part.kind.value, each.reference, found.names[each.reference], each.before, each.after, each.change, each.reason]
            for part in found.bridge.parts
            for each in part.movements
        ) if found else ()  # fmt: skip
        return csv_response(f"{self.later.slug}-bridge.csv", self.HEADER, rows)
