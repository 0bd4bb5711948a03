"""The list of councils, and its files. A council's own page shows its arrangements, and so stands in an upper room."""

from __future__ import annotations

from django.db.models import QuerySet

from councils.columns import COUNCIL_COLUMNS
from councils.filters import CouncilFilter
from councils.models import Council
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listfiles import CsvOfList, FileOfList, JsonOfList, XlsxOfList
from sharedservices.common.listing import FilteredList


class CouncilList(FilteredList):
    """`/councils/`: councils of all times, filtered by the address."""

    filterset_class = CouncilFilter
    template_name = "councils/council_list.html"
    noun = "councils"

    def get_queryset(self) -> QuerySet:
        """With what a row names."""
        return Council.objects.visible_to(self.request.user).select_related("region", "county")


class CouncilFile(FileOfList):
    """What the files of this list say."""

    columns = COUNCIL_COLUMNS

    def says(self, filterset: StrictFilterSet) -> list[str]:
        """Of which time."""
        return ["The principal councils of England since 2010, also those that have ended."]


class CouncilCsv(CouncilFile, CsvOfList, CouncilList):
    """`/councils.csv`: the same list, all pages."""


class CouncilXlsx(CouncilFile, XlsxOfList, CouncilList):
    """`/councils.xlsx`: the same as a workbook."""


class CouncilJson(CouncilFile, JsonOfList, CouncilList):
    """`/councils.json`: the same as JSON."""
