"""Copies of the test database for the browser: one holds the demonstration, others last for one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def copied(suffix: str) -> Iterator[str]:
    """Copy the database in use under its name and a suffix; the copy's name. Afterwards the copy is dropped."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_{suffix}"
    quoted = connection.ops.quote_name(copy)
    drop = f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"
    _execute(drop, f"CREATE DATABASE {quoted} TEMPLATE {connection.ops.quote_name(original)}")
    try:
        yield copy
    finally:
        _execute(drop)


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


def _execute(*statements: str) -> None:
    """Run the statements from beside the database, which nobody may be connected to while it is copied."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
