"""The list of the register's arrangements as they stand, and its files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from arrangements.public.columns import ARRANGEMENT_COLUMNS
from arrangements.public.filters import OPERATING, RegisterFilter
from arrangements.register.models import Arrangement
from arrangements.releases.columns import SHORTHAND_SAYS
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listfiles import CsvOfList, FileOfList, JsonOfList, XlsxOfList
from sharedservices.common.listing import FilteredList
from sharedservices.common.periods import spelled
from sharedservices.common.today import today


def which(filterset: StrictFilterSet) -> str:
    """Which arrangements the list holds, by its year and status; nothing to say of those of any day, or of another status."""
    year, statuses = filterset.chosen("year"), set(filterset.chosen("status") or ())
    if statuses in (set(), {OPERATING}) and (year or statuses):
        return f"operating on {spelled(year.ends_on)}" if year else "operating today"
    return f"as they stood on {spelled(year.ends_on)}" if year else ""


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
        """Which arrangements these are, the year asked for, and the release its outcomes come from."""
        return {"which": which(filterset), "year": filterset.chosen("year"), "release": filterset.release}  # type: ignore[attr-defined]


class ArrangementFile(FileOfList):
    """What the files of this list say."""

    columns = ARRANGEMENT_COLUMNS
    shorthand = SHORTHAND_SAYS

    def says(self, filterset: StrictFilterSet) -> list[str]:
        """Of which day, and whose savings."""
        release, statuses = self.release_of(filterset), filterset.chosen("status")
        which_ones = which(filterset) or ("of the status that is chosen" if statuses else "ended ones too")
        savings = f"Savings are those of release {release}: reported by councils, not audited, net, in whole pounds."
        return [f"The register as it stands now, {which_ones}.", *([savings] if release else [])]

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
