"""Reading the demonstration's data files: real arrangements and illustrative ones, in the same columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

DATA = Path(__file__).parent / "data"
SERVICES = Path(__file__).parent.parent / "register" / "data" / "services.csv"

Row = dict[str, str]


def rows_in(name: str) -> Iterator[tuple[Row, bool]]:
    """The rows of a file of either kind, real ones first, each with whether it is illustrative."""
    for folder, is_illustrative in (("real", False), ("illustrative", True)):
        path = DATA / folder / name
        if path.exists():
            for row in read(path):
                yield row, is_illustrative


def read(path: Path) -> Iterator[Row]:
    """The rows of one file, by its header."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def day(text: str) -> date | None:
    """A date, or None of nothing."""
    return date.fromisoformat(text) if text else None


def several(text: str) -> list[str]:
    """The items of a list separated by semicolons."""
    return [item for item in text.split(";") if item]
