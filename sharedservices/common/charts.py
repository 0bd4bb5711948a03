"""Charts as geometry: pure functions from values to bars and lines, drawn by templates as SVG. Words stand beside them, as text.

Places run from 0 to 1000 across the width of a bar, and in per cent of a trend's drawing, so that both are as right on a phone as
on a wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
    place = _scale([end for span in spans for end in span])
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


@dataclass(frozen=True)
class Value:
    """One row of a chart and of its table and file: a value with what it is of. Without a value, words say why."""

    code: str
    label: str
    value: int | None
    display: str
    note: str = ""
    href: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture with all that belongs to it: title, a sentence that reads it, its rows, and where its file is.

    `of`, `measure` and `noted` head the table's columns; `unit` heads the value's column in the file.
    """

    key: str
    title: str
    reading: str
    values: tuple[Value, ...]
    drawing: Bars | Trend
    csv: str
    of: str = "Year"
    measure: str = "Arrangements"
    noted: str = ""
    unit: str = "arrangements"
    note: str = ""
    meaning: str = ""

    @property
    def is_trend(self) -> bool:
        """Whether it runs over time."""
        return isinstance(self.drawing, Trend)

    @property
    def is_empty(self) -> bool:
        """Whether there is no value to draw."""
        return all(each.value is None for each in self.values)

    @property
    def header(self) -> tuple[str, ...]:
        """The file's first row."""
        return ("code", "name", self.unit, "in_words", "note")

    @property
    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The file's rows, one for each row of the chart."""
        return ((each.code, each.label, each.value, each.display, each.note) for each in self.values)


def bars(values: Sequence[Value], *, signed: bool = False) -> Bars:
    """A bar for each value, from nought; those that are changes are drawn as rises and falls. No value, no bar."""
    place = _scale([each.value or 0 for each in values])
    steps = [Step(each.label, each.value or 0, each.display, is_total=not signed) for each in values]
    return Bars(tuple(_bar(each, place(min(each.value, 0)), place(max(each.value, 0))) for each in steps), place(0))


# A trend is drawn between these parts of its height, so that words have room above and below.
TOP, BOTTOM = 16, 84
LOWEST_WITH_ROOM = 72


@dataclass(frozen=True)
class Dot:
    """One year of a trend, in per cent of the drawing; no `y` where there is no value. `told` even where room is scarce.

    `is_below`: its words stand under it, since its lines rise to either side.
    """

    label: str
    display: str
    x: float
    y: float | None
    told: bool
    is_below: bool = False


@dataclass(frozen=True)
class Stroke:
    """A straight line between two dots."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Trend:
    """Dots in their order, the lines that join them, and where the basis changes."""

    dots: tuple[Dot, ...]
    strokes: tuple[Stroke, ...]
    breaks: tuple[float, ...]
    zero: float

    @property
    def is_long(self) -> bool:
        """Whether a narrow screen has no room for the words of every dot."""
        return len(self.dots) > 5


def trend(values: Sequence[Value]) -> Trend:
    """A dot for each value, on one scale from nought. No line runs over a missing value or from one basis to another."""
    known = {at: each.value for at, each in enumerate(values) if each.value is not None}
    place = _scale(list(known.values()))

    def height(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * place(value) / WIDTH, 1)

    step = 100 / max(len(values), 1)
    told = {min(known), max(known), max(known, key=lambda at: known[at])} if known else set()
    dots = tuple(
        Dot(
            each.label,
            each.display,
            round(step * (at + 0.5), 2),
            None if each.value is None else height(each.value),
            at in told,
        )
        for at, each in enumerate(values)
    )
    strokes: list[Stroke] = []
    breaks: list[float] = []
    before: int | None = None
    for at, each in enumerate(values):
        if each.value is None:
            continue
        if before is not None and each.basis != values[before].basis:
            breaks.append(round(step * (at + before + 1) / 2, 2))
        elif before == at - 1:
            one, other = dots[before], dots[at]
            strokes.append(Stroke(one.x, one.y or 0, other.x, other.y or 0))
        before = at
    return Trend(tuple(_with_room(dot, strokes) for dot in dots), tuple(strokes), tuple(breaks), height(0))


def _with_room(dot: Dot, strokes: Sequence[Stroke]) -> Dot:
    """The dot, its words below where lines would run through them above, and the ground is far enough."""
    ends = [y for each in strokes for x, y in ((each.x1, each.y2), (each.x2, each.y1)) if x == dot.x]
    rise = bool(ends) and dot.y is not None and dot.y <= LOWEST_WITH_ROOM and all(y < dot.y for y in ends)
    return replace(dot, is_below=rise)


def _scale(values: Sequence[int]) -> Callable[[int], int]:
    """Where each value lies between the lowest and the highest, nought included, from 0 to 1000."""
    lowest, highest = min([0, *values]), max([0, *values])
    return lambda value: round(WIDTH * (value - lowest) / (highest - lowest)) if highest > lowest else 0
