"""A chart's file: a row for each of its rows, in their order."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpResponse

from sharedservices.common.charts import Chart
from sharedservices.common.csvfile import csv_response


def chart_file(charts: Iterable[Chart], key: str, prefix: str = "") -> HttpResponse:
    """The file of the chart with that key; 404 where the page has none."""
    for chart in charts:
        if chart.key == key:
            return csv_response(f"{prefix}{'-' if prefix else ''}{key}.csv", chart.header, chart.rows)
    raise Http404
