"""The checks of an answer: one function a rule, pure, over a `Subject` that holds all a rule may look at.

A hard rule can't be overridden. A soft one doubts the answer: it is stored once a reason is given, which becomes a query
for an analyst to judge. Sources: the returns of 2013/14 and the faults found in published series (a total to date
given as one year's saving, thousands taken for pounds, a plan taken for an outturn).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import exp, log

from arrangements.register.vocabulary import Aim
from arrangements.returns.vocabulary import AMOUNT_GOES_WITH_A_FIGURE, Outcome
from sharedservices.common.money import MILLION, MINUS, pounds, tenths_of_a_per_cent
from sharedservices.common.periods import spelled

A_THOUSAND = 1_000
# A slip of a thousand is seen within a factor of two on either side.
NEAR_A_THOUSAND = (500, 2_000)
THREE = 3
# Beyond so many spreads from the median a change is unusual (Iglewicz and Hoaglin's 3.5 for the median absolute deviation).
UNUSUAL = 3.5
# With fewer to compare with, nothing is called unusual.
FEWEST = 20
# A change of a quarter, up or down, is never unusual, however still the others stood or wherever they went.
A_QUARTER = log(1.25)
# Makes the median absolute deviation of normal values their standard deviation.
AS_STANDARD_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class Past:
    """What was answered for an earlier year in which the arrangement operated and was asked about; None: nothing."""

    year: str
    outcome: str | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class Twin:
    """Another operating arrangement of the same service among the same councils, with a figure for the year."""

    reference: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Answering:
    """The council that answers for the arrangement on 31 March, and how its return stands."""

    name: str
    started_on: date | None
    ended_on: date | None
    successors: tuple[str, ...]
    return_state: str | None  # its label in small letters; None where there is no return
    is_open: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """One answer with its arrangement, its year, its past and its like. Amounts in whole pounds."""

    reference: str
    name: str
    year: str
    year_ends_on: date
    outcome: str
    amount: int | None
    note: str
    aims: tuple[str, ...]
    started_on: date | None
    ended_on: date | None
    answering: Answering | None
    past: tuple[Past, ...] = ()  # the latest first
    twins: tuple[Twin, ...] = ()

    @property
    def last(self) -> Past | None:
        """The year before, if the arrangement was asked about then."""
        return self.past[0] if self.past else None

    @property
    def last_amount(self) -> int | None:
        """Last year's amount, if it was a figure."""
        return self.last.amount if self.last else None


@dataclass(frozen=True, slots=True)
class Usual:
    """What figures usually are: of so many of them, the median and the deviation of half of them from it, in logarithms.

    Medians both, so that a monstrous figure among them moves neither.
    """

    change: float = 0.0  # of the ratio of an amount to the year before's
    change_deviation: float = 0.0
    changes: int = 0
    size: float = 0.0  # of an amount
    size_deviation: float = 0.0
    sizes: int = 0


