"""What becomes of one arrangement when councils in it end and others follow: worked out from plain facts, nothing written.

Not a day before the first day changes. On each day from then on a successor has one part, in the strongest role that
it held or took on, and answers if it did or took that on. Where fewer than two parties are left, the arrangement ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from arrangements.register.parties import Period, first_day_short_of_parties
from arrangements.register.timelines import A_DAY, Claim, one_at_a_time
from arrangements.register.vocabulary import INVOLVED_ROLES, ROLES_BY_STRENGTH, Role
from arrangements.register.wholes import BodyPart, Choice, Effect, Handover, Inheritance, Part, Refusal, Whole
from sharedservices.common.periods import spelled


def hand_on(whole: Whole, handover: Handover, choices: Mapping[int, Choice], names: Mapping[str, str]) -> Effect:
    """The arrangement as it will be. Parts without a choice take what is proposed for them."""
    inherited = tuple(_inheritance(whole, part, handover, choices) for part in handover.inherited_from(whole))
    claims = _claims(whole, handover, inherited)
    takers = {code for one in inherited for code in (one.choice.takes or (one.choice.first,))}
    pieces = {code: _until_it_ends(whole, one_at_a_time(claims[code])) for code in takers if code in claims}
    after = replace(whole, parts=tuple(_rebuilt(whole, handover, pieces)))
    last_day = _last_day(whole, after, handover)
    refusals = tuple(_refusals(whole, after, handover, inherited, names, goes_on=last_day is None))
    if last_day is not None:
        after = _ended(whole, after, handover, last_day)
    return Effect(whole, after, handover.first_day, inherited, ends=last_day is not None, refusals=refusals)


def _inheritance(whole: Whole, part: Part, handover: Handover, choices: Mapping[int, Choice]) -> Inheritance:
    proposed = _proposed(whole, part, handover)
    chosen = choices.get(part.key or 0)
    is_open = chosen is None and len(handover.follows[part.council]) > 1 and bool(proposed.takes)
    return Inheritance(part, proposed, chosen or proposed, handover.had_left(part), is_open)


def _proposed(whole: Whole, part: Part, handover: Handover) -> Choice:
    """The only successor; of several those that are in it anyway, or else all; none where one has taken over already."""
    followers = handover.follows[part.council]
    standing: dict[str, int] = {}
    taken_over = False
    for other in whole.parts:
        goes_on = other.left is None or other.left >= handover.first_day
        heirs = handover.follows.get(other.council, (other.council,) if goes_on else ())
        if len(heirs) == 1 and heirs[0] in followers and other is not part:
            taken_over |= other.council in followers
            if goes_on or handover.had_left(other):
                standing[heirs[0]] = max(standing.get(heirs[0], 0), ROLES_BY_STRENGTH.index(other.role))
    if handover.had_left(part) and taken_over:
        return Choice()
    takes = tuple(code for code in followers if code in standing) if len(followers) > 1 else followers
    takes = takes or followers
    return Choice(takes, max(takes, key=lambda code: standing.get(code, -1)))


def _claims(whole: Whole, handover: Handover, inherited: tuple[Inheritance, ...]) -> dict[str, list[Claim]]:
    """Who claims what from the first day on, by council: what was theirs already, and what they take on."""
    claims: dict[str, list[Claim]] = {}
    for part in whole.parts:
        if part.council not in handover.follows and (part.left is None or part.left >= handover.first_day):
            claims.setdefault(part.council, []).append(_claim(whole, part, handover))
    yielding = [one for one in inherited if one.had_left]
    for one in (each for each in inherited if not each.had_left):
        _take_on(claims, one, _claim(whole, one.part, handover), handover)
    standing = [claim for each in claims.values() for claim in each]
    answered, led = any(each.answers for each in standing), any(each.role == Role.LEAD for each in standing)
    for one in yielding:
        # It had ended: whoever leads or answers since keeps that.
        claim = replace(_claim(whole, one.part, handover), end=None)
        claim = replace(claim, answers=claim.answers and not answered)
        _take_on(claims, one, replace(claim, role=Role.PARTNER) if led and claim.role == Role.LEAD else claim, handover)
    return {code: [_within(each, handover.ends.get(code)) for each in some] for code, some in claims.items()}


def _claim(whole: Whole, part: Part, handover: Handover) -> Claim:
    start = max(whole.start_of(part) or handover.first_day, handover.first_day)
    return Claim(start, part.left, part.role, part.answers)


def _take_on(claims: dict[str, list[Claim]], one: Inheritance, claim: Claim, handover: Handover) -> None:
    for code in one.choice.takes:
        if code not in handover.follows[one.part.council]:
            continue  # a refusal says so
        is_first = len(one.choice.takes) == 1 or code == one.choice.first
        role = claim.role if is_first or claim.role != Role.LEAD else Role.PARTNER
        claims.setdefault(code, []).append(replace(claim, role=role, answers=claim.answers and is_first))
    if not one.choice.takes and claim.answers and one.choice.first in claims:
        claims[one.choice.first].append(replace(claim, role=""))


def _until_it_ends(whole: Whole, pieces: list[Claim]) -> list[Claim]:
    """An open claim outlasts one that ends with the arrangement, but not the arrangement."""
    return [piece for piece in pieces if whole.ended is None or piece.start <= whole.ended]


def _within(claim: Claim, last_day: date | None) -> Claim:
    return claim if last_day is None else replace(claim, end=min(claim.end or last_day, last_day))


def _rebuilt(whole: Whole, handover: Handover, pieces: dict[str, list[Claim]]) -> Iterator[Part]:
    """The parts in their order, those of councils that end cut at the eve, and then the new ones.

    `pieces` holds what takers of anything have from the first day on; what is stored already is taken out of it.
    """
    for part in whole.parts:
        begins_later = _begins_later(whole, part, handover)
        if part.council in handover.follows:
            if not begins_later:
                yield replace(part, left=handover.eve) if part.left is None or part.left > handover.eve else part
        elif part.council in pieces and (part.left is None or part.left >= handover.first_day):
            own = pieces[part.council]
            start = whole.start_of(part) if begins_later else handover.first_day
            goes_on = next((each for each in own if each.start == start), None)
            if goes_on and (begins_later or (goes_on.role, goes_on.answers) == (part.role, part.answers)):
                own.remove(goes_on)
                yield replace(part, role=goes_on.role, answers=goes_on.answers, left=goes_on.end)
            elif not begins_later:
                yield replace(part, left=handover.eve)
        else:
            yield part
    for code, left_over in pieces.items():
        for piece in left_over:
            founding = _begins_whole(whole, piece.start, handover)
            yield Part(code, piece.role, piece.answers, None if founding else piece.start, piece.end)


def _begins_later(whole: Whole, part: Part | BodyPart, handover: Handover) -> bool:
    start = whole.start_of(part)
    return start is not None and start >= handover.first_day


def _begins_whole(whole: Whole, day: date, handover: Handover) -> bool:
    return whole.started == day and day >= handover.first_day


def _last_day(whole: Whole, after: Whole, handover: Handover) -> date | None:
    """The last day on which there were two parties, where the handing on leaves fewer; None where it doesn't."""
    # Where the start isn't known, nobody can say who was in before the last to join.
    joined = [*(part.joined for part in whole.parts), *(body.joined for body in whole.bodies)]
    start = max(handover.first_day, *filter(None, [whole.started] if whole.started else joined), date.min)
    rest = (start, whole.ended)
    short = first_day_short_of_parties(rest, _counted(after, handover, skip=True))
    if short is None:
        return None
    if short == start:
        return handover.eve
    was_short = first_day_short_of_parties(rest, _counted(whole, handover, skip=False))
    return short - A_DAY if was_short is None or short < was_short else None


