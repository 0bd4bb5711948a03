"""Flags: what an analyst wants looked at again before the year is published."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from arrangements.register.models import Arrangement
from arrangements.returns.followup.querysets import FlagQuerySet
from arrangements.returns.followup.vocabulary import FlaggedField, FlagState
from arrangements.returns.models import AnnualReturn
from arrangements.returns.staff_only import StaffOnlyQuerySet
from arrangements.returns.states import SHORTEST_REASON
from sharedservices.common.constraints import both_or_neither, one_of
from sharedservices.common.history import recorded
from sharedservices.common.versions import Versioned

LONGEST_TEXT = 2_000


@recorded()
class Flag(Versioned):
    """Something to follow up: on one field of one line, on a line, or on a return. Never seen outside the LGA."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="flags")
    arrangement = models.ForeignKey(
        Arrangement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="flags",
        help_text="The line; empty for the whole return.",
    )
    field = models.CharField(
        max_length=10, choices=FlaggedField.choices, blank=True, help_text="The part of the answer; empty for all of it."
    )
    text = models.TextField(max_length=LONGEST_TEXT, help_text="What is to be looked at, and why.")
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=FlagState.choices, default=FlagState.OPEN)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    reason = models.TextField("why it was closed or waived", max_length=LONGEST_TEXT, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-raised_at", "-pk"]
        constraints = [
            one_of("state", FlagState),
            models.CheckConstraint(
                condition=Q(field__in=["", *FlaggedField.values]),
                name="a_flagged_field_is_of_its_list",
                violation_error_message=f"The field must be one of: {', '.join(FlaggedField.values)}, or empty.",
            ),
            models.CheckConstraint(
                condition=Q(field="") | Q(arrangement__isnull=False),
                name="a_flagged_field_belongs_to_a_line",
                violation_error_message="Only a line has an outcome, an amount and a note: name the line, or no field.",
            ),
            both_or_neither("settled_by", "settled_at"),
            models.CheckConstraint(
                condition=Q(state=FlagState.OPEN, settled_at__isnull=True, reason="")
                | (~Q(state=FlagState.OPEN) & Q(settled_at__isnull=False) & ~Q(reason="")),
                name="a_settled_flag_says_when_and_why",
                violation_error_message="A flag that is closed or waived says who, when and why; an open one doesn't.",
            ),
            models.CheckConstraint(
                condition=~Q(state=FlagState.WAIVED) | Q(GreaterThanOrEqual(Length(Trim("reason")), SHORTEST_REASON)),
                name="a_waived_flag_has_a_reason_of_ten_letters",
                violation_error_message=f"Give a reason of {SHORTEST_REASON} letters or more for waiving the flag.",
            ),
        ]

    def __str__(self) -> str:
        return f"Flag on {self.about}"

    @property
    def about(self) -> str:
        """The return, the line and the field."""
        parts = [str(self.annual_return)]
        if self.arrangement_id:
            parts.append(str(self.arrangement))
        if self.field:
            parts.append(self.get_field_display().lower())
        return ": ".join(parts[:2]) + (f" ({parts[2]})" if len(parts) > 2 else "")

    def clean(self) -> None:
        """Whoever is to follow it up can open the admin."""
        super().clean()
        if self.assigned_to is not None and not self.assigned_to.sees_unpublished:
            raise ValidationError({"assigned_to": f"{self.assigned_to} is not LGA staff and can't see the flag."})


@recorded()
class FlagComment(models.Model):
    """One contribution to the discussion of a flag."""

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=LONGEST_TEXT)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="a_comment_says_something",
                violation_error_message="Write the comment before adding it.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.said_by} on {self.flag}"
