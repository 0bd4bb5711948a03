"""The hexagon map as geometry: pure functions from places on a grid to paths, and who fills which hexagon on a day.

A place is (q, r): axial, of pointed hexagons, r growing southwards. Corners fall on whole numbers, so that what two hexagons
share is shared to the point, and an outline needs no rounding: a hexagon is 34 wide and 40 high, a sixtieth off the regular one.
Nothing here knows what is shared or saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sharedservices.common.periods import covers

Cell = tuple[int, int]
Point = tuple[int, int]
Loop = list[Point]
Cells = frozenset[Cell]

NOWHERE: Cells = frozenset()
HALF_WIDTH, QUARTER = 17, 10
# The corners round a hexagon's centre, clockwise as seen, from the top on.
CORNERS = [(0, -20), (17, -10), (17, 10), (0, 20), (-17, 10), (-17, -10)]
ONE_HEXAGON = "l17 10v20l-17 10-17-10v-20z"
MARGIN = 24


# Drawing


def centre(cell: Cell) -> Point:
    """The middle of a hexagon."""
    q, r = cell
    return 2 * HALF_WIDTH * q + HALF_WIDTH * r, 3 * QUARTER * r


def middle(cells: Collection[Cell]) -> Point:
    """The middle of several hexagons, to the nearest whole number."""
    centres = [centre(cell) for cell in cells]
    across, down = (sum(places) / len(places) for places in zip(*centres, strict=True))
    return round(across), round(down)


def hexagons(cells: Iterable[Cell]) -> str:
    """A path of the hexagons, each by itself."""
    tops = ((across, down - 2 * QUARTER) for across, down in map(centre, sorted(cells)))
    return "".join(f"M{across} {down}{ONE_HEXAGON}" for across, down in tops)


def outlines(cells: Collection[Cell]) -> list[Loop]:
    """The closed lines round the hexagons: one round each piece, clockwise, and one round each hole, the other way.

    Three hexagons meet in a corner, so that a line which comes to one goes on from it in one way only.
    """
    sides = set(_sides(cells))
    following = {begin: end for begin, end in sides if (end, begin) not in sides}
    loops = []
    while following:
        first = min(following)
        loop, at = [first], following.pop(first)
        while at != first:
            loop.append(at)
            at = following.pop(at)
        loops.append(loop)
    return loops


def _sides(cells: Iterable[Cell]) -> Iterator[tuple[Point, Point]]:
    for cell in cells:
        across, down = centre(cell)
        corners = [(across + right, down + below) for right, below in CORNERS]
        yield from zip(corners, [*corners[1:], corners[0]], strict=True)


def outline(cells: Collection[Cell]) -> str:
    """A path round the hexagons, without the lines between them."""
    return "".join(_path(loop) for loop in outlines(cells))


def _path(loop: Loop) -> str:
    """By steps from corner to corner, which are only six kinds and so compress well."""
    steps = ((here[0] - before[0], here[1] - before[1]) for before, here in pairwise(loop))
    written = "".join(f"v{down}" if right == 0 else f"l{right} {down}" for right, down in steps)
    return f"M{loop[0][0]} {loop[0][1]}{written}z"


def view_box(cells: Collection[Cell]) -> str:
    """The window that shows the hexagons, with a margin."""
    centres = [centre(cell) for cell in cells] or [(0, 0)]
    left, right = (of(across for across, _ in centres) for of in (min, max))
    top, bottom = (of(down for _, down in centres) for of in (min, max))
    wide, high = HALF_WIDTH + MARGIN, 2 * QUARTER + MARGIN
    return f"{left - wide} {top - high} {right - left + 2 * wide} {bottom - top + 2 * high}"


# Who fills which hexagon


@dataclass(frozen=True)
class Place:
    """What the map needs of a council: its life, its hexagon if it has one, its county and region, and who followed it."""

    key: int
    region: str
    cell: Cell | None = None
    county: int | None = None
    is_county: bool = False
    started_on: date | None = None
    ended_on: date | None = None
    successors: Sequence[int] = ()


@dataclass(frozen=True)
class Atlas:
    """Where each council lies on a day: those with hexagons, the counties over them, and the regions."""

    councils: Mapping[int, Cells]
    counties: Mapping[int, Cells]
    regions: Mapping[str, Cells]

    @property
    def land(self) -> Cells:
        """Every hexagon that somebody fills."""
        return frozenset[Cell]().union(*self.councils.values())

    def area(self, key: int) -> Cells:
        """The hexagons of a council, or of the districts under a county; none for a council that isn't on the map."""
        return self.councils.get(key) or self.counties.get(key) or NOWHERE


def atlas_of(places: Iterable[Place], day: date) -> Atlas:
    """The map of a day. A council that merged others fills their hexagons; a county covers those of its districts."""
    by_key = {place.key: place for place in places}
    councils: dict[int, set[Cell]] = defaultdict(set)
    for place in by_key.values():
        if place.cell is not None and (filler := _filler(place, by_key, day)) is not None:
            councils[filler.key].add(place.cell)
    counties: dict[int, set[Cell]] = defaultdict(set)
    regions: dict[str, set[Cell]] = defaultdict(set)
    for key, cells in councils.items():
        place = by_key[key]
        regions[place.region] |= cells
        county = by_key.get(place.county) if place.county is not None else None
        if county is not None and _in_force(county, day):
            counties[county.key] |= cells
    return Atlas(_frozen(councils), _frozen(counties), _frozen(regions))


def _filler(place: Place, by_key: Mapping[int, Place], day: date) -> Place | None:
    """Who fills a council's hexagon: itself, or the first of those who followed it that leads to one in force.

    Before the council began nobody does, and neither after it ended without a successor.
    """
    waiting, seen = [place], {place.key}
    while waiting:
        at = waiting.pop(0)
        if _in_force(at, day) and not at.is_county:
            return at
        if at.ended_on is None or day <= at.ended_on:
            continue
        following = [by_key[key] for key in at.successors if key in by_key and key not in seen]
        seen |= {each.key for each in following}
        waiting += following
    return None


def _in_force(place: Place, day: date) -> bool:
    return covers(place.started_on, place.ended_on, day)


def _frozen(cells: Mapping[Any, set[Cell]]) -> dict[Any, Cells]:
    return {key: frozenset(each) for key, each in cells.items()}
