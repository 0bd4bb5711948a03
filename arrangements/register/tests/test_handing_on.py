"""What becomes of any arrangement when councils end, day by day against a second, naive reckoning."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from arrangements.register.handing_on import hand_on
from arrangements.register.tests.plain_wholes import EVE, FIRST_DAY, HORIZON, NAMES, choices_for, handovers, wholes
from arrangements.register.timelines import A_DAY
from arrangements.register.vocabulary import ROLES_BY_STRENGTH, Role
from arrangements.register.wholes import Choice, Handover, Part, Whole

BEFORE = [FIRST_DAY - timedelta(number) for number in range(1, 2 * HORIZON)]
AFTER = [FIRST_DAY + timedelta(number) for number in range(2 * HORIZON)]

State = dict[str, tuple[str, bool]]


def state_on(whole: Whole, day: date) -> State:
    """Who takes part on the day, as what, answering or not; fails where somebody does so twice."""
    here = [part for part in whole.parts if whole.holds_on(part, day)]
    if whole.ended is not None and day > whole.ended:
        return {}
    assert len({part.council for part in here}) == len(here), f"twice on {day}"
    return {part.council: (part.role, part.answers) for part in here}


def parties_on(whole: Whole, day: date) -> int:
    return len(state_on(whole, day)) + sum(whole.holds_on(body, day) for body in whole.bodies)


def naively(whole: Whole, handover: Handover, effect, day: date) -> State:
    """The state on a day from the first day on, reckoned from scratch."""
    held: dict[str, list[tuple[str, bool]]] = {}
    grants = []
    choice_of = {one.part.key: one.choice for one in effect.inherited}
    own = [part for part in whole.parts if part.council not in handover.follows]
    firm = [part for part in own if part.left is None or part.left >= FIRST_DAY]
    firm += [one.part for one in effect.inherited if not one.had_left]
    chosen = {one.part.key for one in effect.inherited if not one.had_left and (one.choice.takes or one.choice.first)}
    counted = [part for part in firm if part in own or part.key in chosen]
    for part in own:
        if whole.holds_on(replace(part), day):
            held.setdefault(part.council, []).append((part.role, part.answers))
    for one in effect.inherited:
        part = one.part
        start = whole.start_of(part)
        goes_on = (start is None or start <= day) and (one.had_left or part.left is None or day <= part.left)
        if not goes_on:
            continue
        role, answers = part.role, part.answers
        if one.had_left:
            answers = answers and not any(_answers_still(each, choice_of) for each in counted)
            if role == Role.LEAD and any(_leads_still(each, choice_of) for each in counted):
                role = Role.PARTNER
        takes = one.choice.takes
        for code in takes:
            first = len(takes) == 1 or code == one.choice.first
            held.setdefault(code, []).append((role if first or role != Role.LEAD else Role.PARTNER, answers and first))
        if not takes and answers:
            grants.append(one.choice.first)
    state = {}
    for code, some in held.items():
        role = max((each[0] for each in some), key=ROLES_BY_STRENGTH.index)
        state[code] = (role, role != Role.CLIENT and (any(each[1] for each in some) or code in grants))
    return state


def _answers_still(part: Part, choice_of: dict) -> bool:
    """Whether the right to answer that the part holds goes to anybody at all."""
    choice = choice_of.get(part.key)
    if choice is None or not part.answers:
        return part.answers
    return len(choice.takes) == 1 or choice.first in choice.takes or (not choice.takes and bool(choice.first))


def _leads_still(part: Part, choice_of: dict) -> bool:
    choice = choice_of.get(part.key)
    if choice is None or part.role != Role.LEAD:
        return part.role == Role.LEAD
    return len(choice.takes) == 1 or choice.first in choice.takes


@st.composite
def handed_on(draw):
    whole, handover = draw(wholes()), draw(handovers())
    assume(handover.concerns(whole))
    return whole, handover, hand_on(whole, handover, draw(choices_for(whole, handover)), NAMES)


def days_left(effect) -> list[date]:
    """The days from the first day on that the arrangement has left."""
    start = max(effect.after.started or FIRST_DAY, FIRST_DAY)
    return [day for day in AFTER if start <= day and (effect.after.ended is None or day <= effect.after.ended)]


@settings(max_examples=80)
@given(handed_on())
def test_nothing_before_the_first_day_differs(case):
    whole, _, effect = case
    for day in BEFORE:
        if not effect.never_begins:
            assert state_on(effect.after, day) == state_on(whole, day)
            assert parties_on(effect.after, day) == parties_on(whole, day)


@settings(max_examples=80)
@given(handed_on())
def test_each_day_after_is_as_reckoned_from_scratch(case):
    whole, handover, effect = case
    if effect.refusals:
        return
    for day in days_left(effect):
        assert state_on(effect.after, day) == naively(whole, handover, effect, day), day


@settings(max_examples=80)
@given(handed_on())
def test_one_leads_one_answers_and_none_that_ended_takes_part(case):
    _, handover, effect = case
    if effect.refusals:
        return
    for day in AFTER:
        state = state_on(effect.after, day)
        assert not set(state) & set(handover.follows) or effect.never_begins
        assert sum(role == Role.LEAD for role, _ in state.values()) <= 1
        assert sum(answers for _, answers in state.values()) <= 1
        assert not any(answers and role == Role.CLIENT for role, answers in state.values())


@settings(max_examples=80)
@given(handed_on())
def test_two_parties_are_left_on_every_day_or_it_has_ended(case):
    whole, _, effect = case
    # Of an arrangement whose start isn't known, the register judges only the time when all that joined are in.
    judged_from = whole.started or max((each.joined for each in (*whole.parts, *whole.bodies) if each.joined), default=FIRST_DAY)
    for day in days_left(effect):
        assert day < judged_from or parties_on(effect.after, day) >= 2, day


@settings(max_examples=80)
@given(handed_on())
def test_who_answered_for_it_is_followed_by_one_who_does(case):
    """So no answer is lost with its council, and none is asked for twice."""
    whole, _, effect = case
    if effect.refusals:
        return
    lapsed = any(one.part.answers and not one.choice.takes for one in effect.inherited)
    for day in days_left(effect):
        if whole.is_answered_for_on(day) and not lapsed:
            assert effect.after.is_answered_for_on(day), day


@settings(max_examples=80)
@given(handed_on())
def test_every_day_of_a_part_lies_within_the_arrangement(case):
    whole, _, effect = case
    after = effect.after
    for part in (*after.parts, *after.bodies):
        start = after.start_of(part)
        assert not (part.joined and after.started and part.joined < after.started)
        assert not (start and part.left and part.left < start)
        assert not (after.ended and max(part.joined or date.min, part.left or date.min) > after.ended)
    if effect.ends and not effect.never_begins:
        assert after.ended >= EVE
        assert after.started == whole.started


@settings(max_examples=80)
@given(handed_on())
def test_handing_on_again_changes_nothing(case):
    """As where the council file, and the partnerships too, already say all of it."""
    _, handover, effect = case
    if effect.refusals or not handover.concerns(effect.after) or effect.never_begins:
        return
    stored = replace(effect.after, parts=tuple(replace(each, key=100 + at) for at, each in enumerate(effect.after.parts)))
    if any(one.choice.takes == () or one.had_left for one in effect.inherited):
        return  # what was left to end may still be taken over
    again = hand_on(stored, handover, {}, NAMES)
    if all(not one.choice.takes for one in again.inherited):
        assert again.after == stored


# One by one


def part(council: str, role: str = Role.PARTNER, answers: bool = False, **fields) -> Part:
    part.number += 1
    return Part(council, role, answers, key=part.number, **fields)


part.number = 0


def arrangement(*parts: Part, started: date | None = date(2010, 4, 1), **fields) -> Whole:
    return Whole(1, started, fields.pop("ended", None), parts, **fields)


def to(**follows: str) -> Handover:
    """`a="x"`: a is followed by x; `county="x y"`: by both."""
    return Handover(FIRST_DAY, {code: tuple(followers.split()) for code, followers in follows.items()})


def after(whole: Whole, handover: Handover, **choices) -> tuple:
    """Each part from the first day on as (council, role, answers)."""
    names = {code: code.upper() for code in ["a", "b", "c", "county", "x", "y", "other"]}
    effect = hand_on(whole, handover, choices.get("choices", {}), names)
    return effect, sorted((code, *state) for code, state in state_on(effect.after, FIRST_DAY).items())


def test_two_predecessors_become_one_part_and_the_lead_beats_the_partner():
    whole = arrangement(part("a", Role.LEAD, True), part("b"), part("other"))
    effect, then = after(whole, to(a="x", b="x"))
    assert then == [("other", "partner", False), ("x", "lead", True)]
    assert [(each.council, each.joined, each.left) for each in effect.begun()] == [("x", FIRST_DAY, None)]
    assert [new.left for _, new in effect.changed()] == [EVE, EVE]


def test_a_client_together_with_a_partner_becomes_a_partner_and_two_clients_a_client():
    whole = arrangement(part("a", Role.CLIENT), part("b"), part("other"), part("y"))
    assert ("x", "partner", False) in after(whole, to(a="x", b="x"))[1]
    whole = arrangement(part("a", Role.CLIENT), part("b", Role.CLIENT), part("other"), part("y"))
    assert ("x", "client", False) in after(whole, to(a="x", b="x"))[1]


def test_all_partners_become_one_council_and_the_arrangement_ends_with_them():
    whole = arrangement(part("a", Role.LEAD, True), part("b"))
    effect, then = after(whole, to(a="x", b="x"))
    assert (effect.ends, effect.after.ended, then) == (True, EVE, [])
    assert effect.changed() == effect.begun() == effect.removed() == []


def test_a_body_is_a_party_so_the_arrangement_goes_on():
    from arrangements.register.wholes import BodyPart

    whole = arrangement(part("a", Role.LEAD, True), part("b"), bodies=(BodyPart(1),))
    effect, then = after(whole, to(a="x", b="x"))
    assert (effect.ends, then) == (False, [("x", "lead", True)])


def test_a_successor_that_is_a_partner_already_goes_on_with_one_part():
    whole = arrangement(part("x"), part("a"), part("other", Role.LEAD, True))
    effect, then = after(whole, to(a="x"))
    assert then == [("other", "lead", True), ("x", "partner", False)]
    assert effect.begun() == []
    assert [old.council for old, _ in effect.changed()] == ["a"]


def test_a_successor_that_becomes_the_lead_was_a_partner_until_the_eve():
    whole = arrangement(part("x"), part("a", Role.LEAD, True), part("other"))
    effect, then = after(whole, to(a="x"))
    assert then == [("other", "partner", False), ("x", "lead", True)]
    assert state_on(effect.after, EVE) == {"x": ("partner", False), "a": ("lead", True), "other": ("partner", False)}


def test_what_ends_or_begins_later_does_so_in_the_successor_s_hands():
    later, last = date(2024, 1, 1), date(2025, 6, 30)
    whole = arrangement(part("a", joined=later), part("b", left=last), part("other", Role.LEAD, True), part("y"))
    effect, _ = after(whole, to(a="x", b="y"))
    assert [(each.council, each.joined, each.left) for each in effect.begun()] == [("x", later, None)]
    assert [each.council for each in effect.removed()] == ["a"]
    whole = arrangement(part("b", left=last), part("other", Role.LEAD, True), part("y"))
    effect, _ = after(whole, to(b="x"))
    assert [(each.council, each.joined, each.left) for each in effect.begun()] == [("x", FIRST_DAY, last)]


def test_an_arrangement_that_would_only_begin_between_those_that_merge_never_begins():
    begins = date(2023, 6, 1)
    whole = arrangement(part("a", Role.LEAD, True), part("b", joined=begins), started=begins)
    effect, _ = after(whole, to(a="x", b="x"))
    assert effect.never_begins
    assert (effect.after.started, effect.after.ended) == (None, EVE)
    assert [(each.council, each.joined, each.left) for each in effect.after.parts] == [("a", None, None), ("b", None, None)]


def test_one_that_has_not_begun_passes_over_with_its_founders():
    begins = date(2023, 6, 1)
    whole = arrangement(part("a", Role.LEAD, True), part("other"), started=begins)
    effect, _ = after(whole, to(a="x"))
    assert [(each.council, each.role, each.joined) for each in effect.begun()] == [("x", "lead", None)]
    assert [each.council for each in effect.removed()] == ["a"]


def test_one_whose_first_day_is_unknown_passes_over_on_the_first_day():
    whole = arrangement(part("a", Role.LEAD, True), part("other"), started=None)
    effect, _ = after(whole, to(a="x"))
    assert [(each.council, each.role, each.joined) for each in effect.begun()] == [("x", "lead", FIRST_DAY)]
    assert effect.changed()[0][1].left == EVE


class County:
    """A county followed by x and y, leading and answering."""

    lead = part("county", Role.LEAD, True)
    whole = arrangement(lead, part("other"))
    handover = to(county="x y")

    def then(self, *takes: str, first: str = ""):
        return after(self.whole, self.handover, choices={self.lead.key: Choice(takes, first)})


def test_of_several_that_take_a_part_on_one_leads_and_answers():
    _, then = County().then("x", "y", first="y")
    assert then == [("other", "partner", False), ("x", "partner", False), ("y", "lead", True)]


def test_several_without_saying_which_leads_is_refused_with_what_to_do():
    effect, _ = County().then("x", "y")
    assert [each.message for each in effect.refusals] == ["X and Y take this part on. Choose which of them leads."]


def test_one_of_two_takes_it_on_alone():
    assert County().then("y")[1] == [("other", "partner", False), ("y", "lead", True)]


def test_none_takes_it_on_and_too_few_are_left_so_the_arrangement_ends():
    effect, _ = County().then()
    assert (effect.ends, effect.after.ended, effect.refusals) == (True, EVE, ())


def test_none_takes_it_on_so_another_must_answer():
    lead = part("county", Role.LEAD, True)
    whole = arrangement(lead, part("other"), part("b", Role.CLIENT), part("c"))
    effect, _ = after(whole, to(county="x y"), choices={lead.key: Choice()})
    assert "nobody would from 1 April 2023" in effect.refusals[0].message
    effect, _ = after(whole, to(county="x y"), choices={lead.key: Choice((), "b")})
    assert effect.refusals, "a client can't answer"
    effect, then = after(whole, to(county="x y"), choices={lead.key: Choice((), "other")})
    assert not effect.refusals
    assert then == [("b", "client", False), ("c", "partner", False), ("other", "partner", True)]
    assert state_on(effect.after, EVE)["other"] == ("partner", False)


def test_a_council_that_does_not_follow_takes_nothing_on():
    effect, _ = County().then("other")
    assert effect.refusals[0].message == "OTHER doesn't follow COUNTY. Choose among those that do."


def test_a_county_s_part_is_proposed_for_those_that_are_in_it_anyway_or_else_for_all():
    county = part("county", Role.CLIENT)
    whole = arrangement(county, part("a", Role.LEAD, True), part("other"))
    effect, then = after(whole, to(county="x y", a="y"))
    assert effect.inherited[0].proposed == Choice(("y",), "y")
    assert effect.inherited[0].is_open
    assert then == [("other", "partner", False), ("y", "lead", True)]
    effect, _ = after(arrangement(county, part("other")), to(county="x y"))
    assert effect.inherited[0].proposed == Choice(("x", "y"), "x")


def test_a_part_that_had_its_last_day_on_the_eve_passes_on_unless_a_successor_is_in_already():
    whole = arrangement(part("a", Role.LEAD, True, left=EVE), part("other"), part("c"))
    effect, then = after(whole, to(a="x"))
    assert effect.inherited[0].had_left
    assert ("x", "lead", True) in then
    stands = part("x", joined=FIRST_DAY)
    whole = arrangement(part("a", Role.LEAD, True, left=EVE), stands, part("other"), part("c"))
    effect, then = after(whole, to(a="x"))
    assert not effect.changes_anything()


def test_a_part_that_had_ended_takes_nothing_from_who_leads_and_answers_since():
    since = part("other", Role.LEAD, True, joined=FIRST_DAY)
    whole = arrangement(part("a", Role.LEAD, True, left=EVE), since, part("c"))
    assert after(whole, to(a="x"))[1] == [("c", "partner", False), ("other", "lead", True), ("x", "partner", False)]


def test_a_successor_that_ended_since_has_the_part_until_its_own_last_day():
    last = date(2025, 3, 31)
    handover = Handover(FIRST_DAY, {"a": ("x",)}, {"x": last})
    whole = arrangement(part("a", Role.LEAD, True), part("other"))
    effect, _ = after(whole, handover)
    assert [(each.council, each.left) for each in effect.begun()] == [("x", last)]
    assert not effect.ends, "others will follow it"


def test_parts_that_end_with_their_arrangement_said_or_unsaid_leave_nothing_after_it():
    last = FIRST_DAY + 30 * A_DAY
    whole = arrangement(part("a", Role.LEAD, True, left=last), part("b", Role.CLIENT), part("other"), ended=last)
    effect, _ = after(whole, to(a="x", b="x"))
    assert [(each.council, each.role, each.left) for each in effect.begun()] == [("x", "lead", last)]


def test_one_that_falls_short_later_because_of_the_merger_ends_on_the_last_day_with_two():
    last = FIRST_DAY + 30 * A_DAY
    whole = arrangement(part("a", Role.LEAD, True), part("b"), part("other", left=last))
    effect, _ = after(whole, to(a="x", b="x"))
    assert (effect.ends, effect.after.ended) == (True, last)
    assert [each.council for each in effect.begun()] == ["x"]
    assert next(each for each in effect.after.parts if each.council == "other").left == last
