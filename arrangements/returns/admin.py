"""Where analysts run a collection: years, and returns with all their lines on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from arrangements.register.models import Arrangement
from arrangements.returns import actions
from arrangements.returns.bulk import OF_RETURNS
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.return_page import ReturnPage
from arrangements.returns.workbook.views import own_workbook, year_workbook, year_workbooks
from councils.models import Council
from sharedservices.common.bulk_admin import BulkAdmin
from sharedservices.common.errors import RuleBroken
from sharedservices.common.forgiving_admin import Forgiving
from sharedservices.common.trail import events, told
from sharedservices.common.versioned_admin import TrailAdmin, VersionedAdmin, one_or_404


@admin.register(FinancialYear)
class FinancialYearAdmin(VersionedAdmin):
    """Years and their collections. The action opens the collection of a year."""

    list_display = ["__str__", "starts_on", "ends_on", "opens_on", "closes_on"]
    fields = ["starts_on", "opens_on", "closes_on", "read_version"]
    actions = ["open_collection"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["starts_on"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Open the collection: one return for each council asked", permissions=["change"])
    def open_collection(self, request: HttpRequest, years: QuerySet) -> None:
        for year in years:
            try:
                made = actions.open_collection(year=year, user=request.user)
            except RuleBroken as refusal:
                for message in refusal.messages[:10]:
                    self.message_user(request, message, messages.ERROR)
            else:
                self.message_user(request, f"{year}: {made} returns made; councils that had one keep it.", messages.SUCCESS)


@admin.register(AnnualReturn)
class AnnualReturnAdmin(Forgiving, BulkAdmin, TrailAdmin):
    """Returns. A return's page answers all its lines and moves it on."""

    bulk_deeds = OF_RETURNS
    list_display = ["council_name", "year", "state", "answered_of_lines", "open_queries_count", "submitted_at"]
    list_filter = ["year", "state", "council__region", "council__kind"]
    search_fields = ["council__name"]
    search_help_text = "Any name or code of the council, present or former. One letter may be wrong."

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        returns = AnnualReturn.objects.visible_to(request.user).select_related("council", "year")
        return returns.with_progress().with_open_queries()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with the workbook of the last year that has returns at hand."""
        latest = FinancialYear.objects.filter(returns__isnull=False).order_by("-starts_on").first()
        return super().changelist_view(request, {"workbook_year": latest, **(extra_context or {})})

    @admin.display(description="council", ordering="council__short_name")
    def council_name(self, annual_return: AnnualReturn) -> str:
        return annual_return.council.name

    @admin.display(description="answered")
    def answered_of_lines(self, annual_return: Any) -> str:
        return f"{annual_return.answered} of {annual_return.lines}"

    @admin.display(description="open queries", ordering="open_queries")
    def open_queries_count(self, annual_return: Any) -> int:
        return annual_return.open_queries

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Returns are made by opening a collection."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        """Also the workbooks of a year and of one return; a council's return for a year; and the history of one line."""
        view = self.admin_site.admin_view
        return [
            path("workbook/<slug:year>/", view(year_workbook), name="arrangements_annualreturn_workbook"),
            path("workbooks/<slug:year>/", view(year_workbooks), name="arrangements_annualreturn_workbooks"),
            path("<path:object_id>/workbook/", view(own_workbook), name="arrangements_annualreturn_own_workbook"),
            path("of/<int:council>/<slug:year>/", view(self.of_view), name="arrangements_annualreturn_of"),
            path(
                "<int:object_id>/lines/<int:arrangement>/history/",
                view(self.line_history_view),
                name="arrangements_annualreturn_line_history",
            ),
            *super().get_urls(),
        ]

    def told_with(self, obj: AnnualReturn) -> list[models.QuerySet]:
        """The return, the answers to its lines, and its queries."""
        lines = AnnualReturn.lines(obj)  # on `obj` itself the name holds their number
        answers = events(ReportedSaving, year=obj.year_id, arrangement__in=lines)
        return [*super().told_with(obj), answers, events(Query, annual_return=obj.pk)]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The return's page: all lines, last year beside each, and the deeds that its state allows."""
        annual_return = self._seen(request, object_id)
        may_change = self.has_change_permission(request, annual_return)
        page = ReturnPage(request, annual_return, may_change=may_change)
        page.read()
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if response := page.do():
                return response
        return self._shown(request, "admin/annual_return.html", str(annual_return), **page.context())

    def line_history_view(self, request: HttpRequest, object_id: int, arrangement: int) -> HttpResponse:
        """Every answer that the line ever had for the year, and every query about it."""
        annual_return = self._seen(request, str(object_id))
        about = one_or_404(Arrangement.objects.all(), str(arrangement))
        answers = events(ReportedSaving, year=annual_return.year_id, arrangement=about.pk)
        asked = events(Query, annual_return=annual_return.pk, arrangement=about.pk)
        if not AnnualReturn.lines(annual_return).filter(pk=about.pk).exists() and not answers.exists():
            raise Http404
        return self._shown(
            request,
            "admin/trail.html",
            f"History of {about}, {annual_return.year}",
            object=annual_return,
            leads_back_to=f"#line-{about.pk}",
            events=told([answers, asked], known=annual_return),
        )

    def of_view(self, request: HttpRequest, council: int, year: str) -> HttpResponse:
        """Leads to the council's return for the year. Where there is none: why, and to the councils that followed it."""
        asked = one_or_404(Council.objects.all(), str(council))
        of_year = get_object_or_404(FinancialYear, slug=year)
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        returns = AnnualReturn.objects.visible_to(request.user).filter(year=of_year)
        found = returns.filter(council=asked).first()
        if found:
            return HttpResponseRedirect(reverse("admin:arrangements_annualreturn_change", args=[found.pk]))
        successors = list(asked.successors.all())
        return self._shown(
            request,
            "admin/no_return.html",
            f"{asked}, {of_year}: no return",
            council=asked,
            year=of_year,
            has_ended=asked.ended_on is not None and asked.ended_on < of_year.ends_on,
            has_begun=asked.started_on is None or asked.started_on <= of_year.ends_on,
            successors=successors,
        )

    def _seen(self, request: HttpRequest, object_id: str) -> AnnualReturn:
        returns = AnnualReturn.objects.visible_to(request.user).select_related("council", "year").with_successors()
        annual_return = one_or_404(returns, object_id)
        if not self.has_view_or_change_permission(request, annual_return):
            raise PermissionDenied
        return annual_return

    def _shown(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        around = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, template, around | context)
