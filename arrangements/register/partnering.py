"""Who might share a service with a council: pure functions over facts of the register, and the reasons in words.

Every reason has its points, the rank is their sum, and equal points go by distance, name and code. Nothing else enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from councils.borders import Border

# What each reason is worth. The page prints this table.
BORDERS, FACES, ONE_AREA = 40, 20, 40
NEAREST, MILES_A_POINT = 30, 2
SHARES_IT = 20
SAME_KIND = 10
TOGETHER, MOST_TOGETHER = 6, 18
IN_COMMON, MOST_IN_COMMON = 2, 10
NAMED = 3  # so many are named, the others counted


@dataclass(frozen=True)
class Named:
    """An arrangement or a council, as a reason names it."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Seeker:
    """The council that looks for a partner, and the service."""

    name: str
    service: str


@dataclass(frozen=True)
class Candidate:
    """What the register knows of another council beside the one that looks."""

    code: str
    name: str
    address: str = ""
    kind: str = ""  # in words
    is_same_kind: bool = False
    miles: int | None = None
    border: Border | None = None
    county: str = ""  # "over" the one that looks, or "under" it
    sharing: tuple[Named, ...] = ()  # in which it shares the service with others
    together: tuple[Named, ...] = ()  # other services that the two share
    in_common: tuple[Named, ...] = ()  # councils that both work with


@dataclass(frozen=True)
class Reason:
    """One reason: its rule, its points, its words, and what it names, all of it."""

    rule: str
    points: int
    words: str
    named: tuple[Named, ...] = ()

    @property
    def shown(self) -> tuple[Named, ...]:
        """The first of those it names."""
        return self.named[:NAMED]

    @property
    def more(self) -> int:
        """How many it names besides."""
        return max(len(self.named) - NAMED, 0)


@dataclass(frozen=True)
class Ranked:
    """A council in its place. Those of equal points have each a place of their own."""

    place: int
    candidate: Candidate
    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    @property
    def points(self) -> int:
        """The sum of its reasons."""
        return sum(reason.points for reason in self.reasons)


def ranked(seeker: Seeker, candidates: Iterable[Candidate]) -> list[Ranked]:
    """All of them, the likeliest first. The order in which they come doesn't matter."""
    judged = [(candidate, reasons(seeker, candidate)) for candidate in candidates]
    judged.sort(key=lambda each: _order(*each))
    return [Ranked(place, candidate, why) for place, (candidate, why) in enumerate(judged, start=1)]


def _order(candidate: Candidate, why: tuple[Reason, ...]) -> tuple[Any, ...]:
    far = candidate.miles is None
    return (-sum(reason.points for reason in why), far, candidate.miles or 0, candidate.name.casefold(), candidate.code)


def reasons(seeker: Seeker, candidate: Candidate) -> tuple[Reason, ...]:
    """Why a council stands where it does; the weightiest rule first, as the table has them. None: nothing is known for it."""
    found = [
        _border(seeker, candidate),
        _distance(seeker, candidate),
        _sharing(seeker, candidate),
        _together(seeker, candidate),
        _kind(seeker, candidate),
        _in_common(seeker, candidate),
    ]
    return tuple(reason for reason in found if reason is not None)


def _border(seeker: Seeker, candidate: Candidate) -> Reason | None:
    if candidate.county == "over":
        return Reason("county", ONE_AREA, f"Is the county council over {seeker.name}.")
    if candidate.county == "under":
        return Reason("county", ONE_AREA, f"Is a district of {seeker.name}.")
    if candidate.border is None:
        return None
    if candidate.border.land:
        return Reason("border", BORDERS, f"Borders {seeker.name} for {_km(candidate.border.land)}.")
    return Reason("water", FACES, f"Faces {seeker.name} across the water for {_km(candidate.border.water)}.")


def _km(tenths: int) -> str:
    return f"{tenths // 10:,}.{tenths % 10} kilometres"


def _distance(seeker: Seeker, candidate: Candidate) -> Reason | None:
    """Said of all whose place is known: beyond sixty miles it is worth nothing, and is still a fact to weigh."""
    if candidate.miles is None:
        return None
    miles = f"{candidate.miles} mile{'' if candidate.miles == 1 else 's'}"
    how_far = miles if candidate.miles else "less than a mile"
    points = max(NEAREST - candidate.miles // MILES_A_POINT, 0)
    return Reason("distance", points, f"Lies {how_far} from {seeker.name}, from middle to middle.")


def _sharing(seeker: Seeker, candidate: Candidate) -> Reason | None:
    if not candidate.sharing:
        return None
    return Reason("sharing", SHARES_IT, f"Already shares {seeker.service}, with others:", candidate.sharing)


def _together(seeker: Seeker, candidate: Candidate) -> Reason | None:
    if not candidate.together:
        return None
    count = len(candidate.together)
    what = "one other arrangement" if count == 1 else f"{count} other arrangements"
    return Reason("together", min(TOGETHER * count, MOST_TOGETHER), f"Works with {seeker.name} in {what}:", candidate.together)


def _kind(seeker: Seeker, candidate: Candidate) -> Reason | None:
    if not candidate.is_same_kind:
        return None
    return Reason("kind", SAME_KIND, f"Is of the same kind as {seeker.name}: {candidate.kind}.")


def _in_common(seeker: Seeker, candidate: Candidate) -> Reason | None:
    if not candidate.in_common:
        return None
    count = len(candidate.in_common)
    who = "one partner" if count == 1 else f"{count} partners"
    return Reason(
        "in-common", min(IN_COMMON * count, MOST_IN_COMMON), f"Has {who} in common with {seeker.name}:", candidate.in_common
    )


# For the page: what is looked at, and what it is worth.
POINTS = (
    ("It borders you over land, or is your county council or one of your districts", f"{BORDERS}"),
    ("It faces you over a river or an estuary only", f"{FACES}"),
    (
        "It lies near, measured between the middles of the two",
        f"{NEAREST}, less one for every {MILES_A_POINT} miles",
    ),
    ("It already shares the service, with others", f"{SHARES_IT}"),
    ("It works with you in other arrangements", f"{TOGETHER} for each, {MOST_TOGETHER} at most"),
    ("It is of the same kind", f"{SAME_KIND}"),
    ("The two of you have partners in common", f"{IN_COMMON} for each, {MOST_IN_COMMON} at most"),
)
