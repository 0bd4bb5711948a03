"""What keeps the search texts true, by whatever door rows change: triggers, once a statement, for the arrangements it touches.

They call `search_refresh(ids)`, which the migration `0006_the_database_keeps_search_texts` makes, with the like of these
triggers on the tables of councils: a lower room knows nothing of arrangements.

A text is computed under a lock on its row, so that of two writers at once the second sees what the first wrote. Whoever
links an arrangement with a party or a service locks these against being renamed until the link can be seen.
"""

import pgtrigger

_OLD = pgtrigger.Referencing(old="old_rows")
_NEW = pgtrigger.Referencing(new="new_rows")
_BOTH = pgtrigger.Referencing(old="old_rows", new="new_rows")


def _after(operation: pgtrigger.Operation, rows: pgtrigger.Referencing | None, func: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"search_text_after_{operation}".lower(),
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=rows,
        func=f"{func} RETURN NULL;",
    )


def _refresh(ids: str) -> str:
    return f"PERFORM search_refresh(ARRAY({ids}));"


def _changed(columns: str) -> str:
    """The rows, old and new, of which one of the columns changed."""
    old, new = (f"SELECT {columns} FROM {rows}" for rows in ("old_rows", "new_rows"))  # noqa: S608 - names of our own
    return f"(({old} EXCEPT {new}) UNION ({new} EXCEPT {old})) AS changed"


def kept_by_links(other: str = "", table: str = "") -> list[pgtrigger.Trigger]:
    """For a table whose rows belong to an arrangement, and link it with a row of the other `table`, if one is named."""
    columns = f"id, arrangement_id, {other or 'name'}"

    def held(rows: str) -> str:
        return f"PERFORM 1 FROM {table} WHERE id IN (SELECT {other} FROM {rows}) ORDER BY id FOR SHARE;" if table else ""  # noqa: S608

    return [
        _after(pgtrigger.Insert, _NEW, held("new_rows") + _refresh("SELECT arrangement_id FROM new_rows")),
        _after(
            pgtrigger.Update,
            _BOTH,
            held(_changed(columns)) + _refresh(f"SELECT arrangement_id FROM {_changed(columns)}"),  # noqa: S608
        ),
        _after(pgtrigger.Delete, _OLD, _refresh("SELECT arrangement_id FROM old_rows")),
        _after(pgtrigger.Truncate, None, _refresh("SELECT id FROM arrangements_arrangement")),
    ]


def _services_held(rows: str) -> str:
    """The main services, and the categories above them, can't be renamed meanwhile."""
    services = f"SELECT main_service_id FROM {rows}"  # noqa: S608
    return (
        f"PERFORM 1 FROM arrangements_service WHERE id IN ({services}) ORDER BY id FOR SHARE;"  # noqa: S608
        " PERFORM 1 FROM arrangements_servicecategory WHERE id IN"
        f" (SELECT category_id FROM arrangements_service WHERE id IN ({services})) ORDER BY id FOR SHARE;"
    )


_OF_ARRANGEMENT = _changed("id, reference, name, main_service_id")
KEPT_BY_ARRANGEMENTS = [
    _after(pgtrigger.Insert, _NEW, _services_held("new_rows") + _refresh("SELECT id FROM new_rows")),
    _after(pgtrigger.Update, _BOTH, _services_held(_OF_ARRANGEMENT) + _refresh(f"SELECT id FROM {_OF_ARRANGEMENT}")),  # noqa: S608
]

_SERVICES = _changed("id, name, category_id")
_CATEGORIES_HELD = (
    "PERFORM 1 FROM arrangements_servicecategory WHERE id IN"  # noqa: S608
    f" (SELECT category_id FROM {_SERVICES}) ORDER BY id FOR SHARE;"
)
_WITH_SERVICES = (
    f"SELECT id FROM arrangements_arrangement WHERE main_service_id IN (SELECT id FROM {_SERVICES})"  # noqa: S608
    " UNION SELECT arrangement_id FROM arrangements_arrangement_other_services"
    f" WHERE service_id IN (SELECT id FROM {_SERVICES})"
)
KEPT_BY_SERVICES = [_after(pgtrigger.Update, _BOTH, _CATEGORIES_HELD + _refresh(_WITH_SERVICES))]

_OF_CATEGORIES = (
    "SELECT arrangement.id FROM arrangements_arrangement AS arrangement"  # noqa: S608
    " JOIN arrangements_service AS service ON service.id = arrangement.main_service_id"
    f" WHERE service.category_id IN (SELECT id FROM {_changed('id, name')})"
)
KEPT_BY_CATEGORIES = [_after(pgtrigger.Update, _BOTH, _refresh(_OF_CATEGORIES))]
