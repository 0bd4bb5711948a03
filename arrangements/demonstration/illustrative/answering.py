"""Who returns what about the illustrative arrangements: states, outcomes and amounts of three years, met to the pound."""

import math
from datetime import date

from arrangements.demonstration.illustrative.amounts import change, first_guess, settled
from arrangements.demonstration.illustrative.answers import FIGURE, NOTE_OF_LOSS, NOTE_OF_NOTHING, NOTES, aims_behind, outcomes
from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft
from arrangements.demonstration.illustrative.reporting import (
    Answer,
    Lines,
    answered_lines,
    lines,
    open_questions,
    open_states,
)

ZEROS, LOSSES = 4, 4
SILENT_THOUGH_ILLUSTRATIVE = 3
# The saving of an arrangement's first year, beside that of a later one.
OF_A_FIRST_YEAR = 0.8
DAYS_OF_A_FIRST_YEAR = 366


class Answering:
    """The answers on three 31 Marches: the first two years are closed, the third is open.

    `silent` are, for each day, the councils whose return has not started, so that nothing is put in their mouths.
    """

    def __init__(
        self, atlas: Atlas, chance: Chance, drafts: list[Draft], categories: dict[str, str], silent: dict[date, set[str]]
    ) -> None:
        self._atlas = atlas
        self._chance = chance
        self._by_key = {draft.key: draft for draft in drafts}
        self._categories = categories
        self._silent = silent
        self._first, self._second, self._third = silent
        self._lines: dict[date, Lines] = {on: lines(drafts, on) for on in silent}
        self._scale: dict[str, float] = {}
        self._told = {draft.key: outcomes(draft, list(silent), chance) for draft in drafts}
        for draft in drafts:
            draft.aims = aims_behind(draft, self._told[draft.key], chance)
        self.states: dict[date, dict[str, str]] = {}
        self.answers: dict[date, dict[str, Answer]] = {}
        self.queries: list[dict[str, str]] = []

    def category(self, key: str) -> str:
        """The category that the arrangement's money counts under."""
        return self._categories[self._by_key[key].main_service]

    def close(self, first_totals: dict[str, int], second_totals: dict[str, int]) -> None:
        """Answer the first two years with these totals by category; the second first, the other looking back from it."""
        for on in (self._first, self._second):
            self.states[on] = self._closed_states(on)
        second = self._second_year(second_totals)
        first = self._first_year(first_totals, second)
        self.answers[self._first] = self._answer_all(self._first, first)
        self.answers[self._second] = self._answer_all(self._second, second)

    def open(self) -> None:
        """Answer part of the third year, in every state of a return, with some questions."""
        on, lines_of = self._third, self._lines[self._third]
        before = {key: amount for key, (_, amount, _) in self.answers[self._second].items() if amount is not None}
        steady = {key for key, amount in before.items() if amount > 20_000 and self._told[key].get(on) == FIGURE}
        asked = self._atlas.asked_on(on)
        states = open_states(asked, self._silent[on], lines_of, steady, self._chance)
        answers = {}
        for key in answered_lines(states, lines_of, self._chance):
            answers[key] = self._answer(self._told[key][on], self._next(key, before.get(key, 0)))
        about = [
            (gss, key) for gss in asked if states[gss] == "queried" for key in [key for key in lines_of[gss] if key in steady][:2]
        ]
        odd, self.queries = open_questions(about, before, answers, self._chance)
        self.states[on], self.answers[on] = states, answers | odd

    def _closed_states(self, on: date) -> dict[str, str]:
        """Accepted, but not started where the council has to be silent, and in a few more cases."""
        asked = self._atlas.asked_on(on)
        few = [gss for gss in asked if gss not in self._silent[on] and 1 <= len(self._lines[on][gss]) <= 2]
        silent = self._silent[on] | set(self._chance.sample(few, SILENT_THOUGH_ILLUSTRATIVE))
        return {gss: "not_started" if gss in silent else "accepted" for gss in asked}

    def _returned(self, on: date) -> list[str]:
        """The keys of every line on a return that was started."""
        return [key for gss, state in self.states[on].items() if state != "not_started" for key in self._lines[on][gss]]

    def _figures(self, on: date) -> list[str]:
        return [key for key in self._returned(on) if self._told[key][on] == FIGURE]

    def _second_year(self, totals: dict[str, int]) -> dict[str, int]:
        keys = self._figures(self._second)
        amounts = self._odd_ones(keys)
        for category, total in totals.items():
            mine = [key for key in keys if self.category(key) == category and key not in amounts]
            guesses = {key: self._guess(key, self._second) for key in mine}
            left = total - self._sum(amounts, category)
            self._scale[category] = left / math.fsum(guesses.values())
            amounts.update(settled(guesses, left, self._chance))
        return amounts

    def _first_year(self, totals: dict[str, int], later: dict[str, int]) -> dict[str, int]:
        keys = self._figures(self._first)
        amounts = self._odd_ones([key for key in keys if key not in later])
        growth = {key: change(self._chance) for key in keys if later.get(key, 0) > 0}
        amounts.update({key: later[key] for key, by in growth.items() if by == 1})
        for category, total in totals.items():
            guesses = {
                key: later[key] / growth[key] if key in growth else self._guess(key, self._first) * self._scale[category]
                for key in keys
                if self.category(key) == category and key not in amounts
            }
            left = total - self._sum(amounts, category)
            amounts.update(settled(guesses, left, self._chance))
        return amounts

    def _sum(self, amounts: dict[str, int], category: str) -> int:
        return sum(amount for key, amount in amounts.items() if self.category(key) == category)

    def _odd_ones(self, keys: list[str]) -> dict[str, int]:
        """A few zeros, and a few losses."""
        chosen = self._chance.sample(sorted(keys), ZEROS + LOSSES)
        losses = {key: -round(self._chance.between(8_000, 160_000)) for key in chosen[ZEROS:]}
        return dict.fromkeys(chosen[:ZEROS], 0) | losses

    def _guess(self, key: str, on: date) -> float:
        draft = self._by_key[key]
        young = draft.started is not None and (on - draft.started).days < DAYS_OF_A_FIRST_YEAR
        return first_guess(draft, self._atlas, self._chance) * (OF_A_FIRST_YEAR if young else 1)

    def _next(self, key: str, before: int) -> int:
        """The open year's amount, from the last or from nothing."""
        grown = before * change(self._chance) if before > 0 else None
        amount = grown or self._guess(key, self._third) * self._scale[self.category(key)]
        return round(amount) if self._chance.happens(0.5) else round(amount / 1_000) * 1_000

    def _answer_all(self, on: date, amounts: dict[str, int]) -> dict[str, Answer]:
        return {key: self._answer(self._told[key][on], amounts.get(key)) for key in self._returned(on)}

    def _answer(self, outcome: str, amount: int | None) -> Answer:
        if outcome != FIGURE or amount is None:
            return outcome, None, self._chance.pick(NOTES[outcome])
        note = self._chance.pick(NOTES[FIGURE]) if amount > 0 else NOTE_OF_LOSS if amount < 0 else NOTE_OF_NOTHING
        return outcome, amount, note