def _counted(whole: Whole, handover: Handover, skip: bool) -> list[Period]:
    """The periods of all parties. One that ends with its council goes on, for others will follow; `skip` those who do."""
    counted: list[Period] = [(body.joined, body.left) for body in whole.bodies]
    for part in whole.parts:
        if part.council in handover.follows:
            if not skip:
                counted.append((part.joined, None if handover.had_left(part) else part.left))
        else:
            its_end = handover.ends.get(part.council, part.council_ends)
            counted.append((part.joined, None if part.left == its_end else part.left))
    return counted


def _ended(whole: Whole, after: Whole, handover: Handover, last_day: date) -> Whole:
    """With its last day, and nobody in it after that. One that never begins keeps those it was planned for, and no start."""
    never_begins = last_day == handover.eve and whole.started is not None and whole.started >= handover.first_day
    parties = whole if never_begins else after
    parts = [part for part in parties.parts if never_begins or not _begins_after(whole, part, last_day)]
    bodies = [body for body in parties.bodies if never_begins or not _begins_after(whole, body, last_day)]
    if never_begins:
        parts = [replace(part, joined=None) for part in parts if whole.start_of(part) == whole.started]
        bodies = [replace(body, joined=None) for body in bodies if whole.start_of(body) == whole.started]
    was_left = {part.key: part.left for part in whole.parts if part.key is not None}
    return replace(
        after,
        started=None if never_begins else whole.started,
        ended=last_day,
        parts=tuple(replace(part, left=_until(last_day, part.left, was_left.get(part.key or 0))) for part in parts),
        bodies=tuple(replace(body, left=_until(last_day, body.left, body.left)) for body in bodies),
    )


