"""What the public is told of a change to the register: which facts, in which words. Read from the trail and nothing else of it.

Who wrote, by which door and why stays inside; a `public_note`, written to be published, goes out. Facts not named here are
never told, whatever a table is given later.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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
from arrangements.releases.models import Release
from councils.models import Council, CouncilName, FormerCode, PartnerBody, Succession
from sharedservices.common.periods import spelled

ARRANGEMENTS, COUNCILS, RELEASES = "arrangements", "councils", "releases"
# An address is said to have changed and not shown: somebody may have corrected one that was a person's.
UNSHOWN = {"contact"}


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
EMPTY: tuple[Any, ...] = (None, "", [], False)
# A place in the order of changes, which runs from the latest: moment, source, key.
Place = tuple[datetime, int, int]
OF_RELEASES = len(SOURCES)


@dataclass(frozen=True)
class Line:
    """One fact: its name, old and new in words. None where there was or is none; both None where it isn't shown."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class PublicChange:
    """One change: when, of what, and each public fact that differs."""

    at: datetime
    number: int
    key: int
    deed: str
    subject: str
    part: str
    link: str
    lines: list[Line] = field(default_factory=list)
    note: str = ""

    @property
    def place(self) -> Place:
        """Where it stands among all changes."""
        return self.at, self.number, self.key

    @property
    def name(self) -> str:
        """By which it is known for ever: that of its event, or of its release."""
        model = Release if self.number == OF_RELEASES else SOURCES[self.number].model
        return f"{model._meta.model_name}/{self.key}"

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return f"{self.subject}: {self.part}" if self.part else f"{self.subject}: {self.deed}"


DEEDS = {"insert": "added", "update": "changed", "delete": "removed"}


def changes_before(place: Place | None, at_most: int, *, now: datetime, about: str = "") -> list[PublicChange]:
    """The latest public changes, or those before a place; releases from their moment on, `now` being the register's.

    One query for the changes and one for each model that they name.
    """
    rows = _read(place, at_most, now, about)
    named = _named(rows)
    return [_told(row, named) for row in rows]


@dataclass(frozen=True)
class _Row:
    """A change as it was read."""

    number: int
    key: int
    at: datetime
    label: str
    subject: int
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    note: str


def _read(place: Place | None, at_most: int, now: datetime, about: str) -> list[_Row]:
    pieces: list[str] = []
    values: list[Any] = []
    for number, source in enumerate(SOURCES):
        if not about or source.about == about:
            pieces.append(_of_source(number, source, place))
            values += [*(place or ()), at_most]
    if about in ("", RELEASES):
        pieces.append(_of_releases(place))
        values += [now, *(place or ()), at_most]
    sql = f"SELECT * FROM ({' UNION ALL '.join(pieces)}) AS told ORDER BY at DESC, number DESC, key DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, at_most])
        return [
            _Row(number, key, at, label, subject, _loaded(old), _loaded(new), note or "")
            for number, key, at, label, subject, old, new, note in cursor.fetchall()
        ]


def _of_source(number: int, source: Source, place: Place | None) -> str:
    """A table's latest events in which a public column differs. Names are ours; what a reader gives are parameters."""
    table = source.model.pgh_event_model._meta.db_table  # type: ignore[attr-defined]
    old, new = (_facts(source, row) for row in "be")
    before = f"AND (e.pgh_created_at, {number}, e.pgh_id) < (%s, %s, %s)" if place else ""
    return f"""
        (SELECT {number} AS number, e.pgh_id AS key, e.pgh_created_at AS at, e.pgh_label AS label, e.{source.subject} AS subject,
                CASE e.pgh_label WHEN 'update' THEN {old} WHEN 'delete' THEN {new} END AS old,
                CASE WHEN e.pgh_label <> 'delete' THEN {new} END AS new,
                c.metadata ->> 'public_note' AS note
         FROM {table} e
         LEFT JOIN LATERAL (SELECT * FROM {table} p WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id
                            ORDER BY p.pgh_id DESC LIMIT 1) b ON e.pgh_label = 'update'
         LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
         WHERE (e.pgh_label <> 'update' OR {old} IS DISTINCT FROM {new}) {before}
         ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT %s)"""  # noqa: S608


def _facts(source: Source, row: str) -> str:
    """The public columns of a row, as one JSON object."""
    return "jsonb_build_object(" + ", ".join(f"'{name}', {row}.{name}" for name in source.columns) + ")"


