"""Charts as geometry: pure functions from values to bars, which templates draw as SVG. Words stand beside the bars, as text.

Places run from 0 to 1000 across the width, so that a bar is as right on a phone as on a wall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000
# A bar for a value that isn't zero is never thinner.
THINNEST = 3


@dataclass(frozen=True)
class Step:
    """One row of a waterfall: a total that stands by itself, or a movement from where the row before it ended."""

    label: str
    value: int
    display: str
    is_total: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar, from `x` over `width`. `kind` is total, rise, fall or nothing."""

    label: str
    display: str
    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class Bars:
    """The bars of a chart in their order, and where nought lies."""

    bars: tuple[Bar, ...]
    zero: int


def waterfall(steps: Sequence[Step]) -> Bars:
    """Totals from nought; movements each from where the last one ended."""
    spans, at = [], 0
    for step in steps:
        begin, end = (0, step.value) if step.is_total else (at, at + step.value)
        spans.append((begin, end))
        at = end
    lowest = min((min(span) for span in spans), default=0)
    highest = max((max(span) for span in spans), default=0)
    lowest, highest = min(lowest, 0), max(highest, 0)

    def place(value: int) -> int:
        return round(WIDTH * (value - lowest) / (highest - lowest)) if highest > lowest else 0

    return Bars(tuple(_bar(step, place(min(span)), place(max(span))) for step, span in zip(steps, spans, strict=True)), place(0))


def _bar(step: Step, left: int, right: int) -> Bar:
    width = max(right - left, THINNEST) if step.value else 0
    kind = "total" if step.is_total else "rise" if step.value > 0 else "fall" if step.value else "nothing"
    return Bar(step.label, step.display, kind, min(left, WIDTH - width), width)


@dataclass(frozen=True)
class Point:
    """One value of a series, on its basis; without a value, a place where there is none."""

    label: str
    value: int | None
    display: str
    basis: str
    year: int


@dataclass(frozen=True)
class Mark:
    """A row of a series: its bar, and before it the break, in words, where its basis isn't that of the value before."""

    bar: Bar
    broken: str


def series(points: Sequence[Point]) -> tuple[Mark, ...]:
    """A bar for each point, all on one scale from nought, with every break in basis marked.

    Bars of another basis than most are drawn otherwise, for their lengths don't compare.
    """
    highest = max((point.value or 0 for point in points), default=0)
    bases = [point.basis for point in points if point.value is not None]
    usual = max(dict.fromkeys(bases), key=bases.count, default="")
    marks: list[Mark] = []
    before = None
    for point in points:
        broken = ""
        if point.value is not None:
            if before is not None and point.basis != before:
                broken = f"Break: {before} above, {point.basis} below"
            before = point.basis
        width = max(round(WIDTH * point.value / highest), THINNEST) if point.value and highest else 0
        kind = "nothing" if not width else "total" if point.basis == usual else "unlike"
        marks.append(Mark(Bar(point.label, point.display, kind, 0, width), broken))
    return tuple(marks)
