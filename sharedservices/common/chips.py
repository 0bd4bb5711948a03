"""The filters that are on, in words: for the chips of a page, each with the address without it, and for its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

ORDER, PAGE = "order", "page"
# Filters that narrow nothing, so that there is nothing to take away.
NOT_NARROWING = {ORDER}


@dataclass(frozen=True)
class Chip:
    """One value of one filter. `without` is the query that asks for the same without it."""

    name: str
    label: str
    text: str
    without: QueryDict

    @property
    def href(self) -> str:
        """The address of the list without it; `?` alone is the whole list."""
        return f"?{self.without.urlencode()}"


def chips(form: forms.Form, asked: QueryDict) -> Iterator[Chip]:
    """A chip for each value in the address that was understood."""
    if not form.is_valid():
        return
    for bound_field in form:
        name = bound_field.html_name
        values = [value for value in asked.getlist(name) if value.strip()]
        if not values or name in NOT_NARROWING:
            continue
        texts = _texts(bound_field)
        # A value may be another name of a choice, such as a code; the form knows what it stands for.
        understood = form.cleaned_data.get(name)
        if isinstance(understood, list) and len(understood) == len(values):
            texts = {**{value: str(one) for value, one in zip(values, understood, strict=True)}, **texts}
        for value in dict.fromkeys(values):
            without = asked.copy()
            without.pop(PAGE, None)
            without.setlist(name, [other for other in values if other != value])
            yield Chip(name, str(bound_field.label), texts.get(value, value), without)


def _texts(bound_field: Any) -> dict[str, str]:
    """Value to label of a choice field, flat. The choices are read once: the widget, which is drawn later, keeps them."""
    choices = getattr(bound_field.field, "choices", None)
    if choices is None:
        return {}
    read = list(choices)
    bound_field.field.widget.choices = read
    texts = {}
    for value, label in read:
        grouped = label if isinstance(label, list | tuple) else [(value, label)]
        texts.update({str(inner): str(text) for inner, text in grouped})
    return texts
