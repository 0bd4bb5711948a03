"""The list of the register as it stands."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from arrangements.public.columns import ARRANGEMENT_COLUMNS
from arrangements.public.filters import RegisterFilter
from arrangements.register.models import Arrangement
from arrangements.releases.columns import OUTCOME_NAMES
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
