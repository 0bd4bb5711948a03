"""Where a year is published: prepare, approve by digest, set the moment, discard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from arrangements.releases import actions
from arrangements.releases.models import Release, ReleasedFigure, ReleasedFile
from arrangements.releases.tables import category_table, headlines, region_table
from arrangements.releases.vocabulary import ReleaseKind
from arrangements.returns.models import FinancialYear
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404


class PrepareForm(forms.Form):
    """What to prepare."""

    year = forms.ModelChoiceField(FinancialYear.objects.all(), label="Financial year")
    kind = forms.ChoiceField(choices=ReleaseKind.choices, label="How settled it is")
    public_note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=5000, label="Public note",
        help_text="What moved and why, in words for everyone. A revision needs one.",
    )  # fmt: skip


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
        """Choose a year and prepare its next revision."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PrepareForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                release = actions.prepare(user=request.user, **form.cleaned_data)
            except RuleBroken as refusal:
                for message in refusal.messages[:20]:
                    form.add_error(None, message)
            else:
                messages.success(request, f"{release} is prepared. Another person approves it.")
                return HttpResponseRedirect(reverse("admin:arrangements_release_change", args=[release.pk]))
        context = {**self.admin_site.each_context(request), "title": "Prepare a release", "opts": self.opts, "form": form}
        return TemplateResponse(request, "admin/prepare_release.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What was frozen, and the next step."""
        release = one_or_404(self.get_queryset(request).select_related("year", "compared_with"), object_id)
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        form = MomentForm(request.POST if request.POST.get("deed") == "publish" else None, initial={"at": now()})
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
            elif deed == "publish" and form.is_valid():
                actions.publish(release=release, at=form.cleaned_data["at"], user=request.user)
                messages.success(request, f"{release} is public from {form.cleaned_data['at']:%d %B %Y, %H:%M} on.")
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
