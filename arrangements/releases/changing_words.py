"""A change between two releases in words: fields by their names, values as people read them, codes where no name tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from arrangements.releases.changing import ADDED, ARRANGEMENT, CHANGED, COUNCIL, FIGURE, GONE, RowChange
from sharedservices.common.money import pounds
from sharedservices.common.periods import spelled

DEEDS = {ADDED: "Added", GONE: "Gone", CHANGED: "Changed"}
# A field whose change is told by that of another, which has the name to the code.
TOLD_BY = {
    "outcome": "outcome_name",
    "category": "category_name",
    "main_service": "main_service_name",
    "governance": "governance_name",
    "lead": "lead_name",
    "partners": "partner_names",
    "clients": "client_names",
    "bodies": "body_names",
    "kind": "kind_name",
    "region": "region_name",
    "value": "display",
}
LABELS = {
    "outcome_name": "Outcome",
    "saving_pounds": "Saving",
    "category_name": "Category",
    "main_service_name": "Main service",
    "governance_name": "Governance form",
    "started_on": "Started on",
    "start_precision": "Start is known to the",
    "lead_name": "Lead",
    "partner_names": "Partners",
    "client_names": "Clients",
    "body_names": "Other bodies",
    "answering": "Code of the council that answers",
    "kind_name": "Kind",
    "region_name": "Region",
    "return_state": "Return",
    "answers_for": "Arrangements it answers for",
    "arrangements": "Arrangements it is in",
    "gss_code": "GSS code",
    "display": "Figure",
}
# What tells of a row that was added or is gone; the rest stands on its own page.
TELLING = {
    FIGURE: ["display"],
    ARRANGEMENT: ["outcome_name", "saving_pounds", "category_name", "lead_name", "partner_names", "client_names", "body_names"],
    COUNCIL: ["kind_name", "region_name", "asked", "arrangements"],
}


@dataclass(frozen=True)
class Line:
    """One field: its name, and its old and new value in words; None where there was or is no such row."""

    label: str
    old: str | None
    new: str | None


def lines_of(change: RowChange) -> list[Line]:
    """The fields that a reader is told."""
    row = change.new if change.new is not None else change.old or {}
    names = list(row) if change.deed == CHANGED else TELLING[change.kind]
    told = [name for name in names if TOLD_BY.get(name) not in row]
    if change.deed != CHANGED:
        told = [name for name in told if row[name] not in (None, "", [])]
    return [Line(_label(name), *(None if side is None else in_words(name, side[name]) for side in (change.old, change.new)))
            for name in told]  # fmt: skip


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ").capitalize())


def in_words(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None and name == "saving_pounds":
        return "no amount"
    if value in (None, "", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, date):
        return spelled(value)
    if name == "saving_pounds":
        return pounds(value)
    return f"{value:,}" if isinstance(value, int) else str(value).replace("_", " ") if name.endswith("state") else str(value)
