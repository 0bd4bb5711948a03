"""Which items of the API's lists have changed since a point: read from the trail, in one query over every table of it.

What an item names of other rows counts as its own: a council that is renamed changes the arrangements that name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from arrangements.public.facts import SOURCES
from arrangements.releases.models import Release
from councils.models import Region
from sharedservices.common.today import today

# An event bears the moment at which its transaction began, and shows when that is done: at most so much later.
LONGEST_WRITE = timedelta(hours=1)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class List(NamedTuple):
    """A list that is told of: its name, the table of its rows, and the column of their keys."""

    name: str
    table: str
    key: str


# Whose events tell of changes.
MODELS: list[Any] = [Region, *(source.model for source in SOURCES)]
LISTS = [
    List("regions", "councils_region", "slug"),
    List("categories", "arrangements_servicecategory", "slug"),
    List("services", "arrangements_service", "slug"),
    List("bodies", "councils_partnerbody", "slug"),
    List("councils", "councils_council", "gss_code"),
    List("arrangements", "arrangements_arrangement", "reference"),
    List("partnerships", "arrangements_partnership", "id"),
    List("body_partnerships", "arrangements_bodypartnership", "id"),
]
NUMBERS = {each.name: number for number, each in enumerate(LISTS)}
# By table, the lists whose items its rows are, or are part of, and the column that says of which.
PART_OF = {
    "councils_councilname": [("councils", "council_id")],
    "councils_formercode": [("councils", "council_id")],
    "councils_succession": [("councils", "predecessor_id"), ("councils", "successor_id")],
    "arrangements_formername": [("arrangements", "arrangement_id")],
    "arrangements_arrangement_other_services": [("arrangements", "arrangement_id")],
    "arrangements_arrangement_replaces": [("arrangements", "from_arrangement_id")],
    "arrangements_partnership": [("arrangements", "arrangement_id")],
    "arrangements_bodypartnership": [("arrangements", "arrangement_id")],
}
# Whose items name an item: list, query of (its key, theirs), named list.
NAMED_BY = [
    ("bodies", "SELECT region_id, id FROM councils_partnerbody", "regions"),
    ("councils", "SELECT region_id, id FROM councils_council", "regions"),
    ("councils", "SELECT county_id, id FROM councils_council", "councils"),
    ("councils", "SELECT predecessor_id, successor_id FROM councils_succession", "councils"),
    ("councils", "SELECT successor_id, predecessor_id FROM councils_succession", "councils"),
    ("services", "SELECT category_id, id FROM arrangements_service", "categories"),
    ("arrangements", "SELECT s.category_id, a.id FROM arrangements_arrangement a"
                     " JOIN arrangements_service s ON s.id = a.main_service_id", "categories"),
    ("arrangements", "SELECT main_service_id, id FROM arrangements_arrangement", "services"),
    ("arrangements", "SELECT service_id, arrangement_id FROM arrangements_arrangement_other_services", "services"),
    ("arrangements", "SELECT council_id, arrangement_id FROM arrangements_partnership", "councils"),
    ("arrangements", "SELECT body_id, arrangement_id FROM arrangements_bodypartnership", "bodies"),
    ("partnerships", "SELECT council_id, id FROM arrangements_partnership", "councils"),
    ("partnerships", "SELECT arrangement_id, id FROM arrangements_partnership", "arrangements"),
    ("body_partnerships", "SELECT body_id, id FROM arrangements_bodypartnership", "bodies"),
    ("body_partnerships", "SELECT arrangement_id, id FROM arrangements_bodypartnership", "arrangements"),
]  # fmt: skip


class Point(NamedTuple):
    """How far somebody has read: the latest event's moment, how many events there were shortly before it, the day, and the
    release whose outcomes stand beside the arrangements."""

    at: datetime
    recent: int
    day: date
    release: int


class Place(NamedTuple):
    """Among the changes since a point: up to where all of it goes, and the last item that was given."""

    until: Point
    number: int
    row: int


class GoneBack(Exception):
    """The register has gone back to a backup since the point was given."""


@dataclass(frozen=True)
class Touched:
    """An item that changed: in which list, its row, whether it was added since, and what was said of it in public."""

    number: int
    row: int
    is_new: bool
    notes: list[str]


def point_now() -> Point:
    """Up to where everything has been written that shows by now."""
    # The names in these statements are the code's own.
    latest = " UNION ALL ".join(f"SELECT max(pgh_created_at) AS at FROM {_events_of(each)}" for each in MODELS)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(at) FROM ({latest}) AS latest")  # noqa: S608
        (at,) = cursor.fetchone()
    release = Release.objects.latest()
    at = at or BEGINNING
    return Point(at, _recent(at), today(), release.pk if release else 0)


def _recent(at: datetime) -> int:
    """How many events there are of the time before, in which a write could still be under way."""
    theirs = " UNION ALL ".join(
        f"SELECT pgh_id FROM {_events_of(model)} WHERE pgh_created_at > %s AND pgh_created_at <= %s"  # noqa: S608
        for model in MODELS
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({theirs}) AS theirs", [at - LONGEST_WRITE, at] * len(MODELS))  # noqa: S608
        return int(cursor.fetchone()[0])


def touched(since: Point, until: Point, place: Place | None, at_most: int) -> tuple[list[Touched], int]:
    """The items that have changed since, by list and row from the place on; and how many there are in all.

    What is written while they are walked is told too, where it comes after the place: it is told again next time.
    `GoneBack` where the trail has lost events since: it only grows, unless a backup takes the place of what was.
    """
    recent = _recent(since.at)
    if recent < since.recent:
        raise GoneBack
    # Where something has come in from before, it isn't known what: then all of that time is told once more.
    told_from = since.at if recent == since.recent else since.at - LONGEST_WRITE
    pieces, values = [], []
    for model in MODELS:
        events, table = _events_of(model), model._meta.db_table
        own = [(each.name, "pgh_obj_id") for each in LISTS if each.table == table]
        for name, column in [*own, *PART_OF.get(table, [])]:
            # Of a row that was moved, what it was part of before counts too.
            was = "e" if "pgh_obj_id" not in _columns_of(model) else "was"
            earlier = f"JOIN {events} was ON was.pgh_obj_id = e.pgh_obj_id AND was.pgh_id <= e.pgh_id" if was == "was" else ""
            is_own = (name, column) in own
            pieces.append(
                f"SELECT {NUMBERS[name]} AS number, {was}.{column} AS key, {is_own} AS own,"  # noqa: S608
                f" {is_own} AND e.pgh_label = 'insert' AS is_new, c.metadata ->> 'public_note' AS note"
                f" FROM {events} e {earlier} LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
                " WHERE e.pgh_created_at > %s"
            )
            values.append(told_from)
    also = [
        f"SELECT {NUMBERS[list_]}, by.names, false, NULL FROM own JOIN ({names}) AS by (named, names)"  # noqa: S608
        f" ON own.number = {NUMBERS[named]} AND own.key = by.named"
        for list_, names, named in NAMED_BY
    ]
    if since.day != until.day or since.release != until.release:
        # Whether they operate today, and what they saved, stands beside them.
        also.append(f"SELECT {NUMBERS['arrangements']}, id, false, NULL FROM arrangements_arrangement")  # noqa: S608
    after = (place.number, place.row) if place else (-1, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH told AS MATERIALIZED ({" UNION ALL ".join(pieces)}),
                 own AS (SELECT DISTINCT number, key FROM told WHERE own),
                 whole AS (SELECT number, key, is_new, note FROM told UNION ALL {" UNION ALL ".join(also)}),
                 items AS (SELECT number, key, bool_or(is_new) AS is_new, count(*) OVER () AS total,
                                  array_agg(DISTINCT note) FILTER (WHERE note <> '') AS notes
                           FROM whole WHERE key IS NOT NULL GROUP BY number, key)
            SELECT number, key, is_new, notes, total FROM items WHERE (number, key) > (%s, %s) ORDER BY number, key LIMIT %s
            """,  # noqa: S608
            [*values, *after, at_most],
        )
        found = cursor.fetchall()
    return [Touched(number, row, is_new, notes or []) for number, row, is_new, notes, _ in found], found[0][4] if found else 0


def keys_gone(of: List, rows: list[int], standing: set[int]) -> list[tuple[int, str]]:
    """The keys that the rows once had and no row has now."""
    if of.key == "id":
        return [(row, str(row)) for row in rows if row not in standing]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT e.pgh_obj_id, e.{of.key} FROM {of.table}event e WHERE e.pgh_obj_id = ANY (%s)"  # noqa: S608
            f" AND NOT EXISTS (SELECT FROM {of.table} stands WHERE stands.{of.key} = e.{of.key}) ORDER BY 1, 2",
            [rows],
        )
        return cursor.fetchall()


def _events_of(model: Any) -> str:
    return str(model.pgh_event_model._meta.db_table)


def _columns_of(model: Any) -> set[str]:
    return {field.column for field in model.pgh_event_model._meta.concrete_fields}
