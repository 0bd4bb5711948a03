"""The list of councils, and its file. A council's own page shows its arrangements, and so stands in an upper room."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

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
    columns: dict[str, Any] = {
        "gss_code": lambda council: council.gss_code,
        "slug": lambda council: council.slug,
        "name": lambda council: council.name,
        "kind": lambda council: council.kind,
        "kind_name": lambda council: council.get_kind_display(),
        "region": lambda council: council.region.slug,
        "region_name": lambda council: council.region.name,
        "county": lambda council: council.county.gss_code if council.county else "",
        "county_name": lambda council: council.county.name if council.county else "",
        "started_on": lambda council: council.started_on,
        "ended_on": lambda council: council.ended_on,
        "website": lambda council: council.website,
    }
