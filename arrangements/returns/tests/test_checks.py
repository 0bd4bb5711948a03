"""Every rule by name: what raises it, what doesn't, both edges, and the amount it suggests. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import exp, log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrangements.register.vocabulary import Aim
from arrangements.returns.checks import (
    BY_SIZE,
    HARD,
    NOT_KNOWN,
    SOFT,
    Answering,
    Finding,
    Past,
    Subject,
    Twin,
    Usual,
    doubts,
    faults,
    findings,
    names,
)
from arrangements.returns.vocabulary import Outcome

COUNCIL = Answering("Answerford Council", date(1974, 4, 1), None, (), "in progress", True)
LAST_DAY = date(2015, 3, 31)
# A quarter of the figures fell by more than a tenth, a quarter rose by more; half are £200,000 or less.
USUAL = Usual(change=0.0, change_deviation=log(1.1), changes=200, size=log(200_000), size_deviation=1.0, sizes=200)


def figure(amount: int | None, *before: int | str | None, **fields: Any) -> Subject:
    """An answer with an amount, after the years before, the latest first: an amount, an outcome, or None for no answer."""
    past = tuple(
        Past(
            f"{2013 - number}/{14 - number}",
            Outcome.FIGURE if isinstance(said, int) else said,
            said if isinstance(said, int) else None,
        )
        for number, said in enumerate(before)
    )
    made = Subject(
        reference="SSR-0007", name="Shared bins", year="2014/15", year_ends_on=LAST_DAY, outcome=Outcome.FIGURE, amount=amount,
        note="Council return", aims=(), started_on=date(2010, 4, 1), ended_on=None, answering=COUNCIL, past=past,
    )  # fmt: skip
    return replace(made, **fields)


def no_figure(outcome: str, *before: int | str | None, **fields: Any) -> Subject:
    """An answer without an amount."""
    return replace(figure(None, *before), **{"outcome": outcome, "note": "No baseline was taken", **fields})


def of(subject: Subject, rule: str, usual: Usual = USUAL) -> Finding | None:
    """What the rule says, whatever the others say."""
    check = next(check for check in [*HARD, *SOFT] if check.__name__ == rule.replace("-", "_"))
    return check(subject, usual)


def said(subject: Subject, rule: str, usual: Usual = USUAL) -> str:
    """Its sentence; empty where it is silent."""
    found = of(subject, rule, usual)
    return found.message if found else ""


def answering(**fields: Any) -> dict[str, Any]:
    return {"answering": replace(COUNCIL, **fields)}


TWIN = Twin("SSR-0009", "Shared bins, west", 90_000)

# For every rule one answer that raises it, its sentence, and the nearest one that doesn't.
CASES: dict[str, tuple[Subject, str, Subject]] = {
    "ended-or-not-begun": (
        figure(1_000, ended_on=date(2015, 3, 30)),
        "SSR-0007 ended on 30 March 2015, before 31 March 2015: it has no line for 2014/15. If it went on, correct its end in"
        " the register.",
        figure(1_000, ended_on=LAST_DAY),
    ),
    "nobody-asked": (
        figure(1_000, answering=None),
        "No council answers for SSR-0007 on 31 March 2015. Tick “answers” on one of its partnerships in the register.",
        figure(1_000),
    ),
    "return-not-open": (
        figure(1_000, **answering(return_state="submitted", is_open=False)),
        "The return of Answerford Council for 2014/15 is submitted. Reopen it to change an answer.",
        figure(1_000, **answering(return_state="queried")),
    ),
    "amount-goes-with-a-figure": (
        no_figure(Outcome.WITHHELD, amount=0),
        "Give an amount if the outcome is a figure (0 if nothing was saved), and leave it empty for any other outcome.",
        figure(0),
    ),
    "source-missing": (
        figure(1_000, note=" \n"),
        "Say where the figure comes from, such as “Council return, e-mail of 3 March”.",
        figure(1_000, note="L"),
    ),
    "thousand-fold": (
        figure(410, 350_000),
        "£410 is about a thousandth of last year’s £350,000. Did you mean £410,000?",
        figure(410_000, 350_000),
    ),
    "under-a-thousand": (
        figure(999),
        "£999 is less than £1,000; amounts are in pounds. Did you mean £999,000?",
        figure(1_000),
    ),
    "far-above-others": (
        figure(410_000_000),
        "£410,000,000 is far more than others report: half of the 200 figures compared are £200,000 or less. Did you mean"
        " £410,000?",
        figure(20_000_000),
    ),
    "same-as-last-year": (
        figure(350_000, 350_000),
        "£350,000 equals last year’s to the pound. Is it the saving made in 2014/15?",
        figure(350_001, 350_000),
    ),
    "equal-to-an-earlier-total": (
        figure(650_000, 350_000, 300_000),
        "£650,000 is what 2012/13 to 2013/14 came to together. Is it the saving made in 2014/15 alone?",
        figure(650_001, 350_000, 300_000),
    ),
    "changed-sign": (
        figure(-350_000, 340_000),
        "−£350,000 is a cost, and last year’s £340,000 was a saving. Did you mean £350,000, or what changed?",
        figure(350_000, 340_000),
    ),
    "three-times": (
        figure(1_050_001, 350_000),
        "£1,050,001 is more than three times last year’s £350,000. What changed, or is it for several years?",
        figure(1_049_999, 350_000),
    ),
    "a-third": (
        figure(99_999, 300_000),
        "£99,999 is less than a third of last year’s £300,000. What changed, or is it one partner’s share?",
        figure(100_001, 300_000),
    ),
    "unusual-change": (
        figure(700_000, 400_000),
        "£700,000 is a rise of 75% on last year’s £400,000; half of the 200 figures compared moved by −9% to +10%. What changed?",
        figure(500_000, 400_000),
    ),
    "round-million": (
        figure(2_000_000),
        "£2,000,000 is a round number of millions. Is it an outturn, or the target?",
        figure(2_000_001),
    ),
    "not-aimed-at-savings": (
        figure(1_000, aims=(Aim.RESILIENCE,)),
        "The register says that SSR-0007 does not aim at savings. Is the figure right, or the register?",
        figure(1_000, aims=(Aim.RESILIENCE, Aim.SAVINGS)),
    ),
    "two-years-without-figure": (
        no_figure(Outcome.TOO_EARLY, Outcome.NOT_CALCULATED),
        "2013/14 was answered “Not calculated”: this is the second year without a figure. When will there be one?",
        no_figure(Outcome.TOO_EARLY, 1_000),
    ),
    "two-years-without-answer": (
        figure(1_000, None, None),
        "Nothing was answered for 2012/13 and 2013/14. Is the figure for 2014/15 alone?",
        figure(1_000, None, 1_000),
    ),
    "overlapping-arrangement": (
        figure(1_000, twins=(TWIN,)),
        "SSR-0009 Shared bins, west has the same service and the same councils, and reports £90,000. Is this other money?",
        figure(1_000),
    ),
}


class TestEveryRule:
    def test_every_rule_of_both_kinds_stands_in_the_table_and_nothing_else_does(self):
        assert set(CASES) == set(names()) == {check.__name__.replace("_", "-") for check in [*HARD, *SOFT]}
        assert len(CASES) == len(HARD) + len(SOFT)

    def test_those_that_doubt_the_size_are_soft_rules(self):
        assert {name for name, is_hard in names().items() if not is_hard} > BY_SIZE

    @pytest.mark.parametrize("rule", CASES)
    def test_it_speaks_where_it_should_and_is_silent_next_to_that(self, rule: str):
        raises, message, silent = CASES[rule]
        found = of(raises, rule)
        assert found is not None
        assert (found.rule, found.message, found.is_hard) == (rule, message, names()[rule])
        assert of(silent, rule) is None

    @pytest.mark.parametrize("rule", CASES)
    def test_it_is_what_the_answer_as_a_whole_is_told(self, rule: str):
        raises, message, _ = CASES[rule]
        assert message in [found.message for found in findings(raises, USUAL)]

    @pytest.mark.parametrize("rule", CASES)
    def test_it_names_a_field_of_the_line_and_ends_as_a_sentence_does(self, rule: str):
        raises, message, _ = CASES[rule]
        found = of(raises, rule)
        assert found
        assert found.field in {"outcome", "amount", "note"}
        assert message[-1] in ".?"


class TestHardRules:
    def test_an_arrangement_has_a_line_from_the_year_on_whose_last_day_it_began(self):
        assert of(figure(1_000, started_on=LAST_DAY), "ended-or-not-begun") is None
        assert said(figure(1_000, started_on=date(2015, 4, 1)), "ended-or-not-begun") == (
            "SSR-0007 began on 1 April 2015, after 31 March 2015: it has no line for 2014/15."
        )

    def test_one_whose_start_is_unknown_has_none(self):
        assert said(figure(1_000, started_on=None), "ended-or-not-begun") == (
            "SSR-0007 has no start date in the register, so it isn't operating. Give it one first."
        )

    def test_a_council_that_ended_before_is_refused_with_the_date_and_who_followed_it(self):
        ended = {"ended_on": date(2015, 3, 30)}
        told = "Answerford Council ended on 30 March 2015 and can't report for 2014/15."
        assert said(figure(1_000, **answering(**ended, successors=("Newford Council",))), "nobody-asked") == (
            f"{told} Newford Council followed it: enter the answer in its return."
        )
        assert said(figure(1_000, **answering(**ended, successors=("North", "Mid", "South"))), "nobody-asked") == (
            f"{told} North, Mid and South followed it: enter the answer in the return of the one that answers for the arrangement"
            " now."
        )
        assert said(figure(1_000, **answering(**ended)), "nobody-asked") == (
            f"{told} Record in the register which council answers for the arrangement now."
        )
        assert of(figure(1_000, **answering(ended_on=LAST_DAY)), "nobody-asked") is None

    def test_so_is_one_that_began_after_and_one_that_has_no_return(self):
        assert said(figure(1_000, **answering(started_on=date(2015, 4, 1))), "nobody-asked") == (
            "Answerford Council began on 1 April 2015 and can't report for 2014/15."
        )
        assert of(figure(1_000, **answering(started_on=LAST_DAY)), "nobody-asked") is None
        assert said(figure(1_000, **answering(return_state=None, is_open=False)), "nobody-asked") == (
            "Answerford Council has no return for 2014/15. Open the year's collection, which makes one for each council asked."
        )

    def test_where_there_is_no_return_it_isnt_also_said_not_to_be_open(self):
        closed = figure(1_000, **answering(return_state=None, is_open=False))
        assert [found.rule for found in faults(closed)] == ["nobody-asked"]
        assert [found.rule for found in faults(replace(closed, answering=None))] == ["nobody-asked"]

    @pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome != Outcome.FIGURE])
    def test_only_a_figure_has_an_amount_and_a_figure_always_has(self, outcome: str):
        assert of(no_figure(outcome), "amount-goes-with-a-figure") is None
        assert of(no_figure(outcome, amount=5), "amount-goes-with-a-figure")
        assert of(figure(None), "amount-goes-with-a-figure")
        assert of(figure(-5), "amount-goes-with-a-figure") is None

    def test_without_a_figure_the_line_says_why(self):
        assert said(no_figure(Outcome.WITHHELD, note=""), "source-missing") == "Say in a line why there is no figure."

    def test_every_hard_rule_speaks_and_then_no_soft_one(self):
        wrong = figure(410, 350_000, note="", answering=None)
        assert [found.rule for found in findings(wrong, USUAL)] == ["nobody-asked", "source-missing"]
        assert [found.rule for found in doubts(wrong, USUAL)] == ["thousand-fold"]


class TestSlipsOfAThousand:
    """Both ways, on both edges, and what they suggest."""

    @pytest.mark.parametrize(
        ("amount", "last", "meant"),
        [
            (350, 350_000, 350_000),  # exactly a thousandth
            (350, 175_000, 350_000),  # the nearest and the furthest that is taken for one
            (350, 700_000, 350_000),
            (350_000, 350, 350),  # exactly a thousand times
            (175_000, 350, 175),
            (700_000, 350, 700),
            (410_499, 410, 410),  # halves away from zero, in whole pounds
            (410_500, 410, 411),
            (-410, -350_000, -410_000),
            (-410_500, -410, -411),
            (410, -350_000, 410_000),  # whatever the sign
        ],
    )
    def test_a_slip_suggests_what_was_meant(self, amount: int, last: int, meant: int):
        found = of(figure(amount, last), "thousand-fold")
        assert found
        assert found.suggestion == meant

    @pytest.mark.parametrize(
        ("amount", "last"), [(350, 174_999), (350, 700_001), (174_999, 350), (700_001, 350), (0, 350_000), (350, 0), (350, None)]
    )
    def test_nothing_else_is_one(self, amount: int, last: int | None):
        assert of(figure(amount, last), "thousand-fold") is None

    @pytest.mark.parametrize(
        ("amount", "meant"), [(1, 1_000), (999, 999_000), (-999, -999_000), (0, None), (1_000, None), (-1_000, None)]
    )
    def test_a_first_amount_under_a_thousand_was_perhaps_meant_in_thousands(self, amount: int, meant: int | None):
        for before in [(), (None,), (Outcome.WITHHELD,), (0,)]:
            found = of(figure(amount, *before), "under-a-thousand")
            assert (found.suggestion if found else None) == meant

    def test_after_an_amount_it_is_held_against_that_one_instead(self):
        assert of(figure(900, 1_000), "under-a-thousand") is None

    def test_a_first_amount_far_above_others_was_perhaps_meant_in_pounds(self):
        edge = round(200_000 * exp(3.5 * 1.4826))
        for before in [(), (0,), (Outcome.TOO_EARLY,)]:
            assert of(figure(edge - 10, *before), "far-above-others") is None
            found = of(figure(edge + 10, *before), "far-above-others")
            assert found
            assert found.suggestion == round((edge + 10) / 1_000)
        assert of(figure(-edge - 10), "far-above-others")
        assert of(figure(edge + 10, edge), "far-above-others") is None

    def test_what_others_report_isnt_known_of_fewer_than_twenty(self):
        assert of(figure(10**10), "far-above-others", replace(USUAL, sizes=19)) is None
        assert of(figure(10**10), "far-above-others", replace(USUAL, sizes=20))
        assert of(figure(10**10), "far-above-others", NOT_KNOWN) is None


class TestBesideEarlierYears:
    def test_the_same_as_last_year_of_a_cost_too_but_not_of_nothing(self):
        assert of(figure(-350, -350), "same-as-last-year")
        assert of(figure(0, 0), "same-as-last-year") is None
        assert of(figure(350), "same-as-last-year") is None
        assert of(figure(350, None, 350), "same-as-last-year") is None

    def test_a_total_to_date_leaves_out_the_years_without_a_figure(self):
        assert said(figure(900, 500, None, 300, 100), "equal-to-an-earlier-total") == (
            "£900 is what 2010/11 to 2013/14 came to together. Is it the saving made in 2014/15 alone?"
        )
        assert of(figure(800, 500, None, 300, 100), "equal-to-an-earlier-total")
        assert of(figure(400, 500, None, 300, 100), "equal-to-an-earlier-total") is None

    def test_the_amount_of_an_earlier_year_is_named_by_its_year(self):
        assert said(figure(300, 500, 300), "equal-to-an-earlier-total") == (
            "£300 is the amount of 2012/13. Is it the saving made in 2014/15?"
        )
        assert of(figure(300, 300, 500), "equal-to-an-earlier-total") is None  # last year's: another rule asks
        assert of(figure(0, 500, 0), "equal-to-an-earlier-total") is None

    def test_a_sign_that_alone_differs_is_offered_turned_round(self):
        for amount, last, meant in [(-350, 350, 350), (350, -350, -350), (-350, 1_049, 350), (-350, 117, 350)]:
            found = of(figure(amount, last), "changed-sign")
            assert found
            assert found.suggestion == meant
        for amount, last in [(-350, 1_050), (-351, 117)]:
            found = of(figure(amount, last), "changed-sign")
            assert found
            assert found.suggestion is None
            assert found.message.endswith("Is the sign right, and what changed?")

    def test_nothing_has_no_sign(self):
        for amount, last in [(0, 350), (0, -350), (350, 0), (-350, 0), (-350, None)]:
            assert of(figure(amount, last), "changed-sign") is None

    def test_exactly_three_times_and_exactly_a_third_are_asked_about(self):
        assert said(figure(1_050, 350), "three-times").startswith("£1,050 is three times last year’s £350.")
        assert said(figure(350, 1_050), "a-third").startswith("£350 is a third of last year’s £1,050.")
        for amount, last in [(1_049, 350), (350, 350), (-1_050, 350), (1_050, None), (1_050, 0)]:
            assert of(figure(amount, last), "three-times") is None
        for amount, last in [(351, 1_050), (-350, 1_050), (350, None), (350, 0)]:
            assert of(figure(amount, last), "a-third") is None

    def test_of_a_cost_too(self):
        assert of(figure(-1_050, -350), "three-times")
        assert of(figure(-350, -1_050), "a-third")

    def test_nothing_after_something_is_asked_about_and_after_nothing_isnt(self):
        assert said(figure(0, 350), "a-third") == "£0 says that nothing was saved; last year it was £350. What changed?"
        assert of(figure(0, -350), "a-third")
        for before in [(0,), (None,), ()]:
            assert findings(figure(0, *before), USUAL) == []

    def test_a_round_million_of_a_cost_too_but_not_nothing(self):
        assert of(figure(-1_000_000), "round-million")
        assert of(figure(999_999), "round-million") is None
        assert of(figure(0), "round-million") is None

    def test_of_the_rules_about_the_size_only_the_gravest_speaks(self):
        # A round million, three times and a thousand times last year's, all at once.
        assert [found.rule for found in doubts(figure(1_000_000, 1_000), USUAL)] == ["thousand-fold"]
        # Equal to last year's, and a round million.
        assert [found.rule for found in doubts(figure(1_000_000, 1_000_000), USUAL)] == ["same-as-last-year"]

    def test_the_first_year_of_all_is_held_against_nothing(self):
        assert findings(figure(350_000), USUAL) == []
        assert findings(no_figure(Outcome.TOO_EARLY), USUAL) == []


class TestBesideTheArrangement:
    def test_no_aims_recorded_say_nothing(self):
        assert of(figure(1_000, aims=()), "not-aimed-at-savings") is None

    def test_nor_does_nothing_saved(self):
        assert of(figure(0, Outcome.NOT_AIMED, aims=(Aim.QUALITY,)), "not-aimed-at-savings") is None

    def test_a_figure_after_not_aimed_at_savings_is_asked_about(self):
        told = "Last year’s answer was “Not aimed at savings”, and now there is a figure. What changed?"
        assert said(figure(1_000, Outcome.NOT_AIMED), "not-aimed-at-savings") == told
        assert of(figure(1_000, Outcome.WITHHELD), "not-aimed-at-savings") is None

    @pytest.mark.parametrize("outcome", [Outcome.NOT_CALCULATED, Outcome.TOO_EARLY, Outcome.WITHHELD])
    def test_a_second_year_without_a_figure(self, outcome: str):
        assert said(no_figure(outcome, None), "two-years-without-figure") == (
            "Nothing was answered for 2013/14: this is the second year without a figure. When will there be one?"
        )
        assert of(no_figure(outcome, outcome), "two-years-without-figure")
        assert of(no_figure(outcome, 0), "two-years-without-figure") is None
        assert of(no_figure(outcome), "two-years-without-figure") is None

    def test_one_that_doesnt_aim_at_savings_isnt_asked_for_a_figure(self):
        assert of(no_figure(Outcome.NOT_AIMED, None), "two-years-without-figure") is None
        assert of(no_figure(Outcome.TOO_EARLY, Outcome.NOT_AIMED), "two-years-without-figure") is None

    def test_a_figure_after_two_silent_years_may_be_for_all_of_them(self):
        assert of(figure(1_000, None, None, 1_000), "two-years-without-answer")
        for before in [(), (None,), (None, Outcome.WITHHELD), (Outcome.WITHHELD, None)]:
            assert of(figure(1_000, *before), "two-years-without-answer") is None
        assert of(figure(0, None, None), "two-years-without-answer") is None
        assert of(no_figure(Outcome.TOO_EARLY, None, None), "two-years-without-answer") is None

    def test_doubts_about_the_arrangement_come_beside_one_about_the_size(self):
        odd = figure(410, None, None, aims=(Aim.QUALITY,), twins=(TWIN,))
        assert [found.rule for found in doubts(odd, USUAL)] == [
            "under-a-thousand",
            "not-aimed-at-savings",
            "two-years-without-answer",
            "overlapping-arrangement",
        ]


class TestUnusualChanges:
    """Judged by the median and by the deviation of half the figures from it."""

    def test_the_edge_lies_three_and_a_half_spreads_from_the_median(self):
        usual = replace(USUAL, change=log(1.2), change_deviation=0.1)
        edge = 3.5 * 1.4826 * 0.1
        last = 1_000_000
        for side in (1, -1):
            inside = round(last * exp(usual.change + side * (edge - 0.001)))
            outside = round(last * exp(usual.change + side * (edge + 0.001)))
            assert of(figure(inside, last), "unusual-change", usual) is None
            assert of(figure(outside, last), "unusual-change", usual)

    @pytest.mark.parametrize("median", [-1.0, 0.0, 1.0])
    def test_a_change_of_a_quarter_is_never_unusual_wherever_the_others_went(self, median: float):
        still = Usual(change=median, change_deviation=0.0, changes=1_000)
        for amount in (800_000, 1_000_000, 1_250_000):
            assert of(figure(amount, 1_000_000), "unusual-change", still) is None
        assert of(figure(1_250_001, 1_000_000), "unusual-change", replace(still, change=0.0))
        assert of(figure(799_999, 1_000_000), "unusual-change", replace(still, change=0.0))

    def test_with_fewer_than_twenty_to_compare_with_nothing_is_unusual(self):
        assert of(figure(700_000, 400_000), "unusual-change", replace(USUAL, changes=19)) is None
        assert of(figure(700_000, 400_000), "unusual-change", replace(USUAL, changes=20))
        assert of(figure(700_000, 400_000), "unusual-change", NOT_KNOWN) is None

    def test_a_fall_is_told_as_a_fall(self):
        assert said(figure(200_000, 400_000), "unusual-change").startswith("£200,000 is a fall of 50% on last year’s £400,000;")

    def test_costs_and_nothing_have_no_ratio(self):
        for amount, last in [(-700, -400), (700, -400), (-700, 400), (0, 400), (700, 0), (700, None)]:
            assert of(figure(amount, last), "unusual-change") is None


AMOUNTS = st.one_of(st.none(), st.integers(-(10**11), 10**11), st.integers(-2_000, 2_000), st.sampled_from([0, 10**6, -(10**6)]))
DAYS = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
OUTCOMES = st.sampled_from(Outcome.values)
PASTS = st.lists(
    st.builds(Past, st.sampled_from(["2013/14", "2012/13"]), st.one_of(st.none(), OUTCOMES), AMOUNTS), max_size=5
).map(tuple)
SUBJECTS = st.builds(
    Subject,
    reference=st.just("SSR-0007"),
    name=st.text(max_size=20),
    year=st.just("2014/15"),
    year_ends_on=st.just(LAST_DAY),
    outcome=OUTCOMES,
    amount=AMOUNTS,
    note=st.text(max_size=10),
    aims=st.lists(st.sampled_from(Aim.values), unique=True).map(tuple),
    started_on=DAYS,
    ended_on=DAYS,
    answering=st.one_of(
        st.none(),
        st.builds(
            Answering,
            st.text(max_size=10),
            DAYS,
            DAYS,
            st.lists(st.text(max_size=10), max_size=3).map(tuple),
            st.one_of(st.none(), st.just("in progress")),
            st.booleans(),
        ),
    ),
    past=PASTS,
    twins=st.lists(st.builds(Twin, st.just("SSR-0009"), st.text(max_size=10), st.integers(-(10**11), 10**11)), max_size=2).map(
        tuple
    ),
)
LOGS = st.floats(-25, 25)
USUALS = st.builds(Usual, LOGS, st.floats(0, 25), st.integers(0, 10**6), LOGS, st.floats(0, 25), st.integers(0, 10**6))


class TestAnyAnswer:
    @given(SUBJECTS, USUALS)
    def test_no_answer_whatever_makes_a_rule_fail_and_each_says_the_same_again(self, subject: Subject, usual: Usual):
        before = repr(subject)
        for check in [*HARD, *SOFT]:
            found = check(subject, usual)
            assert found == check(subject, usual)
            assert found is None or found.message
        assert findings(subject, usual) == (faults(subject) or doubts(subject, usual))
        assert repr(subject) == before

    @given(SUBJECTS, USUALS)
    def test_at_most_one_doubts_the_size_and_what_it_suggests_it_doesnt_doubt_again(self, subject: Subject, usual: Usual):
        by_size = [found for found in doubts(subject, usual) if found.rule in BY_SIZE]
        assert len(by_size) <= 1
        for found in by_size:
            if found.suggestion is not None:
                assert found.suggestion != subject.amount
                mended = replace(subject, amount=found.suggestion)
                if found.rule != "far-above-others":  # of which a thousandth may still be far above
                    assert of(mended, found.rule, usual) is None

    @given(SUBJECTS, USUALS)
    def test_nothing_saved_is_doubted_only_after_something(self, subject: Subject, usual: Usual):
        nothing = replace(subject, outcome=Outcome.FIGURE, amount=0)
        rules = {found.rule for found in doubts(nothing, usual)}
        assert rules == ({"a-third"} if nothing.last_amount else set())
