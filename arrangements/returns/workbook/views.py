"""Downloading the workbook: the year's, one council's, or all councils' in one archive. Parts of the admin of returns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.workbook.writing import file_name, workbook, zip_of_workbooks
from councils.models import Council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.versioned_admin import one_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"

may_see_returns = permission_required("arrangements.view_annualreturn", raise_exception=True)


@require_safe
@may_see_returns
def year_workbook(request: HttpRequest, year: str) -> HttpResponse:
    """The workbook of all returns of the year that the user may see."""
    of_year = get_object_or_404(FinancialYear, slug=year)
    return _download(request, of_year, AnnualReturn.objects.visible_to(request.user).filter(year=of_year), XLSX)


@require_safe
@may_see_returns
def year_workbooks(request: HttpRequest, year: str) -> HttpResponse:
    """The same as one workbook for each council, in one archive."""
    of_year = get_object_or_404(FinancialYear, slug=year)
    return _download(request, of_year, AnnualReturn.objects.visible_to(request.user).filter(year=of_year), ZIP)


@require_safe
@may_see_returns
def own_workbook(request: HttpRequest, object_id: str) -> HttpResponse:
    """The workbook of one return."""
    returns: Any = AnnualReturn.objects.visible_to(request.user).select_related("council", "year")
    annual_return = one_or_404(returns, object_id)
    return _download(request, annual_return.year, returns.filter(pk=annual_return.pk), XLSX, annual_return.council)


def _download(
    request: HttpRequest, year: FinancialYear, returns: QuerySet, kind: str, council: Council | None = None
) -> HttpResponse:
    """The file; or, where there is none to give, the list of returns and the reason."""
    try:
        if not returns.exists():
            raise RuleBroken(
                f"{year} has no returns yet. Open its collection first: choose the year, and the action that opens it."
            )
        content = zip_of_workbooks(year, returns) if kind == ZIP else workbook(year, returns)
    except RuleBroken as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return redirect("admin:arrangements_annualreturn_changelist")
    response = HttpResponse(content, content_type=kind)
    name = file_name(year, council, "zip" if kind == ZIP else "xlsx")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
