"""What the answers mean, in words for whoever fills the workbook in."""

from __future__ import annotations

from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.columns import compared

RULE = "In this financial year, net, whole arrangement, all partners together."
MEANINGS = {
    Outcome.FIGURE: (
        "An amount in pounds: what the whole arrangement saved in this financial year, net of what it cost, all partners"
        " together. 0 says that nothing was saved; a minus sign, that it cost more than it saved."
    ),
    Outcome.NOT_CALCULATED: "It is meant to save money, and nobody has worked out how much it saved in this year.",
    Outcome.NOT_AIMED: "It was not set up to save money, but for resilience, quality or capacity, for instance.",
    Outcome.TOO_EARLY: "It has not run long enough for a figure.",
    Outcome.WITHHELD: "There is a figure, and the council does not give it, for a reason that the note says.",
}

_OUTCOMES = {compared(text): outcome for outcome in Outcome for text in (outcome.label, outcome.value)}


def outcome_of(text: str) -> Outcome | None:
    """The outcome that the words stand for, whatever their capitals, spaces and punctuation; None if they stand for none."""
    return _OUTCOMES.get(compared(text))
