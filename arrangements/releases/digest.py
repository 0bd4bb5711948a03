"""The digest of a release: one SHA-256 over its rows, figures, files, documents and notes, named by whoever approves it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from arrangements.releases.models import (
    Release,
    ReleasedArrangement,
    ReleasedCouncil,
    ReleasedDocument,
    ReleasedFigure,
    ReleasedFile,
    ReleasedNote,
)

LEFT_OUT = {"id", "release", "content", "arrangement", "council", "figure"}


def digest_of(release: Release) -> str:
    """64 hexadecimal digits, computed from what is stored: the same of everything frozen gives the same digest."""
    digest = hashlib.sha256()
    header = {
        "release": release.slug,
        "kind": release.kind,
        "compared_with": release.compared_with.slug if release.compared_with else None,
        "public_note": release.public_note,
    }
    digest.update(_line(header))
    for rows in (
        ReleasedArrangement.objects.of(release).order_by("reference"),
        ReleasedCouncil.objects.of(release).order_by("gss_code"),
        ReleasedFigure.objects.of(release).order_by("position"),
        ReleasedFile.objects.of(release).order_by("name"),
        ReleasedDocument.objects.of(release).order_by("name"),
        ReleasedNote.objects.of(release).order_by("gate"),
    ):
        for document in _documents(rows):
            digest.update(_line(document))
    for promised in (ReleasedFile, ReleasedDocument):
        for content in promised.objects.of(release).order_by("name").values_list("content", flat=True):
            digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _documents(rows: models.QuerySet) -> Iterable[dict[str, Any]]:
    names = [field.name for field in rows.model._meta.fields if field.name not in LEFT_OUT]
    return rows.values(*names)


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder).encode() + b"\n"
