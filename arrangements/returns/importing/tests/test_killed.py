"""A process that is killed while it commits an import leaves all of its answers and its record, or nothing; never a part."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from arrangements.register.models import Arrangement
from arrangements.returns.importing.committing import commit_import
from arrangements.returns.importing.models import ImportedAnswer, ReturnImport
from arrangements.returns.importing.tests.counted import counted
from arrangements.returns.importing.tests.sheets import row_of, sheet
from arrangements.returns.importing.tests.staged import kinds, staged
from arrangements.returns.importing.undoing import undo_import
from arrangements.returns.importing.uploads import held, opened
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.models import User
from councils.tests.builders import make_council

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds
CONNECTED_AS = f"import killed by test {os.getpid()}"
KILLS = 50 if os.environ.get("LONG") else 2
ROWS, CHANGED = 60, 20


@pytest.fixture
def analyst() -> User:
    return make_analyst()


@pytest.fixture
def made() -> list[Arrangement]:
    """Arrangements to be answered for, some answered already; committed so that others see them."""
    year, before = make_year(2014), make_year(2013)
    councils = [make_council() for _ in range(4)]
    for council in councils:
        make_return(council, year)
    made = [make_arrangement(councils[number % 4], make_council()) for number in range(ROWS)]
    for each in made:
        make_saving(each, before, 100_000)
    for each in made[:CHANGED]:
        make_saving(each, year, 101_000)
    return made


@pytest.fixture
def token(made: list[Arrangement], analyst: User) -> str:
    """The token of an upload of them."""
    return uploaded(made, analyst)


def uploaded(made: list[Arrangement], analyst: User) -> str:
    """Upload, on the present reading, a sheet that gives and changes answers, starts returns and raises queries."""
    year, reason = FinancialYear.objects.get(starts_on__year=2014), {"reason": "Includes a sale of plant"}
    rows = [row_of(each, year, amount=900_000 + number, note="File", **reason) for number, each in enumerate(made)]
    return staged(year, sheet(rows), analyst)


@contextmanager
def committing(token: str, analyst: User) -> Iterator[subprocess.Popen[str]]:
    """Another process, at the beginning of its commit. Killed at the end if it wasn't before."""
    found = urlsplit(os.environ["DATABASE_URL"])
    folder = found.path.rpartition("/")[0]
    address = urlunsplit(found._replace(path=f"{folder}/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "arrangements.returns.importing.tests.committing_process", token, str(analyst.pk)],
        env={
            **os.environ,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "sharedservices.settings_test",
            "PGAPPNAME": CONNECTED_AS,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        wait_until(the_database_has_let_go)


def wait_until(comes_true: Callable[[], bool]) -> None:
    """Look again and again; fail after a minute."""
    latest = time.monotonic() + PATIENCE
    while not comes_true():
        assert time.monotonic() < latest, "waited in vain"
        time.sleep(0.02)


def one(sql: str, *values: object) -> int:
    """The one number that the query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def the_database_has_let_go() -> bool:
    """Whether the killed process's connection has ended, and with it whatever it had not committed."""
    return one("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", CONNECTED_AS) == 0


def somebody_waits_for(table: str) -> bool:
    """Whether another connection waits for a lock on the table."""
    return one("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", table) > 0


def rows_of_tables() -> dict[str, int | None]:
    """Rows by table. A sequence that a killed process drew from stays drawn from."""
    return {name: count for name, count in counted().items() if not name.endswith("_seq")}


def assert_whole(token: str, analyst: User) -> None:
    """The import, all of its answers, its queries and its returns."""
    made = ReturnImport.objects.get()
    year = FinancialYear.objects.get(starts_on__year=2014)
    assert (made.new, made.changed, made.answers.count()) == (ROWS - CHANGED, CHANGED, ROWS)
    assert ReportedSaving.objects.filter(year=year, amount__gte=900_000, note="File").count() == ROWS
    assert Query.objects.count() == len(made.raised) == ROWS
    assert set(AnnualReturn.objects.values_list("state", flat=True)) == {"in_progress"}
    assert opened(token, analyst.pk).head.import_made == made.pk


@pytest.mark.parametrize("model", [ReportedSaving, ImportedAnswer])
def test_killed_before_any_of_its_writes_it_leaves_nothing_and_the_next_succeeds(token, analyst, model):
    table, before = model._meta.db_table, rows_of_tables()
    with committing(token, analyst) as process, transaction.atomic():
        # Whoever writes to the table waits for us: the process stands still with all it wrote before.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        wait_until(lambda: somebody_waits_for(table))
        process.kill()
        process.wait()
    assert rows_of_tables() == before
    assert kinds(token, analyst) == {"new": list(range(CHANGED + 2, ROWS + 2)), "changed": list(range(2, CHANGED + 2))}
    with held(token, analyst.pk) as upload:
        commit_import(staged=upload, user=analyst)
    assert_whole(token, analyst)


def test_killed_after_it_committed_it_leaves_the_whole_import(token, analyst):
    with committing(token, analyst) as process:
        assert process.stdout.readline() == "committed\n"
    assert_whole(token, analyst)


def test_killed_at_any_moment_it_leaves_all_rows_or_none_and_no_record_without_rows(made, token, analyst):
    with committing(token, analyst) as process:
        begun = time.perf_counter()
        assert process.stdout.readline() == "committed\n"
        longest = 1.2 * (time.perf_counter() - begun)  # so that some are killed afterwards, and most on the way
    undo_import(the_import=ReturnImport.objects.get(), user=analyst)
    token, moments, left = uploaded(made, analyst), random.Random(2014), Counter[str]()
    before = rows_of_tables()
    for _ in range(KILLS):
        with committing(token, analyst) as process:
            time.sleep(moments.uniform(0, longest))
            process.kill()
            process.wait()
            wait_until(the_database_has_let_go)
        done = ReturnImport.objects.order_by("-pk").filter(undone_at=None).first()
        assert ReturnImport.objects.filter(answers=None).count() == 0
        left["all" if done else "nothing"] += 1
        if done is None:
            assert rows_of_tables() == before
            continue
        assert done.answers.count() == ROWS
        assert ReportedSaving.objects.filter(note="File").count() == ROWS
        undo_import(the_import=done, user=analyst)
        assert not ReportedSaving.objects.filter(note="File").exists()
        token, before = uploaded(made, analyst), rows_of_tables()
    sys.stdout.write(f"Killed {KILLS} times: {left['nothing']} left nothing, {left['all']} the whole import.\n")
