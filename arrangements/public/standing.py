"""A council beside those of its kind and of its region: by how many arrangements they are in, and of what. Never by money.

Pure functions over the frozen rows of a release. Nobody is ranked: a group is told by its fewest, its middle and its most,
with how many councils it has; of fewer than five no middle is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from arrangements.releases.press.phrases import plural, share

FEWEST_FOR_A_MIDDLE = 5


@dataclass(frozen=True)
class Numbered:
    """A frozen council, as far as comparing needs it."""

    code: str
    kind: str
    region: str
    arrangements: int


@dataclass(frozen=True)
class Group:
    """The councils of one kind or region, the council itself included."""

    name: str
    numbers: tuple[int, ...]

    @property
    def middle(self) -> str:
        """The median in words; none of too few."""
        if len(self.numbers) < FEWEST_FOR_A_MIDDLE:
            return "Too few to say"
        return halves(Fraction(median(map(Fraction, self.numbers))))

    @property
    def fewest(self) -> int:
        """The least of them."""
        return min(self.numbers)

    @property
    def most(self) -> int:
        """The largest of them."""
        return max(self.numbers)

    @property
    def without(self) -> int:
        """How many are in none."""
        return self.numbers.count(0)

    def reading(self, number: int) -> str:
        """Where the council stands in it, without a rank."""
        others = len(self.numbers) - 1
        if not others:
            return f"There is no other council of {self.name} to stand beside."
        if len(self.numbers) < FEWEST_FOR_A_MIDDLE:
            return f"The {len(self.numbers)} councils of {self.name} are in {_between(self.fewest, self.most)}."
        middle = Fraction(median(map(Fraction, self.numbers)))
        where = "more than" if number > middle else "fewer than" if number < middle else "as many as"
        return (
            f"That is {where} the middle one of the {len(self.numbers)} councils of {self.name}, which is in"
            f" {halves(middle)}; they are in {_between(self.fewest, self.most)}."
        )


@dataclass(frozen=True)
class Share:
    """One category: how many of the council's arrangements, of those touching its region, and of those with its kind."""

    name: str
    slug: str
    own: int
    region: int
    kind: int


@dataclass(frozen=True)
class Mix:
    """All categories, and how many arrangements there are of each sort."""

    shares: tuple[Share, ...]
    own: int
    region: int
    kind: int

    @property
    def rows(self) -> list[dict[str, str]]:
        """For a table: each number with its share, the council's own first."""
        return [
            {
                "name": each.name,
                "slug": each.slug,
                "own": _part(each.own, self.own),
                "region": _part(each.region, self.region),
                "kind": _part(each.kind, self.kind),
            }
            for each in sorted(self.shares, key=lambda each: (-each.own, -each.region, each.name))
        ]


def _part(number: int, whole: int) -> str:
    return f"{number:,} ({share(number, whole)})" if number else "0"


def groups_of(code: str, councils: Sequence[Numbered], kind_name: str, region_name: str) -> tuple[int, list[Group]]:
    """The council's own number, and its kind and its region; no groups where the release doesn't have it."""
    own = next((each for each in councils if each.code == code), None)
    if own is None:
        return 0, []
    return own.arrangements, [
        Group(f"its kind ({kind_name})", tuple(each.arrangements for each in councils if each.kind == own.kind)),
        Group(region_name, tuple(each.arrangements for each in councils if each.region == own.region)),
    ]


def mix_of(shares: Sequence[Share]) -> Mix:
    """With the totals over the categories; an arrangement has one category, so that nothing counts twice."""
    return Mix(
        tuple(shares), sum(each.own for each in shares), sum(each.region for each in shares), sum(each.kind for each in shares)
    )


def halves(number: Fraction) -> str:
    """A median as people read it: 4, or 4.5."""
    return f"{int(number)}" if number.denominator == 1 else f"{float(number):.1f}"


def _between(fewest: int, most: int) -> str:
    if fewest == most:
        return f"{most:,} {plural(most, 'arrangement')} each"
    return f"{fewest:,} to {most:,} arrangements"
