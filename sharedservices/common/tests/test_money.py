"""Amounts as people write and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedservices.common.money import LARGEST, compared_with, headline_pounds, pounds, read_pounds, tenths_of_a_per_cent

AMOUNTS = st.integers(-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("410000", 410_000),
        ("410,000", 410_000),
        ("£410,000", 410_000),
        ("410 000", 410_000),
        ("410\N{NO-BREAK SPACE}000", 410_000),
        (" £ 410,000 ", 410_000),
        ("£410k", 410_000),
        ("£410K", 410_000),
        ("410 thousand", 410_000),
        ("0.41m", 410_000),
        (".41m", 410_000),
        ("£1.5 million", 1_500_000),
        ("£1.5M", 1_500_000),
        ("2,000.00", 2_000),
        ("1,234,567", 1_234_567),
        ("0", 0),
        ("-0", 0),
        ("£0", 0),
        ("-2,000", -2_000),
        ("-£2,000", -2_000),
        ("£-2,000", -2_000),
        ("\N{MINUS SIGN}£2,000", -2_000),
        ("- £2k", -2_000),
        ("100000m", LARGEST),
        ("-100,000,000,000", -LARGEST),
    ],
)
def test_every_usual_spelling_is_read(text, amount):
    assert read_pounds(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "£", "-", "\x00", "abc", "4l0", "m", "k410", "NaN", "Infinity", "½", "0x1f", "4e5", "1_000"),
        *("1,2", "1,23,456", "12,34", ",410", "410,", "1.2.3", "410,000k,"),
        *("£410 p", "410bn", "(410)", "£410-£420", "--5", "-£-5", "$410", "410%"),
    ],
)
def test_anything_else_is_refused_and_named(text):
    with pytest.raises(ValueError, match="is not an amount in pounds") as refused:
        read_pounds(text)
    assert f"“{text.strip()}”" in str(refused.value)


@pytest.mark.parametrize("text", ["410.50", "£0.5", "1.0005k", "0.0000001m", ".5"])
def test_pence_are_refused(text):
    with pytest.raises(ValueError, match=f"“{text}” is not in whole pounds. Leave out the pence."):
        read_pounds(text)


@pytest.mark.parametrize("text", ["100,000,000,001", "-100,000,000,001", "100001m", "9" * 30])
def test_more_than_a_hundred_billion_is_a_slip_of_the_unit(text):
    with pytest.raises(ValueError, match="is more than £100 billion. Check the amount and its unit."):
        read_pounds(text)


def test_a_long_text_is_refused_and_named_in_part():
    with pytest.raises(ValueError, match="is more than £100 billion") as refused:
        read_pounds("9" * 10_000)
    assert len(str(refused.value)) < 150


@given(AMOUNTS)
def test_what_is_shown_can_be_read_back(amount):
    assert read_pounds(pounds(amount)) == amount
    assert read_pounds(str(amount)) == amount


@given(st.integers(-LARGEST // 100_000, LARGEST // 100_000))
def test_a_headline_of_whole_tenths_of_a_million_can_be_read_back(tenths):
    assert read_pounds(headline_pounds(tenths * 100_000)) == tenths * 100_000


@given(AMOUNTS)
def test_a_headline_is_half_a_tenth_of_a_million_off_at_most(amount):
    off = abs(read_pounds(headline_pounds(amount)) - amount)
    assert off <= 50_000
    assert not off or abs(amount) >= 1_000_000


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_refused(text):
    try:
        amount = read_pounds(text)
    except ValueError as refusal:
        assert str(refusal)  # noqa: PT017 - either end is right
    else:
        assert abs(amount) <= LARGEST


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "£0"),
        (1, "£1"),
        (-1, "\N{MINUS SIGN}£1"),
        (999, "£999"),
        (410_000, "£410,000"),
        (-1_234_567, "\N{MINUS SIGN}£1,234,567"),
    ],
)
def test_an_amount_shows_every_pound(amount, shown):
    assert pounds(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "£0"),
        (999_999, "£999,999"),
        (-999_999, "\N{MINUS SIGN}£999,999"),
        (1_000_000, "£1 million"),
        (357_000_000, "£357 million"),
        (4_500_000, "£4.5 million"),
        (-4_000_000, "\N{MINUS SIGN}£4 million"),
        (1_049_999, "£1 million"),
        (1_050_000, "£1.1 million"),
        (4_350_000, "£4.4 million"),
        (-4_350_000, "\N{MINUS SIGN}£4.4 million"),
        (999_949_999, "£999.9 million"),
        (999_950_000, "£1,000 million"),
        (1_234_500_000, "£1,234.5 million"),
    ],
)
def test_a_headline_is_in_millions_from_a_million_on(amount, shown):
    assert headline_pounds(amount) == shown


@pytest.mark.parametrize("text", ["٤١٠", "1.0000000000000000000000000000001k", "0.00000000000000000000000000000001m"])
def test_figures_of_other_scripts_and_the_smallest_parts_of_a_pound_are_not_let_through(text):
    with pytest.raises(ValueError, match="is not"):
        read_pounds(text)


@pytest.mark.parametrize(
    ("amount", "before", "words"),
    [
        (410_000, 350_000, "£410,000, up £60,000 (17.1%) on 2013/14"),
        (300_000, 350_000, "£300,000, down £50,000 (14.3%) on 2013/14"),
        (350_000, 350_000, "£350,000, the same as 2013/14"),
        (420_000, 350_000, "£420,000, up £70,000 (20%) on 2013/14"),
        (0, 350_000, "£0, down £350,000 (100%) on 2013/14"),
        (350_001, 350_000, "£350,001, up £1 (under 0.1%) on 2013/14"),
        (410_000, 410, "£410,000, up £409,590 (99,900%) on 2013/14"),
        (350_000, 0, "£350,000, up £350,000 on 2013/14"),
        (0, 0, "£0, the same as 2013/14"),
        (-2_000, 350_000, "\N{MINUS SIGN}£2,000, down £352,000 on 2013/14"),
        (-2_000, -5_000, "\N{MINUS SIGN}£2,000, up £3,000 on 2013/14"),
    ],
)
def test_an_amount_is_told_in_full_and_beside_an_earlier_one(amount, before, words):
    assert compared_with(amount, before, "2013/14") == words


@given(st.integers(1, LARGEST), st.integers(1, LARGEST))
def test_a_share_is_the_nearest_tenth_of_a_per_cent(part, whole):
    told = tenths_of_a_per_cent(part, whole)
    tenths = 0 if told == "under 0.1%" else round(float(told.rstrip("%").replace(",", "")) * 10)
    assert abs(2 * tenths * whole - 2_000 * part) <= whole
