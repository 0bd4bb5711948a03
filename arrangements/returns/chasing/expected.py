"""The lines that a year's returns are expected to answer, each with its answer's outcome or none."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Subquery

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.querysets import PartnershipQuerySet
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving


def expected_lines(year: FinancialYear) -> PartnershipQuerySet:
    """One row for each arrangement operating on 31 March whose answering council was asked: the answering partnership.

    Annotated with `outcome`, None where the line has no answer.
    """
    asked = AnnualReturn.objects.filter(year=year, council=OuterRef("council"))
    answer = ReportedSaving.objects.filter(year=year, arrangement=OuterRef("arrangement"))
    return (
        Partnership.objects.answering_on(year.ends_on)
        .filter(Exists(asked), arrangement__in=Arrangement.objects.operating_in(year))
        .annotate(outcome=Subquery(answer.order_by().values("outcome")))
    )


def lines_nobody_answers_for(year: FinancialYear) -> int:
    """How many arrangements operated on 31 March and belong to no return of the year."""
    return Arrangement.objects.operating_in(year).exclude(pk__in=expected_lines(year).values("arrangement")).count()
