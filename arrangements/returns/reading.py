"""A return as programs read it: its lines, each with what was answered, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from arrangements.register.models import Arrangement
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.vocabulary import QueryState


@dataclass(frozen=True)
class ReadLine:
    """One arrangement that the return answers for, with this year's answer and last year's."""

    arrangement: Arrangement
    answer: ReportedSaving | None
    last_year: ReportedSaving | None
    open_queries: int

    @property
    def reference(self) -> str:
        return self.arrangement.reference

    @property
    def name(self) -> str:
        return self.arrangement.name

    @property
    def outcome(self) -> str | None:
        return self.answer.outcome if self.answer else None

    @property
    def amount(self) -> int | None:
        return self.answer.amount if self.answer else None

    @property
    def note(self) -> str:
        return self.answer.note if self.answer else ""

    @property
    def version(self) -> int:
        """Of the answer; 0 where there is none."""
        return self.answer.version if self.answer else 0

    @property
    def last_outcome(self) -> str | None:
        return self.last_year.outcome if self.last_year else None

    @property
    def last_amount(self) -> int | None:
        return self.last_year.amount if self.last_year else None


def lines_of(annual_return: AnnualReturn, only: str | None = None) -> list[ReadLine]:
    """The lines by name, or the one of that reference. Two queries."""
    lines = AnnualReturn.lines(annual_return)  # on an annotated return the name holds their number
    asked = Count("queries", filter=Q(queries__annual_return=annual_return.pk) & ~Q(queries__state=QueryState.SETTLED))
    arrangements = list((lines if only is None else lines.filter(reference=only)).annotate(asked=asked))
    answers = _answers(annual_return, arrangements)
    year = annual_return.year
    return [
        ReadLine(each, answers.get((each.pk, year.starts_on)), answers.get((each.pk, year.previous_starts_on)), each.asked)
        for each in arrangements
    ]


def _answers(annual_return: AnnualReturn, arrangements: Iterable[Any]) -> dict[tuple[int, Any], ReportedSaving]:
    year = annual_return.year
    found: QuerySet[ReportedSaving] = ReportedSaving.objects.filter(
        arrangement__in=arrangements, year__starts_on__in=[year.starts_on, year.previous_starts_on]
    ).select_related("year")
    return {(saving.arrangement_id, saving.year.starts_on): saving for saving in found}
