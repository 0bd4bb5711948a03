"""Lists across all returns, to look through and to change many at once: here the answers, in query_admin.py the queries.

One row alone is changed on its return's page, where it leads.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import Truncator

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.bulk import OF_ANSWERS, page_of
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from councils.models import Region
from sharedservices.common.bulk_admin import BulkAdmin
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404

LONG_ENOUGH = 80


class LatestYearFilter(admin.SimpleListFilter):
    """A year; that of the latest collection unless another is chosen."""

    title, parameter_name = "year", "year"
    field = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.years = list(FinancialYear.objects.collected())
        return [*((year.slug, str(year)) for year in self.years), ("all", "All years")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value() or (self.years[0].slug if self.years else "all")
        return queryset if chosen == "all" else queryset.filter(**{f"{self.field}__slug": chosen})

    def choices(self, changelist: Any) -> Any:
        chosen = self.value() or (self.years[0].slug if self.years else "all")
        for value, label in self.lookup_choices:
            link = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": chosen == str(value), "query_string": link, "display": label}


class TouchingRegionFilter(admin.SimpleListFilter):
    """A region of which a council takes part on 31 March."""

    title, parameter_name = "region touched", "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(region.slug, region.name) for region in Region.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.touching_region(Region.objects.filter(slug=self.value()))  # type: ignore[attr-defined]


class LeadsToItsReturn(BulkAdmin, TrailAdmin):
    """Rows that are looked at in a list, and changed many at once there or singly on the page of their return."""

    list_title: str

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nothing is selected here to be changed by itself."""
        return super().changelist_view(request, {"title": self.list_title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page_of(self, row: Any) -> str | None:
        """The return's page at the row's line."""
        raise NotImplementedError

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Leads to the return's page, at the line."""
        row = one_or_404(self.get_queryset(request), object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        page = self.page_of(row)
        if page is None:
            raise Http404(f"No return answers for {row}.")
        return HttpResponseRedirect(page)


@admin.register(ReportedSaving)
class ReportedSavingAdmin(LeadsToItsReturn):
    """Answers of all returns."""

    bulk_deeds, list_title = OF_ANSWERS, "Answers"
    list_display = ["arrangement_name", "reference", "year", "outcome", "pounds", "short_note", "council_name"]
    list_filter = [LatestYearFilter, "outcome", "arrangement__main_service__category", TouchingRegionFilter]
    list_select_related = ["arrangement", "year"]
    search_fields = ["arrangement__name"]
    search_help_text = "Name, reference, council, body or service of the arrangement; a slip of a letter is forgiven."

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return ReportedSaving.objects.visible_to(request.user).select_related("arrangement", "year").with_answering_council()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(arrangement__in=Arrangement.objects.found_by(search_term[:200])), False

    @admin.display(description="arrangement", ordering="arrangement__name")
    def arrangement_name(self, saving: ReportedSaving) -> str:
        return saving.arrangement.name

    @admin.display(description="reference", ordering="arrangement__reference")
    def reference(self, saving: ReportedSaving) -> str:
        return saving.arrangement.reference

    @admin.display(description="amount", ordering="amount", empty_value="")
    def pounds(self, saving: ReportedSaving) -> str | None:
        return saving.in_words if saving.amount is not None else None

    @admin.display(description="source or reason")
    def short_note(self, saving: ReportedSaving) -> str:
        return Truncator(saving.note).chars(LONG_ENOUGH)

    @admin.display(description="answered by", ordering="answering_council", empty_value="nobody")
    def council_name(self, saving: Any) -> str | None:
        return saving.answering_council

    def page_of(self, row: ReportedSaving) -> str | None:
        answering = Partnership.objects.answering_on(row.year.ends_on).filter(arrangement=row.arrangement_id)
        its = AnnualReturn.objects.filter(year=row.year_id, council__in=answering.values("council")).first()
        return page_of(its.pk, row.arrangement_id) if its else None
