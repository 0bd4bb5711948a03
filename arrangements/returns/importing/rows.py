"""What is known of the rows of an import: what a row says, and how it fares. Plain values that go to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from django.db import models

from arrangements.returns.answering import FIELDS
from arrangements.returns.models import ReportedSaving, in_words
from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.columns import BY_KEY
from arrangements.returns.workbook.table import TableRow
from sharedservices.common.money import pounds

FIELD_NAMES = ("Outcome", "Amount", "Note")


class RowKind(models.TextChoices):
    """How a row of an import fares."""

    UNANSWERED = "unanswered", "No answer yet"
    UNCHANGED = "unchanged", "Unchanged"
    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    STALE = "stale", "Changed on both sides"
    FAULTY = "faulty", "To fix"
    LEFT_OUT = "left_out", "Left out"


class Choice(models.TextChoices):
    """What to do with a row whose answer a colleague changed after the file was made."""

    THEIRS = "theirs", "Keep the colleague’s"
    FILE = "file", "Take the file’s"
    BOTH = "both", "Take both: each side’s own change"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can be picked: texts to put into cells of the row, or rows to leave out."""

    label: str
    cells: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule says of a row, by cell. A doubt is met by a reason of ten letters; anything else is put right."""

    rule: str
    column: str
    cell: str
    read: str
    message: str
    suggestions: tuple[Suggestion, ...] = ()
    is_doubt: bool = False
    asks: tuple[str, ...] = ()  # the columns that may have to be typed again

    @property
    def heading(self) -> str:
        """What heads the column."""
        return BY_KEY[self.column].heading

    def as_list(self) -> list[Any]:
        picks = [[pick.label, dict(pick.cells), list(pick.leave_out)] for pick in self.suggestions]
        return [self.rule, self.column, self.cell, self.read, self.message, picks, self.is_doubt, list(self.asks)]

    @classmethod
    def from_list(cls, kept: list[Any]) -> Self:
        rule, column, cell, read, message, picks, is_doubt, asks = kept
        made = tuple(Suggestion(label, cells, tuple(out)) for label, cells, out in picks)
        return cls(rule, column, cell, read, message, made, is_doubt, tuple(asks))


class Line(NamedTuple):
    """The arrangement that a row is about, by its name and that of the council which answers for it."""

    pk: int
    reference: str
    name: str
    council: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the analyst decided about a row: texts in place of the file's, that it is left out, or which side is taken.

    `version` is that of the answer that stood when the side was chosen.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    is_left_out: bool = False
    choice: str = ""
    version: int | None = None

    def as_list(self) -> list[Any]:
        return [dict(self.cells), self.is_left_out, self.choice, self.version]


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class RowText:
    """The texts of one row as they count: the analyst's where there are any, otherwise the file's.

    `is_moved`: the analyst gave it another reference than the file's, so that the file's row version is another line's.
    """

    number: int
    texts: Mapping[str, str]
    letters: Mapping[str, str]
    formulas: frozenset[str] = frozenset()
    is_moved: bool = False

    def __getitem__(self, column: str) -> str:
        return self.texts.get(column, "")

    def fault(self, rule: str, column: str, message: str, *suggestions: Suggestion, **more: Any) -> Fault:
        """A fault at the column's cell."""
        letter = self.letters.get(column)
        cell = f"{letter}{self.number}" if letter else f"row {self.number}"
        return Fault(rule, column, cell, self[column][:200], message, suggestions, **{"asks": (column,), **more})


def row_text(row: TableRow, said: Said = NOTHING_SAID) -> RowText:
    """The row as it counts after what was decided about it."""
    texts = {key: cell.text for key, cell in row.cells.items()}
    letters = {key: cell.column for key, cell in row.cells.items()}
    formulas = frozenset(key for key, cell in row.cells.items() if cell.is_formula and key not in said.cells)
    reference = texts.get("reference", "")
    is_moved = bool(reference) and said.cells.get("reference", reference) != reference
    return RowText(row.number, {**texts, **said.cells}, letters, formulas, is_moved)


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """How one row fares.

    `answer` is what it would store (outcome, amount, note, in the order of `FIELDS`), `stands` what stands, at
    `version`, and `base` what stood when the file was made, where the two sides differ. An empty tuple: no answer.
    """

    number: int
    kind: str
    line: Line | None = None
    answer: tuple[Any, ...] = ()
    reason: str = ""
    stands: tuple[Any, ...] = ()
    version: int | None = None
    base: tuple[Any, ...] = ()
    choice: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether confirming stores it."""
        return self.kind in (RowKind.NEW, RowKind.CHANGED)

    @property
    def needs_decision(self) -> bool:
        """Whether a side has to be chosen yet."""
        return self.kind == RowKind.STALE and not self.choice

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Field by field what confirming changes: its name, what stands, what would stand."""
        return [
            (name, old, new)
            for name, old, new in zip(FIELD_NAMES, shown(self.stands), shown(self.answer), strict=True)
            if old != new
        ]

    @property
    def in_words(self) -> str:
        """The amount it would store, or the word for its absence."""
        return in_words(self.answer[0], self.answer[1])

    @property
    def sides(self) -> list[tuple[str, str, str, str]]:
        """Field by field what stood when the file was made, what stands, and what the file says."""
        sides = zip(FIELD_NAMES, shown(self.base), shown(self.stands), shown(self.answer), strict=True)
        return [side for side in sides if len(set(side[1:])) > 1]

    def left_out(self) -> JudgedRow:
        """The same row, left out."""
        return replace(self, kind=RowKind.LEFT_OUT, faults=())

    def as_list(self) -> list[Any]:
        line = list(self.line) if self.line else None
        faults = [fault.as_list() for fault in self.faults]
        plain = [self.answer, self.reason, self.stands, self.version, self.base, self.choice]
        return [self.number, str(self.kind), line, *plain, faults]

    @classmethod
    def from_list(cls, kept: list[Any]) -> Self:
        number, kind, line, answer, reason, stands, version, base, choice, faults = kept
        found = Line(*line) if line else None
        made = tuple(Fault.from_list(fault) for fault in faults) if faults else ()
        return cls(number, kind, found, tuple(answer), reason, tuple(stands), version, tuple(base), choice, made)


def shown(values: tuple[Any, ...]) -> tuple[str, ...]:
    """Outcome, amount and note in words; "nothing" for each where there is no answer."""
    if not values:
        return ("no answer", "", "")
    outcome, amount, note = values
    label = Outcome(outcome).label if outcome in Outcome.values else str(outcome)
    return (label, pounds(amount) if amount is not None else "", note)


def values_of(saving: ReportedSaving | None) -> tuple[Any, ...]:
    """What an answer says, in the order of `FIELDS`; empty where there is none."""
    return tuple(getattr(saving, name) for name in FIELDS) if saving else ()
