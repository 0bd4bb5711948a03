"""The closed lists of the returns."""

from django.db import models


class Outcome(models.TextChoices):
    """What a council answers for one arrangement and year. An amount goes with a figure, zero included, and with nothing else."""

    FIGURE = "figure", "Figure"
    NOT_CALCULATED = "not_calculated", "Not calculated"
    NOT_AIMED = "not_aimed", "Not aimed at savings"
    TOO_EARLY = "too_early", "Too early to say"
    WITHHELD = "withheld", "Withheld"


# Rule 2, as an analyst reads it wherever it is broken.
AMOUNT_GOES_WITH_A_FIGURE = (
    "Give an amount if the outcome is a figure (0 if nothing was saved), and leave it empty for any other outcome."
)

# Derived when rows are frozen: asked, and no accepted answer. Nobody reports it.
NOT_RETURNED = "not_returned"
RELEASED_OUTCOMES = [*Outcome.choices, (NOT_RETURNED, "Not returned")]


class ReturnState(models.TextChoices):
    """Where a council's return stands."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried"
    ACCEPTED = "accepted", "Accepted"


OPEN_FOR_ANSWERS = [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.QUERIED]


class QueryState(models.TextChoices):
    """Where a question about a line stands."""

    OPEN = "open", "Waits for the council"
    ANSWERED = "answered", "Waits for the analyst"
    SETTLED = "settled", "Settled"
