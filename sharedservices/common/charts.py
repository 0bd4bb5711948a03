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
