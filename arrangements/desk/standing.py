"""How the collection stands, read once for all cards of the desk: few queries, however many rows there are."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from arrangements.register.models import Arrangement, Partnership
from arrangements.releases.gate_facts import is_held_up
from arrangements.releases.models import Release
from arrangements.returns.chasing.models import Reminder
from arrangements.returns.followup.models import Flag
from arrangements.returns.followup.vocabulary import FlagState
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.today import today

# How many of those that wait are named; the rest are a number and a link.
NAMED = 3
APRIL = 4


class Standing:
    """What the cards and the next step are made from, for one person. Each part is asked for once, and only if wanted."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.day = today()

    def sees(self, model: str) -> bool:
        """Whether the person may see rows of the model."""
        return self.user.has_perm(f"arrangements.view_{model}")

    @cached_property
    def year(self) -> FinancialYear | None:
        """The year in collection."""
        return FinancialYear.objects.in_collection(self.day) if self.sees("financialyear") else None

    @cached_property
    def days_left(self) -> int:
        """Days until the collection closes; less than none once it has."""
        assert self.year is not None
        assert self.year.closes_on is not None
        return (self.year.closes_on - self.day).days

    @cached_property
    def returns(self) -> dict[str, list[Any]]:
        """The year's returns by state: the first few of each, each knowing how many there are (`of_state`)."""
        if self.year is None or not self.sees("annualreturn"):
            return {}
        of_state: Any = {"partition_by": F("state")}
        first = (
            AnnualReturn.objects.filter(year=self.year)
            .annotate(
                of_state=Window(Count("pk"), **of_state),
                place=Window(RowNumber(), order_by=[F("submitted_at").asc(nulls_last=True), "council__short_name"], **of_state),
            )
            .filter(place__lte=NAMED)
            .select_related("council")
        )
        return _grouped(first)

    def how_many(self, *states: str) -> int:
        """How many of the year's returns are in one of the states; in any, where none is named."""
        return sum(self.returns[state][0].of_state for state in states or list(ReturnState) if state in self.returns)

    @cached_property
    def lines(self) -> dict[str, int]:
        """The lines of the year's returns, and how many are answered."""
        assert self.year is not None
        answering = Partnership.objects.answering_on(self.year.ends_on).filter(
            arrangement=OuterRef("pk"), council__returns__year=self.year
        )
        answer = ReportedSaving.objects.filter(arrangement=OuterRef("pk"), year=self.year)
        asked_about = Arrangement.objects.operating_in(self.year).filter(Exists(answering)).order_by()
        lines = asked_about.aggregate(lines=Count("pk"), answered=Count("pk", filter=Exists(answer)))
        return {"lines": lines["lines"], "answered": lines["answered"]}

    @cached_property
    def queries(self) -> dict[str, list[Any]]:
        """The year's queries that aren't settled, by whom they wait for: the first few, each knowing how many there are."""
        if self.year is None or not self.sees("query"):
            return {}
        of_state: Any = {"partition_by": F("state")}
        first = (
            Query.objects.filter(annual_return__year=self.year)
            .exclude(state=QueryState.SETTLED)
            .annotate(
                of_state=Window(Count("pk"), **of_state),
                place=Window(RowNumber(), order_by=[F("answered_at").asc(nulls_last=True), "raised_at"], **of_state),
            )
            .filter(place__lte=NAMED)
            .select_related("annual_return__council", "arrangement")
        )
        return _grouped(first)

    @cached_property
    def held_up(self) -> dict[str, int]:
        """What waits beside the year's returns: letters `held` for approval, `open` flags and those of them that are `mine`."""
        if self.year is None:
            return {"held": 0, "open": 0, "mine": 0}
        held = Reminder.objects.in_hand().filter(annual_return__year=OuterRef("pk"))
        flags = Flag.objects.filter(annual_return__year=OuterRef("pk"), state=FlagState.OPEN)
        mine = flags.filter(assigned_to=self.user.pk)
        counts = {"held": held, "open": flags, "mine": mine}
        counted = {name: Coalesce(Subquery(_how_many(rows)), 0) for name, rows in counts.items()}
        found: Any = FinancialYear.objects.values(**counted).get(pk=self.year.pk)
        return found

    @cached_property
    def last_import(self) -> ReturnImport | None:
        """The last file of returns that was imported."""
        return ReturnImport.objects.visible_to(self.user).select_related("year", "imported_by").first()

    @cached_property
    def releases(self) -> list[Release]:
        """Releases that aren't public yet, and those of the year in collection; the newest first."""
        if not self.sees("release"):
            return []
        recent = Release.objects.select_related("year", "prepared_by").newest_first()
        return [each for each in recent[: 2 * NAMED] if each.year == self.year or not each.is_public()]

    @cached_property
    def is_held_up(self) -> bool:
        """Whether a return, a query or a flag holds up the release of the year."""
        assert self.year is not None
        return is_held_up(self.year)

    @cached_property
    def ended_last(self) -> date:
        """The first day of the year that ended last."""
        first = date(self.day.year, APRIL, 1)
        return first.replace(year=first.year - (1 if self.day >= first else 2))

    @cached_property
    def ended_year(self) -> FinancialYear | None:
        """The year that ended last, if the register holds it."""
        if self.year is not None and self.year.starts_on == self.ended_last:
            return self.year
        return FinancialYear.objects.filter(starts_on=self.ended_last).first()


def _how_many(rows: Any) -> Any:
    """Their number, for a subquery that fixes the year."""
    return rows.order_by().values("annual_return__year").annotate(how_many=Count("pk")).values("how_many")


def _grouped(rows: Any) -> dict[str, list[Any]]:
    """By state, in their places."""
    groups: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.place):
        groups.setdefault(row.state, []).append(row)
    return groups
