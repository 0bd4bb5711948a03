"""Pages of releases: what was published, the frozen rows behind it, each figure, each file, each year."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from arrangements.releases.columns import ARRANGEMENT_COLUMNS, COUNCIL_COLUMNS
from arrangements.releases.filters import FrozenCouncilFilter, FrozenFilter
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure, ReleasedFile
from arrangements.releases.tables import category_table, headlines, region_table
from arrangements.returns.models import FinancialYear
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.listing import CsvOfList, FilteredList

FILE_LIFE = "public, max-age=31536000, immutable"


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
    return render(request, "releases/release_detail.html", {"release": release, **_shown(release)})


@require_safe
def year_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/years/2013-14/`: the year by its latest release, and all its releases."""
    year = get_object_or_404(FinancialYear, slug=slug)
    releases = list(
        Release.objects.visible_to(request.user).of_year(year).with_superseded().newest_first().select_related("year")
    )
    latest = next((each for each in releases if each.is_public()), None)
    context: dict[str, Any] = {"year": year, "releases": releases, "release": latest}
    if latest is not None:
        context |= _shown(latest)
    return render(request, "releases/year_detail.html", context)


def _shown(release: Release) -> dict[str, Any]:
    """What a release's page and its year's page both show; one query for the figures, one for the files."""
    figures = list(ReleasedFigure.objects.of(release).order_by("position"))
    return {
        "headlines": headlines(figures),
        "categories": category_table(figures),
        "regions": region_table(figures),
        "groups": [(measure, list(group)) for measure, group in groupby(figures, key=lambda figure: figure.measure)],
        "files": ReleasedFile.objects.of(release).defer("content").order_by("name"),
    }


@require_safe
def figure_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/releases/2013-14.r1/figures/savings-total/`: one figure, how it is counted and what went into it."""
    release = release_or_404(request, slug)
    figure = get_object_or_404(ReleasedFigure.objects.of(release), key=key)
    return render(request, "releases/figure_detail.html", {"release": release, "figure": figure})


@require_safe
def released_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """`/releases/2013-14.r1/files/arrangements.csv`: the bytes written when the release was prepared."""
    release = release_or_404(request, slug)
    file = get_object_or_404(ReleasedFile.objects.of(release), name=name)
    response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{release.slug}-{file.name}"'
    response["Access-Control-Allow-Origin"] = "*"
    etag = f'"{file.sha256}"'
    response["ETag"] = etag
    response["Cache-Control"] = FILE_LIFE if release.is_public() else "private, no-store"
    return get_conditional_response(request, etag=etag, response=response) or response


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
