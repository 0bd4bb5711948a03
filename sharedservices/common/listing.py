"""Lists for readers: one FilterSet over one QuerySet gives the page, and the files of exactly what the page shows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.generic import View

from sharedservices.common.facets import ALL, FacetedFilterSet
from sharedservices.common.filters import BadFilters, StrictFilterSet
from sharedservices.common.options import read_options
from sharedservices.common.paging import numbered_page
from sharedservices.common.public_state import public_state


class FilteredList(View):
    """A filtered, ordered, paged list. Subclasses name a FilterSet, a template, and give the rows to filter."""

    filterset_class: type[StrictFilterSet]
    template_name: str
    # What the rows are, in the plural; the page's address ends so, and its files are called so.
    noun = "rows"
    # Filters that stand above the others.
    shown_first: tuple[str, ...] = ()
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
        self.prepare(filterset)
        filterset.refuse_bad()
        return filterset

    def prepare(self, filterset: StrictFilterSet) -> None:
        """A page shows everything there is to choose among."""
        self.state = public_state()
        read_options(filterset.form, self.state)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            filterset = self.filtered()
            return self.answer(filterset)
        except BadFilters as refusal:
            return refused(request, refusal)

    def answer(self, filterset: StrictFilterSet) -> HttpResponseBase:
        """The page. Where the FilterSet counts its options, each says how many rows it would give."""
        rows, count = filterset.qs, None
        if isinstance(filterset, FacetedFilterSet):
            counts = filterset.count(self.state)
            count = counts[ALL][ALL]
            for name, found in counts.items():
                if name != ALL:
                    filterset.form.fields[name].counts = found  # type: ignore[attr-defined]
        page = numbered_page(rows, filterset.given.get("page"), count=count)
        context = {
            "filter": filterset,
            "filter_fields": self._shown(filterset),
            "page_obj": page,
            "rows": page.object_list,
            "noun": self.noun,
            "list_address": self.request.path.rstrip("/"),
            **self.more_context(filterset),
        }
        if not page.paginator.count and isinstance(filterset, FacetedFilterSet):
            context["without_each"] = filterset.without_each()
        return render(self.request, self.template_name, context)

    def _shown(self, filterset: StrictFilterSet) -> list[BoundField]:
        names = [name for name in filterset.form.fields if name not in self.shown_first]
        return [filterset.form[name] for name in [*self.shown_first, *names]]

    def more_context(self, filterset: StrictFilterSet) -> dict[str, Any]:
        """What else the template shows."""
        return {}


def refused(request: HttpRequest, refusal: BadFilters, back_words: str = "") -> HttpResponse:
    """The page that says what is wrong with the address, with the list it belongs to one click away."""
    messages = [problem["message"] for problem in refusal.problems]
    return render(request, "400.html", {"messages_given": messages, "back": request.path, "back_words": back_words}, status=400)
