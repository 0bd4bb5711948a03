"""Which facts of the trail are public, and reading the changes to them: one query over every table that has any.

Facts not named here are never told, whatever a table is given later. Who wrote, by which door and why stays inside; a
`public_note`, written to be published, goes out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from arrangements.register.models import (
    Arrangement,
    BodyPartnership,
    FormerName,
    OtherService,
    Partnership,
    Replacement,
    Service,
    ServiceCategory,
)
from councils.models import Council, CouncilName, FormerCode, PartnerBody, Succession

ARRANGEMENTS, COUNCILS, RELEASES = "arrangements", "councils", "releases"


@dataclass(frozen=True)
class Source:
    """A table of the trail, which of its columns are public, whom a change is about, and what it is called."""

    model: type[models.Model]
    subject: str
    columns: tuple[str, ...]
    part: str = ""
    about: str = ARRANGEMENTS


# Of what one deed wrote at one moment, the last here is told first.
SOURCES = [
    Source(PartnerBody, "id", ("name", "kind", "region_id", "started_on", "ended_on"), "partner body", COUNCILS),
    Source(Succession, "predecessor_id", ("successor_id",), "successor", COUNCILS),
    Source(FormerCode, "council_id", ("code", "ended_on"), "former code", COUNCILS),
    Source(CouncilName, "council_id", ("name", "kind", "used_from", "used_until"), "other name", COUNCILS),
    Source(
        Council,
        "id",
        ("name", "short_name", "gss_code", "kind", "region_id", "county_id", "started_on", "ended_on", "website"),
        about=COUNCILS,
    ),
    Source(ServiceCategory, "id", ("name",), "category of services"),
    Source(Service, "id", ("name", "category_id"), "service"),
    Source(Replacement, "from_arrangement_id", ("to_arrangement_id",), "arrangement it took over from"),
    Source(OtherService, "arrangement_id", ("service_id",), "other service"),
    Source(FormerName, "arrangement_id", ("name",), "other name"),
    Source(BodyPartnership, "arrangement_id", ("body_id", "joined_on", "left_on"), "partner body"),
    Source(Partnership, "arrangement_id", ("council_id", "role", "answers", "joined_on", "left_on"), "partnership"),
    Source(
        Arrangement,
        "id",
        (
            "name",
            "summary",
            "main_service_id",
            "governance",
            "aims",
            "started_on",
            "start_precision",
            "ended_on",
            "end_reason",
            "contact",
            "source",
            "source_url",
            "is_illustrative",
        ),
    ),
]
# A place in the order of changes, which runs from the latest: moment, source, key.
Place = tuple[datetime, int, int]
OF_RELEASES = len(SOURCES)


@dataclass(frozen=True)
class Row:
    """A change as it was read: public facts alone."""

    number: int
    key: int
    at: datetime
    label: str
    subject: int
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    note: str


def read(place: Place | None, at_most: int, now: datetime, about: str) -> list[Row]:
    """The latest changes, or those after the place in their order. One query."""
    pieces: list[str] = []
    values: list[Any] = []
    for number, source in enumerate(SOURCES):
        if not about or source.about == about:
            earlier, bounds = _earlier(place, number, "e.pgh_created_at", "e.pgh_id")
            pieces.append(_of_source(number, source, earlier))
            values += [*bounds, at_most]
    if about in ("", RELEASES):
        earlier, bounds = _earlier(place, OF_RELEASES, "r.published_at", "r.id")
        pieces.append(_of_releases(earlier))
        values += [now, *bounds, at_most]
    sql = f"SELECT * FROM ({' UNION ALL '.join(pieces)}) AS told ORDER BY at DESC, number DESC, key DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, at_most])
        return [
            Row(number, key, at, label, subject, _loaded(old), _loaded(new), note or "")
            for number, key, at, label, subject, old, new, note in cursor.fetchall()
        ]


def _earlier(place: Place | None, number: int, moment: str, key: str) -> tuple[str, list[Any]]:
    """The condition that a source's row comes after the place in the order, and its values; as an index can answer it."""
    if place is None:
        return "", []
    at, source, row = place
    if number == source:
        return f"AND ({moment}, {key}) < (%s, %s)", [at, row]
    return f"AND {moment} {'<=' if number < source else '<'} %s", [at]


def _of_source(number: int, source: Source, earlier: str) -> str:
    """A table's latest events in which a public column differs. Names are ours; what a reader gives are parameters."""
    table = source.model.pgh_event_model._meta.db_table  # type: ignore[attr-defined]
    old, new = (_facts(source, row) for row in "be")
    return f"""
        (SELECT {number} AS number, e.pgh_id AS key, e.pgh_created_at AS at, e.pgh_label AS label, e.{source.subject} AS subject,
                CASE e.pgh_label WHEN 'update' THEN {old} WHEN 'delete' THEN {new} END AS old,
                CASE WHEN e.pgh_label <> 'delete' THEN {new} END AS new,
                c.metadata ->> 'public_note' AS note
         FROM {table} e
         LEFT JOIN LATERAL (SELECT * FROM {table} p WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id
                            ORDER BY p.pgh_id DESC LIMIT 1) b ON e.pgh_label = 'update'
         LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
         WHERE (e.pgh_label <> 'update' OR {old} IS DISTINCT FROM {new}) {earlier}
         ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT %s)"""  # noqa: S608


def _facts(source: Source, row: str) -> str:
    """The public columns of a row, as one JSON object."""
    return "jsonb_build_object(" + ", ".join(f"'{name}', {row}.{name}" for name in source.columns) + ")"


def _of_releases(earlier: str) -> str:
    return f"""
        (SELECT {OF_RELEASES} AS number, r.id AS key, r.published_at AS at, 'publish' AS label, r.id AS subject,
                NULL::jsonb AS old, NULL::jsonb AS new, r.public_note AS note
         FROM arrangements_release r WHERE r.published_at <= %s {earlier}
         ORDER BY r.published_at DESC, r.id DESC LIMIT %s)"""  # noqa: S608


def _loaded(value: str | None) -> dict[str, Any] | None:
    return None if value is None else json.loads(value)  # Django has raw queries give JSON as it is written
