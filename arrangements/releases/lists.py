"""The lists of a release's frozen rows, and their files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from arrangements.releases.columns import ARRANGEMENT_COLUMNS, COUNCIL_COLUMNS, SHORTHAND_SAYS
from arrangements.releases.filters import FrozenCouncilFilter, FrozenFilter
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.releases.views import release_or_404
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listfiles import CsvOfList, FileOfList, JsonOfList, XlsxOfList
from sharedservices.common.listing import FilteredList


class FrozenList(FilteredList):
    """A list of a release's frozen rows."""

    @cached_property
    def release(self) -> Release:
        """The release named in the address."""
        return release_or_404(self.request, self.kwargs["slug"])

    def more_context(self, filterset: StrictFilterSet) -> dict[str, Any]:
        """The release, to name it."""
        return {"release": self.release}


class FrozenFile(FileOfList):
    """What the files of frozen rows say."""

    release: Release

    def says(self, filterset: StrictFilterSet) -> list[str]:
        """Of which release."""
        told = (
            f"Frozen rows of release {self.release.slug}: {self.noun} on 31 March {self.release.year.ends_on.year}, as prepared."
        )
        return [told, *([f"Note of the release: {self.release.public_note}"] if self.release.public_note else [])]

    def release_of(self, filterset: StrictFilterSet) -> str | None:
        """The release."""
        return self.release.slug


class FrozenArrangements(FrozenList):
    """`/releases/2013-14.r1/arrangements/`: every arrangement operating in the year, as frozen."""

    filterset_class = FrozenFilter
    template_name = "releases/frozen_arrangements.html"
    noun = "arrangements"
    shown_first = ("category", "service", "outcome")
    columns = ARRANGEMENT_COLUMNS
    shorthand = SHORTHAND_SAYS

    def get_queryset(self) -> QuerySet:
        """The release's rows."""
        return ReleasedArrangement.objects.of(self.release)


class FrozenCouncils(FrozenList):
    """`/releases/2013-14.r1/councils/`: every council in force on 31 March: asked or not, involved or not."""

    filterset_class = FrozenCouncilFilter
    template_name = "releases/frozen_councils.html"
    noun = "councils"
    columns = COUNCIL_COLUMNS

    def get_queryset(self) -> QuerySet:
        """The release's councils."""
        return ReleasedCouncil.objects.of(self.release)


class FrozenArrangementsCsv(FrozenFile, CsvOfList, FrozenArrangements):
    """`/releases/2013-14.r1/arrangements.csv`: the same, filtered alike, all pages."""

    columns, shorthand = FrozenArrangements.columns, FrozenArrangements.shorthand


class FrozenArrangementsXlsx(FrozenFile, XlsxOfList, FrozenArrangements):
    """`/releases/2013-14.r1/arrangements.xlsx`: the same as a workbook."""

    columns, shorthand = FrozenArrangements.columns, FrozenArrangements.shorthand


class FrozenArrangementsJson(FrozenFile, JsonOfList, FrozenArrangements):
    """`/releases/2013-14.r1/arrangements.json`: the same as JSON."""

    columns, shorthand = FrozenArrangements.columns, FrozenArrangements.shorthand


class FrozenCouncilsCsv(FrozenFile, CsvOfList, FrozenCouncils):
    """`/releases/2013-14.r1/councils.csv`: the same, filtered alike, all pages."""

    columns = FrozenCouncils.columns


class FrozenCouncilsXlsx(FrozenFile, XlsxOfList, FrozenCouncils):
    """`/releases/2013-14.r1/councils.xlsx`: the same as a workbook."""

    columns = FrozenCouncils.columns


class FrozenCouncilsJson(FrozenFile, JsonOfList, FrozenCouncils):
    """`/releases/2013-14.r1/councils.json`: the same as JSON."""

    columns = FrozenCouncils.columns
