"""Freezing: the rows of a release, copied as values from the register and the accepted returns as they stand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Prefetch

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.register.querysets import ArrangementQuerySet
from arrangements.register.vocabulary import INVOLVED_ROLES, Role
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import NOT_RETURNED
from councils.models import Council, CouncilKind


def freeze_rows(release: Release) -> tuple[list[ReleasedArrangement], list[ReleasedCouncil]]:
    """Store the frozen arrangements (by reference) and councils (by GSS code) of a release, and return them."""
    councils = _councils_then(release.year)
    arrangements = [
        _frozen_arrangement(release, arrangement, councils, saving)
        for arrangement, saving in _operating_with_answers(release.year)
    ]
    frozen_councils = _frozen_councils(release, councils, arrangements)
    ReleasedArrangement.objects.bulk_create(arrangements)
    ReleasedCouncil.objects.bulk_create(frozen_councils)
    return arrangements, frozen_councils


def as_they_would_be_frozen(year: FinancialYear, among: ArrangementQuerySet) -> list[ReleasedArrangement]:
    """The rows of these arrangements, by reference, as a release prepared now would have them. Stored nowhere.

    Less what they are found by: nobody searches them.
    """
    councils = _councils_then(year, with_other_names=False)
    release = Release(year=year)
    return [
        _frozen_arrangement(release, arrangement, councils, saving, is_searched=False)
        for arrangement, saving in _operating_with_answers(year, among)
    ]


def _councils_then(year: FinancialYear, *, with_other_names: bool = True) -> dict[int, Any]:
    """Every council in force on 31 March, named and coded as it was on that day."""
    councils = Council.objects.in_force_on(year.ends_on).with_identity_on(year.ends_on)
    return councils.select_related("region").prefetch_related(*["other_names"] if with_other_names else []).in_bulk()


def _operating_with_answers(
    year: FinancialYear, among: ArrangementQuerySet | None = None
) -> list[tuple[Arrangement, ReportedSaving | None]]:
    """The arrangements operating on 31 March, by reference, with the answer of an accepted return or None."""
    day = year.ends_on
    operating = (
        (Arrangement.objects.all() if among is None else among)
        .operating_in(year)
        .select_related("main_service__category")
        .prefetch_related(
            "other_services",
            "former_names",
            Prefetch("partnerships", Partnership.objects.in_force_on(day).order_by("council__gss_code")),
            Prefetch(
                "body_partnerships",
                BodyPartnership.objects.in_force_on(day).select_related("body").order_by("body__slug"),
            ),
        )
        .order_by("reference")
    )
    answers = {saving.arrangement_id: saving for saving in ReportedSaving.objects.on_accepted_returns(year)}
    return [(arrangement, answers.get(arrangement.pk)) for arrangement in operating]


def _frozen_arrangement(
    release: Release,
    arrangement: Arrangement,
    councils: dict[int, Any],
    saving: ReportedSaving | None,
    *,
    is_searched: bool = True,
) -> ReleasedArrangement:
    partnerships = [(partnership, councils[partnership.council_id]) for partnership in arrangement.partnerships.all()]
    taking_part = [(partnership, council) for partnership, council in partnerships if partnership.role in INVOLVED_ROLES]
    bodies = [partnership.body for partnership in arrangement.body_partnerships.all()]
    service = arrangement.main_service
    services = [service, *sorted(arrangement.other_services.all(), key=lambda other: other.slug)]
    return ReleasedArrangement(
        release=release,
        arrangement=arrangement,
        reference=arrangement.reference,
        name=arrangement.name,
        outcome=saving.outcome if saving else NOT_RETURNED,
        amount=saving.amount if saving else None,
        category=service.category.slug,
        category_name=service.category.name,
        main_service=service.slug,
        main_service_name=service.name,
        services=[each.slug for each in services],
        governance=arrangement.governance,
        started_on=arrangement.started_on,  # type: ignore[misc]  # operating, so it is known
        start_precision=arrangement.start_precision,
        answering=next((council.code_then for partnership, council in partnerships if partnership.answers), ""),
        partners=[_partner(partnership, council, councils) for partnership, council in partnerships],
        bodies=[{"slug": body.slug, "name": body.name, "kind": body.kind} for body in bodies],
        involved=[council.code_then for _, council in taking_part],
        leads=_codes(partnerships, Role.LEAD),
        partners_only=_codes(partnerships, Role.PARTNER),
        clients=_codes(partnerships, Role.CLIENT),
        partner_kinds=sorted({council.kind for _, council in taking_part} | {body.kind for body in bodies}),
        regions=sorted({council.region.slug for _, council in taking_part}),
        counties=sorted({code for _, council in taking_part if (code := _county_code(council, councils))}),
        party_count=len(taking_part) + len(bodies),
        is_illustrative=arrangement.is_illustrative,
        search=_searchable(arrangement, services, [council for _, council in partnerships], bodies) if is_searched else "",
    )


def _codes(partnerships: list[tuple[Partnership, Any]], role: Role) -> list[str]:
    return [council.code_then for partnership, council in partnerships if partnership.role == role]


def _county_code(council: Any, councils: dict[int, Any]) -> str:
    """The county a council belongs to, as coded then: itself if it is one, otherwise the one above it, if any."""
    county = council if council.kind == CouncilKind.COUNTY else councils.get(council.county_id)
    return county.code_then if county else ""


def _partner(partnership: Partnership, council: Any, councils: dict[int, Any]) -> dict[str, str]:
    return {
        "gss_code": council.code_then,
        "slug": council.slug,
        "name": council.name_then,
        "kind": council.kind,
        "role": partnership.role,
        "region": council.region.slug,
        "county": _county_code(council, councils),
    }


def _searchable(arrangement: Arrangement, services: list[Any], councils: list[Any], bodies: list[Any]) -> str:
    """All that a reader might type to find it, in one line."""
    names = [arrangement.reference, arrangement.name, *(former.name for former in arrangement.former_names.all())]
    names += [service.name for service in services] + [body.name for body in bodies]
    for council in councils:
        names += [
            council.name_then,
            council.short_name_then,
            council.name,
            *(n.name for n in council.other_names.all()),
        ]
    return " | ".join(dict.fromkeys(names))


def _frozen_councils(
    release: Release, councils: dict[int, Any], arrangements: list[ReleasedArrangement]
) -> list[ReleasedCouncil]:
    """Every council in force on 31 March with what became of its return."""
    answered = Counter(row.answering for row in arrangements)
    taking_part = Counter(code for row in arrangements for code in set(row.involved))
    states = dict(AnnualReturn.objects.filter(year=release.year).values_list("council_id", "state"))
    frozen = [
        ReleasedCouncil(
            release=release,
            council=council,
            gss_code=council.code_then,
            slug=council.slug,
            name=council.name_then,
            short_name=council.short_name_then,
            kind=council.kind,
            region=council.region.slug,
            region_name=council.region.name,
            county=_county_code(council, councils),
            asked=council.pk in states,
            state=states.get(council.pk, ""),
            answered_for=answered[council.code_then],
            arrangements=taking_part[council.code_then],
        )
        for council in councils.values()
    ]
    return sorted(frozen, key=lambda row: row.gss_code)
