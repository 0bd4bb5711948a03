"""The list of councils, and its file. A council's own page shows its arrangements, and so stands in an upper room."""

from __future__ import annotations

from django.db.models import QuerySet

from councils.columns import COUNCIL_COLUMNS
from councils.filters import CouncilFilter
from councils.models import Council
from sharedservices.common.listing import CsvOfList, FilteredList


class CouncilList(FilteredList):
    """`/councils/`: councils of all times, filtered by the address."""

    filterset_class = CouncilFilter
    template_name = "councils/council_list.html"

    def get_queryset(self) -> QuerySet:
        """With what a row names."""
        return Council.objects.visible_to(self.request.user).select_related("region", "county")


class CouncilCsv(CsvOfList, CouncilList):
    """`/councils.csv`: the same list, all pages."""

    file_name = "councils.csv"
    columns = COUNCIL_COLUMNS
