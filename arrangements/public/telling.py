"""What the public is told of a change to the register, in words. Which facts are told at all is said in `facts`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models

from arrangements.public.facts import OF_RELEASES, SOURCES, Place, Row, Source, read
from arrangements.releases.models import Release
from sharedservices.common.periods import spelled

# An address is said to have changed and not shown: somebody may have corrected one that was a person's.
UNSHOWN = {"contact"}
EMPTY: tuple[Any, ...] = (None, "", [], False)


@dataclass(frozen=True)
class Line:
    """One fact: its name, old and new in words. None where there was or is none; both None where it isn't shown."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class PublicChange:
    """One change: when, of what, and each public fact that differs."""

    at: datetime
    number: int
    key: int
    deed: str
    subject: str
    part: str
    link: str
    lines: list[Line] = field(default_factory=list)
    note: str = ""

    @property
    def place(self) -> Place:
        """Where it stands among all changes."""
        return self.at, self.number, self.key

    @property
    def name(self) -> str:
        """By which it is known for ever: that of its event, or of its release."""
        model = Release if self.number == OF_RELEASES else SOURCES[self.number].model
        return f"{model._meta.model_name}/{self.key}"

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return f"{self.subject}: {self.part}" if self.part else f"{self.subject}: {self.deed}"


DEEDS = {"insert": "added", "update": "changed", "delete": "removed"}


def changes_before(place: Place | None, at_most: int, *, now: datetime, about: str = "") -> list[PublicChange]:
    """The latest public changes, or those before a place; releases from their moment on, `now` being the register's.

    One query for the changes and one for each model that they name.
    """
    rows = read(place, at_most, now, about)
    named = _named(rows)
    return [_told(row, named) for row in rows]


# Names for keys


Named = dict[type[models.Model], dict[int, Any]]


def _relation(source: Source, column: str) -> Any:
    """The model that a column refers to, or None."""
    found = next(each for each in source.model._meta.fields if each.attname == column)
    return found.related_model if found.is_relation else None


def _subject_model(source: Source) -> Any:
    return source.model if source.subject == "id" else _relation(source, source.subject)


def _named(rows: Sequence[Row]) -> Named:
    """Every row that the changes refer to, as it is named now."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    for row in rows:
        if row.number == OF_RELEASES:
            wanted[Release].add(row.subject)
            continue
        source = SOURCES[row.number]
        wanted[_subject_model(source)].add(row.subject)
        for column in source.columns:
            if (model := _relation(source, column)) is not None:
                wanted[model] |= {side[column] for side in (row.old, row.new) if side and side[column] is not None}
    return {model: _rows_of(model, keys) for model, keys in wanted.items()}


def _rows_of(model: Any, keys: Iterable[int]) -> dict[int, Any]:
    rows = model._default_manager.filter(pk__in=keys)
    return {row.pk: row for row in (rows.select_related("year") if model is Release else rows)}


def _told(row: Row, named: Named) -> PublicChange:
    if row.number == OF_RELEASES:
        release = named[Release][row.subject]
        said = f"{release.get_kind_display().lower()} figures published"
        return PublicChange(row.at, row.number, row.key, said, str(release), "", release.get_absolute_url(), [], row.note)
    source = SOURCES[row.number]
    about = named[_subject_model(source)].get(row.subject)
    deed = DEEDS[row.label]
    part = f"{source.part} {deed}" if source.part and source.subject != "id" else ""
    subject = str(about) if about is not None else (row.new or row.old or {}).get("name", "a row removed since")
    if source.part and source.subject == "id":
        subject = f"{source.part.capitalize()} {subject}"
    return PublicChange(
        row.at, row.number, row.key, deed, subject, part, _link(about), _lines(source, row, named), row.note
    )  # fmt: skip


def _link(about: Any) -> str:
    return about.get_absolute_url() if hasattr(about, "get_absolute_url") else ""


def _lines(source: Source, row: Row, named: Named) -> list[Line]:
    lines = []
    for column in source.columns:
        old, new = ((side or {}).get(column) for side in (row.old, row.new))
        if old == new or (old in EMPTY and new in EMPTY):
            continue
        if column == "name" and source.subject == "id" and row.label != "update":
            continue  # it stands above the facts
        shown = column not in UNSHOWN
        lines.append(
            Line(
                str(next(each for each in source.model._meta.fields if each.attname == column).verbose_name).capitalize(),
                _in_words(source, column, old, named) if shown and row.old is not None else None,
                _in_words(source, column, new, named) if shown and row.new is not None else None,
            )
        )
    return lines


def _in_words(source: Source, column: str, value: Any, named: Named) -> str:
    """A value as people know it: a name instead of a key, a label instead of a code."""
    of = next(each for each in source.model._meta.fields if each.attname == column)
    if isinstance(of, models.BooleanField):
        return "yes" if value else "no"
    if value in EMPTY:
        return "none"
    if of.is_relation:
        return str(named[of.related_model].get(value, "one removed since"))  # type: ignore[index]
    if isinstance(value, list):
        choices = dict(of.base_field.flatchoices)  # type: ignore[attr-defined]
        return ", ".join(str(choices.get(each, each)) for each in value)
    if isinstance(of, models.DateField):
        return spelled(date.fromisoformat(value))
    return str(dict(of.flatchoices).get(value, value))
