"""Where Django learns that its admin is the desk."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Makes the desk Django's default admin site."""

    default_site = "arrangements.desk.site.Desk"
