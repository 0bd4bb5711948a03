"""The app of arrangements: its rooms are register, returns, releases and public."""

from django.apps import AppConfig


class ArrangementsConfig(AppConfig):
    name = "arrangements"
    verbose_name = "Arrangements"
