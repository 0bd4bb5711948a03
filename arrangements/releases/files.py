"""The files of a release: written once when it is prepared, the same bytes for ever."""

from __future__ import annotations

import json

from arrangements.releases.columns import ARRANGEMENT_COLUMNS, COUNCIL_COLUMNS, FIGURE_COLUMNS, document_of
from arrangements.releases.models import (
    Release,
    ReleasedArrangement,
    ReleasedCouncil,
    ReleasedFigure,
    ReleasedFile,
    ReleasedNote,
)
from arrangements.releases.openfiles import JSON, OpenFile, Table, open_files


def write_files(
    release: Release,
    arrangements: list[ReleasedArrangement],
    councils: list[ReleasedCouncil],
    figures: list[ReleasedFigure],
    notes: list[ReleasedNote],
) -> list[ReleasedFile]:
    """Store the release's files, and return them by name."""
    tables = [
        Table("arrangements", "Arrangements operating on 31 March, with outcome and saving.", ARRANGEMENT_COLUMNS, arrangements),
        Table("councils", "Councils in force on 31 March: asked or not, involved or not.", COUNCIL_COLUMNS, councils),
        Table("figures", "Every published figure.", FIGURE_COLUMNS, figures),
    ]
    title = f"Shared Services Register: release {release.slug} of {release.year}"
    document = OpenFile("figures.json", JSON, _figures_document(release, figures, notes))
    files = open_files(f"release-{release.slug}", title, tables, as_at=release.year.ends_on, more=[document])
    return ReleasedFile.objects.bulk_create(
        ReleasedFile(
            release=release,
            name=file.name,
            media_type=file.media_type,
            content=file.content,
            size=len(file.content),
            sha256=file.sha256,
        )
        for file in files
    )


def _figures_document(release: Release, figures: list[ReleasedFigure], notes: list[ReleasedNote]) -> bytes:
    document = {
        "release": release.slug,
        "year": str(release.year),
        "notes": [{"gate": note.gate, "count": note.count, "said": note.said, "reason": note.reason} for note in notes],
        "figures": [{**document_of(figure, FIGURE_COLUMNS), "inputs": figure.inputs} for figure in figures],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
