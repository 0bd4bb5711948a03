"""The hexagon map: outlines that close round just their hexagons, each of which one council in force fills, or nobody."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from councils.atlas import atlas_on
from councils.hexmap import CORNERS, Atlas, Place, atlas_of, centre, hexagons, middle, outline, outlines, view_box
from councils.models import CouncilName, Succession
from councils.tests.builders import make_council, make_region

DATA = Path(__file__).parents[1] / "data"
AREA = 2 * 17 * 30  # of one hexagon
DAYS = [date(2014, 3, 31), date(2019, 4, 1), date(2023, 4, 1)]
tried = settings(max_examples=60, deadline=None)
some_cells = st.frozensets(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=40)


def area_within(loops):
    """Twice the signed area is the sum of cross products; clockwise counts as positive, downwards being positive too."""
    return sum(x * down - right * y for loop in loops for (x, y), (right, down) in pairwise([*loop, loop[0]])) / 2


@tried
@given(cells=some_cells)
def test_the_lines_round_hexagons_enclose_their_area_and_nothing_else(cells):
    assert area_within(outlines(cells)) == AREA * len(cells)


@tried
@given(cells=some_cells)
def test_a_line_goes_along_a_side_once_and_only_where_one_hexagon_of_the_set_lies(cells):
    sides = Counter()
    for cell in cells:
        x, y = centre(cell)
        corners = [(x + right, y + down) for right, down in CORNERS]
        sides.update(frozenset(side) for side in pairwise([*corners, corners[0]]))
    drawn = Counter(frozenset(side) for loop in outlines(cells) for side in pairwise([*loop, loop[0]]))
    assert drawn == Counter({side: 1 for side, count in sides.items() if count == 1})


@tried
@given(cells=some_cells)
def test_all_that_is_drawn_lies_in_the_window(cells):
    left, top, wide, high = map(int, view_box(cells).split())
    for x, y in [point for loop in outlines(cells) for point in loop] + [middle(cells)]:
        assert left < x < left + wide
        assert top < y < top + high


def test_a_path_is_written_by_steps():
    assert hexagons([(0, 0)]) == "M0 -20l17 10v20l-17 10-17-10v-20z"
    assert outline({(0, 0)}) == "M-17 -10l17 -10l17 10v20l-17 10l-17 -10z"
    assert outline(set()) == ""


@st.composite
def some_places(draw):
    """Councils in three ages, some with hexagons, each ended one followed by any of the next age; some under a county."""
    counties = [Place(key, "north", is_county=True, ended_on=draw(st.sampled_from([None, date(2019, 3, 31)]))) for key in (1, 2)]
    cells = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), unique=True, min_size=1, max_size=12))
    last = [Place(200 + at, "south", started_on=date(2023, 4, 1)) for at in range(2)]
    second = [
        _perhaps_ended(draw, Place(100 + at, "south", started_on=date(2019, 4, 1)), date(2023, 3, 31), last) for at in range(3)
    ]
    first = [
        _perhaps_ended(
            draw, Place(10 + at, "north", cell=cell, county=draw(st.sampled_from([None, 1, 2]))), date(2019, 3, 31), second
        )
        for at, cell in enumerate(cells)
    ]
    return [*counties, *first, *second, *last]


def _perhaps_ended(draw, place, day, following):
    if not draw(st.booleans()):
        return place
    chosen = draw(st.lists(st.sampled_from([each.key for each in following] + [1]), unique=True))
    return replace(place, ended_on=day, successors=chosen)


def in_force(place, day):
    return (place.started_on is None or place.started_on <= day) and (place.ended_on is None or day <= place.ended_on)


@tried
@given(places=some_places(), day=st.sampled_from(DAYS))
def test_a_hexagon_is_filled_by_one_council_in_force_and_by_its_own_while_that_lasts(places, day):
    atlas, by_key = atlas_of(places, day), {place.key: place for place in places}
    filled = Counter(cell for cells in atlas.councils.values() for cell in cells)
    assert set(filled.values()) <= {1}
    for key in atlas.councils:
        assert in_force(by_key[key], day)
        assert not by_key[key].is_county
    for place in places:
        if place.cell and in_force(place, day):
            assert place.cell in atlas.councils[place.key]
        if place.cell and place.ended_on and place.ended_on < day and not place.successors:
            assert place.cell not in atlas.land


@tried
@given(places=some_places(), day=st.sampled_from(DAYS))
def test_regions_part_the_land_and_a_county_covers_just_its_districts(places, day):
    atlas, by_key = atlas_of(places, day), {place.key: place for place in places}
    assert frozenset().union(*atlas.regions.values()) == atlas.land
    assert sum(map(len, atlas.regions.values())) == len(atlas.land)
    for key, cells in atlas.counties.items():
        assert in_force(by_key[key], day)
        assert cells == frozenset().union(*(atlas.councils[each] for each in atlas.councils if by_key[each].county == key))


def shipped(day):
    """The map of the councils that the register ships, read from the files alone."""
    with (DATA / "councils.csv").open() as councils, (DATA / "successions.csv").open() as successions:
        rows, following = list(csv.DictReader(councils)), list(csv.DictReader(successions))
    keys = {row["gss_code"]: at for at, row in enumerate(rows)}
    places = [
        Place(
            keys[row["gss_code"]], row["region"],
            cell=(int(row["hex_q"]), int(row["hex_r"])) if row["hex_q"] else None,
            county=keys[row["county"]] if row["county"] else None,
            is_county=row["kind"] == "county",
            started_on=date.fromisoformat(row["started_on"]) if row["started_on"] else None,
            ended_on=date.fromisoformat(row["ended_on"]) if row["ended_on"] else None,
            successors=[keys[each["successor"]] for each in following if each["predecessor"] == row["gss_code"]],
        )
        for row in rows
    ]  # fmt: skip
    return atlas_of(places, day), {row["slug"]: keys[row["gss_code"]] for row in rows}


def test_the_real_map_keeps_its_326_hexagons_through_every_reorganisation():
    (then, _), (now, key_of) = shipped(date(2014, 3, 31)), shipped(date(2026, 1, 1))
    assert (len(then.land), len(then.councils), len(then.counties)) == (326, 326, 27)
    assert now.land == then.land
    assert (len(now.councils), len(now.counties)) == (296, 21)
    assert len(now.area(key_of["somerset"])) == 5, "two of them by way of Somerset West and Taunton"
    assert now.area(key_of["kent"]) == then.area(key_of["kent"])


def test_every_county_and_region_of_the_real_map_lies_in_one_piece_but_for_the_isles():
    atlas, key_of = shipped(date(2014, 3, 31))
    isles = atlas.area(key_of["isle-of-wight"]) | atlas.area(key_of["isles-of-scilly"])
    for cells in [*atlas.counties.values(), *atlas.regions.values()]:
        assert len(outlines(cells - isles)) == 1


class ReadingTests(TestCase):
    def test_the_map_of_a_day_is_read_in_one_query_and_follows_successions(self):
        north = make_region("North West")
        county = make_council("Northshire County Council", "county", north)
        old = [
            make_council(name, "district", north, county=county, hex_q=at, hex_r=0, ended_on=date(2019, 3, 31))
            for at, name in enumerate(["Alder", "Birch"])
        ]
        new = make_council("Alder and Birch", "unitary", north, started_on=date(2019, 4, 1))
        for each in old:
            Succession.objects.create(predecessor=each, successor=new)
        CouncilName.objects.create(council=new, name="Woodland", kind="alias")
        with self.assertNumQueries(1):
            before = atlas_on(date(2019, 3, 31))
        assert before == Atlas(
            {old[0].pk: {(0, 0)}, old[1].pk: {(1, 0)}}, {county.pk: {(0, 0), (1, 0)}}, {"north-west": {(0, 0), (1, 0)}}
        )
        after = atlas_on(date(2019, 4, 1))
        assert after.councils == {new.pk: {(0, 0), (1, 0)}}
        assert after.counties == {}
        assert after.area(county.pk) == frozenset()
