"""The wording rules, one by one: rises, falls, ties, first years, nothing, one, losses, and figures that aren't there."""

from __future__ import annotations

from typing import Any

import pytest

from arrangements.releases.figures import compute
from arrangements.releases.press.phrases import after_sharing, listed, lower_first, ordinal, rate, share, the_region
from arrangements.releases.press.sentences import Figures
from arrangements.releases.press.tests.made_worlds import COUNCILS, ICT, NAMES, Row, World
from arrangements.releases.press.told import told

FIRST, SECOND, THIRD, FOURTH = list(COUNCILS)[:4]


def row(amount: int | None = None, **cells: Any) -> Row:
    """An arrangement of the back office by two councils of London, with a figure if an amount is given."""
    made = {
        "outcome": "not_calculated" if amount is None else "figure", "amount": amount, "category": "back-office",
        "regions": ("london",), "counties": (), "involved": (FIRST, SECOND), "bodies": (), "services": ("legal",),
    }  # fmt: skip
    return {"reference": "SSR-0001", **made, **cells}


def said(*now: Row, before: list[Row] | None = None, asked: int = 4) -> dict[str, str]:
    """What is said of the rows, where the first of the councils were asked."""
    return World(list(now), before, {code: place < asked for place, code in enumerate(COUNCILS)}).said()


class TestTotals:
    def test_a_total(self):
        assert said(row(357_000_000))["savings-total"] == (
            "Councils reported savings of £357 million from sharing services in the financial year 2013/14."
        )

    def test_below_nought_it_is_a_cost(self):
        assert said(row(10_000), row(-2_500_000))["savings-total"] == (
            "By councils’ reports, sharing services cost £2.5 million more than it saved in the financial year 2013/14."
        )

    def test_nought_that_was_reported_is_a_figure_and_nothing_reported_is_none(self):
        assert "savings of £0 " in said(row(0))["savings-total"]
        assert said(row())["savings-total"] == "No arrangement reported a saving for the financial year 2013/14."

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([row(1), row(2)], "The total rests on the reported figures of all 2 arrangements."),
            ([row(1)], "The total rests on the reported figure of the one arrangement."),
            ([row(1), row(), row(outcome="too_early")],
             "The total rests on the reported figure of one of 3 arrangements; left out, by outcome: 1 not calculated and"
             " 1 too early to say."),
            ([row()], "The total rests on no figure of the one arrangement; left out, by outcome: 1 not calculated."),
        ],
    )  # fmt: skip
    def test_it_says_what_it_rests_on_and_what_is_left_out(self, rows, words):
        assert said(*rows)["coverage"] == words


class TestChanges:
    @pytest.mark.parametrize(
        ("now", "before", "words"),
        [
            (
                357_000_000,
                274_000_000,
                "rose by £83 million (30 per cent), from £274 million in 2012/13 to £357 million in 2013/14.",
            ),
            (200, 300, "fell by £100 (33 per cent), from £300 in 2012/13 to £200 in 2013/14."),
            (5_000_000, 5_000_000, "were £5 million in 2013/14, the same as in 2012/13."),
            (100_001, 100_000, "rose by £1 (under 1 per cent), from £100,000 in 2012/13 to £100,001 in 2013/14."),
            (500, 0, "rose by £500, from £0 in 2012/13 to £500 in 2013/14."),
            (500, -500, "rose by £1,000, from minus £500 in 2012/13 to £500 in 2013/14."),
            (-500, 500, "fell by £1,000, from £500 in 2012/13 to minus £500 in 2013/14."),
            (0, 500, "fell by £500 (100 per cent), from £500 in 2012/13 to £0 in 2013/14."),
        ],
    )
    def test_savings_rise_fall_or_stay_with_count_rate_and_both_ends(self, now, before, words):
        assert said(row(now), before=[row(before)])["savings-change"] == f"Reported savings {words}"

    def test_so_do_arrangements(self):
        assert said(row(), row(), before=[row()])["arrangements-change"] == (
            "The number of arrangements rose by 1 (100 per cent), from 1 in 2012/13 to 2 in 2013/14."
        )
        assert said(row(), before=[row()])["arrangements-change"] == (
            "The number of arrangements was 1 in 2013/14, the same as in 2012/13."
        )

    def test_a_first_year_says_that_there_is_nothing_to_compare_it_with(self):
        first = said(row(5))
        assert first["savings-change"] == (
            "2013/14 isn’t compared with an earlier year: none was published before it, so no change is given for reported"
            " savings."
        )
        assert "no change is given for arrangements" in first["arrangements-change"]
        assert "growth" not in first
        assert first["arrangements-region:london"] == "One arrangement touched London in 2013/14."
        assert not [text for text in first.values() if "2012/13" in text]


