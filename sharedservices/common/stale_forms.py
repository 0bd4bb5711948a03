"""Forms that carry what they read, and formsets of them. A form whose row has moved on since doesn't store it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from sharedservices.common.autocompletes import bring_along_names
from sharedservices.common.row_forms import READ_VERSION

STALE = "Somebody changed this since you opened it, and nothing was saved. Open it again to see what stands now, and change that."


class CarryingForm(forms.ModelForm):
    """A form that can be held back: shown as it is, neither judged nor stored.

    Of a row without a version it carries every field as it was read; of others the links to other rows, which the trail
    of the row itself doesn't hold.
    """

    held_back = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if self.carries(field):
                field.show_hidden_initial = bool(self.instance.pk)
        bring_along_names(self)

    def carries(self, field: forms.Field) -> bool:
        return True

    def full_clean(self) -> None:
        if self.held_back:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def is_valid(self) -> bool:
        return not self.held_back and super().is_valid()


class VersionedForm(CarryingForm):
    """Carries the version that was read.

    The admin compares it with what stands before it judges the form (`reconciling`); elsewhere a stale form is refused.
    """

    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[READ_VERSION].initial = self.instance.version if self.instance.pk else None

    def carries(self, field: forms.Field) -> bool:
        return isinstance(field, forms.ModelMultipleChoiceField)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        read = self.cleaned_data.get(READ_VERSION)
        if self.instance.pk and self.has_changed() and READ_VERSION not in self.errors and read != self.instance.version:
            raise ValidationError(STALE, code="stale")
        return cleaned

    def has_changed(self) -> bool:
        return any(name != READ_VERSION for name in self.changed_data)


def held_back(form_class: Any) -> Any:
    """The form class, whose forms are held back."""
    return type(form_class.__name__, (form_class,), {"held_back": True})


class HoldableFormSet:
    """Mixed into a formset: it can be held back with all its forms."""

    is_held_back = False
    form: Any
    forms: Any

    def hold_back(self) -> None:
        """From here on its forms are shown as they are, neither judged nor stored."""
        self.is_held_back, self.form = True, held_back(self.form)

    def full_clean(self) -> None:
        if self.is_held_back:
            self._errors: list[Any] = [{} for _ in self.forms]
            self._non_form_errors = self.error_class()  # type: ignore[attr-defined]
        else:
            super().full_clean()  # type: ignore[misc]

    def is_valid(self) -> bool:
        return not self.is_held_back and super().is_valid()  # type: ignore[misc]


class NamedFieldsFormSet(HoldableFormSet, forms.BaseInlineFormSet):
    """Says the name of each field to those who can't see the head of its column."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            _name(field, str(field.label))


class VersionedListFormSet(HoldableFormSet, forms.BaseModelFormSet):
    """The rows of a list that is changed in place; each field says its name and its row's."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            _name(field, f"{field.label}: {form.instance}")


def _name(field: forms.Field, name: str) -> None:
    """Name a field that has no label of its own on the page."""
    widget = getattr(field.widget, "widget", field.widget)
    if not widget.is_hidden:  # type: ignore[union-attr]
        widget.attrs.setdefault("aria-label", name)  # type: ignore[union-attr]
