"""`manage.py load_lga_figures`: brings the LGA's own published series to what the register's file says."""

from typing import Any

from django.core.management.base import BaseCommand

from arrangements.releases.published_series import load_lga_figures


class Command(BaseCommand):
    help = "Load the figures that the LGA published from 2011 to 2019, with their bases and sources."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_lga_figures()} figures of the LGA’s own series")
