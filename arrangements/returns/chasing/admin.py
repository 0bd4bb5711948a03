"""Contacts, reminders and contacts made in the admin; the work with them is done on the chasing page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from sharedservices.common.versioned_admin import TrailAdmin, VersionedAdmin


@admin.register(CouncilContact)
class CouncilContactAdmin(VersionedAdmin):
    """Whom to write to. One that no longer holds is made inactive: the reminders it got stay explained."""

    list_display = ["council", "email", "kind", "name", "is_active"]
    list_display_links = ["email"]
    list_filter = ["is_active", "kind", "council__region"]
    list_select_related = ["council"]
    search_fields = ["email", "name", "council__name", "council__short_name"]
    autocomplete_fields = ["council"]
    fields = ["council", "email", "kind", "name", "is_active", "read_version"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Reminder)
class ReminderAdmin(TrailAdmin):
    """Every reminder ever drafted. They are drafted, edited and sent on the chasing page."""

    list_display = ["council", "year", "state", "drafted_at", "approved_by", "sent_at"]
    list_filter = ["state", "annual_return__year"]
    search_fields = ["annual_return__council__name", "annual_return__council__short_name", "recipients"]
    # Who did it is named and no link: not everyone who reads this may open accounts.
    fields = [
        "annual_return", "recipients", "subject", "body", "state", "drafter", "drafted_at", "approver", "approved_at", "sent_at",
        "failure",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = ("annual_return__council", "annual_return__year", "approved_by", "drafted_by")
        return Reminder.objects.visible_to(request.user).select_related(*related)

    @admin.display(ordering="annual_return__council__short_name")
    def council(self, reminder: Reminder) -> str:
        return reminder.annual_return.council.name

    @admin.display(description="drafted by")
    def drafter(self, reminder: Reminder) -> str:
        return str(reminder.drafted_by)

    @admin.display(description="approved by")
    def approver(self, reminder: Reminder) -> str:
        return str(reminder.approved_by or "-")

    @admin.display(ordering="annual_return__year__starts_on")
    def year(self, reminder: Reminder) -> str:
        return str(reminder.annual_return.year)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ContactMade)
class ContactMadeAdmin(VersionedAdmin):
    """Calls, letters and meetings. They are recorded on the page of their return, and corrected here."""

    list_display = ["council", "means", "made_on", "made_by", "note"]
    list_filter = ["means", "annual_return__year"]
    search_fields = ["annual_return__council__name", "annual_return__council__short_name", "note"]
    fields = ["annual_return", "means", "made_on", "note", "maker", "read_version"]
    readonly_fields = ["annual_return", "maker"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("annual_return__council", "annual_return__year", "made_by")

    @admin.display(description="made by")
    def maker(self, made: ContactMade) -> str:
        return str(made.made_by)

    @admin.display(ordering="annual_return__council__short_name")
    def council(self, made: ContactMade) -> str:
        return made.annual_return.council.name

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
