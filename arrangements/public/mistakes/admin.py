"""The queue of reported mistakes: read, put right in the register, and closed by saying what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from arrangements.public.mistakes.models import MistakeReport
from sharedservices.common.versioned_admin import VersionedAdmin

SHOWN = 80


class OpenFilter(admin.SimpleListFilter):
    """Whether anything came of it yet."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "open":
            return queryset.filter(came_of_it="")
        return queryset.exclude(came_of_it="") if self.value() == "closed" else queryset


@admin.register(MistakeReport)
class MistakeReportAdmin(VersionedAdmin):
    """Reports of the last ninety days, the latest first."""

    list_display = ["what", "record_name", "release", "reported_at", "is_closed"]
    list_filter = [OpenFilter]
    list_select_related = ["arrangement", "council", "release__year"]
    search_fields = ["text", "arrangement__name", "arrangement__reference", "council__name"]
    fields = ["record_link", "release", "text", "reply_to", "reported_at", "came_of_it"]
    readonly_fields = ["record_link", "release", "text", "reply_to", "reported_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return MistakeReport.objects.visible_to(request.user).kept()

    @admin.display(description="what is wrong")
    def what(self, report: MistakeReport) -> str:
        return report.text if len(report.text) <= SHOWN else f"{report.text[: SHOWN - 1]}…"

    @admin.display(description="about")
    def record_name(self, report: MistakeReport) -> str:
        return str(report.record)

    @admin.display(description="about")
    def record_link(self, report: MistakeReport) -> str:
        """To the form where it can be put right."""
        record = report.record
        if record is None:
            return ""
        address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, record)

    @admin.display(boolean=True, description="closed")
    def is_closed(self, report: MistakeReport) -> bool:
        return bool(report.came_of_it)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A report is made on the page of its record."""
        return False