def _of_releases(place: Place | None) -> str:
    before = f"AND (r.published_at, {OF_RELEASES}, r.id) < (%s, %s, %s)" if place else ""
    return f"""
        (SELECT {OF_RELEASES} AS number, r.id AS key, r.published_at AS at, 'publish' AS label, r.id AS subject,
                NULL::jsonb AS old, NULL::jsonb AS new, r.public_note AS note
         FROM arrangements_release r WHERE r.published_at <= %s {before}
         ORDER BY r.published_at DESC, r.id DESC LIMIT %s)"""  # noqa: S608


def _loaded(value: str | None) -> dict[str, Any] | None:
    return None if value is None else json.loads(value)  # Django has raw queries give JSON as it is written


# Names for keys


Named = dict[type[models.Model], dict[int, Any]]


def _relation(source: Source, column: str) -> Any:
    """The model that a column refers to, or None."""
    found = next(each for each in source.model._meta.fields if each.attname == column)
    return found.related_model if found.is_relation else None


def _subject_model(source: Source) -> Any:
    return source.model if source.subject == "id" else _relation(source, source.subject)


def _named(rows: Sequence[_Row]) -> Named:
    """Every row that the changes refer to, as it is named now."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        if row.number == OF_RELEASES:
            wanted[Release].add(row.subject)
            continue
        source = SOURCES[row.number]
        wanted[_subject_model(source)].add(row.subject)
        for column in source.columns:
            if (model := _relation(source, column)) is not None:
                wanted[model] |= {side[column] for side in (row.old, row.new) if side and side[column] is not None}
    return {model: _rows_of(model, keys) for model, keys in wanted.items()}


def _rows_of(model: Any, keys: Iterable[int]) -> dict[int, Any]:
    rows = model._default_manager.filter(pk__in=keys)
    return {row.pk: row for row in (rows.select_related("year") if model is Release else rows)}


def _told(row: _Row, named: Named) -> PublicChange:
    if row.number == OF_RELEASES:
        release = named[Release][row.subject]
        said = f"{release.get_kind_display().lower()} figures published"
        return PublicChange(row.at, row.number, row.key, said, str(release), "", release.get_absolute_url(), [], row.note)
    source = SOURCES[row.number]
    about = named[_subject_model(source)].get(row.subject)
    deed = DEEDS[row.label]
    part = f"{source.part} {deed}" if source.part and source.subject != "id" else ""
    subject = str(about) if about is not None else (row.new or row.old or {}).get("name", "a row removed since")
    if source.part and source.subject == "id":
        subject = f"{source.part.capitalize()} {subject}"
    return PublicChange(
        row.at, row.number, row.key, deed, subject, part, _link(about), _lines(source, row, named), row.note
    )  # fmt: skip


def _link(about: Any) -> str:
    return about.get_absolute_url() if hasattr(about, "get_absolute_url") else ""


def _lines(source: Source, row: _Row, named: Named) -> list[Line]:
    lines = []
    for column in source.columns:
        old, new = ((side or {}).get(column) for side in (row.old, row.new))
        if old == new or (old in EMPTY and new in EMPTY):
            continue
        if column == "name" and source.subject == "id" and row.label != "update":
            continue  # it stands above the facts
        shown = column not in UNSHOWN
        lines.append(
            Line(
                str(next(each for each in source.model._meta.fields if each.attname == column).verbose_name).capitalize(),
                _in_words(source, column, old, named) if shown and row.old is not None else None,
                _in_words(source, column, new, named) if shown and row.new is not None else None,
            )
        )
    return lines


def _in_words(source: Source, column: str, value: Any, named: Named) -> str:
    """A value as people know it: a name instead of a key, a label instead of a code."""
    of = next(each for each in source.model._meta.fields if each.attname == column)
    if isinstance(of, models.BooleanField):
        return "yes" if value else "no"
    if value in EMPTY:
        return "none"
    if of.is_relation:
        return str(named[of.related_model].get(value, "one removed since"))  # type: ignore[index]
    if isinstance(value, list):
        choices = dict(of.base_field.flatchoices)  # type: ignore[attr-defined]
        return ", ".join(str(choices.get(each, each)) for each in value)
    if isinstance(of, models.DateField):
        return spelled(date.fromisoformat(value))
    return str(dict(of.flatchoices).get(value, value))
