"""A process that is killed while it prepares, approves or publishes leaves no release, or a whole one; never a part."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction

from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.digest import digest_of
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure, ReleasedFile
from arrangements.releases.tests.small_year import SmallYear, leave_one_out, make_small_year
from arrangements.releases.tests.stored import NOTHING, count_of_everything
from arrangements.tests.builders import make_analyst, make_publisher
from councils.models import User
from sharedservices.common.today import now

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds
CONNECTED_AS = f"killed by test {os.getpid()}"
KILLS_AT_ANY_MOMENT = 100 if os.environ.get("LONG") == "1" else 2


@pytest.fixture
def small() -> SmallYear:
    """A year ready to be prepared without one return, committed so that another process sees it."""
    small = make_small_year()
    leave_one_out(small)
    return small


@contextmanager
def preparing(small: SmallYear, *people: User) -> Iterator[subprocess.Popen[str]]:
    """Another process, at the beginning of `prepare`. Killed at the end if it wasn't before.

    With a publisher beside the analyst it goes on to approve and publish.
    """
    found = urlsplit(os.environ["DATABASE_URL"])
    folder = found.path.rpartition("/")[0]
    address = urlunsplit(found._replace(path=f"{folder}/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "arrangements.releases.tests.preparing_process",
            small.year.slug,
            *(str(each.pk) for each in people),
        ],
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


def test_killed_at_any_moment_it_leaves_nothing_or_a_whole_release_that_others_take_on(small):
    """Killed in turn while it prepares, approves and publishes; whatever it left, the year goes on from there."""
    analyst, publisher, moments = make_analyst(), make_publisher(), random.Random(2013)
    spans, tally = how_long_each_takes(small, analyst, publisher), Counter[str]()
    for number in range(KILLS_AT_ANY_MOMENT):
        before, step = Release.objects.count(), number % len(STEPS)
        with preparing(small, analyst, publisher) as process:
            for done in STEPS[:step]:
                assert process.stdout.readline() == f"{done}\n"
            time.sleep(moments.uniform(0, spans[step] * 1.2))
            process.kill()
            process.wait()
            wait_until(the_database_has_let_go)
        left = Release.objects.order_by("-revision").first()
        tally[left.stage if left.revision > before else "nothing"] += 1
        for release in Release.objects.order_by("-revision")[:2]:
            assert_whole(release)
        assert count_of_everything() == {name: count * left.revision for name, count in OF_ONE.items()}
        go_on(left, publisher)
    told = ", ".join(f"{stage} {count}" for stage, count in sorted(tally.items()))
    print(f"\nKilled {KILLS_AT_ANY_MOMENT} times: {told}; every release left is whole.")  # noqa: T201 - read with -s


STEPS = ["prepared", "approved", "published"]
OF_ONE = {
    "arrangements_release": 1,
    "arrangements_releasedarrangement": 3,
    "arrangements_releasedcouncil": 5,
    "arrangements_releasedfigure": 25,
    "arrangements_releasedfile": 9,
    "arrangements_releaseddocument": 50,
    "arrangements_releasednote": 1,
}


def how_long_each_takes(small: SmallYear, analyst: User, publisher: User) -> list[float]:
    """Preparing, approving and publishing, once undisturbed, in seconds."""
    with preparing(small, analyst, publisher) as process:
        moments = [time.perf_counter()]
        for done in STEPS:
            assert process.stdout.readline() == f"{done}\n"
            moments.append(time.perf_counter())
        return [after - before for before, after in pairwise(moments)]


def go_on(release: Release, publisher: User) -> None:
    """Approve and publish what isn't yet."""
    if release.approved_at is None:
        approve(release=release, digest=release.digest, user=publisher)
    if release.published_at is None:
        publish(release=release, at=now(), user=publisher)


def assert_whole(release: Release) -> None:
    assert release.slug == f"2013-14.r{release.revision}"
    assert digest_of(release) == release.digest
    assert (release.approved_by is None) == (release.approved_at is None)
    assert release.approved_at or not release.published_at
    assert release.arrangements.count() == 3
    assert release.councils.count() == 5
    assert release.files.count() == 9
    assert release.notes.count() == 1
    assert release.figures.get(key="savings-total").value == 280_000
