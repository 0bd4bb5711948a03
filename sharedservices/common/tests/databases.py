"""Copies of the test database: one with much loaded, that many tests read, and others that last for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def copied(suffix: str, of: str | None = None) -> Iterator[str]:
    """Copy a database, the one in use unless told, under the name in use and a suffix; the copy's name. Later it is dropped."""
    in_use_now = connection.settings_dict["NAME"]
    copy = f"{in_use_now}_{suffix}"
    make(copy, of or in_use_now)
    try:
        yield copy
    finally:
        drop(copy)


def make(name: str, of: str) -> None:
    """A copy of that name, in place of any before."""
    drop(name)
    statement = f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE {connection.ops.quote_name(of)}"
    # Earlier servers know no other way. Later ones would write every page to the log, which takes three times as long.
    _execute(f"{statement} STRATEGY file_copy" if server_version() >= 150_000 else statement)


def drop(name: str) -> None:
    """Drop the database, if there is one, whoever is connected to it."""
    _execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")


def is_there(name: str) -> bool:
    """Whether the server holds a database of that name."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


@contextmanager
def in_use(name: str) -> Iterator[None]:
    """Use the database of that name, and afterwards again the one before.

    Every thread follows, the live server's too: its connections end with each request.
    """
    settings = connection.settings_dict
    before, keeps = settings["NAME"], settings["CONN_MAX_AGE"]
    _use(name, 0)
    try:
        yield
    finally:
        _use(before, keeps)


def _use(name: str, keeps: int | None) -> None:
    connection.close()
    connection.settings_dict.update(NAME=name, CONN_MAX_AGE=keeps)


def server_version() -> int:
    """Such as 150004."""
    with connection._nodb_cursor() as cursor:
        return cursor.connection.info.server_version


def _execute(*statements: str) -> None:
    """Run the statements from beside the database, which nobody may be connected to while it is copied."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
