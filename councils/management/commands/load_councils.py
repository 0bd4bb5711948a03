"""`manage.py load_councils [folder]`: brings the councils to what the register's own files say."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from councils.loading import load
from councils.register_files import OWN_FILES, FilesRefusedError


class Command(BaseCommand):
    help = "Load regions, councils, their names, codes and successors, and partner bodies; says what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=OWN_FILES, help="Where the files are.")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            outcomes = load(folder)
        except FilesRefusedError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        for outcome in outcomes:
            for line in outcome.lines():
                self.stdout.write(line)
        if not any(outcome.changed_anything for outcome in outcomes):
            self.stdout.write("Nothing changed.")
