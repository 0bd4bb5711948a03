"""The demonstration on its day for every test of this folder, which takes its own changes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from arrangements.demonstration.tests.loaded_once import THE_DAY, Demonstration
from sharedservices.common.tests.databases import in_use


@pytest.fixture(scope="package")
def loaded(demonstrated: Demonstration, django_db_blocker: Any) -> Iterator[list[str]]:
    """The database in use is the one that holds it; the lines that loading printed."""
    with django_db_blocker.unblock(), in_use(demonstrated.database):
        yield demonstrated.lines


@pytest.fixture
def demonstration(loaded: list[str], db: None, settings: Any) -> list[str]:
    """The loaded demonstration on its day, as `make run` shows it; the lines that loading printed."""
    settings.REGISTER_DEMONSTRATION = True
    settings.REGISTER_TODAY = THE_DAY
    settings.REQUIRE_SECOND_FACTOR = False
    return loaded
