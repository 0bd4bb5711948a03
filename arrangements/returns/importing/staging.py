"""Where an uploaded file lives until it is confirmed: a cache of its own in the database, and nothing of the register.

A file is kept under a random token, for its owner alone, in pieces of some hundred rows, so that one row can be judged
again without reading fifty thousand. It is kept for a week after it last changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from arrangements.returns.importing import cached
from arrangements.returns.importing.matched import LineIndex
from arrangements.returns.importing.rows import NOTHING_SAID, JudgedRow, RowKind, RowText, Said, row_text
from arrangements.returns.models import FinancialYear
from arrangements.returns.workbook.table import Cell, Table, TableRow

ROWS_A_PIECE = 500


class NotKept(Exception):
    """No such upload is kept for this person: a week has passed, it was discarded, or it is somebody else's."""


@dataclass
class Head:
    """What is known of the upload as a whole. `stage` is reading, matching, judging or ready."""

    owner: int
    year: str
    file_name: str
    sha256: str
    uploaded_at: str
    stage: str = "reading"
    sheet: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    header_row: int = 0
    rows: int = 0
    done: int = 0
    firsts: list[int] = field(default_factory=list)  # the number of the first row of each piece
    kinds: dict[str, list[int]] = field(default_factory=dict)  # the numbers of the rows of each kind
    undecided: list[int] = field(default_factory=list)
    changes: int = 0  # rises whenever a row's verdict may have changed
    checked_at: str = ""
    effect: list[Any] | None = None
    effect_of: int = -1  # the `changes` that the effect belongs to
    imported_before: int | None = None  # the import of this very file, whose decisions were taken over
    import_made: int | None = None

    @property
    def year_shown(self) -> str:
        """The year as people read it: 2014/15."""
        return self.year.replace("-", "/")

    @property
    def is_ready(self) -> bool:
        """Whether every row has been judged."""
        return self.stage == "ready"

    @property
    def to_fix(self) -> int:
        """How many rows are still to fix."""
        return self.count(RowKind.FAULTY)

    def count(self, *kinds: str) -> int:
        """How many rows are of the kinds."""
        return sum(len(self.kinds.get(kind, ())) for kind in kinds)


