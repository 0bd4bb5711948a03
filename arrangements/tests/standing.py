"""Worlds that stay: made once for a process of the test run, in a copy of the test database, and found by each class as made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar

from django.db import connection, transaction
from django.test import TestCase, override_settings

from arrangements.tests.world import TODAY, World, make_world
from sharedservices.common.tests.databases import copied, in_use

# What makes a world -> the database that holds it, and what the making told.
_made: dict[Callable[[], Any], tuple[str, Any]] = {}
_until_the_end = ExitStack()


def standing(making: Callable[[], Any]) -> tuple[str, Any]:
    """The database in which that was made, now or before; and what it told."""
    if making not in _made:
        database = _until_the_end.enter_context(copied(making.__name__))
        with in_use(database), transaction.atomic(), override_settings(REGISTER_TODAY=TODAY):
            told = making()
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        _made[making] = database, told
    return _made[making]


@contextmanager
def lived_in(making: Callable[[], Any]) -> Iterator[Any]:
    """Use the database in which that was made; gives what it told. Tests within take back what they change."""
    database, told = standing(making)
    with in_use(database):
        yield told


def has_worlds() -> bool:
    """Whether any was made."""
    return bool(_made)


def drop_worlds() -> None:
    """Drop their databases; for the end of the run."""
    _until_the_end.close()
    _made.clear()


class WorldTestCase(TestCase):
    """Tests in the small register of `make_world`: `self.world`. What one changes in it no other sees."""

    world: ClassVar[World]
    told: ClassVar[Any]  # by `making`
    making: Callable[[], Any] = staticmethod(make_world)

    @classmethod
    def setUpClass(cls) -> None:
        cls.told = cls.enterClassContext(lived_in(cls.making))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = cls.told
