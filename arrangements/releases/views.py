"""Pages of releases: what was published, each figure."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arrangements.releases.behind import lists_behind
from arrangements.releases.correcting import notice_of
from arrangements.releases.models import (
    Release,
    ReleasedDocument,
    ReleasedFigure,
    ReleasedFile,
    ReleasedNote,
)
from arrangements.releases.press.citing import address_of, quotation, said_of
from arrangements.releases.tables import category_table, headlines, region_table


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
