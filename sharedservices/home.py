"""The home page, and the two addresses by which machines ask whether the register is well."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.tables import category_table, headlines, region_table


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the headline figures of the latest release, each a link to the frozen rows behind it."""
    release = Release.objects.latest()
    figures = list(ReleasedFigure.objects.of(release).order_by("position")) if release else []
    return render(
        request,
        "home.html",
        {
            "release": release,
            "headlines": headlines(figures),
            "categories": category_table(figures),
            "regions": region_table(figures),
        },
    )


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """`/healthz`: 200 while the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """`/readyz`: 200 while the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready\n", content_type="text/plain")
