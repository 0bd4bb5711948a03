"""What a change of answers would do to a year's figures: all that are held, whatever the state of their returns.

A release counts answers on accepted returns alone. Before that, this is how the figures stand, and how they would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from arrangements.register.models import Arrangement, BodyPartnership, Partnership, ServiceCategory
from arrangements.releases.figures import ArrangementRow, Figure, Rows, compute
from arrangements.releases.vocabulary import Unit
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import NOT_RETURNED, RELEASED_OUTCOMES
from councils.models import Region
from sharedservices.common.money import MINUS, pounds

# Outcome and amount by arrangement: what would be answered.
Answers = Mapping[int, tuple[str, int | None]]
NO_ANSWER = (NOT_RETURNED, None)
HEADLINE, FIRST_CATEGORY = "savings-total", "savings-category:back-office"
OF_REGIONS = ("savings-region", "arrangements-region", "arrangements-in-more-than-one-region")


@dataclass(frozen=True)
class Moved:
    """One figure that the change moves."""

    key: str
    measure: str
    label: str
    now: str
    then: str
    difference: str

    def as_list(self) -> list[str]:
        """To be kept as JSON."""
        return [self.key, self.measure, self.label, self.now, self.then, self.difference]


@dataclass(frozen=True)
class Effect:
    """All figures that a change of answers moves, in the order in which figures are shown."""

    moved: list[Moved]

    @property
    def sentence(self) -> str:
        """The national total, back office, and how many regional figures change."""
        if not self.moved:
            return "No figure changes."
        by_key = {each.key: each for each in self.moved}
        parts = []
        if total := by_key.get(HEADLINE):
            parts.append(f"Reported savings from {total.now} to {total.then}")
        else:
            parts.append("Reported savings stay as they are")
        if office := by_key.get(FIRST_CATEGORY):
            parts.append(f"back office from {office.now} to {office.then}")
        regional = sum(each.measure in OF_REGIONS for each in self.moved)
        parts.append(f"{regional or 'no'} regional figure{'s change' if regional > 1 else ' changes'}")
        return "; ".join(parts) + "."

    def as_list(self) -> list[list[str]]:
        """To be kept as JSON."""
        return [each.as_list() for each in self.moved]

    @classmethod
    def from_list(cls, kept: Iterable[Iterable[str]]) -> Self:
        """What `as_list` gave."""
        return cls([Moved(*each) for each in kept])


def effect_of(year: FinancialYear, answers: Answers) -> Effect:
    """How the figures over all answers held would move if these were stored. Six queries."""
    held = _Held(year)
    before, after = compute(held.rows({})), compute(held.rows(answers))
    return Effect([_moved(one, other) for one, other in zip(before, after, strict=True) if one.value != other.value])


def figures_held(year: FinancialYear) -> list[Figure]:
    """The figures over all answers held now."""
    return compute(_Held(year).rows({}))


class _Held:
    """The year's operating arrangements with the answers held, read once."""

    def __init__(self, year: FinancialYear) -> None:
        day = year.ends_on
        self.year = year
        self._arrangements = list(
            Arrangement.objects.operating_in(year)
            .order_by("reference")
            .values_list("pk", "reference", "main_service__category__slug")
        )
        self._codes: dict[int, list[str]] = defaultdict(list)
        self._regions: dict[int, set[str]] = defaultdict(set)
        involved = Partnership.objects.involved_on(day).order_by("council__gss_code")
        for pk, code, region in involved.values_list("arrangement_id", "council__gss_code", "council__region__slug"):
            self._codes[pk].append(code)
            self._regions[pk].add(region)
        bodies = BodyPartnership.objects.in_force_on(day).order_by()
        self._with_bodies = set(bodies.values_list("arrangement_id", flat=True))
        savings = ReportedSaving.objects.filter(year=year).order_by()
        self._answers = {
            pk: (outcome, amount) for pk, outcome, amount in savings.values_list("arrangement_id", "outcome", "amount")
        }
        self._categories = dict(ServiceCategory.objects.order_by("name").values_list("slug", "name"))
        self._region_names = dict(Region.objects.order_by("name").values_list("slug", "name"))

    def rows(self, answers: Answers) -> Rows:
        """What the figures are made of, with these answers in place of those held."""
        stand = {**self._answers, **answers}
        return Rows(
            release="",
            year=str(self.year),
            arrangements=tuple(
                self._row(pk, reference, category, *stand.get(pk, NO_ANSWER)) for pk, reference, category in self._arrangements
            ),
            councils=(),
            categories=self._categories,
            regions=self._region_names,
            outcomes=dict(RELEASED_OUTCOMES),
        )

    def _row(self, pk: int, reference: str, category: str, outcome: str, amount: int | None) -> ArrangementRow:
        return ArrangementRow(
            reference=reference,
            outcome=outcome,
            amount=amount,
            category=category,
            regions=tuple(sorted(self._regions[pk])),
            involved=tuple(self._codes[pk]),
            has_bodies=pk in self._with_bodies,
        )


def _moved(before: Figure, after: Figure) -> Moved:
    then, now = after.value or 0, before.value or 0
    shown = before.display, after.display
    if before.unit == Unit.POUNDS and before.display == after.display:
        shown = pounds(now), pounds(then)  # less than headlines tell apart
    return Moved(before.key, before.measure, before.label, shown[0], shown[1], _difference(then - now, before.unit))


def _difference(size: int, unit: str) -> str:
    """A change with its sign, in the unit's own words."""
    sign = MINUS if size < 0 else "+"
    if unit == Unit.POUNDS:
        return f"{sign}{pounds(abs(size))}"
    if unit == Unit.RANK:
        return f"{abs(size)} place{'' if abs(size) == 1 else 's'} {'up' if size < 0 else 'down'}"
    return f"{sign}{abs(size):,}{' points' if unit == Unit.PER_CENT else ''}"