NOT_KNOWN = Usual()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of an answer. `suggestion` is an amount that may have been meant, in whole pounds."""

    rule: str
    is_hard: bool
    field: str
    message: str
    suggestion: int | None = None


Check = Callable[[Subject, Usual], Finding | None]
HARD: list[Check] = []
SOFT: list[Check] = []


def findings(subject: Subject, usual: Usual = NOT_KNOWN) -> list[Finding]:
    """What the rules say: the hard ones; if none speaks, the soft ones."""
    return faults(subject) or doubts(subject, usual)


def faults(subject: Subject) -> list[Finding]:
    """What the hard rules say."""
    return [found for check in HARD if (found := check(subject, NOT_KNOWN))]


def doubts(subject: Subject, usual: Usual = NOT_KNOWN) -> list[Finding]:
    """What the soft rules say; of those that doubt the size of the amount, the gravest alone."""
    doubted = [found for check in SOFT if (found := check(subject, usual))]
    sizes = [found for found in doubted if found.rule in BY_SIZE]
    return [found for found in doubted if found not in sizes[1:]]


def names() -> dict[str, bool]:
    """Every rule by name, and whether it is hard."""
    return {check.__name__.replace("_", "-"): check in HARD for check in [*HARD, *SOFT]}


def _rule(checks: list[Check], field: str) -> Callable[[Callable[[Subject, Usual], str | tuple[str, int] | None]], Check]:
    """Decorator: a function that gives a sentence (and an amount that may have been meant) becomes a rule of that name."""

    def make(judge: Callable[[Subject, Usual], str | tuple[str, int] | None]) -> Check:
        def check(subject: Subject, usual: Usual) -> Finding | None:
            said = judge(subject, usual)
            if said is None:
                return None
            message, suggestion = said if isinstance(said, tuple) else (said, None)
            return Finding(judge.__name__.replace("_", "-"), checks is HARD, field, message, suggestion)

        check.__name__, check.__doc__ = judge.__name__, judge.__doc__
        checks.append(check)
        return check

    return make


# Hard: the answer can't stand


@_rule(HARD, "outcome")
def ended_or_not_begun(subject: Subject, usual: Usual) -> str | None:
    """Only an arrangement in force on 31 March is answered for."""
    day = subject.year_ends_on
    if subject.started_on is None:
        return f"{subject.reference} has no start date in the register, so it isn't operating. Give it one first."
    if subject.ended_on and subject.ended_on < day:
        return (
            f"{subject.reference} ended on {spelled(subject.ended_on)}, before {spelled(day)}: it has no line for {subject.year}."
            " If it went on, correct its end in the register."
        )
    if subject.started_on > day:
        begun = spelled(subject.started_on)
        return f"{subject.reference} began on {begun}, after {spelled(day)}: it has no line for {subject.year}."
    return None


@_rule(HARD, "outcome")
def nobody_asked(subject: Subject, usual: Usual) -> str | None:
    """A council in force on 31 March, with a return, answers for the line."""
    who, day = subject.answering, subject.year_ends_on
    if who is None:
        return (
            f"No council answers for {subject.reference} on {spelled(day)}."
            " Tick “answers” on one of its partnerships in the register."
        )
    if who.ended_on and who.ended_on < day:
        return f"{who.name} ended on {spelled(who.ended_on)} and can't report for {subject.year}.{_followed(who)}"
    if who.started_on and who.started_on > day:
        return f"{who.name} began on {spelled(who.started_on)} and can't report for {subject.year}."
    if who.return_state is None:
        return f"{who.name} has no return for {subject.year}. Open the year's collection, which makes one for each council asked."
    return None


@_rule(HARD, "outcome")
def return_not_open(subject: Subject, usual: Usual) -> str | None:
    """A submitted or accepted return is reopened before an answer changes."""
    who = subject.answering
    if who is None or who.return_state is None or who.is_open:
        return None
    return f"The return of {who.name} for {subject.year} is {who.return_state}. Reopen it to change an answer."


@_rule(HARD, "amount")
def amount_goes_with_a_figure(subject: Subject, usual: Usual) -> str | None:
    """An amount if and only if the outcome is a figure."""
    return None if (subject.outcome == Outcome.FIGURE) == (subject.amount is not None) else AMOUNT_GOES_WITH_A_FIGURE


@_rule(HARD, "note")
def source_missing(subject: Subject, usual: Usual) -> str | None:
    """A figure names its source; any other outcome says why."""
    if subject.note.strip():
        return None
    if subject.outcome == Outcome.FIGURE:
        return "Say where the figure comes from, such as “Council return, e-mail of 3 March”."
    return "Say in a line why there is no figure."


# Soft: about the size of the amount, the gravest first


@_rule(SOFT, "amount")
def thousand_fold(subject: Subject, usual: Usual) -> tuple[str, int] | None:
    """Thousands taken for pounds, or pounds for thousands, beside last year's amount."""
    amount, last = subject.amount, subject.last_amount
    if not amount or not last:
        return None
    low, high = NEAR_A_THOUSAND
    if low * abs(amount) <= abs(last) <= high * abs(amount):
        meant = amount * A_THOUSAND
        return f"{pounds(amount)} is about a thousandth of last year’s {pounds(last)}. Did you mean {pounds(meant)}?", meant
    if low * abs(last) <= abs(amount) <= high * abs(last):
        meant = _whole(amount, A_THOUSAND)
        return f"{pounds(amount)} is about a thousand times last year’s {pounds(last)}. Did you mean {pounds(meant)}?", meant
    return None


