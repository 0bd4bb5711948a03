"""The columns of the frozen rows: one list for files, pages' downloads and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arrangements.register.vocabulary import Governance, StartPrecision
from arrangements.releases.models import ReleasedArrangement
from arrangements.releases.vocabulary import Unit
from arrangements.returns.vocabulary import NOT_RETURNED, RELEASED_OUTCOMES, Outcome
from councils.models import CouncilKind
from sharedservices.common.columns import Column, day, flag, label, number, text

OUTCOME_NAMES = dict(RELEASED_OUTCOMES)
# What official statistics write where a number is missing, for whoever reads a sheet without its outcomes.
SHORTHAND = {
    Outcome.NOT_CALCULATED: "[x]",
    Outcome.WITHHELD: "[c]",
    NOT_RETURNED: "[x]",
    Outcome.NOT_AIMED: "[z]",
    Outcome.TOO_EARLY: "[x]",
}
SHORTHAND_SAYS = [
    "[x] not available: not calculated, too early to say, or not returned",
    "[z] not applicable: not aimed at savings, or not in the release",
    "[c] withheld",
    "A zero is a figure: nothing was saved.",
]


def shorthand(row: Any) -> str:
    """What stands in a sheet where a row has no saving."""
    return SHORTHAND.get(row.outcome, "[z]")


def _names(row: ReleasedArrangement, *roles: str) -> list[str]:
    return [partner["name"] for partner in row.partners if partner["role"] in roles]


ARRANGEMENT_COLUMNS: dict[str, Column] = {
    "reference": text(lambda row: row.reference, "Its reference, never used again.", key=True),
    "name": text(lambda row: row.name, "Its name."),
    "outcome": text(
        lambda row: row.outcome,
        "What was reported. Nothing but `figure` enters a sum.",
        codes=OUTCOME_NAMES,
    ),
    "outcome_name": label(lambda row: OUTCOME_NAMES[row.outcome], "outcome"),
    "saving_pounds": number(
        lambda row: row.amount,
        "What it saved in the year: net, all partners together, whole pounds. Empty unless the outcome is `figure`.",
        missing=shorthand,
    ),
    "category": text(lambda row: row.category, "Slug of its main service’s category."),
    "category_name": label(lambda row: row.category_name, "category"),
    "main_service": text(lambda row: row.main_service, "Slug of its main service."),
    "main_service_name": label(lambda row: row.main_service_name, "main_service"),
    "services": text(lambda row: row.services, "Slugs of all its services."),
    "governance": text(lambda row: row.governance, "Code of its governance form.", codes=Governance.values),
    "governance_name": label(lambda row: row.get_governance_display(), "governance"),
    "started_on": day(lambda row: row.started_on, "Its first day, as exact as `start_precision` says."),
    "start_precision": text(lambda row: row.start_precision, "How exactly its start is known.", codes=StartPrecision.values),
    "lead": text(lambda row: row.leads, "GSS code of the lead council; empty where there is none."),
    "lead_name": label(lambda row: _names(row, "lead"), "lead"),
    "partners": text(lambda row: row.partners_only, "GSS codes of the partner councils."),
    "partner_names": label(lambda row: _names(row, "partner"), "partners"),
    "clients": text(lambda row: row.clients, "GSS codes of councils that buy from it and take no other part."),
    "client_names": label(lambda row: _names(row, "client"), "clients"),
    "answering": text(lambda row: row.answering, "GSS code of the council that answers for it."),
    "bodies": text(lambda row: [body["slug"] for body in row.bodies], "Slugs of partners outside the principal councils."),
    "body_names": label(lambda row: [body["name"] for body in row.bodies], "bodies"),
    "regions": text(lambda row: row.regions, "Slugs of the regions of its lead and partner councils."),
    "counties": text(lambda row: row.counties, "GSS codes of the counties it touches."),
    "illustrative": flag(lambda row: row.is_illustrative, "Whether it is made up for the demonstration."),
}

COUNCIL_COLUMNS: dict[str, Column] = {
    "gss_code": text(lambda row: row.gss_code, "The council’s GSS code.", key=True),
    "slug": text(lambda row: row.slug, "The council in addresses."),
    "name": text(lambda row: row.name, "Its name on 31 March."),
    "kind": text(lambda row: row.kind, "Code of its kind.", codes=CouncilKind.values),
    "kind_name": label(lambda row: row.get_kind_display(), "kind"),
    "region": text(lambda row: row.region, "Slug of its region."),
    "region_name": label(lambda row: row.region_name, "region"),
    "county": text(lambda row: row.county, "GSS code of the county over a district."),
    "asked": flag(lambda row: row.asked, "Whether it was asked for a return."),
    "return_state": text(lambda row: row.state, "What became of its return; empty where none was asked."),
    "answers_for": number(lambda row: row.answered_for, "Arrangements that it makes the return for."),
    "arrangements": number(lambda row: row.arrangements, "Arrangements that it is lead or partner in."),
    "involved": flag(lambda row: row.is_involved, "Whether it is lead or partner in at least one."),
}

FIGURE_COLUMNS: dict[str, Column] = {
    "id": text(lambda row: row.key, "A measure and, after a colon, the slug it is for.", key=True),
    "label": text(lambda row: row.label, "What it is called."),
    "value": number(lambda row: row.value, "Its value; empty where there is none."),
    "unit": text(lambda row: row.unit, "What the value counts.", codes=Unit.values),
    "display": text(lambda row: row.display, "As it is shown, rounded."),
    "numerator": number(lambda row: row.numerator, "Of a per cent: the part."),
    "denominator": number(lambda row: row.denominator, "Of a per cent: the whole."),
    "definition": text(lambda row: row.definition, "What is counted, in a sentence."),
    "rounding": text(lambda row: row.rounding, "How value and display are rounded."),
    "rows": text(lambda row: row.rows, "The frozen list that makes it, from the release’s address on."),
}

# What a list of several releases says besides.
RELEASE_AND_YEAR: dict[str, Column] = {
    "release": text(lambda row: row.release.slug, "The release it stands in."),
    "year": text(lambda row: row.release.year.slug, "The financial year."),
}

RELEASE_COLUMNS: dict[str, Column] = {
    "slug": text(lambda release: release.slug, "The release in addresses.", key=True),
    "year": text(lambda release: release.year.slug, "Its financial year."),
    "revision": number(lambda release: release.revision, "Which revision of the year."),
    "kind": text(lambda release: release.kind, "How settled it is."),
    "compared_with": text(
        lambda release: release.compared_with.slug if release.compared_with else "", "The release its changes are measured from."
    ),
    "published_at": text(lambda release: release.published_at.isoformat(), "The moment from which it was public."),
    "superseded": flag(lambda release: release.is_superseded, "Whether a later revision of the year is public."),
    "public_note": text(lambda release: release.public_note, "What moved and why."),
    "digest": text(lambda release: release.digest, "SHA-256 over its rows, figures and files."),
}


def values_of(row: Any, columns: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    """One row's values, in the order of the columns."""
    return [value(row) for value in columns.values()]


def document_of(row: Any, columns: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """One row's values by column, for JSON."""
    return {name: value(row) for name, value in columns.items()}
