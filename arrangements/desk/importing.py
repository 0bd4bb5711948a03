"""The pages of an import: choosing a file, how far it is, the preview with its repairs, confirming, and the copy with faults."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arrangements.desk.import_deeds import do, here, put_right, say, work
from arrangements.desk.import_effect import keep_effect
from arrangements.desk.import_shown import preview
from arrangements.returns.importing import steps, uploads
from arrangements.returns.importing.committing import MAY_IMPORT
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.rows import RowKind
from arrangements.returns.importing.rules import reasons
from arrangements.returns.importing.staging import NotKept, Upload
from arrangements.returns.models import FinancialYear
from arrangements.returns.workbook.reading import LARGEST_UPLOAD
from arrangements.returns.workbook.writing import copy_with_faults
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_FILE_NAME = 120


class FileForm(forms.Form):
    """Which file, and for which year."""

    year = forms.ModelChoiceField(
        FinancialYear.objects.collected().order_by("-starts_on"), to_field_name="slug", label="Financial year", empty_label=None
    )
    file = forms.FileField(
        label="File",
        help_text="The year’s workbook with answers, or any Excel, OpenDocument or CSV file with columns for the arrangement,"
        " the outcome and the amount. 10 MB at most.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty. Save it in your spreadsheet program, and choose it again.",
        },
    )

    def clean_file(self) -> Any:
        """Refused by its size before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                f"The file has {file.size / 1_048_576:,.1f} MB; the register takes {LARGEST_UPLOAD // 1_048_576} MB at most."
                " Upload its rows in several files."
            )
        return file


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file and have it checked. Nothing of the register changes."""
    _must_may(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = _staged(request, form)
        try:
            with uploads.held(upload.token, upload.head.owner) as held:
                work(held, at_once=form.cleaned_data["file"].size <= steps.READ_AT_ONCE)
        except RuleBroken as refusal:
            upload.forget()
            for message in refusal.messages:
                form.add_error("file", message)
        else:
            return HttpResponseRedirect(reverse("admin:import-preview", args=[upload.token]))
    context = {"form": form, "open_uploads": uploads.open_uploads(request.user.pk or 0), "largest": LARGEST_UPLOAD}
    return _page(request, "admin/import_start.html", "Import returns", context)


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, token: str) -> HttpResponse:
    """The preview; or how far the checking is, which each look takes a step further."""
    _must_may(request)
    owner = request.user.pk or 0
    try:
        upload = uploads.opened(token, owner)
        if upload.head.import_made is not None:
            return HttpResponseRedirect(reverse("admin:arrangements_returnimport_change", args=[upload.head.import_made]))
        if request.method == "POST":
            return do(request, token)
        if not upload.head.is_ready:
            with uploads.held(token, owner) as upload:
                steps.advance(upload)
                keep_effect(upload)
        return _preview(request, upload) if upload.head.is_ready else _progress(request, upload)
    except NotKept:
        return _gone(request)
    except RuleBroken as refusal:
        uploads.opened(token, owner).forget()
        say(request, refusal)
        return HttpResponseRedirect(reverse("admin:import-start"))


@require_POST
def put_row_right(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Put one row right."""
    _must_may(request)
    try:
        return put_right(request, token, number)
    except NotKept:
        return _gone(request)


@require_GET
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """The rows as they were read, with a column that says what is wrong."""
    _must_may(request)
    try:
        upload = uploads.opened(token, request.user.pk or 0)
        rows = upload.judged(upload.numbers(RowKind.FAULTY))
        faults = [(row.number, fault.column, fault.message) for row in rows for fault in row.faults]
        content = copy_with_faults(upload.table(), faults)
    except NotKept:
        return _gone(request)
    response = HttpResponse(content, content_type=XLSX)
    name = "".join(letter for letter in PurePath(upload.head.file_name).stem if letter.isalnum() or letter in " -_.")[:60]
    response["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "ignore").decode()} to correct.xlsx"'
    return response


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Why each rule is there."""
    _must_may(request)
    return _page(request, "admin/import_rules.html", "What is checked", {"rules": reasons()})


def _staged(request: HttpRequest, form: FileForm) -> Upload:
    file = form.cleaned_data["file"]
    content = file.read()
    return uploads.stage(
        owner=request.user.pk or 0,
        year=form.cleaned_data["year"].slug,
        file_name=PurePath(file.name).name[:LONGEST_FILE_NAME],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        at=now().isoformat(),
    )


def _must_may(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_IMPORT):
        raise PermissionDenied


def _preview(request: HttpRequest, upload: Upload) -> HttpResponse:
    shown = {**preview(upload, request.GET, request.user), "here": here(request.GET)}
    return _page(request, "admin/import_preview.html", f"Import of {upload.head.file_name}", shown)


def _progress(request: HttpRequest, upload: Upload) -> HttpResponse:
    doing, share = steps.progress(upload)
    told = {"upload": upload, "head": upload.head, "doing": doing, "share": share}
    response = _page(request, "admin/import_progress.html", f"Import of {upload.head.file_name}", told)
    response["Refresh"] = "1"
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, "admin/import_gone.html", "This upload isn’t here", {}, status=404)


def _page(request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    told = {**admin.site.each_context(request), "title": title, "opts": ReturnImport._meta, **context}
    return TemplateResponse(request, template, told, status=status)
