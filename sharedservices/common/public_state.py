"""The state of all that the public reads, as one short text: two answers at one state are the same bytes.

The database keeps it (migration `0007_the_database_tells_one_public_state_from_another` of the councils): triggers on every
table that the public reads move it. Reading it touches none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import connection, transaction

from sharedservices.common.today import now, today


def public_state() -> str:
    """What changes with every write that shows, with every release that becomes public, every day, and with the code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(weight), 0) FROM public_state WHERE from_moment IS NULL OR from_moment <= %s", [now()]
        )
        (weight,) = cursor.fetchone()
    return f"{weight} {today()} {code()}"


@cache
def code() -> str:
    """A digest of the register's own code: another version of it may write other bytes."""
    found = hashlib.sha256()
    for folder in ("arrangements", "councils", "sharedservices"):
        for file in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            if "tests" not in file.parts:
                found.update(file.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def one_snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, whoever writes meanwhile; nothing can be written.

    Within a transaction that has begun already, as in most tests, its own rules hold.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
