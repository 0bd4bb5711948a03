"""The press log: what was asked, what was answered, and the figures that the answer quotes."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from arrangements.releases.models import Release
from arrangements.releases.press.quotes import Quote
from arrangements.returns.staff_only import StaffOnlyQuerySet
from sharedservices.common.history import recorded
from sharedservices.common.versions import Versioned

LONGEST_QUESTION, LONGEST_ANSWER = 2_000, 5_000


class PressAnswerQuerySet(StaffOnlyQuerySet):
    """The language of the press log."""

    def with_later_revision(self) -> Self:
        """Annotate `has_later_revision`: a later revision of the release's year is public."""
        later = Release.objects.published().filter(year=OuterRef("release__year"), revision__gt=OuterRef("release__revision"))
        return self.annotate(has_later_revision=Exists(later))


@recorded()
class PressAnswer(Versioned):
    """An answer as it was given. Who asked is never public; question, answer and figures never change."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="press_answers")
    question = models.TextField(max_length=LONGEST_QUESTION)
    outlet = models.CharField(
        "who asked", max_length=200, blank=True, help_text="The newspaper, station or person. Stays inside the LGA."
    )
    answer = models.TextField(max_length=LONGEST_ANSWER, help_text="As it was given, with its source.")
    quotes = models.JSONField("figures quoted", help_text="One object per figure: release, address, value and how it was shown.")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    objects = PressAnswerQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-answered_at", "-pk"]
        verbose_name = "answer to the press"
        verbose_name_plural = "press log"
        constraints = [
            models.CheckConstraint(
                condition=~Q(question=""), name="a_press_answer_has_a_question",
                violation_error_message="Write what was asked.",
            ),
            models.CheckConstraint(
                condition=~Q(answer="") & ~Q(quotes=[]), name="a_press_answer_quotes_a_figure",
                violation_error_message="An answer quotes one figure of the release or more.",
            ),
        ]  # fmt: skip
        triggers = [
            *Versioned.Meta.triggers,
            pgtrigger.Trigger(
                name="answered_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF ROW(NEW.release_id, NEW.question, NEW.answer, NEW.quotes, NEW.answered_by_id, NEW.answered_at)"
                    " IS DISTINCT FROM ROW(OLD.release_id, OLD.question, OLD.answer, OLD.quotes, OLD.answered_by_id,"
                    " OLD.answered_at) THEN"
                    " RAISE EXCEPTION 'An answer in the press log never changes. Log what was said since as another answer.';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.question if len(self.question) <= 80 else f"{self.question[:79]}…"

    def get_absolute_url(self) -> str:
        return reverse("admin:arrangements_pressanswer_change", args=[self.pk])

    @property
    def quoted(self) -> list[Quote]:
        """The figures and lists that it quotes."""
        stored: list[dict[str, Any]] = self.quotes
        return [Quote.read(each) for each in stored]


__all__ = ["PressAnswer"]
