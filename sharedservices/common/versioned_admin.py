"""The admin over versioned rows: a stale save is refused with both sides shown, and the history tells the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from sharedservices.common.periods import spelled
from sharedservices.common.trail import events, told

READ_VERSION = "read_version"


class VersionedForm(forms.ModelForm):
    """Carries the version that was read. If the row has moved on, it says what stands now beside what was typed.

    The form comes back with everything typed and with the version that stands: saving it again is a decision.
    """

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[READ_VERSION].initial = self.instance.version if self.instance.pk else None
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocomplete) and self.instance._state.fields_cache.get(name):
                one = self.instance._state.fields_cache[name]
                widget.known = {str(one.pk): str(one)}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and self.has_changed():
            self._refuse_if_stale()
        return cleaned

    def has_changed(self) -> bool:
        return any(name != READ_VERSION for name in self.changed_data)

    def _refuse_if_stale(self) -> None:
        stands = type(self.instance)._default_manager.select_for_update(of=("self",)).get(pk=self.instance.pk)
        if self.cleaned_data.get(READ_VERSION) == stands.version:
            return
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix(READ_VERSION)] = str(stands.version)  # type: ignore[index]
        raise ValidationError([STALE, *self._both_sides(stands)], code="stale")

    def _both_sides(self, stands: models.Model) -> list[str]:
        """A sentence for each field that differs between what stands now and what was typed."""
        sentences = []
        for name, field in self.fields.items():
            if field.widget.is_hidden or name not in self.cleaned_data or not hasattr(stands, name):
                continue
            theirs, mine = _shown(getattr(stands, name), field), _shown(self.cleaned_data[name], field)
            if theirs != mine:
                sentences.append(f"{field.label or name}: now “{theirs}”, yours “{mine}”.")
        return sentences


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


STALE = (
    "Somebody changed this since you opened it, and nothing was saved. What you typed is still here. To keep yours, save"
    " again; to keep theirs, put their values back or leave this page."
)


def _shown(value: Any, field: forms.Field) -> str:
    """A value of the field in words that two people can compare."""
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, models.QuerySet):
        return ", ".join(sorted(str(one) for one in value)) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one, field) for one in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return spelled(value)
    labels: dict[Any, Any] = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}  # type: ignore[arg-type]
    return "nothing" if value in (None, "") else str(labels.get(value, value))


class NamedFieldsFormSet(forms.BaseInlineFormSet):
    """Says the name of each field to those who can't see the head of its column."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", field.label)  # type: ignore[union-attr]


class VersionedInline(KnowsItsNames, admin.TabularInline):
    """An inline whose rows carry their versions."""

    form = VersionedForm
    formset = NamedFieldsFormSet
    extra = 0


def one_or_404(rows: models.QuerySet, key: str) -> Any:
    """The row of that key; 404 where there is none, and where an address made up holds no key at all."""
    try:
        return get_object_or_404(rows, pk=rows.model._meta.pk.to_python(key))
    except ValidationError as error:
        raise Http404 from error


class TrailAdmin(admin.ModelAdmin):
    """An admin whose history page tells the trail of the object and of what belongs to it."""

    # A filtered list doesn't count the whole table beside itself.
    show_full_result_count = False

    def told_with(self, obj: Any) -> list[models.QuerySet]:
        """The events that the history tells."""
        return [events(type(obj), pgh_obj_id=obj.pk)]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every value it ever had: who, when, by which door, why, old and new."""
        obj = one_or_404(self.get_queryset(request), object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {obj}",
            "object": obj,
            "opts": self.opts,
            "events": told(self.told_with(obj), known=obj),
        }
        return TemplateResponse(request, "admin/trail.html", context)


class VersionedAdmin(KnowsItsNames, TrailAdmin):
    """The admin of a versioned model."""

    form = VersionedForm
