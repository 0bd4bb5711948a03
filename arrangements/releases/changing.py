"""What changed between two releases, row by row and field by field: pure functions over published rows.

Nothing is told that the published files don't hold, and all that they hold is told: whoever replays the changes over the
earlier release's rows has those of the later one, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
# Rows by their key (an id, a reference, a code), by kind.
Published = dict[str, dict[str, Row]]

FIGURE, ARRANGEMENT, COUNCIL = "figure", "arrangement", "council"
KINDS = (FIGURE, ARRANGEMENT, COUNCIL)
ADDED, GONE, CHANGED = "added", "gone", "changed"


@dataclass(frozen=True)
class RowChange:
    """One row's change. Of a row that was added or is gone, all fields; of one that changed, those that differ."""

    kind: str
    key: str
    name: str
    old: Row | None
    new: Row | None

    @property
    def deed(self) -> str:
        """Added, gone or changed."""
        return ADDED if self.old is None else GONE if self.new is None else CHANGED


def changes_between(earlier: Published, later: Published) -> list[RowChange]:
    """Every row that isn't the same in both, by kind and key; figures in the order of the later release."""
    return [
        change
        for kind in KINDS
        for key in dict.fromkeys([*later[kind], *earlier[kind]])
        if (change := _change(kind, key, earlier[kind].get(key), later[kind].get(key))) is not None
    ]


def _change(kind: str, key: str, old: Row | None, new: Row | None) -> RowChange | None:
    name = str((new or old or {}).get("label" if kind == FIGURE else "name", key))
    if old is None or new is None:
        return RowChange(kind, key, name, old, new)
    differing = [field for field in new if new[field] != old[field]]
    if not differing:
        return None
    return RowChange(kind, key, name, {field: old[field] for field in differing}, {field: new[field] for field in differing})


def replayed(earlier: Published, changes: Iterable[RowChange]) -> Published:
    """The rows that the changes make of the earlier release's. `ValueError` where a change doesn't fit what is there."""
    rows = {kind: dict(earlier[kind]) for kind in KINDS}
    for change in changes:
        here = rows[change.kind].get(change.key)
        if (here is None) != (change.old is None) or any(here[field] != old for field, old in (change.old or {}).items()):  # type: ignore[index]
            raise ValueError(f"{change.kind} {change.key} isn’t what the change says it was.")
        if change.new is None:
            del rows[change.kind][change.key]
        else:
            rows[change.kind][change.key] = {**(here or {}), **change.new}
    return rows
