"""The pages of chasing, which hang in the desk: who owes an answer, one return's contacts, and how complete a year is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from arrangements.returns.chasing import actions, deeds
from arrangements.returns.chasing.completeness import completeness_of
from arrangements.returns.chasing.deeds import may, must_may
from arrangements.returns.chasing.drafts import Drafts, for_page
from arrangements.returns.chasing.filters import ChasingFilter, listed_for
from arrangements.returns.chasing.models import CouncilContact, Reminder
from arrangements.returns.chasing.vocabulary import Means
from arrangements.returns.models import AnnualReturn, FinancialYear
from sharedservices.common.filters import BadFilters
from sharedservices.common.paging import ROWS_A_PAGE
from sharedservices.common.today import today
from sharedservices.common.versioned_admin import one_or_404


def chasing(request: HttpRequest) -> HttpResponse:
    """`/admin/chasing/`: each council's return by days late and silence, and the reminders held for approval."""
    must_may(request, "view_councilcontact", "view_annualreturn")
    drafts = None
    if request.method == "POST":
        drafts = deeds.do(request)
        if drafts is None:
            return HttpResponseRedirect(request.get_full_path())
    try:
        filterset, rows = listed_for(request)
        page = _page(rows, request.GET.get("page"), "page")
        in_hand = for_page(Reminder.objects.in_hand().filter(annual_return__year=filterset.year_shown))
        drafts = drafts or Drafts(_page(in_hand, request.GET.get("drafts"), "drafts"))
    except BadFilters as refusal:
        faults = [problem["message"] for problem in refusal.problems]
        return _answer(request, "admin/chasing_refused.html", status=400, title="Chasing", faults=faults)
    year = filterset.year_shown
    outstanding = [row for row in rows if row.is_outstanding]
    return _answer(
        request,
        "admin/chasing.html",
        title=f"Chasing: {year}" if year else "Chasing",
        year=year,
        days_left=(year.closes_on - today()).days if year and year.closes_on else None,
        filter=filterset,
        listed=len(rows),
        outstanding=len(outstanding),
        out_of_reach=sum(not row.addresses for row in outstanding),
        to_draft=sum(bool(row.addresses) and not row.has_reminder_in_hand for row in outstanding),
        page_obj=page,
        drafts=drafts,
        may_draft=may(request, "add_reminder"),
        may_send=may(request, "change_reminder"),
        may_add_contact=may(request, "add_councilcontact"),
    )


def completeness(request: HttpRequest) -> HttpResponse:
    """`/admin/chasing/completeness/`: what a year expects and what it has, for every cut; numbers lead to their list."""
    must_may(request, "view_annualreturn")
    filterset = ChasingFilter(request.GET, queryset=AnnualReturn.objects.all(), request=request)
    try:
        filterset.refuse_bad()
    except BadFilters as refusal:
        faults = [problem["message"] for problem in refusal.problems]
        return _answer(request, "admin/chasing_refused.html", status=400, title="Completeness", faults=faults)
    year = filterset.year_shown
    return _answer(
        request,
        "admin/completeness.html",
        title=f"Completeness: {year}" if year else "Completeness",
        year=year,
        years=FinancialYear.objects.filter(opens_on__lte=today()),
        found=completeness_of(year) if year else None,
    )


class ContactMadeForm(forms.Form):
    """A call, letter or meeting to be recorded."""

    means = forms.ChoiceField(choices=Means.choices, label="How")
    on = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(
        max_length=2_000,
        label="Whom you reached and what came of it",
        error_messages={"required": "Say in a few words whom you reached and what came of it."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def chasing_of_return(request: HttpRequest, key: str) -> HttpResponse:
    """`/admin/chasing/<key>/`: a return's addresses, its reminders with their words, and every call, letter and meeting."""
    must_may(request, "view_councilcontact", "view_annualreturn")
    returns = AnnualReturn.objects.visible_to(request.user).select_related("council", "year").for_chasing(today())
    annual_return = one_or_404(returns, key)
    form = ContactMadeForm(request.POST or None, initial={"on": today()})
    if request.method == "POST":
        must_may(request, "add_contactmade")
        if form.is_valid() and _record(request, annual_return, form):
            return HttpResponseRedirect(request.path)
    contacts = CouncilContact.objects.filter(council__in=[annual_return.council_id, *annual_return.successor_ids])
    return _answer(
        request,
        "admin/chasing_return.html",
        title=f"Contact about {annual_return}",
        annual_return=annual_return,
        contacts=contacts.select_related("council"),
        reminders=annual_return.reminders.select_related("drafted_by", "approved_by"),
        contacts_made=annual_return.contacts_made.select_related("made_by"),
        form=form,
        may_record=may(request, "add_contactmade"),
        may_add_contact=may(request, "add_councilcontact"),
    )


def _record(request: HttpRequest, annual_return: Any, form: ContactMadeForm) -> bool:
    given = form.cleaned_data
    try:
        actions.record_contact(
            annual_return=annual_return, means=given["means"], note=given["note"], on=given["on"], user=request.user
        )
    except ValidationError as error:
        for field, told in error.message_dict.items():
            form.add_error({"made_on": "on", "note": "note", "means": "means"}.get(field), told)
        return False
    messages.success(request, "Recorded.")
    return True


def _page(rows: Any, asked: str | None, name: str) -> Page:
    """The page of that number, the first where none is asked for; the last for a number that is too high."""
    if asked and not (asked.isascii() and asked.isdigit()):
        message = f"{name}: “{asked[:40]}” is not the number of a page."
        raise BadFilters([{"name": name, "value": asked, "message": message}])
    return Paginator(rows, ROWS_A_PAGE).get_page(asked[:6] if asked else 1)


def _answer(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)
