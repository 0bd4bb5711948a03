"""The admin as the analysts' desk: Django's own admin, and the pages that need several rooms."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from arrangements.desk import finder, importing
from arrangements.desk.cards import cards
from arrangements.desk.next_step import next_step
from arrangements.desk.picker import Picker
from arrangements.desk.standing import Standing
from arrangements.releases.press import pages as press
from arrangements.returns.chasing import pages as chasing
from arrangements.returns.reorganising.views import reorganise_page, reorganised_page

# The models of the arrangements' rooms under the words of the work; what is named nowhere stands with its app.
GROUPS = {
    "Collecting": ["FinancialYear", "AnnualReturn", "ReportedSaving", "Query", "Flag", "ReturnImport"],
    "Chasing": ["CouncilContact", "Reminder", "ContactMade"],
    "The register": ["Arrangement", "Service", "ServiceCategory"],
    "Publishing": ["Release", "PressAnswer", "MistakeReport"],
}


class Desk(AdminSite):
    """The one admin site. Pages that look into several rooms hang here; those of one room on its models' admins."""

    site_title = site_header = "Shared Services Register"
    index_title = "The desk"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Rows are deleted one by one, each as it was read.
        self.disable_action("delete_selected")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Its own pages before Django's."""
        return [
            path("find/", self.admin_view(finder.find_page), {"site": self}, name="find"),
            path("find.json", self.admin_view(finder.find_json), name="find-json"),
            path("chasing/", self.admin_view(chasing.chasing), name="chasing"),
            path("chasing/completeness/", self.admin_view(chasing.completeness), name="chasing-completeness"),
            path("chasing/<str:key>/", self.admin_view(chasing.chasing_of_return), name="chasing-return"),
            path("import/", self.admin_view(importing.start), name="import-start"),
            path("import/rules/", self.admin_view(importing.rules), name="import-rules"),
            path("import/<str:token>/", self.admin_view(importing.look), name="import-preview"),
            path("import/<str:token>/row/<int:number>/", self.admin_view(importing.put_row_right), name="import-row"),
            path("import/<str:token>/copy.xlsx", self.admin_view(importing.copy), name="import-copy"),
            path("press/<str:slug>/list/", self.admin_view(press.answer_with_list), name="press-answer-list"),
            path("press/<str:slug>/figure/<str:key>/", self.admin_view(press.answer_with_figure), name="press-answer-figure"),
            path(
                "press/<str:slug>/sentence/<str:key>/", self.admin_view(press.answer_with_sentence), name="press-answer-sentence"
            ),
            path("reorganise/", self.admin_view(reorganise_page), name="reorganise"),
            path("reorganise/<uuid:act>/", self.admin_view(reorganised_page), name="reorganised"),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page of it offers the finder to those who may find something."""
        return {**super().each_context(request), "may_find": finder.may_find(request.user)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The desk: what to do next, how the collection stands, and every list."""
        standing = Standing(request.user)
        desk = {"next_step": next_step(standing), "cards": cards(standing)}
        return super().index(request, {**desk, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """The choices of every picker."""
        return Picker.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists by the work that they are for; one app's alone as Django has them."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else [group for app in apps for group in _by_work(app)]


def _by_work(app: dict[str, Any]) -> list[dict[str, Any]]:
    """The app parted into the groups of its models, in the groups' order; what is left over comes last."""
    models = {model["object_name"]: model for model in app["models"]}
    groups = [
        {**app, "name": name, "models": [models.pop(each) for each in names if each in models]} for name, names in GROUPS.items()
    ]
    return [group for group in [*groups, {**app, "models": list(models.values())}] if group["models"]]
