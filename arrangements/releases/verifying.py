"""Proving a stored release: its digest, its files' hashes, and every figure reckoned again from the files."""

from __future__ import annotations

import hashlib

from arrangements.releases.digest import digest_of
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
    open_files = _open_files(release)
    published = {row["id"]: row["value"] for row in open_files.figures}
    stored = dict(ReleasedFigure.objects.of(release).values_list("key", "value"))
    if published != {key: "" if value is None else str(value) for key, value in stored.items()}:
        found.append("figures.csv and the stored figures differ.")
    earlier = _open_files(release.compared_with) if release.compared_with else None
    return found + faults(open_files, earlier)


def _open_files(release: Release) -> Files:
    content = dict(ReleasedFile.objects.of(release).values_list("name", "content"))
    return Files.of(*(bytes(content[f"{name}.csv"]) for name in ("arrangements", "councils", "figures")))
