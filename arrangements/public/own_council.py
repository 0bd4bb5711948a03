"""What an officer's council is in, what is asked of it, and what stands: read for the officer's own pages.

Nothing here is shown to anybody else. A council that isn't the officer's is answered as one that doesn't exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Least
from django.http import Http404

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.releases.freezing import as_they_would_be_frozen
from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.vocabulary import QueryState
from arrangements.returns.words import in_words
from councils.models import Council
from sharedservices.common.today import today


@dataclass(frozen=True)
class Released:
    """What the latest release that holds an arrangement says of it."""

    outcome: str
    amount: int | None
    release: str
    year: str


class Part:
    """One partnership of the council or of a predecessor, as the officer's pages show it."""

    def __init__(self, partnership: Any, own: OwnCouncil) -> None:
        self.partnership, self.arrangement, self.council = partnership, partnership.arrangement, partnership.council
        self.is_own = partnership.council_id == own.council.pk
        self.is_current = self.arrangement.started_on is not None and partnership.in_force_on(today())
        self.with_whom: list[str] = [*partnership.other_councils, *partnership.other_bodies]
        self.released = Released(**partnership.released_json) if partnership.released_json else None
        self.answer = in_words(**partnership.answer_json) if partnership.answer_json else ""
        self.answering: str = partnership.answering_name or ""
        self.is_asked_of_us = partnership.answering_id in own.keys

    @property
    def role(self) -> str:
        """Its part in words."""
        return self.partnership.get_role_display()


class OwnCouncil:
    """One council of an officer with its predecessors; `Http404` where it isn't the officer's. A query for each kind of fact."""

    def __init__(self, user: Any, slug: str) -> None:
        own, before = Q(slug=slug, officers=user.pk), Q()
        for path in ("successors__", "successors__successors__"):
            before |= Q(**{f"{path}slug": slug, f"{path}officers": user.pk})
        found = list(Council.objects.filter(own | before).distinct().order_by("short_name"))
        self.user = user
        council = next((each for each in found if each.slug == slug), None)
        if council is None:
            raise Http404
        self.council: Council = council
        self.predecessors = [each for each in found if each != council]
        self.keys = {each.pk for each in found}

    @cached_property
    def year(self) -> FinancialYear | None:
        """The year in collection."""
        return FinancialYear.objects.in_collection(today())

    @cached_property
    def parts(self) -> list[Part]:
        """Every partnership of the council and of its predecessors, by name. One query."""
        day = Least(Coalesce("left_on", "arrangement__ended_on", Value(today())), Value(today()))
        beside = {"arrangement": OuterRef("arrangement")}
        others = Partnership.objects.involved_on(OuterRef("shown_on")).filter(**beside).exclude(council=OuterRef("council"))
        bodies = BodyPartnership.objects.in_force_on(OuterRef("shown_on")).filter(**beside)
        answering = self._answering().filter(**beside).order_by()
        partnerships = (
            Partnership.objects.filter(council__in=self.keys)
            .select_related("arrangement__main_service", "council")
            .annotate(shown_on=day)
            .annotate(
                other_councils=ArraySubquery(others.order_by("council__short_name").values("council__short_name")),
                other_bodies=ArraySubquery(bodies.order_by("body__name").values("body__name")),
                released_json=Subquery(self._released()),
                answer_json=Subquery(self._answers()),
                answering_id=Subquery(answering.values("council_id")[:1]),
                answering_name=Subquery(answering.values("council__short_name")[:1]),
            )
            .order_by("arrangement__name", "arrangement__reference", "joined_on", "pk")
        )
        return [Part(each, self) for each in partnerships]

    def _answering(self) -> QuerySet:
        """The partnerships whose council is asked about an arrangement: one operating on the last day of the year."""
        on = self.year.ends_on if self.year else today()
        goes_on = Q(arrangement__ended_on__isnull=True) | Q(arrangement__ended_on__gte=on)
        return Partnership.objects.answering_on(on).filter(goes_on, arrangement__started_on__lte=on)

    def _released(self) -> QuerySet:
        """Of the current release of the latest year that holds the arrangement."""
        rows = ReleasedArrangement.objects.filter(arrangement=OuterRef("arrangement"), release__in=Release.objects.current())
        found = JSONObject(outcome="outcome", amount="amount", release="release__slug", year="release__year__slug")
        return rows.order_by("-release__year__starts_on").values(found=found)[:1]

    def _answers(self) -> QuerySet:
        """The answer for the year in collection, of arrangements that the officer's councils take part in."""
        answers = ReportedSaving.objects.visible_to(self.user).filter(year=self.year, arrangement=OuterRef("arrangement"))
        return answers.order_by().values(found=JSONObject(outcome="outcome", amount="amount"))[:1]

    @property
    def now(self) -> list[Part]:
        """What it takes part in today."""
        return [each for each in self.parts if each.is_own and each.is_current]

    @property
    def at_other_times(self) -> list[Part]:
        """Its own partnerships that are over, or still to begin."""
        return [each for each in self.parts if each.is_own and not each.is_current]

    @property
    def of_predecessors(self) -> list[Part]:
        """Those of the councils it took over from, which aren't its own."""
        return [each for each in self.parts if not each.is_own]

    @property
    def unanswered(self) -> list[Part]:
        """The lines of its return and its predecessors' that have no answer yet: one for each arrangement."""
        lines = {each.arrangement.pk: each for each in self.parts if each.is_asked_of_us and not each.answer}
        return list(lines.values()) if self.year else []

    @cached_property
    def returns(self) -> list[Any]:
        """The returns of the year in collection, the very rows that analysts see, with their queries. Two queries."""
        returns = (
            self._returns()
            .filter(year=self.year)
            .select_related("council", "year")
            .with_progress()
            .prefetch_related(Prefetch("queries", Query.objects.select_related("arrangement").order_by("raised_at", "pk")))
        )
        return sorted(returns, key=lambda each: (each.council_id != self.council.pk, each.council.short_name))

    def _returns(self) -> Any:
        return AnnualReturn.objects.visible_to(self.user).filter(council__in=self.keys)

    @property
    def waiting(self) -> list[Query]:
        """The queries that wait for the council."""
        return [each for asked in self.returns for each in asked.queries.all() if each.state == QueryState.OPEN]

    def queries(self) -> QuerySet:
        """Those about any return of the council or of its predecessors."""
        asked = Query.objects.filter(annual_return__in=self._returns())
        return asked.select_related("arrangement", "annual_return__council", "annual_return__year")

    def to_be_published(self) -> list[ReleasedArrangement]:
        """The rows of its arrangements as a release of the year in collection would have them if it were prepared now."""
        if self.year is None:
            return []
        parts = Partnership.objects.in_force_on(self.year.ends_on).filter(council__in=self.keys)
        return as_they_would_be_frozen(self.year, Arrangement.objects.taken_part_in_by(parts))
