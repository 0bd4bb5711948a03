"""The list of the register's arrangements as they stand, and its files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from arrangements.public.columns import ARRANGEMENT_COLUMNS
from arrangements.public.filters import RegisterFilter
from arrangements.register.models import Arrangement
from arrangements.releases.columns import SHORTHAND_SAYS
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listfiles import CsvOfList, FileOfList, JsonOfList, XlsxOfList
from sharedservices.common.listing import FilteredList
from sharedservices.common.today import today


class ArrangementList(FilteredList):
    """`/arrangements/`: the register as it stands now; with a year, those operating on its 31 March."""

    filterset_class = RegisterFilter
    template_name = "public/arrangement_list.html"
    noun = "arrangements"
    shown_first = ("year", "status", "category", "service")

    def get_queryset(self) -> QuerySet:
        """With what a row names."""
        return Arrangement.objects.visible_to(self.request.user).for_list().with_lead_on(today())

    def more_context(self, filterset: StrictFilterSet) -> dict[str, Any]:
        """The year asked for, and the release its outcomes come from."""
        return {"year": filterset.chosen("year"), "release": filterset.release}  # type: ignore[attr-defined]


class ArrangementFile(FileOfList):
    """What the files of this list say."""

    columns = ARRANGEMENT_COLUMNS
    shorthand = SHORTHAND_SAYS

    def says(self, filterset: StrictFilterSet) -> list[str]:
        """Of which day, and whose savings."""
        year, release = filterset.chosen("year"), self.release_of(filterset)
        which = f"operating on 31 March {year.ends_on.year}" if year else "ended ones too"
        savings = f"Savings are those of release {release}: reported by councils, not audited, net, in whole pounds."
        return [f"The register as it stands now, {which}.", *([savings] if release else [])]

    def release_of(self, filterset: StrictFilterSet) -> str | None:
        """The release of the outcomes."""
        release = filterset.release  # type: ignore[attr-defined]
        return release.slug if release else None


class ArrangementCsv(ArrangementFile, CsvOfList, ArrangementList):
    """`/arrangements.csv`: the same list, all pages, with the outcome of the latest release of the year."""


class ArrangementXlsx(ArrangementFile, XlsxOfList, ArrangementList):
    """`/arrangements.xlsx`: the same as a workbook."""


class ArrangementJson(ArrangementFile, JsonOfList, ArrangementList):
    """`/arrangements.json`: the same as JSON."""
