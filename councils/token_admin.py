"""Where tokens for programs are made, shown once, and revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from councils.models import User
from councils.tokens import ApiToken, Scope, prepare
from sharedservices.common.today import today
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404

LOOKS_AFTER_ACCOUNTS = "councils.change_user"


class TokenForm(forms.ModelForm):
    """Which account, what for, until when."""

    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple, label="What it is good for")

    class Meta:
        model = ApiToken
        fields = ["user", "name", "scopes", "expires_on"]

    def _post_clean(self) -> None:
        self.instance.made_on = today()
        super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """How long it may live is told from the day it is made on, which no field of the form says."""
        return super()._get_validation_exclusions() - {"made_on"}  # type: ignore[misc]


@admin.register(ApiToken)
class ApiTokenAdmin(TrailAdmin):
    """Tokens. A secret is shown on the page that answers its making, and nowhere else; a token never changes, it is revoked."""

    form = TokenForm
    list_display = ["name", "user", "begins", "scopes_told", "expires_on", "state", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["name", "begins", "user__email"]
    fields = ["user", "name", "scopes", "expires_on"]
    readonly_fields = ["begins", "made_by", "made_on", "revoked_by", "revoked_at", "last_used_at", "state"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return ApiToken.objects.visible_to(request.user).select_related("user", "made_by", "revoked_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ["begins", "state", "last_used_at", "made_by", "made_on", "revoked_by", "revoked_at"]
        return [*self.fields, *(told if obj else [])]  # type: ignore[misc]

    @admin.display(description="scopes")
    def scopes_told(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Whoever looks after accounts may have thousands to choose from; others have one."""
        return ["user"] if request.user.has_perm(LOOKS_AFTER_ACCOUNTS) else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = _accounts_for(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Most make one for themselves."""
        return {"user": request.user.pk, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The history names it; what should stop working is revoked."""
        return False

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        return [path("<path:object_id>/revoke/", revoke, name="councils_apitoken_revoke"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        obj.secret = prepare(obj, request.user)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The secret, once: no address leads to this page again."""
        return never_cache(self._shown)(request, obj)

    def _shown(self, request: HttpRequest, token: Any) -> HttpResponse:
        around = {**self.admin_site.each_context(request), "title": f"Token “{token}”", "opts": self.opts}
        return TemplateResponse(request, "admin/token_made.html", {**around, "token": token, "secret": token.secret})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What is known of it, and the button that revokes it."""
        may_revoke = request.user.has_perm("councils.change_apitoken")
        return super().change_view(request, object_id, form_url, {"may_revoke": may_revoke, **(extra_context or {})})

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """From now on it opens nothing."""
        token = one_or_404(self.get_queryset(request), object_id)
        if not request.user.has_perm("councils.change_apitoken") or request.method != "POST":
            raise PermissionDenied
        token.revoke(request.user)
        messages.success(request, f"The token “{token}” is revoked: it opens nothing any more.")
        return HttpResponseRedirect(reverse("admin:councils_apitoken_change", args=[token.pk]))


def _accounts_for(user: Any) -> QuerySet:
    """Whose tokens somebody may make: their own; officers', for whoever looks after accounts; anybody's, for a superuser."""
    active = User.objects.filter(is_active=True)
    if user.is_superuser:
        return active
    own = active.filter(pk=user.pk)
    if not user.has_perm(LOOKS_AFTER_ACCOUNTS):
        return own
    officers = active.filter(is_staff=False, is_superuser=False, groups__isnull=True, user_permissions__isnull=True)
    return active.filter(Q(pk=user.pk) | Q(pk__in=officers.values("pk")))
