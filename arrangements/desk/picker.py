"""The choices that pickers offer while somebody types, without counting all there are."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet


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
    """Django's, with `OneMore`. The first page is read as the first few of what a text finds, where rows know how."""

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        return OneMore(*args, **kwargs)

    def get_queryset(self) -> QuerySet:
        rows = self.model_admin.get_queryset(self.request)
        is_narrowed = bool(self.source_field.get_limit_choices_to())
        is_first = self.request.GET.get("page", "1") == "1"
        if is_first and self.term.strip() and not is_narrowed and hasattr(rows, "first_found_by"):
            return rows.first_found_by(self.term, int(self.paginate_by or 0) + 1)
        return super().get_queryset()
