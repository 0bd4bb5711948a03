"""Where a year is published: prepare, approve by digest, set the moment, discard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from arrangements.releases import actions, preparing
from arrangements.releases.models import Release, ReleasedFigure, ReleasedFile, ReleasedNote
from arrangements.releases.tables import category_table, headlines, region_table
from sharedservices.common.errors import RuleBroken
from sharedservices.common.periods import spelled_moment
from sharedservices.common.today import now
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404


class MomentForm(forms.Form):
    """When to publish."""

    at = forms.DateTimeField(
        label="Public from", input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="London time. A moment that is past publishes at once.",
        error_messages={"invalid": "Give a day and a time, such as 2015-06-18 09:30."},
    )  # fmt: skip


@admin.register(Release)
class ReleaseAdmin(TrailAdmin):
    """Releases. Adding one prepares it; a release's page shows what was frozen and takes it on, step by step."""

    list_display = ["__str__", "kind", "stage", "prepared_by", "approved_by", "published_at"]
    list_filter = ["year", "kind"]
    list_select_related = ["year", "prepared_by", "approved_by"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A preparation is discarded on its page; nothing else goes."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("arrangements.prepare_release")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The gates of a year, what its figures would be, and preparing its next revision."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return preparing.page(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What was frozen, and the next step."""
        release = one_or_404(self.get_queryset(request).select_related("year", "compared_with"), object_id)
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        form = MomentForm(request.POST if request.POST.get("deed", "").endswith("publish") else None, initial={"at": now()})
        if request.method == "POST":
            done = self._do(request, release, form)
            if done:
                return HttpResponseRedirect(done)
        figures = list(ReleasedFigure.objects.of(release).order_by("position"))
        context = {
            **self.admin_site.each_context(request),
            "title": str(release),
            "opts": self.opts,
            "release": release,
            "form": form,
            "headlines": headlines(figures),
            "categories": category_table(figures),
            "regions": region_table(figures),
            "notes": ReleasedNote.objects.of(release).order_by("pk"),
            "files": ReleasedFile.objects.of(release).defer("content"),
            "may_discard": request.user.has_perm("arrangements.prepare_release") and release.approved_at is None,
            "may_approve": request.user.has_perm("arrangements.approve_release") and release.approved_at is None,
            "may_publish": request.user.has_perm("arrangements.approve_release")
            and release.approved_at is not None
            and not release.is_public(),
        }
        return TemplateResponse(request, "admin/release.html", context)

    def _do(self, request: HttpRequest, release: Release, form: MomentForm) -> str | None:
        """Do the step that was asked for; where to go next, or None if it is refused."""
        deed = request.POST.get("deed")
        try:
            if deed == "approve":
                actions.approve(release=release, digest=request.POST.get("digest", ""), user=request.user)
                messages.success(request, f"{release} is approved.")
            elif deed == "approve-publish" and form.is_valid():
                with transaction.atomic():
                    actions.approve(release=release, digest=request.POST.get("digest", ""), user=request.user)
                    at = max(form.cleaned_data["at"], now())
                    actions.publish(release=release, at=at, user=request.user)
                messages.success(request, f"{release} is approved, and public from {spelled_moment(at)} on.")
            elif deed == "publish" and form.is_valid():
                # What is public now wasn't so before: a moment that is past means this one.
                at = max(form.cleaned_data["at"], now())
                actions.publish(release=release, at=at, user=request.user)
                messages.success(request, f"{release} is public from {spelled_moment(at)} on.")
            elif deed == "discard":
                actions.discard(release=release, user=request.user)
                messages.success(request, f"{release} is discarded.")
                return reverse("admin:arrangements_release_changelist")
            else:
                return None
        except RuleBroken as refusal:
            for message in refusal.messages:
                messages.error(request, message)
            return None
        return request.path
