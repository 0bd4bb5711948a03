"""A process of its own that prepares, approves and publishes a release, to be killed in the middle. Run by test_killed.py.

    python -m arrangements.releases.tests.preparing_process YEAR_SLUG ANALYST_ID [PUBLISHER_ID]

It reads the database from DATABASE_URL, says `ready` before it begins and `prepared`, `approved` and `published` after it
has committed each, and then waits until it is killed. Without a publisher it stops once it has prepared.
"""

import sys
import time

import django


def say(word: str) -> None:
    """One word on a line, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def command(year: str, analyst: str, publisher: str = "") -> None:
    """Prepare the year as the analyst, and take it on as the publisher."""
    django.setup()
    from arrangements.releases.actions import approve, prepare, publish
    from arrangements.returns.models import FinancialYear
    from councils.models import User
    from sharedservices.common.today import now

    preparer, of = User.objects.get(pk=analyst), FinancialYear.objects.get(slug=year)
    other = User.objects.get(pk=publisher) if publisher else None
    say("ready")
    release = prepare(year=of, user=preparer, public_note="As corrected.")
    say("prepared")
    if other:
        approve(release=release, digest=release.digest, user=other)
        say("approved")
        publish(release=release, at=now(), user=other)
        say("published")
    time.sleep(60)


if __name__ == "__main__":
    command(*sys.argv[1:])
