"""Borders and distances: reckoned from the register's own file, for councils of every day."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from councils.borders import LAND, WATER, Border, Stretch, areas, borders_of, miles_between, stretches
from councils.register_files import OWN_FILES

BETWEEN = (
    Stretch("D1", "D2", LAND, 50),
    Stretch("D2", "D3", LAND, 70),
    Stretch("D3", "U1", WATER, 30),
    Stretch("D1", "U1", LAND, 5),
    Stretch("D1", "D3", LAND, 11),
)
CODES = {1: "D1", 2: "D2", 3: "D3", 4: "U1", 10: "C1", 20: "N1"}


@dataclass(frozen=True)
class Stub:
    """As much of a council as borders and distances need."""

    pk: int
    county_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def borders(key: int, councils: list[Stub], successions: tuple = ()) -> dict[int, Border]:
    return borders_of(key, areas(councils, successions, CODES), BETWEEN)


FOUR = [Stub(1), Stub(2), Stub(3), Stub(4)]


def test_a_border_is_its_stretches_over_land_and_over_water_apart():
    assert borders(1, FOUR) == {2: Border(50, 0), 3: Border(11, 0), 4: Border(5, 0)}
    assert borders(4, FOUR) == {1: Border(5, 0), 3: Border(0, 30)}


def test_a_county_has_the_borders_of_its_districts_and_none_with_them():
    councils = [Stub(1, county_id=10), Stub(2, county_id=10), Stub(3), Stub(4), Stub(10)]
    assert borders(10, councils) == {3: Border(81, 0), 4: Border(5, 0)}
    assert 10 not in borders(1, councils)
    assert borders(3, councils)[10] == Border(81, 0)


def test_a_council_that_took_over_has_the_borders_of_those_before_it_and_none_within():
    councils = [Stub(20), Stub(3), Stub(4)]
    assert borders(20, councils, ((1, 20), (2, 20))) == {3: Border(81, 0), 4: Border(5, 0)}
    assert borders(20, councils, ((1, 10), (10, 20), (2, 20))) == {3: Border(81, 0), 4: Border(5, 0)}


def test_everybody_says_the_same_of_a_border():
    keys = sorted({code for each in stretches() for code in each[:2]})
    of = {code: frozenset([code]) for code in keys}
    for code in ("E09000029", "E07000210"):
        for other, border in borders_of(code, of).items():
            assert borders_of(other, of)[code] == border


def test_the_file_s_own_lengths_come_out_again():
    with (OWN_FILES / "neighbours.csv").open(newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["kind"] == LAND]
    assert sum(each.tenths for each in stretches() if each.kind == LAND) == sum(round(float(row["km"]) * 10) for row in rows)


places = st.builds(Stub, st.integers(), st.none(), st.floats(49, 56), st.floats(-7, 2))


@given(places, places)
def test_a_distance_is_the_same_both_ways_and_never_beyond_england(one, other):
    miles = miles_between(one, other)
    assert miles == miles_between(other, one)
    assert miles is not None
    assert 0 <= miles < 650


def test_a_distance_is_known_only_between_places():
    assert miles_between(Stub(1, None, 51.36, -0.19), Stub(2, None, 51.38, -0.28)) == 4
    assert miles_between(Stub(1), Stub(2, None, 51.38, -0.28)) is None
