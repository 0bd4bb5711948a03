"""A revision's notice: what it corrects in the revision before, read from the frozen rows of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arrangements.releases.corrections import CorrectedRow, Correction, corrected_rows, corrections
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure
from arrangements.releases.rows import arrangement_row
from arrangements.releases.tables import HEADLINES

NEEDED = [
    "release_id", "reference", "name", "outcome", "amount", "category", "category_name", "regions", "involved", "bodies",
    "partners",
]  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """What `release` corrects in `since`, the revision before it."""

    since: Release
    release: Release
    figures: Sequence[Correction]
    rows: Sequence[CorrectedRow]
    names: dict[str, str]

    @property
    def headlines(self) -> list[Correction]:
        """Those of the headline figures that moved, in their order."""
        moved = {each.key: each for each in self.figures}
        return [moved[key] for key in HEADLINES if key in moved]

    @property
    def others(self) -> list[Correction]:
        """All other figures that moved."""
        return [each for each in self.figures if each.key not in HEADLINES]

    @property
    def named_rows(self) -> list[tuple[str, CorrectedRow]]:
        """The rows with their names."""
        return [(self.names[row.reference], row) for row in self.rows]


def notice_of(release: Release, figures: Sequence[ReleasedFigure] | None = None) -> Notice | None:
    """The notice of a revision; None for the first. Two or three queries; `figures` are its own, where they are read."""
    if release.revision == 1:
        return None
    since = Release.objects.select_related("year").get(year=release.year_id, revision=release.revision - 1)
    both = ReleasedFigure.objects.filter(release__in=[since, release] if figures is None else [since]).order_by("position")
    found = list(both)
    before = [figure for figure in found if figure.release_id == since.pk]
    after = list(figures) if figures is not None else [figure for figure in found if figure.release_id == release.pk]
    frozen = list(ReleasedArrangement.objects.filter(release__in=[since, release]).only(*NEEDED).order_by("pk"))
    old, new = ([arrangement_row(row) for row in frozen if row.release_id == each.pk] for each in (since, release))
    return Notice(
        since=since,
        release=release,
        figures=corrections(before, after, old, new),
        rows=corrected_rows(old, new, _spelled(frozen)),
        names={row.reference: row.name for row in frozen},
    )


def _spelled(frozen: Sequence[Any]) -> dict[str, str]:
    """Names of categories by slug and of councils by code."""
    names = {row.category: row.category_name for row in frozen}
    return names | {partner["gss_code"]: partner["name"] for row in frozen for partner in row.partners}
