"""What can be said of years, returns and reported savings."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.chasing.querysets import ChasedQuerySet
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from councils.models import KINDS_ASKED, Council
from sharedservices.common.periods import in_force_on
from sharedservices.common.trail import events
from sharedservices.common.versions import VersionedQuerySet


def councils_asked(year: Any) -> QuerySet:
    """The councils in force on 31 March of the year, of the kinds collected."""
    return Council.objects.in_force_on(year.ends_on).filter(kind__in=KINDS_ASKED)


class FinancialYearQuerySet(QuerySet):
    """The language of years."""

    def containing(self, day: date) -> Any:
        """The year the day falls in; `DoesNotExist` where the register holds none."""
        return self.get(starts_on__lte=day, ends_on__gte=day)

    def collected(self) -> Self:
        """Years for which a council was asked, or an answer is held."""
        asked = apps.get_model("arrangements", "AnnualReturn").objects.filter(year=OuterRef("pk"))
        answers = apps.get_model("arrangements", "ReportedSaving").objects.filter(year=OuterRef("pk"))
        return self.filter(Exists(asked) | Exists(answers))

    def latest_ended_by(self, day: date) -> Any:
        """The last year over by the day, or None."""
        return self.filter(ends_on__lt=day).order_by("-starts_on").first()

    def in_collection(self, day: date) -> Any:
        """The latest year whose collection is open on the day, or else the latest that had opened by then; or None."""
        is_open = Case(When(closes_on__gte=day, then=Value(True)), default=Value(False), output_field=BooleanField())
        return self.filter(opens_on__lte=day).order_by(is_open.desc(), "-starts_on").first()


class AnnualReturnQuerySet(ChasedQuerySet):
    """The language of returns."""

    def visible_to(self, user: Any) -> Self:
        """LGA staff see all; officers those of their councils and of the predecessors of these; nobody else any."""
        if getattr(user, "sees_unpublished", False):
            return self.all()
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(council__in=Council.objects.looked_after_by(user))

    def accepted(self) -> Self:
        """Accepted by an analyst."""
        return self.filter(state=ReturnState.ACCEPTED)

    def with_progress(self) -> Self:
        """Annotate `lines` (arrangements it answers for on 31 March) and `answered` (those with an answer)."""
        day = OuterRef("year__ends_on")
        lines = Partnership.objects.filter(
            in_force_on(day, "joined_on", "left_on"),
            Q(arrangement__ended_on__isnull=True) | Q(arrangement__ended_on__gte=day),
            arrangement__started_on__lte=day,
            council=OuterRef("council"),
            answers=True,
        )
        answers = apps.get_model("arrangements", "ReportedSaving").objects.filter(
            arrangement=OuterRef("arrangement"), year=OuterRef(OuterRef("year"))
        )
        return self.annotate(
            lines=Coalesce(Subquery(_count_by(lines, "council")), 0),
            answered=Coalesce(Subquery(_count_by(lines.filter(Exists(answers)), "council")), 0),
        )

    def longest_waiting(self) -> Self:
        """Those still to be submitted, that first which has stood longest without beginning or moving on; then by name."""
        moved = events(self.model, pgh_obj=OuterRef("pk")).order_by("-pgh_id")
        outstanding = self.filter(state__in=[ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS])
        return outstanding.annotate(moved_at=Subquery(moved.values("pgh_created_at")[:1])).order_by(
            "moved_at", "council__short_name"
        )

    def next_waiting(self, annual_return: Any) -> Any:
        """Of the same year, the one that waits longest after this one; after the last comes the first. None if no other waits."""
        queue = list(self.filter(year=annual_return.year_id).longest_waiting().values_list("pk", "council__name", named=True))
        at = next((place for place, each in enumerate(queue) if each.pk == annual_return.pk), -1)
        return next((each for each in [*queue[at + 1 :], *queue[: at + 1]] if each.pk != annual_return.pk), None)

    def with_successors(self) -> Self:
        """Annotate `successors`: key and name of each council that followed the one asked, which has ended."""
        followed = Council.objects.filter(predecessors=OuterRef("council")).order_by("name")
        return self.annotate(successors=ArraySubquery(followed.values(one=JSONObject(pk="pk", name="name"))))

    def with_open_queries(self) -> Self:
        """Annotate `open_queries`: how many questions about its lines aren't settled."""
        waiting = apps.get_model("arrangements", "Query").objects.filter(annual_return=OuterRef("pk"))
        counted = _count_by(waiting.exclude(state=QueryState.SETTLED), "annual_return")
        return self.annotate(open_queries=Coalesce(Subquery(counted), 0))

    def found_by(self, text: str) -> Self:
        """Of councils that the text finds: by any name or code they bear or bore, and with a slip of a letter."""
        return self.filter(council__in=Council.objects.found_by(text).order_by().values("pk"))


class ReportedSavingQuerySet(VersionedQuerySet):
    """The language of reported savings."""

    def visible_to(self, user: Any) -> Self:
        """Unpublished answers: LGA staff see all, officers those of arrangements their councils take part in."""
        if getattr(user, "sees_unpublished", False):
            return self.all()
        if not user.is_authenticated or not user.is_active:
            return self.none()
        theirs = Partnership.objects.filter(
            in_force_on(OuterRef("year__ends_on"), "joined_on", "left_on"),
            council__in=Council.objects.looked_after_by(user),
            arrangement=OuterRef("arrangement"),
        )
        return self.filter(Exists(theirs))

    def touching_region(self, regions: Any) -> Self:
        """At least one lead or partner council of the regions takes part on 31 March of the year."""
        involved = Partnership.objects.involved_on(OuterRef("year__ends_on")).filter(council__region__in=regions)
        return self.filter(Exists(involved.filter(arrangement=OuterRef("arrangement"))))

    def with_answering_council(self) -> Self:
        """Annotate `answering_council`: the name of the council that answers on 31 March of the year; None where none does."""
        answering = Partnership.objects.answering_on(OuterRef("year__ends_on")).filter(arrangement=OuterRef("arrangement"))
        return self.annotate(answering_council=Subquery(answering.values("council__short_name")[:1]))

    def figures(self) -> Self:
        """Answers that are an amount, zero and negative ones too."""
        return self.filter(outcome=Outcome.FIGURE)

    def on_accepted_returns(self, year: Any) -> Self:
        """Answers for the year whose answering council's return is accepted."""
        accepted = apps.get_model("arrangements", "AnnualReturn").objects.filter(year=year).accepted()
        lines = Arrangement.objects.operating_in(year).answered_for_by(accepted.values("council"), on=year.ends_on)
        return self.filter(year=year, arrangement__in=lines)

    def total(self) -> int:
        """The sum of the amounts in whole pounds; 0 where there are none."""
        return self.aggregate(total=Sum("amount"))["total"] or 0


def _count_by(rows: QuerySet, field: str) -> QuerySet:
    """How many rows, for a subquery that fixes the field."""
    return rows.order_by().values(field).annotate(how_many=Count("pk")).values("how_many")
