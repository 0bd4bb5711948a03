"""Pages of the register as it stands: the list of arrangements, and an officer's own councils."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from arrangements.public.columns import ARRANGEMENT_COLUMNS
from arrangements.public.filters import RegisterFilter
from arrangements.register.models import Arrangement, Partnership
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from councils.models import Council
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listing import CsvOfList, FilteredList
from sharedservices.common.today import today


class ArrangementList(FilteredList):
    """`/arrangements/`: the register as it stands now; with a year, those operating on its 31 March."""

    filterset_class = RegisterFilter
    template_name = "public/arrangement_list.html"

    def get_queryset(self) -> QuerySet:
        """With what a row names."""
        return Arrangement.objects.visible_to(self.request.user).for_list().with_lead_on(today())

    def more_context(self, filterset: StrictFilterSet) -> dict[str, Any]:
        """The year asked for, the release its outcomes come from, and the day of a status."""
        return {
            "year": filterset.chosen("year"),
            "release": filterset.release,  # type: ignore[attr-defined]
            "outcome_names": OUTCOME_NAMES,
        }


class ArrangementCsv(CsvOfList, ArrangementList):
    """`/arrangements.csv`: the same list, all pages, with the outcome of the latest release of the year."""

    file_name = "arrangements.csv"
    columns = ARRANGEMENT_COLUMNS


def _partnerships_of(councils: Iterable[Council], release: Release | None) -> list[Any]:
    """The councils' partnerships by arrangement, each with `is_current` and `released`, its row in the release or None."""
    partnerships = list(
        Partnership.objects.filter(council__in=list(councils))
        .select_related("arrangement__main_service__category", "council")
        .order_by("arrangement__name", "joined_on")
    )
    rows = {
        row.arrangement_id: row
        for row in ReleasedArrangement.objects.filter(
            release=release, arrangement__in=[each.arrangement_id for each in partnerships]
        )
    }
    for each in partnerships:
        started = each.arrangement.started_on is not None
        each.is_current = started and each.in_force_on(today())  # type: ignore[attr-defined]
        each.released = rows.get(each.arrangement_id)  # type: ignore[attr-defined]
    return partnerships


@require_safe
@cache_control(private=True, no_store=True)
@login_required
def my_councils(request: HttpRequest) -> HttpResponse:
    """`/my-council/`: the councils this officer looks after."""
    councils = Council.objects.filter(officers=request.user.pk).order_by("short_name")
    return render(request, "public/my_councils.html", {"councils": councils})


@require_safe
@cache_control(private=True, no_store=True)
@login_required
def my_council(request: HttpRequest, slug: str) -> HttpResponse:
    """`/my-council/<slug>/`: what is asked of the council this year and what stands, published or not.

    404 for a council that isn't the officer's.
    """
    council = get_object_or_404(Council.objects.filter(officers=request.user.pk), slug=slug)
    year = FinancialYear.objects.filter(opens_on__lte=today()).order_by("-starts_on").first()
    councils = [council, *council.predecessors.all()]
    partnerships = [
        each for each in _partnerships_of(councils, Release.objects.latest()) if each.is_current or each.council_id != council.pk
    ]
    answers = {
        saving.arrangement_id: saving
        for saving in ReportedSaving.objects.visible_to(request.user).filter(
            year=year, arrangement__in=[each.arrangement_id for each in partnerships]
        )
    }
    for each in partnerships:
        each.answer = answers.get(each.arrangement_id)
    returns = (
        AnnualReturn.objects.visible_to(request.user)
        .filter(year=year, council__in=councils)
        .select_related("council", "year")
        .with_progress()
        .prefetch_related("queries__arrangement")
    )
    return render(
        request,
        "public/my_council.html",
        {"council": council, "year": year, "partnerships": partnerships, "returns": returns},
    )
