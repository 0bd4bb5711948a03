"""The columns of the frozen rows: one list for files, pages' downloads and the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arrangements.releases.models import ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.returns.vocabulary import RELEASED_OUTCOMES

Column = Callable[[Any], Any]

OUTCOME_NAMES = dict(RELEASED_OUTCOMES)


def _names(row: ReleasedArrangement, *roles: str) -> list[str]:
    return [partner["name"] for partner in row.partners if partner["role"] in roles]


ARRANGEMENT_COLUMNS: dict[str, Column] = {
    "reference": lambda row: row.reference,
    "name": lambda row: row.name,
    "outcome": lambda row: row.outcome,
    "outcome_name": lambda row: OUTCOME_NAMES[row.outcome],
    "saving_pounds": lambda row: row.amount,
    "category": lambda row: row.category,
    "category_name": lambda row: row.category_name,
    "main_service": lambda row: row.main_service,
    "main_service_name": lambda row: row.main_service_name,
    "services": lambda row: row.services,
    "governance": lambda row: row.governance,
    "governance_name": lambda row: row.get_governance_display(),
    "started_on": lambda row: row.started_on,
    "start_precision": lambda row: row.start_precision,
    "lead": lambda row: row.leads,
    "lead_name": lambda row: _names(row, "lead"),
    "partners": lambda row: row.partners_only,
    "partner_names": lambda row: _names(row, "partner"),
    "clients": lambda row: row.clients,
    "client_names": lambda row: _names(row, "client"),
    "answering": lambda row: row.answering,
    "bodies": lambda row: [body["slug"] for body in row.bodies],
    "body_names": lambda row: [body["name"] for body in row.bodies],
    "regions": lambda row: row.regions,
    "counties": lambda row: row.counties,
    "illustrative": lambda row: row.is_illustrative,
}

COUNCIL_COLUMNS: dict[str, Column] = {
    "gss_code": lambda row: row.gss_code,
    "slug": lambda row: row.slug,
    "name": lambda row: row.name,
    "kind": lambda row: row.kind,
    "kind_name": lambda row: row.get_kind_display(),
    "region": lambda row: row.region,
    "region_name": lambda row: row.region_name,
    "county": lambda row: row.county,
    "asked": lambda row: row.asked,
    "return_state": lambda row: row.state,
    "answers_for": lambda row: row.answered_for,
    "arrangements": lambda row: row.arrangements,
    "involved": lambda row: row.is_involved,
}

FIGURE_COLUMNS: dict[str, Column] = {
    "id": lambda row: row.key,
    "label": lambda row: row.label,
    "value": lambda row: row.value,
    "unit": lambda row: row.unit,
    "display": lambda row: row.display,
    "numerator": lambda row: row.numerator,
    "denominator": lambda row: row.denominator,
    "definition": lambda row: row.definition,
    "rounding": lambda row: row.rounding,
    "rows": lambda row: row.rows,
}


def values_of(row: ReleasedArrangement | ReleasedCouncil | ReleasedFigure, columns: dict[str, Column]) -> list[Any]:
    """One row's values, in the order of the columns."""
    return [value(row) for value in columns.values()]


def document_of(row: ReleasedArrangement | ReleasedCouncil | ReleasedFigure, columns: dict[str, Column]) -> dict[str, Any]:
    """One row's values by column, for JSON."""
    return {name: value(row) for name, value in columns.items()}
