"""Reading and writing the demonstration's CSV files."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COUNCILS = ROOT / "councils" / "data"
SERVICES = ROOT / "arrangements" / "register" / "data" / "services.csv"
DATA = ROOT / "arrangements" / "demonstration" / "data"
REAL = DATA / "real"
ILLUSTRATIVE = DATA / "illustrative"

ARRANGEMENT_COLUMNS = [
    "key", "name", "former_names", "summary", "main_service", "other_services", "governance", "aims",
    "started_on", "start_precision", "ended_on", "end_reason", "replaces", "contact", "source", "source_url",
]  # fmt: skip
PARTNERSHIP_COLUMNS = ["key", "gss_code", "role", "answers", "joined_on", "left_on"]
BODY_COLUMNS = ["key", "body", "joined_on", "left_on"]
SAVING_COLUMNS = ["key", "year", "outcome", "amount", "note"]
RETURN_COLUMNS = ["gss_code", "year", "state"]
QUERY_COLUMNS = ["gss_code", "key", "year", "rule", "text"]


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: list[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write the rows under their columns, every line ended by a line feed; None becomes empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def day(text: str) -> date | None:
    """An ISO date; None where the cell is empty."""
    return date.fromisoformat(text) if text else None


def listed(text: str) -> list[str]:
    """The parts of a cell that holds a list separated by semicolons."""
    return [part for part in text.split(";") if part]
