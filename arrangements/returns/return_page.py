"""A return's page in the admin: what is read on it, and the deeds that its buttons ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from arrangements.returns import actions, answering, querying, undoing
from arrangements.returns.followup import deeds as flag_deeds
from arrangements.returns.followup.shown import FlagsOfReturn
from arrangements.returns.line_form import USUAL_SOURCES
from arrangements.returns.lines import Line, ReturnLines
from arrangements.returns.models import AnnualReturn, Query
from arrangements.returns.pasting import Known, Pasted, read_rows
from arrangements.returns.vocabulary import ReturnState
from councils.models import User
from sharedservices.common.errors import RuleBroken

SUBMITTED = {ReturnState.SUBMITTED, ReturnState.QUERIED}
ACCEPTED_WORDS = "The reason given is accepted"
# The part of the page that a save leads back to: what was saved, how to undo it, and the next return.
SAVED = "saved"


class ReturnPage:
    """One request for the page of one return. `may_change`: whether its reader may do more than read."""

    def __init__(self, request: HttpRequest, annual_return: AnnualReturn, *, may_change: bool) -> None:
        self.request, self.annual_return, self.may_change = request, annual_return, may_change
        self.posted = request.POST
        self.lead_to = ""
        self.pasted: list[Pasted] = []
        self.lines: ReturnLines

    # Reading

    def read(self) -> None:
        """The lines as they stand, or as they were sent."""
        deed = self.posted.get("deed", "")
        if "use" in self.posted or deed in {"save", "submit"}:
            self.lines = ReturnLines(self.annual_return, self.posted)
        elif deed == "paste" or (flag_deeds.carries_answers(self.request) and self.annual_return.is_open_for_answers):
            self.lines = ReturnLines(self.annual_return, self.posted, judged=False)
        else:
            self.lines = ReturnLines(self.annual_return)

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        lines, annual_return = self.lines.lines, self.annual_return
        is_open = self.may_change and annual_return.is_open_for_answers
        act = undoing.last_act(annual_return, self.request.user) if is_open else None
        flags = FlagsOfReturn(annual_return, lines, self.request.user)
        return {
            "annual_return": annual_return,
            "lines": lines,
            "flags": flags,
            "answered": self.lines.answered,
            "may_change": self.may_change,
            "is_open": is_open,
            "is_to_be_judged": self.may_change and annual_return.state in SUBMITTED,
            "usual_sources": USUAL_SOURCES,
            "pasted": self.pasted,
            "act": act,
            "act_ends": act and timezone.localtime(act.at) + undoing.TIME,
            "next": AnnualReturn.objects.next_waiting(annual_return) if self.may_change else None,
            "staff": flags.staff if self.may_change and any(line.queries for line in lines) else [],
            "accepted_words": ACCEPTED_WORDS,
        }

    # Deeds

    def do(self) -> HttpResponse | None:
        """Do the deed that was asked for. None, with the reason said, where the page is to be shown as it was sent."""
        try:
            response = self._do()
        except RuleBroken as refusal:
            for message in refusal.messages:
                messages.error(self.request, message)
            return None
        return response

    def _do(self) -> HttpResponse | None:
        deeds: dict[str, Callable[[], HttpResponse | bool]] = {
            "save": self._save,
            "submit": self._save_and_submit,
            "paste": self._paste,
            "undo": self._undo,
            "check": self._check,
            "accept": self._accept,
            "reopen": self._reopen,
            "query": self._query,
            "answer-query": self._answer_query,
            "settle-query": self._settle_query,
            "reopen-query": self._reopen_query,
            "assign-query": self._assign_query,
        }
        if flag_deeds.is_about_flags(self.request):
            return HttpResponseRedirect(self.request.path) if flag_deeds.do(self.request, self.annual_return) else None
        deed = deeds.get("save" if "use" in self.posted else self.posted.get("deed", ""))
        if deed is None:
            messages.error(self.request, "The form names no deed that the register knows. Nothing was saved.")
            return None
        done = deed()
        if isinstance(done, HttpResponse):
            return done
        return HttpResponseRedirect(f"{self.request.path}{f'#{self.lead_to}' if self.lead_to else ''}") if done else None

    def _said(self, name: str) -> str:
        return self.posted.get(name, "")

    def _save(self) -> bool:
        self._use_what_was_suggested()
        if not self.lines.is_valid():
            messages.error(self.request, "Nothing was saved: some lines need another look. Each says what is wrong.")
            return False
        try:
            stored = answering.record_answers(
                annual_return=self.annual_return, answers=self.lines.answers(), user=self.request.user
            )
        except answering.StaleAnswers as stale:
            self.lines.show_conflicts(stale)
            messages.error(self.request, _about_conflicts(self.lines.lines))
            return False
        except answering.ReasonsMissing as missing:
            self.lines.show_doubts(missing)
            messages.error(
                self.request,
                "Nothing was saved: some answers look unusual. Each says why; correct it, or say in ten letters or more"
                " why it is right.",
            )
            return False
        except answering.AnswersRefused as refused:
            self.lines.show_faults(refused)
            messages.error(self.request, "Nothing was saved: some lines break a rule. Each says which.")
            return False
        self.lead_to = SAVED
        changed = f"{stored} answer{'' if stored == 1 else 's'} changed"
        messages.success(self.request, f"Saved: {changed}." if stored else "Nothing had changed.")
        return True

    def _use_what_was_suggested(self) -> None:
        """The amount of the button that was pressed, as if it had been typed."""
        key, _, amount = self._said("use").partition(":")
        line = self._line(key)
        if line is not None:
            line.form.put(amount=amount)

    def _line(self, key: str) -> Line | None:
        return next((line for line in self.lines.lines if str(line.arrangement.pk) == key), None)

    def _save_and_submit(self) -> bool:
        if not self._save():
            return False
        actions.submit(annual_return=self.annual_return, user=self.request.user)
        self.lead_to = ""
        messages.success(self.request, f"{self.annual_return} is submitted.")
        return True

    def _paste(self) -> HttpResponse | bool:
        """Fill the form with what was pasted, without storing anything; a script asks for the fields alone."""
        into = self._said("into")
        self.pasted = read_rows(self._said("pasted"), self._known(), int(into) if into.isdecimal() and len(into) < 19 else None)
        for row in self.pasted:
            if row.line is not None and (line := self._line(str(row.line.pk))):
                line.form.put(**row.fields)
        if self.request.headers.get("Accept") != "application/json":
            return False
        filled = {f"line-{row.line.pk}-{name}": value for row in self.pasted if row.line for name, value in row.fields.items()}
        shown = render_to_string("admin/_pasted.html", {"pasted": self.pasted}, self.request)
        return JsonResponse({"fields": filled, "shown": shown})

    def _known(self) -> list[Known]:
        council = self.annual_return.council
        always = {council.name, council.short_name, council.gss_code}
        return [
            Known(
                pk=line.arrangement.pk,
                reference=line.arrangement.reference,
                name=line.arrangement.name,
                beside=frozenset(said.casefold() for said in [*always, *line.partners, line.arrangement.main_service.name]),
                last_amount=line.last_year.amount if line.last_year else None,
                last_outcome=line.last_year.outcome if line.last_year else "",
            )
            for line in self.lines.lines
        ]

    def _undo(self) -> bool:
        try:
            act = UUID(self._said("act"))
        except ValueError as error:
            raise RuleBroken(undoing.TOO_LATE) from error
        done = undoing.undo(annual_return=self.annual_return, act=act, user=self.request.user)
        as_before = "1 answer is as it was" if done.put_back == 1 else f"{done.put_back} answers are as they were"
        messages.success(self.request, f"Undone: {as_before} before that save.")
        if done.left_alone:
            messages.warning(self.request, f"Left alone, as changed since: {', '.join(done.left_alone)}.")
        return True

    def _check(self) -> bool:
        raised = querying.check_return(annual_return=self.annual_return, user=self.request.user)
        if not raised:
            messages.success(self.request, "The checks found nothing that isn’t asked already.")
            return True
        queries = "1 query" if raised == 1 else f"{raised} queries"
        messages.success(self.request, f"The checks raised {queries} for the council; the return stands as queried.")
        return True

    def _accept(self) -> bool:
        actions.accept(annual_return=self.annual_return, user=self.request.user)
        messages.success(self.request, f"{self.annual_return} is accepted: its answers enter the next release.")
        return True

    def _reopen(self) -> bool:
        actions.reopen(annual_return=self.annual_return, reason=self._said("reason"), user=self.request.user)
        messages.success(self.request, f"{self.annual_return} is open for answers again.")
        return True

    def _query(self) -> bool:
        line = self._line(self._said("arrangement"))
        if line is None:
            raise RuleBroken("Choose the line that the question is about.")
        querying.query(
            annual_return=self.annual_return,
            arrangement=line.arrangement,
            text=self._said("reason"),
            user=self.request.user,
        )
        self.lead_to = f"line-{line.arrangement.pk}"
        messages.success(self.request, f"The question about {line.arrangement} is recorded; the return stands as queried.")
        return True

    def _asked(self) -> Query:
        key = self._said("query")
        found = self.annual_return.queries.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        if found is None:
            raise RuleBroken("This return has no such query.")
        self.lead_to = f"line-{found.arrangement_id}"
        return found

    def _answer_query(self) -> bool:
        querying.answer_query(question=self._asked(), answer=self._said("answer"), user=self.request.user)
        messages.success(self.request, "The council’s answer is recorded.")
        return True

    def _settle_query(self) -> bool:
        querying.settle_query(question=self._asked(), decision=self._said("decision"), user=self.request.user)
        messages.success(self.request, "The query is settled.")
        return True

    def _reopen_query(self) -> bool:
        querying.reopen_query(question=self._asked(), reason=self._said("reason"), user=self.request.user)
        messages.success(self.request, "The query is open again: it waits for the council.")
        return True

    def _assign_query(self) -> bool:
        key = self._said("assigned_to")
        to = _staff().filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        if key and to is None:
            raise RuleBroken("Choose somebody of the LGA’s staff to look after the query, or nobody.")
        querying.assign_query(question=self._asked(), to=to, user=self.request.user)
        messages.success(self.request, f"The query is assigned to {to or 'nobody'}.")
        return True


def _staff() -> Any:
    """Who can look after a query."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")


def _about_conflicts(lines: list[Line]) -> str:
    moved = [line for line in lines if line.moved_on]
    answers = "1 of the answers has" if len(moved) == 1 else f"{len(moved)} of the answers have"
    said = f"Nothing was saved: {answers} been changed since you opened this page. Each such line shows both sides."
    if all(line.moved_on and line.moved_on.is_merged for line in moved):
        return f"{said} They touch different parts and are put together below: save again to keep that."
    return f"{said} What is in the form is kept if you save again."
