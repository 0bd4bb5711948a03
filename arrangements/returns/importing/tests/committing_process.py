"""A process of its own that commits an import, to be killed in the middle. Run by test_killed.py.

    python -m arrangements.returns.importing.tests.committing_process TOKEN USER_ID

It reads the database from DATABASE_URL, says `ready` before it begins and `committed` after it has committed, and then
waits until it is killed.
"""

import sys
import time

import django


def command(token: str, user: str) -> None:
    """Confirm the upload as the user."""
    django.setup()
    from arrangements.returns.importing.committing import commit_import
    from arrangements.returns.importing.uploads import held
    from councils.models import User

    said_by = User.objects.get(pk=user)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with held(token, said_by.pk) as upload:
        commit_import(staged=upload, user=said_by)
    sys.stdout.write("committed\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    command(*sys.argv[1:])
