"""Pages of the admin that are brought together with what stands before they store anything: forms, inlines, lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from sharedservices.common.comparing import Comparison, compared
from sharedservices.common.reconciling import Reconciled
from sharedservices.common.row_forms import READ_VERSION
from sharedservices.common.sent_rows import SentRows
from sharedservices.common.stale_forms import CarryingForm, HoldableFormSet, VersionedForm, VersionedListFormSet, held_back


def comparisons_of(request: HttpRequest) -> list[Comparison]:
    """What must be shown before the request may store anything."""
    return getattr(request, "comparisons", [])


def locked(rows: models.QuerySet) -> dict[Any, models.Model]:
    """The rows by key, locked until the transaction ends."""
    return {row.pk: row for row in rows.select_for_update(of=("self",))}


class CarriesVersions:
    """Mixed into an admin or an inline: the version that was read stands in its form, unless nothing can be changed there."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        given = super().get_fieldsets(request, obj)  # type: ignore[misc]
        may_change = self.has_change_permission(request, obj)  # type: ignore[attr-defined]
        bare = [
            (name, {**options, "fields": [each for each in options["fields"] if each != READ_VERSION]}) for name, options in given
        ]
        if not may_change or not bare or not issubclass(self.form, VersionedForm):  # type: ignore[attr-defined]
            return bare
        name, options = bare[0]
        return [(name, {**options, "fields": [*options["fields"], READ_VERSION]}), *bare[1:]]


class GuardedDeletion:
    """Mixed into a ModelAdmin: what has changed since its deletion was looked at stays, and is looked at once more."""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The row is locked before its version is compared, and stays so until it is gone."""
        known = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if known is None or not self.has_delete_permission(request, known):  # type: ignore[attr-defined]
            return super().delete_view(request, object_id, extra_context)  # type: ignore[misc]
        with transaction.atomic():
            if request.method == "POST":
                [known] = locked(type(known)._base_manager.filter(pk=known.pk)).values()
                if request.POST.get(READ_VERSION) != str(known.version):  # type: ignore[attr-defined]
                    messages.error(
                        request,
                        f"Nothing was deleted: {known} has been changed since you opened this page. Its history says what"
                        " changed. Confirm once more if it is still to go.",
                    )
                    return HttpResponseRedirect(request.get_full_path())
            shown = {**(extra_context or {}), "read_version": known.version}  # type: ignore[attr-defined]
            return super().delete_view(request, object_id, shown)  # type: ignore[misc]


class ReconciledForms:
    """Mixed into a ModelAdmin: a page of it that rests on an old reading comes back with base, theirs and mine, not stored."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Rows are locked before they are compared, and stay so until they are stored."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        with transaction.atomic():
            self._reconcile_form(request, object_id)
            shown = {**(extra_context or {}), "comparisons": comparisons_of(request)}
            return super().changeform_view(request, object_id, form_url, shown)  # type: ignore[misc]

    def _reconcile_form(self, request: HttpRequest, object_id: str) -> None:
        known = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if known is None or not self.has_change_permission(request, known):  # type: ignore[attr-defined]
            return  # Django says so
        page = Reconciled(request.POST)
        fields = flatten_fieldsets(self.get_fieldsets(request, known))  # type: ignore[attr-defined]
        form_class = self.get_form(request, known, change=True, fields=fields)  # type: ignore[attr-defined]
        page.row(form_class, locked(type(known)._base_manager.filter(pk=known.pk))[known.pk])
        for formset, inline, prefix in self._inlines_that_change(request, known):
            standing = locked(inline.get_queryset(request).filter(**{formset.fk.name: known}))
            page.rows(formset.form, prefix, standing, fixed={formset.fk.name})
        request.POST = page.data  # type: ignore[assignment]
        request.comparisons = compared(page.moved, known)  # type: ignore[attr-defined]

    def _inlines_that_change(self, request: HttpRequest, known: models.Model) -> Iterator[tuple[Any, Any, str]]:
        """The inlines whose rows can be stored, with the prefixes that Django gives them."""
        given: dict[str, int] = {}
        for formset, inline in self.get_formsets_with_inlines(request, known):  # type: ignore[attr-defined]
            prefix = formset.get_default_prefix()
            given[prefix] = given.get(prefix, 0) + 1
            if given[prefix] > 1:
                prefix = f"{prefix}-{given[prefix]}"
            if inline.has_change_permission(request, known) and issubclass(formset.form, CarryingForm):
                yield formset, inline, prefix

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        return held_back(form_class) if comparisons_of(request) else form_class

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, instances = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        for each in formsets:
            if comparisons_of(request) and isinstance(each, HoldableFormSet):
                each.hold_back()
        return formsets, instances


class ReconciledList:
    """Mixed into a ModelAdmin: a list that is changed in place (`list_editable`) carries the version of each of its rows."""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": VersionedForm, **kwargs})  # type: ignore[misc]

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        formset = super().get_changelist_formset(request, **{"formset": VersionedListFormSet, **kwargs})  # type: ignore[misc]
        if not comparisons_of(request):
            return formset
        return type(formset.__name__, (formset,), {"is_held_back": True, "form": held_back(formset.form)})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Rows are locked before they are compared, and stay so until they are stored."""
        if request.method != "POST" or "_save" not in request.POST or not self.list_editable:  # type: ignore[attr-defined]
            return super().changelist_view(request, extra_context)  # type: ignore[misc]
        with transaction.atomic():
            self._reconcile_list(request)
            shown = {**(extra_context or {}), "comparisons": comparisons_of(request)}
            return super().changelist_view(request, shown)  # type: ignore[misc]

    def _reconcile_list(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            return  # Django says so
        formset = self.get_changelist_formset(request)
        prefix = formset.get_default_prefix()
        sent = [row.key for row in SentRows(request.POST, prefix).initial]
        page = Reconciled(request.POST)
        page.rows(formset.form, prefix, locked(formset.model._base_manager.filter(pk__in=sent)), are_all=False)
        # The list may show other rows by now, in another order; Django tells the forms apart by their place alone.
        page.put_in_order(formset.form, prefix, self.get_changelist_instance(request).result_list)  # type: ignore[attr-defined]
        request.POST = page.data  # type: ignore[assignment]
        request.comparisons = compared(page.moved)  # type: ignore[attr-defined]
