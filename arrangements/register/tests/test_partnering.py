"""The rank of possible partners: pure, complete, the same whatever order it is asked in, each place explained by its reasons."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from arrangements.register.partnering import (
    MOST_IN_COMMON,
    MOST_TOGETHER,
    Candidate,
    Named,
    Seeker,
    ranked,
    reasons,
)
from councils.borders import Border

SEEKER = Seeker("Sutton", "ICT")
names = st.lists(st.builds(Named, st.text("abc", min_size=1, max_size=3)), max_size=8).map(tuple)
borders = st.none() | st.builds(Border, st.integers(0, 500), st.integers(1, 500))
candidate = st.builds(
    Candidate,
    code=st.text("0123456789", min_size=6, max_size=6),
    name=st.text("AaBb", min_size=1, max_size=3),
    kind=st.just("a county council"),
    is_same_kind=st.booleans(),
    miles=st.none() | st.integers(0, 400),
    border=borders,
    county=st.sampled_from(["", "", "over", "under"]),
    sharing=names,
    together=names,
    in_common=names,
)
candidates = st.lists(candidate, max_size=12, unique_by=lambda each: each.code)


@given(candidates, st.randoms())
def test_every_one_has_one_place_whatever_order_they_come_in(given_ones, rng: Random):
    shuffled = list(given_ones)
    rng.shuffle(shuffled)
    found = ranked(SEEKER, given_ones)
    assert found == ranked(SEEKER, shuffled)
    assert [each.place for each in found] == list(range(1, len(given_ones) + 1))
    assert sorted(each.candidate.code for each in found) == sorted(each.code for each in given_ones)


@given(candidates)
def test_more_points_come_first_and_among_equals_the_nearer(given_ones):
    found = ranked(SEEKER, given_ones)
    for before, after in pairwise(found):
        assert before.points >= after.points
        if before.points == after.points:
            assert after.candidate.miles is None or (before.candidate.miles or 0) <= after.candidate.miles


@given(candidate)
def test_a_reason_is_given_if_and_only_if_its_fact_holds(one):
    rules = {reason.rule for reason in reasons(SEEKER, one)}
    assert ("county" in rules) == bool(one.county)
    assert ("border" in rules) == (not one.county and one.border is not None and one.border.land > 0)
    assert ("water" in rules) == (not one.county and one.border is not None and one.border.land == 0)
    assert ("distance" in rules) == (one.miles is not None)
    assert ("sharing" in rules) == bool(one.sharing)
    assert ("together" in rules) == bool(one.together)
    assert ("kind" in rules) == one.is_same_kind
    assert ("in-common" in rules) == bool(one.in_common)


@given(candidate)
def test_no_reason_takes_points_away_and_none_is_worth_more_than_its_most(one):
    by_rule = {reason.rule: reason for reason in reasons(SEEKER, one)}
    assert len(by_rule) == len(reasons(SEEKER, one))
    assert all(reason.points >= 0 for reason in by_rule.values())
    assert by_rule["together"].points <= MOST_TOGETHER if "together" in by_rule else True
    assert by_rule["in-common"].points <= MOST_IN_COMMON if "in-common" in by_rule else True


@given(candidate, st.integers(0, 200))
def test_what_is_nearer_and_otherwise_alike_is_never_behind(one, miles):
    near = Candidate(**{**one.__dict__, "code": "1", "miles": miles})
    far = Candidate(**{**one.__dict__, "code": "0", "miles": miles + 2})
    assert ranked(SEEKER, [far, near])[0].candidate == near


def test_the_reasons_in_words():
    one = Candidate(
        code="E09000021",
        name="Kingston upon Thames",
        kind="a London borough",
        is_same_kind=True,
        miles=4,
        border=Border(75, 0),
        sharing=(Named("Their ICT"),),
        together=(Named("HR"), Named("Law"), Named("Audit"), Named("Parking")),
        in_common=(Named("Merton"),),
    )
    found = reasons(SEEKER, one)
    assert [(reason.points, reason.words) for reason in found] == [
        (40, "Borders Sutton for 7.5 kilometres."),
        (28, "Lies 4 miles from Sutton, from middle to middle."),
        (20, "Already shares ICT, with others:"),
        (18, "Works with Sutton in 4 other arrangements:"),
        (10, "Is of the same kind as Sutton: a London borough."),
        (2, "Has one partner in common with Sutton:"),
    ]
    assert [len(found[3].shown), found[3].more] == [3, 1]


def test_nothing_known_is_no_reason_and_the_last_place():
    known, unknown = Candidate("2", "Zed", miles=300), Candidate("1", "Abe")
    assert reasons(SEEKER, unknown) == ()
    assert [each.candidate.name for each in ranked(SEEKER, [unknown, known])] == ["Zed", "Abe"]
