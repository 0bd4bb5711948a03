"""Periods as geometry: who belonged when, drawn from left to right on one scale of days. Words stand beside them, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH = 1000
# A single day can be seen.
THINNEST = 4
MOST_TICKS = 6


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included. Without a start it begins before anything known; without an end it goes on."""

    start: date | None
    end: date | None
    kind: str


@dataclass(frozen=True)
class Span:
    """A period as drawn. `is_open` to the right: it goes on. `is_dim`: nobody knows since when."""

    x: int
    width: int
    kind: str
    is_dim: bool
    is_open: bool


@dataclass(frozen=True)
class Lane:
    """One party: its name, its part, its periods in words, and as drawn."""

    name: str
    href: str
    part: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Tick:
    """1 January of a year, in per cent of the drawing."""

    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """The lanes in their order, the years below, and the day it is."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    today: int

    @property
    def has_unknown(self) -> bool:
        """Whether any period has no known start."""
        return any(span.is_dim for lane in self.lanes for span in lane.spans)


@dataclass(frozen=True)
class Row:
    """A party with all its periods, before it is drawn."""

    name: str
    href: str
    part: str
    periods: tuple[tuple[Period, str], ...]


def timeline(rows: Sequence[Row], today: date) -> Timeline:
    """All rows on one scale: from 1 January of the first year known to 31 December of the last, today's included."""
    known = [day for row in rows for period, _ in row.periods for day in (period.start, period.end) if day]
    first = date(min([today, *known]).year, 1, 1)
    last = date(max([today, *known]).year, 12, 31)
    days = (last - first).days + 1

    def place(day: date) -> int:
        return round(WIDTH * (day - first).days / days)

    def drawn(period: Period) -> Span:
        left = place(period.start) if period.start else 0
        # Both ends count: a period is drawn to the end of its last day.
        right = round(WIDTH * ((period.end - first).days + 1) / days) if period.end else WIDTH
        width = max(right - left, THINNEST)
        return Span(min(left, WIDTH - width), width, period.kind, period.start is None, period.end is None)

    lanes = tuple(
        Lane(
            row.name, row.href, row.part, tuple(words for _, words in row.periods), tuple(drawn(each) for each, _ in row.periods)
        )
        for row in rows
    )
    step = -(-(last.year - first.year + 1) // MOST_TICKS)
    ticks = tuple(
        Tick(round(100 * (date(year, 1, 1) - first).days / days, 2), str(year)) for year in range(first.year, last.year + 1, step)
    )
    return Timeline(lanes, ticks, place(today))
