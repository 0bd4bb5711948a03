"""Rule: an arrangement has two parties or more, councils and bodies together, on every day it is in force."""

from collections.abc import Iterable
from datetime import date, timedelta

from sharedservices.common.periods import spelled

FEWEST_PARTIES = 2
# Periods without an end are looked at until here; nothing in the register is dated later.
FAR_AWAY = date(2999, 12, 31)

Period = tuple[date | None, date | None]


def first_day_short_of_parties(whole: Period, memberships: Iterable[Period]) -> date | None:
    """The first day of `whole` on which fewer than two of the memberships hold; None if there is no such day.

    Periods are inclusive pairs of dates. An empty start of a membership means since the whole began, an empty end
    that it goes on. A whole whose start isn't known is judged on its open end alone.
    """
    held = list(memberships)
    start = whole[0] or max((joined for joined, _ in held if joined), default=date.min)
    end = whole[1] or FAR_AWAY
    # The count can only fall on the first day, or on a day after somebody left.
    days = {start, *(left + timedelta(days=1) for _, left in held if left and left < end)}
    for day in sorted(days):
        if start <= day <= end and _parties_on(day, held) < FEWEST_PARTIES:
            return day
    return None


def short_of_parties(day: date) -> str:
    """What is wrong on a day that has fewer than two, and what to do."""
    on = f"on {spelled(day)}" if day.year > 1 else "from its beginning"
    return (
        f"The arrangement has fewer than two parties {on}. Councils and bodies together must be two or more on every day:"
        " add the missing party, or end the arrangement the day before."
    )


def _parties_on(day: date, memberships: list[Period]) -> int:
    return sum((joined is None or joined <= day) and (left is None or day <= left) for joined, left in memberships)


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods share a day; both ends count, and an empty end is open."""
    (begun, ended), (other_begun, other_ended) = one, other
    return (begun is None or other_ended is None or begun <= other_ended) and (
        other_begun is None or ended is None or other_begun <= ended
    )
