"""An arrangement with its parties as plain facts, and what is said of it when councils in it end and others follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from arrangements.register.timelines import A_DAY
from arrangements.register.vocabulary import Role
from sharedservices.common.periods import covers


@dataclass(frozen=True)
class Part:
    """One council's part, the council by its GSS code. A part not stored yet has no key."""

    council: str
    role: str
    answers: bool = False
    joined: date | None = None
    left: date | None = None
    key: int | None = None
    council_ends: date | None = None  # the council's last day, where the register knows it


@dataclass(frozen=True)
class BodyPart:
    """One body's part."""

    key: int
    joined: date | None = None
    left: date | None = None


@dataclass(frozen=True)
class Whole:
    """One arrangement with everybody who takes part in it. A start that isn't known counts as past."""

    key: int
    started: date | None
    ended: date | None
    parts: tuple[Part, ...]
    bodies: tuple[BodyPart, ...] = ()

    def start_of(self, part: Part | BodyPart) -> date | None:
        """The part's first day; None where it isn't known."""
        return part.joined or self.started

    def holds_on(self, part: Part | BodyPart, day: date) -> bool:
        """Whether the party takes part on the day."""
        return covers(self.start_of(part), part.left or self.ended, day)

    def answering_on(self, day: date) -> str | None:
        """Who makes the return for it on the day: None where nobody does, and where it isn't in force then."""
        if self.started is None or not covers(self.started, self.ended, day):
            return None
        return next((part.council for part in self.parts if part.answers and self.holds_on(part, day)), None)

    def is_answered_for_on(self, day: date) -> bool:
        """Whether a council of it answers on the day, be its own start known or not."""
        return any(part.answers and self.holds_on(part, day) for part in self.parts)


@dataclass(frozen=True)
class Choice:
    """Which successors take a part on: one, several or none. `first` of them leads and answers where the part did.

    Where none takes it on, `first` is another council of the arrangement, which then answers for it.
    """

    takes: tuple[str, ...] = ()
    first: str = ""


@dataclass(frozen=True)
class Handover:
    """Who follows whom from which day on, by GSS code; `ends` holds the last day of successors that have one."""

    first_day: date
    follows: Mapping[str, tuple[str, ...]]
    ends: Mapping[str, date] = field(default_factory=dict)

    @property
    def eve(self) -> date:
        """The last day before."""
        return self.first_day - A_DAY

    def concerns(self, whole: Whole) -> bool:
        """Whether the arrangement goes on past the eve, and a council that ends is in it then or on the eve."""
        return bool((whole.ended is None or whole.ended >= self.first_day) and self.inherited_from(whole))

    def inherited_from(self, whole: Whole) -> list[Part]:
        """The parts of councils that end which go on past the eve, begin after it, or have their last day on it."""
        return [part for part in whole.parts if part.council in self.follows and (part.left is None or part.left >= self.eve)]

    def had_left(self, part: Part) -> bool:
        """Whether its last day was already put on the eve, as the council's own."""
        return part.left == self.eve


@dataclass(frozen=True)
class Inheritance:
    """One part of a council that ends: what is proposed for it and what was chosen."""

    part: Part
    proposed: Choice
    choice: Choice
    had_left: bool
    is_open: bool  # several may take it on, and nobody has chosen yet

    @property
    def has_rights(self) -> bool:
        """Whether one council alone can take on all of it."""
        return self.part.answers or self.part.role == Role.LEAD


@dataclass(frozen=True)
class Refusal:
    """Why a choice can't be; `key` is that of the part it is about."""

    key: int | None
    message: str


@dataclass(frozen=True)
class Effect:
    """One arrangement before and after. `ends`: fewer than two parties would be left, so it ends, as its partners merged."""

    before: Whole
    after: Whole
    first_day: date
    inherited: tuple[Inheritance, ...]
    ends: bool
    refusals: tuple[Refusal, ...] = ()

    @property
    def never_begins(self) -> bool:
        """It would have begun when all its parties are one council already."""
        return self.ends and self.before.started is not None and self.after.started is None

    def changed(self) -> list[tuple[Part, Part]]:
        """The parts that stay and differ, as they were and as they will be."""
        was = {part.key: part for part in self.before.parts}
        return [(was[part.key], part) for part in self.after.parts if part.key is not None and part != was[part.key]]

    def begun(self) -> list[Part]:
        """The parts that are new."""
        return [part for part in self.after.parts if part.key is None]

    def removed(self) -> list[Part]:
        """The parts that would only have begun later, and now never do."""
        stay = {part.key for part in self.after.parts}
        return [part for part in self.before.parts if part.key not in stay]

    def changes_anything(self) -> bool:
        """Whether anything is to be written."""
        return self.after != self.before
