"""The closed lists of follow-up."""

from django.db import models


class FlagState(models.TextChoices):
    """Where a flag stands. An open one holds up the release of its year."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    WAIVED = "waived", "Waived"


class FlaggedField(models.TextChoices):
    """Which part of an answer is flagged; none for the line, or the return, as a whole."""

    OUTCOME = "outcome", "Outcome"
    AMOUNT = "amount", "Amount"
    NOTE = "note", "Note"
