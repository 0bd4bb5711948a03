"""The map's three measures: what each counts, in words, and the classes it is coloured by.

The classes are the same for every year and category, so that two maps compare; their limits stand in the legend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arrangements.releases.by_council import Sharing
from sharedservices.common.money import headline_pounds

# How a hexagon is drawn: five strengths, and three that are told by their pattern.
STRENGTHS = ("class-1", "class-2", "class-3", "class-4", "class-5")
NOUGHT, BELOW, MISSING = "nought", "below", "missing"


@dataclass(frozen=True)
class Class:
    """A class of a measure: from `lowest` on, up to the next one. `style` is how it is drawn."""

    lowest: int
    label: str
    style: str


@dataclass(frozen=True)
class Measure:
    """What the map is coloured by: its word in the address, its name and unit, and its classes from the lowest up."""

    word: str
    label: str
    unit: str
    noun: tuple[str, str]  # one of them, several
    doing: tuple[str, str]  # what a council with any does, and what several do
    value: Callable[[Sharing], int | None]
    classes: Sequence[Class]
    missing: str

    def class_of(self, value: int | None) -> Class | None:
        """The class of a value; None where there is none."""
        if value is None:
            return None
        return next((each for each in reversed(self.classes) if each.lowest <= value), self.classes[0])

    def spoken(self, value: int | None) -> str:
        """A value as it is said of one council."""
        if value is None:
            return self.missing.lower()
        if self.word == SAVINGS:
            return f"{headline_pounds(value)} {self.noun[1]}"
        return f"{value:,} {self.noun[value != 1]}"


def _counted(limits: Sequence[int], none: str) -> list[Class]:
    """Classes of a count: none, and five that begin at the limits."""
    classes = [Class(0, none, NOUGHT)]
    for lowest, following, style in zip(limits, [*limits[1:], None], STRENGTHS, strict=True):
        if following is None:
            label = f"{lowest} or more"
        else:
            label = str(lowest) if lowest == following - 1 else f"{lowest} to {following - 1}"
        classes.append(Class(lowest, label, style))
    return classes


LESS_THAN_ANY = -(10**15)
IN_POUNDS = [
    Class(LESS_THAN_ANY, "Below £0: a net cost", BELOW),
    Class(0, "£0 to under £1 million", "class-1"),
    Class(1_000_000, "£1 million to under £2.5 million", "class-2"),
    Class(2_500_000, "£2.5 million to under £5 million", "class-3"),
    Class(5_000_000, "£5 million to under £10 million", "class-4"),
    Class(10_000_000, "£10 million or more", "class-5"),
]

SAVINGS = "savings"
MEASURES = [
    Measure(
        "arrangements",
        "Arrangements",
        "Number of arrangements that the council leads or is a partner in",
        ("arrangement", "arrangements"),
        ("takes part in an arrangement", "take part in an arrangement"),
        lambda sharing: sharing.arrangements,
        _counted([1, 2, 3, 4, 6], "None"),
        "Not in the release",
    ),
    Measure(
        "partners",
        "Partners",
        "Number of other councils that it shares an arrangement with",
        ("partner council", "partner councils"),
        ("shares with another", "share with another"),
        lambda sharing: len(sharing.partners),
        _counted([1, 4, 7, 10, 15], "None"),
        "Not in the release",
    ),
    Measure(
        SAVINGS,
        "Savings touching",
        "Pounds reported for the arrangements it touches: shared by all their partners, not its own",
        ("of savings touching it", "of savings touching it"),
        ("touches an arrangement with a reported figure", "touch an arrangement with a reported figure"),
        lambda sharing: sharing.saving,
        IN_POUNDS,
        "No figure",
    ),
]
