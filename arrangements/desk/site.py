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
        from arrangements.returns.chasing import pages as chasing  # the site is made before the models are

        return [
            path("chasing/", self.admin_view(chasing.chasing), name="chasing"),
            path("chasing/completeness/", self.admin_view(chasing.completeness), name="chasing-completeness"),
            path("chasing/<str:key>/", self.admin_view(chasing.chasing_of_return), name="chasing-return"),
            *super().get_urls(),
        ]
