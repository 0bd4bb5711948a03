"""Each figure on a handful of rows that can be added up in the head."""

from fractions import Fraction

import pytest

from arrangements.releases.figures import compute, involved, of_category, per_cent, rank_of, total, touching
from arrangements.releases.tests.made_rows import CODES, OUTCOMES, figures_of, make_row, make_rows
from sharedservices.common.money import MINUS


class TestTotals:
    def test_only_a_figure_enters_the_total_zero_and_losses_too(self):
        rows = make_rows(
            make_row("SSR-0001", 500_000),
            make_row("SSR-0002", 0),
            make_row("SSR-0003", -120_000),
            make_row("SSR-0004", outcome="not_aimed"),
            make_row("SSR-0005", outcome="not_returned"),
            make_row("SSR-0006", outcome="not_returned"),
        )
        figure = figures_of(rows)["savings-total"]
        assert figure.value == 380_000
        assert figure.display == "£380,000"
        assert figure.row_count == 3
        assert figure.inputs == {
            "arrangements": ["SSR-0001", "SSR-0002", "SSR-0003"],
            "left_out": {"not_aimed": 1, "not_returned": 2},
        }

    def test_an_amount_that_is_not_a_figure_would_not_enter(self):
        assert total([make_row(amount=5, outcome="withheld"), make_row(amount=7)]) == 7

    def test_a_total_of_losses_is_negative_and_says_so(self):
        figure = figures_of(make_rows(make_row(amount=-2_500_000)))["savings-total"]
        assert (figure.value, figure.display) == (-2_500_000, f"{MINUS}£2.5 million")

    def test_nothing_adds_up_to_nothing(self):
        figures = figures_of(make_rows(asked=0))
        assert figures["savings-total"].value == 0
        assert figures["arrangements"].value == 0
        assert figures["councils-involved"].value == 0
        assert (figures["councils-share"].value, figures["councils-share"].display) == (None, "Not available")
        assert figures["savings-category-share:back-office"].value is None

    def test_more_than_two_to_the_31_pounds_add_up(self):
        rows = make_rows(make_row("SSR-0001", 2**31), make_row("SSR-0002", 2**31 + 1))
        assert figures_of(rows)["savings-total"].value == 2**32 + 1
        assert figures_of(rows)["savings-total"].display == "£4,295 million"


class TestCounts:
    def test_an_arrangement_counts_once_in_england_and_once_in_each_region_it_touches(self):
        both = make_row("SSR-0001", 100, regions=("london", "south-east"))
        figures = figures_of(make_rows(both, make_row("SSR-0002", 10)))
        assert figures["arrangements"].value == 2
        assert figures["arrangements-region:london"].value == 2
        assert figures["arrangements-region:south-east"].value == 1
        assert figures["arrangements-region:north-west"].value == 0
        assert figures["arrangements-in-more-than-one-region"].value == 1
        assert figures["savings-total"].value == 110
        assert figures["savings-region:london"].value == 110
        assert figures["savings-region:south-east"].value == 100

    def test_a_council_in_two_arrangements_is_involved_once(self):
        rows = make_rows(make_row("SSR-0001"), make_row("SSR-0002", involved=(CODES[1], CODES[2])))
        assert figures_of(rows)["councils-involved"].value == 3
        assert involved(rows.arrangements) == set(CODES[:3])

    def test_the_share_is_of_the_councils_asked_and_leaves_out_who_was_not(self):
        rows = make_rows(make_row(involved=(CODES[0], CODES[7])), asked=7)
        figures = figures_of(rows)
        assert figures["councils-involved"].value == 2
        assert figures["councils-asked"].value == 7
        share = figures["councils-share"]
        assert (share.value, share.display) == (14, "14 per cent")
        assert (share.numerator, share.denominator) == (1, 7)
        assert share.inputs["councils"] == [CODES[0]]

    def test_every_outcome_is_counted_even_where_there_is_none(self):
        figures = figures_of(make_rows(make_row("SSR-0001", 1), make_row("SSR-0002", outcome="withheld")))
        counted = {outcome: figures[f"arrangements-outcome:{outcome}"].value for outcome in OUTCOMES}
        assert counted == {**dict.fromkeys(OUTCOMES, 0), "figure": 1, "withheld": 1}

    def test_arrangements_with_other_bodies(self):
        figures = figures_of(make_rows(make_row("SSR-0001", has_bodies=True), make_row("SSR-0002")))
        assert figures["arrangements-with-other-bodies"].value == 1
        assert figures["arrangements-with-other-bodies"].inputs == {"arrangements": ["SSR-0001"]}

    def test_a_cut_holds_what_it_says(self):
        row, other = make_row(), make_row(category="management", regions=("east",))
        assert of_category([row, other], "management") == [other]
        assert touching([row, other], "london") == [row]


