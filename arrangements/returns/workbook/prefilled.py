"""What the workbook is filled with before anybody answers: the lines of each return, last year beside this year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.returns.models import FinancialYear, ReportedSaving
from councils.models import Council

# A cell's value by the key of its column; None is an empty cell.
Line = dict[str, str | int | None]


def lines_by_council(year: FinancialYear, returns: QuerySet) -> list[tuple[Council, list[Line]]]:
    """Each council of the returns, by name, with its lines by the name of the arrangement; five queries in all."""
    councils = [one.council for one in returns.filter(year=year).select_related("council").order_by("council__name")]
    arrangements = Arrangement.objects.operating_in(year).answered_for_by([one.pk for one in councils], on=year.ends_on)
    answering = Partnership.objects.answering_on(year.ends_on).filter(arrangement__in=arrangements)
    partners, savings = _partners(year, arrangements), _savings(year, arrangements)
    lines: dict[int, list[Line]] = defaultdict(list)
    of = {council.pk: council for council in councils}
    for part in answering.select_related("arrangement__main_service").order_by("arrangement__name", "arrangement__reference"):
        council, arrangement = of[part.council_id], part.arrangement
        lines[council.pk].append(
            {
                "council": council.name,
                "gss_code": council.gss_code,
                "year": str(year),
                "reference": arrangement.reference,
                "arrangement": arrangement.name,
                "partners": "; ".join(name for key, name in partners[arrangement.pk] if key != council.pk),
                "service": arrangement.main_service.name,
                **_answers(savings[arrangement.pk], year),
            }
        )
    return [(council, lines[council.pk]) for council in councils]


def _partners(year: FinancialYear, arrangements: QuerySet) -> dict[int, list[tuple[int | None, str]]]:
    """Who takes part on the last day of the year, by arrangement: councils with their keys, then bodies without."""
    partners: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    councils = Partnership.objects.in_force_on(year.ends_on).filter(arrangement__in=arrangements)
    bodies = BodyPartnership.objects.in_force_on(year.ends_on).filter(arrangement__in=arrangements)
    for arrangement, key, name in councils.order_by("council__name").values_list("arrangement", "council", "council__name"):
        partners[arrangement].append((key, name))
    for arrangement, name in bodies.order_by("body__name").values_list("arrangement", "body__name"):
        partners[arrangement].append((None, name))
    return partners


def _savings(year: FinancialYear, arrangements: QuerySet) -> dict[int, list[ReportedSaving]]:
    savings: dict[int, list[ReportedSaving]] = defaultdict(list)
    for saving in ReportedSaving.objects.filter(
        arrangement__in=arrangements, year__starts_on__in=[year.starts_on, year.previous_starts_on]
    ):
        savings[saving.arrangement_id].append(saving)
    return savings


def _answers(savings: Iterable[Any], year: FinancialYear) -> Line:
    """Last year's answer, and this year's with the version that guards it."""
    line: Line = {}
    for saving in savings:
        if saving.year_id == year.pk:
            line |= {
                "outcome": saving.get_outcome_display(),
                "amount": saving.amount,
                "note": saving.note,
                "version": saving.version,
            }
        else:
            line |= {"last_outcome": saving.get_outcome_display(), "last_amount": saving.amount}
    return line
