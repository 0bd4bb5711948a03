"""The demonstration, loaded once for a run of the tests, and copied for each process that shares the run."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from django.test import override_settings

from arrangements.demonstration.load import load
from sharedservices.common.tests.databases import copied, drop, in_use, is_there, make

THE_DAY = date(2015, 4, 20)


class Demonstration(NamedTuple):
    """A database that holds it, and the lines that loading printed."""

    database: str
    lines: list[str]


@contextmanager
def demonstration_of(run: str, folder: Path) -> Iterator[Demonstration]:
    """This process's own copy, dropped afterwards.

    The first process of the run that asks loads it, and when it ends drops what the others copied; one that asks later
    than that loads it again. `folder` is one that the processes of the run share.
    """
    original, told = f"demonstration_{run}", folder / f"demonstration_{run}.json"
    with _one_at_a_time(folder / f"demonstration_{run}.lock"):
        is_ours = not is_there(original)
        if is_ours:
            told.write_text(json.dumps(_loaded_as(original)))
        copying = copied("demonstration", of=original)
        copy = copying.__enter__()
    try:
        yield Demonstration(copy, json.loads(told.read_text()))
    finally:
        copying.__exit__(None, None, None)
        if is_ours:
            with _one_at_a_time(folder / f"demonstration_{run}.lock"):
                drop(original)


def _loaded_as(name: str) -> list[str]:
    """Load it into a new database of that name; the lines that loading printed."""
    lines: list[str] = []
    make(name, of=connection.settings_dict["NAME"])
    try:
        with in_use(name), override_settings(REGISTER_DEMONSTRATION=True, REGISTER_TODAY=THE_DAY):
            load(lines.append)
    except BaseException:
        drop(name)
        raise
    return lines


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other process of the run is within."""
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
