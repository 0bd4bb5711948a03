"""The words of a reminder: to whom, about which year, what is missing line by line, by when, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse

from arrangements.returns.chasing.expected import expected_lines
from arrangements.returns.models import AnnualReturn, Query
from arrangements.returns.vocabulary import QueryState


@dataclass
class Missing:
    """What one return still lacks."""

    lines: int = 0
    unanswered: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def missing_from(returns: Iterable[AnnualReturn]) -> dict[int, Missing]:
    """What each return lacks, by its key. One query for each year among them, and one for the questions."""
    by_year: dict[Any, dict[int, Missing]] = {}
    missing = {}
    for each in returns:
        missing[each.pk] = by_year.setdefault(each.year, {})[each.council_id] = Missing()
    for year, of_council in by_year.items():
        lines = expected_lines(year).filter(council__in=of_council).order_by(Lower("arrangement__name"), "arrangement__reference")
        for council, name, reference, outcome in lines.values_list(
            "council", "arrangement__name", "arrangement__reference", "outcome"
        ):
            of_council[council].lines += 1
            if outcome is None:
                of_council[council].unanswered.append(f"{name} ({reference})")
    asked = Query.objects.filter(annual_return__in=missing, state=QueryState.OPEN).select_related("arrangement")
    for question in asked.order_by("raised_at", "pk"):
        missing[question.annual_return_id].questions.append(f"{question.arrangement.name}: {question.text}")
    return missing


def letter_about(annual_return: Any, missing: Missing, *, on: date, site: str) -> tuple[str, str]:
    """Subject and body of the reminder as of the day. The return is `with_addresses`; `site` is where the register stands."""
    year, council = annual_return.year, annual_return.council
    known = {
        "council": council,
        "year": year,
        "missing": missing,
        "days_left": (year.closes_on - on).days if year.closes_on else None,
        "successors": annual_return.successor_names,
        "page": site.rstrip("/") + _page_of(annual_return),
    }
    subject = render_to_string("returns/reminder_subject.txt", known)
    return " ".join(subject.split()), render_to_string("returns/reminder.txt", known).strip() + "\n"


def _page_of(annual_return: Any) -> str:
    """Where whoever answers signs in: the council's page, or the list of theirs for its successors."""
    if annual_return.successor_names:
        return reverse("my-council")
    return reverse("my-council-detail", args=[annual_return.council.slug])
