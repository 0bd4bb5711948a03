"""How amounts, counts and days are written."""

from datetime import date

import pytest

from sharedservices.common.templatetags.figures import count, pounds, pounds_in_full, spelled


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (357_000_000, "£357 million"),
        (1_000_000, "£1 million"),
        (1_500_000, "£1.5 million"),
        (1_550_000, "£1,550,000"),
        (999_999, "£999,999"),
        (410_000, "£410,000"),
        (0, "£0"),
        (-2_000, "−£2,000"),
        (-4_000_000, "−£4 million"),
        (1_234_000_000, "£1,234 million"),
        (None, "Not reported"),
    ],
)
def test_an_amount_is_shortened_only_where_nothing_is_lost(amount, words):
    assert pounds(amount) == words


def test_an_amount_in_full_has_every_digit():
    assert pounds_in_full(357_000_000) == "£357,000,000"
    assert pounds_in_full(-5) == "−£5"
    assert pounds_in_full(None) == "Not reported"


def test_a_count_has_thousands_separated():
    assert [count(383), count(15_000), count(-26), count(0), count(None)] == ["383", "15,000", "−26", "0", "Not reported"]


def test_a_day_is_spelled_without_a_leading_nought():
    assert [spelled(date(2014, 3, 31)), spelled(date(2015, 4, 1)), spelled(None)] == [
        "31 March 2014",
        "1 April 2015",
        "Not known",
    ]
