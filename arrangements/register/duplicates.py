"""Likely duplicates: arrangements that one about to be entered may well be, found by who shares what, when, and by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from arrangements.register.parties import Period, overlap

# Two partners in common are the rule; with names as like as this, one is enough, and so are two without a service in common.
MANY_IN_COMMON = 2
ALIKE = 0.55
MOST_OFFERED = 5
# Words of most arrangements' names, which tell none of them from another.
COMMON_WORDS = re.compile(
    "and|for|in|of|on|the|to|with|by|joint|jointly|shared?|sharing|services?|partnerships?|arrangement|councils?|borough"
    "|district|city|county"
)
PIECE = 3

# A council or body: its model's name and its key.
Party = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an arrangement is, as far as it can be told from another: its name, what is shared, by whom and when."""

    name: str
    category: int
    services: frozenset[int]
    period: Period
    parties: Mapping[Party, tuple[Period, ...]]

    def in_common(self, other: Sketch) -> set[Party]:
        """The parties that take part in both at the same time."""
        if not overlap(self.period, other.period):
            return set()
        return {
            party
            for party in self.parties.keys() & other.parties.keys()
            if any(
                overlap(_within(one, self.period), _within(two, other.period))
                for one in self.parties[party]
                for two in other.parties[party]
            )
        }


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two arrangements are: parties in common at the same time, names from 0 to 1, and what is shared."""

    parties: int
    names: float
    is_same_service: bool
    is_same_category: bool

    @property
    def is_likely(self) -> bool:
        """Whether a person should look before the second is entered."""
        is_same_group = self.is_same_service or self.is_same_category
        if is_same_group and self.parties >= MANY_IN_COMMON:
            return True
        return self.names >= ALIKE and (self.parties >= MANY_IN_COMMON or (is_same_group and self.parties > 0))

    @property
    def score(self) -> float:
        """The likelier, the larger."""
        return self.parties / (self.parties + 1) + self.names + 0.5 * self.is_same_service + 0.25 * self.is_same_category


def likeness(one: Sketch, other: Sketch) -> Likeness:
    """How like the two are."""
    return Likeness(
        len(one.in_common(other)),
        alike(one.name, other.name),
        bool(one.services & other.services),
        one.category == other.category,
    )


def alike(one: str, other: str) -> float:
    """How like two names are, from 0 to 1: the share of their words' pieces of three letters that both have."""
    pieces, others = _pieces(one), _pieces(other)
    return 2 * len(pieces & others) / (len(pieces) + len(others)) if pieces and others else 0.0


def _pieces(name: str) -> set[str]:
    words = re.findall(r"[a-z0-9]+", name.lower().replace("&", " and "))
    telling = [word for word in words if not COMMON_WORDS.fullmatch(word)] or words
    return {f" {word} "[at : at + PIECE] for word in telling for at in range(len(word) + 3 - PIECE)}


def _within(membership: Period, whole: Period) -> Period:
    """The days of a membership, where an empty start is the whole's and an empty end too."""
    return membership[0] or whole[0], membership[1] or whole[1]


def likely_duplicates(new: Sketch) -> list[tuple[Any, Likeness]]:
    """The arrangements in the register that the new one may well be, the likeliest first. Four queries."""
    found = []
    for row in _candidates(new):
        how = likeness(new, sketch_of(row))
        if how.is_likely:
            found.append((row, how))
    return sorted(found, key=lambda pair: -pair[1].score)[:MOST_OFFERED]


def _candidates(new: Sketch) -> Iterable[Any]:
    councils = [key for kind, key in new.parties if kind == "council"]
    bodies = [key for kind, key in new.parties if kind == "body"]
    arrangements = apps.get_model("arrangements", "Arrangement").objects
    return (
        arrangements.in_force_between(*new.period)
        .with_a_party_of(councils, bodies)
        .select_related("main_service")
        .prefetch_related("partnerships", "body_partnerships", "other_services")
    )


def sketch_of(row: Any) -> Sketch:
    """An arrangement of the register, whose parties and services are at hand."""
    parties: dict[Party, list[Period]] = {}
    for each in row.partnerships.all():
        parties.setdefault(("council", each.council_id), []).append((each.joined_on, each.left_on))
    for each in row.body_partnerships.all():
        parties.setdefault(("body", each.body_id), []).append((each.joined_on, each.left_on))
    return Sketch(
        name=row.name,
        category=row.main_service.category_id,
        services=frozenset({row.main_service_id, *(service.pk for service in row.other_services.all())}),
        period=(row.started_on, row.ended_on),
        parties={party: tuple(periods) for party, periods in parties.items()},
    )
