"""Pages of years: England year by year, and one year by its latest release, each with its charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arrangements.releases import charting
from arrangements.releases.charting import Published, stored
from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.tables import by_key, headlines
from arrangements.releases.views import release_or_404
from arrangements.returns.models import FinancialYear
from sharedservices.common.chart_files import chart_file
from sharedservices.common.charts import Chart

ENGLAND = ["savings-total", "arrangements", "councils-involved"]


def england_charts(published: Published | None = None) -> list[Chart]:
    """England's savings and arrangements over the years; three queries unless they were made already."""
    published = published or Published.with_figures(ENGLAND)
    return [
        charting.savings_over_the_years(published, reverse("england-chart", args=["savings"])),
        charting.arrangements_over_the_years(published, reverse("england-chart", args=["arrangements"])),
    ]


def release_charts(release: Release, figures: Sequence[ReleasedFigure]) -> Iterator[Chart]:
    """What one release says, as charts. `figures` are its own, read through `stored`."""
    makers = {
        "savings-by-category": charting.savings_by_category,
        "arrangements-by-region": charting.arrangements_by_region,
        "growth-by-region": charting.growth_by_region,
        "outcomes": charting.outcomes_of,
    }
    for key, make in makers.items():
        yield make(figures, release, reverse("release-chart", args=[release.slug, key]))


def figures_of(release: Release) -> list[ReleasedFigure]:
    """All its figures in their order, without their inputs."""
    return list(stored(ReleasedFigure.objects.of(release)).order_by("position"))


@require_safe
def release_chart(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/releases/2013-14.r1/charts/savings-by-category.csv`: a chart's rows as they were published."""
    release = release_or_404(request, slug)
    return chart_file(release_charts(release, figures_of(release)), key, release.slug)


@require_safe
def england_chart(request: HttpRequest, key: str) -> HttpResponse:
    """`/years/savings.csv`: England over the years."""
    return chart_file(england_charts(), key, "england")


@require_safe
def year_list(request: HttpRequest) -> HttpResponse:
    """`/years/`: every year from the first published, with its headline figures and England's trends."""
    published = Published.with_figures(ENGLAND)
    rows = [
        {"year": year, "release": published.releases.get(year.pk), "figures": _shown(published, year)}
        for year in reversed(published.years)
    ]
    coming = FinancialYear.objects.filter(starts_on__gt=published.years[-1].starts_on) if published.years else ()
    return render(
        request,
        "releases/year_list.html",
        {"rows": rows, "coming": coming, "charts": england_charts(published)},
    )


def _shown(published: Published, year: FinancialYear) -> list[ReleasedFigure | None]:
    return [published.figures.get((year.pk, key)) for key in ENGLAND]


@require_safe
def year_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/years/2013-14/`: the year by its latest release, beside the years before and after, and all its releases."""
    year = get_object_or_404(FinancialYear, slug=slug)
    releases = list(
        Release.objects.visible_to(request.user)
        .of_year(year)
        .with_superseded()
        .newest_first()
        .select_related("year", "compared_with__year")
    )
    latest = next((each for each in releases if each.is_public()), None)
    near = {each.slug: each for each in FinancialYear.objects.filter(slug__in=[year.slug_before, year.slug_after])}
    context: dict[str, Any] = {
        "year": year,
        "before": near.get(year.slug_before),
        "after": near.get(year.slug_after),
        "releases": releases,
        "release": latest,
        "england": england_charts(),
    }
    if latest is not None:
        figures = figures_of(latest)
        context |= {"headlines": headlines(figures), "charts": list(release_charts(latest, figures)), "found": by_key(figures)}
    return render(request, "releases/year_detail.html", context)
