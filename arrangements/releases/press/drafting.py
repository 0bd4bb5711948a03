"""A drafted answer: from a sentence of the press page, from a figure, or from a filtered list of frozen arrangements."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, QueryDict

from arrangements.register.models import Service
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.filters import FrozenFilter
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure
from arrangements.releases.press.citing import address_of, quotation, said_of
from arrangements.releases.press.lists import BY_RESULT, Listed, answer_to, described_by, quotes_of
from arrangements.releases.press.phrases import lower_first
from arrangements.releases.press.quotes import Quote, of_figure, of_rows
from arrangements.releases.press.reading import ASKED_FIRST, figures_of, sections_of
from arrangements.releases.press.sentences import page_of
from arrangements.releases.press.told import Section
from sharedservices.common.filters import without_blanks

# Names that the list's page reads and that narrow nothing.
NOT_NARROWING = ("page", "order")


@dataclass(frozen=True)
class Draft:
    """What may be answered: the words with their source, and what they quote."""

    release: Release
    question: str
    answer: str
    quotes: tuple[Quote, ...]
    below: str


def from_sentence(request: HttpRequest, release: Release, key: str) -> Draft:
    """A sentence of the press page; its service, if it has one, stands in its key."""
    sections = sections_of(release, _service_of(key), figures_of(release))
    found = next(((section, each) for section in sections for each in section.sentences if each.key == key), None)
    if found is None:
        raise Http404
    section, sentence = found
    figures = list(ReleasedFigure.objects.of(release).filter(key__in=sentence.figures).order_by("position"))
    quotes = _of_figures(release, figures) or [_of_list(release, section, sentence.below)]
    words = quotation(sentence.text, release, address_of(request, release, sentence.below))
    question = f"{section.heading}, {release.year}"
    return Draft(release, question, words, tuple(quotes), sentence.below)


def _service_of(key: str) -> Service:
    slug = key.split(":")[1] if key.startswith(("regions:", "counties:", "together:")) else ASKED_FIRST
    service = Service.objects.filter(slug=slug).first() or Service.objects.order_by("name").first()
    if service is None:
        raise Http404
    return service


def _of_figures(release: Release, figures: list[ReleasedFigure]) -> list[Quote]:
    """The figures, and both ends of those that are changes, each of its own release."""
    ends = [figure.inputs[end] for figure in figures for end in ("minuend", "subtrahend") if end in figure.inputs]
    slugs, keys = {end["release"] for end in ends}, {end["figure"] for end in ends}
    known = {(figure.release_id, figure.key) for figure in figures}
    others = ReleasedFigure.objects.filter(release__slug__in=slugs, key__in=keys).select_related("release").order_by("position")
    quotes = [of_figure(figure, release.slug) for figure in figures]
    return quotes + [of_figure(each, each.release.slug) for each in others if (each.release_id, each.key) not in known]


def _of_list(release: Release, section: Section, below: str) -> Quote:
    """The number of rows of the list that a sentence about sharing leads to."""
    return of_rows(release.slug, below, section.heading, _filtered(release, QueryDict(below.partition("?")[2])).qs.count())


def from_figure(request: HttpRequest, release: Release, figure: ReleasedFigure) -> Draft:
    """A figure alone, with what it leaves out."""
    words = said_of(figure, release)
    if left_out := figure.inputs.get("left_out"):
        said = ", ".join(f"{number:,} {lower_first(OUTCOME_NAMES[code])}" for code, number in left_out.items())
        words += f" It rests on {figure.row_count:,} reported figures; left out, by outcome: {said}."
    below = page_of(figure.key)
    words = quotation(words, release, address_of(request, release, below))
    return Draft(release, f"{figure.label}, {release.year}", words, tuple(_of_figures(release, [figure])), below)


def from_list(request: HttpRequest, release: Release) -> Draft:
    """The list that the address describes; `BadFilters` if it can't be followed."""
    given = without_blanks(request.GET)
    for name in NOT_NARROWING:
        given.pop(name, None)
    filterset = _filtered(release, given)
    described = described_by({name: filterset.chosen(name) for name in filterset.form.fields})
    now, earlier = _listed(release, filterset), release.compared_with
    before = _listed(earlier, filterset) if earlier else None
    query = given.urlencode(safe=":")
    below = f"arrangements/?{query}" if query else "arrangements/"
    comparable = not any(given.get(name) for name in BY_RESULT)
    words = answer_to(described, now, before, OUTCOME_NAMES, comparable=comparable)
    if not comparable:
        before = None
    question = f"What did arrangements{described} save in {release.year}, and is that more than the year before?"
    words = quotation(words, release, address_of(request, release, below))
    return Draft(release, question, words, tuple(quotes_of(below, described, now, before)), below)


def _filtered(release: Release, given: QueryDict) -> FrozenFilter:
    filterset = FrozenFilter(given, queryset=ReleasedArrangement.objects.of(release))
    filterset.refuse_bad()
    return filterset


def _listed(release: Release, filterset: FrozenFilter) -> Listed:
    """The list's rows in a release. One filter serves both releases: what it may be given is read once."""
    rows = filterset.filter_queryset(ReleasedArrangement.objects.of(release))
    found = rows.order_by("reference").values_list("reference", "outcome", "amount")
    return Listed(release.slug, str(release.year), {reference: (outcome, amount) for reference, outcome, amount in found})