@_rule(SOFT, "amount")
def under_a_thousand(subject: Subject, usual: Usual) -> tuple[str, int] | None:
    """A first amount below a thousand pounds was perhaps meant in thousands."""
    amount = subject.amount
    if not amount or subject.last_amount or abs(amount) >= A_THOUSAND:
        return None
    meant = amount * A_THOUSAND
    return f"{pounds(amount)} is less than £1,000; amounts are in pounds. Did you mean {pounds(meant)}?", meant


@_rule(SOFT, "amount")
def far_above_others(subject: Subject, usual: Usual) -> str | tuple[str, int] | None:
    """A first amount further above the median amount than 3.5 robust spreads."""
    amount = subject.amount
    if not amount or subject.last_amount or usual.sizes < FEWEST or usual.size_deviation <= 0:
        return None
    if log(abs(amount)) - usual.size <= UNUSUAL * AS_STANDARD_DEVIATION * usual.size_deviation:
        return None
    middle = f"half of the {usual.sizes:,} figures compared are {pounds(round(exp(usual.size)))} or less"
    meant = _whole(amount, A_THOUSAND)
    return f"{pounds(amount)} is far more than others report: {middle}. Did you mean {pounds(meant)}?", meant


@_rule(SOFT, "amount")
def same_as_last_year(subject: Subject, usual: Usual) -> str | None:
    """Equal to last year's to the pound: carried over rather than measured."""
    if not subject.amount or subject.amount != subject.last_amount:
        return None
    return f"{pounds(subject.amount)} equals last year’s to the pound. Is it the saving made in {subject.year}?"


@_rule(SOFT, "amount")
def equal_to_an_earlier_total(subject: Subject, usual: Usual) -> str | None:
    """Equal to an earlier year's amount, or to several years' together: a total to date rather than one year's saving."""
    figures = [past for past in subject.past if past.amount]
    totals = list(accumulate(past.amount or 0 for past in figures))
    for number, total in enumerate(totals[1:], start=2):
        if subject.amount and subject.amount == total:
            return (
                f"{pounds(total)} is what {figures[number - 1].year} to {figures[0].year} came to together."
                f" Is it the saving made in {subject.year} alone?"
            )
    for past in figures:
        if past is not subject.last and subject.amount == past.amount:
            return f"{pounds(past.amount or 0)} is the amount of {past.year}. Is it the saving made in {subject.year}?"
    return None


@_rule(SOFT, "amount")
def changed_sign(subject: Subject, usual: Usual) -> str | tuple[str, int] | None:
    """A saving that became a cost, or the reverse. Where only the sign differs much, it may be a slip."""
    amount, last = subject.amount, subject.last_amount
    if not amount or not last or (amount > 0) == (last > 0):
        return None
    now, then = ("a saving", "a cost") if amount > 0 else ("a cost", "a saving")
    told = f"{pounds(amount)} is {now}, and last year’s {pounds(last)} was {then}."
    if THREE * abs(amount) > abs(last) and abs(amount) < THREE * abs(last):
        return f"{told} Did you mean {pounds(-amount)}, or what changed?", -amount
    return f"{told} Is the sign right, and what changed?"


@_rule(SOFT, "amount")
def three_times(subject: Subject, usual: Usual) -> str | None:
    """Three times last year's amount, or more."""
    amount, last = subject.amount, subject.last_amount
    if not amount or not last or (amount > 0) != (last > 0) or abs(amount) < THREE * abs(last):
        return None
    more = "" if abs(amount) == THREE * abs(last) else "more than "
    return f"{pounds(amount)} is {more}three times last year’s {pounds(last)}. What changed, or is it for several years?"


@_rule(SOFT, "amount")
def a_third(subject: Subject, usual: Usual) -> str | None:
    """A third of last year's amount, or less; nothing too."""
    amount, last = subject.amount, subject.last_amount
    if amount is None or not last or (amount and (amount > 0) != (last > 0)) or THREE * abs(amount) > abs(last):
        return None
    if not amount:
        return f"£0 says that nothing was saved; last year it was {pounds(last)}. What changed?"
    less = "" if THREE * abs(amount) == abs(last) else "less than "
    return f"{pounds(amount)} is {less}a third of last year’s {pounds(last)}. What changed, or is it one partner’s share?"


