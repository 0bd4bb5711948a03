"""Who borders whom, and how far apart councils lie: from the register's own file of district boundaries, and from their middles.

The file has the boundaries of December 2013. A county's area is that of its districts; a council that took over from others
has theirs. So the borders of every day follow from one file that nobody edits.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from councils.register_files import OWN_FILES

LAND, WATER = "land", "water"
MILES_ROUND_THE_EARTH = 3958.8  # its radius
# A council's key -> the codes of the districts and single-tier councils of 2013 that its area is made of.
Areas = Mapping[Any, frozenset[str]]


class Stretch(NamedTuple):
    """The border of two areas of the file: tenths of a kilometre, so that sums are exact."""

    first: str
    second: str
    kind: str
    tenths: int


@dataclass(frozen=True)
class Border:
    """What two councils share, in tenths of a kilometre: over land, and facing each other over a river or estuary."""

    land: int = 0
    water: int = 0


@cache
def stretches() -> tuple[Stretch, ...]:
    """The file's borders between two councils, less those to the sea, Wales and Scotland."""
    with (OWN_FILES / "neighbours.csv").open(newline="", encoding="utf-8") as opened:
        return tuple(
            Stretch(row["gss_a"], row["gss_b"], row["kind"], round(float(row["km"]) * 10))
            for row in csv.DictReader(opened)
            if row["kind"] in (LAND, WATER)
        )


def areas(councils: Iterable[Any], successions: Iterable[tuple[int, int]], codes: Mapping[int, str]) -> Areas:
    """The areas of councils by key. `successions` are (predecessor, successor), `codes` those of all councils that ever were."""
    before: dict[int, set[int]] = {}
    for predecessor, successor in successions:
        before.setdefault(successor, set()).add(predecessor)

    def with_predecessors(key: int) -> set[int]:
        found, ahead = {key}, [key]
        while ahead:
            for earlier in before.get(ahead.pop(), ()):
                if earlier not in found:
                    found.add(earlier)
                    ahead.append(earlier)
        return found

    councils = list(councils)
    own = {each.pk: frozenset(codes[key] for key in with_predecessors(each.pk)) for each in councils}
    of_county: dict[int, frozenset[str]] = {}
    for each in councils:
        if each.county_id is not None:
            of_county[each.county_id] = of_county.get(each.county_id, frozenset()) | own[each.pk]
    return {key: of_county.get(key, frozenset()) | codes_of_it for key, codes_of_it in own.items()}


def borders_of(key: Any, of: Areas, between: Iterable[Stretch] | None = None) -> dict[Any, Border]:
    """The councils that border the one of that key, by key. Not those whose area overlaps its own: its county, its districts."""
    own = of[key]
    found: dict[str, Border] = {}
    for first, second, kind, tenths in stretches() if between is None else between:
        for here, there in ((first, second), (second, first)):
            if here in own and there not in own:
                so_far = found.get(there, Border())
                more = Border(tenths, 0) if kind == LAND else Border(0, tenths)
                found[there] = Border(so_far.land + more.land, so_far.water + more.water)
    bordering = {}
    for other, area in of.items():
        touched = [found[code] for code in area if code in found]
        if touched and not area & own:
            bordering[other] = Border(sum(each.land for each in touched), sum(each.water for each in touched))
    return bordering


def miles_between(one: Any, other: Any) -> int | None:
    """Whole miles between the middles of two councils, as the crow flies; None where one has no place."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    north, north_too = math.radians(one.latitude), math.radians(other.latitude)
    up, across = north_too - north, math.radians(other.longitude - one.longitude)
    haversine = math.sin(up / 2) ** 2 + math.cos(north) * math.cos(north_too) * math.sin(across / 2) ** 2
    return round(2 * MILES_ROUND_THE_EARTH * math.asin(math.sqrt(haversine)))
