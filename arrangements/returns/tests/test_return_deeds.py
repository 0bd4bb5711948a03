"""The deeds of a return's page: submitting, accepting, reopening, checking, and all that is done with a query."""

from __future__ import annotations

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.tests.return_pages import REASON, ReturnPageTestCase
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_user


class DeedTests(ReturnPageTestCase):
    def told(self) -> list[tuple[str, str, str]]:
        """State, actor and reason of each event of the return, the latest last."""
        events = AnnualReturn.pgh_event_model.objects.filter(pgh_obj=self.annual_return).order_by("pgh_id")
        said = [(event.state, event.pgh_context.metadata if event.pgh_context else {}) for event in events]
        return [(state, each.get("user"), each.get("reason", "")) for state, each in said]

    def ask(self, text: str = "Is it for the whole arrangement?", line: int = 0) -> HttpResponse:
        return self.send("query", arrangement=self.lines[line].pk, reason=text)

    def test_submitting_saves_first_and_then_moves_on(self):
        response = self.save(*(self.answer(number, "withheld") for number in range(3)), deed="submit")
        self.assertContains(response, "Answerford Council, 2014/15 is submitted.")
        submitted = AnnualReturn.objects.get(pk=self.annual_return.pk)
        assert (submitted.state, submitted.submitted_by) == (ReturnState.SUBMITTED, self.analyst)
        assert self.told()[-1] == ("submitted", self.analyst.pk, "")

    def test_a_return_with_an_unanswered_line_is_not_submitted_and_its_answers_stay(self):
        response = self.save(self.answer(0, "withheld"), deed="submit")
        self.assertContains(response, "while lines have no answer (2: Line B, Line C).")
        assert self.state() == ReturnState.IN_PROGRESS
        assert self.stored(0).outcome == Outcome.WITHHELD

    def test_nor_is_one_with_a_wrong_line(self):
        self.save(*(self.answer(number, "figure", "abc") for number in range(3)), deed="submit")
        assert self.state() == ReturnState.NOT_STARTED

    def test_a_submitted_return_is_accepted(self):
        self.be(ReturnState.SUBMITTED)
        self.assertContains(self.send("accept"), "is accepted: its answers enter the next release.")
        accepted = AnnualReturn.objects.get(pk=self.annual_return.pk)
        assert (accepted.state, accepted.accepted_by) == (ReturnState.ACCEPTED, self.analyst)
        assert self.told()[-1] == ("accepted", self.analyst.pk, "")

    def test_one_that_isn_t_submitted_is_not(self):
        for state in [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.ACCEPTED]:
            ReportedSaving.objects.all().delete()
            self.be(state)
            self.assertContains(self.send("accept"), "be accepted: only a return that is submitted or queried can.")
            assert self.state() == state

    def test_a_question_is_asked_answered_and_settled(self):
        self.be(ReturnState.SUBMITTED)
        self.assertContains(self.ask(), "The question about Line A is recorded; the return stands as queried.")
        asked = Query.objects.get()
        assert (asked.arrangement, asked.raised_by, asked.state) == (self.lines[0], self.analyst, QueryState.OPEN)
        assert self.told()[-1] == ("queried", self.analyst.pk, "Is it for the whole arrangement?")
        self.assertContains(self.send("accept"), "aren&#x27;t settled (1). Settle them before accepting it.")

        self.assertContains(self.send("answer-query", query=asked.pk, answer="Yes, for all of it."), "answer is recorded.")
        self.assertContains(self.client.get(self.url), "Yes, for all of it.")
        self.assertContains(self.send("settle-query", query=asked.pk, decision="Confirmed by them."), "The query is settled.")
        asked.refresh_from_db()
        assert (asked.state, asked.answer, asked.decision) == (
            QueryState.SETTLED,
            "Yes, for all of it.",
            "Confirmed by them.",
        )
        assert self.state() == ReturnState.SUBMITTED

    def test_a_queried_return_takes_new_answers_and_is_submitted_again(self):
        self.be(ReturnState.QUERIED)
        self.assertContains(self.save(self.answer(0, "figure", "5,000"), deed="submit"), "is submitted.")
        assert self.stored(0).amount == 5_000

    def test_a_question_needs_a_line_of_the_return_and_words(self):
        self.be(ReturnState.SUBMITTED)
        other = make_arrangement(self.partner, self.council)
        for fields, message in [
            ({"arrangement": other.pk, "reason": REASON}, "Choose the line that the question is about."),
            ({"reason": REASON}, "Choose the line that the question is about."),
            ({"arrangement": "abc", "reason": REASON}, "Choose the line that the question is about."),
            ({"arrangement": self.lines[0].pk, "reason": "Why?"}, "Give a question of 10 letters or more"),
        ]:
            self.assertContains(self.send("query", **fields), message)
        assert not Query.objects.exists()
        assert self.state() == ReturnState.SUBMITTED

    def test_only_a_query_of_this_return_can_be_answered_and_only_until_it_is_settled(self):
        self.be(ReturnState.SUBMITTED)
        self.ask()
        asked = Query.objects.get()
        elsewhere = make_return(self.partner, self.year, ReturnState.QUERIED)
        raised = {"raised_by": self.analyst, "raised_at": "2015-04-16T09:00Z"}
        theirs = Query.objects.create(annual_return=elsewhere, arrangement=self.lines[0], text="Theirs?", **raised)
        fields = {"answer-query": "answer", "settle-query": "decision", "reopen-query": "reason", "assign-query": "assigned_to"}
        for deed, field in fields.items():
            for key in [theirs.pk, "", "abc", "9" * 30]:
                self.assertContains(self.send(deed, query=key, **{field: ""}), "This return has no such query.")
        self.assertContains(self.send("answer-query", query=asked.pk, answer="No"), "Give an answer of 10 letters or more")
        self.assertContains(self.send("settle-query", query=asked.pk, decision="No"), "Give a decision of 10 letters or more")
        self.send("settle-query", query=asked.pk, decision=REASON)
        self.assertContains(self.send("settle-query", query=asked.pk, decision=REASON), "This query is settled already.")
        self.assertContains(self.send("answer-query", query=asked.pk, answer=REASON), "This query is settled.")

    def test_an_answer_is_accepted_by_one_press_and_the_query_can_be_opened_again(self):
        self.be(ReturnState.SUBMITTED)
        self.ask()
        asked = Query.objects.get()
        self.send("answer-query", query=asked.pk, answer="Yes, for all of it.")
        self.assertContains(self.client.get(self.url), 'name="decision" maxlength="1000" value="The reason given is accepted"')
        self.send("settle-query", query=asked.pk, decision="The reason given is accepted")
        self.assertContains(self.client.get(self.url), "1 settled query")
        self.assertContains(self.send("reopen-query", query=asked.pk, reason="No"), "Give a reason of 10 letters or more")
        response = self.send("reopen-query", query=asked.pk, reason="They have withdrawn it")
        self.assertContains(response, "The query is open again: it waits for the council.")
        self.assertContains(response, "Reopened: They have withdrawn it")
        assert self.state() == ReturnState.QUERIED

    def test_a_query_leads_back_to_its_line(self):
        self.be(ReturnState.SUBMITTED)
        asked_about = self.lines[1]
        response = self.client.post(self.url, {"deed": "query", "arrangement": asked_about.pk, "reason": REASON})
        assert response["Location"] == f"{self.url}#line-{asked_about.pk}"

    def test_a_query_is_assigned_to_one_of_the_staff_or_to_nobody(self):
        self.be(ReturnState.SUBMITTED)
        self.ask()
        asked, colleague = Query.objects.get(), make_analyst("colleague@example.org")
        officer = make_user(councils=[self.council])
        response = self.client.get(self.url)
        assert colleague in response.context["staff"]
        assert officer not in response.context["staff"]
        self.assertContains(
            self.send("assign-query", query=asked.pk, assigned_to=colleague.pk), "The query is assigned to colleague@example.org."
        )
        self.assertContains(self.client.get(self.url), "assigned to colleague@example.org")
        for key in [officer.pk, "abc", "9" * 30]:
            self.assertContains(
                self.send("assign-query", query=asked.pk, assigned_to=key),
                "Choose somebody of the LGA’s staff to look after the query",
            )
        self.assertContains(self.send("assign-query", query=asked.pk), "The query is assigned to nobody.")

    def test_the_checks_are_run_over_a_submitted_return(self):
        self.be(ReturnState.SUBMITTED)
        self.assertContains(self.send("check"), "The checks found nothing that isn’t asked already.")
        for line in self.lines[:2]:
            make_saving(line, make_year(2013), 5_000_001)
        self.assertContains(self.send("check"), "The checks raised 2 queries for the council; the return stands as queried.")
        ReportedSaving.objects.filter(arrangement=self.lines[2]).update(amount=2_000_000)
        self.assertContains(self.send("check"), "The checks raised 1 query for the council")
        self.assertContains(self.client.get(self.url), "£2,000,000 is a round number of millions.")

    def test_only_a_submitted_return_is_checked(self):
        self.assertNotContains(self.client.get(self.url), "Run the checks")
        self.assertContains(self.send("check"), "can&#x27;t be checked: only a return that is submitted or queried can.")

    def test_a_return_is_reopened_for_a_reason(self):
        for state in [ReturnState.SUBMITTED, ReturnState.ACCEPTED]:
            ReportedSaving.objects.all().delete()
            self.be(state)
            self.assertContains(self.send("reopen", reason="Short"), "Give a reason of 10 letters or more")
            self.assertContains(self.send("reopen"), "Give a reason of 10 letters or more")
            assert self.state() == state
            self.assertContains(self.send("reopen", reason=REASON), "is open for answers again.")
            assert self.told()[-1] == ("in_progress", self.analyst.pk, REASON)
            self.assertContains(
                self.send("reopen", reason=REASON), "be reopened: only a return that is submitted or accepted can."
            )

    def test_the_history_tells_every_deed_with_who_by_which_door_and_why(self):
        self.save(*(self.answer(number, "figure", "5,000", f"Note {number}") for number in range(3)), deed="submit")
        self.send("reopen", reason=REASON)
        self.save(self.answer(0, "withheld"))
        url = reverse("admin:arrangements_annualreturn_history", args=[self.annual_return.pk])
        with CaptureQueriesContext(connection) as counted:
            response = self.client.get(url)
        assert len(counted) <= 12
        told = [(event.subject, event.deed, event.actor, event.door, event.reason) for event in response.context["events"]]
        assert ("Answerford Council, 2014/15", "Changed", "analyst@example.org", "admin", REASON) in told
        assert ("Line B, 2014/15: £5,000", "Added", "analyst@example.org", "admin", "") in told
        self.assertContains(response, "outcome: “Figure” → “Withheld”")
        self.assertContains(response, "amount in pounds: “5000” → “”")
        self.assertContains(response, "state: “Submitted” → “In progress”")
        submitted_at = timezone.localtime(AnnualReturn.pgh_event_model.objects.filter(state="submitted").get().submitted_at)
        self.assertContains(response, f"submitted at: “” → “20 April 2015, {submitted_at:%H:%M}”")
