"""The plan of a reorganisation: all that would become of councils, partnerships and open returns. Nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from arrangements.register.handing_on import hand_on
from arrangements.register.wholes import Choice, Effect, Inheritance
from arrangements.returns.reorganising.facts import Facts
from arrangements.returns.reorganising.open_years import YearEffect, effect_on
from arrangements.returns.reorganising.related import FOLLOWING
from councils.models import Council
from sharedservices.common.periods import spelled


@dataclass(frozen=True)
class Plan:
    """What becomes of everything by these choices, by partnership; a part without one takes what is proposed for it."""

    facts: Facts
    choices: Mapping[int, Choice]

    @cached_property
    def effects(self) -> list[Effect]:
        """One for each arrangement concerned, in the order of their names."""
        facts = self.facts
        return [hand_on(whole, facts.handover, self.choices, facts.names) for whole in facts.wholes]

    @cached_property
    def years(self) -> list[YearEffect]:
        """One for each open year that is touched."""
        facts = self.facts
        follows = facts.handover.follows
        each = (effect_on(year, facts.standing, facts.hanging, self.effects, follows, facts.names) for year in facts.years)
        return [year for year in each if year.changes_anything()]

    @property
    def inherited(self) -> Iterator[Inheritance]:
        """Every part of a council that ends."""
        return (one for effect in self.effects for one in effect.inherited)

    def changes_anything(self) -> bool:
        """Whether anything is to be written."""
        succeeding = self.facts.succeeding
        return (
            any(council.pk is None for council in succeeding.following())
            or any(council.ended_on is None for council in succeeding.ending())
            or any(set(codes) - succeeding.recorded.get(code, frozenset()) for code, codes in succeeding.follows.items())
            or any(effect.changes_anything() for effect in self.effects)
            or bool(self.years)
        )

    def all_choices(self) -> dict[int, Choice]:
        """The choice for every part, proposals included: what somebody confirms who has seen the plan."""
        return {one.part.key: one.choice for one in self.inherited if one.part.key is not None}

    def refusals(self) -> list[str]:
        """Sentences on all that forbids it; the choices still open are among them."""
        return [
            *(fault.message for fault in self.facts.succeeding.faults()),
            *(f"{self._name(effect)}: {refusal.message}" for effect in self.effects for refusal in effect.refusals),
            *(
                f"{self._name(effect)}: {self.open_choice(one)}"
                for effect in self.effects
                for one in effect.inherited
                if one.is_open
            ),
            *self.refusals_of_returns(),
        ]

    def refusals_of_returns(self) -> list[str]:
        """What forbids it in the open years."""
        strangers = sorted({row.relation for year in self.years for row, _ in year.moves if row.relation not in FOLLOWING})
        return [
            *(refusal for year in self.years for refusal in year.refusals),
            *(
                f"Rows of {name} hang on returns that would change, and the register doesn't know how they follow."
                for name in strangers
            ),
        ]

    def open_choice(self, one: Inheritance) -> str:
        """The question that a part of a council with several successors puts."""
        names = self.facts.names
        followers = " and ".join(names[code] for code in self.facts.handover.follows[one.part.council])
        return f"{followers} follow {names[one.part.council]}. Choose which of them take its part on: one, several or none."

    def _name(self, effect: Effect) -> str:
        arrangement = self.facts.arrangements[effect.before.key]
        return f"{arrangement.reference} {arrangement}"

    @property
    def default_reason(self) -> str:
        """What the trail says of it unless somebody gives other words."""
        return f"Reorganisation on {spelled(self.facts.handover.first_day)}: {self.facts.succeeding.in_words()}"

    @cached_property
    def fingerprint(self) -> str:
        """Of all that the plan was made from, the choices apart: another one means that something has moved since."""
        facts = self.facts
        made_from = {
            "first_day": facts.handover.first_day,
            "follows": facts.handover.follows,
            "councils": {code: _told(council) for code, council in facts.succeeding.councils.items()},
            "recorded": {code: sorted(codes) for code, codes in facts.succeeding.recorded.items()},
            "districts": {code: [_told(each) for each in some] for code, some in facts.succeeding.districts.items()},
            "wholes": [asdict(each) for each in sorted(facts.wholes, key=lambda whole: whole.key)],
            "years": [asdict(each) for each in facts.years],
            "returns": [asdict(each) for each in facts.standing],
            "hanging": [asdict(each) for each in facts.hanging],
        }
        return hashlib.sha256(json.dumps(made_from, sort_keys=True, default=str).encode()).hexdigest()


def _told(council: Council) -> list[Any]:
    return [
        council.gss_code,
        council.name,
        council.short_name,
        council.kind,
        council.region_id,
        council.county_id,
        council.started_on,
        council.ended_on,
    ]
