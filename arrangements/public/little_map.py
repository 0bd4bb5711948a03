"""Little maps: England in outline, and on it the councils that a page is about; a few paths each, told in words too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from arrangements.public.map_scales import MEASURES, MISSING
from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import INVOLVED_ROLES
from arrangements.releases.models import ReleasedCouncil
from councils.atlas import atlas_on
from councils.hexmap import Atlas, Cells, hexagons, outline, view_box
from councils.models import Council
from sharedservices.common.periods import spelled

# How a council is marked.
OWN, MARKED, AROUND = "own", "marked", "around"
MOST_NAMED = 6


@dataclass(frozen=True)
class Mark:
    """Hexagons drawn alike."""

    style: str
    path: str


@dataclass(frozen=True)
class LittleMap:
    """England in the outlines of its regions, the marks upon it, and what it shows in a sentence."""

    view_box: str
    land: str
    marks: Sequence[Mark]
    label: str
    href: str = ""


def map_of_arrangement(taking_part: Iterable[Any], on: date) -> LittleMap | None:
    """The councils that take part on the day; a county as the area of its districts. None where no council is on the map."""
    councils = [each.council for each in taking_part if hasattr(each, "council_id") and each.role in INVOLVED_ROLES]
    return _marked(atlas_on(on), [], councils, f"Map of England with the councils marked that take part: {_named(councils)}")


class Marked(NamedTuple):
    """A council to be marked."""

    pk: int
    short_name: str


def shown_with(council: Council, on: date) -> QuerySet:
    """The councils that its map shows: those it shares with on the day, or on its last, as lead or partner."""
    day = min(on, council.ended_on or on)
    together = Arrangement.objects.in_force_on(day).involving([council], on=day)
    shared = Partnership.objects.involved_on(day).filter(arrangement__in=together)
    return Council.objects.filter(pk__in=shared.values("council")).exclude(pk=council.pk)


def map_of_council(council: Council, partners: Iterable[Marked], on: date) -> LittleMap | None:
    """The council and its partners, which `shown_with` gives."""
    day = min(on, council.ended_on or on)
    partners = sorted(partners, key=lambda each: each.short_name)
    label = f"Map of England with {council.short_name}, and whom it shared with on {spelled(day)}: {_named(partners)}"
    return _marked(atlas_on(day), [council], partners, label, f"{reverse('map')}?council={council.slug}")


def map_of_england(councils: Iterable[ReleasedCouncil], on: date) -> LittleMap:
    """Every council by how many arrangements it is in, as stored with the release."""
    atlas, measure = atlas_on(on), MEASURES[0]
    numbers = {each.council_id: each.arrangements for each in councils}
    styles: dict[str, set[Any]] = {}
    for key, cells in atlas.councils.items():
        found = measure.class_of(numbers.get(key))
        styles.setdefault(found.style if found else MISSING, set()).update(cells)
    marks = [Mark(style, hexagons(cells)) for style, cells in sorted(styles.items())]
    label = "Map of England: each council a hexagon, the darker the more arrangements it takes part in"
    return _drawn(atlas, marks, label, reverse("map"))


def _marked(
    atlas: Atlas, own: Sequence[Council], others: Sequence[Council | Marked], label: str, href: str = ""
) -> LittleMap | None:
    """Counties lie under the districts that are marked themselves."""
    areas = [atlas.counties[each.pk] for each in others if each.pk in atlas.counties]
    places = [atlas.councils[each.pk] for each in others if each.pk in atlas.councils]
    mine = [atlas.area(each.pk) for each in own]
    marks = [
        Mark(AROUND, "".join(outline(cells) for cells in areas)),
        Mark(MARKED, "".join(hexagons(cells) for cells in places)),
        Mark(OWN, "".join(outline(cells) for cells in mine)),
    ]
    shown = [mark for mark in marks if mark.path]
    return _drawn(atlas, shown, label, href) if shown else None


def _drawn(atlas: Atlas, marks: Sequence[Mark], label: str, href: str) -> LittleMap:
    return LittleMap(view_box(atlas.land), _land(atlas.regions), marks, label, href)


def _land(regions: Mapping[str, Cells]) -> str:
    return "".join(outline(cells) for _, cells in sorted(regions.items()))


def _named(councils: Sequence[Council | Marked]) -> str:
    """As many as are read out without tiring."""
    names = [each.short_name for each in councils]
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return ", ".join(names) or "none"
