"""What becomes of any open year's returns, from random arrangements, returns and questions."""

import os

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from arrangements.register.handing_on import hand_on
from arrangements.register.tests.plain_wholes import (
    ENDING,
    FIRST_DAY,
    FOLLOWING,
    NAMES,
    STAYING,
    choices_for,
    handovers,
    wholes,
)
from arrangements.register.timelines import A_DAY
from arrangements.returns.reorganising.open_years import Hanging, OpenYear, Standing, effect_on
from arrangements.returns.vocabulary import ReturnState

MANY = settings(max_examples=500 if os.environ.get("LONG") else 60)


@st.composite
def years(draw):
    """Some arrangements handed on, the returns that were asked, and what hangs on them."""
    handover = draw(handovers())
    effects = []
    for key in range(1, 1 + draw(st.integers(1, 4))):
        whole = draw(wholes())
        assume(handover.concerns(whole))
        effect = hand_on(whole.__class__(**{**whole.__dict__, "key": key}), handover, draw(choices_for(whole, handover)), NAMES)
        assume(not effect.refusals)
        effects.append(effect)
    year = OpenYear(1, "2023/24", FIRST_DAY + draw(st.integers(0, 12)) * A_DAY, tuple(FOLLOWING))
    asked = draw(st.lists(st.sampled_from([*ENDING, "on", *STAYING]), unique=True))
    states = st.sampled_from(ReturnState.values)
    standing = [Standing(at, 1, code, draw(states), is_used=draw(st.integers(0, 9)) == 0) for at, code in enumerate(asked, 1)]
    keys = st.sampled_from([each.key for each in standing]) if standing else st.nothing()
    about = st.sampled_from([None, *(effect.before.key for effect in effects)])
    hanging = draw(st.lists(st.builds(Hanging, st.just("queries"), st.uuids().map(str), keys, about, st.booleans()), max_size=4))
    return handover, effects, year, standing, hanging, effect_on(year, standing, hanging, effects, handover.follows, NAMES)


@MANY
@given(years())
def test_nothing_is_lost_and_nothing_is_counted_twice(case):
    handover, effects, year, standing, hanging, effect = case
    assert {each.council for each in effect.withdrawn} == {each.council for each in standing} & set(handover.follows)
    left = {each.council: each for each in standing if each.council not in handover.follows}
    becoming = {each.council: each for each in effect.becoming}
    assert len(becoming) == len(effect.becoming)
    assert not set(becoming) & set(handover.follows)
    assert all((each.stands is None) == (code not in left) for code, each in becoming.items())
    survivors = set(left) | set(becoming)
    assert set(year.asked) <= survivors, "every successor that is asked has a return"

    # Lines: each arrangement that operates and is answered for is on one return, if its council is asked at all.
    lines = {each.before.key: each.after.answering_on(year.ends_on) for each in effects}
    gained = [(key, code) for code, each in becoming.items() for key in each.gained]
    assert len({key for key, _ in gained}) == len(gained)
    for key, code in gained:
        assert lines[key] == code
    for each in effects:
        was, now = each.before.answering_on(year.ends_on), lines[each.before.key]
        if now and now != was and now in survivors:
            assert (each.before.key, now) in gained
        assert (each.before.key in effect.fallen_out) == bool(was and not now)

    # Questions: each hangs on a return that is still there, or it is refused.
    moved = {row.key: home for row, home in effect.moves}
    on = {each.key: each.council for each in standing}
    for row in hanging:
        home = moved.get(row.key, on[row.annual_return])
        assert home in survivors or effect.refusals


@MANY
@given(years())
def test_accepted_only_where_all_that_it_takes_up_was_accepted(case):
    _, effects, year, standing, _hanging, effect = case
    state_of = {each.council: each.state for each in standing}
    was = {each.before.key: each.before.answering_on(year.ends_on) for each in effects}
    for each in effect.becoming:
        if each.state == ReturnState.ACCEPTED:
            assert {state_of.get(was[key]) for key in each.gained} <= {ReturnState.ACCEPTED}
            assert {state_of[code] for code in each.sources} <= {ReturnState.ACCEPTED}
            assert each.stands is None or each.stands.state == ReturnState.ACCEPTED
            assert not each.lost
        if each.state == ReturnState.NOT_STARTED:
            assert {state_of[code] for code in each.sources} <= {ReturnState.NOT_STARTED}


@MANY
@given(years())
def test_a_used_return_that_would_change_is_refused(case):
    _, _, _, _, _, effect = case
    touched = [*effect.withdrawn, *(each.stands for each in effect.becoming if each.stands)]
    used = [each for each in touched if each.is_used and each.state == ReturnState.ACCEPTED]
    assert sum("A release of 2023/24 used" in each for each in effect.refusals) == len(used)
