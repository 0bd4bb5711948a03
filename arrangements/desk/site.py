"""The admin as the analysts' desk: Django's own admin, and the pages that need several rooms."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver, path

from arrangements.returns.reorganising.views import reorganise_page, reorganised_page


class Desk(AdminSite):
    """The one admin site. Pages that look into several rooms hang here; those of one room on its models' admins."""

    site_title = site_header = "Shared Services Register"
    index_title = "The desk"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Its own pages before Django's."""
        return [
            path("reorganise/", self.admin_view(reorganise_page), name="reorganise"),
            path("reorganise/<uuid:act>/", self.admin_view(reorganised_page), name="reorganised"),
            *super().get_urls(),
        ]
