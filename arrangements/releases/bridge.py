"""The bridge between two releases: why reported savings moved, in parts that sum to the difference to the pound.

Three sets of frozen rows make it: the earlier release (A), what it had become when the later one was made (A'), and the
later one (B). From A to A' all movement is revised; from A' to B an arrangement is new, ended, like-for-like (a figure
in both) or status-changed (a figure in one). In a cut, joining or leaving it is new or ended. Between two revisions
of one year A' is B, so that all movement is revised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from arrangements.releases.figures import FIGURE, ArrangementRow, total


class Kind(StrEnum):
    """Why money moved."""

    REVISED = "revised"
    NEW = "new"
    ENDED = "ended"
    LIKE_FOR_LIKE = "like_for_like"
    STATUS_CHANGED = "status_changed"


LABELS = {
    Kind.REVISED: "Revised",
    Kind.NEW: "New arrangements",
    Kind.ENDED: "Ended arrangements",
    Kind.LIKE_FOR_LIKE: "Like-for-like",
    Kind.STATUS_CHANGED: "Figure in one year only",
}
MEANINGS = {
    Kind.REVISED: "Answers to the earlier year that were corrected after its release.",
    Kind.NEW: "Arrangements that operate in the later year and did not in the earlier, or joined what is looked at.",
    Kind.ENDED: "Arrangements that operated in the earlier year and don’t in the later, or left what is looked at.",
    Kind.LIKE_FOR_LIKE: "Arrangements with a figure in both years.",
    Kind.STATUS_CHANGED: "Arrangements that operate in both years and have a figure in one of them.",
}

Cut = Callable[[ArrangementRow], bool]


@dataclass(frozen=True, slots=True)
class Movement:
    """One arrangement's part: its amount before and after in whole pounds (None: no figure), and why it counts here."""

    reference: str
    before: int | None
    after: int | None
    reason: str

    @property
    def change(self) -> int:
        """What it adds to the total, or takes from it."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Part:
    """All movement of one kind."""

    kind: Kind
    movements: tuple[Movement, ...]

    @property
    def label(self) -> str:
        """Its name."""
        return LABELS[self.kind]

    @property
    def meaning(self) -> str:
        """Its definition in a sentence."""
        return MEANINGS[self.kind]

    @property
    def amount(self) -> int:
        """The sum of its movements in whole pounds."""
        return sum(movement.change for movement in self.movements)


@dataclass(frozen=True)
class Bridge:
    """From one total to another. `start` plus the parts' amounts is `end`."""

    start: int
    end: int
    parts: tuple[Part, ...]

    @property
    def change(self) -> int:
        """The whole difference in whole pounds."""
        return self.end - self.start


def everything(row: ArrangementRow) -> bool:
    """England: the cut that leaves nothing out."""
    return True


Frozen = Iterable[ArrangementRow]


def bridge(earlier: Frozen, became: Frozen, later: Frozen, cut: Cut = everything) -> Bridge:
    """The bridge from `earlier`, which `became` what the later one was made beside, to `later`, over the rows of the cut."""
    start, middle, end = ({row.reference: row for row in rows} for rows in (earlier, became, later))
    moved = [*_revised(start, middle, cut), *_from_year_to_year(middle, end, cut)]
    parts = tuple(Part(kind, tuple(each for of, each in moved if of == kind)) for kind in Kind)
    return Bridge(total(filter(cut, start.values())), total(filter(cut, end.values())), parts)


def _revised(before: dict[str, ArrangementRow], after: dict[str, ArrangementRow], cut: Cut) -> Iterator[tuple[Kind, Movement]]:
    """What became of the earlier year: amounts, outcomes, and arrangements found to belong or not."""
    for reference, old, new in _pairs(before, after):
        movement = Movement(reference, _amount(old, cut), _amount(new, cut), _why_revised(old, new, cut))
        if movement.before != movement.after:
            yield Kind.REVISED, movement


def _why_revised(old: ArrangementRow | None, new: ArrangementRow | None, cut: Cut) -> str:
    if old is None or new is None:
        return "Added to the earlier year" if old is None else "Taken out of the earlier year"
    if cut(old) != cut(new):
        return "Its parties or service were corrected"
    return "Amount corrected" if old.outcome == new.outcome else "Outcome corrected"


def _from_year_to_year(
    before: dict[str, ArrangementRow], after: dict[str, ArrangementRow], cut: Cut
) -> Iterator[tuple[Kind, Movement]]:
    for reference, old, new in _pairs(before, after):
        was, now = old is not None and cut(old), new is not None and cut(new)
        amounts = _amount(old, cut), _amount(new, cut)
        if amounts == (None, None):
            continue
        if was and now:
            kind = Kind.STATUS_CHANGED if None in amounts else Kind.LIKE_FOR_LIKE
            reason = "Figure in both years" if kind == Kind.LIKE_FOR_LIKE else "Figure in one year only"
        elif now:
            kind, reason = Kind.NEW, "Began" if old is None else "Operated before; its parties or service changed"
        else:
            kind, reason = Kind.ENDED, "Ended" if new is None else "Operates still; its parties or service changed"
        yield kind, Movement(reference, *amounts, reason)


def _pairs(
    before: dict[str, ArrangementRow], after: dict[str, ArrangementRow]
) -> Iterator[tuple[str, ArrangementRow | None, ArrangementRow | None]]:
    """Each arrangement of either side, by reference."""
    for reference in sorted(before.keys() | after.keys()):
        yield reference, before.get(reference), after.get(reference)


def _amount(row: ArrangementRow | None, cut: Cut) -> int | None:
    """Its amount, if it is of the cut and has a figure."""
    return row.amount if row is not None and row.outcome == FIGURE and cut(row) else None
