"""What a chart says in words: of rises, falls, no change, one value, and none."""

from __future__ import annotations

import pytest

from arrangements.releases.readings import of_changes, of_outcomes, of_parts, of_trend
from sharedservices.common.charts import Value
from sharedservices.common.money import headline_pounds


def years(*amounts: int | None, basis: str = "") -> list[Value]:
    return [
        Value(
            "", f"20{at:02}/{at + 1:02}", amount, "Nothing published" if amount is None else headline_pounds(amount), basis=basis
        )
        for at, amount in enumerate(amounts, start=10)
    ]


def parts(**amounts: int | None) -> list[Value]:
    return [Value(name, name, amount, str(amount), f"note of {name}") for name, amount in amounts.items()]


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ((), "Savings: no figure has been published yet."),
        ((None,), "Savings: no figure has been published yet."),
        ((5_000_000,), "Savings in 2010/11: £5 million. There is no other year to compare it with."),
        (
            (274_000_000, 357_000_000),
            "Savings rose from £274 million in 2010/11 to £357 million in 2011/12: by £83 million, 30 per cent.",
        ),
        ((400_000, 100_000), "Savings fell from £400,000 in 2010/11 to £100,000 in 2011/12: by £300,000, 75 per cent."),
        ((7, 7), "Savings came to £7 in both 2010/11 and 2011/12."),
        ((7, 9, 7), "Savings came to £7 in 2010/11 and again in 2012/13."),
        ((0, 50), "Savings rose from £0 in 2010/11 to £50 in 2011/12: by £50."),
        ((10, -20), "Savings fell from £10 in 2010/11 to −£20 in 2011/12: by £30."),
        (
            (10, 90, 20),
            "Savings rose from £10 in 2010/11 to £20 in 2012/13: by £10, 100 per cent. The highest was £90 in 2011/12.",
        ),
        (
            (10, None, 20),
            "Savings rose from £10 in 2010/11 to £20 in 2012/13: by £10, 100 per cent. There is no figure for 2011/12.",
        ),
    ],
)
def test_the_course_of_the_years(amounts, said):
    assert of_trend("Savings", years(*amounts), headline_pounds) == said


def test_years_before_a_change_of_definition_are_not_compared():
    values = [*years(10, 20), *years(None, None, 30, 45, basis="another")[2:]]
    assert of_trend("Savings", values, headline_pounds) == (
        "Savings rose from £30 in 2012/13 to £45 in 2013/14: by £15, 50 per cent."
        " Before 2012/13 they were counted by another definition, so earlier years don’t compare."
    )
    alone = [*years(10), *years(None, 30, basis="another")[1:]]
    assert of_trend("Savings", alone, headline_pounds).startswith("Savings in 2011/12: £30. There is no other year")


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({}, "There is no figure of savings yet."),
        ({"A": None}, "There is no figure of savings yet."),
        ({"A": 4}, "A: 4."),
        ({"A": 4, "B": 9, "C": 2}, "B has the most savings: 9. A comes next, with 4."),
        ({"A": 4, "B": 9, "C": 4}, "B has the most savings: 9. A and C come next, with 4."),
        ({"A": 9, "B": 9, "C": 4}, "A and B have the most savings: 9 each."),
        ({"A": 0, "B": 0}, "All 2 have the same savings: 0."),
        ({"A": None, "B": 3, "C": 1}, "B has the most savings: 3. C comes next, with 1."),
    ],
)
def test_the_parts_of_a_whole(amounts, said):
    assert of_parts(parts(**amounts), "savings") == said


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({"A": None}, "There is no earlier release to measure a change since 2012/13 from."),
        ({"A": 0, "B": 0}, "None changed since 2012/13."),
        ({"A": 5, "B": 0}, "A grew most since 2012/13: by 5 (note of A). 1 grew, none fell, 1 stayed the same."),
        (
            {"A": 5, "B": -2, "C": 5},
            "A, like 1 other, grew most since 2012/13: by 5 (note of A). B fell most since 2012/13: by 2 (note of B)."
            " 2 grew, 1 fell, none stayed the same.",
        ),
    ],
)
def test_growth_and_decline(amounts, said):
    values = [Value(name, name, amount, str(amount), f"note of {name}") for name, amount in amounts.items()]
    assert of_changes(values, "2012/13") == said


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({}, "There is no arrangement to tell of."),
        ({"Figure": 0, "Withheld": 0}, "There is no arrangement to tell of."),
        ({"Figure": 1, "Withheld": 0}, "The one arrangement has a figure."),
        ({"Figure": 0, "Withheld": 1}, "The one arrangement has no figure: withheld."),
        ({"Figure": 2, "Withheld": 0}, "All 2 arrangements have a figure."),
        ({"Figure": 0, "Withheld": 2}, "Of 2 arrangements, none have a figure. The others: 2 withheld."),
        (
            {"Figure": 1, "Withheld": 2, "Not returned": 3},
            "Of 6 arrangements, 1 has a figure. The others: 3 not returned and 2 withheld.",
        ),
    ],
)
def test_what_was_reported(amounts, said):
    assert of_outcomes(parts(**amounts)) == said
