"""Sentences about councils and arrangements: who takes part, in how many, and whether these are more than before."""

from __future__ import annotations

from collections.abc import Iterator

from arrangements.releases.press.phrases import count, plural, share, upper_first
from arrangements.releases.press.sentences import (
    Figures,
    Moved,
    Published,
    Sentence,
    Words,
    movement,
    nothing_to_compare,
    of_figure,
)


def councils(figures: Figures) -> Iterator[Sentence]:
    """The share of councils, their number, and the number of arrangements and its change."""
    part, involved, arrangements = (figures.of(key) for key in ("councils-share", "councils-involved", "arrangements"))
    if part is not None:
        yield of_figure(part, _share(figures, part))
    if involved is not None and arrangements is not None:
        yield of_figure(involved, _involved(figures, involved, arrangements), also=[arrangements])
    moved = Moved.of(figures, "arrangements-change")
    if moved is not None:
        yield movement(moved, "The number of arrangements", "was", lambda number: f"{number:,}")
    elif arrangements is not None:
        yield nothing_to_compare("arrangements-change", figures, arrangements)


def _share(figures: Figures, part: Published) -> Words:
    taking_part, asked = part.numerator or 0, part.denominator or 0
    of_asked = figures.to_list("councils/?asked=yes", f"{asked:,}")
    who, shared = plural(asked, "council"), f"with other councils and public bodies in {figures.year}"
    if not asked:
        return [f"No council was asked for {figures.year}, so ", figures.to_page(part, "no share of councils"), " is given."]
    if not taking_part:
        return [figures.to_page(part, "None"), " of the ", of_asked, f" {who} asked shared services {shared}."]
    if asked == 1:
        return [figures.to_page(part, "The one council asked"), f" shared services {shared}."]
    if taking_part == asked:
        return [
            figures.to_page(part, "All"),
            " ",
            of_asked,
            f" {who} asked shared services {shared}.",
        ]
    left = asked - taking_part
    return [
        figures.to_page(part, share(taking_part, asked)), f" of councils shared services {shared}: ",
        figures.to_rows(part, count(taking_part)), " of the ", of_asked, " asked; ",
        figures.to_list("councils/?asked=yes&involved=no", count(left)), " did not.",
    ]  # fmt: skip


def _involved(figures: Figures, involved: Published, arrangements: Published) -> Words:
    who, what = involved.value, arrangements.value
    if not what:
        return [figures.to_rows(arrangements, "No arrangement"), f" operated in {figures.year}."]
    different = "different " if what > 1 else ""
    return [
        figures.to_rows(involved, upper_first(f"{count(who)} {plural(who, 'council')}")),
        f" {plural(who, 'was', 'were')} involved in ",
        figures.to_rows(arrangements, f"{count(what)} {different}{plural(what, 'arrangement')}"),
        f" to share services in {figures.year}.",
    ]
