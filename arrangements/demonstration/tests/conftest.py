"""The demonstration, loaded once for all tests of this folder in a transaction that is rolled back after the last.

Tests here are pytest's own classes and functions: Django's `TestCase` would close the connection, and the
transaction with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from arrangements.demonstration.load import load

THE_DAY = date(2015, 4, 20)


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The lines that loading printed. Loading takes seconds: each test takes its own changes back in a savepoint."""
    whole, lines = transaction.atomic(), list[str]()
    with django_db_blocker.unblock():
        whole.__enter__()
        with override_settings(REGISTER_DEMONSTRATION=True, REGISTER_TODAY=THE_DAY):
            load(lines.append)
    yield lines
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def demonstration(loaded: list[str], db: None, settings: Any) -> list[str]:
    """The loaded demonstration on its day, as `make run` shows it; the lines that loading printed."""
    settings.REGISTER_DEMONSTRATION = True
    settings.REGISTER_TODAY = THE_DAY
    settings.REQUIRE_SECOND_FACTOR = False
    return loaded
