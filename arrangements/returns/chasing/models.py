"""Whom to write to, what was written, and whom an analyst reached. None of it leaves the returns' room."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from arrangements.returns.chasing.querysets import ReminderQuerySet
from arrangements.returns.chasing.vocabulary import IN_HAND, ContactKind, Means, ReminderState
from arrangements.returns.models import AnnualReturn
from arrangements.returns.staff_only import StaffOnlyQuerySet
from councils.models import Council
from sharedservices.common.constraints import both_or_neither, one_of
from sharedservices.common.history import recorded
from sharedservices.common.periods import spelled
from sharedservices.common.today import today
from sharedservices.common.versions import Versioned

LONGEST_SUBJECT = 200
LONGEST_LETTER = 20_000


@recorded()
class CouncilContact(Versioned):
    """An address to write to about a council's returns. Never public: contacts are known to LGA staff alone."""

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField("e-mail address")
    kind = models.CharField("what it is", max_length=10, choices=ContactKind.choices, default=ContactKind.ROLE)
    name = models.CharField(
        "whom it reaches", max_length=120, blank=True, help_text="The team or the officer. Known to LGA staff only."
    )
    is_active = models.BooleanField("active", default=True, help_text="Reminders go to every active address of a council.")

    objects = StaffOnlyQuerySet.as_manager()

    class Meta(Versioned.Meta):
        verbose_name = "contact"
        ordering = ["council", "email"]
        constraints = [
            one_of("kind", ContactKind),
            models.UniqueConstraint(
                fields=["council", "email"],
                name="a_council_has_each_address_once",
                violation_error_message="This address is already recorded for the council; change that one.",
            ),
            # With the one before: once, however it is typed.
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="a_contacts_address_is_kept_in_small_letters",
                violation_error_message="Write the address in small letters.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.email}"

    def clean(self) -> None:
        """Capitals in an address don't matter."""
        super().clean()
        self.email = self.email.strip().lower()


@recorded()
class Reminder(Versioned):
    """A letter to a council about what its return still lacks: drafted, read by somebody, approved, and sent once."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="reminders")
    recipients = ArrayField(models.EmailField(), help_text="The addresses it goes to, as they were when it was drafted.")
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField("letter", max_length=LONGEST_LETTER)
    state = models.CharField(max_length=10, choices=ReminderState.choices, default=ReminderState.DRAFT)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True, help_text="What the mail server said.")

    objects = ReminderQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            one_of("state", ReminderState),
            models.UniqueConstraint(
                fields=["annual_return"],
                condition=Q(state__in=IN_HAND),
                name="a_return_has_one_reminder_in_hand",
                violation_error_message="A reminder for this return is in hand already: send or cancel that one.",
            ),
            models.CheckConstraint(
                condition=Q(recipients__len__gte=1),
                name="a_reminder_goes_to_somebody",
                violation_error_message="A reminder needs an address to go to.",
            ),
            both_or_neither("approved_by", "approved_at"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=False) | Q(state__in=[ReminderState.DRAFT, ReminderState.CANCELLED]),
                name="no_reminder_goes_out_unapproved",
                violation_error_message="A reminder goes out only after somebody has approved it: say who and when.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReminderState.SENT, sent_at__isnull=False)
                | (~Q(state=ReminderState.SENT) & Q(sent_at__isnull=True)),
                name="a_sent_reminder_says_when",
                violation_error_message="A sent reminder says when it went; no other reminder does.",
            ),
            models.CheckConstraint(
                condition=(Q(state=ReminderState.FAILED) & ~Q(failure="")) | (~Q(state=ReminderState.FAILED) & Q(failure="")),
                name="a_failed_reminder_says_why",
                violation_error_message="A reminder that couldn't be sent says why; no other reminder does.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder to {self.annual_return}"


@recorded()
class ContactMade(Versioned):
    """A call, a letter or a meeting about a return, as the analyst who made it recorded it."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="contacts_made")
    means = models.CharField(max_length=10, choices=Means.choices)
    note = models.TextField(max_length=2_000, help_text="Whom you reached and what came of it.")
    made_on = models.DateField("on", help_text="The day of the call, letter or meeting.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = StaffOnlyQuerySet.as_manager()

    class Meta(Versioned.Meta):
        verbose_name_plural = "contacts made"
        ordering = ["-made_on", "-pk"]
        constraints = [
            one_of("means", Means),
            models.CheckConstraint(
                condition=~Q(note=""),
                name="a_contact_made_says_what_came_of_it",
                violation_error_message="Say in a few words whom you reached and what came of it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_means_display()} on {spelled(self.made_on)} about {self.annual_return}"

    def clean(self) -> None:
        """What is still to come has not been made."""
        super().clean()
        if self.made_on and self.made_on > today():
            raise ValidationError(
                {"made_on": f"{spelled(self.made_on)} is still to come: today is {spelled(today())}. Give the day it was made."}
            )
