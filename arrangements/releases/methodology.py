"""How the figures are made, in plain words, and the LGA's own series beside the register's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arrangements.releases.published_series import ENGLAND, LgaFigure, points_of
from arrangements.releases.vocabulary import LgaMeasure
from sharedservices.common.charts import series
from sharedservices.common.csvfile import csv_response

COLUMNS: dict[str, Any] = {
    "published": lambda each: f"{each.published:%Y-%m}",
    "month_approximate": lambda each: each.month_is_approximate,
    "measure": lambda each: each.measure,
    "subject": lambda each: each.subject,
    "value": lambda each: each.value,
    "unit": lambda each: each.unit.value,
    "at_least": lambda each: each.at_least,
    "basis": lambda each: each.basis,
    "source": lambda each: each.source,
    "source_url": lambda each: each.source_url,
    "note": lambda each: each.note,
}


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """`/methodology/`: how the register counts, and a paragraph for every measure, by its name."""
    return render(request, "releases/methodology.html")


@require_safe
def published_figures(request: HttpRequest) -> HttpResponse:
    """`/published-figures/`: what the LGA published from 2011 to 2019, apart from the register's own figures."""
    figures = list(LgaFigure.objects.all())
    context = {
        "savings": series(points_of(figures, LgaMeasure.SAVINGS)),
        "arrangements": series(points_of(figures, LgaMeasure.ARRANGEMENTS)),
        "england": [each for each in figures if each.subject == ENGLAND],
        "parts": [each for each in figures if each.subject != ENGLAND],
    }
    return render(request, "releases/published_figures.html", context)


@require_safe
def published_figures_csv(request: HttpRequest) -> HttpResponse:
    """`/published-figures.csv`: the same, a row for each figure."""
    rows = ([value(each) for value in COLUMNS.values()] for each in LgaFigure.objects.all())
    return csv_response("lga-published-figures.csv", list(COLUMNS), rows)
