"""The home page, and the two addresses by which machines ask whether the register is well."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arrangements.public.facts import ARRANGEMENTS
from arrangements.public.front import headline_keys, headlines
from arrangements.public.little_map import map_of_england
from arrangements.public.telling import changes_before
from arrangements.releases import charting
from arrangements.releases.charting import Published, stored, years_published
from arrangements.releases.models import Release, ReleasedCouncil, ReleasedFigure
from arrangements.releases.year_pages import figures_of
from sharedservices.common.charts import Chart
from sharedservices.common.today import now

MOST_RELEASES, MOST_CHANGES = 3, 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the year in ten seconds, by the stored figures of the latest release; the map, the charts, and what is new."""
    releases = list(Release.objects.published().newest_first().select_related("year", "compared_with__year"))
    context: dict[str, Any] = {
        "release": releases[0] if releases else None,
        "newest": sorted(releases, key=lambda each: each.published_at or now(), reverse=True)[:MOST_RELEASES],
        "changes": changes_before(None, MOST_CHANGES, now=now(), about=ARRANGEMENTS),
    }
    if releases:
        context |= _told(releases)
    return render(request, "home.html", context)


def _told(releases: list[Release]) -> dict[str, Any]:
    """The latest release in headlines, charts and a map. The releases are all that are public, the newest first."""
    release = releases[0]
    figures = figures_of(release)
    current = {each.year_id: each for each in reversed(releases)}
    keys = headline_keys(figures)
    wanted = Q(release__in=current.values(), key="savings-total") | Q(release=release.compared_with_id, key__in=keys)
    others = list(stored(ReleasedFigure.objects.filter(wanted)).select_related("release"))
    earlier = {each.key: each for each in others if each.release_id == release.compared_with_id}
    by_year = {(each.release.year_id, each.key): each for each in others if each.release_id == current[each.release.year_id].pk}
    return {
        "headlines": list(headlines(release, figures, earlier)),
        "charts": _charts(release, figures, Published(years_published(releases), current, by_year)),
        "map": map_of_england(ReleasedCouncil.objects.of(release), release.year.ends_on),
    }


def _charts(release: Release, figures: list[ReleasedFigure], published: Published) -> list[Chart]:
    """Savings by category and over the years; growth by region."""
    return [
        charting.savings_by_category(figures, release, _file(release, "savings-by-category")),
        charting.savings_over_the_years(published, reverse("england-chart", args=["savings"])),
        charting.growth_by_region(figures, release, _file(release, "growth-by-region")),
    ]


def _file(release: Release, key: str) -> str:
    return reverse("release-chart", args=[release.slug, key])


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
