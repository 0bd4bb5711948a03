"""One of many keys, given to the database as one array. Django's `in` writes each key into the statement: slow for thousands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Lookup


def among(field: str, keys: Iterable[int] | Iterable[str]) -> Among:
    """For `filter()`: the field holds one of the keys, of which there may be any number."""
    return Among(F(field), list(keys))


class Among(Lookup):
    """The column is any of the array."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self.rhs]
