"""What changed between two releases: the page, the Atom feed and the document that can be replayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import View

from arrangements.releases.bridging import earlier_than
from arrangements.releases.changing import ARRANGEMENT, COUNCIL, FIGURE, KINDS, Published, RowChange, changes_between
from arrangements.releases.changing_words import DEEDS, lines_of
from arrangements.releases.columns import ARRANGEMENT_COLUMNS, COUNCIL_COLUMNS, FIGURE_COLUMNS, document_of
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.releases.views import release_or_404
from sharedservices.common.atom import Entry, Feed, atom
from sharedservices.common.filters import BadFilters, OneChosen, OneObject, StrictFilterSet
from sharedservices.common.listing import refused
from sharedservices.common.paging import numbered_page

# Of each kind: its name for readers, the rows, what they are known by, and the columns that are published.
ROWS: dict[str, tuple[str, Any, str, dict[str, Any]]] = {
    FIGURE: ("Figures", ReleasedFigure.objects.order_by("position"), "key", FIGURE_COLUMNS),
    ARRANGEMENT: ("Arrangements", ReleasedArrangement.objects.order_by("reference"), "reference", ARRANGEMENT_COLUMNS),
    COUNCIL: ("Councils", ReleasedCouncil.objects.order_by("gss_code"), "gss_code", COUNCIL_COLUMNS),
}


def published(*releases: Release) -> list[Published]:
    """The published rows of each release. Three queries, however many releases."""
    found: dict[int, Published] = {release.pk: {kind: {} for kind in KINDS} for release in releases}
    for kind, (_, rows, key, columns) in ROWS.items():
        for row in rows.filter(release__in=releases):
            found[row.release_id][kind][getattr(row, key)] = document_of(row, columns)
    return [found[release.pk] for release in releases]


def usual_start(later: Release, user: Any) -> Release | None:
    """What a release is compared with unless told: its previous revision, or else the one that its changes are measured from."""
    if later.revision > 1:
        return earlier_than(later, user).filter(year=later.year_id).first() or later.compared_with
    return later.compared_with


class ChangesQuestion(StrictFilterSet):
    """Since which release, and of what."""

    since = OneObject(
        queryset=Release.objects.none(), method="as_asked", label="Since", help_text="The earlier release, such as 2012-13.r2."
    )
    about = OneChosen(choices=[(kind, each[0]) for kind, each in ROWS.items()], method="as_asked", label="Of what")

    class Meta:
        fields: Sequence[str] = []

    def __init__(self, *args: Any, later: Release, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Release.objects.all(), **kwargs)
        self.form.fields["since"].queryset = lambda: earlier_than(later, self.request.user)  # type: ignore[attr-defined]

    def as_asked(self, releases: Any, name: str, value: Any) -> Any:
        """Nothing is narrowed: the values are read by name."""
        return releases


class ReleaseChanges(View):
    """`/releases/2013-14.r1/changes/?since=2012-13.r1`: every published row and figure that differs, with old and new."""

    http_method_names = ["get", "head", "options"]

    @cached_property
    def later(self) -> Release:
        """The release named in the address."""
        return release_or_404(self.request, self.kwargs["slug"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        question = ChangesQuestion(request.GET, later=self.later, request=request, also_known=("page",))
        try:
            question.refuse_bad()
            earlier = question.chosen("since") or usual_start(self.later, request.user)
            return self.answer(question, earlier, self.changes(question, earlier))
        except BadFilters as refusal:
            return refused(request, refusal)

    def changes(self, question: ChangesQuestion, earlier: Release | None) -> list[RowChange]:
        """Of the kind asked for; none where there is no earlier release."""
        if earlier is None:
            return []
        asked = question.chosen("about")
        found = changes_between(*published(earlier, self.later))
        return [change for change in found if not asked or change.kind == asked]

    def answer(self, question: ChangesQuestion, earlier: Release | None, changes: list[RowChange]) -> HttpResponse:
        """The page."""
        page = numbered_page(changes, question.given.get("page"))  # type: ignore[arg-type]
        counts = Counter((change.kind, change.deed) for change in changes)
        context = {
            "filter": question,
            "release": self.later,
            "earlier": earlier,
            "page_obj": page,
            "changes": [self.told(change, earlier) for change in page.object_list if earlier],
            "counts": [
                (ROWS[kind][0], [(DEEDS[deed].lower(), counts[kind, deed]) for deed in DEEDS if counts[kind, deed]])
                for kind in KINDS
                if any(counts[kind, deed] for deed in DEEDS)
            ],
        }
        return render(self.request, "releases/changes.html", context)

    def told(self, change: RowChange, earlier: Release) -> dict[str, Any]:
        """A change for the templates."""
        return {
            "title": f"{DEEDS[change.deed]}: {change.name}",
            "kind": change.kind,
            "deed": change.deed,
            "key": change.key,
            "lines": lines_of(change),
            "link": self.link(change, earlier),
        }

    def link(self, change: RowChange, earlier: Release) -> str:
        """Where the row stands: in the later release, or in the earlier one if it is gone."""
        slug = (self.later if change.new is not None else earlier).slug
        if change.kind == FIGURE:
            return reverse("figure", args=[slug, change.key])
        page = "frozen-arrangements" if change.kind == ARRANGEMENT else "frozen-councils"
        return f"{reverse(page, args=[slug])}?{urlencode({'q': change.key})}"


class ReleaseChangesAtom(ReleaseChanges):
    """`/releases/2013-14.r1/changes.atom`: the same, an entry for each row; new from the moment the release is public."""

    def answer(self, question: ChangesQuestion, earlier: Release | None, changes: list[RowChange]) -> HttpResponse:
        page = numbered_page(changes, question.given.get("page"))  # type: ignore[arg-type]
        at, since = self.later.published_at or self.later.prepared_at, earlier.slug if earlier else "nothing"
        address = reverse("release-changes-atom", args=[self.later.slug])
        asked = {name: value for name, value in question.given.items() if name != "page"}
        following = f"{address}?{urlencode({**asked, 'page': page.next_page_number()})}" if page.has_next() else None
        entries = [
            Entry(
                key=f"releases/{self.later.slug}/since/{since}/{change.kind}/{change.key}",
                title=f"{DEEDS[change.deed]}: {change.name}",
                link=self.link(change, earlier),
                at=at,
                html=render_to_string(
                    "releases/_change_lines.html",
                    {"lines": lines_of(change), "note": self.later.public_note, "deed": change.deed},
                ),
            )
            for change in page.object_list
            if earlier
        ]
        feed = Feed(
            key=f"releases/{self.later.slug}/since/{since}",
            title=f"What changed: {self.later}",
            subtitle=self.later.public_note or f"Since {earlier}" if earlier else "The first release",
            page=reverse("release-changes", args=[self.later.slug]),
            at=at,
            entries=entries,
            following=following,
        )
        return atom(self.request, feed)


class ReleaseChangesJson(ReleaseChanges):
    """`/releases/2013-14.r1/changes.json`: the changes in full, to be replayed over the earlier release's rows."""

    def answer(self, question: ChangesQuestion, earlier: Release | None, changes: list[RowChange]) -> HttpResponse:
        return JsonResponse(
            {
                "release": self.later.slug,
                "since": earlier.slug if earlier else None,
                "public_note": self.later.public_note,
                "changes": [
                    {"kind": each.kind, "key": each.key, "deed": each.deed, "old": each.old, "new": each.new} for each in changes
                ],
            }
        )
