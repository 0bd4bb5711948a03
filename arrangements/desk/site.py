"""The admin as the analysts' desk: Django's own admin, and the pages that need several rooms."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver, path


class Desk(AdminSite):
    """The one admin site. Pages that look into several rooms hang here; those of one room on its models' admins."""

    site_title = site_header = "Shared Services Register"
    index_title = "The desk"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Its own pages before Django's."""
        from arrangements.desk import importing  # the models aren't there yet when Django asks for the site

        return [
            path("import/", self.admin_view(importing.start), name="import-start"),
            path("import/rules/", self.admin_view(importing.rules), name="import-rules"),
            path("import/<str:token>/", self.admin_view(importing.look), name="import-preview"),
            path("import/<str:token>/row/<int:number>/", self.admin_view(importing.put_row_right), name="import-row"),
            path("import/<str:token>/copy.xlsx", self.admin_view(importing.copy), name="import-copy"),
            *super().get_urls(),
        ]
