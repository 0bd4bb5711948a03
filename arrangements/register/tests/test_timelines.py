"""Several claims made into one part at a time, tried against looking at the days one by one."""

import itertools
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from arrangements.register.timelines import A_DAY, Claim, one_at_a_time
from arrangements.register.vocabulary import ROLES_BY_STRENGTH, Role

FIRST = date(2023, 4, 1)
days = st.integers(0, 20).map(lambda number: FIRST + number * A_DAY)
ROLES = ["", *ROLES_BY_STRENGTH]


@st.composite
def claims(draw):
    start, end = sorted([draw(days), draw(days)])
    return Claim(start, draw(st.sampled_from([end, None])), draw(st.sampled_from(ROLES)), draw(st.booleans()))


def naively(held: list[Claim], day: date) -> tuple[str, bool] | None:
    here = [claim for claim in held if claim.start <= day and (claim.end is None or day <= claim.end)]
    role = next((role for role in (Role.LEAD, Role.PARTNER, Role.CLIENT) if any(claim.role == role for claim in here)), None)
    return role and (role, role != Role.CLIENT and any(claim.answers for claim in here))


@given(st.lists(claims(), max_size=5))
@example([Claim(FIRST, None, Role.PARTNER), Claim(FIRST, None, "", True)])
@example([Claim(FIRST, FIRST, Role.LEAD), Claim(FIRST + A_DAY, None, Role.LEAD)])
def test_each_day_has_the_strongest_role_claimed_once(held):
    pieces = one_at_a_time(held)
    for number in range(25):
        day = FIRST + timedelta(number)
        here = [(piece.role, piece.answers) for piece in pieces if piece.holds_on(day)]
        expected = naively(held, day)
        assert here == ([expected] if expected else [])
    for one, other in itertools.pairwise(pieces):
        assert one.end < other.start
        adjoin = one.end + A_DAY == other.start
        assert not adjoin or (one.role, one.answers) != (other.role, other.answers), "cut where nothing changes"


def test_an_open_end_on_the_last_day_there_is_is_no_trouble():
    assert one_at_a_time([Claim(FIRST, date.max, Role.LEAD)]) == [Claim(FIRST, None, Role.LEAD)]
