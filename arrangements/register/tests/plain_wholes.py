"""Random arrangements as plain facts, valid by the register's rules, with councils that end and others that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import assume
from hypothesis import strategies as st

from arrangements.register.parties import first_day_short_of_parties, overlap
from arrangements.register.timelines import A_DAY
from arrangements.register.vocabulary import Role
from arrangements.register.wholes import BodyPart, Choice, Handover, Part, Whole

FIRST_DAY = date(2023, 4, 1)
EVE = FIRST_DAY - A_DAY
HORIZON = 12  # days before and after

# Old ones end; of the others "new" begin on the first day, "on" was there before, and the rest only stay.
ENDING = ["old-1", "old-2", "old-3", "old-county"]
FOLLOWING = ["new-1", "new-2", "on"]
STAYING = ["stays-1", "stays-2"]
NAMES = {code: code.capitalize() for code in [*ENDING, *FOLLOWING, *STAYING]}

days = st.integers(-HORIZON, HORIZON).map(lambda number: FIRST_DAY + number * A_DAY)


@st.composite
def handovers(draw):
    """Each of the districts has one successor, mostly; the county several."""
    follows = {code: (draw(st.sampled_from(FOLLOWING)),) for code in ENDING[:3]}
    follows["old-county"] = tuple(draw(st.lists(st.sampled_from(FOLLOWING), min_size=1, max_size=3, unique=True)))
    return Handover(FIRST_DAY, follows)


@st.composite
def wholes(draw):
    """One arrangement with two parties or more on every day."""
    started = draw(st.sampled_from([None, FIRST_DAY - 20 * A_DAY, FIRST_DAY - 3 * A_DAY, EVE, FIRST_DAY, FIRST_DAY + 4 * A_DAY]))
    ended = draw(st.sampled_from([None, None, EVE, FIRST_DAY, FIRST_DAY + 8 * A_DAY]))
    assume(started is None or ended is None or started <= ended)
    parts: list[Part] = []
    for key in range(1, 1 + draw(st.integers(2, 8))):
        part = draw(_parts(key, started, ended))
        if part is not None and not any(each.council == part.council and _meet(each, part, started) for each in parts):
            parts.append(_without_rivals(part, parts, started))
    bodies = tuple(draw(st.lists(st.builds(BodyPart, st.integers(1, 9)), max_size=2, unique_by=lambda body: body.key)))
    whole = Whole(1, started, ended, tuple(parts), bodies)
    short = first_day_short_of_parties((started, ended), [(each.joined, each.left) for each in (*parts, *bodies)])
    if short is not None:
        # It ended before that, if it ever was one.
        assume(short > (started or date.min) and short > FIRST_DAY)
        whole = replace(whole, ended=short - A_DAY)
        assume(all((each.joined or date.min) <= whole.ended and (each.left or date.min) <= whole.ended for each in parts))
    return whole


@st.composite
def _parts(draw, key, started, ended):
    code = draw(st.sampled_from([*ENDING, *FOLLOWING, *STAYING]))
    joined, left = draw(st.one_of(st.none(), days)), draw(st.one_of(st.none(), days, st.just(EVE)))
    if code.startswith("new"):
        joined = max(joined or FIRST_DAY, FIRST_DAY)
    if joined and started and joined < started:
        joined = None
    start = joined or started
    if start and left and left < start:
        left = None
    if ended and max(joined or date.min, left or date.min) > ended:
        return None
    role = draw(st.sampled_from(Role.values))
    return Part(code, role, role != Role.CLIENT and draw(st.booleans()), joined, left, key)


def _meet(one: Part, other: Part, started: date | None) -> bool:
    return overlap((one.joined or started, one.left), (other.joined or started, other.left))


def _without_rivals(part: Part, parts: list[Part], started: date | None) -> Part:
    """It leads and answers only where nobody else does at the time."""
    rivals = [each for each in parts if _meet(each, part, started)]
    if part.role == Role.LEAD and any(each.role == Role.LEAD for each in rivals):
        part = replace(part, role=Role.PARTNER)
    if part.answers and any(each.answers for each in rivals):
        part = replace(part, answers=False)
    return part


@st.composite
def choices_for(draw, whole: Whole, handover: Handover):
    """For some of the inherited parts a choice among the successors: one, several or none."""
    choices = {}
    for part in handover.inherited_from(whole):
        if draw(st.booleans()):
            followers = list(handover.follows[part.council])
            takes = tuple(draw(st.lists(st.sampled_from(followers), unique=True)))
            others = [each.council for each in whole.parts if each.council not in handover.follows] or [""]
            choices[part.key] = Choice(takes, draw(st.sampled_from(list(takes) or ["", *others])))
    return choices
