"""The first pass over the rows of a file: each row's line and what it answers, and which rows are about which arrangement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from arrangements.returns.importing.answers import Read, fault_of_year, read_answer
from arrangements.returns.importing.matching import Finder
from arrangements.returns.importing.rows import NOTHING_SAID, Fault, Line, RowText, Said
from arrangements.returns.models import FinancialYear


@dataclass(frozen=True, slots=True)
class Matched:
    """A row with its line, if it is known, and what it answers."""

    row: RowText
    said: Said
    line: Line | None
    read: Read
    faults: tuple[Fault, ...]


class LineIndex:
    """Which rows of the whole file are about each arrangement, in their order, and with which amount."""

    def __init__(self, rows: Iterable[tuple[int, int, int | None]] = ()) -> None:
        self._rows: dict[int, dict[int, int | None]] = defaultdict(dict)
        self._lines: dict[int, int] = {}
        for number, pk, amount in rows:
            self._rows[pk][number] = amount
            self._lines[number] = pk

    def put(self, matched: Matched) -> None:
        """Note, or note anew, what the row is about."""
        number = matched.row.number
        before = self._lines.pop(number, None)
        if before is not None:
            del self._rows[before][number]
        if matched.line and not matched.said.is_left_out:
            self._rows[matched.line.pk][number] = matched.read.amount
            self._lines[number] = matched.line.pk

    def line_of(self, number: int) -> int | None:
        """The arrangement that the row is about."""
        return self._lines.get(number)

    def rows_about(self, arrangements: Iterable[int]) -> list[int]:
        """The rows that are about any of the arrangements."""
        return sorted(number for pk in arrangements for number in self._rows.get(pk, ()))

    def first_about(self, pk: int) -> int:
        """The first row about the arrangement: the one that counts."""
        return min(self._rows[pk])

    def amounts(self) -> dict[int, int]:
        """The amounts that the file gives, by arrangement."""
        return {pk: amount for pk, rows in self._rows.items() if rows and (amount := rows[min(rows)])}

    def as_list(self) -> list[tuple[int, int, int | None]]:
        return [(number, pk, self._rows[pk][number]) for number, pk in self._lines.items()]


def match(year: FinancialYear, rows: Sequence[RowText], said: Mapping[int, Said]) -> list[Matched]:
    """Each row's line and answer. A constant number of queries."""
    kept = [row for row in rows if not said.get(row.number, NOTHING_SAID).is_left_out]
    finder = Finder(year, kept)
    found = []
    for row in rows:
        decided = said.get(row.number, NOTHING_SAID)
        if decided.is_left_out:
            found.append(Matched(row, decided, None, Read(), ()))
            continue
        fault = fault_of_year(row, year)
        line = fault or finder.line(row)
        if isinstance(line, Fault):
            found.append(Matched(row, decided, None, Read(), (line,)))
        else:
            read = read_answer(row)
            found.append(Matched(row, decided, line, read, read.faults))
    return found
