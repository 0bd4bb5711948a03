"""Two parties on every day, tried against counting the days one by one."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from arrangements.register.parties import first_day_short_of_parties

FIRST, LAST = date(2014, 3, 1), date(2014, 3, 31)
A_DAY = timedelta(days=1)

days_near = st.dates(FIRST - 10 * A_DAY, LAST + 10 * A_DAY)


@st.composite
def periods(draw, open_start=True):
    """An inclusive period near March 2014, open at either end at times."""
    first, last = sorted([draw(days_near), draw(days_near)])
    return (None if open_start and draw(st.booleans()) else first, None if draw(st.booleans()) else last)


def counted_day_by_day(whole, memberships):
    """The same answer, naively: look at each day and count who is in."""
    start, end = whole
    day = start
    # Nothing changes any more after the last date that anybody named.
    horizon = max([LAST, *(limit for period in (whole, *memberships) for limit in period if limit)]) + 2 * A_DAY
    while day <= (end or horizon):
        if sum((joined or day) <= day <= (left or day) for joined, left in memberships) < 2:
            return day
        day += A_DAY
    return None


@given(whole=periods(open_start=False), memberships=st.lists(periods(), max_size=6))
@example(whole=(FIRST, LAST), memberships=[(None, None), (None, LAST)])
@example(whole=(FIRST, LAST), memberships=[(None, None), (None, LAST - A_DAY)])
@example(whole=(FIRST, None), memberships=[(FIRST, None), (FIRST, LAST), (LAST + A_DAY, None)])
@example(whole=(FIRST, None), memberships=[(FIRST, None), (FIRST, LAST), (LAST + 2 * A_DAY, None)])
def test_it_finds_the_first_day_that_counting_finds(whole, memberships):
    assert first_day_short_of_parties(whole, memberships) == counted_day_by_day(whole, memberships)


def test_two_founders_who_stay_are_enough():
    assert first_day_short_of_parties((FIRST, None), [(None, None), (None, None)]) is None


def test_nobody_and_one_are_too_few_from_the_first_day():
    assert first_day_short_of_parties((FIRST, LAST), []) == FIRST
    assert first_day_short_of_parties((FIRST, LAST), [(None, None)]) == FIRST


def test_the_day_after_a_party_leaves_is_short():
    assert first_day_short_of_parties((FIRST, None), [(None, None), (None, LAST)]) == LAST + A_DAY


def test_a_party_that_leaves_on_the_last_day_leaves_nothing_short():
    assert first_day_short_of_parties((FIRST, LAST), [(None, None), (None, LAST)]) is None


def test_a_successor_on_the_day_after_closes_the_gap():
    handed_over = [(None, None), (None, LAST), (LAST + A_DAY, None)]
    assert first_day_short_of_parties((FIRST, None), handed_over) is None


def test_where_the_start_is_unknown_the_last_to_join_begins_the_count():
    assert first_day_short_of_parties((None, None), [(FIRST, None), (LAST, None)]) is None
    assert first_day_short_of_parties((None, None), [(FIRST, None), (LAST, LAST)]) == LAST + A_DAY
    assert first_day_short_of_parties((None, None), [(None, None)]) == date.min


def test_the_last_day_of_all_is_a_day_like_others():
    assert first_day_short_of_parties((FIRST, None), [(None, date.max), (None, date.max)]) is None
    assert first_day_short_of_parties((FIRST, date.max), [(None, None), (None, date.max)]) is None
