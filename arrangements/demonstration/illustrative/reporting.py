"""Returns and their states, the corrections of a published year, and the questions analysts ask."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from arrangements.demonstration.illustrative.answers import FIGURE, NOT_CALCULATED
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft, operating

Lines = dict[str, list[str]]
# (outcome, amount, note) of one line.
Answer = tuple[str, int | None, str]

MILLION = 1_000_000
ANALYST = "analyst"
# The rules that raise a question, and the question. An analyst's own question has no rule.
QUESTIONS = {
    "same-as-last-year": "The amount equals last year's to the pound. Is it this year's saving?",
    "three-times": "The amount is more than three times last year's. What changed, or is it for several years?",
    "a-third": "The amount is less than a third of last year's. Is it for the whole arrangement?",
    "round-million": "The amount is a round number of millions. Is it an outturn, or the target?",
    ANALYST: "Does the figure take off the cost of leaving the former contract?",
}
STATES_OF_AN_OPEN_YEAR = {"queried": 12, "in_progress": 40, "accepted": 60, "submitted": 70}


def lines(drafts: Iterable[Draft], on: date) -> Lines:
    """The keys of the arrangements that each council answers for on the day."""
    answered: Lines = defaultdict(list)
    for draft in operating(drafts, on):
        answered[draft.answering_on(on)].append(draft.key)
    return answered


def open_states(asked: list[str], silent: set[str], lines_of: Lines, figures: set[str], chance: Chance) -> dict[str, str]:
    """A state for each council asked in a year whose collection is open; silent ones have not started."""
    states = dict.fromkeys(asked, "not_started")
    free = [gss for gss in asked if gss not in silent]
    half_done = [gss for gss in free if len(lines_of[gss]) > 1]
    questionable = [gss for gss in free if figures & set(lines_of[gss])]
    for state, of in [("in_progress", half_done), ("queried", questionable), ("accepted", free), ("submitted", free)]:
        fitting = [gss for gss in of if states[gss] == "not_started"]
        states.update(dict.fromkeys(chance.sample(fitting, STATES_OF_AN_OPEN_YEAR[state]), state))
    return states


def answered_lines(states: dict[str, str], lines_of: Lines, chance: Chance) -> list[str]:
    """The keys that have an answer: all of a return that was submitted, some but not all of one in progress."""
    keys: list[str] = []
    for gss, state in states.items():
        if state == "in_progress":
            keys += chance.sample(lines_of[gss], 1 + int(chance.between(0, len(lines_of[gss]) - 1)))
        elif state != "not_started":
            keys += lines_of[gss]
    return keys


def corrections(revised: dict[str, Answer], by: int, pairs: set[str], chance: Chance) -> dict[str, tuple[Answer, str]]:
    """What the first revision said of a few lines (before, and the note of the correction), `by` pounds more in all.

    `revised` are the answers as they stand now; `pairs` the keys of arrangements of two councils.
    """
    amounts = {key: amount for key, (outcome, amount, _) in revised.items() if outcome == FIGURE and amount}

    def one(low: int, high: int, among: Iterable[str]) -> str:
        fitting = sorted(key for key in among if key in amounts and low <= amounts[key] <= high and key not in before)
        return chance.pick(fitting)

    before: dict[str, tuple[Answer, str]] = {}
    left = by

    def was(key: str, outcome: str, amount: int | None, note: str) -> None:
        nonlocal left
        before[key] = ((outcome, amount, "" if amount else "Not yet worked out by the partners."), note)
        left -= (amount or 0) - amounts.get(key, 0)

    key = one(1_100_000, 1_500_000, amounts)
    was(key, FIGURE, amounts[key] * 2, "The first figure was for two years together; this is 2012/13 alone.")
    key = one(600_000, 900_000, pairs)
    was(key, FIGURE, amounts[key] * 2, "Both partners had counted the same saving; it is now counted once.")
    key = one(40_000, 70_000, amounts)
    was(key, FIGURE, amounts[key] * 10, "A nought too many had been typed.")
    key = chance.pick(sorted(key for key, (outcome, _, _) in revised.items() if outcome == NOT_CALCULATED))
    was(key, FIGURE, 240_000, "The partners withdrew the figure: it rested on no baseline.")
    key = one(150_000, 300_000, amounts)
    was(key, NOT_CALCULATED, None, "A figure that came after the first publication.")
    key = one(left, 3 * left, amounts)
    was(key, FIGURE, amounts[key] + left, "A one-off capital receipt is left out.")
    return before


def open_questions(
    asked_about: list[tuple[str, str]], before: dict[str, int], now: dict[str, Answer], chance: Chance
) -> tuple[dict[str, Answer], list[dict[str, str]]]:
    """For each (council, key) an odd figure in the open year, and the question it raises.

    `before` are last year's amounts. Returns the answers to put in place of those in `now`, and the rows of queries.
    """
    odd: dict[str, Answer] = {}
    rows = []
    asked: Counter[str] = Counter()
    for gss, key in asked_about:
        last, (_, amount, note) = before[key], now[key]
        rule = min(_rules_for(last), key=lambda rule: asked[rule])
        asked[rule] += 1
        if rule == "same-as-last-year":
            amount = last
        elif rule == "three-times":
            amount = round(last * chance.between(3.2, 4.8))
        elif rule == "a-third":
            amount = round(last * chance.between(0.12, 0.3))
        elif rule == "round-million":
            amount = max(1, round(last / MILLION)) * MILLION
        odd[key] = (FIGURE, amount, note)
        named = "" if rule == ANALYST else rule
        rows.append({"gss_code": gss, "key": key, "year": "2014-15", "rule": named, "text": QUESTIONS[rule]})
    return odd, rows


def _rules_for(last: int) -> list[str]:
    """The rules that last year's amount leaves room to break believably; the first named where several are as rare."""
    large = ["round-million"] if last > 0.7 * MILLION else []
    small = ["three-times"] if last < 0.6 * MILLION else []
    return [*large, *small, "same-as-last-year", "a-third", ANALYST]
