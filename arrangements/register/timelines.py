"""Several claims to a part in an arrangement, made into one part at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from arrangements.register.vocabulary import ROLES_BY_STRENGTH, Role

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Claim:
    """To take part in a role, and to answer, from one day to another; both count, and an empty end is open.

    Without a role it is a claim to answer only, for as long as others make the council take part.
    """

    start: date
    end: date | None
    role: str = ""
    answers: bool = False

    def holds_on(self, day: date) -> bool:
        """Both ends count."""
        return self.start <= day and (self.end is None or day <= self.end)


def one_at_a_time(claims: Iterable[Claim]) -> list[Claim]:
    """One part on each day that anything is claimed: the strongest role; answering if any claim does, and it is no client."""
    held = [claim for claim in claims if claim.end is None or claim.start <= claim.end]
    days = sorted({claim.start for claim in held} | {after for claim in held if (after := day_after(claim.end))})
    pieces: list[Claim] = []
    for day, next_day in zip(days, [*days, None][1:], strict=True):
        here = [claim for claim in held if claim.holds_on(day)]
        roles = [claim.role for claim in here if claim.role]
        if not roles:
            continue
        role = max(roles, key=ROLES_BY_STRENGTH.index)
        answers = role != Role.CLIENT and any(claim.answers for claim in here)
        piece = Claim(day, next_day - A_DAY if next_day else None, role, answers)
        if pieces and day_after(pieces[-1].end) == day and (pieces[-1].role, pieces[-1].answers) == (role, answers):
            pieces[-1] = replace(pieces[-1], end=piece.end)
        else:
            pieces.append(piece)
    return pieces


def day_after(day: date | None) -> date | None:
    """None after an open end, and after the last day that there is."""
    return None if day is None or day == date.max else day + A_DAY
