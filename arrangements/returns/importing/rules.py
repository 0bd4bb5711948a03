"""Why each rule is there, by its name: those of reading a file here, those of an answer from `checks.py`."""

from __future__ import annotations

from arrangements.returns.checks import HARD, SOFT

OF_READING = {
    "year-unreadable": (
        "A row may say which year it is for: 2014/15, 2014-15, 2014/2015 or FY14/15. Empty, it is for the year of the import."
    ),
    "another-year": "A row for another year would change that year’s answers, or be last year’s sheet by mistake.",
    "council-unknown": (
        "A council is known by its name, a former or short name, or its GSS code, and forgiven one slip of a letter."
    ),
    "council-ambiguous": (
        "A name that several councils bear, or that begins several names, is never guessed: the register asks."
    ),
    "council-ended": "A council can’t report for a year on whose 31 March it no longer existed. Its successors do.",
    "council-not-in-force": "A council can’t report for a year before it existed.",
    "another-council-answers": (
        "One council answers for an arrangement at a time. If it is another than the row says, one of them is wrong."
    ),
    "arrangement-missing": "A row is about one arrangement: by its reference, or by its council and the arrangement’s name.",
    "arrangement-unknown": (
        "An arrangement that the register doesn’t know has no line. Names that resemble it are offered; a new one is "
        "entered in the register first."
    ),
    "arrangement-ambiguous": "Where several arrangements bear the name, the reference says which is meant.",
    "reference-and-name-differ": "A reference beside the name of another arrangement is a slip in one of the two.",
    "one-party": ("Sharing takes two: an arrangement with one party on 31 March is not one, or lacks a partner in the register."),
    "second-row": "An arrangement has one answer a year. Two rows about it would leave to chance which one counts.",
    "formula": ("What a formula shows depends on other cells and files. The register keeps what was said, so it takes values."),
    "outcome-unreadable": (
        "The outcome is one of five. Its label or code is read whatever its capitals; what may mean two is asked about."
    ),
    "amount-in-the-outcome": "An amount stands in its own column.",
    "outcome-in-the-amount": "An outcome stands in its own column.",
    "amount-unreadable": "Amounts are whole pounds in any usual spelling: 410000, 410,000, £410k, 0.41m.",
    "amount-beside-words": "An amount goes with the outcome “Figure”, and with no other.",
    "figure-without-amount": "A figure has an amount. Zero is one: it says that nothing was saved.",
    "neither": "A row that gives a source or a reason wants to answer, and doesn’t say what.",
    "answer-taken-away": (
        "An answer that was given can be changed, with the old one kept in its history. It can’t be made undone by an empty cell."
    ),
    "version-unreadable": (
        "The row version says which state of the answer the file was made from, and keeps later answers from being overwritten."
    ),
    "too-long": "Notes have 2,000 letters at most, reasons 1,000.",
}


def reasons() -> dict[str, str]:
    """The reason for every rule by its name, those of reading first."""
    of_answers = {check.__name__.replace("_", "-"): check.__doc__ or "" for check in [*HARD, *SOFT]}
    return {**OF_READING, **of_answers}