class TestCategories:
    def test_the_largest_comes_first_with_share_and_rank(self):
        found = said(row(75), row(84, category="environment"), row(198, category="management"))
        assert [key for key in found if key.startswith("savings-category:")] == [
            f"savings-category:{slug}" for slug in ("management", "environment", "back-office")
        ]
        assert found["savings-category:environment"] == (
            "Savings in environment came to £84 in 2013/14: 24 per cent of the total, the second largest of the three categories."
        )

    def test_equals_share_their_rank(self):
        found = said(row(50), row(50, category="environment"))
        assert "50 per cent of the total, the joint largest of the three" in found["savings-category:back-office"]
        assert "50 per cent of the total, the joint largest of the three" in found["savings-category:environment"]

    def test_nothing_reported_nought_and_a_cost_have_no_share_and_no_rank(self):
        found = said(row(0), row(-7, category="environment"), row(category="management"))
        assert found["savings-category:back-office"] == "Savings in back office came to £0 in 2013/14."
        assert found["savings-category:environment"] == "Sharing environment cost £7 more than it saved in 2013/14."
        assert found["savings-category:management"] == "No arrangement reported a saving in management in 2013/14."

    def test_a_share_is_given_only_of_a_total_that_no_part_exceeds(self):
        found = said(row(100), row(-60, category="environment"))
        assert found["savings-category:back-office"] == (
            "Savings in back office came to £100 in 2013/14: the largest of the three categories."
        )


class TestCouncils:
    @pytest.mark.parametrize(
        ("rows", "asked", "words"),
        [
            ([row()], 4, "50 per cent{} 2013/14: 2 of the 4 asked; 2 did not."),
            ([row()], 3, "67 per cent{} 2013/14: 2 of the 3 asked; one did not."),
            ([row(involved=(FIRST,))], 3, "33 per cent{} 2013/14: one of the 3 asked; 2 did not."),
            ([row()], 2, "All 2 councils asked{} 2013/14."),
            ([row(involved=(FOURTH,))], 2, "None of the 2 councils asked{} 2013/14."),
            ([row()], 1, "The one council asked{} 2013/14."),
            ([row()], 0, "No council was asked for 2013/14, so no share of councils is given."),
        ],
    )  # fmt: skip
    def test_their_share(self, rows, asked, words):
        of_councils, shared = (
            (" of councils" if "per cent" in words else ""),
            " shared services with other councils and public bodies in",
        )
        assert said(*rows, asked=asked)["councils-share"] == words.format(of_councils + shared)

    def test_one_is_one_and_several_are_different_arrangements(self):
        assert said(row(involved=(FIRST,)))["councils-involved"] == (
            "One council was involved in one arrangement to share services in 2013/14."
        )
        assert said(row(), row())["councils-involved"] == (
            "2 councils were involved in 2 different arrangements to share services in 2013/14."
        )
        assert said()["councils-involved"] == "No arrangement operated in 2013/14."


def touching(london: int, south_east: int, east_midlands: int = 0) -> list[Row]:
    numbers = {"london": london, "south-east": south_east, "east-midlands": east_midlands}
    return [row(regions=(slug,)) for slug, many in numbers.items() for _ in range(many)]


