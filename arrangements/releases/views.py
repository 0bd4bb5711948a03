"""Pages of releases: what was published, the frozen rows behind it, each figure."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from arrangements.releases.behind import lists_behind
from arrangements.releases.columns import ARRANGEMENT_COLUMNS, COUNCIL_COLUMNS
from arrangements.releases.correcting import notice_of
from arrangements.releases.filters import FrozenCouncilFilter, FrozenFilter
from arrangements.releases.models import (
    Release,
    ReleasedArrangement,
    ReleasedCouncil,
    ReleasedDocument,
    ReleasedFigure,
    ReleasedFile,
    ReleasedNote,
)
from arrangements.releases.press.citing import address_of, quotation, said_of
from arrangements.releases.tables import category_table, headlines, region_table
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listing import CsvOfList, FilteredList


def release_or_404(request: HttpRequest, slug: str) -> Release:
    """The release of that address, if this reader may see it; otherwise there is none."""
    releases = Release.objects.visible_to(request.user).with_superseded().select_related("year", "compared_with__year")
    return get_object_or_404(releases, slug=slug)


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    """`/releases/`: every release, newest first."""
    releases = Release.objects.visible_to(request.user).with_superseded().select_related("year").newest_first()
    totals = {
        (figure.release_id, figure.key): figure.display
        for figure in ReleasedFigure.objects.filter(release__in=releases, key__in=["savings-total", "arrangements"])
    }
    rows = [
        {
            "release": each,
            "savings": totals.get((each.pk, "savings-total")),
            "arrangements": totals.get((each.pk, "arrangements")),
        }
        for each in releases
    ]
    return render(request, "releases/release_list.html", {"rows": rows})


@require_safe
def release_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/releases/2013-14.r1/`: its headline figures, tables, files and every figure with its definition."""
    release = release_or_404(request, slug)
    shown = _shown(release)
    notice = notice_of(release, shown["figures"])
    notes = ReleasedNote.objects.of(release).order_by("pk")
    return render(request, "releases/release_detail.html", {"release": release, "notice": notice, "notes": notes, **shown})


def _shown(release: Release) -> dict[str, Any]:
    """What a release's page shows; one query for the figures, one for the files."""
    figures = list(ReleasedFigure.objects.of(release).order_by("position"))
    return {
        "figures": figures,
        "headlines": headlines(figures),
        "categories": category_table(figures),
        "regions": region_table(figures),
        "groups": [(measure, list(group)) for measure, group in groupby(figures, key=lambda figure: figure.measure)],
        "files": ReleasedFile.objects.of(release).defer("content").order_by("name"),
        "documents": ReleasedDocument.objects.of(release).defer("content").order_by("name"),
    }


@require_safe
def figure_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/releases/2013-14.r1/figures/savings-total/`: one figure, how it is counted and what went into it."""
    release = release_or_404(request, slug)
    figure = get_object_or_404(ReleasedFigure.objects.of(release), key=key)
    context = {
        "release": release,
        "figure": figure,
        "documents": ReleasedDocument.objects.of(release).filter(figure=figure).defer("content"),
        "lists": lists_behind(figure, release),
        "quotation": quotation(said_of(figure, release), release, address_of(request, release, f"figures/{key}/")),
    }
    return render(request, "releases/figure_detail.html", context)


class FrozenList(FilteredList):
    """A list of a release's frozen rows."""

    @cached_property
    def release(self) -> Release:
        """The release named in the address."""
        return release_or_404(self.request, self.kwargs["slug"])

    def more_context(self, filterset: StrictFilterSet) -> dict[str, Any]:
        """The release, to name it."""
        return {"release": self.release}


class FrozenArrangements(FrozenList):
    """`/releases/2013-14.r1/arrangements/`: every arrangement operating in the year, as frozen."""

    filterset_class = FrozenFilter
    template_name = "releases/frozen_arrangements.html"

    def get_queryset(self) -> QuerySet:
        """The release's rows."""
        return ReleasedArrangement.objects.of(self.release)


class FrozenArrangementsCsv(CsvOfList, FrozenArrangements):
    """`/releases/2013-14.r1/arrangements.csv`: the same, filtered alike, all pages."""

    file_name = "arrangements.csv"
    columns = ARRANGEMENT_COLUMNS


class FrozenCouncils(FrozenList):
    """`/releases/2013-14.r1/councils/`: every council in force on 31 March: asked or not, involved or not."""

    filterset_class = FrozenCouncilFilter
    template_name = "releases/frozen_councils.html"

    def get_queryset(self) -> QuerySet:
        """The release's councils."""
        return ReleasedCouncil.objects.of(self.release)


class FrozenCouncilsCsv(CsvOfList, FrozenCouncils):
    """`/releases/2013-14.r1/councils.csv`: the same, filtered alike, all pages."""

    file_name = "councils.csv"
    columns = COUNCIL_COLUMNS