class Upload:
    """One upload, read from the cache as it is asked for. Changes are kept by `save`."""

    def __init__(self, token: str, head: Head) -> None:
        self.token, self.head = token, head
        self._parts: dict[str, Any] = {}
        self._changed: set[str] = set()

    @cached_property
    def year(self) -> FinancialYear:
        """The year that it is for."""
        return FinancialYear.objects.in_bulk([self.head.year], field_name="slug")[self.head.year]

    # The rows

    def numbers(self, *kinds: str) -> list[int]:
        """The numbers of the rows of the kinds, in their order."""
        return sorted(number for kind in kinds for number in self.head.kinds.get(kind, ()))

    def rows(self, numbers: Iterable[int]) -> list[RowText]:
        """Those rows, with what was decided about their texts."""
        wanted = set(numbers)
        pieces = self.pieces_of(wanted)
        self._load(f"rows:{piece}" for piece in pieces)
        return [
            row_text(row, self.said.get(row.number, NOTHING_SAID))
            for piece in pieces
            for row in self._table_rows(piece)
            if row.number in wanted
        ]

    def piece(self, piece: int) -> list[RowText]:
        """All rows of a piece."""
        return [row_text(row, self.said.get(row.number, NOTHING_SAID)) for row in self._table_rows(piece)]

    def judged(self, numbers: Iterable[int]) -> list[JudgedRow]:
        """How those rows fare, in the order of the sheet."""
        wanted = set(numbers)
        pieces = self.pieces_of(wanted)
        self._load(f"judged:{piece}" for piece in pieces)
        return [row for piece in pieces for number, row in self._judged(piece).items() if number in wanted]

    def judged_pieces(self) -> Iterator[list[JudgedRow]]:
        """How all rows fare, piece by piece."""
        for piece in range(len(self.head.firsts)):
            yield list(self._judged(piece).values())
            if f"judged:{piece}" not in self._changed:  # so that one is in memory at a time
                del self._parts[f"judged:{piece}"]

    def put_judged(self, rows: Iterable[JudgedRow]) -> None:
        """Keep how the rows fare now."""
        rows = list(rows)
        for piece in self.pieces_of(row.number for row in rows):
            self._load([f"judged:{piece}"])
            self._changed.add(f"judged:{piece}")
        numbers = {row.number for row in rows}
        for kind, those in self.head.kinds.items():
            self.head.kinds[kind] = [number for number in those if number not in numbers]
        self.head.undecided = [number for number in self.head.undecided if number not in numbers]
        for row in rows:
            self._judged(self._piece_of(row.number))[row.number] = row
            self.head.kinds.setdefault(str(row.kind), []).append(row.number)
            if row.needs_decision:
                self.head.undecided.append(row.number)
        for kind in {str(row.kind) for row in rows}:
            self.head.kinds[kind].sort()
        self.head.undecided.sort()
        self.head.changes += 1

    def pieces_of(self, numbers: Iterable[int]) -> list[int]:
        """The pieces that hold those rows."""
        return sorted({self._piece_of(number) for number in numbers})

    def _piece_of(self, number: int) -> int:
        return max(bisect_right(self.head.firsts, number) - 1, 0)

    # What was decided, and what the rows are about

    @property
    def said(self) -> dict[int, Said]:
        """What was decided, by row."""
        if "said" not in self._parts:
            kept = cached.read(self.token, ["said"]).get("said", {})
            self._parts["said"] = {int(number): Said(*said) for number, said in kept.items()}
        return self._parts["said"]

    def decide(self, number: int, said: Said) -> None:
        """Keep a decision about a row."""
        self.said[number] = said
        self._changed.add("said")

    @property
    def lines(self) -> LineIndex:
        """Which rows are about which arrangement. To be kept, it is `put_lines`."""
        if "lines" not in self._parts:
            self._parts["lines"] = LineIndex(cached.read(self.token, ["lines"]).get("lines", ()))
        return self._parts["lines"]

    def put_lines(self, lines: LineIndex) -> None:
        """Keep which rows are about which arrangement."""
        self._parts["lines"] = lines
        self._changed.add("lines")

    # The file and its table

    @property
    def content(self) -> bytes:
        """The file as it was uploaded; it is let go once it is read."""
        content = cached.file(self.token)
        if content is None:
            raise NotKept
        return content

    def put_table(self, table: Table) -> None:
        """Keep the table in pieces; the file itself isn't needed any more."""
        head = self.head
        head.sheet, head.columns, head.header_row = table.sheet, table.columns, table.header_row
        head.unknown, head.missing, head.remarks = table.unknown, table.missing, table.remarks
        head.rows, head.stage, head.done = len(table.rows), "matching", 0
        head.firsts = []
        for piece, start in enumerate(range(0, len(table.rows), ROWS_A_PIECE)):
            rows = table.rows[start : start + ROWS_A_PIECE]
            head.firsts.append(rows[0].number)
            self._parts[f"rows:{piece}"] = rows
            self._changed.add(f"rows:{piece}")
        cached.drop_file(self.token)

    def table(self) -> Table:
        """The table as the file has it."""
        head = self.head
        self._load(f"rows:{piece}" for piece in range(len(head.firsts)))
        rows = [row for piece in range(len(head.firsts)) for row in self._table_rows(piece)]
        return Table(head.sheet, head.header_row, head.columns, head.unknown, head.missing, rows, head.remarks)

    # Keeping

    def save(self) -> None:
        """Write what has changed, and keep all of it for another week."""
        parts = {part: self._as_json(part) for part in sorted(self._changed)}
        cached.write(self.token, {**parts, "head": asdict(self.head)})
        self._changed.clear()

    def forget(self) -> None:
        """Let go of everything."""
        cached.delete(self.token)

    def keep_only(self, import_made: int) -> None:
        """Let go of the rows once they are imported; the token then leads to the import."""
        cached.delete(self.token)
        self.head.import_made, self.head.kinds, self.head.effect, self.head.undecided = import_made, {}, None, []
        self._parts, self._changed = {}, set()
        self.save()

    def _table_rows(self, piece: int) -> list[TableRow]:
        self._load([f"rows:{piece}"])
        return self._parts[f"rows:{piece}"]

    def _judged(self, piece: int) -> dict[int, JudgedRow]:
        self._load([f"judged:{piece}"])
        return self._parts[f"judged:{piece}"]

    def _load(self, parts: Iterable[str]) -> None:
        """Read several parts at once; a piece that was never judged is empty."""
        missing = [part for part in parts if part not in self._parts]
        if not missing:
            return
        found = cached.read(self.token, missing)
        for part in missing:
            kept = found.get(part)
            if not part.startswith("rows:"):
                self._parts[part] = {row.number: row for row in map(JudgedRow.from_list, kept or ())}
            elif kept is None:
                raise NotKept
            else:
                self._parts[part] = _rows(self.head.columns, kept["rows"], kept["formulas"])

    def _as_json(self, part: str) -> Any:
        kept = self._parts[part]
        if part.startswith("rows:"):
            formulas = [[row.number, key] for row in kept for key, cell in row.cells.items() if cell.is_formula]
            return {
                "formulas": formulas,
                "rows": [[row.number, *(row.cells[key].text for key in self.head.columns)] for row in kept],
            }
        if part.startswith("judged:"):
            return [kept[number].as_list() for number in sorted(kept)]
        return {number: said.as_list() for number, said in kept.items()} if part == "said" else kept.as_list()


def _rows(columns: dict[str, str], rows: list[list[Any]], formulas: list[list[Any]]) -> list[TableRow]:
    """The rows of a piece as they were read."""
    behind = {(number, key) for number, key in formulas}
    return [
        TableRow(
            number,
            {
                key: Cell(text, letter, (number, key) in behind)
                for (key, letter), text in zip(columns.items(), texts, strict=True)
            },
        )
        for number, *texts in rows
    ]
