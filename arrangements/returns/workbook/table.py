"""What was read of a file: plain values that can be pickled, kept as JSON, and compared. Imports nothing of Django."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from sharedservices.common.errors import RuleBroken


class FileRefused(RuleBroken):
    """A file that isn't read. The message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a person reads in one cell, the letter of its column, and whether a formula stands behind it."""

    text: str
    column: str
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number as the sheet shows it, and a cell for every column of the table, empty ones too."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Table:
    """The rows under the headings of one sheet.

    `columns` gives the letter of each column found, `unknown` the headings that mean nothing to the register, `missing` the
    keys of columns that are needed and absent, and `remarks` sentences about what else the reader should know.
    """

    sheet: str
    header_row: int
    columns: dict[str, str]
    unknown: list[str]
    missing: list[str]
    rows: list[TableRow]
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """All of it, compactly: a line for what is said of the table, and a line for each row: its number and its texts."""
        head = {name: getattr(self, name) for name in ("sheet", "header_row", "columns", "unknown", "missing", "remarks")}
        formulas = [(row.number, key) for row in self.rows for key, cell in row.cells.items() if cell.is_formula]
        rows = (row_line(row.number, [row.cells[key].text for key in self.columns]) for row in self.rows)
        return b"".join((beginning({**head, "formulas": formulas}), BETWEEN.join(rows), END)).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """What `as_json` wrote. Read line by line, so that a large table is never in memory twice."""
        lines = io.BytesIO(text.encode() if isinstance(text, str) else text)
        head = json.loads(lines.readline() + END)
        columns: dict[str, str] = head["columns"]
        rows = (json.loads(line.rstrip(b",\n")) for line in lines if line.startswith(b"["))
        return cls(
            sheet=head["sheet"],
            header_row=head["header_row"],
            columns=columns,
            unknown=head["unknown"],
            missing=head["missing"],
            rows=_rows(columns, rows, {(number, key) for number, key in head["formulas"]}),
            remarks=head["remarks"],
        )


# How the lines are put together to one JSON document.
BETWEEN, END = b",\n", b"\n]}"


def beginning(head: dict[str, Any]) -> bytes:
    """The first line: what is said of the table."""
    return _json(head)[:-1] + b',"rows":[\n'


def row_line(number: int, texts: list[str]) -> bytes:
    """One row."""
    return _json([number, *texts])


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _rows(columns: dict[str, str], rows: Iterable[list[Any]], formulas: set[tuple[int, str]]) -> list[TableRow]:
    """Equal cells are one object: a council's name stands in memory once, however many of its rows bear it."""
    known: dict[str, dict[str, Cell]] = {key: {} for key in columns}
    made = []
    for number, *texts in rows:
        cells = {}
        for (key, letter), text in zip(columns.items(), texts, strict=True):
            if formulas and (number, key) in formulas:
                cells[key] = Cell(text, letter, is_formula=True)
            elif (cell := known[key].get(text)) is not None:
                cells[key] = cell
            else:
                cells[key] = known[key][text] = Cell(text, letter)
        made.append(TableRow(number, cells))
    return made
