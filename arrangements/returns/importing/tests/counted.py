"""Everything the database holds, counted: rows of every table and the place of every sequence."""

from __future__ import annotations

from django.db import connection

# The uploads' own cache, sessions and the cache of wrong passwords: no part of the register.
APART = {"upload_entries", "cache_entries", "django_session"}


def counted() -> dict[str, int | None]:
    """Rows by table, and the last value of each sequence."""
    with connection.cursor() as cursor:
        found: dict[str, int | None] = {}
        for table in sorted(set(connection.introspection.table_names(cursor)) - APART):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            found[table] = cursor.fetchone()[0]
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        return found | dict(cursor.fetchall())
