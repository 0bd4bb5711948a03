"""Reading the trail: what happened to one row, by whom, when, by which door and why, with old and new values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

DEEDS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}
UNTOLD = {"id", "version"}


@dataclass(frozen=True)
class Change:
    """One field of one event. `old` is None when the row was added."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Event:
    """One write to one row."""

    at: datetime
    deed: str
    subject: str
    actor: str
    door: str
    reason: str
    changes: list[Change]


def events_of(objects: Iterable[models.Model]) -> list[Event]:
    """All events of the rows, the latest first. One query per model and one for the actors."""
    by_model: dict[type[models.Model], dict[Any, str]] = {}
    for one in objects:
        by_model.setdefault(type(one), {})[one.pk] = str(one)
    stored = [(row, name) for model, names in by_model.items() for row, name in _stored(model, names)]
    people = {
        user.pk: str(user) for user in get_user_model().objects.filter(pk__in={_said(row).get("user") for row, _ in stored})
    }
    return sorted(_told(stored, people), key=lambda event: event.at, reverse=True)


def _stored(model: type[models.Model], names: dict[Any, str]) -> Iterator[tuple[Any, str]]:
    """The stored events of a model's rows, each row's in the order they happened."""
    event_model = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    rows = event_model.objects.filter(pgh_obj_id__in=list(names)).select_related("pgh_context")
    return ((row, names[row.pgh_obj_id]) for row in rows.order_by("pgh_obj_id", "pgh_id"))


def _said(row: Any) -> dict[str, Any]:
    return row.pgh_context.metadata if row.pgh_context else {}


def _told(stored: list[tuple[Any, str]], people: dict[Any, str]) -> Iterator[Event]:
    before: Any = None
    for row, name in stored:
        same_row = before is not None and type(before) is type(row) and before.pgh_obj_id == row.pgh_obj_id
        said = _said(row)
        yield Event(
            at=row.pgh_created_at,
            deed=DEEDS.get(row.pgh_label, row.pgh_label),
            subject=name,
            actor=people.get(said.get("user"), f"database role {row.pgh_role}"),
            door=said.get("door", "database"),
            reason=said.get("reason", ""),
            changes=list(_changes(before if same_row else None, row)),
        )
        before = row


def _changes(before: Any, row: Any) -> Iterator[Change]:
    for field in row._meta.fields:
        if field.name.startswith("pgh_") or field.name in UNTOLD or field.primary_key:
            continue
        new, old = getattr(row, field.attname), getattr(before, field.attname) if before is not None else None
        if new != old:
            yield Change(str(field.verbose_name), old, new)
