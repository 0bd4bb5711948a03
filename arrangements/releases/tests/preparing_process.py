"""A process of its own that prepares a release, to be killed in the middle. Run by test_killed.py.

    python -m arrangements.releases.tests.preparing_process YEAR_SLUG USER_ID

It reads the database from DATABASE_URL, says `ready` before it begins and `prepared` after it has committed, and then
waits until it is killed.
"""

import sys
import time

import django


def command(year: str, user: str) -> None:
    """Prepare the year as the user."""
    django.setup()
    from arrangements.releases.actions import prepare
    from arrangements.returns.models import FinancialYear
    from councils.models import User

    said_by, of = User.objects.get(pk=user), FinancialYear.objects.get(slug=year)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    prepare(year=of, user=said_by)
    sys.stdout.write("prepared\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    command(*sys.argv[1:])
