"""What the home page says of a release: six headlines at most, each with its change, its meaning and the way to its rows.

Stored figures only: nothing here is summed, and no frozen row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.press.phrases import the_region
from arrangements.releases.tables import by_key, category_table, region_table
from sharedservices.common.money import MINUS

MOST = 6
Figures = Mapping[str, ReleasedFigure]


@dataclass(frozen=True)
class Headline:
    """A figure as the home page shows it. `change` is empty where there is nothing to compare with."""

    label: str
    figure: ReleasedFigure
    meaning: str
    change: str


def headline_keys(figures: Sequence[ReleasedFigure]) -> list[str]:
    """The figures that are shown, by their ids: those of England, the largest category, the region that grew most."""
    found = by_key(figures)
    keys = ["savings-total", "arrangements", "councils-share", *_largest_category(figures), *_region_of_most_growth(figures)]
    return [key for key in [*keys, "arrangements-with-other-bodies"] if key in found][:MOST]


def _largest_category(figures: Sequence[ReleasedFigure]) -> list[str]:
    return [row["savings"].key for row in category_table(figures)[:1]]


def _region_of_most_growth(figures: Sequence[ReleasedFigure]) -> list[str]:
    """Without an earlier release, the region with the most arrangements."""
    rows = region_table(figures)
    grown = sorted(
        rows, key=lambda row: (-(row["change"].value if row["change"] else 0), -row["arrangements"].value, row["name"])
    )
    return [row["arrangements"].key for row in grown[:1]]


def headlines(release: Release, figures: Sequence[ReleasedFigure], earlier: Figures) -> Iterator[Headline]:
    """The headlines in their order. `earlier` are the same figures of the release that this one is compared with."""
    found = by_key(figures)
    for key in headline_keys(figures):
        figure, measure = found[key], key.partition(":")[0]
        told = TOLD[measure]
        yield Headline(told.label(figure), figure, told.meaning(figure, found, release), _change(figure, found, earlier, release))


def _change(figure: ReleasedFigure, found: Figures, earlier: Figures, release: Release) -> str:
    """How it stands to the release it is compared with: by the stored change, or else by what the figure was then."""
    if release.compared_with is None:
        return ""
    measure, colon, subject = figure.key.partition(":")
    stem = "savings" if measure == "savings-total" else measure
    change, rate = (found.get(f"{stem}-{what}{colon}{subject}") for what in ("change", "change-percent"))
    year, before = release.compared_with.year, earlier.get(figure.key)
    if change is not None and change.value is not None:
        if not change.value:
            return f"The same as in {year}"
        size = f" ({rate.display.removeprefix(MINUS)})" if rate is not None and rate.value else ""
        since = f", from {before.display}" if before is not None and not size else ""
        return f"{'Up' if change.value > 0 else 'Down'} {change.display.removeprefix(MINUS)}{size} on {year}{since}"
    if before is None:
        return ""
    return f"The same as in {year}" if before.display == figure.display else f"{before.display} in {year}"


@dataclass(frozen=True)
class Told:
    """How a measure is named and explained."""

    label: Callable[[ReleasedFigure], str]
    meaning: Callable[[ReleasedFigure, Figures, Release], str]


def _of_category(figure: ReleasedFigure, found: Figures, release: Release) -> str:
    share = found.get(f"savings-category-share:{figure.key.partition(':')[2]}")
    of_all = f": {share.display} of all" if share is not None and share.value is not None else ""
    return f"The category of services with the largest reported savings{of_all}."


def _of_region(figure: ReleasedFigure, found: Figures, release: Release) -> str:
    if f"arrangements-region-change:{figure.key.partition(':')[2]}" not in found:
        return "The region that the most arrangements touch."
    return "The region where they grew most. One that touches several regions counts in each."


TOLD: dict[str, Told] = {
    "savings-total": Told(
        lambda figure: "Reported savings",
        lambda figure, found, release: f"What councils say that sharing saved them in {release.year}. It isn’t audited.",
    ),
    "arrangements": Told(
        lambda figure: "Shared arrangements",
        lambda figure, found, release: f"Services run together on {_day(release)}, each counted once however many share it.",
    ),
    "councils-share": Told(
        lambda figure: "Councils that share",
        lambda figure, found, release: (
            f"{figure.numerator} of the {figure.denominator} councils asked lead one or are a partner."
        ),
    ),
    "savings-category": Told(lambda figure: figure.label.partition(": ")[2], _of_category),
    "arrangements-region": Told(
        lambda figure: f"Arrangements touching {the_region(figure.label.removeprefix('Arrangements touching '))}", _of_region
    ),
    "arrangements-with-other-bodies": Told(
        lambda figure: "With partners outside councils",
        lambda figure, found, release: "Arrangements that police, fire, health or another public body takes part in.",
    ),
}


def _day(release: Release) -> str:
    """The last day of its year."""
    return f"{release.year.ends_on.day} {release.year.ends_on:%B %Y}"
