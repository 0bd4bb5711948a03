"""What became of the figures that an answer quotes: later public revisions that touch one of them, with old and new."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.http import QueryDict

from arrangements.releases.filters import FrozenFilter
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure
from arrangements.releases.press.lists import FIGURE as REPORTED
from arrangements.releases.press.models import PressAnswer
from arrangements.releases.press.quotes import FIGURE, POUNDS, Quote, shown
from sharedservices.common.filters import BadFilters


@dataclass(frozen=True)
class Since:
    """A quoted value in a later revision: what it is there, and whether that is something else."""

    revision: Release
    display: str
    address: str
    is_touched: bool


@dataclass(frozen=True)
class Followed:
    """A quote with what later revisions say."""

    quote: Quote
    since: tuple[Since, ...]

    @property
    def is_touched(self) -> bool:
        """Whether any later revision says something else."""
        return any(each.is_touched for each in self.since)


def followed(answer: PressAnswer) -> list[Followed]:
    """Each quote of the answer, followed through the public revisions since. As many queries for many as for one."""
    quotes = answer.quoted
    quoted = {each.slug: each for each in Release.objects.filter(slug__in={quote.release for quote in quotes})}
    years = {each.year_id for each in quoted.values()}
    revisions = list(Release.objects.published().filter(year__in=years).select_related("year").order_by("revision"))
    figures = {
        (each.release_id, each.key): each
        for each in ReleasedFigure.objects.filter(release__in=revisions, key__in=[quote.key for quote in quotes if quote.key])
    }
    lists = {query: _lists(revisions, query) for query in dict.fromkeys(quote.query for quote in quotes if not quote.key)}
    found = []
    for quote in quotes:
        release = quoted[quote.release]
        later = [each for each in revisions if each.year_id == release.year_id and each.revision > release.revision]
        found.append(Followed(quote, tuple(_since(quote, revision, figures, lists) for revision in later)))
    return found


def _since(
    quote: Quote,
    revision: Release,
    figures: dict[tuple[int, str], ReleasedFigure],
    lists: dict[str, dict[int, tuple[int, int, int]]],
) -> Since:
    address = revision.get_absolute_url() + quote.below
    if quote.of == FIGURE:
        figure = figures.get((revision.pk, quote.key))
        value, display = (figure.value, figure.display) if figure else (None, "No longer published")
    else:
        rows, figures_there, pounds = lists[quote.query].get(revision.pk, (0, 0, 0))
        value = rows if quote.of != POUNDS else pounds if figures_there else None
        display = "No figure" if value is None else shown(quote.of, value)
    return Since(revision, display, address, value != quote.value)


def _lists(revisions: list[Release], query: str) -> dict[int, tuple[int, int, int]]:
    """Of the list with these filters, in each revision: rows, rows with a figure, pounds. One query for all of them.

    A search alone asks each revision by itself, since what it forgives depends on what it finds there.
    """
    filterset = FrozenFilter(QueryDict(query), queryset=ReleasedArrangement.objects.all())
    try:
        filterset.refuse_bad()
    except BadFilters:
        # A filter that named something which the register has no more: the list can't be read again, and isn't guessed.
        return {}
    with_figure = Q(outcome=REPORTED)
    asked = [[revision] for revision in revisions] if filterset.chosen("q") else [revisions]
    found = {}
    for some in asked:
        rows = filterset.filter_queryset(ReleasedArrangement.objects.filter(release__in=some)).order_by()
        counted = rows.values("release").annotate(
            there=Count("pk"), figures=Count("pk", filter=with_figure), pounds=Sum("amount", filter=with_figure)
        )  # fmt: skip
        found |= {each["release"]: (each["there"], each["figures"], each["pounds"] or 0) for each in counted}
    return found
