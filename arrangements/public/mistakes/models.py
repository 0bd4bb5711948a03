"""Mistakes that readers report on a record's page, kept for ninety days and for nobody outside the LGA."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from arrangements.register.models import Arrangement
from arrangements.releases.models import Release
from arrangements.returns.staff_only import StaffOnlyQuerySet
from councils.models import Council
from sharedservices.common.history import recorded
from sharedservices.common.today import now
from sharedservices.common.versions import Versioned

LONGEST_TEXT = 2_000
KEPT = timedelta(days=90)


class MistakeReportQuerySet(StaffOnlyQuerySet):
    """The language of reports."""

    def kept(self, at: datetime | None = None) -> Self:
        """Of the last ninety days. Older ones are nobody's to read, whether or not they are deleted yet."""
        return self.filter(reported_at__gt=(at or now()) - KEPT)

    def due_to_go(self, at: datetime | None = None) -> Self:
        """Ninety days old, or older."""
        return self.filter(reported_at__lte=(at or now()) - KEPT)

    def open(self) -> Self:
        """Nothing is written yet of what came of them."""
        return self.filter(came_of_it="")


# What somebody wrote, and where to answer them, stand in no trail: they are gone when the report goes.
@recorded("text", "reply_to")
class MistakeReport(Versioned):
    """What a reader says is wrong on the page of an arrangement or a council, with the release that it showed."""

    arrangement = models.ForeignKey(
        Arrangement, on_delete=models.CASCADE, null=True, blank=True, related_name="mistake_reports", editable=False
    )
    council = models.ForeignKey(
        Council, on_delete=models.CASCADE, null=True, blank=True, related_name="mistake_reports", editable=False
    )
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mistake_reports",
        editable=False,
        help_text="The latest that was public then.",
    )
    text = models.TextField("what is wrong", max_length=LONGEST_TEXT, editable=False)
    reply_to = models.EmailField("answer to", blank=True, editable=False, help_text="Given by the reader, if at all.")
    reported_at = models.DateTimeField(editable=False)
    came_of_it = models.TextField(
        "what came of it",
        max_length=LONGEST_TEXT,
        blank=True,
        help_text="What was put right, or why nothing was. Closes the report.",
    )

    objects = MistakeReportQuerySet.as_manager()

    class Meta(Versioned.Meta):
        verbose_name = "reported mistake"
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(arrangement__isnull=False, council__isnull=True) | Q(arrangement__isnull=True, council__isnull=False),
                name="a_reported_mistake_is_of_one_record",
                violation_error_message="A reported mistake is of one arrangement or of one council.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="a_reported_mistake_says_what_is_wrong",
                violation_error_message="Say what is wrong.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reported mistake: {self.record}"

    @property
    def record(self) -> Arrangement | Council | None:
        """The arrangement or council that it is about."""
        return self.arrangement or self.council
