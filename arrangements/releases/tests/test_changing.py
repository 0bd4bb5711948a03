"""What changed between two releases: replayed over the earlier rows it gives the later ones, and nothing is told twice."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrangements.releases.changing import ARRANGEMENT, COUNCIL, FIGURE, KINDS, RowChange, changes_between, replayed
from arrangements.releases.changing_words import Line, lines_of

tried = settings(
    max_examples=2_000 if os.environ.get("LONG") else 30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
VALUES = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from(["", "a", "b"]), st.lists(st.sampled_from(["E1", "E2"])))
ROW = st.fixed_dictionaries(
    {"name": st.sampled_from(["Waste", "ICT"]), "label": st.just("Savings"), "one": VALUES, "two": VALUES}
)
PUBLISHED = st.fixed_dictionaries({kind: st.dictionaries(st.sampled_from("abcd"), ROW, max_size=3) for kind in KINDS})


@tried
@given(earlier=PUBLISHED, later=PUBLISHED)
def test_replayed_over_the_earlier_rows_they_give_the_later_ones_exactly_and_tell_only_what_differs(earlier, later):
    changes = changes_between(earlier, later)
    assert replayed(earlier, changes) == later
    assert len({(each.kind, each.key) for each in changes}) == len(changes)
    for each in changes:
        if each.old is not None and each.new is not None:
            assert each.new
            assert all(each.old[field] != each.new[field] for field in each.new)
    assert changes_between(later, later) == []


@tried
@given(earlier=PUBLISHED, later=PUBLISHED, other=PUBLISHED)
def test_changes_that_do_not_fit_are_refused_rather_than_forced(earlier, later, other):
    changes = changes_between(earlier, later)
    fits = all(_fits(other, each) for each in changes)
    if fits:
        replayed(other, changes)
    else:
        with pytest.raises(ValueError, match="isn’t what the change says it was"):
            replayed(other, changes)


def _fits(rows: dict[str, Any], change: RowChange) -> bool:
    here = rows[change.kind].get(change.key)
    if here is None or change.old is None:
        return (here is None) == (change.old is None)
    return all(here[field] == value for field, value in change.old.items())


def test_a_change_is_told_by_names_and_not_by_the_codes_beside_them():
    change = RowChange(
        ARRANGEMENT, "SSR-0001", "ICT",
        {"outcome": "not_calculated", "outcome_name": "Not calculated", "saving_pounds": None,
         "partners": ["E1"], "partner_names": ["Kent"]},
        {"outcome": "figure", "outcome_name": "Figure", "saving_pounds": -1_000, "partners": [], "partner_names": []},
    )  # fmt: skip
    assert lines_of(change) == [
        Line("Outcome", "Not calculated", "Figure"),
        Line("Saving", "no amount", "−£1,000"),
        Line("Partners", "Kent", "none"),
    ]


def test_a_figure_that_moved_within_its_rounding_is_told_by_its_value():
    assert lines_of(RowChange(FIGURE, "savings-total", "Savings", {"value": 1_000_001}, {"value": 1_000_002})) == [
        Line("Value", "1,000,001", "1,000,002")
    ]


def test_of_a_row_that_is_gone_only_what_was_is_told():
    row = {"name": "Kent", "kind_name": "County council", "region_name": "South East", "asked": True, "arrangements": 0}
    assert lines_of(RowChange(COUNCIL, "E10000016", "Kent", row, None)) == [
        Line("Kind", "County council", None),
        Line("Region", "South East", None),
        Line("Asked", "yes", None),
        Line("Arrangements it is in", "0", None),
    ]
