"""Sentences about regions: where arrangements grew most, and how many touch each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from arrangements.releases.press.phrases import count, none_or, plural, the_region, upper_first
from arrangements.releases.press.sentences import Figures, Moved, Published, Sentence, Words, of_figure, page_of, sentence

LEADING = 2


def regions(figures: Figures) -> Iterator[Sentence]:
    """Where arrangements grew most, how many touch each region, and how many touch several."""
    slugs = figures.subjects("arrangements-region")
    moves = {slug: moved for slug in slugs if (moved := Moved.of(figures, "arrangements-region-change", slug))}
    if moves:
        yield _growth(figures, moves)
    for slug in slugs:
        touching = figures.of("arrangements-region", slug)
        if touching is not None:
            moved = moves.get(slug)
            yield of_figure(touching, _region(figures, touching, moved), also=[moved.change if moved else None])
    several = figures.of("arrangements-in-more-than-one-region")
    if several is not None:
        yield of_figure(several, _several(figures, several))


def name_of(figure: Published) -> str:
    """The region of a figure of arrangements touching it, within a sentence."""
    return the_region(figure.label.removeprefix("Arrangements touching "))


def _growth(figures: Figures, moves: Mapping[str, Moved]) -> Sentence:
    """The two regions where the number grew most, and whichever equal the second, each with count, rate and both ends."""
    grown = sorted((moved.now - moved.was for moved in moves.values() if moved.now > moved.was), reverse=True)
    between = f"etween {next(iter(moves.values())).earlier} and {figures.year}"
    keys = [moved.change.key for moved in moves.values()]
    if not grown:
        first = page_of(keys[0])
        return sentence("growth", [f"In no region did the number of arrangements grow b{between}."], below=first, figures=keys)
    least = grown[:LEADING][-1]
    leading = [moved for moved in moves.values() if moved.now - moved.was >= least]
    leading.sort(key=lambda moved: (moved.was - moved.now, moved.change.key))
    words: Words = []
    for place, moved in enumerate(leading):
        joined = "" if not place else ", and in " if place == len(leading) - 1 else ", in "
        region = figures.found[moved.change.key.replace("-change:", ":")]
        rate = f"{moved.rate}, " if moved.rate else ""
        words += [
            f"{joined}{name_of(region)}, by ",
            moved.by(f"{moved.size:,}"),
            f" ({rate}from ",
            moved.before(none_or(moved.was)),
        ]
        words += [" to ", moved.after(f"{moved.now:,}"), ")"]
    how = "only" if len(grown) == 1 else "most"
    start = f"B{between} the number of arrangements grew {how} in "
    return sentence(
        "growth", [start, *words, "."], below=page_of(leading[0].change.key), figures=[each.change.key for each in leading]
    )


def _region(figures: Figures, touching: Published, moved: Moved | None) -> Words:
    number = touching.value
    words: Words = [figures.to_rows(touching, upper_first(f"{count(number)} {'arrangements' if number > 1 else 'arrangement'}"))]
    words.append(f" touched {name_of(touching)} in {figures.year}")
    if moved is None:
        return [*words, "."]
    if moved.now == moved.was:
        return [*words, ", ", moved.by("as many as in" if number else "as in"), f" {moved.earlier}."]
    if not moved.was or not moved.now:
        return [*words, f"; in {moved.earlier} ", moved.before(f"{count(moved.was) if moved.was else 'none'} did"), "."]
    way = "more" if moved.now > moved.was else "fewer"
    by = f"{moved.size:,} ({moved.rate}) {way}" if moved.rate else f"{moved.size:,} {way}"
    return [*words, ", ", moved.by(by), " than the ", moved.before(f"{moved.was:,}"), f" of {moved.earlier}."]


def _several(figures: Figures, several: Published) -> Words:
    number = several.value
    touching = figures.to_rows(several, upper_first(f"{count(number)} {'arrangements' if number > 1 else 'arrangement'}"))
    if not number:
        return [touching, " touched more than one region."]
    return [touching, f" touched more than one region and {plural(number, 'counts', 'count')} in each of them."]