def _begins_after(whole: Whole, part: Part | BodyPart, day: date) -> bool:
    start = whole.start_of(part)
    return start is not None and start > day


def _until(last_day: date, left: date | None, was_left: date | None) -> date | None:
    """Empty where a part ends with its arrangement, unless its own last day stood there before."""
    if left is None or left < last_day:
        return left
    return was_left if was_left == last_day else None


def _refusals(
    whole: Whole,
    after: Whole,
    handover: Handover,
    inherited: tuple[Inheritance, ...],
    names: Mapping[str, str],
    *,
    goes_on: bool,
) -> Iterator[Refusal]:
    """What is wrong with the choices; who leads and answers matters only where the arrangement goes on."""
    for one in inherited:
        part, choice = one.part, one.choice
        council, followers = names[part.council], handover.follows[part.council]
        strangers = [names.get(code, code) for code in choice.takes if code not in followers]
        start = _claim(whole, part, handover).start
        gone = [code for code in choice.takes if code in handover.ends and handover.ends[code] < start]
        if strangers:
            yield Refusal(part.key, f"{' and '.join(strangers)} doesn't follow {council}. Choose among those that do.")
        elif gone:
            yield Refusal(
                part.key,
                f"{names[gone[0]]} ends on {spelled(handover.ends[gone[0]])}, before this part begins on {spelled(start)}."
                " Put the part right on the arrangement's page first.",
            )
        elif not goes_on:
            continue
        elif len(choice.takes) > 1 and one.has_rights and choice.first not in choice.takes:
            deed = "answers" if part.role != Role.LEAD else "leads"
            several = " and ".join(names[code] for code in choice.takes)
            yield Refusal(part.key, f"{several} take this part on. Choose which of them {deed}.")
        elif part.answers and not choice.takes and not one.had_left and not after.is_answered_for_on(start):
            yield Refusal(
                part.key,
                f"{council} answers for this arrangement, and nobody would from {spelled(start)}. Let a successor"
                " take its part on, or choose another council of the arrangement that leads or is a partner then.",
            )


def who_may_answer(effect: Effect, day: date) -> list[str]:
    """The councils that lead or are partners on the day, once everything is handed on."""
    after = effect.after
    return [part.council for part in after.parts if part.role in INVOLVED_ROLES and after.holds_on(part, day)]