class TestRegions:
    def test_the_two_that_grew_most_with_count_rate_and_both_ends(self):
        assert said(*touching(6, 7, 2), before=touching(3, 4, 1))["growth"] == (
            "Between 2012/13 and 2013/14 the number of arrangements grew most in London, by 3 (100 per cent, from 3 to 6),"
            " and in the South East, by 3 (75 per cent, from 4 to 7)."
        )

    def test_whichever_equal_the_second_are_named_too(self):
        assert said(*touching(2, 2, 4), before=touching(1, 1, 1))["growth"] == (
            "Between 2012/13 and 2013/14 the number of arrangements grew most in the East Midlands, by 3 (300 per cent,"
            " from 1 to 4), in London, by 1 (100 per cent, from 1 to 2), and in the South East, by 1 (100 per cent, from 1 to 2)."
        )

    def test_only_one_grew_from_nothing_or_none_did(self):
        assert said(*touching(1, 1), before=touching(0, 1))["growth"] == (
            "Between 2012/13 and 2013/14 the number of arrangements grew only in London, by 1 (from none to 1)."
        )
        assert said(*touching(1, 1), before=touching(2, 1))["growth"] == (
            "In no region did the number of arrangements grow between 2012/13 and 2013/14."
        )

    @pytest.mark.parametrize(
        ("now", "before", "words"),
        [
            (60, 34, "60 arrangements touched London in 2013/14, 26 (76 per cent) more than the 34 of 2012/13."),
            (34, 60, "34 arrangements touched London in 2013/14, 26 (43 per cent) fewer than the 60 of 2012/13."),
            (2, 2, "2 arrangements touched London in 2013/14, as many as in 2012/13."),
            (1, 1, "One arrangement touched London in 2013/14, as many as in 2012/13."),
            (0, 0, "No arrangement touched London in 2013/14, as in 2012/13."),
            (0, 1, "No arrangement touched London in 2013/14; in 2012/13 one did."),
            (3, 0, "3 arrangements touched London in 2013/14; in 2012/13 none did."),
        ],
    )
    def test_each_rises_falls_stays_or_has_nothing(self, now, before, words):
        assert said(*touching(now, 1), before=touching(before, 1))["arrangements-region:london"] == words

    def test_those_in_several_are_said_to_count_in_each(self):
        both = row(regions=("london", "south-east"))
        key = "arrangements-in-more-than-one-region"
        assert said(both)[key] == "One arrangement touched more than one region and counts in each of them."
        assert said(both, both)[key] == "2 arrangements touched more than one region and count in each of them."
        assert said(row())[key] == "No arrangement touched more than one region."


class TestSharing:
    def test_regions_and_counties_are_told_apart(self):
        rows = [
            row(services=("ict",), regions=("east-midlands",), counties=("E10000002",)),
            row(services=("ict", "legal"), regions=("east-midlands", "london"), counties=("E10000001", "E10000002")),
        ]
        found = said(*rows, row())
        assert found["regions:ict"] == (
            "In 2013/14 councils shared ICT in 2 arrangements, in 2 of the four regions: the East Midlands (2) and London (1)."
        )
        assert found["counties:ict"] == (
            "By county, councils shared ICT in 2013/14 in Elmshire (2) and Oakshire (1): 2 of the 3 counties."
        )

    def test_nobody_shares_it_or_nobody_in_a_county(self):
        nobody = said(row())
        assert nobody["regions:ict"] == "No arrangement of 2013/14 shared ICT."
        assert not [key for key in nobody if key.startswith(("counties:", "together:"))]
        assert said(row(services=("ict",)))["counties:ict"] == "In no county did councils share ICT in 2013/14."

    def test_twos_and_threes_are_named_and_others_are_not(self):
        last = list(COUNCILS)[-1]
        rows = [
            row(services=("ict",), involved=(SECOND, FIRST)),
            row(services=("ict",), involved=(last, FIRST, SECOND), bodies=(("police", "Ayton Police"),)),
            row(services=("ict",), involved=(THIRD,)),
            row(services=("ict",), involved=(FIRST, SECOND, THIRD, FOURTH)),
            row(services=("legal",), involved=(THIRD, FOURTH)),
        ]
        assert said(*rows)["together:ict:london"] == (
            "In London these councils shared ICT in 2013/14: Aton and Beeton;"
            " Aton, Beeton, and Pea and Queue (with Ayton Police)."
        )

    def test_an_arrangement_in_two_regions_is_named_once(self):
        found = said(row(services=("ict",), regions=("london", "south-east")))
        assert [key for key in found if key.startswith("together:")] == ["together:ict:london+south-east"]
        assert found["together:ict:london+south-east"].startswith("In London and the South East these councils")

    def test_partners_outside_local_government_are_counted_by_kind(self):
        police, trust = ("police", "Ayton Police"), ("nhs", "Beeham Trust")
        key = "arrangements-with-other-bodies"
        assert said(row(bodies=(police, trust)), row(bodies=(police,)), row())[key] == (
            "2 of the 3 arrangements of 2013/14 had partners outside local government: police in 2 and the NHS in 1."
        )
        assert said(row(bodies=(trust,)))[key] == (
            "The one arrangement of 2013/14 had a partner outside local government: the NHS in 1."
        )
        assert said(row())[key] == "The one arrangement of 2013/14 had no partner outside local government."
        assert said(row(), row(bodies=(trust,)))[key] == (
            "One of the 2 arrangements of 2013/14 had a partner outside local government: the NHS in 1."
        )
        assert said(row(), row())[key] == "None of the 2 arrangements of 2013/14 had a partner outside local government."


