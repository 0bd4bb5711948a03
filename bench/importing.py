"""Time and memory of an import, from file to undo.

    python dev/with_postgres.py .venv/bin/python -m bench.importing 350 5000 50000

Each size has a database of its own, and each step a process of its own: what is measured is what a server's process would
need. Seconds are by the clock, CPU those of the process alone; the peak is the memory beyond what it held before the step.
The process that reads the file is apart, within limits of its own.
"""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PEAK, NOW = "VmHWM", "VmRSS"
STEPS = ("fill", "preview", "effect", "repair", "commit", "undo")


def main() -> None:
    """Every size, step by step."""
    sys.stdout.write(f"{'rows':>7}  {'step':<58}{'seconds':>8}{'CPU':>8}{'peak MB':>9}\n")
    for size in [int(each) for each in sys.argv[1:]] or [350, 5_000, 50_000]:
        with tempfile.TemporaryDirectory() as folder:
            env = _with_a_fresh_database(size)
            for step in STEPS:
                sys.stdout.flush()
                command = [sys.executable, "-m", "bench.importing", "--step", step, str(size), f"{folder}/returns.xlsx"]
                subprocess.run(command, check=True, env=env)


def _with_a_fresh_database(size: int) -> dict[str, str]:
    import psycopg

    found = urlsplit(os.environ["DATABASE_URL"])
    folder, _, name = found.path.rpartition("/")
    address = f"host={folder} dbname={name} user={found.username}" if folder else os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_{size}")  # type: ignore[arg-type]
    defaults = {"SECRET_KEY": "x" * 60, "REGISTER_TODAY": "2015-04-20", "DJANGO_SETTINGS_MODULE": "sharedservices.settings"}
    return {**defaults, **os.environ, "DATABASE_URL": urlunsplit(found._replace(path=f"{folder}/{name}_{size}"))}


@contextmanager
def measured(rows: int, step: str) -> Iterator[None]:
    """Print how long the step took and how much memory it needed."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    held, began, used = _megabytes(NOW), time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    sys.stdout.write(f"{rows:>7}  {step:<58}{seconds:>8.2f}{cpu:>8.2f}{_megabytes(PEAK) - held:>9.0f}\n")


def _megabytes(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024


def take(step: str, rows: int, path: Path) -> None:
    """One step of the way, with what the steps before left in the database."""
    import django

    django.setup()
    from arrangements.desk.import_effect import keep_effect
    from arrangements.returns.importing import repairing, uploads
    from arrangements.returns.importing.committing import commit_import
    from arrangements.returns.importing.models import ReturnImport
    from arrangements.returns.importing.undoing import undo_import
    from councils.models import User

    if step == "fill":
        path.write_bytes(_filled(rows))
        return
    user = User.objects.get()
    token = uploads.open_uploads(user.pk)[0].token if step in ("effect", "repair", "commit") else ""
    if step == "preview":
        _preview(rows, path.read_bytes(), user)
    elif step == "effect":
        with measured(rows, "the effect on the figures"), uploads.held(token, user.pk) as held:
            keep_effect(held)
    elif step == "repair":
        with measured(rows, "one row put right and checked again"), uploads.held(token, user.pk) as held:
            repairing.put_right(held, held.head.kinds["faulty"][0], {"reason": "Right, says the council"})
            keep_effect(held, however_many=False)
    elif step == "commit":
        with uploads.held(token, user.pk) as held:
            repairing.leave_out_all_faulty(held)
        with measured(rows, f"commit of {held.head.count('new', 'changed'):,} answers"), uploads.held(token, user.pk) as held:
            commit_import(staged=held, user=user)
    else:
        made = ReturnImport.objects.get()
        with measured(rows, f"undo of {made.new:,} new and {made.changed:,} changed answers"):
            undo_import(the_import=made, user=user)


def _preview(rows: int, content: bytes, user: Any) -> None:
    """As the pages do it: as many looks as it takes."""
    from arrangements.returns.importing import steps, uploads

    sha256, longest, looks = hashlib.sha256(content).hexdigest(), 0.0, 0
    with measured(rows, f"preview: reading {len(content) / 1024:,.0f} KB, matching and judging every row"):
        upload = uploads.stage(
            owner=user.pk, year="2014-15", file_name="bench.xlsx", sha256=sha256, content=content, at="2015-04-20"
        )
        while not uploads.opened(upload.token, user.pk).head.is_ready:
            began, looks = time.perf_counter(), looks + 1
            with uploads.held(upload.token, user.pk) as held:
                steps.advance(held)
            longest = max(longest, time.perf_counter() - began)
    sys.stdout.write(f"{'':>7}  in {looks} looks, of which the longest took {longest:.2f} s\n")


def _filled(rows: int) -> bytes:
    """Fill the register; the year's workbook with an answer in nearly every row, and a slip of a thousand in one of 300."""
    from django.core.management import call_command

    from arrangements.returns.models import AnnualReturn
    from arrangements.returns.workbook.prefilled import lines_by_council
    from arrangements.returns.workbook.writing import write_workbook
    from bench.many_lines import fill
    from councils.models import User

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    User.objects.create_superuser("bench@example.org", "-")
    year = fill(rows)
    lines = [line for _, those in lines_by_council(year, AnnualReturn.objects.filter(year=year)) for line in those]
    figures = 0
    for number, line in enumerate(lines):
        last = line.get("last_amount")
        if number % 9 == 0:
            continue
        if last:
            slips = figures % 300 == 0
            figures += 1
            amount = (int(last) + int(last) // 40 + 1) * (1_000 if slips else 1)
            reason = None if slips else "Confirmed by the council"
            line |= {"outcome": "Figure", "amount": amount, "note": "Council return", "reason": reason}
        else:
            line |= {"outcome": "Not aimed at savings", "amount": None, "note": "For resilience"}
    return write_workbook(year, "bench", lines)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        take(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
