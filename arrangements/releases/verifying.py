"""Proving figures: those of a stored release from what is stored, and those of a year before anything is frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from arrangements.releases.digest import digest_of
from arrangements.releases.figures import Figure, Rows
from arrangements.releases.models import Release, ReleasedFigure, ReleasedFile
from arrangements.releases.recount import Files, faults


def faults_of(release: Release) -> list[str]:
    """A sentence for each thing about the release that doesn't hold; none if all does. Reads only what is stored."""
    files = {file.name: file for file in ReleasedFile.objects.of(release)}
    found = [
        f"{file.name}: its bytes have the SHA-256 {actual}, and {file.sha256} was published."
        for file in files.values()
        if (actual := hashlib.sha256(file.content).hexdigest()) != file.sha256
    ]
    if (digest := digest_of(release)) != release.digest:
        found.append(f"The digest of what is stored is {digest}, and {release.digest} was approved.")
    open_files = _open_files(files.values())
    published = {row["id"]: row["value"] for row in open_files.figures}
    stored = dict(ReleasedFigure.objects.of(release).values_list("key", "value"))
    if published != {key: "" if value is None else str(value) for key, value in stored.items()}:
        found.append("figures.csv and the stored figures differ.")
    return found + recounted(files.values(), release.compared_with)


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
