"""The closed lists of chasing."""

from django.db import models


class ContactKind(models.TextChoices):
    """Whose address it is."""

    ROLE = "role", "Role mailbox"
    OFFICER = "officer", "Officer’s own address"


class ReminderState(models.TextChoices):
    """Where a reminder stands. It is sent once, after somebody has approved its words."""

    DRAFT = "draft", "Held for approval"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    CANCELLED = "cancelled", "Cancelled"


# Not yet settled; a return has one of these at most.
IN_HAND = [ReminderState.DRAFT, ReminderState.SENDING, ReminderState.FAILED]
# Its words may be edited, approved or cancelled.
WAITING = [ReminderState.DRAFT, ReminderState.FAILED]


class Means(models.TextChoices):
    """How an analyst reached a council, besides reminders."""

    CALL = "call", "Call"
    LETTER = "letter", "Letter"
    MEETING = "meeting", "Meeting"
