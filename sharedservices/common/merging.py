"""Two writers of one row: what each changed since the reading they share, field by field.

Base is the row as the later writer read it, theirs as it stands now, mine as the later writer wants it. Fields that
only one side touched merge by themselves; a field that both touched differently is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Difference:
    """One field on which the two sides differ."""

    field: str
    base: Any
    theirs: Any
    mine: Any

    @property
    def is_conflict(self) -> bool:
        """Whether both sides changed the field, each its own way."""
        return self.theirs != self.base and self.mine != self.base

    @property
    def merged(self) -> Any:
        """What one side alone changed; in a conflict mine, which is offered and not yet stored."""
        return self.theirs if self.mine == self.base else self.mine


def differences(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Difference]:
    """The fields of `mine` on which theirs and mine differ, in the order of `mine`.

    A field whose base isn't known counts as one that mine changed.
    """
    return [
        Difference(field, base.get(field), theirs.get(field), value)
        for field, value in mine.items()
        if theirs.get(field) != value
    ]


def as_read(row: models.Model, version: int | None) -> dict[str, Any]:
    """The row's own fields as they were at the version, from the trail, by attribute name; empty if there is none such."""
    event = row.pgh_event_model.objects.filter(pgh_obj_id=row.pk, version=version).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    if version is None or event is None:
        return {}
    kept = {field.attname for field in event._meta.fields}
    return {field.attname: getattr(event, field.attname) for field in row._meta.concrete_fields if field.attname in kept}
