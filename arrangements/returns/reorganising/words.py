"""A plan in sentences, for the page that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from arrangements.register.handing_on import who_may_answer
from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import Role
from arrangements.register.wholes import Effect, Inheritance, Part
from arrangements.returns.reorganising.open_years import Becoming, YearEffect
from arrangements.returns.reorganising.plan import Plan
from arrangements.returns.vocabulary import ReturnState
from sharedservices.common.periods import spelled

ROLES = {Role.LEAD: "lead", Role.PARTNER: "partner", Role.CLIENT: "client"}
STATES = {code: label.lower() for code, label in ReturnState.choices}


@dataclass(frozen=True)
class Option:
    """One council that may be ticked or chosen."""

    code: str
    name: str
    chosen: bool
    apart: str = ""  # said after the name


@dataclass(frozen=True)
class PartShown:
    """One part of a council that ends: what it was, and who may take it on."""

    key: int
    council: str
    was: str
    takers: list[Option]
    firsts: list[Option]
    question: str  # who leads, or who answers; empty where there is nothing to lead or to answer
    note: str
    errors: list[str]
    chosen: tuple[str, ...]
    first: str


@dataclass(frozen=True)
class EffectShown:
    """One arrangement: its parts to decide on, what becomes of it, and what is wrong with the choices."""

    arrangement: Arrangement
    parts: list[PartShown]
    sentences: list[str]
    kind: str  # to-decide, passes-on, ends or stays

    @property
    def has_errors(self) -> bool:
        """Whether a choice is refused."""
        return any(part.errors for part in self.parts)

    @property
    def to_decide(self) -> list[PartShown]:
        """The parts whose choice lies open: several may take them on, or something is wrong with what was chosen."""
        return [part for part in self.parts if part.errors or (self.kind == "to-decide" and len(part.takers) > 1)]

    @property
    def others(self) -> list[PartShown]:
        """The parts on which nothing has to be decided."""
        return [part for part in self.parts if part not in self.to_decide]


def effects_shown(plan: Plan, judged: bool) -> list[EffectShown]:
    """Every arrangement concerned; `judged`: choices were made, so that what is wrong with them is said."""
    return [_effect(plan, effect, judged) for effect in plan.effects]


def _effect(plan: Plan, effect: Effect, judged: bool) -> EffectShown:
    parts = [_part(plan, effect, one, judged) for one in effect.inherited]
    if any(len(part.takers) > 1 and one.proposed.takes for part, one in zip(parts, effect.inherited, strict=True)):
        kind = "to-decide"
    elif effect.ends:
        kind = "ends"
    else:
        kind = "passes-on" if effect.changes_anything() else "stays"
    arrangement = plan.facts.arrangements[effect.before.key]
    return EffectShown(arrangement, parts, list(_sentences(plan, effect)), kind)


def _part(plan: Plan, effect: Effect, one: Inheritance, judged: bool) -> PartShown:
    names, part = plan.facts.names, one.part
    followers = plan.facts.handover.follows[part.council]
    takers = [Option(code, names[code], code in one.choice.takes) for code in followers]
    question = ("Who leads" if part.role == Role.LEAD else "Who answers") if one.has_rights else ""
    if part.role == Role.LEAD and part.answers:
        question = "Who leads and answers"
    firsts = [Option(code, names[code], code == one.choice.first) for code in followers]
    if part.answers:
        day = max(effect.before.start_of(part) or effect.first_day, effect.first_day)
        others = [code for code in who_may_answer(effect, day) if code not in followers]
        firsts += [Option(code, names[code], code == one.choice.first, "if none takes its part on") for code in others]
    note = ""
    if one.had_left:
        way = "Untick all to leave it so." if one.choice.takes else "Tick a council only if the part is to pass on to it still."
        note = f"Its last day was put on {spelled(plan.facts.handover.eve)} already. {way}"
    errors = [refusal.message for refusal in effect.refusals if refusal.key == part.key] if judged else []
    if judged and one.is_open:
        errors.append(plan.open_choice(one))
    return PartShown(
        part.key or 0,
        names[part.council],
        f"{ROLES[Role(part.role)]}{', answers' if part.answers else ''}",
        takers,
        firsts if question and len(firsts) > 1 else [],
        question,
        note,
        errors,
        one.choice.takes,
        one.choice.first,
    )


def as_what(part: Any) -> str:
    """The part in a word or two, as they follow "as": lead and answers for it."""
    return f"{ROLES[Role(part.role)]}{' and answers for it' if part.answers else ''}"


def _sentences(plan: Plan, effect: Effect) -> Iterator[str]:
    names, eve = plan.facts.short_names, plan.facts.handover.eve
    if effect.never_begins:
        yield (
            f"It would have begun on {_day(effect.before.started)}, when all its parties are one council. It never begins:"
            f" its first day is taken out, and it ends on {spelled(eve)} as “Partners merged into one council”."
        )
        return
    if effect.ends:
        yield f"Fewer than two parties are left. It ends on {_day(effect.after.ended)} as “Partners merged into one council”."
    leaving = [names[was.council] for was, _ in effect.changed() if was.council in plan.facts.handover.follows]
    if leaving:
        yield f"{listed(leaving)} leave{'s' if len(leaving) == 1 else ''} on {spelled(eve)}."
    for was, will_be in effect.changed():
        if was.council not in plan.facts.handover.follows:
            yield from _changed(names[was.council], was, will_be)
    for part in effect.removed():
        first = effect.before.start_of(part)
        if part.council in plan.facts.handover.follows or not effect.ends:
            yield f"{names[part.council]} would have joined on {_day(first)}, and doesn't."
    for part in effect.begun():
        until = f" until {_day(part.left)}" if part.left else ""
        since = f"on {_day(part.joined)}" if part.joined else f"with the arrangement, on {_day(effect.before.started)},"
        yield f"{names[part.council]} joins {since} as {as_what(part)}{until}."
    if not effect.changes_anything():
        yield "Nothing changes: a successor has taken over already, or none does."


def _changed(council: str, was: Part, will_be: Part) -> Iterator[str]:
    if was.left != will_be.left:
        as_it_was = f"{council} is {as_what(was)}"
        yield f"{as_it_was} until {_day(will_be.left)}." if will_be.left else f"{as_it_was} until the end."
    if (was.role, was.answers) != (will_be.role, will_be.answers):
        yield f"{council} is {as_what(will_be)} from {_day(will_be.joined)}, instead of {as_what(was)}."


def listed(names: list[str]) -> str:
    """One, two and three."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _day(day: date | None) -> str:
    return spelled(day) if day else "a day that isn't known"


