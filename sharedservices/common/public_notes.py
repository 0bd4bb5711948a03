"""What an analyst says of a change in public: a note on the form's page that travels with the writes to the public feed.

It stands in the context of the trail's events, beside the reason, which is for the LGA alone and is never published.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from sharedservices.common.history import written_by

FIELD = "public_note"
LONGEST = 500


def note_of(request: HttpRequest) -> str:
    """The note that the page was sent with."""
    return request.POST.get(FIELD, "").strip()


class SaysPublicly:
    """Mixed into a ModelAdmin whose rows are public: its form asks for a public note."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything that the page stores bears the note."""
        note = note_of(request)
        shown = {**(extra_context or {}), "asks_public_note": True, FIELD: note, "longest_public_note": LONGEST}
        with written_by(door="admin", user=request.user, public_note=note) if note else nullcontext():
            return super().changeform_view(request, object_id, form_url, shown)  # type: ignore[misc]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        length = len(note_of(request))
        return _refused(form_class, length) if length > LONGEST else form_class


def _refused(form_class: type[forms.ModelForm], length: int) -> type[forms.ModelForm]:
    """The form, which isn't sound while the note is too long."""

    def clean(form: Any) -> Any:
        form.add_error(None, f"Public note: it has {length:,} characters, and {LONGEST} is the most. Shorten it and save again.")
        return form_class.clean(form)

    return type(form_class.__name__, (form_class,), {"clean": clean})
