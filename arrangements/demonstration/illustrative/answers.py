"""What councils answer about the illustrative arrangements: the outcome of each line and year."""

from datetime import date

from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft

FIGURE, NOT_CALCULATED, NOT_AIMED, TOO_EARLY, WITHHELD = (
    "figure",
    "not_calculated",
    "not_aimed",
    "too_early",
    "withheld",
)
LATER = {
    FIGURE: {FIGURE: 0.94, NOT_CALCULATED: 0.05, WITHHELD: 0.01},
    NOT_CALCULATED: {NOT_CALCULATED: 0.75, FIGURE: 0.25},
    NOT_AIMED: {NOT_AIMED: 1.0},
    TOO_EARLY: {FIGURE: 0.75, TOO_EARLY: 0.15, NOT_CALCULATED: 0.10},
    WITHHELD: {WITHHELD: 0.8, FIGURE: 0.2},
}
YOUNG = {FIGURE: 0.56, TOO_EARLY: 0.24, NOT_CALCULATED: 0.08, NOT_AIMED: 0.11, WITHHELD: 0.01}
SETTLED = {FIGURE: 0.73, NOT_CALCULATED: 0.11, NOT_AIMED: 0.13, TOO_EARLY: 0.01, WITHHELD: 0.02}
DAYS_YOUNG = 400

NOTES = {
    FIGURE: ["", "", "", "", "From the outturn report.", "Staff cost and contract prices, net of set-up cost.",
             "As agreed with the partners' finance officers.", "Outturn against the budget before sharing."],
    NOT_CALCULATED: ["The partners don't keep a baseline.", "Savings are expected and not measured.",
                     "Folded into the budgets; no longer counted apart."],
    NOT_AIMED: ["Set up for resilience.", "Set up to keep skills that one council alone could not.",
                "Set up for a better service, at the same cost."],
    TOO_EARLY: ["In its first year.", "Set-up is still going on.", "The first full year is still to come."],
    WITHHELD: ["Held back while the contract is being tendered again.", "Commercially sensitive."],
}  # fmt: skip
NOTE_OF_NOTHING = "Savings and costs of the year were equal."
NOTE_OF_LOSS = "Set-up costs of the year were larger than its savings."


def outcomes(draft: Draft, days: list[date], chance: Chance) -> dict[date, str]:
    """The outcome on each 31 March on which the arrangement operates, in the order of time."""
    answers: dict[date, str] = {}
    before = ""
    for on in days:
        if not draft.operating_on(on) or draft.started is None:
            continue
        young = (on - draft.started).days < DAYS_YOUNG
        before = chance.weighed(LATER[before] if before else YOUNG if young else SETTLED)
        answers[on] = before
    return answers


def aims_behind(draft: Draft, answers: dict[date, str], chance: Chance) -> list[str]:
    """Aims that agree with the answers: one that was not set up to save aims at something else."""
    others = [aim for aim in ("resilience", "quality", "capacity") if chance.happens(0.3)]
    if NOT_AIMED in answers.values():
        return others or ["resilience"]
    income = ["income"] if draft.governance == "jointly_owned_company" else []
    return ["savings", *others, *income]
