"""`manage.py load_demonstration`: the demonstration's data and accounts, once; later runs keep what is there."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arrangements.demonstration.load import is_loaded, load
from arrangements.demonstration.people import make_people
from sharedservices.common.errors import RuleBroken


class Command(BaseCommand):
    """Loads the demonstration where the register is empty, and prints the accounts. Fails beside real returns."""

    help = "Load the demonstration (councils, arrangements, three years) into an empty register; print its accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        begun = monotonic()
        if is_loaded():
            self.stdout.write("The demonstration is loaded; its data are kept.")
        else:
            self.stdout.write("Loading the demonstration …")
            try:
                load(lambda line: self.stdout.write(f"  {line} ({monotonic() - begun:.0f} s)"))
            except RuleBroken as refusal:
                raise CommandError("\n".join(refusal.messages)) from refusal
        self.stdout.write("Accounts:")
        for line in make_people().as_lines():
            self.stdout.write(f"  {line}")
