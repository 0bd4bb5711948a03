"""The files of a release: written once when it is prepared, the same bytes for ever."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from arrangements.releases.columns import (
    ARRANGEMENT_COLUMNS,
    COUNCIL_COLUMNS,
    FIGURE_COLUMNS,
    document_of,
    values_of,
)
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure, ReleasedFile
from sharedservices.common.columns import Columns
from sharedservices.common.csvfile import csv_bytes

CSV = "text/csv; charset=utf-8"
JSON = "application/json"


def write_files(
    release: Release,
    arrangements: list[ReleasedArrangement],
    councils: list[ReleasedCouncil],
    figures: list[ReleasedFigure],
) -> list[ReleasedFile]:
    """Store the release's files, and return them by name."""
    files = [
        _file(release, "arrangements.csv", CSV, _csv(arrangements, ARRANGEMENT_COLUMNS)),
        _file(release, "councils.csv", CSV, _csv(councils, COUNCIL_COLUMNS)),
        _file(release, "figures.csv", CSV, _csv(figures, FIGURE_COLUMNS)),
        _file(release, "figures.json", JSON, _figures_document(release, figures)),
    ]
    return ReleasedFile.objects.bulk_create(files)


def _csv(rows: list[Any], columns: Columns) -> bytes:
    return csv_bytes(list(columns), (values_of(row, columns) for row in rows))


def _figures_document(release: Release, figures: list[ReleasedFigure]) -> bytes:
    document = {
        "release": release.slug,
        "year": str(release.year),
        "figures": [{**document_of(figure, FIGURE_COLUMNS), "inputs": figure.inputs} for figure in figures],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _file(release: Release, name: str, media_type: str, content: bytes) -> ReleasedFile:
    return ReleasedFile(
        release=release,
        name=name,
        media_type=media_type,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
