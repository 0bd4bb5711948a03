"""Reading the trail: what happened to rows, by whom, when, by which door and why, with old and new values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from sharedservices.common.periods import spelled

DEEDS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}
UNTOLD = {"id", "version"}

# The rows that the trail speaks of, by model and key.
Named = dict[type[models.Model], dict[Any, models.Model]]


@dataclass(frozen=True)
class Change:
    """One field of one event, its values in words. `old` is empty when the row was added."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """One write to one row, which is named as it was named then."""

    at: datetime
    deed: str
    subject: str
    actor: str
    door: str
    reason: str
    changes: list[Change]
    public_note: str = ""
    key: Any = None  # of the row
    version: int | None = None  # that it came to


def events(model: Any, **where: Any) -> models.QuerySet:
    """The stored events of a model's rows, those of rows deleted since too; `pgh_obj_id` is a row's key."""
    return model.pgh_event_model.objects.filter(**where)


def told(stored: Iterable[models.QuerySet], known: models.Model | None = None) -> list[Event]:
    """The events in words, the latest first.

    One query for the events, and one for each model that they refer to and `known` doesn't bring along.
    """
    rows = _read(list(stored))
    named = _named([row for each in rows for row in each], known)
    in_order = sorted((event for each in rows for event in _told(each, named)), key=lambda event: event.at)
    return in_order[::-1]  # among the events of one transaction too, which have one moment


def last_told(stored: models.QuerySet, by: str) -> dict[Any, Event]:
    """The last event for each value of a column, without what changed. Two queries."""
    rows = list(stored.select_related("pgh_context").order_by(by, "-pgh_id").distinct(by))
    for row in rows:
        row.said = row.pgh_context.metadata if row.pgh_context else {}
    people = get_user_model()._base_manager.in_bulk({row.said.get("user") for row in rows} - {None})
    return {getattr(row, by): _event(row, people.get(row.said.get("user"))) for row in rows}


def _read(stored: list[models.QuerySet]) -> list[list[Any]]:
    """The events of each query, those of a row together and in the order they happened. One query for all."""
    columns = [
        each.order_by().values_list(
            models.Value(number),
            RawSQL(f'to_jsonb("{each.model._meta.db_table}")', (), models.JSONField()),  # noqa: S611  # a table of our own
            "pgh_context__metadata",
        )
        for number, each in enumerate(stored)
    ]
    found: list[list[Any]] = [[] for _ in stored]
    for number, kept, said in columns[0].union(*columns[1:], all=True) if columns else []:
        model = stored[number].model
        row = model(**{field.attname: field.to_python(kept[field.column]) for field in model._meta.concrete_fields})
        row.said = said or {}
        found[number].append(row)
    for rows in found:
        rows.sort(key=lambda row: (getattr(row, _key_of(type(row))), row.pgh_id))
    return found


def _key_of(model: Any) -> str:
    """The column of an event that holds the key of its row; links between rows have no column for their row."""
    return "pgh_obj_id" if any(field.name == "pgh_obj" for field in model._meta.fields) else "id"


def _fields(row: Any) -> Iterator[Any]:
    """The fields of the row itself that an event keeps."""
    for field in row._meta.fields:
        if not field.name.startswith("pgh_") and not field.primary_key and field.name not in UNTOLD:
            yield field


def _named(rows: list[Any], known: models.Model | None) -> Named:
    """Every row that the events refer to, actors among them."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    wanted[get_user_model()] = {row.said.get("user") for row in rows}
    for row in rows:
        for field in _fields(row):
            if field.is_relation:
                wanted[field.related_model].add(getattr(row, field.attname))
    named: Named = defaultdict(dict)
    for one in [known, *known._state.fields_cache.values()] if known is not None else []:
        if one is not None:
            named[type(one)][one.pk] = one
    for model, keys in wanted.items():
        missing = keys - {None} - set(named[model])
        if missing:
            named[model].update(model._base_manager.select_related().in_bulk(missing))
    return named


def _told(rows: list[Any], named: Named) -> Iterator[Event]:
    """Events of one model, each row's in the order they happened."""
    before: tuple[Any, Any] = (None, None)
    for row in rows:
        key = getattr(row, _key_of(type(row)))
        actor = named[get_user_model()].get(row.said.get("user"))
        changes = list(_changes(before[1] if before[0] == key else None, row, named))
        yield _event(row, actor, subject=_subject(row, named), changes=changes)
        before = key, row


def _event(row: Any, actor: models.Model | None, subject: str = "", changes: Iterable[Change] = ()) -> Event:
    return Event(
        at=row.pgh_created_at,
        deed=DEEDS.get(row.pgh_label, row.pgh_label),
        subject=subject,
        actor=str(actor) if actor else f"database role {row.pgh_role}",
        door=_door(row.said),
        reason=_reason(row, row.said),
        changes=list(changes),
        public_note=row.said.get("public_note", ""),
        key=getattr(row, _key_of(type(row))),
        version=getattr(row, "version", None),
    )


def _door(said: dict[str, Any]) -> str:
    """By which door, and a program by which token."""
    door = said.get("door", "database")
    return f"{door}, token “{said['token']}”" if "token" in said else door


def _reason(row: Any, said: dict[str, Any]) -> str:
    """Why the row was written: its own reason, or else that of the whole act."""
    for column, each in said.get("reasons", {}).items():
        if own := each.get(str(getattr(row, column, None))):
            return own
    return said.get("reason", "")


def _subject(row: Any, named: Named) -> str:
    """The row by its name at the time."""
    model = row.pgh_tracked_model
    one = model(**{field.attname: getattr(row, field.attname) for field in _fields(row)})
    for field in _fields(row):
        key = getattr(row, field.attname)
        if field.is_relation and key is not None:
            if key not in named[field.related_model]:
                return f"{model._meta.verbose_name} {getattr(row, _key_of(type(row)))}"
            setattr(one, field.name, named[field.related_model][key])
    return str(one)


def _changes(before: Any, row: Any, named: Named) -> Iterator[Change]:
    """What differs from the event before; of a row that was added, all that was given."""
    for field in _fields(row):
        new = getattr(row, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        words = _in_words(field, old, named), _in_words(field, new, named)
        if new != old and any(words):
            yield Change(str(field.verbose_name), *words)


def _in_words(field: Any, value: Any, named: Named) -> str:
    """A value as people know it: a name instead of a key, a label instead of a code."""
    if value in (None, "", []):
        return ""
    if isinstance(field, models.JSONField):
        return _document_in_words(value)
    if isinstance(value, list):
        return ", ".join(_in_words(field.base_field, one, named) for one in value)
    if field.is_relation:
        return str(named[field.related_model].get(value, f"number {value}"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%-d %B %Y, %H:%M}"
    if isinstance(value, date):
        return spelled(value)
    return str(dict(field.flatchoices).get(value, value))


def _document_in_words(value: Any) -> str:
    """A document of JSON: its names with their values, and one after the other where there are several."""
    if isinstance(value, list):
        return "; ".join(_document_in_words(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_document_in_words(each)}" for name, each in value.items())
    return "none" if value is None else str(value)
