"""Registers in the states that pages are looked at in: empty, with one row of everything, full, and with very long names.

Each is a database of its own, copied from one that is there. The same addresses stand in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from arrangements.demonstration.people import make_people
from arrangements.public.mistakes.models import MistakeReport
from arrangements.returns.actions import open_collection
from arrangements.returns.chasing.tests.made import make_contact, make_contact_made, make_reminder
from arrangements.returns.followup.tests.made import make_flag
from arrangements.returns.models import Query
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_service, make_year
from councils.loading import load as load_councils
from councils.models import LONGEST_SHORT_NAME, CouncilKind, CouncilName
from councils.tests.builders import make_body, make_council, make_region
from sharedservices.common.tests.databases import copied, in_use
from sharedservices.common.tests.triggers import triggers_off

EMPTY, ONE, FULL, VERY_LONG = "empty", "one row", "full", "very long names"

SERVICES = {"ict": "back-office", "legal": "back-office"}
MOMENT = datetime(2015, 4, 15, 9, tzinfo=UTC)

# What people write, in whichever model it stands. A field that has choices, or a code in it, keeps what it has.
WRITTEN = {
    "about", "answer", "body", "came_of_it", "category_name", "contact", "decision", "email", "failure", "main_service_name",
    "name", "note", "note_after", "note_before", "outlet", "public_note", "question", "reason", "region_name", "reply_to", "said",
    "short_name", "source", "source_url", "subject", "summary", "text", "website",
}  # fmt: skip
# What is made from them, promised byte for byte, or needed to sign in.
LEFT_ALONE = {"KnownName", "SearchText", "SearchWord", "ReleasedFile", "ReleasedDocument", "User"}
LONGEST = 255
UNBROKEN, SPACED = "Highwaysandwinterservice", " of highways, winter service and the lighting of streets"
# Every second row has words, the others what no line can be broken in.
LONGER = f"left({{column}} || CASE WHEN {{key}} %% 2 = 0 THEN repeat('{SPACED}', 10) ELSE repeat('{UNBROKEN}', 20) END, {{most}})"


@contextmanager
def world(state: str, demonstrated: str) -> Iterator[None]:
    """The register of the state in use, with the demonstration's accounts. Named is the demonstration's database, in settings."""
    bare = demonstrated.removesuffix("_demonstration")
    source = {FULL: demonstrated, VERY_LONG: demonstrated, EMPTY: bare, ONE: bare}[state]
    make = {FULL: lambda: None, VERY_LONG: lengthen, EMPTY: make_empty, ONE: make_one}[state]
    with copied("world", of=source) as copy, in_use(copy):
        make()
        yield


def make_empty() -> None:
    """Councils, services and a year to come: nothing is shared, asked or published."""
    load_councils()
    for slug, category in SERVICES.items():
        make_service(slug, category)
    make_year(2014)
    make_people()


def make_one() -> None:
    """Two councils that share one service, published for one year and asked about for the next."""
    london = make_region("London")
    sutton, kingston = (
        make_council(f"London Borough of {name}", CouncilKind.LONDON_BOROUGH, london, short_name=name, hex_q=at, hex_r=20)
        for at, name in enumerate(["Sutton", "Kingston upon Thames"], start=20)
    )
    arrangement = make_arrangement(sutton, kingston, service=make_service("ict"), bodies=[make_body(region=london)])
    published, open_year = make_year(2013), make_year(2014)
    make_saving(arrangement, published, 410_000)
    accept_all(published)
    make_release(published)
    people = make_people()
    open_collection(year=open_year, user=people.analyst)
    asked = open_year.returns.get(council=sutton)
    Query.objects.create(
        annual_return=asked, arrangement=arrangement, text="Is it net?", raised_by=people.analyst, raised_at=MOMENT
    )
    make_contact(sutton)
    make_contact_made(asked)
    make_reminder(asked)
    make_flag(asked, arrangement)
    MistakeReport.objects.create(arrangement=arrangement, text="It began in 2011.", reported_at=MOMENT)


@transaction.atomic
def lengthen() -> None:
    """Fill everything that people write up to its field's length, or 255 letters, in frozen rows too."""
    with triggers_off(), connection.cursor() as cursor:
        for app in ("councils", "arrangements"):
            for model in apps.get_app_config(app).get_models():
                if model.__name__ not in LEFT_ALONE and not model._meta.proxy:
                    _lengthen(cursor, model)
        cursor.execute(
            f"UPDATE arrangements_releasedarrangement SET partners = (SELECT jsonb_agg(jsonb_set(each, '{{name}}', to_jsonb("
            f"left((each->>'name') || '{UNBROKEN * 4}', 120)))) FROM jsonb_array_elements(partners) AS each)"
            " WHERE jsonb_array_length(partners) > 0",
            [],
        )
        cursor.execute("INSERT INTO public_state (weight) VALUES (1)")  # what the triggers would have said


def _lengthen(cursor: Any, model: type[models.Model]) -> None:
    written = [
        field
        for field in model._meta.local_fields
        if field.name in WRITTEN and isinstance(field, models.CharField | models.TextField) and not field.choices
    ]
    sets = []
    for field in written:
        column, most = connection.ops.quote_name(field.column), min(field.max_length or LONGEST, LONGEST)
        if model is CouncilName:
            most = LONGEST_SHORT_NAME  # which some of them are
        if isinstance(field, models.EmailField):
            name, key = UNBROKEN.lower(), model._meta.pk.column
            longer = f"left('{name * 3}', 60) || '@' || repeat('{name}.', 4) || {key} || '.example.org'"
        elif isinstance(field, models.URLField):
            longer = f"left({column} || repeat('{UNBROKEN}', 20), {most})"
        else:
            longer = LONGER.format(column=column, key=model._meta.pk.column, most=most)
        sets.append(f"{column} = CASE WHEN {column} = '' THEN '' ELSE {longer} END")
    if sets:
        cursor.execute(f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {', '.join(sets)}", [])
