"""Paging: numbered pages for readers, and for machines a cursor that gives each row once while rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Q, QuerySet

from sharedservices.common.filters import BadFilters
from sharedservices.common.ordering import OrderTerm

ROWS_A_PAGE = 50
FAR_DOWN = 1_000
USUAL_LIMIT = 100
MOST_ROWS = 1_000
MOST_COUNTS = 1_000
COUNTS: dict[str, int] = {}


class Counted(Paginator):
    """Pages of rows that have been counted already. Of a page far down the keys are found first: all that a row tells besides
    needn't be read of those before it."""

    def __init__(self, rows: QuerySet | list[Any], rows_a_page: int, count: int | None) -> None:
        super().__init__(rows, rows_a_page)
        if count is not None:
            self.count = count

    def page(self, number: Any) -> Page:
        """The page of that number."""
        rows, first = self.object_list, (self.validate_number(number) - 1) * self.per_page
        if first < FAR_DOWN or not isinstance(rows, QuerySet):
            return super().page(number)
        keys = list(rows.values_list("pk", flat=True)[first : first + self.per_page])
        return Page(rows.filter(pk__in=keys), int(number), self)


def numbered_page(
    rows: QuerySet | list[Any], asked: str | None, rows_a_page: int = ROWS_A_PAGE, count: int | None = None
) -> Page:
    """The page of that number, the first where none is asked for; `BadFilters` for anything that is no page.

    `count` is how many rows there are, where that is known.
    """
    paginator = Counted(rows, rows_a_page, count)
    number = "1" if asked is None else asked
    try:
        # Django would take digits of any script, and 1_0 for ten.
        if not (number.isascii() and number.isdigit()):
            raise InvalidPage
        return paginator.page(number)
    except InvalidPage as error:
        message = f"page: “{number[:40]}” is not one of the pages of this list, 1 to {paginator.num_pages}."
        raise BadFilters(
            [{"name": "page", "value": number, "message": message, "rule": "a_page_of_the_list", "example": "1"}]
        ) from error


def read_limit(asked: str | None) -> int:
    """How many rows to give: 100 unless told, 1,000 at most."""
    if asked is None:
        return USUAL_LIMIT
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= MOST_ROWS):
        message = f"limit: “{asked[:40]}” is not a whole number from 1 to {MOST_ROWS:,}."
        raise BadFilters([{"name": "limit", "value": asked, "message": message, "rule": "from_1_to_1000", "example": "100"}])
    return int(asked)


def counted(rows: QuerySet, state: str | None) -> int:
    """How many rows there are: counted once in each state of the register, since counting a long list takes longer than
    giving a page of it."""
    if state is None:
        return rows.count()
    try:
        sql, parameters = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return 0
    # The moment of asking is among them wherever only what is public counts; of that the state tells.
    question = f"{state} {sql} {[each for each in parameters if not isinstance(each, datetime)]!r}"
    count = COUNTS.get(question)
    if count is None:
        count = rows.count()
        if len(COUNTS) >= MOST_COUNTS:
            COUNTS.clear()
        COUNTS[question] = count
    return count


def rows_after(rows: QuerySet, terms: list[OrderTerm], cursor: str | None, limit: int) -> tuple[list[Any], str | None]:
    """Up to `limit` rows after the cursor, and the cursor of the next; None where these are the last.

    `rows` carries the columns of the terms; the last term is unique and never missing.
    """
    ordered = rows.order_by(*(term.expression() for term in terms))
    if cursor:
        ordered = _after(ordered, terms, cursor)
    found = list(ordered[: limit + 1])
    more = len(found) > limit
    return found[:limit], _cursor_at(found[limit - 1], terms) if more else None


def _cursor_at(row: Any, terms: list[OrderTerm]) -> str:
    values = [row[term.column] if isinstance(row, dict) else getattr(row, term.column) for term in terms]
    text = json.dumps(values, default=_in_full, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _in_full(value: Any) -> str:
    """Days, and moments to the microsecond: cut shorter, a moment would come before the row that it is the cursor of."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"A cursor can't hold {type(value).__name__}.")


def _after(ordered: QuerySet, terms: list[OrderTerm], cursor: str) -> QuerySet:
    """The rows beyond the cursor; `BadFilters` for one that the register never gave, or gave for another order."""
    try:
        return ordered.filter(_beyond(terms, _values_in(cursor, len(terms))))
    except (ValueError, TypeError, binascii.Error, RecursionError, ValidationError) as error:
        message = "after: this is not a cursor that the register gave. Start without it, and follow `links.next`."
        raise BadFilters(
            [{"name": "after", "value": cursor[:60], "message": message, "rule": "a_cursor_given", "example": ""}]
        ) from error


def _values_in(cursor: str, expected: int) -> list[Any]:
    values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(values, list) or len(values) != expected or not all(map(_is_plain, values)):
        raise ValueError(cursor)
    return values


def _is_plain(value: Any) -> bool:
    """Whether PostgreSQL can be asked about it: text without null bytes or half characters, whole numbers, nothing."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or type(value) is int


def _beyond(terms: list[OrderTerm], values: list[Any]) -> Q:
    """Later in the order than a row with these values; missing values come last."""
    beyond, level = Q(pk__in=[]), Q()
    for term, value in zip(terms, values, strict=True):
        if value is not None:
            side = "lt" if term.descending else "gt"
            beyond |= level & (Q(**{f"{term.column}__{side}": value}) | Q(**{f"{term.column}__isnull": True}))
            level &= Q(**{term.column: value})
        else:
            level &= Q(**{f"{term.column}__isnull": True})
    return beyond
