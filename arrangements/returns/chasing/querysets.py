"""What can be said of returns that are chased, and of contacts, reminders and contacts made.

Contacts hang on councils without a name back (`related_name="+"`): from a council nobody comes to them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Greatest, TruncDate

from arrangements.returns.chasing.vocabulary import IN_HAND, ReminderState
from arrangements.returns.staff_only import StaffOnlyQuerySet
from arrangements.returns.vocabulary import QueryState, ReturnState
from councils.models import Council
from sharedservices.common.periods import in_force_on
from sharedservices.common.versions import VersionedQuerySet

NOT_HANDED_IN = [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS]


def _rows(model: str) -> QuerySet:
    return apps.get_model("arrangements", model)._default_manager.all()


class DaysBetween(Func):
    """Whole days from the second date to the first."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = models.IntegerField()


class ReminderQuerySet(StaffOnlyQuerySet):
    """The language of reminders."""

    def in_hand(self) -> Self:
        """Not yet sent and not cancelled."""
        return self.filter(state__in=IN_HAND)

    def sent(self) -> Self:
        """Handed to the mail server."""
        return self.filter(state=ReminderState.SENT)


class ChasedQuerySet(VersionedQuerySet):
    """What chasing asks of returns."""

    def outstanding(self) -> Self:
        """The council owes something: the return itself, or its answer to a question about it."""
        return self.filter(_owes())

    def with_outstanding(self) -> Self:
        """Annotate `is_outstanding`."""
        return self.annotate(is_outstanding=ExpressionWrapper(_owes(), output_field=models.BooleanField()))

    def with_days_late(self, today: date) -> Self:
        """Annotate `days_late`: since the closing day, which itself is not late. 0 for a return that isn't outstanding."""
        late = DaysBetween(Cast(Value(today), models.DateField()), F("year__closes_on"))
        return self.annotate(days_late=Case(When(_owes() & Q(year__closes_on__lt=today), then=late), default=Value(0)))

    def with_last_contact(self) -> Self:
        """Annotate `last_contact_on` and `last_contact_how`: a reminder sent or a contact made; None where there was none."""
        reminders = _rows("Reminder").filter(annual_return=OuterRef("pk"), state=ReminderState.SENT).order_by("-sent_at")
        made = _rows("ContactMade").filter(annual_return=OuterRef("pk")).order_by("-made_on", "-pk")
        return self.alias(
            reminded_on=Subquery(reminders.annotate(day=TruncDate("sent_at")).values("day")[:1]),
            reached_on=Subquery(made.values("made_on")[:1]),
        ).annotate(
            last_contact_on=Greatest("reminded_on", "reached_on"),  # PostgreSQL's passes over what is missing
            last_contact_how=Case(
                When(reached_on=F("last_contact_on"), then=Subquery(made.values("means")[:1])),
                When(reminded_on__isnull=False, then=Value("reminder")),
                output_field=models.CharField(),
            ),
        )

    def with_addresses(self, on: date) -> Self:
        """Annotate `addresses`, the active ones to write to on the day, and `successor_names` and `successor_ids`.

        Up to and on its last day a council is written to itself; afterwards its successors are, two successions on
        at most. The last two are empty while the council is in force.
        """
        ended = Q(council__ended_on__lt=on)
        active = _rows("CouncilContact").filter(is_active=True).order_by("email")
        own = active.filter(council=OuterRef("council"))
        theirs = active.filter(_succeeds(OuterRef("council"), on, "council__"))
        successors = Council.objects.filter(_succeeds(OuterRef("council"), on)).order_by("short_name", "pk").distinct()
        texts: Any = ArrayField(models.CharField())
        numbers: Any = ArrayField(models.BigIntegerField())
        return self.annotate(
            addresses=Case(
                When(ended, then=ArraySubquery(theirs.values("email").distinct())),
                default=ArraySubquery(own.values("email").distinct()),
                output_field=texts,
            ),
            successor_names=Case(
                When(ended, then=ArraySubquery(successors.values("name"))), default=Value([]), output_field=texts
            ),
            successor_ids=Case(When(ended, then=ArraySubquery(successors.values("pk"))), default=Value([]), output_field=numbers),
        )

    def with_reminder_in_hand(self) -> Self:
        """Annotate `has_reminder_in_hand`: one is held for approval, being sent, or failed."""
        in_hand = _rows("Reminder").filter(annual_return=OuterRef("pk"), state__in=IN_HAND)
        return self.annotate(has_reminder_in_hand=Exists(in_hand))

    def for_chasing(self, on: date) -> Self:
        """With all that a row of the chasing page shows on the day, what has been waited for longest first.

        Outstanding before answered, then by days late, then by silence: never contacted before long ago.
        """
        rows = self.with_outstanding().with_days_late(on).with_last_contact().with_addresses(on).with_reminder_in_hand()
        silence = F("last_contact_on").asc(nulls_first=True)
        return rows.order_by("-is_outstanding", "-days_late", silence, "council__short_name", "pk")


def _owes() -> Q:
    asked = _rows("Query").filter(annual_return=OuterRef("pk"), state=QueryState.OPEN)
    return Q(state__in=NOT_HANDED_IN) | (Q(state=ReturnState.QUERIED) & Q(Exists(asked)))


def _succeeds(council: Any, on: date, to: str = "") -> Q:
    """A council in force on the day that took over from the given one, or from one that had taken over from it."""
    after_one, after_two = {f"{to}predecessors": council}, {f"{to}predecessors__predecessors": council}
    return in_force_on(on, f"{to}started_on", f"{to}ended_on") & (Q(**after_one) | Q(**after_two))
