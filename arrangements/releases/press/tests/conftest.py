"""Two small years, published once for all tests of this folder in a transaction that is rolled back after the last.

Tests here are pytest's own classes and functions: Django's `TestCase` would close the connection, and the transaction
with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from arrangements.releases.press.tests.furnished import TODAY, Furnished, furnish


@pytest.fixture(scope="package")
def published(django_db_setup: None, django_db_blocker: Any) -> Iterator[Furnished]:
    """The two years. Each test takes its own changes back in a savepoint."""
    whole = transaction.atomic()
    with django_db_blocker.unblock():
        whole.__enter__()
        with override_settings(REGISTER_TODAY=TODAY):
            made = furnish()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def furnished(published: Furnished, db: None, settings: Any) -> Furnished:
    """The two years on a day after both are public; a password is enough to sign in."""
    settings.REGISTER_TODAY = TODAY
    settings.REQUIRE_SECOND_FACTOR = False
    return published
