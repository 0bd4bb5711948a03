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
    sent: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value is not None and value is not False:
                sent[field.html_name] = value
    return sent


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
