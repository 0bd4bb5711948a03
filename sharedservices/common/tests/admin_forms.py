"""The admin's forms as a browser would send them back."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.utils.html import strip_tags


def as_read(response: Any) -> dict[str, Any]:
    """Every field of the change form of a response, its inlines' too, with the value that it shows."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {name: value for form in forms for name, value in _shown(form).items()} | _choices_of(response)


def list_as_read(response: Any) -> dict[str, Any]:
    """Every field of a list that is changed in place."""
    formset = response.context["cl"].formset
    forms = [formset.management_form, *formset.forms]
    return {name: value for form in forms for name, value in _shown(form).items()} | _choices_of(response) | {"_save": "Save"}


def _shown(form: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is True:
            sent[field.html_name] = "on"
        elif value is not None and value is not False:
            sent[field.html_name] = value
        if field.field.show_hidden_initial:
            carried = form.data.getlist(field.html_initial_name) if form.is_bound else field.initial
            sent[field.html_initial_name] = [getattr(one, "pk", one) for one in carried] if isinstance(carried, list) else carried
    return sent


def _choices_of(response: Any) -> dict[str, Any]:
    """What the comparison of a stale form sends with it where nothing is chosen."""
    sent = {}
    for comparison in (response.context or {}).get("comparisons") or []:
        sent |= {field.choice: "mine" for field in comparison.fields if field.choice}
        sent |= dict(comparison.hidden)
        if comparison.decision:
            sent[comparison.decision.choice] = "mine" if comparison.decision.is_mine_kept else "theirs"
    return sent


def compared(response: Any) -> list[tuple[str, str, str, str]]:
    """What the page compares: field, base, theirs and mine, row by row."""
    shown = (response.context or {}).get("comparisons") or []
    return [(field.label, field.base, field.theirs, field.mine) for comparison in shown for field in comparison.fields]


def happened(response: Any) -> list[tuple[str, str]]:
    """The rows that have moved on, and the first word of what happened to each."""
    return [(each.title, each.happened.split(" by ")[0]) for each in (response.context or {}).get("comparisons") or []]


def with_row(sent: dict[str, Any], prefix: str, **fields: Any) -> dict[str, Any]:
    """The same with one more row in an inline."""
    number = int(sent[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return {**sent, f"{prefix}-TOTAL_FORMS": number + 1, **row}


def words(response: HttpResponse) -> str:
    """What the page says, without its markup."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def messages_of(response: Any) -> list[str]:
    """All that the change form says is wrong, the inlines' errors too."""
    form = response.context["adminform"].form
    found: list[Iterable[str]] = [*form.errors.values()]
    for inline in response.context["inline_admin_formsets"]:
        found.append(inline.formset.non_form_errors())
        found += [errors for each in inline.formset.forms for errors in each.errors.values()]
    return [str(message) for each in found for message in each]
