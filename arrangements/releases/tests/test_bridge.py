"""The bridge: its parts sum to the difference to the pound, and each arrangement stands in the part its story names."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrangements.releases import bridge as bridging
from arrangements.releases.bridge import Kind, everything
from arrangements.releases.tests.made_rows import CATEGORIES, CODES, REGIONS, make_row, make_rows, some_rows

CUTS = st.one_of(
    st.just(everything),
    st.sampled_from(list(REGIONS)).map(lambda slug: lambda row: slug in row.regions),
    st.sampled_from(list(CATEGORIES)).map(lambda slug: lambda row: row.category == slug),
    st.sampled_from(CODES).map(lambda code: lambda row: code in row.involved),
)
tried = settings(
    max_examples=2_000 if os.environ.get("LONG") else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def bridge(earlier, became, later, cut=everything):
    """The bridge over the arrangements of whole releases."""
    return bridging.bridge(earlier.arrangements, became.arrangements, later.arrangements, cut)


def amounts(found):
    return {part.kind: part.amount for part in found.parts}


def references(found, kind):
    return [movement.reference for part in found.parts if part.kind == kind for movement in part.movements]


@tried
@given(earlier=some_rows(2012), became=some_rows(2012), later=some_rows(2013), cut=CUTS)
def test_the_parts_sum_to_the_difference_to_the_pound_for_any_three_releases_and_any_cut(earlier, became, later, cut):
    found = bridge(earlier, became, later, cut)
    assert found.start + sum(part.amount for part in found.parts) == found.end
    assert found.start == sum(row.amount or 0 for row in earlier.arrangements if cut(row))
    assert found.end == sum(row.amount or 0 for row in later.arrangements if cut(row))


@tried
@given(earlier=some_rows(2012), later=some_rows(2012), cut=CUTS)
def test_between_two_revisions_of_a_year_all_movement_is_revised(earlier, later, cut):
    found = bridge(earlier, later, later, cut)
    assert amounts(found)[Kind.REVISED] == found.change
    # What did not move is still told as like-for-like, with nothing to add.
    assert all(part.amount == 0 for part in found.parts if part.kind != Kind.REVISED)


@tried
@given(became=some_rows(2012), later=some_rows(2013), cut=CUTS)
def test_without_a_revision_none_is_told_and_an_arrangement_stands_in_one_part(became, later, cut):
    found = bridge(became, became, later, cut)
    assert references(found, Kind.REVISED) == []
    told = [movement.reference for part in found.parts for movement in part.movements]
    assert len(set(told)) == len(told)


def test_each_story_has_its_part():
    before = make_rows(make_row("SSR-0001", 100), make_row("SSR-0002", 50), make_row("SSR-0003", 30), make_row("SSR-0004"))
    became = make_rows(make_row("SSR-0001", 90), make_row("SSR-0002", 50), make_row("SSR-0003", 30), make_row("SSR-0004"))
    later = make_rows(make_row("SSR-0001", 120), make_row("SSR-0003"), make_row("SSR-0004", 7), make_row("SSR-0005", 11))
    found = bridge(before, became, later)
    assert amounts(found) == {
        Kind.REVISED: -10,
        Kind.NEW: 11,
        Kind.ENDED: -50,
        Kind.LIKE_FOR_LIKE: 30,
        Kind.STATUS_CHANGED: 7 - 30,
    }
    assert references(found, Kind.STATUS_CHANGED) == ["SSR-0003", "SSR-0004"]


@pytest.mark.parametrize(
    ("moved_from", "moved_to", "kind", "reason"),
    [
        ("london", "east", Kind.ENDED, "Operates still; its parties or service changed"),
        ("east", "london", Kind.NEW, "Operated before; its parties or service changed"),
    ],
)
def test_in_a_cut_joining_is_new_and_leaving_is_ended(moved_from, moved_to, kind, reason):
    before = make_rows(make_row("SSR-0001", 100, regions=(moved_from,)))
    later = make_rows(make_row("SSR-0001", 120, regions=(moved_to,)))
    found = bridge(before, before, later, lambda row: "london" in row.regions)
    [movement] = next(part.movements for part in found.parts if part.kind == kind)
    assert movement.reason == reason
    assert bridge(before, before, later).parts[3].amount == 20


def test_zero_is_a_figure_and_not_a_missing_one():
    before, later = make_rows(make_row("SSR-0001", 0)), make_rows(make_row("SSR-0001", 40))
    assert references(bridge(before, before, later), Kind.LIKE_FOR_LIKE) == ["SSR-0001"]
