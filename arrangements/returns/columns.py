"""The columns of a list of returns as CSV."""

from __future__ import annotations

from typing import Any

from sharedservices.common.columns import Column, day, label, number, text


def _moment(value: Any) -> str:
    return value.isoformat() if value else ""


RETURN_COLUMNS: dict[str, Column] = {
    "year": text(lambda row: row.year.slug, "The financial year in addresses: 2014-15.", key=True),
    "council": text(lambda row: row.council.gss_code, "GSS code of the council asked.", key=True),
    "council_name": label(lambda row: row.council.name, "council"),
    "state": text(lambda row: row.state, "Code of where the return stands."),
    "state_name": label(lambda row: row.get_state_display(), "state"),
    "lines": number(lambda row: row.lines, "Arrangements that the council answers for."),
    "answered": number(lambda row: row.answered, "Those of them with an answer."),
    "open_queries": number(lambda row: row.open_queries, "Questions about it that aren’t settled."),
    "closes_on": day(lambda row: row.year.closes_on, "The last day for answers."),
    "submitted_at": text(lambda row: _moment(row.submitted_at), "The moment it was submitted; empty before."),
    "accepted_at": text(lambda row: _moment(row.accepted_at), "The moment it was accepted; empty before."),
}
