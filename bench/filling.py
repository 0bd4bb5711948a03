"""A register as large as one likes, with names as councils give them: made by COPY, the same in every run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Any

from django.db import connection, transaction

from arrangements.demonstration.files import SERVICES, read
from arrangements.register.models import Service, ServiceCategory
from councils.loading import load as load_councils
from councils.models import Council, PartnerBody

SEED = 20140331
FORMS = ["shared {} service", "joint {} team", "{} partnership", "{} alliance", "{} shared service", "joint {} committee", "{}"]
SYLLABLES = ["on", "ver", "cit", "len", "mar", "so", "tra", "ti", "pul", "ne", "wes", "kor", "da", "mil", "fen", "os", "cap"]
ILLNESS = {"started_on": date(2010, 4, 1)}
BATCH = 10_000


def fill(arrangements: int) -> None:
    """Councils, bodies and services as they are; so many arrangements with their parties and former names.

    Triggers rest meanwhile, so nothing is written to the trail; what the database keeps by triggers is made afterwards.
    """
    with transaction.atomic():
        load_councils()
        for row in read(SERVICES):
            category, _ = ServiceCategory.objects.get_or_create(slug=row["category"], defaults={"name": row["category_name"]})
            Service.objects.get_or_create(slug=row["service"], defaults={"name": row["service_name"], "category": category})
    made = list(_arrangements(arrangements))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _copy(cursor, "arrangements_arrangement", ARRANGEMENT, (each["row"] for each in made))
        _copy(cursor, "arrangements_partnership", PARTNERSHIP, (row for each in made for row in each["partnerships"]))
        _copy(cursor, "arrangements_bodypartnership", BODY_PARTNERSHIP, (row for each in made for row in each["bodies"]))
        _copy(cursor, "arrangements_formername", ["arrangement_id", "name"], (row for each in made for row in each["former"]))
        for table in ("arrangement", "partnership", "bodypartnership", "formername"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('arrangements_{table}', 'id'), max(id)) FROM arrangements_{table}"
            )
    count_rows()


def count_rows() -> None:
    """Let PostgreSQL count what there is, as it does by itself in time."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


ARRANGEMENT = ["id", "version", "reference", "name", "summary", "main_service_id", "governance", "aims", "started_on",
               "start_precision", "ended_on", "end_reason", "contact", "source", "source_url", "is_illustrative"]  # fmt: skip
PARTNERSHIP = ["version", "arrangement_id", "council_id", "role", "answers", "joined_on", "left_on"]
BODY_PARTNERSHIP = ["version", "arrangement_id", "body_id", "joined_on", "left_on"]


def _arrangements(count: int) -> Iterator[dict[str, Any]]:
    rng = Random(SEED)
    councils = list(Council.objects.order_by("pk"))
    bodies = list(PartnerBody.objects.order_by("pk"))
    services = list(Service.objects.order_by("pk"))
    neighbours = {each.pk: [other for other in councils if other.region_id == each.region_id] for each in councils}
    brands = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))).capitalize() for _ in range(4000)]
    for number in range(1, count + 1):
        first = rng.choice(councils)
        others = rng.sample([other for other in neighbours[first.pk] if other != first], rng.choice([1, 1, 1, 2, 2, 3, 5]))
        service = rng.choice(services)
        name = _name(rng, [first, *others], service, brands)
        ended = rng.random() < 0.2
        yield {
            "row": [
                number, 1, f"SSR-{number:04}", name, "", service.pk, "joint_committee", [], date(2010, 4, 1), "day",
                date(2014, 9, 30) if ended else None, "expired" if ended else "", "", "", "", True,
            ],
            "partnerships": [
                [1, number, council.pk, "partner" if at else "lead", not at, None, None]
                for at, council in enumerate([first, *others])
            ],
            "bodies": [[1, number, rng.choice(bodies).pk, None, None]] if rng.random() < 0.15 else [],
            "former": [[number, _name(rng, [first, *others], service, brands)]] if rng.random() < 0.1 else [],
        }  # fmt: skip


def _name(rng: Random, members: list[Council], service: Service, brands: list[str]) -> str:
    words = service.name.lower().replace("ict", "ICT") if rng.random() < 0.8 else rng.choice(service.name.lower().split())
    what = rng.choice(FORMS).format(words)
    places = [council.short_name.removesuffix(" County") for council in members]
    way = rng.random()
    if way < 0.2:
        return f"{rng.choice(brands)} {what}"[:160]
    if way < 0.5 or len(places) < 3:
        return f"{places[0]} and {places[1]} {what}"[:160]
    if way < 0.8:
        return f"{', '.join(places[:-1])} and {places[-1]} {what}"[:160]
    return f"{places[0]}, {places[1]} and neighbours {what}"[:160]


def _copy(cursor: Any, table: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
