"""For every test of the register."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.commands import flush

# What migrations put in: groups and what they may do. Other tests need it after a flush.
KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}


@pytest.fixture(autouse=True, scope="session")
def _flush_frozen_rows_too() -> Iterator[None]:
    """Let Django empty the test database after a transactional test, which the database refuses anybody else.

    Released rows and the trail carry triggers against TRUNCATE. They rest for the transaction of the flush alone.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", _sql_flush)
        yield


def _sql_flush(style: Any, connection: Any, reset_sequences: bool = True, allow_cascade: bool = False) -> list[str]:
    tables = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in KEPT]
    emptying = connection.ops.sql_flush(style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    return ["SET LOCAL session_replication_role = replica", *emptying]
