"""The list of queries. A row leads to the line that it asks about, on its return's page, where it is dealt with."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from arrangements.returns.bulk import OF_QUERIES, page_of
from arrangements.returns.checks import names
from arrangements.returns.lists import LeadsToItsReturn
from arrangements.returns.models import AnnualReturn, Query
from arrangements.returns.vocabulary import QueryState
from sharedservices.common.periods import spelled


class AssignedFilter(admin.SimpleListFilter):
    """Whose it is: mine, nobody's, a colleague's."""

    title = "assigned to"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Me"), ("nobody", "Nobody"), ("others", "Somebody else")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user.pk)
        if self.value() == "nobody":
            return queryset.filter(assigned_to=None)
        if self.value() == "others":
            return queryset.exclude(assigned_to=None).exclude(assigned_to=request.user.pk)
        return queryset


class RuleFilter(admin.SimpleListFilter):
    """Which check raised it, or that a person did."""

    title = "rule"
    parameter_name = "rule"
    asked = "asked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        soft = sorted(name for name, is_hard in names().items() if not is_hard)
        return [(self.asked, "Asked by an analyst"), *((name, _spelled(name)) for name in soft)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(rule="" if self.value() == self.asked else self.value())


class StateFilter(admin.SimpleListFilter):
    """Where it stands. Without a choice, those that wait for somebody."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*QueryState.choices, ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        waiting, *others = super().choices(changelist)
        return [{**waiting, "display": "Not settled"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        if self.value() in QueryState.values:
            return queryset.filter(state=self.value())
        return queryset.exclude(state=QueryState.SETTLED)


@admin.register(Query)
class QueryAdmin(LeadsToItsReturn):
    """Queries, those first that wait longest."""

    bulk_deeds, list_title = OF_QUERIES, "Queries"
    list_display = ["line", "asked_of", "question", "state", "assigned", "raised_on"]
    list_filter = [StateFilter, AssignedFilter, "annual_return__year", RuleFilter]
    search_fields = [
        "arrangement__name",
        "arrangement__reference",
        "annual_return__council__name",
        "annual_return__council__short_name",
        "text",
        "answer",
    ]
    ordering = ["raised_at", "pk"]
    list_per_page = 100
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seen = AnnualReturn.objects.visible_to(request.user)
        return Query.objects.filter(annual_return__in=seen).select_related(
            "arrangement", "annual_return__council", "annual_return__year", "assigned_to"
        )

    @admin.display(description="line", ordering="arrangement__name")
    def line(self, query: Query) -> str:
        return f"{query.arrangement.reference} {query.arrangement.name}"

    @admin.display(description="return", ordering="annual_return__council__short_name")
    def asked_of(self, query: Query) -> str:
        return f"{query.annual_return.council.short_name}, {query.annual_return.year}"

    @admin.display(description="question", ordering="rule")
    def question(self, query: Query) -> str:
        if not query.rule:
            return query.text
        return format_html('{} <span class="help">({})</span>', query.text, _spelled(query.rule))

    @admin.display(description="assigned to", ordering="assigned_to__name", empty_value="Nobody")
    def assigned(self, query: Query) -> Any:
        return query.assigned_to

    @admin.display(description="raised", ordering="raised_at")
    def raised_on(self, query: Query) -> str:
        return spelled(timezone.localtime(query.raised_at).date())

    def page_of(self, row: Query) -> str:
        return page_of(row.annual_return_id, row.arrangement_id)


def _spelled(rule: str) -> str:
    """A rule's name as people read it: thousand fold."""
    return rule.replace("-", " ").capitalize()
