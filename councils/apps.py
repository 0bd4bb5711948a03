"""The app of councils."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from sharedservices.common import quick_triggers


class CouncilsConfig(AppConfig):
    name = "councils"
    verbose_name = "Councils"

    def ready(self) -> None:
        """The lowest app, so it is there for what the ground keeps in the database."""
        post_migrate.connect(quick_triggers.install, sender=self)
