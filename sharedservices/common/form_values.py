"""Values of a form's fields: read as they were sent, compared, put into words, and written as a browser would send them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from sharedservices.common.periods import spelled

# Rows that values refer to, by model and by key as text.
Names = Mapping[tuple[type[models.Model], str], str]

NOTHING = "nothing"


@dataclass(frozen=True)
class Unreadable:
    """What was typed and is no value of its field."""

    text: str


def of_field(field: forms.Field, value: Any) -> Any:
    """A value as it is compared: keys as text, several as a set, text with one kind of line ends, and "" for none."""
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return frozenset(_key(one) for one in value or ())
    if isinstance(field, forms.ModelChoiceField):
        return _key(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return "" if value is None else value


def _key(value: Any) -> str:
    return "" if value in (None, "") else str(value.pk if isinstance(value, models.Model) else value)


def sent(form: forms.BaseForm, name: str) -> Any:
    """The field's value as it was sent, or `Unreadable`; a key is not looked up."""
    field, raw = form.fields[name], form[name].data
    if isinstance(field, forms.ModelChoiceField):
        return of_field(field, raw)
    try:
        return of_field(field, field.clean(raw))
    except ValidationError:
        return Unreadable(", ".join(map(str, raw)) if isinstance(raw, list) else str(raw or ""))


def carried(form: forms.BaseForm, name: str) -> Any:
    """The field's value as the form carried it from the reading (`show_hidden_initial`); None where it carried none."""
    field, bound = form.fields[name], form[name]
    raw = field.hidden_widget().value_from_datadict(form.data, form.files, bound.html_initial_name)
    if isinstance(field, forms.ModelChoiceField):
        return of_field(field, raw) if raw is not None else None
    try:
        return of_field(field, field.to_python(raw)) if raw is not None else None
    except ValidationError:
        return None


def carry(data: QueryDict, form: forms.BaseForm, name: str, value: Any) -> None:
    """Let the form's data carry the value as the one that was read."""
    put(data, form.fields[name].hidden_widget(), form[name].html_initial_name, value)


def put(data: QueryDict, widget: Any, name: str, value: Any) -> None:
    """Write the value into the data, as a browser would send it."""
    widget = getattr(widget, "widget", widget)  # of the admin's wrapper
    if isinstance(widget, forms.MultiWidget):
        values: Any = widget.decompress(value or None)
        for suffix, part, one in zip(widget.widgets_names, widget.widgets, values, strict=True):  # type: ignore[attr-defined]
            put(data, part, f"{name}{suffix}", one)
    elif isinstance(value, frozenset):
        data.setlist(name, sorted(value))
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    else:
        shown = value if isinstance(value, str) else widget.format_value(value)
        data[name] = "" if shown is None else str(shown)


def referred_to(fields: Iterable[tuple[forms.Field, Any]]) -> Names:
    """The names of all rows that the values refer to: one query for each model."""
    wanted: dict[type[models.Model], set[str]] = {}
    for field, value in fields:
        if isinstance(field, forms.ModelChoiceField) and value and field.queryset is not None:
            wanted.setdefault(field.queryset.model, set()).update(value if isinstance(value, frozenset) else {str(value)})
    return {
        (model, str(one.pk)): str(one)
        for model, keys in wanted.items()
        for one in model._base_manager.filter(pk__in=[key for key in keys if key.isdecimal()]).select_related()
    }


def in_words(field: forms.Field, value: Any, names: Names) -> str:
    """A value of the field in words that two people can compare."""
    if isinstance(value, Unreadable):
        return value.text or NOTHING
    if isinstance(value, frozenset):
        return ", ".join(sorted(_one_in_words(field, one, names) for one in value)) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%-d %B %Y, %H:%M}"
    if isinstance(value, date):
        return spelled(value)
    return NOTHING if value in (None, "") else _one_in_words(field, value, names)


def _one_in_words(field: forms.Field, value: Any, names: Names) -> str:
    if isinstance(field, forms.ModelChoiceField):
        model = field.queryset.model if field.queryset is not None else models.Model
        return names.get((model, str(value)), f"number {value}")
    labels: dict[Any, Any] = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
    return str(labels.get(value, value))
