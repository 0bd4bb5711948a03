"""Sentences about who shares a service, where, with whom, and about partners outside local government.

They are made of frozen rows. Regions and counties are told apart, since people name both; an arrangement counts in each
that it touches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arrangements.releases.press.phrases import count, listed, plural, separators, spelled_out, the_region
from arrangements.releases.press.sentences import Figures, Published, Sentence, Words, of_figure, sentence

# Two or three councils have their names said; more are a list to be opened.
NAMED = (2, 3)


@dataclass(frozen=True, slots=True)
class SharingRow:
    """What these sentences need of a frozen arrangement: codes of its lead and partner councils, kind and name of its bodies."""

    reference: str
    services: tuple[str, ...]
    regions: tuple[str, ...]
    counties: tuple[str, ...]
    involved: tuple[str, ...]
    bodies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Names:
    """What regions (by slug), counties and councils (by code) were called in the release; counties with their slugs."""

    regions: Mapping[str, str]
    counties: Mapping[str, tuple[str, str]]
    councils: Mapping[str, str]
    body_kinds: Mapping[str, str]


@dataclass(frozen=True)
class Shared:
    """The service that is asked about, and how it is called within a sentence."""

    slug: str
    name: str


def sharing(figures: Figures, rows: Sequence[SharingRow], names: Names, service: Shared) -> Iterator[Sentence]:
    """In which regions and counties the service is shared, and which councils share it in twos and threes."""
    of_service = [row for row in rows if service.slug in row.services]
    yield _in_regions(figures, of_service, names, service)
    if of_service and names.counties:
        yield _in_counties(figures, of_service, names, service)
    yield from _together(figures, of_service, names, service)


def _in_regions(figures: Figures, rows: Sequence[SharingRow], names: Names, service: Shared) -> Sentence:
    key, below = f"regions:{service.slug}", f"arrangements/?service={service.slug}"
    if not rows:
        return sentence(
            key, [figures.to_list(below, "No arrangement"), f" of {figures.year} shared {service.name}."], below=below
        )
    number, places = count(len(rows)), Counter(slug for row in rows for slug in row.regions)
    all_there_are = len(names.regions)
    how_many = (
        f"all {spelled_out(all_there_are)}"
        if len(places) == all_there_are
        else f"{count(len(places))} of the {spelled_out(all_there_are)}"
    )
    words: Words = [
        f"In {figures.year} councils shared {service.name} in ",
        figures.to_list(below, f"{number} {plural(len(rows), 'arrangement')}"),
    ]
    words.append(f", in {how_many} {'region' if all_there_are == 1 else 'regions'}: ")
    found = sorted((names.regions.get(slug, slug), slug) for slug in places)
    for (name, slug), after in zip(found, separators([name for name, _ in found]), strict=True):
        words += [figures.to_list(f"{below}&region={slug}", f"{the_region(name)} ({places[slug]:,})"), after]
    return sentence(key, [*words, "."], below=below)


def _in_counties(figures: Figures, rows: Sequence[SharingRow], names: Names, service: Shared) -> Sentence:
    key, below = f"counties:{service.slug}", f"arrangements/?service={service.slug}"
    places = Counter(code for row in rows for code in row.counties)
    if not places:
        return sentence(key, [f"In no county did councils share {service.name} in {figures.year}."], below=below)
    found = sorted((*names.counties.get(code, (code, code))[::-1], code) for code in places)
    words: Words = [f"By county, councils shared {service.name} in {figures.year} in "]
    for (name, slug, code), after in zip(found, separators([name for name, *_ in found]), strict=True):
        words += [figures.to_list(f"{below}&county={slug}", f"{name} ({places[code]:,})"), after]
    return sentence(key, [*words, f": {len(found):,} of the {len(names.counties):,} counties."], below=below)


def _together(figures: Figures, rows: Sequence[SharingRow], names: Names, service: Shared) -> Iterator[Sentence]:
    """For each region, or set of regions, the twos and threes of councils that make up an arrangement of the service."""
    by_place = defaultdict(list)
    for row in rows:
        if len(set(row.involved)) in NAMED:
            by_place[row.regions].append((_called(row, names), row.reference))
    for regions, groups in sorted(by_place.items(), key=lambda each: [names.regions.get(slug, slug) for slug in each[0]]):
        place = listed([the_region(names.regions.get(slug, slug)) for slug in regions])
        words: Words = [f"In {place} these councils shared {service.name} in {figures.year}: "]
        for number, (called, reference) in enumerate(sorted(groups)):
            words += ["; " if number else "", figures.to_list(f"arrangements/?q={reference}", called)]
        below = f"arrangements/?service={service.slug}" + "".join(f"&region={slug}" for slug in regions)
        yield sentence(f"together:{service.slug}:{'+'.join(regions)}", [*words, "."], below=below)


def _called(row: SharingRow, names: Names) -> str:
    """The councils by name, and the bodies that are in it too."""
    councils = listed(sorted(names.councils.get(code, code) for code in set(row.involved)))
    bodies = listed(sorted(name for _, name in row.bodies))
    return f"{councils} (with {bodies})" if bodies else councils


def outside(figures: Figures, rows: Sequence[SharingRow], names: Names) -> Iterator[Sentence]:
    """How many arrangements have partners that aren't councils, and of which kinds."""
    number, whole = figures.of("arrangements-with-other-bodies"), figures.of("arrangements")
    if number is not None and whole is not None:
        yield of_figure(number, _outside(figures, number, whole, rows, names), also=[whole])


def _outside(figures: Figures, number: Published, whole: Published, rows: Sequence[SharingRow], names: Names) -> Words:
    if whole.value == 1:
        start: Words = [figures.to_rows(whole, "The one arrangement"), f" of {figures.year} had "]
    else:
        some = {0: "None", 1: "One"}.get(number.value, f"{number.value:,}")
        start = [
            figures.to_rows(number, some),
            " of the ",
            figures.to_rows(whole, f"{whole.value:,}"),
            f" arrangements of {figures.year} had ",
        ]
    if not number.value:
        return [*start, f"{'no' if whole.value == 1 else 'a'} partner outside local government."]
    kinds = Counter(kind for row in rows for kind in {kind for kind, _ in row.bodies})
    found = sorted((-many, names.body_kinds.get(kind, kind), kind) for kind, many in kinds.items())
    words: Words = [*start, f"{plural(number.value, 'a partner', 'partners')} outside local government: "]
    for (many, name, kind), after in zip(found, separators([""] * len(found)), strict=True):
        words += [f"{name} in ", figures.to_list(f"arrangements/?partner_kind={kind}", f"{-many:,}"), after]
    return [*words, "."]
