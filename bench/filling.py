"""A register as large as one likes, with names as councils give them: made by COPY, the same in every run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from arrangements.demonstration.files import SERVICES, read
from arrangements.register.models import Arrangement, Service, ServiceCategory
from arrangements.releases.models import Release
from arrangements.tests.builders import make_analyst, make_year
from councils.loading import load as load_councils
from councils.models import Council, PartnerBody

SEED = 20140331
FORMS = ["shared {} service", "joint {} team", "{} partnership", "{} alliance", "{} shared service", "joint {} committee", "{}"]
SYLLABLES = ["on", "ver", "cit", "len", "mar", "so", "tra", "ti", "pul", "ne", "wes", "kor", "da", "mil", "fen", "os", "cap"]
BRANDS = 4000


def fill(arrangements: int) -> None:
    """Councils, bodies and services as they are; so many arrangements with their parties and former names.

    Triggers rest meanwhile, so nothing is written to the trail; the search texts are made afterwards.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        load_councils()
        for row in read(SERVICES):
            category, _ = ServiceCategory.objects.get_or_create(slug=row["category"], defaults={"name": row["category_name"]})
            Service.objects.get_or_create(slug=row["service"], defaults={"name": row["service_name"], "category": category})
        made = list(_arrangements(arrangements))
        cursor.execute("SET LOCAL session_replication_role = replica")
        _copy(cursor, "arrangement", ARRANGEMENT, (each.row for each in made))
        _copy(cursor, "partnership", PARTNERSHIP, (row for each in made for row in each.partnerships))
        _copy(cursor, "bodypartnership", BODY_PARTNERSHIP, (row for each in made for row in each.bodies))
        _copy(cursor, "formername", FORMER_NAME, (row for each in made for row in each.former_names))
        cursor.execute("SELECT setval('arrangement_reference', max(id)) FROM arrangements_arrangement")
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SELECT search_refresh(ARRAY(SELECT id FROM arrangements_arrangement))")
        cursor.execute("ANALYZE")


def fill_years() -> None:
    """2013/14 published with an amount for each arrangement, 2014/15 in collection, and an analyst."""
    with transaction.atomic(), connection.cursor() as cursor:
        published, year = make_year(2013), make_year(2014)
        analyst = make_analyst("analyst@example.org")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO arrangements_annualreturn (version, year_id, council_id, state)"
            " SELECT 1, %s, id, 'not_started' FROM councils_council WHERE ended_on IS NULL OR ended_on >= '2015-03-31'",
            [year.pk],
        )
        release = Release.objects.create(
            year=published, revision=1, slug="2013-14.r1", prepared_by=analyst, prepared_at=MOMENT, digest="made",
            approved_by_id=-1, approved_at=MOMENT, published_at=MOMENT,
        )  # fmt: skip
        cursor.execute(FROZEN, [release.pk])


MOMENT = datetime(2014, 5, 20, 9, 30, tzinfo=UTC)
FROZEN = """
INSERT INTO arrangements_releasedarrangement (
    release_id, arrangement_id, reference, name, outcome, amount, category, category_name, main_service, main_service_name,
    services, governance, started_on, start_precision, answering, partners, bodies, involved, leads, partners_only, clients,
    partner_kinds, regions, counties, party_count, is_illustrative, search
)
SELECT %s, id, reference, name, 'figure', 1000 + id, 'made', 'Made', 'made', 'Made', '{}', governance, started_on, 'day', '',
    '[]', '[]', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 2, true, ''
FROM arrangements_arrangement
"""
ARRANGEMENT = ["id", "version", "reference", "name", "summary", "main_service_id", "governance", "aims", "started_on",
               "start_precision", "ended_on", "end_reason", "contact", "source", "source_url", "is_illustrative"]  # fmt: skip
PARTNERSHIP = ["version", "arrangement_id", "council_id", "role", "answers", "joined_on"]
BODY_PARTNERSHIP = ["version", "arrangement_id", "body_id"]
FORMER_NAME = ["arrangement_id", "name", "version"]


class Made(NamedTuple):
    """One arrangement with what belongs to it, each as a row of its table."""

    row: list[Any]
    partnerships: list[list[Any]]
    bodies: list[list[Any]]
    former_names: list[list[Any]]


def _arrangements(count: int) -> Iterator[Made]:
    rng = Random(SEED)  # noqa: S311 - the same register in every run
    councils = list(Council.objects.order_by("pk"))
    bodies = list(PartnerBody.objects.order_by("pk"))
    services = list(Service.objects.order_by("pk"))
    neighbours = {each.pk: [other for other in councils if other.region_id == each.region_id] for each in councils}
    brands = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))).capitalize() for _ in range(BRANDS)]
    first_key = (Arrangement.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    for key in range(first_key, first_key + count):
        first = rng.choice(councils)
        others = rng.sample([other for other in neighbours[first.pk] if other != first], rng.choice([1, 1, 1, 2, 2, 3, 5]))
        members = [first, *others]
        service = rng.choice(services)
        ended = rng.random() < 0.2
        end = [date(2014, 9, 30), "expired"] if ended else [None, ""]
        yield Made(
            row=[
                *(key, 1, f"SSR-{key:04}", _name(rng, members, service, brands), "", service.pk, "joint_committee", []),
                *(date(2010, 4, 1), "day", *end, "", "", "", True),
            ],
            partnerships=[
                [1, key, council.pk, "partner" if at else "lead", not at, date(2010, 4, 1)] for at, council in enumerate(members)
            ],
            bodies=[[1, key, rng.choice(bodies).pk]] if rng.random() < 0.15 else [],
            former_names=[[key, _name(rng, members, service, brands), 1]] if rng.random() < 0.1 else [],
        )


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


def _copy(cursor: Any, model: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
    """Write the rows, and let the table's own numbers go on after them."""
    table = f"arrangements_{model}"
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
