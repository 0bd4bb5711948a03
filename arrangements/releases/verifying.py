"""Proving figures: those of a stored release from what is stored, and those of a year before anything is frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from arrangements.releases.digest import digest_of
from arrangements.releases.figures import Figure, Rows
from arrangements.releases.models import Promised, Release, ReleasedDocument, ReleasedFigure, ReleasedFile
from arrangements.releases.recount import Files, faults

# What a figure's document says of it in the figure's own words.
SAID = ("label", "value", "unit", "display", "definition", "rounding", "numerator", "denominator", "row_count", "inputs")


def faults_of(release: Release) -> list[str]:
    """A sentence for each thing about the release that doesn't hold; none if all does. Reads only what is stored."""
    files = list(ReleasedFile.objects.of(release))
    documents = {each.name: each for each in ReleasedDocument.objects.of(release)}
    found = [*_wrong_hashes(files), *_wrong_hashes(documents.values())]
    if (digest := digest_of(release)) != release.digest:
        found.append(f"The digest of what is stored is {digest}, and {release.digest} was approved.")
    open_files = _open_files(files)
    figures = {each.key: each for each in ReleasedFigure.objects.of(release)}
    found += _unlike_the_file(figures, {row["id"]: row["value"] for row in open_files.figures})
    if documents:
        found += _unlike_their_documents(figures, documents)
    return found + recounted(files, release.compared_with)


def _wrong_hashes(promised: Any) -> Iterator[str]:
    each: Promised
    for each in promised:
        if (actual := hashlib.sha256(each.content).hexdigest()) != each.sha256:
            yield f"{each.name}: its bytes have the SHA-256 {actual}, and {each.sha256} was published."  # type: ignore[attr-defined]


def _unlike_the_file(figures: dict[str, ReleasedFigure], published: dict[str, str]) -> Iterator[str]:
    """Figures that figures.csv has otherwise, or that one of the two lacks."""
    stored = {key: "" if each.value is None else str(each.value) for key, each in figures.items()}
    for key in sorted({*stored, *published}):
        if stored.get(key) != published.get(key):
            yield f"{key}: stored as {stored.get(key)}; figures.csv has {published.get(key)}."


def _unlike_their_documents(figures: dict[str, ReleasedFigure], documents: dict[str, ReleasedDocument]) -> Iterator[str]:
    """Figures whose documents are missing or say something else."""
    for key, figure in figures.items():
        missing = [name for name in (f"{key}.html", f"{key}.json") if name not in documents]
        if missing:
            yield f"{key}: {' and '.join(missing)} missing."
            continue
        said = json.loads(bytes(documents[f"{key}.json"].content))["data"]
        differing = [name for name in SAID if said[name] != getattr(figure, name)]
        if differing:
            yield f"{key}: its document and the stored figure differ in {', '.join(differing)}."


def recounted(files: Iterable[ReleasedFile], compared_with: Release | None) -> list[str]:
    """A sentence for each figure of the files that their rows don't bear out, by the recount that shares no code with it."""
    earlier = _open_files(ReleasedFile.objects.of(compared_with)) if compared_with else None
    return faults(_open_files(files), earlier)


def _open_files(files: Iterable[ReleasedFile]) -> Files:
    content = {file.name: bytes(file.content) for file in files}
    return Files.of(*(content[f"{name}.csv"] for name in ("arrangements", "councils", "figures")))


def agreement(rows: Rows, figures: Sequence[Figure]) -> list[str]:
    """A sentence for each figure that the recount of the rows doesn't bear out. Figures of change aren't among them."""
    arrangements = [
        {
            "outcome": row.outcome,
            "saving_pounds": _cell(row.amount),
            "category": row.category,
            "regions": ";".join(row.regions),
            "lead": ";".join(row.involved),
            "partners": "",
            "bodies": "yes" if row.has_bodies else "",
        }
        for row in rows.arrangements
    ]
    councils = [{"gss_code": row.gss_code, "asked": "yes" if row.asked else "no"} for row in rows.councils]
    return faults(Files(arrangements, councils, [{"id": each.key, "value": _cell(each.value)} for each in figures]))


def _cell(value: int | None) -> str:
    return "" if value is None else str(value)
