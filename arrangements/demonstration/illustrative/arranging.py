"""All the illustrative arrangements, from the first group of councils to the successors of the last reorganisation."""

from collections.abc import Iterable
from datetime import date

from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.changes import (
    involve,
    some_change_hands,
    some_have_clients,
    some_join_and_leave,
    some_replace,
)
from arrangements.demonstration.illustrative.cohorts import COHORTS, ENDED, ENDING_IN_2014_15, LASTING, NEW
from arrangements.demonstration.illustrative.drafting import Drafter
from arrangements.demonstration.illustrative.drafts import Draft, involved
from arrangements.demonstration.illustrative.forming import Former
from arrangements.demonstration.illustrative.naming import name_all
from arrangements.demonstration.illustrative.reorganising import carry_over

# Councils in no arrangement: so many on both days, and so many more on either.
UNINVOLVED_IN_BOTH, UNINVOLVED_IN_ONE = 9, 5
REGIONS_WITH_FEW = {"london", "north-east"}


class Arranger:
    """Arranges the councils between two days: the last days of the two years that are published."""

    def __init__(self, atlas: Atlas, chance: Chance, real: list[Draft], first: date, second: date) -> None:
        self._atlas = atlas
        self._chance = chance
        self._real = real
        self._first, self._second = first, second

    def arrange(self, never_answering: set[str]) -> list[Draft]:
        """The drafts; no council in `never_answering` answers for one of them."""
        councils = set(self._atlas.asked_on(self._second))
        on_neither, not_on_second, not_on_first = self._uninvolved()
        usual = councils - {*on_neither, *not_on_second, *not_on_first}
        former = Former(self._atlas, self._chance, self._real)
        may_answer = councils - never_answering
        drafter = Drafter(self._atlas, self._chance, former, may_answer)
        seeds = {ENDED.name: not_on_second, NEW.name: not_on_first}
        drafts = {
            cohort.name: drafter.draft(cohort, among=usual | set(seeds.get(cohort.name, [])), seeds=seeds.get(cohort.name, []))
            for cohort in COHORTS
        }
        every = [draft for cohort in drafts.values() for draft in cohort]
        lasting = drafts[LASTING.name]
        some_join_and_leave(lasting, self._atlas, self._chance, joining=30, leaving=16)
        some_change_hands(lasting, self._chance, may_answer, count=6)
        for on, absent in [(self._first, not_on_first), (self._second, not_on_second)]:
            for council in sorted(councils - {*on_neither, *absent}):
                involve(council, lasting, self._real + every, on, self._atlas, former)
        some_have_clients(lasting, self._atlas, self._chance, former, among=usual, count=18, only=on_neither)
        self._end_some_in_the_open_year(lasting)
        self._pin_the_edges(drafts[ENDED.name], drafts[NEW.name])
        pairs = some_replace(drafts[NEW.name], drafts[ENDED.name], self._atlas, former, count=3)
        name_all(every, self._atlas)
        for later, earlier in pairs:
            later.replaces = [earlier.key]
        carry_over(every, self._atlas)
        return every

    def _uninvolved(self) -> tuple[list[str], list[str], list[str]]:
        """Councils in no arrangement on either day, on the second day alone, on the first day alone."""
        taken = involved(self._real, self._first) | involved(self._real, self._second)
        free = [
            gss for gss in self._atlas.asked_on(self._second) if gss not in taken and self._atlas.councils[gss].kind != "county"
        ]
        every = {self._atlas.region(gss) for gss in free}
        away = every - REGIONS_WITH_FEW
        not_on_second = self._choose(free, UNINVOLVED_IN_ONE, {r for r in away if (r,) in ENDED.quotas}, each=1)
        free = [gss for gss in free if gss not in not_on_second]
        not_on_first = self._choose(free, UNINVOLVED_IN_ONE, {r for r in away if (r,) in NEW.quotas}, each=1)
        free = [gss for gss in free if gss not in not_on_first]
        return self._choose(free, UNINVOLVED_IN_BOTH, every, each=2), not_on_second, not_on_first

    def _choose(self, free: list[str], count: int, regions: Iterable[str], *, each: int) -> list[str]:
        """So many councils of these regions, no more than `each` of one region."""
        chosen: list[str] = []
        for gss in self._chance.sample(free, len(free)):
            region = self._atlas.region(gss)
            of_region = sum(self._atlas.region(other) == region for other in chosen)
            if len(chosen) < count and region in regions and of_region < each:
                chosen.append(gss)
        return chosen

    def _end_some_in_the_open_year(self, lasting: list[Draft]) -> None:
        """The first of them on the second of the two days itself: it still operated in that year."""
        steady = [
            draft
            for draft in lasting
            if draft.started
            and draft.started.year < self._first.year - 1
            and draft.main_service != "ict"
            and all(part.joined is None and part.left is None for part in draft.parts)
        ]
        ending_days = (date(self._second.year, 6, 30), date(self._second.year + 1, 3, 30))
        for number, draft in enumerate(self._chance.sample(steady, ENDING_IN_2014_15)):
            draft.ended = self._chance.day(*ending_days) if number else self._second
            draft.end_reason = self._chance.pick(["brought_in_house", "dissolved", "expired"])

    def _pin_the_edges(self, ended: list[Draft], new: list[Draft]) -> None:
        """One arrangement ends on the first day itself, and one begins on the second."""
        ended[-1].ended = self._first
        new[0].started, new[0].precision = self._second, "day"
