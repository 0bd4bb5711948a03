"""Preparing a release and reading its rows back: `python dev/with_postgres.py python bench/releasing.py [ARRANGEMENTS]`.

Fills an empty database with so many arrangements (1,500 unless told) and last year's answers, and times what a release
takes: to prepare, to read its frozen rows, to reckon its figures from them, and to tell what changed to the next revision.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharedservices.settings")
os.environ.setdefault("SECRET_KEY", "only to measure " * 4)
os.environ.setdefault("REGISTER_TODAY", "2015-04-20")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from arrangements.public.telling import changes_before  # noqa: E402
from arrangements.releases.actions import approve, prepare, publish  # noqa: E402
from arrangements.releases.changing import changes_between  # noqa: E402
from arrangements.releases.changing_pages import published  # noqa: E402
from arrangements.releases.figures import compute  # noqa: E402
from arrangements.releases.rows import rows_of  # noqa: E402
from arrangements.releases.verifying import faults_of  # noqa: E402
from arrangements.returns.models import FinancialYear  # noqa: E402
from arrangements.returns.vocabulary import ReturnState  # noqa: E402
from bench.many_lines import fill  # noqa: E402
from councils.models import User  # noqa: E402

MOMENT = datetime(2014, 5, 20, 9, 30, tzinfo=UTC)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say how long it took, by the clock and by this process's CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"{what}: {time.perf_counter() - clock:.3f} s, of which CPU {time.process_time() - cpu:.3f} s", flush=True)


def main(count: int) -> None:
    """Fill, release twice, measure."""
    call_command("migrate", verbosity=0)
    with timed(f"Filling with {count:,} arrangements"):
        fill(count)
    year = FinancialYear.objects.get(starts_on="2013-04-01")
    one, other = (User.objects.create_superuser(f"{name}@example.org") for name in ("one", "other"))
    said = {"submitted_by": one, "submitted_at": MOMENT, "accepted_by": one, "accepted_at": MOMENT}
    year.returns.update(state=ReturnState.ACCEPTED, **said)
    with timed("Preparing a release"):
        first = prepare(year=year, user=one, at=MOMENT)
    approve(release=first, digest=first.digest, user=other, at=MOMENT)
    publish(release=first, at=MOMENT, user=other)
    with timed("Reading its frozen rows"):
        rows = rows_of(first)
    with timed("Reckoning its figures from them"):
        figures = compute(rows)
    print(f"  {len(figures)} figures")
    with timed("Proving it: digest, hashes, second reckoning"):
        assert faults_of(first) == []
    with timed("The latest changes of the register"):
        latest = changes_before(None, 51, now=MOMENT)
    with timed("Those some thousands of changes before"):
        at, number, _ = latest[-1].place
        changes_before((at, number, count // 2), 51, now=MOMENT)
    with timed("Preparing the next revision"):
        second = prepare(year=year, user=one, public_note="Nothing moved.", at=MOMENT)
    with timed("What changed between the two"):
        changes = changes_between(*published(first, second))
    print(f"  {len(changes)} changes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500)
