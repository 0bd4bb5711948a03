"""The admin's search where the rows know how to be found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

LONGEST_SEARCH = 200


class Forgiving:
    """Mixed into an admin: lists and pickers search by the rows' own `found_by`, the best match first.

    Where a column was chosen to order by, that order holds.
    """

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        found = queryset.found_by(search_term[:LONGEST_SEARCH])
        return (found.order_by(*queryset.query.order_by) if "o" in request.GET else found), False
