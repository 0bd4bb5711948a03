"""Where analysts run a collection: years, returns with all their lines on one page, and the queries about them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from arrangements.returns import actions, answering, querying
from arrangements.returns.lines import ReturnLines
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from sharedservices.common.errors import RuleBroken
from sharedservices.common.forgiving_admin import Forgiving
from sharedservices.common.trail import events
from sharedservices.common.versioned_admin import TrailAdmin, VersionedAdmin, one_or_404


@admin.register(FinancialYear)
class FinancialYearAdmin(VersionedAdmin):
    """Years and their collections. The action opens the collection of a year."""

    list_display = ["__str__", "starts_on", "ends_on", "opens_on", "closes_on"]
    fields = ["starts_on", "opens_on", "closes_on", "read_version"]
    actions = ["open_collection"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["starts_on"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Open the collection: one return for each council asked", permissions=["change"])
    def open_collection(self, request: HttpRequest, years: QuerySet) -> None:
        for year in years:
            try:
                made = actions.open_collection(year=year, user=request.user)
            except RuleBroken as refusal:
                for message in refusal.messages[:10]:
                    self.message_user(request, message, messages.ERROR)
            else:
                self.message_user(request, f"{year}: {made} returns made; councils that had one keep it.", messages.SUCCESS)


@admin.register(AnnualReturn)
class AnnualReturnAdmin(Forgiving, TrailAdmin):
    """Returns. A return's page answers all its lines and moves it on."""

    list_display = ["council_name", "year", "state", "answered_of_lines", "open_queries_count", "submitted_at"]
    list_filter = ["year", "state", "council__region", "council__kind"]
    search_fields = ["council__name"]
    search_help_text = "Any name or code of the council, present or former. One letter may be wrong."

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        returns = AnnualReturn.objects.visible_to(request.user).select_related("council", "year")
        return returns.with_progress().with_open_queries()

    @admin.display(description="council", ordering="council__short_name")
    def council_name(self, annual_return: AnnualReturn) -> str:
        return annual_return.council.name

    @admin.display(description="answered")
    def answered_of_lines(self, annual_return: Any) -> str:
        return f"{annual_return.answered} of {annual_return.lines}"

    @admin.display(description="open queries", ordering="open_queries")
    def open_queries_count(self, annual_return: Any) -> int:
        return annual_return.open_queries

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Returns are made by opening a collection."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def told_with(self, obj: AnnualReturn) -> list[models.QuerySet]:
        """The return, the answers to its lines, and its queries."""
        lines = AnnualReturn.lines(obj)  # on `obj` itself the name holds their number
        answers = events(ReportedSaving, year=obj.year_id, arrangement__in=lines)
        return [*super().told_with(obj), answers, events(Query, annual_return=obj.pk)]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The return's page: all lines, last year beside each, and the deeds that its state allows."""
        returns = AnnualReturn.objects.visible_to(request.user).select_related("council", "year")
        annual_return = one_or_404(returns, object_id)
        if not self.has_view_or_change_permission(request, annual_return):
            raise PermissionDenied
        lines = ReturnLines(annual_return)
        if request.method == "POST":
            if not self.has_change_permission(request, annual_return):
                raise PermissionDenied
            lines = ReturnLines(annual_return, request.POST) if request.POST.get("deed") in {"save", "submit"} else lines
            if self._do(request, annual_return, lines):
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": str(annual_return),
            "opts": self.opts,
            "annual_return": annual_return,
            "lines": lines.lines,
            "may_change": self.has_change_permission(request, annual_return),
        }
        return TemplateResponse(request, "admin/annual_return.html", context, status=200)

    def _do(self, request: HttpRequest, annual_return: AnnualReturn, lines: ReturnLines) -> bool:
        """Do the deed that was asked for; False, with the reason said, if it is refused."""
        deeds = {
            "save": lambda: self._save(request, annual_return, lines),
            "submit": lambda: self._save(request, annual_return, lines) and self._submit(request, annual_return),
            "accept": lambda: self._accept(request, annual_return),
            "reopen": lambda: self._reopen(request, annual_return),
            "query": lambda: self._query(request, annual_return, lines),
            "answer-query": lambda: self._answer_query(request, annual_return),
            "settle-query": lambda: self._settle_query(request, annual_return),
        }
        deed = deeds.get(request.POST.get("deed", ""))
        if deed is None:
            messages.error(request, "The form names no deed that the register knows. Nothing was saved.")
            return False
        try:
            return deed()
        except RuleBroken as refusal:
            for message in refusal.messages:
                messages.error(request, message)
            return False

    def _save(self, request: HttpRequest, annual_return: AnnualReturn, lines: ReturnLines) -> bool:
        if not lines.is_valid():
            messages.error(request, "Nothing was saved: some lines need another look. Each says what is wrong.")
            return False
        try:
            stored = answering.record_answers(annual_return=annual_return, answers=lines.answers(), user=request.user)
        except answering.StaleAnswers as stale:
            lines.show_conflicts(stale)
            messages.error(
                request,
                f"Nothing was saved: {len(stale.conflicts)} of the answers changed since you opened this page. Each such"
                " line shows what stands now beside yours. Save again to keep yours.",
            )
            return False
        except answering.ReasonsMissing as missing:
            lines.show_doubts(missing)
            messages.error(
                request,
                "Nothing was saved: some answers look unusual. Each says why; correct it, or say in ten letters or more"
                " why it is right.",
            )
            return False
        except ValidationError as error:
            lines.show_errors(error)
            messages.error(request, "Nothing was saved: some lines break a rule. Each says which.")
            return False
        changed = f"{stored} answer{'' if stored == 1 else 's'} changed"
        messages.success(request, f"Saved: {changed}." if stored else "Nothing had changed.")
        return True

    def _submit(self, request: HttpRequest, annual_return: AnnualReturn) -> bool:
        actions.submit(annual_return=annual_return, user=request.user)
        messages.success(request, f"{annual_return} is submitted.")
        return True

    def _accept(self, request: HttpRequest, annual_return: AnnualReturn) -> bool:
        actions.accept(annual_return=annual_return, user=request.user)
        messages.success(request, f"{annual_return} is accepted: its answers enter the next release.")
        return True

    def _reopen(self, request: HttpRequest, annual_return: AnnualReturn) -> bool:
        actions.reopen(annual_return=annual_return, reason=request.POST.get("reason", ""), user=request.user)
        messages.success(request, f"{annual_return} is open for answers again.")
        return True

    def _query(self, request: HttpRequest, annual_return: AnnualReturn, lines: ReturnLines) -> bool:
        asked_about = request.POST.get("arrangement", "")
        arrangement = next((line.arrangement for line in lines.lines if str(line.arrangement.pk) == asked_about), None)
        if arrangement is None:
            raise RuleBroken("Choose the line that the question is about.")
        querying.query(
            annual_return=annual_return, arrangement=arrangement, text=request.POST.get("reason", ""), user=request.user
        )
        messages.success(request, f"The question about {arrangement} is recorded; the return stands as queried.")
        return True

    def _asked(self, request: HttpRequest, annual_return: AnnualReturn) -> Query:
        key = request.POST.get("query", "")
        found = annual_return.queries.filter(pk=key).first() if key.isdecimal() else None
        if found is None:
            raise RuleBroken("This return has no such query.")
        return found

    def _answer_query(self, request: HttpRequest, annual_return: AnnualReturn) -> bool:
        asked = self._asked(request, annual_return)
        querying.answer_query(question=asked, answer=request.POST.get("reason", ""), user=request.user)
        messages.success(request, "The council’s answer is recorded.")
        return True

    def _settle_query(self, request: HttpRequest, annual_return: AnnualReturn) -> bool:
        asked = self._asked(request, annual_return)
        querying.settle_query(question=asked, decision=request.POST.get("reason", ""), user=request.user)
        messages.success(request, "The query is settled.")
        return True
