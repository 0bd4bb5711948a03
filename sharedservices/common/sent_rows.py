"""The rows of a formset as a browser sent them: told apart by the keys that they carry, left out, added, and renumbered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict

Fields = dict[str, list[str]]


@dataclass(frozen=True)
class SentRow:
    """One row: its number, the key and the version of what it was read from (None where there is none), its fields."""

    prefix: str
    key: int | None
    version: int | None
    fields: Fields

    @property
    def is_to_be_taken_out(self) -> bool:
        return bool(self.fields.get(DELETION_FIELD_NAME))


class SentRows:
    """All rows of one formset. `initial` were read from the database, `extra` are new."""

    def __init__(self, data: QueryDict, prefix: str, *, key: str = "id", version: str = "read_version") -> None:
        self.data, self.prefix = data, prefix
        counts = [data.get(f"{prefix}-{name}", "") for name in (INITIAL_FORM_COUNT, TOTAL_FORM_COUNT)]
        self.is_sound = all(is_number(count) for count in counts)
        self.initial: list[SentRow] = []
        self.extra: list[Fields] = []
        if not self.is_sound:
            return
        initial, total = map(int, counts)
        numbered = self._numbered()
        for number in range(min(total, max(numbered, default=-1) + 1)):
            fields = numbered.get(number, {})
            if number < initial:
                keys, versions = fields.get(key, [""]), fields.get(version, [""])
                self.initial.append(SentRow(f"{prefix}-{number}", as_number(keys[-1]), as_number(versions[-1]), fields))
            else:
                self.extra.append(fields)

    def _numbered(self) -> dict[int, Fields]:
        found: dict[int, Fields] = {}
        for name in self.data:
            piece = re.fullmatch(rf"{re.escape(self.prefix)}-(\d{{1,9}})-(.+)", name)
            if piece:
                found.setdefault(int(piece[1]), {})[piece[2]] = self.data.getlist(name)
        return found

    def renumber(self, initial: Iterable[Mapping[str, list[str]]], extra: Iterable[Mapping[str, list[str]]]) -> None:
        """Let the data hold these rows, in this order, and no others."""
        for name in list(self.data):
            if re.fullmatch(rf"{re.escape(self.prefix)}-\d{{1,9}}-.+", name):
                del self.data[name]
        known, new = list(initial), list(extra)
        for number, fields in enumerate([*known, *new]):
            for name, values in fields.items():
                self.data.setlist(f"{self.prefix}-{number}-{name}", values)
        self.data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(len(known))
        self.data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(known) + len(new))


def is_number(text: str) -> bool:
    """Whether it is a whole number that a column of keys may hold."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def as_number(text: str) -> int | None:
    """The number, or None where the text is none."""
    return int(text) if is_number(text) else None