class TestWhatIsMissing:
    def test_without_its_figures_a_sentence_is_not_written_and_the_others_are(self):
        world = World([row(5, services=("ict",))], [row(3)], dict.fromkeys(COUNCILS, True))
        rows = world.rows("now")
        assert rows is not None
        everything = {figure.key: figure for figure in compute(rows, world.rows("before"))}
        whole = world.said()
        for key in everything:
            figures = Figures(rows.release, rows.year, {each: figure for each, figure in everything.items() if each != key})
            found = {each.key: each for section in told(figures, [], NAMES, ICT) for each in section.sentences}
            assert not [each for each in found.values() if key in each.figures]
            stated = {each: sentence for each, sentence in found.items() if each in whole and key not in whole[each]}
            assert len(stated) >= len(whole) - 8, key

    def test_of_no_figures_at_all_only_rows_speak(self):
        sections = told(Figures("2013-14.r1", "2013/14", {}), [], NAMES, ICT)
        assert [sentence.key for section in sections for sentence in section.sentences] == ["regions:ict"]


class TestPhrases:
    @pytest.mark.parametrize(
        ("part", "whole", "words"),
        [(75, 357, "21 per cent"), (1, 1000, "under 1 per cent"), (999, 1000, "over 99 per cent"), (5, 5, "100 per cent"),
         (0, 5, "0 per cent"), (1, 0, ""), (-1, 5, ""), (6, 5, ""), (1, 2, "50 per cent"), (1, 200, "1 per cent")],
    )  # fmt: skip
    def test_shares(self, part, whole, words):
        assert share(part, whole) == words

    @pytest.mark.parametrize(
        ("now", "before", "words"),
        [(60, 34, "76 per cent"), (34, 60, "43 per cent"), (1001, 1000, "under 1 per cent"), (5, 5, ""), (5, 0, ""), (5, -1, ""),
         (-1, 5, ""), (0, 5, "100 per cent"), (12, 1, "1,100 per cent")],
    )  # fmt: skip
    def test_rates(self, now, before, words):
        assert rate(now, before) == words

    def test_names_in_a_sentence(self):
        assert listed([]) == ""
        assert listed(["A"]) == "A"
        assert listed(["A", "B", "C"]) == "A, B and C"
        assert listed(["Hammersmith and Fulham", "Kensington and Chelsea", "Westminster"]) == (
            "Hammersmith and Fulham, Kensington and Chelsea, and Westminster"
        )
        assert listed(["Cheshire East", "Cheshire West and Chester"]) == "Cheshire East, and Cheshire West and Chester"
        assert [after_sharing(name) for name in ("ICT", "Legal services", "Shared chief executive")] == [
            "ICT", "legal services", "a chief executive",
        ]  # fmt: skip
        assert (lower_first("Back office"), lower_first("ICT")) == ("back office", "ICT")
        assert (the_region("South East"), the_region("London"), the_region("Yorkshire and The Humber")) == (
            "the South East", "London", "Yorkshire and The Humber",
        )  # fmt: skip
        assert [ordinal(rank, "largest") for rank in (1, 2, 9, 10, 11, 21, 22, 113)] == [
            "largest", "second largest", "ninth largest", "10th largest", "11th largest", "21st largest", "22nd largest",
            "113th largest",
        ]  # fmt: skip
