"""Changes to many rows in the admin: an action opens a page that says how many, asks what is needed, and reports by row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from sharedservices.common.bulk import MOST_ROWS, BulkDeed, BulkForm, Result, Versions, run
from sharedservices.common.sent_rows import as_number

# Rows that the page names; it says how many more there are.
SHOWN = 20
# Faults that the page lists at once.
MOST_LISTED = 500


def versions_in(text: str) -> Versions:
    """Versions by key, of what a page carries as `1:3,2:1`; what isn't of that form is left out."""
    pairs = (pair.partition(":") for pair in text.split(","))
    read = ((as_number(key), as_number(version)) for key, _, version in pairs)
    return {key: version for key, version in read if key is not None and version is not None}


def carried(versions: Versions) -> str:
    """The versions as a page carries them."""
    return ",".join(f"{key}:{version}" for key, version in versions.items())


class BulkAdmin:
    """Mixed into a ModelAdmin: `bulk_deeds` are its actions."""

    bulk_deeds: Sequence[BulkDeed] = ()

    opts: Any
    admin_site: Any

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)  # type: ignore[misc]
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            return actions
        return {**actions, **{f"bulk-{d.name}": (partial(_open, d), f"bulk-{d.name}", d.title) for d in self.bulk_deeds}}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list carries the versions of its rows. A deed that is chosen there needs no list to be read again."""
        chosen = self._chosen(request) if request.method == "POST" else None
        if chosen is not None:
            if not self.has_change_permission(request):  # type: ignore[attr-defined]
                raise PermissionDenied
            response = self.open_bulk(request, chosen, self._ticked(request))
            return response or HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, {**(extra_context or {}), "carries_versions": True})  # type: ignore[misc]

    def _chosen(self, request: HttpRequest) -> BulkDeed | None:
        """The deed that was chosen above or below the list, if it is one of these and rows are ticked."""
        offered, pressed = request.POST.getlist("action"), as_number(request.POST.get("index", ""))
        if pressed is None or pressed >= len(offered) or ACTION_CHECKBOX_NAME not in request.POST:
            return None
        return next((deed for deed in self.bulk_deeds if offered[pressed] == f"bulk-{deed.name}"), None)

    def _ticked(self, request: HttpRequest) -> models.QuerySet:
        if request.POST.get("select_across") == "1":
            return self.get_changelist_instance(request).get_queryset(request)  # type: ignore[attr-defined]
        keys = [key for key in map(as_number, request.POST.getlist(ACTION_CHECKBOX_NAME)) if key is not None]
        return self.get_queryset(request).filter(pk__in=keys)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        address = path("bulk/<slug:name>/", self.admin_site.admin_view(self.bulk_view), name=self._url_name("bulk"))
        return [address, *super().get_urls()]  # type: ignore[misc]

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def open_bulk(self, request: HttpRequest, deed: BulkDeed, ticked: models.QuerySet) -> HttpResponse | None:
        """The page for the rows that were ticked, at the versions at which the list showed them."""
        standing: Versions = dict(ticked.order_by().values_list("pk", "version"))
        if len(standing) > MOST_ROWS:
            refusal = (
                f"{len(standing):,} rows are ticked; {MOST_ROWS:,} can be changed at once. Narrow the list with its filters."
            )
            messages.error(request, refusal)
            return None
        listed = versions_in(request.POST.get("as_listed", ""))
        versions = {key: listed.get(key, version) for key, version in standing.items()}
        return self._page(request, deed, versions, deed.form(), back=request.get_full_path())

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Judge, or do, what the page asks for."""
        deed = next((each for each in self.bulk_deeds if each.name == name), None)
        if deed is None:
            raise Http404
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        versions = versions_in(request.POST.get("rows", ""))
        back = self._back(request)
        if request.method != "POST" or not 0 < len(versions) <= MOST_ROWS:
            messages.warning(request, "Tick the rows to change, and choose what to do with them.")
            return HttpResponseRedirect(back)
        if request.POST.get("include"):
            versions |= {key: version for key, version in versions_in(request.POST.get("stale", "")).items() if key in versions}
        form = deed.form(request.POST)
        if not form.is_valid():
            return self._page(request, deed, versions, form, back=back)
        seen = list(self.get_queryset(request).filter(pk__in=versions).order_by().values_list("pk", flat=True))  # type: ignore[attr-defined]
        only_look = "look" in request.POST
        result = run(deed, versions, form.cleaned_data, request.user, seen=seen, only_look=only_look)
        if result.is_stored and not result.refused:
            messages.success(request, result.said)
            return HttpResponseRedirect(back)
        return self._page(request, deed, versions, form, back=back, result=result, only_looked=only_look)

    def _back(self, request: HttpRequest) -> str:
        """The list that the rows were ticked in, with its filters."""
        the_list = reverse(f"admin:{self._url_name('changelist')}")
        back = request.POST.get("back", "")
        return back if back == the_list or back.startswith(f"{the_list}?") else the_list

    def _page(
        self,
        request: HttpRequest,
        deed: BulkDeed,
        versions: Versions,
        form: BulkForm,
        *,
        back: str,
        result: Result | None = None,
        only_looked: bool = False,
    ) -> HttpResponse:
        some = list(deed.rows(list(versions)[:SHOWN]).prefetch_related(None)) if result is None else []
        context = {
            **self.admin_site.each_context(request),
            "title": deed.title,
            "opts": self.opts,
            "form": form,
            "how_many": len(versions),
            "noun": self.opts.verbose_name if len(versions) == 1 else self.opts.verbose_name_plural,
            "shown": [(row, deed.link(row), deed.now(row)) for row in some],
            "more": len(versions) - len(some),
            "rows": carried(versions),
            "back": back,
            "address": reverse(f"admin:{self._url_name('bulk')}", args=[deed.name]),
            "result": result,
            "only_looked": only_looked,
            "stale": carried({each.key: each.row.version for each in result.stale}) if result else "",
            "refused": [
                (
                    str(each.row) if each.row is not None else f"Number {each.key}",
                    deed.link(each.row) if each.row is not None else "",
                    each.faults,
                )
                for each in (result.refused[:MOST_LISTED] if result else [])
            ],
        }
        return TemplateResponse(request, "admin/bulk.html", context)


def _open(deed: BulkDeed, its_admin: BulkAdmin, request: HttpRequest, ticked: models.QuerySet) -> HttpResponse | None:
    return its_admin.open_bulk(request, deed, ticked)
