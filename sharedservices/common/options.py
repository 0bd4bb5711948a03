"""The objects that filters choose among: for a page all are read at once, and once in each state of the register."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.db import connection
from django.db.models import Model, QuerySet

from sharedservices.common.filters import ObjectsField

MOST_LISTS = 200
LISTS: dict[str, list[Model]] = {}


def read_options(form: forms.Form, state: str) -> None:
    """Give each field that chooses among objects its objects: from memory, or else all by one question."""
    fields = [field for field in form.fields.values() if isinstance(field, ObjectsField)]
    asked = {field: field.queryset() if callable(field.queryset) else field.queryset.all() for field in fields}
    compiled = {field: rows.query.sql_with_params() for field, rows in asked.items()}
    names = {field: f"{state} {sql} {parameters!r}" for field, (sql, parameters) in compiled.items()}
    missing = [field for field in fields if names[field] not in LISTS]
    if missing:
        found = _read([(asked[field], *compiled[field]) for field in missing])
        if len(LISTS) >= MOST_LISTS:
            LISTS.clear()
        LISTS.update(zip([names[field] for field in missing], found, strict=True))
    for field in fields:
        field.objects = LISTS[names[field]]


def _read(questions: list[tuple[QuerySet, str, tuple[Any, ...]]]) -> list[list[Model]]:
    """The rows of several tables by one statement, each as an object in its own order."""
    parts = [
        f"SELECT {at} AS list, row_number() OVER () AS place, to_jsonb(one) AS told FROM ({sql}) AS one"  # noqa: S608
        for at, (_, sql, _) in enumerate(questions)
    ]
    with connection.cursor() as cursor:
        statement = f"{' UNION ALL '.join(parts)} ORDER BY list, place"
        cursor.execute(statement, [value for _, _, parameters in questions for value in parameters])
        found: list[list[Model]] = [[] for _ in questions]
        for at, _, told in cursor.fetchall():
            found[at].append(_object(questions[at][0].model, json.loads(told) if isinstance(told, str) else told))
    return found


def _object(model: type[Model], told: dict[str, Any]) -> Model:
    fields: list[Any] = [field for field in model._meta.concrete_fields if field.column in told]
    # What the database reckons itself is of the kind that it comes out as.
    kinds = [getattr(field, "output_field", field) for field in fields]
    values = [kind.to_python(told[field.column]) for field, kind in zip(fields, kinds, strict=True)]
    return model.from_db(connection.alias, [field.attname for field in fields], values)
