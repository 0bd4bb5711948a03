"""The imports that were made: who, when, which file; and taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.undoing import MAY_UNDO, Fate, outlook, undo_import
from sharedservices.common.errors import RuleBroken
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404

ANSWERS_A_PAGE = 50


@admin.register(ReturnImport)
class ReturnImportAdmin(TrailAdmin):
    """Imports. Adding one leads to choosing a file; an import's page shows its answers and takes it back."""

    list_display = ["file_name", "year", "imported_by", "imported_at", "answers_told", "undone_at"]
    list_filter = ["year"]
    list_select_related = ["year", "imported_by"]
    search_fields = ["file_name", "sha256"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return ReturnImport.objects.visible_to(request.user)

    @admin.display(description="answers")
    def answers_told(self, made: ReturnImport) -> str:
        return made.in_words

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was imported stays told; what it did is undone on its page."""
        return False

    def get_urls(self) -> list[URLPattern]:
        undo = self.admin_site.admin_view(self.undo_view)
        return [path("<path:object_id>/undo/", undo, name="arrangements_returnimport_undo"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A file is chosen on a page of its own."""
        return HttpResponseRedirect(reverse("admin:import-start"))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What the import stored, row by row."""
        made = self._import(request, object_id)
        answers = made.answers.select_related("arrangement").order_by("row")
        context = {
            "page": Paginator(answers, ANSWERS_A_PAGE).get_page(request.GET.get("page")),
            "may_undo": self._may_undo(request, made),
        }
        return self._page(request, made, f"Import of {made}", "admin/import.html", context)

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What undoing puts back and what it leaves alone; then doing it."""
        made = self._import(request, object_id)
        if not request.user.has_perm(MAY_UNDO):
            raise PermissionDenied
        if request.method == "POST":
            ticked = {int(key) for key in request.POST.getlist("also") if key.isdecimal()}
            try:
                undone = undo_import(the_import=made, user=request.user, also=ticked)
            except RuleBroken as refusal:
                for message in refusal.messages:
                    messages.error(request, message)
            else:
                messages.success(
                    request, f"Undone as one act: {undone.put_back:,} answers put back, {undone.left_alone:,} left alone."
                )
            return HttpResponseRedirect(made.get_absolute_url())
        fates = outlook(made)
        told = {str(fate.value): [each for each in fates if each.fate == fate] for fate in Fate}
        context = {**told, "may_undo": self._may_undo(request, made)}
        return self._page(request, made, f"Undo the import of {made}", "admin/import_undo.html", context)

    def _import(self, request: HttpRequest, key: str) -> ReturnImport:
        made = one_or_404(self.get_queryset(request).select_related("year", "imported_by", "undone_by"), key)
        if not self.has_view_permission(request, made):
            raise PermissionDenied
        return made

    def _may_undo(self, request: HttpRequest, made: ReturnImport) -> bool:
        return request.user.has_perm(MAY_UNDO) and made.can_still_be_undone

    def _page(self, request: HttpRequest, made: ReturnImport, title: str, template: str, context: dict[str, Any]) -> HttpResponse:
        told = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "made": made, **context}
        return TemplateResponse(request, template, told)
