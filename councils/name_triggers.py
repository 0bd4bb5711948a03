"""What keeps a council's known names true, by whatever door rows change: triggers, once a statement.

They call `known_names_refresh(ids)`, which the migration `0004_the_database_keeps_known_names` makes.
"""

import pgtrigger

_OLD = pgtrigger.Referencing(old="old_rows")
_NEW = pgtrigger.Referencing(new="new_rows")
_BOTH = pgtrigger.Referencing(old="old_rows", new="new_rows")


def _after(operation: pgtrigger.Operation, rows: pgtrigger.Referencing | None, councils: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"known_names_after_{operation}".lower(),
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=rows,
        func=f"PERFORM known_names_refresh(ARRAY({councils})); RETURN NULL;",
    )


_CHANGED = (
    "SELECT id FROM (SELECT id, name, short_name FROM new_rows EXCEPT SELECT id, name, short_name FROM old_rows) AS changed"
)
KEPT_BY_COUNCILS = [
    _after(pgtrigger.Insert, _NEW, "SELECT id FROM new_rows"),
    _after(pgtrigger.Update, _BOTH, _CHANGED),
]
KEPT_BY_OTHER_NAMES = [
    _after(pgtrigger.Insert, _NEW, "SELECT council_id FROM new_rows"),
    _after(pgtrigger.Update, _BOTH, "SELECT council_id FROM old_rows UNION SELECT council_id FROM new_rows"),
    _after(pgtrigger.Delete, _OLD, "SELECT council_id FROM old_rows"),
    _after(pgtrigger.Truncate, None, "SELECT id FROM councils_council"),
]