@dataclass(frozen=True)
class YearShown:
    """One open year: what becomes of its returns."""

    name: str
    sentences: list[str]


def years_shown(plan: Plan) -> list[YearShown]:
    """The open years touched."""
    return [YearShown(year.year.name, list(_year(plan, year))) for year in plan.years]


def _year(plan: Plan, effect: YearEffect) -> Iterator[str]:
    names = plan.facts.names
    for gone in effect.withdrawn:
        yield (
            f"{names[gone.council]} wasn't in force on {spelled(effect.year.ends_on)}: its return, {STATES[gone.state]},"
            " is withdrawn."
        )
    for each in effect.becoming:
        yield _becoming(names, each)
    for row, home in effect.moves:
        about = plan.facts.arrangements.get(row.arrangement or 0)
        what = row.relation.split(".")[1].lower()
        yield f"A {what}{f' about {about.reference} {about}' if about else ''} moves to the return of {names[home]}."
    for key in effect.fallen_out:
        arrangement = plan.facts.arrangements[key]
        yield (
            f"{arrangement.reference} {arrangement} no longer operates on {spelled(effect.year.ends_on)}: an answer given for it"
            " is kept, and counts in no return."
        )


def _becoming(names: Mapping[str, str], each: Becoming) -> str:
    sources = ", ".join(names[code] for code in each.sources)
    takes_up = f", taking up what {sources} gave," if sources else ""
    lines = f" {len(each.gained)} line{'' if len(each.gained) == 1 else 's'} come{'s' if len(each.gained) == 1 else ''} to it."
    if each.stands is None:
        return f"{names[each.council]} is asked{takes_up} and its return is {STATES[each.state]}.{lines if each.gained else ''}"
    stays = "stays" if each.state == each.stands.state else f"goes from {STATES[each.stands.state]} to"
    return f"The return of {names[each.council]}{takes_up} {stays} {STATES[each.state]}.{lines if each.gained else ''}"
