"""Stored figures laid out for a page. Nothing here sums: it only finds figures by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from arrangements.releases.models import ReleasedFigure
from sharedservices.common.money import MINUS

HEADLINES = ["savings-total", "arrangements", "councils-share", "councils-involved", "savings-change", "arrangements-change"]


def by_key(figures: Iterable[ReleasedFigure]) -> dict[str, ReleasedFigure]:
    """The figures by their ids."""
    return {figure.key: figure for figure in figures}


def headlines(figures: Sequence[ReleasedFigure]) -> list[ReleasedFigure]:
    """The headline figures that the release has, in their order; six at most."""
    found = by_key(figures)
    return [found[key] for key in HEADLINES if key in found]


def signed(figure: ReleasedFigure | None) -> str:
    """A change with its sign: +26, 0, a fall with a minus sign; nothing where there is no figure."""
    if figure is None or figure.value is None:
        return ""
    return figure.display if figure.value <= 0 or figure.display.startswith(MINUS) else f"+{figure.display}"


def category_table(figures: Sequence[ReleasedFigure]) -> list[dict[str, Any]]:
    """A row per category by rank: savings, share, arrangements."""
    found = by_key(figures)
    rows = [
        {
            "slug": slug,
            "name": figure.label.partition(": ")[2],
            "savings": figure,
            "share": found[f"savings-category-share:{slug}"],
            "rank": found[f"savings-category-rank:{slug}"],
            "arrangements": found[f"arrangements-category:{slug}"],
        }
        for figure in figures
        if figure.measure == "savings-category"
        for slug in [figure.key.partition(":")[2]]
    ]
    return sorted(rows, key=lambda row: (row["rank"].value, row["name"]))


def region_table(figures: Sequence[ReleasedFigure]) -> list[dict[str, Any]]:
    """A row per region by name: arrangements touching it, their change, savings touching it."""
    found = by_key(figures)
    return [
        {
            "slug": slug,
            "name": figure.label.removeprefix("Arrangements touching "),
            "arrangements": figure,
            "change": found.get(f"arrangements-region-change:{slug}"),
            "change_display": signed(found.get(f"arrangements-region-change:{slug}")),
            "savings": found[f"savings-region:{slug}"],
        }
        for figure in figures
        if figure.measure == "arrangements-region"
        for slug in [figure.key.partition(":")[2]]
    ]
