"""What the packages' triggers ask at each row, answered without a subtransaction.

Each trigger of pgtrigger asks whether it is told to rest, and each of pghistory's who writes. As the packages make these
two functions, every call opens a subtransaction, which looks at all that the transaction has still to do at its end, and
every row reads and compares the whole of what its writer said: the time of a bulk write grew with the square of its rows.
Both are made again after each `migrate`, since the packages' own migrations make theirs.
"""

from typing import Any

from django.db import connections

SHOULD_REST = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(trigger_name = ANY (nullif(current_setting('pgtrigger.ignore', true), '')::text[]), false)
$$
"""
# The setting `register.context_attached` ends with the transaction, or with the savepoint that is rolled back, as the row
# does. Who says more under the same key within one transaction isn't heard; `written_by` takes a new key each time.
WHO_WRITES = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE LANGUAGE plpgsql AS $$
DECLARE
    context text := nullif(current_setting('pghistory.context_id', true), '');
    said text;
BEGIN
    IF context IS NULL THEN
        RETURN NULL;
    END IF;
    IF current_setting('register.context_attached', true) IS DISTINCT FROM context THEN
        said := nullif(current_setting('pghistory.context_metadata', true), '');
        IF said IS NULL THEN
            RETURN NULL;
        END IF;
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (context::uuid, said::jsonb, now(), now())
            ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
            WHERE pghistory_context.metadata <> excluded.metadata;
        PERFORM set_config('register.context_attached', context, true);
    END IF;
    RETURN context::uuid;
END
$$
"""


def install(*, using: str, **_: Any) -> None:
    """Make both functions, in place of the packages'; called after each `migrate`."""
    with connections[using].cursor() as cursor:
        for name, made in [("_pgtrigger_should_ignore", SHOULD_REST), ("_pgh_attach_context", WHO_WRITES)]:
            cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = %s", [name])
            if cursor.fetchone() != (0,):  # a migration back to nothing leaves none to replace
                cursor.execute(made)
