"""Columns of published tables: each its value, its type and what it means, so that the files and their description agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

TEXT, NUMBER, DAY, FLAG = "string", "integer", "date", "boolean"


@dataclass(frozen=True)
class Column:
    """A column: called with a row it gives the value. `codes` is the closed list of its values, where there is one.

    `missing` gives what official statistics write in a sheet where a row has no value.
    """

    value: Callable[[Any], Any]
    kind: str
    says: str
    is_key: bool = False
    is_required: bool = False
    codes: tuple[str, ...] = ()
    missing: Callable[[Any], str] | None = None

    def __call__(self, row: Any) -> Any:
        return self.value(row)


Columns = Mapping[str, Column]


def text(value: Callable[[Any], Any], says: str, *, key: bool = False, codes: Any = ()) -> Column:
    """Words or a code; several stand apart by semicolons. With `codes`, one of these in every row."""
    return Column(value, TEXT, says, is_key=key, is_required=key or bool(codes), codes=tuple(map(str, codes)))


def label(value: Callable[[Any], Any], of: str) -> Column:
    """The words for a code that stands in the column `of`. They may change; the code doesn't."""
    return Column(value, TEXT, f"`{of}` in words, which may change where the code doesn’t.")


def number(value: Callable[[Any], Any], says: str, *, missing: Callable[[Any], str] | None = None) -> Column:
    """A whole number, negative ones with a minus sign."""
    return Column(value, NUMBER, says, missing=missing)


def day(value: Callable[[Any], Any], says: str) -> Column:
    """A day, 2014-04-01."""
    return Column(value, DAY, says)


def flag(value: Callable[[Any], Any], says: str) -> Column:
    """Yes or no."""
    return Column(value, FLAG, says, is_required=True)


def typed(value: Any) -> Any:
    """A value as JSON has it: days as text, all else as it is."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
