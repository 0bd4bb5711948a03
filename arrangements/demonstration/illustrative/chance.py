"""Chance that gives the same answers on every machine: a seeded generator and what is drawn with it.

Sums are exact (`fsum`), since the plain sum of floats differs between versions of Python.
"""

import math
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

Thing = TypeVar("Thing")


class Chance:
    """A seeded source of choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - for illustration, not for secrets

    def happens(self, probability: float) -> bool:
        """True that often."""
        return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        """A number between the two."""
        return low + (high - low) * self._random.random()

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of them, each as likely."""
        return things[int(self._random.random() * len(things))]

    def weighed(self, weights: Mapping[Thing, float]) -> Thing:
        """One of the keys, by weight."""
        target = self._random.random() * math.fsum(weights.values())
        for thing, weight in weights.items():
            target -= weight
            if target < 0:
                return thing
        return next(reversed(list(weights)))

    def sample(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """So many of them, or all if there are fewer, in the order drawn."""
        left = list(things)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(min(count, len(left)))]

    def bell(self) -> float:
        """A draw from (very nearly) the normal distribution: mean 0, standard deviation 1."""
        return math.fsum(self._random.random() for _ in range(12)) - 6

    def day(self, first: date, last: date) -> date:
        """A day from the first to the last, both included."""
        return first + timedelta(days=int(self._random.random() * ((last - first).days + 1)))