@_rule(SOFT, "amount")
def unusual_change(subject: Subject, usual: Usual) -> str | None:
    """Further from the median change than 3.5 robust spreads, and more than a quarter."""
    amount, last = subject.amount, subject.last_amount
    if usual.changes < FEWEST or not amount or not last or amount < 0 or last < 0:
        return None
    change = log(amount / last)
    spread = max(AS_STANDARD_DEVIATION * usual.change_deviation, A_QUARTER / UNUSUAL)
    if abs(change) <= A_QUARTER or abs(change - usual.change) <= UNUSUAL * spread:
        return None
    way = "rise" if amount > last else "fall"
    low, high = (_moved(usual.change + side * usual.change_deviation) for side in (-1, 1))
    return (
        f"{pounds(amount)} is a {way} of {tenths_of_a_per_cent(abs(amount - last), last)} on last year’s {pounds(last)};"
        f" half of the {usual.changes:,} figures compared moved by {low} to {high}. What changed?"
    )


@_rule(SOFT, "amount")
def round_million(subject: Subject, usual: Usual) -> str | None:
    """A round number of millions is more often a target than an outturn."""
    if not subject.amount or subject.amount % MILLION:
        return None
    return f"{pounds(subject.amount)} is a round number of millions. Is it an outturn, or the target?"


# Each asks about the size of the amount; of those that speak, the first is enough.
BY_SIZE = {
    "thousand-fold",
    "under-a-thousand",
    "far-above-others",
    "same-as-last-year",
    "equal-to-an-earlier-total",
    "changed-sign",
    "three-times",
    "a-third",
    "unusual-change",
    "round-million",
}


# Soft: about the arrangement


@_rule(SOFT, "outcome")
def not_aimed_at_savings(subject: Subject, usual: Usual) -> str | None:
    """A figure for an arrangement that wasn't set up to save."""
    if not subject.amount:
        return None
    if subject.aims and Aim.SAVINGS not in subject.aims:
        return f"The register says that {subject.reference} does not aim at savings. Is the figure right, or the register?"
    if subject.last and subject.last.outcome == Outcome.NOT_AIMED:
        return f"Last year’s answer was “{Outcome.NOT_AIMED.label}”, and now there is a figure. What changed?"
    return None


@_rule(SOFT, "outcome")
def two_years_without_figure(subject: Subject, usual: Usual) -> str | None:
    """No figure for the second year running."""
    silent = {Outcome.NOT_CALCULATED, Outcome.TOO_EARLY, Outcome.WITHHELD}
    last = subject.last
    if subject.outcome not in silent or last is None or (last.outcome is not None and last.outcome not in silent):
        return None
    then = (
        f"{last.year} was answered “{Outcome(last.outcome).label}”" if last.outcome else f"Nothing was answered for {last.year}"
    )
    return f"{then}: this is the second year without a figure. When will there be one?"


@_rule(SOFT, "amount")
def two_years_without_answer(subject: Subject, usual: Usual) -> str | None:
    """A figure after two years without any answer may be for all of them together."""
    recent = subject.past[:2]
    if not subject.amount or len(recent) < 2 or any(past.outcome for past in recent):
        return None
    return f"Nothing was answered for {recent[1].year} and {recent[0].year}. Is the figure for {subject.year} alone?"


@_rule(SOFT, "amount")
def overlapping_arrangement(subject: Subject, usual: Usual) -> str | None:
    """Another arrangement of the same service among the same councils has a figure too: perhaps the same money."""
    if not subject.amount or not subject.twins:
        return None
    twin = subject.twins[0]
    return (
        f"{twin.reference} {twin.name} has the same service and the same councils, and reports {pounds(twin.amount)}."
        " Is this other money?"
    )


def _whole(amount: int, parts: int) -> int:
    """A part of an amount in whole pounds, halves away from zero."""
    size = (2 * abs(amount) + parts) // (2 * parts)
    return -size if amount < 0 else size


def _moved(change: float) -> str:
    """The logarithm of a ratio as a change in whole per cent: +19%."""
    per_cent = round((exp(change) - 1) * 100)
    return f"{MINUS if per_cent < 0 else '+'}{abs(per_cent):,}%"


def _followed(who: Answering) -> str:
    """Which councils took over, and what to do then."""
    if not who.successors:
        return " Record in the register which council answers for the arrangement now."
    if len(who.successors) == 1:
        return f" {who.successors[0]} followed it: enter the answer in its return."
    followed = f"{', '.join(who.successors[:-1])} and {who.successors[-1]}"
    return f" {followed} followed it: enter the answer in the return of the one that answers for the arrangement now."