class TestCategories:
    def test_shares_and_ranks(self):
        figures = figures_of(
            make_rows(
                make_row("SSR-0001", 75),
                make_row("SSR-0002", 84, category="environment"),
                make_row("SSR-0003", 198, category="management"),
                make_row("SSR-0004", category="environment"),
            )
        )
        values = {
            slug: [figures[f"{measure}:{slug}"].value for measure in ("savings-category-share", "savings-category-rank")]
            for slug in ("back-office", "environment", "management")
        }
        assert values == {"back-office": [21, 3], "environment": [24, 2], "management": [55, 1]}
        assert figures["arrangements-category:environment"].value == 2
        share = figures["savings-category-share:back-office"]
        assert (share.numerator, share.denominator, share.display) == (75, 357, "21 per cent")

    def test_equals_share_a_rank_and_the_next_is_skipped(self):
        figures = figures_of(
            make_rows(
                make_row("SSR-0001", 5),
                make_row("SSR-0002", 5, category="environment"),
                make_row("SSR-0003", 1, category="management"),
            )
        )
        ranks = [figures[f"savings-category-rank:{slug}"].value for slug in ("back-office", "environment", "management")]
        assert ranks == [1, 1, 3]

    def test_a_category_that_lost_ranks_behind_one_with_nothing(self):
        figures = figures_of(make_rows(make_row("SSR-0001", -1)))
        assert figures["savings-category-rank:back-office"].value == 3
        assert figures["savings-category-rank:management"].value == 1


class TestChanges:
    earlier = make_rows(make_row("SSR-0001", 200), make_row("SSR-0002", 100), release="2012-13.r2", year="2012/13")

    def test_a_change_is_now_less_before_with_both_base_figures(self):
        now = make_rows(make_row("SSR-0001", 150), regions={"london": "London"})
        figures = figures_of(now, self.earlier)
        change = figures["savings-change"]
        assert (change.value, change.display) == (-150, f"{MINUS}£150")
        assert change.inputs == {
            "minuend": {"release": "2013-14.r1", "figure": "savings-total", "value": 150},
            "subtrahend": {"release": "2012-13.r2", "figure": "savings-total", "value": 300},
        }
        growth = figures["savings-change-percent"]
        assert (growth.value, growth.display, growth.numerator, growth.denominator) == (-50, f"{MINUS}50 per cent", -150, 300)
        assert figures["arrangements-change"].value == -1
        assert figures["arrangements-change-percent"].value == -50
        assert figures["arrangements-region-change:london"].value == -1
        assert "less the same figure of 2012/13 (2012-13.r2)" in change.definition

    def test_growth_from_nothing_has_no_per_cent(self):
        figures = figures_of(make_rows(make_row(amount=5)), make_rows(release="2012-13.r1", year="2012/13"))
        assert (figures["savings-change"].value, figures["savings-change-percent"].value) == (5, None)
        assert figures["savings-change-percent"].display == "Not available"

    def test_without_an_earlier_release_there_are_no_changes(self):
        assert [figure.key for figure in compute(make_rows(make_row())) if "change" in figure.key] == []
        assert any("change" in figure.key for figure in compute(make_rows(make_row()), self.earlier))


class TestPerCent:
    @pytest.mark.parametrize(
        ("part", "whole", "expected"),
        [
            (0, 1, 0), (1, 1, 100), (75, 357, 21), (337, 351, 96), (1, 3, 33), (2, 3, 67),
            (1, 200, 1), (-1, 200, -1), (1, -200, -1), (-1, -200, 1),  # a half goes away from zero
            (1, 201, 0), (3, 200, 2), (5, 200, 3), (249, 10_000, 2), (25, 1_000, 3),
            (0, -5, 0), (10**15 + 1, 2 * 10**15, 50), (300, 1, 30_000),
        ],
    )  # fmt: skip
    def test_halves_go_away_from_zero(self, part: int, whole: int, expected: int):
        assert per_cent(part, whole) == expected

    def test_of_nothing_there_is_none(self):
        assert per_cent(0, 0) is None
        assert per_cent(7, 0) is None

    def test_it_is_the_nearest_whole_number_to_the_exact_fraction(self):
        for part in range(-60, 61):
            for whole in (-40, -7, -1, 1, 3, 8, 200):
                exact = Fraction(100 * part, whole)
                assert abs(per_cent(part, whole) - exact) <= Fraction(1, 2)


def test_a_rank_is_one_more_than_the_number_of_larger_values():
    assert [rank_of(value, [3, 1, 3, -2]) for value in (3, 1, -2, 9)] == [1, 3, 4, 1]
