"""What was imported: one record for each file that was confirmed, and one for each answer that it changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrangements.register.models import Arrangement
from arrangements.returns.models import FinancialYear, in_words
from arrangements.returns.vocabulary import Outcome
from sharedservices.common.constraints import both_or_neither
from sharedservices.common.history import recorded
from sharedservices.common.today import now
from sharedservices.common.versions import Versioned, VersionedQuerySet

UNDONE_WITHIN = timedelta(days=30)


class ReturnImportQuerySet(VersionedQuerySet):
    """The language of imports."""

    def visible_to(self, user: Any) -> Self:
        """LGA staff see all, nobody else any."""
        return self.all() if getattr(user, "sees_unpublished", False) else self.none()

    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at__isnull=True)


@recorded("decisions", "started", "raised", "settled")  # written once, for undoing
class ReturnImport(Versioned):
    """One file of answers, confirmed as one act: whose, when, and what else it did, so that it can be undone."""

    year = models.ForeignKey(FinancialYear, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField(help_text="Rows of the file under its headings.")
    new = models.PositiveIntegerField(help_text="Answers that it gave.")
    changed = models.PositiveIntegerField(help_text="Answers that it changed.")
    left_out = models.PositiveIntegerField(help_text="Rows that were left out.")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    decisions = models.JSONField(default=dict, help_text="What was decided about rows, by their numbers.")
    started = ArrayField(models.BigIntegerField(), default=list, help_text="Returns that it started.")
    raised = ArrayField(models.BigIntegerField(), default=list, help_text="Queries that it raised.")
    settled = models.JSONField(default=dict, help_text="Queries that it closed: how each stood before.")

    objects = ReturnImportQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-imported_at"]
        verbose_name = "import of returns"
        verbose_name_plural = "imports of returns"
        indexes = [models.Index(fields=["sha256"], name="import_by_file")]
        constraints = [both_or_neither("undone_by", "undone_at")]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("admin:arrangements_returnimport_change", args=[self.pk])

    @property
    def in_words(self) -> str:
        """What it did: 169 new answers and 129 changed."""
        return f"{self.new:,} new answer{'' if self.new == 1 else 's'} and {self.changed:,} changed"

    @property
    def can_still_be_undone(self) -> bool:
        """Not undone, and within thirty days."""
        return self.undone_at is None and now() <= self.imported_at + UNDONE_WITHIN


def _answer_is_whole(when: str) -> Q:
    """Rule 2 of the register, for the answer before or after."""
    outcome, amount = f"outcome_{when}", f"amount_{when}__isnull"
    return Q(**{outcome: Outcome.FIGURE, amount: False}) | (~Q(**{outcome: Outcome.FIGURE}) & Q(**{amount: True}))


class ImportedAnswer(models.Model):
    """One answer that an import stored: what stood before (no outcome: nothing did), what it stored, and the version it made.

    Written once, with its import. It is a record itself; the trail of the answer has every later change.
    """

    the_import = models.ForeignKey(ReturnImport, on_delete=models.PROTECT, related_name="answers")
    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField()
    outcome_before = models.CharField(max_length=16, blank=True, choices=Outcome.choices)
    amount_before = models.BigIntegerField(null=True)
    note_before = models.TextField(blank=True)
    outcome_after = models.CharField(max_length=16, choices=Outcome.choices)
    amount_after = models.BigIntegerField(null=True)
    note_after = models.TextField(blank=True)
    version_after = models.PositiveIntegerField()
    is_undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["the_import", "row"]
        constraints = [
            models.UniqueConstraint(fields=["the_import", "arrangement"], name="an_import_stores_one_answer_an_arrangement"),
            models.CheckConstraint(condition=_answer_is_whole("before"), name="an_imported_answer_was_whole_before"),
            models.CheckConstraint(condition=_answer_is_whole("after"), name="an_imported_answer_is_whole_after"),
        ]

    def __str__(self) -> str:
        return f"{self.the_import}, row {self.row}"

    @property
    def is_new(self) -> bool:
        """Whether there was no answer before."""
        return not self.outcome_before

    @property
    def before(self) -> tuple[Any, ...]:
        """Outcome, amount and note before; empty where there was no answer."""
        return () if self.is_new else (self.outcome_before, self.amount_before, self.note_before)

    @property
    def after(self) -> tuple[Any, ...]:
        """Outcome, amount and note as stored."""
        return (self.outcome_after, self.amount_after, self.note_after)

    @property
    def before_in_words(self) -> str:
        """The amount before, or the word for its absence."""
        return "no answer" if self.is_new else in_words(self.outcome_before, self.amount_before)

    @property
    def after_in_words(self) -> str:
        """The amount stored, or the word for its absence."""
        return in_words(self.outcome_after, self.amount_after)


__all__ = ["ImportedAnswer", "ReturnImport"]
