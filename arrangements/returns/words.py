"""What analysts read beside an answer. The echo of an amount is spelled a second time in static/js/pounds.js."""

from __future__ import annotations

from typing import Any

from arrangements.returns.vocabulary import RELEASED_OUTCOMES
from sharedservices.common.money import compared_with, pounds

OUTCOMES = dict(RELEASED_OUTCOMES)


def in_words(outcome: str, amount: int | None) -> str:
    """An amount, or the word for its absence; one that was frozen without an answer too."""
    return pounds(amount) if amount is not None else str(OUTCOMES.get(outcome, outcome))


def echoed(amount: int, last: Any, when: str) -> str:
    """An amount in full beside last year's answer (None: there was none), which `when` names.

    £410,000, up £60,000 (17.1%) on 2013/14; or £410,000; 2013/14: not calculated.
    """
    if last is None:
        return pounds(amount)
    if last.amount is None:
        return f"{pounds(amount)}; {when}: {last.in_words.lower()}"
    return compared_with(amount, last.amount, when)
