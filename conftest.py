"""For every test of the register."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.core.management.commands import flush
from django.db import connection
from xdist.scheduler import LoadFileScheduling

from arrangements.demonstration.tests.loaded_once import Demonstration, demonstration_of
from arrangements.tests.standing import drop_worlds, has_worlds
from sharedservices.common.tests.triggers import switched, tables_with_triggers

# `make test` gives one commit one verdict, however busy the machine: the same examples each time, and no clock over them.
# With LONG=1 they are drawn anew.
hypothesis.settings.register_profile(
    "register",
    deadline=None,
    derandomize=not os.environ.get("LONG"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much],
)
hypothesis.settings.load_profile("register")

# What migrations put in: groups and what they may do. Other tests need it after a flush.
KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}

# Folders whose files share what takes long to set up.
TOGETHER = ("arrangements/demonstration/tests/",)


class FileByFile(LoadFileScheduling):
    """Among processes, each file stays whole: what a class sets up is set up once. Some folders stay whole too."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile:
    """How tests are shared out with `-n 2`."""
    return FileByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the garbage collector what lasts to the end: walking it again and again took a tenth of the processor."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(autouse=True, scope="session")
def _flush_frozen_rows_too() -> Iterator[None]:
    """Let Django empty the test database after a transactional test, which the database refuses anybody else.

    Released rows and the trail carry triggers against TRUNCATE. They rest for the transaction of the flush alone.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", _sql_flush)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, which PostgreSQL shall not take for empty.

    Tests take back what they write, so its autovacuum would count no rows at all, and plan for none where a test
    then loads thousands: minutes instead of milliseconds.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (autovacuum_enabled = off)")
        cursor.execute("VACUUM")


@pytest.fixture(scope="session")
def demonstrated(
    testrun_uid: str, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Demonstration]:
    """A copy of the test database that holds the demonstration, which no test changes for good."""
    with django_db_blocker.unblock(), demonstration_of(testrun_uid, tmp_path_factory.getbasetemp().parent) as demonstration:
        yield demonstration


@pytest.fixture(autouse=True, scope="session")
def _worlds_dropped(request: pytest.FixtureRequest) -> Iterator[None]:
    """The worlds that tests made for each other are gone when the run is over."""
    yield
    if has_worlds():
        with request.getfixturevalue("django_db_blocker").unblock():
            drop_worlds()


def _sql_flush(style: Any, connection: Any, reset_sequences: bool = True, allow_cascade: bool = False) -> list[str]:
    tables = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in KEPT]
    emptying = connection.ops.sql_flush(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    guarded = tables_with_triggers()
    return [*switched("DISABLE", guarded), *emptying, *switched("ENABLE", guarded)]
