"""The choices that pickers offer while somebody types, without counting all there are."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.paginator import InvalidPage, Page, Paginator


class UncountedPage(Page):
    """A page that knows by itself whether another follows."""

    def __init__(self, rows: list[Any], number: int, paginator: Paginator) -> None:
        super().__init__(rows[: paginator.per_page], number, paginator)
        self.follows = len(rows) > paginator.per_page

    def has_next(self) -> bool:
        return self.follows


class OneMore(Paginator):
    """Pages that are read with one row more, and never counted."""

    def page(self, number: Any) -> UncountedPage:
        """The rows of the page; the first page may be empty."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows and number > 1:
            raise InvalidPage("That page holds no results.")
        return UncountedPage(rows, number, self)

    def validate_number(self, number: Any) -> int:
        """A whole number from 1 on."""
        try:
            number = int(number)
        except (TypeError, ValueError) as error:
            raise InvalidPage("A page's number is a whole number.") from error
        if number < 1:
            raise InvalidPage("Pages are numbered from 1.")
        return number


class Picker(AutocompleteJsonView):
    """Django's, with `OneMore`."""

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        return OneMore(*args, **kwargs)
