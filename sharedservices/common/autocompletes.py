"""Django's autocompletes in the admin, with two manners more: no wrong key is looked up, and no name that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms.models import ModelForm
from django.http import HttpRequest


class NumberedKeys:
    """Mixed into an autocomplete: a key that is no number, which no list offers, is not looked up."""

    def optgroups(self, name: str, value: Sequence[Any], attrs: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if str(key).isdecimal()], attrs)  # type: ignore[misc]


class SeveralAutocompletes(NumberedKeys, AutocompleteSelectMultiple):
    """Django's autocomplete for several."""


class KnownAutocomplete(NumberedKeys, AutocompleteSelect):
    """Django's autocomplete, which doesn't ask the database for a name that the form's row has brought along."""

    known: dict[str, str] | None = None

    def optgroups(self, name: str, value: Sequence[Any], attrs: Any = None) -> Any:
        chosen = [str(key) for key in value if key]
        if not self.known or not set(chosen) <= set(self.known):
            return super().optgroups(name, value, attrs)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        return [(None, blank + [self.create_option(name, key, self.known[key], True, 0) for key in chosen], 0)]


def bring_along_names(form: ModelForm) -> None:
    """Tell the form's autocompletes the names that its row has brought along."""
    for name, field in form.fields.items():
        widget = getattr(field.widget, "widget", field.widget)
        one = form.instance._state.fields_cache.get(name)
        if isinstance(widget, KnownAutocomplete) and one:
            widget.known = {str(one.pk): str(one)}


class KnowsItsNames:
    """Mixed into an admin or inline: its autocompletes are `KnownAutocomplete`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site, using=kwargs.get("using"))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = SeveralAutocompletes(db_field, self.admin_site, using=kwargs.get("using"))  # type: ignore[attr-defined]
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
