"""The list of flags in the admin. Each leads to its line on the return's page, where it is followed up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from arrangements.returns.followup.models import Flag, FlagComment
from sharedservices.common.trail import events
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404

SHOWN = 80


class MineFilter(admin.SimpleListFilter):
    """Assigned to whoever looks, or to nobody yet."""

    title = "assigned"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "To me"), ("nobody", "To nobody")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user.pk)
        if self.value() == "nobody":
            return queryset.filter(assigned_to=None)
        return queryset


def address_of(flag: Flag) -> str:
    """The return's page at the flag's line."""
    anchor = flag.arrangement_id or "of-return"
    return f"{reverse('admin:arrangements_annualreturn_change', args=[flag.annual_return_id])}#flags-{anchor}"


@admin.register(Flag)
class FlagAdmin(TrailAdmin):
    """Flags, the latest first. They are raised, discussed and settled on the page of their return."""

    list_display = ["what", "council", "year", "line", "field", "state", "assigned_to", "raised_by", "raised_at"]
    list_display_links = None
    list_filter = ["state", MineFilter, "annual_return__year"]
    search_fields = ["text", "annual_return__council__name", "annual_return__council__short_name", "arrangement__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = ("annual_return__council", "annual_return__year", "arrangement", "assigned_to", "raised_by")
        return Flag.objects.visible_to(request.user).select_related(*related)

    @admin.display(description="flag")
    def what(self, flag: Flag) -> str:
        text = flag.text if len(flag.text) <= SHOWN else f"{flag.text[: SHOWN - 1]}…"
        return format_html('<a href="{}">{}</a>', address_of(flag), text)

    @admin.display(ordering="annual_return__council__short_name")
    def council(self, flag: Flag) -> str:
        return flag.annual_return.council.name

    @admin.display(ordering="annual_return__year__starts_on")
    def year(self, flag: Flag) -> str:
        return str(flag.annual_return.year)

    @admin.display(ordering="arrangement__name", empty_value="the whole return")
    def line(self, flag: Flag) -> str | None:
        return flag.arrangement.name if flag.arrangement else None

    def told_with(self, obj: Any) -> list[QuerySet]:
        """The flag and what was said about it."""
        return [*super().told_with(obj), events(FlagComment, flag=obj.pk)]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """On to the return's page, at the line."""
        flag = one_or_404(self.get_queryset(request), object_id)
        if not self.has_view_or_change_permission(request, flag):
            raise PermissionDenied
        return HttpResponseRedirect(address_of(flag))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
