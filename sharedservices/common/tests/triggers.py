"""Triggers at rest, as only the owner of the tables can let them: for what a test must write behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

WITH_TRIGGERS = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"


def tables_with_triggers() -> list[str]:
    """Every table that has triggers of our own, its name quoted where it must be."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_TRIGGERS)
        return [name for (name,) in cursor.fetchall()]


def switched(to: str, tables: Iterable[str]) -> list[str]:
    """The statements that switch all our triggers of the tables, to DISABLE or to ENABLE."""
    return [f"ALTER TABLE {table} {to} TRIGGER USER" for table in tables]


@contextmanager
def triggers_off() -> Iterator[None]:
    """Within, no trigger of ours fires. A transaction must be open; foreign keys are checked before and after."""
    tables = tables_with_triggers()
    _run(["SET CONSTRAINTS ALL IMMEDIATE", *switched("DISABLE", tables)])
    yield
    if not connection.needs_rollback:  # which takes this back too
        _run(["SET CONSTRAINTS ALL IMMEDIATE", *switched("ENABLE", tables), "SET CONSTRAINTS ALL DEFERRED"])


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
