"""Open files of several tables: CSV, JSON Lines, one workbook, and the description that says what each column is.

The same rows give the same bytes. `datapackage.json` is a Data Package with a Table Schema for each CSV file: types, keys,
codes, sizes and SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from arrangements.releases.columns import SHORTHAND
from arrangements.returns.workbook.accessible import Book
from arrangements.returns.workbook.columns import Column as SheetColumn
from sharedservices.common.columns import DAY, FLAG, NUMBER, Column, Columns, typed
from sharedservices.common.csvfile import cell, csv_bytes

CSV, JSON, JSON_LINES = "text/csv; charset=utf-8", "application/json", "application/jsonl"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DESCRIPTION = "datapackage.json"
LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
WIDE, NARROW = 40, 16


@dataclass(frozen=True)
class Table:
    """One table: its name, what its rows are, its columns and its rows."""

    name: str
    says: str
    columns: Columns
    rows: Sequence[Any]


@dataclass(frozen=True)
class OpenFile:
    """A file ready to be stored."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def open_files(name: str, title: str, tables: Sequence[Table], *, as_at: date, more: Iterable[OpenFile] = ()) -> list[OpenFile]:
    """The files of the tables and their description, which lists `more` as well."""
    files = [file for table in tables for file in (_csv(table), _json_lines(table))]
    files += [OpenFile(f"{name}.xlsx", XLSX, _workbook(title, tables, as_at)), *more]
    return [*files, _description(name, title, tables, files)]


def _csv(table: Table) -> OpenFile:
    rows = ([value(row) for value in table.columns.values()] for row in table.rows)
    return OpenFile(f"{table.name}.csv", CSV, csv_bytes(list(table.columns), rows))


def _json_lines(table: Table) -> OpenFile:
    """One object a row, by the columns of the CSV: lists as lists, missing values as null, texts as they are."""
    lines = (
        json.dumps({name: typed(value(row)) for name, value in table.columns.items()}, ensure_ascii=False) for row in table.rows
    )
    return OpenFile(f"{table.name}.jsonl", JSON_LINES, "".join(f"{line}\n" for line in lines).encode())


def _workbook(title: str, tables: Sequence[Table], as_at: date) -> bytes:
    """A sheet that says what the columns mean, and one for each table."""
    about = {
        title: [
            "Published by the Shared Services Register under the Open Government Licence v3.0.",
            "Savings are reported by councils, not audited: net, in whole pounds, one figure for each arrangement and year.",
        ],
        "Where a saving is missing": [
            "[x] not available: not calculated, too early to say, or not returned",
            "[z] not applicable: not aimed at savings",
            "[c] withheld",
            "A zero is a figure: nothing was saved.",
        ],
        **{
            f"Columns of the sheet “{table.name}”": [f"{name}: {column.says}" for name, column in table.columns.items()]
            for table in tables
        },
    }
    with Book(title, made_on=as_at) as book:
        book.paragraphs("About", about)
        for table in tables:
            columns = [SheetColumn(f"open {name}", name, *_look(column)) for name, column in table.columns.items()]
            lines = [{f"open {name}": shown for name, shown in _shown(row, table.columns).items()} for row in table.rows]
            book.table(table.name, f"Table_{table.name}", columns, lines, is_locked=False)
    return book.content


def _look(column: Column) -> tuple[int, str, tuple[str, ...], bool, bool]:
    is_number = column.kind == NUMBER
    return NARROW if is_number or column.kind in (DAY, FLAG) else WIDE, column.says, (), True, is_number


def _shown(row: Any, columns: Columns) -> dict[str, Any]:
    """A row's cells: numbers as numbers, missing savings in the shorthand of official statistics, the rest as text."""
    shown: dict[str, Any] = {}
    for name, column in columns.items():
        value = column(row)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        shown[name] = value if is_number else str(cell(value)).removeprefix("'") if value is not None else ""
    if "saving_pounds" in shown and shown["saving_pounds"] == "":
        shown["saving_pounds"] = SHORTHAND.get(shown.get("outcome", ""), "")
    return shown


def _description(name: str, title: str, tables: Sequence[Table], files: Sequence[OpenFile]) -> OpenFile:
    by_file = {f"{table.name}.csv": table for table in tables}
    document = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "licenses": [LICENCE],
        "resources": [_resource(file, by_file.get(file.name)) for file in files],
    }
    return OpenFile(DESCRIPTION, JSON, json.dumps(document, ensure_ascii=False, indent=1).encode())


def _resource(file: OpenFile, table: Table | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": file.name.replace(".", "-"),
        "path": file.name,
        "mediatype": file.media_type.partition(";")[0],
        "bytes": len(file.content),
        "hash": f"sha256:{file.sha256}",
    }
    if table is None:
        return described
    return described | {
        "profile": "tabular-data-resource",
        "title": table.says,
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "header": True},
        "schema": schema(table.columns),
    }


def schema(columns: Columns) -> dict[str, Any]:
    """The columns as a Table Schema."""
    keys = [name for name, column in columns.items() if column.is_key]
    return {
        "fields": [_field(name, column) for name, column in columns.items()],
        "missingValues": [""],
        **({"primaryKey": keys} if keys else {}),
    }


def _field(name: str, column: Column) -> dict[str, Any]:
    constraints: Mapping[str, Any] = {
        **({"required": True} if column.is_required else {}),
        **({"unique": True} if column.is_key else {}),
        **({"enum": list(column.codes)} if column.codes else {}),
    }
    return {
        "name": name,
        "type": column.kind,
        "description": column.says,
        **({"trueValues": ["yes"], "falseValues": ["no"]} if column.kind == FLAG else {}),
        **({"constraints": constraints} if constraints else {}),
    }
