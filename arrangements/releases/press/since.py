"""What became of the figures that an answer quotes: later public revisions that touch one of them, with old and new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.http import QueryDict

from arrangements.releases.filters import FrozenFilter
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure
from arrangements.releases.press.lists import FIGURE as REPORTED
from arrangements.releases.press.models import PressAnswer
from arrangements.releases.press.quotes import FIGURE, POUNDS, Quote, shown
from sharedservices.common.filters import BadFilters

# Of a list in each revision: rows, rows with a figure, pounds.
Counts = dict[int, tuple[int, int, int]]


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


class Later:
    """The public revisions since of all that is quoted, with their figures of the same ids. Three queries, however many."""

    def __init__(self, quotes: Iterable[Quote]) -> None:
        quotes = list(quotes)
        self._quoted = {each.slug: each for each in Release.objects.filter(slug__in={quote.release for quote in quotes})}
        years = {each.year_id for each in self._quoted.values()}
        self.revisions = list(Release.objects.published().filter(year__in=years).select_related("year").order_by("revision"))
        keys = {quote.key for quote in quotes if quote.key}
        found = ReleasedFigure.objects.filter(release__in=self.revisions, key__in=keys).defer("inputs", "definition")
        self.figures = {(each.release_id, each.key): each for each in found}

    def than(self, quote: Quote) -> list[Release]:
        """The revisions of its year that came after the one that it quotes."""
        release = self._quoted[quote.release]
        return [each for each in self.revisions if each.year_id == release.year_id and each.revision > release.revision]


def followed(answer: PressAnswer) -> list[Followed]:
    """Each quote of the answer, followed through the public revisions since. As many queries for many as for one."""
    quotes = answer.quoted
    later = Later(quotes)
    lists = {query: _lists(later.revisions, query) for query in dict.fromkeys(quote.query for quote in quotes if not quote.key)}
    return [
        Followed(quote, tuple(_since(quote, revision, later.figures, lists) for revision in later.than(quote)))
        for quote in quotes
    ]


def said_of_each(answers: Iterable[PressAnswer]) -> dict[int, str]:
    """For a list of answers, by their keys: which revisions have another value of a figure, or what is to be compared.

    Figures are compared here, in three queries for all answers; lists, which take a query each, on the answer's page.
    """
    quotes = {answer.pk: answer.quoted for answer in answers}
    later = Later(quote for each in quotes.values() for quote in each)
    return {key: _said_of(each, later) for key, each in quotes.items()}


def _said_of(quotes: list[Quote], later: Later) -> str:
    since = [(quote, revision) for quote in quotes for revision in later.than(quote)]
    moved = [_since(quote, revision, later.figures, {}) for quote, revision in since if quote.of == FIGURE]
    touched = dict.fromkeys(each.revision.slug for each in moved if each.is_touched)
    if touched:
        return f"Another value in {', '.join(touched)}"
    if any(quote.of != FIGURE for quote, _ in since):
        return "Compare its list"
    return "The same" if since else "None"


def _since(
    quote: Quote,
    revision: Release,
    figures: dict[tuple[int, str], ReleasedFigure],
    lists: dict[str, Counts | None],
) -> Since:
    address = revision.get_absolute_url() + quote.below
    if quote.of == FIGURE:
        figure = figures.get((revision.pk, quote.key))
        value, display = (figure.value, figure.display) if figure else (None, "No longer published")
    else:
        counts = lists[quote.query]
        if counts is None:
            return Since(revision, "a list whose filters can’t be followed any more", address, is_touched=True)
        rows, figures_there, pounds = counts.get(revision.pk, (0, 0, 0))
        value = rows if quote.of != POUNDS else pounds if figures_there else None
        display = "No figure" if value is None else shown(quote.of, value)
    return Since(revision, display, address, value != quote.value)


def _lists(revisions: list[Release], query: str) -> Counts | None:
    """Of the list with these filters, in each revision: rows, rows with a figure, pounds. One query for all of them.

    A search alone asks each revision by itself, since what it forgives depends on what it finds there.
    """
    filterset = FrozenFilter(QueryDict(query), queryset=ReleasedArrangement.objects.all())
    try:
        filterset.refuse_bad()
    except BadFilters:
        # A filter that named something which the register has no more: the list can't be read again, and isn't guessed.
        return None
    with_figure = Q(outcome=REPORTED)
    asked = [[revision] for revision in revisions] if filterset.chosen("q") else [revisions]
    found: Counts = {}
    for some in asked:
        rows = filterset.filter_queryset(ReleasedArrangement.objects.filter(release__in=some)).order_by()
        counted = rows.values("release").annotate(
            there=Count("pk"), figures=Count("pk", filter=with_figure), pounds=Sum("amount", filter=with_figure)
        )  # fmt: skip
        found |= {each["release"]: (each["there"], each["figures"], each["pounds"] or 0) for each in counted}
    return found
