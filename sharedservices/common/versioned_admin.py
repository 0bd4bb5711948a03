"""The admin over versioned rows: what rests on an old reading is shown and not stored, and the history tells the trail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from sharedservices.common.autocompletes import KnowsItsNames
from sharedservices.common.row_forms import READ_VERSION
from sharedservices.common.stale_forms import CarryingForm, NamedFieldsFormSet, VersionedForm
from sharedservices.common.stale_pages import CarriesVersions, GuardedDeletion, ReconciledForms, ReconciledList
from sharedservices.common.trail import events, told


class VersionedInline(CarriesVersions, KnowsItsNames, admin.TabularInline):
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
    # An address typed without one is taken for a secure one.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

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
            # A link made or broken raises the version of its row, which is no news beside the link's own event.
            "events": [each for each in told(self.told_with(obj), known=obj) if each.changes or each.deed != "Changed"],
        }
        return TemplateResponse(request, "admin/trail.html", context)


class VersionedAdmin(CarriesVersions, ReconciledForms, ReconciledList, GuardedDeletion, KnowsItsNames, TrailAdmin):
    """The admin of a versioned model."""

    form = VersionedForm


__all__ = [
    "READ_VERSION",
    "CarryingForm",
    "NamedFieldsFormSet",
    "TrailAdmin",
    "VersionedAdmin",
    "VersionedForm",
    "VersionedInline",
    "one_or_404",
]
