"""A process that is killed while it prepares leaves no release, or a whole one; never a part."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from arrangements.releases.actions import prepare
from arrangements.releases.digest import digest_of
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure, ReleasedFile
from arrangements.releases.tests.small_year import SmallYear, make_small_year
from arrangements.releases.tests.stored import NOTHING, count_of_everything
from arrangements.tests.builders import make_analyst
from councils.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds
CONNECTED_AS = f"killed by test {os.getpid()}"
KILLS_AT_ANY_MOMENT = 30 if os.environ.get("LONG") else 2


@pytest.fixture
def small() -> SmallYear:
    """A year ready to be prepared, committed so that another process sees it."""
    return make_small_year()


@contextmanager
def preparing(small: SmallYear, analyst: User) -> Iterator[subprocess.Popen[str]]:
    """Another process, at the beginning of `prepare`. Killed at the end if it wasn't before."""
    found = urlsplit(os.environ["DATABASE_URL"])
    folder = found.path.rpartition("/")[0]
    address = urlunsplit(found._replace(path=f"{folder}/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "arrangements.releases.tests.preparing_process", small.year.slug, str(analyst.pk)],
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


def somebody_waits_for(table: str) -> bool:
    """Whether another connection waits for a lock on the table."""
    return one("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", table) > 0


def the_database_has_let_go() -> bool:
    """Whether the killed process's connection has ended, and with it whatever it had not committed."""
    return one("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", CONNECTED_AS) == 0


@pytest.mark.parametrize("model", [ReleasedArrangement, ReleasedFigure, ReleasedFile])
def test_killed_before_its_rows_figures_or_files_it_leaves_nothing_and_the_next_succeeds(small, model):
    analyst, table = make_analyst(), model._meta.db_table
    with preparing(small, analyst) as process:
        # Whoever writes to the table waits for us: the process stands still with all it wrote before.
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
            wait_until(lambda: somebody_waits_for(table))
            process.kill()
            process.wait()
        wait_until(the_database_has_let_go)
    assert count_of_everything() == NOTHING
    release = prepare(year=small.year, user=analyst)
    assert (release.slug, digest_of(release)) == ("2013-14.r1", release.digest)


def test_killed_after_it_committed_it_leaves_the_whole_release(small):
    analyst = make_analyst()
    with preparing(small, analyst) as process:
        assert process.stdout.readline() == "prepared\n"
        process.kill()
        process.wait()
        wait_until(the_database_has_let_go)
    assert_whole(Release.objects.get())


def test_killed_at_any_moment_it_leaves_nothing_or_the_whole_release(small):
    analyst, moments = make_analyst(), random.Random(2013)
    for _ in range(KILLS_AT_ANY_MOMENT):
        with preparing(small, analyst) as process:
            time.sleep(moments.uniform(0, 0.4))
            process.kill()
            process.wait()
            wait_until(the_database_has_let_go)
        release = Release.objects.first()
        if release is None:
            assert count_of_everything() == NOTHING
        else:
            assert_whole(release)
            Release.objects.filter(pk=release.pk).delete()


def assert_whole(release: Release) -> None:
    assert release.slug == "2013-14.r1"
    assert digest_of(release) == release.digest
    assert release.arrangements.count() == 3
    assert release.councils.count() == 5
    assert release.files.count() == 9
    assert release.figures.get(key="savings-total").value == 280_000
