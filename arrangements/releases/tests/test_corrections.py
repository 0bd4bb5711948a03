"""What a revision corrects, from the figures and rows of the two: pure functions over rows made by hand or at random."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import given, settings

from arrangements.releases.corrections import Changed, corrected_rows, corrections
from arrangements.releases.figures import ArrangementRow, compute
from arrangements.releases.tests.made_rows import CODES, make_row, make_rows, some_rows

EXAMPLES = 1_000 if os.environ.get("LONG") == "1" else 40
NAMES = {"back-office": "Back office", "environment": "Environment", CODES[2]: "Kent"}


def corrected(before: list[ArrangementRow], after: list[ArrangementRow]):
    """The corrections by figure."""
    old, new = make_rows(*before), make_rows(*after)
    return {each.key: each for each in corrections(compute(old), compute(new), before, after)}


def test_a_corrected_amount_moves_the_figures_of_its_money_alone_and_is_named_as_the_reason():
    before = [make_row("SSR-0001", 2_592_000), make_row("SSR-0002", 900_000, category="environment")]
    after = [make_row("SSR-0001", 1_296_000), before[1]]
    found = corrected(before, after)
    assert (found["savings-total"].old, found["savings-total"].new) == ("£3.5 million", "£2.2 million")
    assert (found["savings-total"].old_value, found["savings-total"].new_value) == (3_492_000, 2_196_000)
    assert found["savings-category:back-office"].because == ("SSR-0001",)
    assert "savings-category:environment" not in found
    assert {key.partition(":")[0] for key in found} == {
        "savings-total", "savings-category", "savings-category-share", "savings-region",
    }  # fmt: skip


def test_a_difference_less_than_the_rounding_is_shown_in_every_pound():
    found = corrected([make_row("SSR-0001", 3_500_001)], [make_row("SSR-0001", 3_500_002)])
    assert (found["savings-total"].old, found["savings-total"].new) == ("£3,500,001", "£3,500,002")


def test_a_withdrawn_figure_moves_the_counts_of_outcomes_too():
    found = corrected([make_row("SSR-0001", 5_000)], [make_row("SSR-0001")])
    assert (found["arrangements-outcome:figure"].old, found["arrangements-outcome:figure"].new) == ("1", "0")
    assert found["arrangements-outcome:not_calculated"].because == ("SSR-0001",)
    assert "arrangements" not in found


def test_a_partner_found_to_take_part_moves_the_councils_and_says_through_which_arrangement():
    before, other = make_row("SSR-0001", 5_000), make_row("SSR-0002", 7_000)
    found = corrected([before, other], [replace(before, involved=(CODES[0], CODES[2])), other])
    assert "councils-involved" not in found or found["councils-involved"].because == ("SSR-0001",)
    found = corrected([before, other], [replace(before, involved=(*before.involved, CODES[2])), other])
    assert found["councils-involved"].because == ("SSR-0001",)


def test_a_figure_that_came_or_went_is_not_published_on_the_other_side():
    old, new = (
        compute(make_rows(make_row())),
        [figure for figure in compute(make_rows(make_row())) if figure.key != "arrangements"],
    )
    (gone,) = corrections(old, new, [make_row()], [make_row()])
    assert (gone.key, gone.old, gone.new, gone.is_published) == ("arrangements", "1", "Not published", False)
    (came,) = corrections(new, old, [make_row()], [make_row()])
    assert (came.old, came.new, came.was_published) == ("Not published", "1", False)


def test_each_row_says_what_differs_in_words():
    before = [make_row("SSR-0001", 5_000), make_row("SSR-0002"), make_row("SSR-0003", 1)]
    after = [
        make_row("SSR-0001", category="environment", involved=(CODES[0], CODES[2])),
        before[1],
        make_row("SSR-0004", 0, has_bodies=True),
    ]
    found = {row.reference: list(row.changes) for row in corrected_rows(before, after, NAMES)}
    assert found == {
        "SSR-0001": [
            Changed("Saving", "£5,000", "Not calculated"),
            Changed("Category", "Back office", "Environment"),
            Changed("Councils", CODES[1], "Kent"),
        ],
        "SSR-0003": [Changed("Taken out", "£1", "None")],
        "SSR-0004": [Changed("Added", "None", "£0")],
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(some_rows(), some_rows())
def test_of_any_two_revisions_the_corrected_figures_are_those_that_differ_and_their_rows_are_corrected_ones(first, second):
    old, new = compute(first), compute(second)
    found = corrections(old, new, first.arrangements, second.arrangements)
    values = [{figure.key: figure.value for figure in figures} for figures in (old, new)]
    differing = {key for key in values[0].keys() | values[1].keys() if values[0].get(key, "-") != values[1].get(key, "-")}
    assert {each.key for each in found} == differing
    assert all(each.old != each.new for each in found)
    rows = {row.reference for row in corrected_rows(first.arrangements, second.arrangements, {})}
    assert {reference for each in found for reference in each.because} <= rows | changed_in_regions(first, second)
    moved_money = [each for each in found if each.key == "savings-total"]
    assert all(each.because for each in moved_money)


def changed_in_regions(first, second) -> set[str]:
    """Rows whose regions alone differ, which at random they may without their councils."""
    old = {row.reference: row.regions for row in first.arrangements}
    return {row.reference for row in second.arrangements if row.reference in old and old[row.reference] != row.regions}


@settings(max_examples=EXAMPLES, deadline=None)
@given(some_rows())
def test_of_two_that_are_the_same_nothing_is_corrected(rows):
    assert corrections(compute(rows), compute(rows), rows.arrangements, rows.arrangements) == []
    assert corrected_rows(rows.arrangements, rows.arrangements, {}) == []
