"""What is answered about a filtered list of frozen arrangements: pure functions from its rows to sentences and quotes.

A list has no arrangement twice, so no pound counts twice. A change is given only where both years have a figure, and with
the number of figures on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from arrangements.releases.press.phrases import (
    after_sharing,
    count,
    listed,
    lower_first,
    money,
    plural,
    rate,
    the_region,
    upper_first,
)
from arrangements.releases.press.quotes import Quote, of_pounds, of_rows
from sharedservices.common.money import headline_pounds, pounds

FIGURE = "figure"
# Filters by what was reported: two lists chosen so don't tell how anything moved.
BY_RESULT = ("outcome", "saving_min", "saving_max")


@dataclass(frozen=True)
class Listed:
    """The rows of a list in one release: outcome and amount by reference."""

    release: str
    year: str
    rows: Mapping[str, tuple[str, int | None]]

    @property
    def figures(self) -> dict[str, int]:
        """The amounts that were reported."""
        return {
            reference: amount for reference, (outcome, amount) in self.rows.items() if outcome == FIGURE and amount is not None
        }

    @property
    def total(self) -> int:
        """What they come to."""
        return sum(self.figures.values())

    def left_out(self, outcomes: Mapping[str, str]) -> str:
        """How many gave each outcome that isn't a figure."""
        found = Counter(outcome for outcome, _ in self.rows.values() if outcome != FIGURE)
        return listed([f"{found[code]:,} {lower_first(name)}" for code, name in outcomes.items() if found[code]])


def answer_to(described: str, now: Listed, before: Listed | None, outcomes: Mapping[str, str], *, comparable: bool) -> str:
    """Sentences that answer: how many there were, what they saved, what is left out, and whether that is more than before."""
    number = len(now.rows)
    if not number:
        return f"No arrangement{described} operated in {now.year}."
    said = [
        upper_first(f"{count(number)} {plural(number, 'arrangement')}{described} operated in {now.year}."),
        _saved(now, outcomes),
    ]
    if before is None:
        return " ".join([*said, f"{now.year} isn’t compared with an earlier year."])
    return " ".join(
        [
            *said,
            _moved(now, before, outcomes) if comparable else "No change is given of a list that is chosen by what was reported.",
        ]
    )


def _saved(listed_rows: Listed, outcomes: Mapping[str, str]) -> str:
    number, figures, left_out = len(listed_rows.rows), len(listed_rows.figures), listed_rows.left_out(outcomes)
    them = "it" if number == 1 else "them"
    if not figures:
        return f"No saving in pounds was reported for {them if number == 1 else f'any of {them}'}: {left_out}."
    for_whom = them if number == 1 else f"all {number:,} of them" if figures == number else f"{count(figures)} of them"
    rest = f"; left out, by outcome: {left_out}" if left_out else ""
    return f"Councils reported {_savings(listed_rows.total)} for {for_whom}{rest}."


def _savings(total: int) -> str:
    return f"savings of {headline_pounds(total)}" if total >= 0 else f"a cost of {headline_pounds(-total)}, not a saving,"


def _moved(now: Listed, before: Listed, outcomes: Mapping[str, str]) -> str:
    number, figures = len(before.rows), len(before.figures)
    if not number:
        return f"In {before.year} there was none to compare with."
    there = f"one arrangement in {before.year}" if number == 1 else f"{number:,} arrangements in {before.year}"
    if not figures or not now.figures:
        had = f"a figure for {count(figures)} of the {there}" if figures else f"no figure for the {there}"
        left_out = f" ({before.left_out(outcomes)})" if not figures else f", {money(before.total)} in all"
        return f"There was {had}{left_out}, so no change is given."
    base = f"{money(before.total)}, from {count(figures)} of {there}"
    change = now.total - before.total
    if not change:
        moved = f"That is the same as {base}"
    else:
        speed = rate(now.total, before.total)
        size = headline_pounds(abs(change)) + (f" ({speed})" if speed else "")
        moved = f"That is {size} {'more' if change > 0 else 'less'} than {base}"
    same = now.figures.keys() == before.figures.keys()
    return f"{moved}." if same else f"{moved}; the two years’ figures are not of the same arrangements."


def quotes_of(below: str, described: str, now: Listed, before: Listed | None) -> list[Quote]:
    """The rows and the pounds of the list, and of the same list of the earlier release."""
    quotes = []
    for each in (now, before):
        if each is not None:
            quotes.append(of_rows(each.release, below, f"Arrangements{described}, {each.year}", len(each.rows)))
            if each.figures:
                quotes.append(
                    of_pounds(each.release, below, f"Reported savings of arrangements{described}, {each.year}", each.total)
                )
    return quotes


def _any_of(values: Iterable[Any], named: Callable[[str], str] = str) -> str:
    """Any of the values, objects by their short names, codes as words."""
    return " or ".join(named(str(getattr(value, "short_name", value)).replace("_", " ")) for value in values)


# How each filter is said after “arrangements”; in the order in which they are said.
SAID: dict[str, Callable[[Any], str]] = {
    "service": lambda chosen: f"sharing {_any_of(chosen, after_sharing)}",
    "category": lambda chosen: f"in the category {_any_of(chosen, lower_first)}",
    "county": lambda chosen: f"in {_any_of(chosen, lambda name: 'no county' if name == 'none' else name)}",
    "region": lambda chosen: f"touching {_any_of(chosen, the_region)}",
    "regions": lambda chosen: "touching more than one region",
    "council": lambda chosen: f"with {_any_of(chosen)}",
    "role": lambda chosen: f"with a council in the role {_any_of(chosen)}",
    "partner_kind": lambda chosen: f"with a partner of the kind {_any_of(chosen)}",
    "governance": lambda chosen: f"with the governance form {_any_of(chosen)}",
    "outcome": lambda chosen: f"with the outcome {_any_of(chosen)}",
    "saving_min": lambda chosen: f"with a saving of {pounds(chosen)} or more",
    "saving_max": lambda chosen: f"with a saving of {pounds(chosen)} or less",
    "q": lambda chosen: f"found by “{chosen}”",
}


def described_by(chosen: Mapping[str, Any]) -> str:
    """What was chosen, to stand after “arrangements”: sharing ICT in Kent. Empty for all of them."""
    said = [say(chosen[name]) for name, say in SAID.items() if chosen.get(name) not in (None, "", [])]
    return f" {' '.join(said)}" if said else ""
