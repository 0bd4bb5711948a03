"""The press log in the admin: the answers, the latest first, each with what later revisions say of its figures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from arrangements.releases.press.models import PressAnswer
from arrangements.releases.press.since import followed, said_of_each
from sharedservices.common.versioned_admin import TrailAdmin, one_or_404


class LaterRevisionFilter(admin.SimpleListFilter):
    """Whether a later revision of the year is public."""

    title = "revision since"
    parameter_name = "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "A later one is public")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(has_later_revision=True) if self.value() == "yes" else queryset


@admin.register(PressAnswer)
class PressAnswerAdmin(TrailAdmin):
    """Answers. They are drafted and logged from a release's pages, and never change."""

    list_display = ["__str__", "outlet", "release", "answered_by", "answered_at", "since"]
    list_filter = [LaterRevisionFilter, "release__year"]
    list_select_related = ["release__year", "answered_by"]
    search_fields = ["question", "answer", "outlet"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return PressAnswer.objects.visible_to(request.user).with_later_revision()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page's answers with what became of their figures, read for all of them at once."""
        shown = super().get_changelist_instance(request)
        answers = list(shown.result_list)
        said = said_of_each(answers)
        for answer in answers:
            answer.said_since = said[answer.pk]
        shown.result_list = answers
        return shown

    @admin.display(description="revision since")
    def since(self, answer: Any) -> str:
        return str(answer.said_since)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An answer begins on the page of what it quotes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The answer as it was given, what it quotes, and what became of that."""
        answer = one_or_404(self.get_queryset(request).select_related("release__year", "answered_by"), object_id)
        if not self.has_view_permission(request, answer):
            raise PermissionDenied
        quotes = followed(answer)
        context = {
            **self.admin_site.each_context(request),
            "title": str(answer),
            "opts": self.opts,
            "answer": answer,
            "quotes": quotes,
            "is_touched": any(each.is_touched for each in quotes),
            "has_since": any(each.since for each in quotes),
        }
        return TemplateResponse(request, "admin/press_logged.html", context)
