"""The forms an answer of the API comes in: JSON in its envelope, CSV with codes and labels, JSON Lines.

Which one is asked for by `Accept`, or by the ending of the address: `/api/v1/councils.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from sharedservices.common.columns import Columns
from sharedservices.common.csvfile import csv_bytes

CSV, JSON_LINES = "csv", "jsonl"
FILES = (CSV, JSON_LINES)


def table(rows: Iterable[Any], columns: Columns) -> bytes:
    """The rows as CSV."""
    return csv_bytes(list(columns), ([value(row) for value in columns.values()] for row in rows))


def lines(documents: Iterable[Any]) -> bytes:
    """One JSON object a line, in UTF-8."""
    render = JSONRenderer().render
    return b"".join(render(document) + b"\n" for document in documents)


class _Bytes(BaseRenderer):
    """The view has made the bytes already."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data


class CsvRenderer(_Bytes):
    """Comma-separated values, as people and spreadsheets open them."""

    media_type = "text/csv"
    format = CSV
    charset = "utf-8"


class JsonLinesRenderer(_Bytes):
    """One object a line."""

    media_type = "application/jsonl"
    format = JSON_LINES
    charset = None


class NdjsonRenderer(JsonLinesRenderer):
    """The same by its other name."""

    media_type = "application/x-ndjson"


class ByEndingOrAccept(DefaultContentNegotiation):
    """The ending of the address says it, and `Accept` where there is none."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        if format_suffix:
            chosen = next(renderer for renderer in renderers if renderer.format == format_suffix)
            return chosen, chosen.media_type
        return super().select_renderer(request, renderers, format_suffix)
