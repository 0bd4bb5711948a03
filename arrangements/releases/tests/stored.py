"""What stands in the database of a release, to be compared; and raw SQL, as somebody at a prompt would write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from arrangements.releases.models import (
    Release,
    ReleasedArrangement,
    ReleasedCouncil,
    ReleasedDocument,
    ReleasedFigure,
    ReleasedFile,
    ReleasedNote,
)
from sharedservices.common.tests.triggers import triggers_off

FROZEN: list[type[models.Model]] = [
    ReleasedArrangement,
    ReleasedCouncil,
    ReleasedFigure,
    ReleasedFile,
    ReleasedDocument,
    ReleasedNote,
]


def stored(release: Release) -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every frozen row of the release, files' bytes included, by table."""
    return {
        model._meta.db_table: [
            tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
            for row in model._default_manager.filter(release=release).order_by("pk").values_list()
        ]
        for model in FROZEN
    }


def count_of_everything() -> dict[str, int]:
    """How many releases and frozen rows there are, by table."""
    return {model._meta.db_table: model._default_manager.count() for model in [Release, *FROZEN]}


NOTHING = dict.fromkeys((model._meta.db_table for model in [Release, *FROZEN]), 0)


def run(sql: str, *values: Any) -> None:
    """Raw SQL, in a savepoint so that a refusal leaves the transaction standing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


@contextmanager
def behind_the_triggers() -> Iterator[None]:
    """What only the owner of the tables could do: write with all triggers off. Undone at the end."""
    with transaction.atomic(), triggers_off():
        yield
        transaction.set_rollback(True)
