"""From frozen rows in the database to the plain rows that figures are made of."""

from __future__ import annotations

from collections.abc import Iterable

from arrangements.register.models import ServiceCategory
from arrangements.releases.figures import ArrangementRow, CouncilRow, Rows
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.returns.vocabulary import RELEASED_OUTCOMES
from councils.models import Region


def rows_of(
    release: Release,
    arrangements: Iterable[ReleasedArrangement] | None = None,
    councils: Iterable[ReleasedCouncil] | None = None,
) -> Rows:
    """The rows of a release: those given, or else those stored, arrangements by reference and councils by code."""
    if arrangements is None:
        arrangements = ReleasedArrangement.objects.of(release).order_by("reference")
    if councils is None:
        councils = ReleasedCouncil.objects.of(release).order_by("gss_code")
    return Rows(
        release=release.slug,
        year=str(release.year),
        arrangements=tuple(arrangement_row(row) for row in arrangements),
        councils=tuple(CouncilRow(row.gss_code, row.asked) for row in councils),
        categories=dict(ServiceCategory.objects.order_by("name").values_list("slug", "name")),
        regions=dict(Region.objects.order_by("name").values_list("slug", "name")),
        outcomes=dict(RELEASED_OUTCOMES),
    )


def arrangement_row(row: ReleasedArrangement) -> ArrangementRow:
    """What the figures need of a frozen arrangement."""
    return ArrangementRow(
        reference=row.reference,
        outcome=row.outcome,
        amount=row.amount,
        category=row.category,
        regions=tuple(row.regions),
        involved=tuple(row.involved),
        has_bodies=bool(row.bodies),
    )
