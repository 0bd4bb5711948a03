"""Where analysts keep councils, bodies and accounts."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from councils import token_admin as token_admin  # so that Django finds it
from councils.models import (
    Council,
    CouncilName,
    FormerCode,
    GroupMember,
    NameKind,
    OfficerCouncil,
    OwnPermission,
    PartnerBody,
    Region,
    Succession,
    User,
)
from sharedservices.common.forgiving_admin import Forgiving
from sharedservices.common.public_notes import SaysPublicly
from sharedservices.common.today import today
from sharedservices.common.trail import events
from sharedservices.common.versioned_admin import (
    CarryingForm,
    NamedFieldsFormSet,
    ReconciledForms,
    VersionedAdmin,
    VersionedForm,
    VersionedInline,
)


class InForceFilter(admin.SimpleListFilter):
    """In force on the register's day, or ended before it."""

    title = "life"
    parameter_name = "life"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("in-force", "In force today"), ("ended", "Ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "in-force":
            return queryset.in_force_on(today())  # type: ignore[attr-defined]
        if self.value() == "ended":
            return queryset.filter(ended_on__lt=today())
        return queryset


@admin.register(Region)
class RegionAdmin(VersionedAdmin):
    """The nine regions, which the files give; here only their names can be put right."""

    list_display = ["name", "gss_code", "slug"]
    search_fields = ["name", "gss_code"]
    show_full_result_count = False
    readonly_fields = ["slug", "gss_code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CouncilNameFormSet(NamedFieldsFormSet):
    """Former names given on one page are compared with each other; the database has only seen the saved ones."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.is_valid()]
        former = [given for given in kept if given.get("used_until") and given["kind"] != NameKind.ALIAS]
        for one, other in combinations(sorted(former, key=lambda given: given["used_until"]), 2):
            if one["kind"] == other["kind"] and (other["used_from"] or date.min) <= one["used_until"]:
                raise ValidationError(f"“{one['name']}” and “{other['name']}” were used at the same time.")


class CouncilNameInline(VersionedInline):
    model = CouncilName
    formset = CouncilNameFormSet


class FormerCodeInline(VersionedInline):
    model = FormerCode


class SuccessorInline(VersionedInline):
    """The councils that took over from this one."""

    model = Succession
    fk_name = "predecessor"
    autocomplete_fields = ["successor"]
    verbose_name = "successor"
    verbose_name_plural = "successors"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Succession]:
        return super().get_queryset(request).select_related("predecessor", "successor")


class PredecessorInline(VersionedInline):
    """The councils that this one took over from; to be changed on their own pages."""

    model = Succession
    fk_name = "successor"
    fields = ["predecessor"]
    verbose_name = "predecessor"
    verbose_name_plural = "predecessors"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Succession]:
        return super().get_queryset(request).select_related("predecessor", "successor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Council)
class CouncilAdmin(SaysPublicly, Forgiving, VersionedAdmin):
    """Councils through time. None is deleted: one that is abolished gets its last day."""

    list_display = ["name", "kind", "region", "county", "started_on", "ended_on", "gss_code"]
    list_filter = ["kind", "region", InForceFilter]
    list_select_related = ["region", "county"]
    search_fields = ["name"]
    search_help_text = "Any name it bears or bore, or a code, present or former. One letter may be wrong."
    autocomplete_fields = ["region", "county"]
    prepopulated_fields = {"slug": ["short_name"]}
    inlines = [CouncilNameInline, FormerCodeInline, SuccessorInline, PredecessorInline]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "slug", "gss_code", "kind", "read_version"]}),
        ("Where", {"fields": ["region", "county", ("latitude", "longitude"), ("hex_q", "hex_r")]}),
        ("Life", {"fields": ["started_on", "ended_on"]}),
        ("More", {"fields": ["population", "website"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An address on the site stays what it was."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PartnerBody)
class PartnerBodyAdmin(SaysPublicly, Forgiving, VersionedAdmin):
    """Partners that make no return. One that the register still needs can't be deleted."""

    list_display = ["name", "kind", "region", "started_on", "ended_on"]
    list_filter = ["kind", "region", InForceFilter]
    list_select_related = ["region"]
    search_fields = ["name"]
    autocomplete_fields = ["region"]
    prepopulated_fields = {"slug": ["name"]}


class AccountForm(VersionedForm, UserChangeForm):
    """An account without its password, which is its owner's alone."""

    password = None  # type: ignore[assignment]


RIGHTS: Any = ["is_staff", "is_superuser", "groups", "user_permissions"]


@admin.register(User)
class AccountAdmin(VersionedAdmin, UserAdmin):
    """Who may sign in. Only a superuser gives rights, or touches the account of somebody who has some.

    Nobody sets another's password: a new account has none until its owner follows the reset letter.
    """

    form = AccountForm
    add_form = AccountForm
    add_form_template = None
    ordering = ["email"]
    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields = ["email", "name", "councils__name"]
    show_full_result_count = False
    autocomplete_fields = ["councils"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login"]
    fieldsets = [
        (None, {"fields": ["email", "name", "is_active", "last_login"]}),
        ("An officer's councils", {"fields": ["councils"]}),
        ("Rights", {"fields": RIGHTS}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name"], "description": "The password is set by its owner, by the reset letter."}),
        ("An officer's councils", {"fields": ["councils"]}),
        ("Rights", {"fields": ["is_staff", "groups"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Without the page on which staff would set another's password."""
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *([] if request.user.is_superuser else RIGHTS)]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def _may_touch(self, request: HttpRequest, account: User | None) -> bool:
        """Whoever could change the address of an account with rights could take it over."""
        has_rights = account is not None and (
            account.is_staff or account.is_superuser or account.groups.exists() or account.user_permissions.exists()
        )
        return request.user.is_superuser or not has_rights

    def told_with(self, obj: User) -> list[QuerySet]:
        """The account, its councils and its rights; those taken away since too."""
        return [*super().told_with(obj), *(events(model, user=obj.pk) for model in (OfficerCouncil, GroupMember, OwnPermission))]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(Group)
class RightsOfGroupsAdmin(ReconciledForms, GroupAdmin):
    """What a group may do. Groups are Django's own and carry no version, so the form carries what it read."""

    form = CarryingForm


class KeptElsewhere:
    """Mixed into an admin of what sign-in keeps for itself: to be looked at and taken away, not changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(EmailAddress)
class AddressAdmin(KeptElsewhere, EmailAddressAdmin):
    """Addresses by which people sign in; they follow the account."""

    actions = None


@admin.register(Authenticator)
class SecondFactorAdmin(KeptElsewhere, AuthenticatorAdmin):
    """Second factors, without their secrets. A lost one is taken away, and its owner sets up another."""

    fields = ["user", "type", "created_at", "last_used_at"]
