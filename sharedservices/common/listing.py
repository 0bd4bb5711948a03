"""Lists for readers: one FilterSet over one QuerySet gives the page and the CSV of exactly what the page shows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from sharedservices.common.columns import Columns
from sharedservices.common.csvfile import csv_response
from sharedservices.common.filters import BadFilters, StrictFilterSet
from sharedservices.common.paging import numbered_page


class FilteredList(View):
    """A filtered, ordered, paged list. Subclasses name a FilterSet, a template, and give the rows to filter."""

    filterset_class: type[StrictFilterSet]
    template_name: str
    # Names in the address that aren't filters.
    also_known: tuple[str, ...] = ("page",)
    http_method_names = ["get", "head", "options"]

    def get_queryset(self) -> QuerySet:
        """The rows before filtering."""
        raise TypeError(f"{type(self).__name__} gives no rows.")

    def filtered(self) -> StrictFilterSet:
        """The FilterSet of this request; `BadFilters` if it can't be followed."""
        filterset = self.filterset_class(
            self.request.GET, queryset=self.get_queryset(), request=self.request, also_known=self.also_known
        )
        filterset.refuse_bad()
        return filterset

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            filterset = self.filtered()
            return self.answer(filterset)
        except BadFilters as refusal:
            return refused(request, refusal)

    def answer(self, filterset: StrictFilterSet) -> HttpResponse:
        """The page."""
        page = numbered_page(filterset.qs, filterset.given.get("page"))
        context = {"filter": filterset, "page_obj": page, "rows": page.object_list, **self.more_context(filterset)}
        return render(self.request, self.template_name, context)

    def more_context(self, filterset: StrictFilterSet) -> dict[str, Any]:
        """What else the template shows."""
        return {}


class CsvOfList:
    """Mixed into a list: the same rows in the same order, all pages, as a file."""

    file_name: str
    also_known: tuple[str, ...] = ()
    columns: Columns

    def answer(self, filterset: StrictFilterSet) -> HttpResponse:
        """The file."""
        rows = ([value(row) for value in self.columns.values()] for row in filterset.qs)
        return csv_response(self.file_name, list(self.columns), rows)


def refused(request: HttpRequest, refusal: BadFilters, back_words: str = "") -> HttpResponse:
    """The page that says what is wrong with the address, with the list it belongs to one click away."""
    messages = [problem["message"] for problem in refusal.problems]
    return render(request, "400.html", {"messages_given": messages, "back": request.path, "back_words": back_words}, status=400)
