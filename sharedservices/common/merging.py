"""Two writers of one row: what each changed since the reading they share, field by field.

Base is the row as the later writer read it, theirs as it stands now, mine as the later writer wants it. Fields that
only one side touched merge by themselves; a field that both touched differently is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

# What a column of versions holds; a form may say anything.
MOST = 2**31 - 1


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
    return readings(type(row), {row.pk: version}).get(row.pk, {})


def readings(model: Any, versions: Mapping[Any, int | None]) -> dict[Any, dict[str, Any]]:
    """Of many rows, each at its version, what `as_read` gives: by key, without those that never were at it. One query.

    Rows that are gone since are among them.
    """
    wanted = {key: version for key, version in versions.items() if version is not None and 0 < version <= MOST}
    if not wanted:
        return {}
    kept = model.pgh_event_model.objects.filter(pgh_obj_id__in=wanted, version__in=set(wanted.values())).order_by("pgh_id")
    columns = {field.attname for field in model.pgh_event_model._meta.fields}
    names = [field.attname for field in model._meta.concrete_fields if field.attname in columns]
    return {
        event.pgh_obj_id: {name: getattr(event, name) for name in names}
        for event in kept
        if event.version == wanted[event.pgh_obj_id]
    }
