"""From a release in the database to what its sentences are made of: four queries, however many rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from arrangements.register.models import Service
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.releases.press.phrases import after_sharing
from arrangements.releases.press.sentences import Figures
from arrangements.releases.press.sharing import Names, Shared, SharingRow
from arrangements.releases.press.told import Section, told
from councils.models import BodyKind, CouncilKind

# What the press asks about first, where nothing else is asked.
ASKED_FIRST = "ict"
KINDS_IN_WORDS: dict[str, str] = {
    BodyKind.NHS: "the NHS",
    BodyKind.NATIONAL_PARK: "national parks",
    BodyKind.COMBINED_AUTHORITY: "combined authorities",
    BodyKind.STRATEGIC_AUTHORITY: "strategic authorities",
    BodyKind.OTHER: "other public bodies",
}


def sections_of(release: Release, service: Service, figures: Figures) -> list[Section]:
    """What the release says by its figures and rows, with the service that is asked about."""
    rows = list(
        ReleasedArrangement.objects.of(release)
        .filter(Q(services__contains=[service.slug]) | ~Q(bodies=[]))
        .only("reference", "main_service", "main_service_name", "services", "regions", "counties", "involved", "bodies")
        .order_by("reference")
    )
    return told(figures, [sharing_row(row) for row in rows], names_of(release), shared(service, rows))


def figures_of(release: Release) -> Figures:
    """Its figures, in the order of publication."""
    found = ReleasedFigure.objects.of(release).order_by("position")
    return Figures(release.slug, str(release.year), {figure.key: figure for figure in found})


def shared(service: Service, rows: Iterable[Any]) -> Shared:
    """The service as the release calls it, or else as it is called now."""
    name = next((row.main_service_name for row in rows if row.main_service == service.slug), service.name)
    return Shared(service.slug, after_sharing(name))


def sharing_row(row: ReleasedArrangement) -> SharingRow:
    """What the sentences about sharing need of a frozen arrangement."""
    return SharingRow(
        reference=row.reference,
        services=tuple(row.services),
        regions=tuple(row.regions),
        counties=tuple(row.counties),
        involved=tuple(row.involved),
        bodies=tuple((body["kind"], body["name"]) for body in row.bodies),
    )


def names_of(release: Release) -> Names:
    """What places and councils were called in the release."""
    councils = list(ReleasedCouncil.objects.of(release).only("gss_code", "slug", "short_name", "kind", "region", "region_name"))
    return Names(
        regions={council.region: council.region_name for council in councils},
        counties={
            council.gss_code: (council.slug, council.short_name) for council in councils if council.kind == CouncilKind.COUNTY
        },
        councils={council.gss_code: council.short_name for council in councils},
        body_kinds={kind: KINDS_IN_WORDS.get(kind, label.lower()) for kind, label in BodyKind.choices},
    )
