"""A return's page in the admin: its lines, what saving and each deed do and refuse, and who may."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import (
    make_analyst,
    make_arrangement,
    make_publisher,
    make_return,
    make_saving,
    make_service,
    make_year,
)
from councils.tests.builders import make_council, make_user

STALE = "Nothing was saved: 1 of the answers changed since you opened this page."
WRONG = "Nothing was saved: some lines need another look."
REASON = "The director has confirmed the figure"


# A deed takes its rows again, under a lock: more than once in one request.
@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class ReturnPageTestCase(TestCase):
    """A council's return for 2014/15 with three lines, and an analyst before it."""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.council = make_year(2014), make_council("Answerford Council")
        cls.partner = make_council("Partnerley Council")
        cls.lines = [
            make_arrangement(cls.council, cls.partner, name=f"Line {letter}", service=make_service(f"service-{letter.lower()}"))
            for letter in "ABC"
        ]
        cls.annual_return = make_return(cls.council, cls.year)
        cls.analyst = make_analyst("analyst@example.org")

    def setUp(self):
        self.client.force_login(self.analyst)
        self.url = reverse("admin:arrangements_annualreturn_change", args=[self.annual_return.pk])

    def as_read(self) -> dict[str, Any]:
        """The fields that the page shows now, as a browser would send them back."""
        sent = {}
        for line in self.client.get(self.url).context["lines"]:
            for field in line.form:
                sent[field.html_name] = "" if field.value() is None else field.value()
        return sent

    def answer(self, line: int, outcome: str = "", amount: str = "", note: str | None = None) -> dict[str, Any]:
        """The fields of one line as somebody fills them in, with a source or reason where there is an outcome."""
        note = ("Council return" if outcome else "") if note is None else note
        prefix = f"line-{self.lines[line].pk}"
        return {f"{prefix}-outcome": outcome, f"{prefix}-amount": amount, f"{prefix}-note": note}

    def send(self, deed: str = "save", **fields: Any) -> HttpResponse:
        return self.client.post(self.url, {"deed": deed, **fields}, follow=True)

    def save(self, *answers: dict[str, Any], read: dict[str, Any] | None = None, deed: str = "save") -> HttpResponse:
        """Send what was read, with the answers filled in over it."""
        sent = dict(self.as_read() if read is None else read)
        for each in answers:
            sent |= each
        return self.send(deed, **sent)

    def stored(self, line: int) -> ReportedSaving | None:
        return ReportedSaving.objects.filter(year=self.year, arrangement=self.lines[line]).first()

    def state(self) -> str:
        return AnnualReturn.objects.get(pk=self.annual_return.pk).state

    def be(self, state: str) -> None:
        """Put the return into a state, every line answered."""
        AnnualReturn.objects.filter(pk=self.annual_return.pk).delete()
        self.annual_return = make_return(self.council, self.year, state)
        self.url = reverse("admin:arrangements_annualreturn_change", args=[self.annual_return.pk])
        for line in self.lines:
            make_saving(line, self.year)

    def line_of(self, response: HttpResponse, line: int) -> Any:
        return next(each for each in response.context["lines"] if each.arrangement == self.lines[line])


class ReadingTests(ReturnPageTestCase):
    def test_all_lines_stand_on_one_page_with_last_years_answer_beside_each(self):
        make_saving(self.lines[0], make_year(2013), 1_234_000)
        make_saving(self.lines[1], make_year(2013), outcome=Outcome.WITHHELD)
        make_saving(self.lines[0], make_year(2012), 5)
        make_saving(self.lines[2], self.year, -2_000, note="One-off cost")
        response = self.client.get(self.url)
        lines = response.context["lines"]
        assert [line.arrangement for line in lines] == self.lines
        assert [line.last_year and line.last_year.in_words for line in lines] == ["£1,234,000", "Withheld", None]
        assert [line.form["amount"].value() for line in lines] == [None, None, "-2,000"]
        assert lines[0].partners == ["Answerford", "Partnerley"]
        self.assertContains(response, "Last year: <strong>£1,234,000</strong>")
        self.assertContains(response, "Last year: <strong>no answer</strong>")
        self.assertContains(response, "One-off cost")

    def test_an_arrangement_that_another_council_answers_for_is_no_line(self):
        make_arrangement(self.partner, self.council, name="Theirs")
        make_arrangement(self.council, self.partner, name="Over", ended_on=date(2015, 3, 30), end_reason="purpose_met")
        self.assertNotContains(self.client.get(self.url), "Theirs")
        assert [line.arrangement for line in self.client.get(self.url).context["lines"]] == self.lines

    def test_a_return_without_lines_says_so_and_can_be_submitted(self):
        empty = make_return(self.partner, self.year)
        self.url = reverse("admin:arrangements_annualreturn_change", args=[empty.pk])
        self.assertContains(self.client.get(self.url), "answers for no arrangement operating on 31 March 2015")
        self.send("submit")
        empty.refresh_from_db()
        assert empty.state == ReturnState.SUBMITTED
        self.assertNotContains(self.client.get(self.url), "Ask the council about a line")

    def test_an_answer_given_is_text_once_the_return_is_not_open_for_answers(self):
        self.be(ReturnState.ACCEPTED)
        response = self.client.get(self.url)
        self.assertContains(response, "This year: <strong>£100,000</strong>", count=3)
        self.assertNotContains(response, "-amount")
        self.assertNotContains(response, 'value="save"')

    def test_a_council_that_has_ended_is_said_to_have_ended(self):
        ended = make_council("Endedford Council", ended_on=date(2015, 3, 31))
        its = make_return(ended, self.year)
        response = self.client.get(reverse("admin:arrangements_annualreturn_change", args=[its.pk]))
        self.assertContains(response, "The council ended on 31 March 2015; its successors answer for it.")

    def test_no_such_return_answers_404(self):
        for key in ["999999999", "9" * 30, "abc", "1.5"]:
            for page in ["change", "history"]:
                assert self.client.get(f"/admin/arrangements/annualreturn/{key}/{page}/").status_code == 404, (key, page)

    def test_a_page_of_a_hundred_lines_takes_no_more_queries_than_one_of_ten(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.client.get(self.url).status_code == 200
            return len(counted)

        def grow(count: int) -> None:
            for _ in range(count):
                line = make_arrangement(self.council, self.partner)
                make_saving(line, self.year)
                make_saving(line, make_year(2013))
                raised = {"raised_by": self.analyst, "raised_at": "2015-04-16T09:00Z"}
                Query.objects.create(annual_return=self.annual_return, arrangement=line, text="Is it right?", **raised)

        grow(10)
        few = queries()
        grow(90)
        assert queries() == few <= 12


class ListTests(ReturnPageTestCase):
    def test_the_list_shows_progress_and_takes_no_more_queries_with_five_hundred_returns(self):
        url = reverse("admin:arrangements_annualreturn_changelist")
        make_saving(self.lines[0], self.year)

        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                response = self.client.get(url)
            self.assertContains(response, "1 of 3")
            return len(counted)

        for _ in range(9):
            make_return(make_council(), self.year)
        few = queries()
        for _ in range(490):
            make_return(make_council(name=f"Z Council {_:03}"), self.year)
        assert queries() == few <= 12

    def test_a_return_is_found_by_the_councils_name_and_narrowed_by_state(self):
        url = reverse("admin:arrangements_annualreturn_changelist")
        make_return(self.partner, self.year, ReturnState.SUBMITTED)
        for query, found in [({"q": "answerf"}, ["Answerford"]), ({"state__exact": "submitted"}, ["Partnerley"])]:
            rows = self.client.get(url, query).context["cl"].result_list
            assert [row.council.short_name for row in rows] == found

    def test_returns_are_neither_added_nor_deleted_here(self):
        assert self.client.get(reverse("admin:arrangements_annualreturn_add")).status_code == 403
        assert self.client.get(self.url.replace("change", "delete")).status_code == 403


class SavingTests(ReturnPageTestCase):
    def test_answers_are_stored_and_the_return_is_in_progress(self):
        response = self.save(self.answer(0, "figure", "£410k", "Ledger"), self.answer(1, "not_aimed"))
        self.assertContains(response, "Saved: 2 answers changed.")
        first, second = self.stored(0), self.stored(1)
        assert (first.outcome, first.amount, first.note) == (Outcome.FIGURE, 410_000, "Ledger")
        assert (second.outcome, second.amount) == (Outcome.NOT_AIMED, None)
        assert self.stored(2) is None
        assert self.state() == ReturnState.IN_PROGRESS
        event = ReportedSaving.pgh_event_model.objects.filter(pgh_obj=first).get()
        assert event.pgh_context.metadata["user"] == self.analyst.pk
        assert event.pgh_context.metadata["door"] == "admin"

    def test_zero_and_less_than_nothing_are_figures(self):
        self.save(self.answer(0, "figure", "0"), self.answer(1, "figure", "-2,000"))
        assert (self.stored(0).amount, self.stored(1).amount) == (0, -2_000)

    def test_what_is_sent_back_untouched_changes_nothing(self):
        note = "First line\nand a second"
        saving = make_saving(self.lines[0], self.year, note=note)
        read = self.as_read()
        read[f"line-{self.lines[0].pk}-note"] = note.replace("\n", "\r\n")  # as browsers send it
        self.assertContains(self.save(read=read), "Nothing had changed.")
        saving.refresh_from_db()
        assert (saving.version, saving.note) == (1, note)
        assert self.state() == ReturnState.NOT_STARTED

    def test_each_wrong_answer_is_told_at_its_line_kept_as_typed_and_stores_nothing(self):
        wrong = [
            (("figure", "abc"), "“abc” is not an amount in pounds. Write it like 410,000, £410k or 0.41m."),
            (("figure", "12.50"), "“12.50” is not in whole pounds. Leave out the pence."),
            (("figure", ""), "Give an amount for a figure: 0 if nothing was saved."),
            (("figure", "999999999999999999999"), "is more than £100 billion. Check the amount and its unit."),
            (("figure", "9" * 10_000), "is more than £100 billion. Check the amount and its unit."),
            (("withheld", "5"), "£5 goes with “Figure” only. Choose “Figure”, or empty the amount."),
            (("", "5"), "Choose an outcome for this line."),
            (("", "", "A note alone"), "Choose an outcome for this line."),
            (("guessed", ""), "Select a valid choice. guessed is not one of the available choices."),
            (("withheld", "", "x" * 2_001), "Ensure this value has at most 2000 characters"),
        ]
        for typed, message in wrong:
            with self.subTest(typed=typed[1][:20], message=message):
                response = self.save(self.answer(0, *typed), self.answer(1, "figure", "7,000"))
                self.assertContains(response, WRONG)
                form = self.line_of(response, 0).form
                assert message in str(form.errors)
                assert not self.line_of(response, 1).form.errors
                assert form["amount"].value() == typed[1]
                assert self.line_of(response, 1).form["amount"].value() == "7,000"
        assert not ReportedSaving.objects.exists()
        assert self.state() == ReturnState.NOT_STARTED

    def test_an_answer_that_was_given_is_not_taken_away(self):
        make_saving(self.lines[0], self.year)
        response = self.save(self.answer(0))
        assert "can be changed, and not taken away" in str(self.line_of(response, 0).form.errors)
        assert self.stored(0).amount == 100_000

    def test_a_line_of_another_return_is_not_stored_by_this_one(self):
        other = make_arrangement(self.partner, self.council)
        self.save({f"line-{other.pk}-outcome": "figure", f"line-{other.pk}-amount": "5"}, self.answer(0, "too_early"))
        assert not ReportedSaving.objects.filter(arrangement=other).exists()
        assert self.stored(0).outcome == Outcome.TOO_EARLY

    def test_a_version_that_is_no_number_is_refused(self):
        response = self.save(self.answer(0, "figure", "5,000"), {f"line-{self.lines[0].pk}-version": "x"})
        self.assertContains(response, WRONG)
        assert self.stored(0) is None

    def test_a_form_without_a_deed_or_with_one_that_nobody_knows_does_nothing(self):
        for deed in ["", "publish"]:
            response = self.save(self.answer(0, "figure", "5,000"), deed=deed)
            self.assertContains(response, "The form names no deed that the register knows. Nothing was saved.")
        assert not ReportedSaving.objects.exists()


class StaleTests(ReturnPageTestCase):
    """Somebody else answered in between, by whatever door."""

    def elsewhere(self, door: str) -> None:
        saving = ReportedSaving.objects.filter(arrangement=self.lines[0], year=self.year)
        if door == "save":
            one = saving.get()
            one.amount = 300_000
            one.save()
        elif door == "update":
            saving.update(amount=300_000)
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE arrangements_reportedsaving SET amount = 300000")

    def test_both_sides_are_shown_nothing_is_stored_and_saving_again_keeps_the_second(self):
        for door in ["save", "update", "raw SQL"]:
            with self.subTest(door):
                ReportedSaving.objects.all().delete()
                make_saving(self.lines[0], self.year, 100_000, note="Theirs")
                read = self.as_read()
                self.elsewhere(door)
                response = self.save(self.answer(0, "figure", "200,000"), self.answer(1, "withheld"), read=read)
                self.assertContains(response, STALE)
                self.assertContains(response, "Now stands: £300,000 (Theirs). Yours is below.")
                line = self.line_of(response, 0)
                assert line.form["amount"].value() == "200,000"
                assert self.stored(0).amount == 300_000
                assert self.stored(1) is None

                shown = {field.html_name: field.value() for each in response.context["lines"] for field in each.form}
                again = self.send(**{name: "" if value is None else value for name, value in shown.items()})
                self.assertContains(again, "Saved: 2 answers changed.")
                assert self.stored(0).amount == 200_000
                assert self.stored(1).outcome == Outcome.WITHHELD

    def test_so_is_a_first_answer_that_somebody_else_gave_first(self):
        read = self.as_read()
        make_saving(self.lines[0], self.year, 100_000)
        response = self.save(self.answer(0, "figure", "200,000"), read=read)
        self.assertContains(response, STALE)
        self.assertContains(response, "Now stands: £100,000. Yours is below.")
        assert self.stored(0).amount == 100_000

    def test_what_both_answered_alike_is_no_conflict(self):
        read = self.as_read()
        make_saving(self.lines[0], self.year, 100_000, note="Council return")
        self.assertContains(self.save(self.answer(0, "figure", "100000"), read=read), "Nothing had changed.")

    def test_a_line_nobody_touched_doesn_t_undo_what_was_answered_meanwhile(self):
        make_saving(self.lines[0], self.year, 100_000)
        read = self.as_read()
        self.elsewhere("update")
        response = self.save(self.answer(1, "withheld"), read=read)
        self.assertContains(response, "Saved: 1 answer changed.")
        assert self.stored(0).amount == 300_000

    def test_what_was_typed_is_still_shown_when_the_return_was_submitted_meanwhile(self):
        read = self.as_read()
        self.be(ReturnState.SUBMITTED)
        response = self.save(self.answer(0, "figure", "200,000", "Typed for an hour"), read=read)
        self.assertContains(response, "is submitted. Reopen it to change an answer.")
        self.assertContains(response, "Typed for an hour")
        assert self.stored(0).amount == 100_000


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

        self.assertContains(self.send("answer-query", query=asked.pk, reason="Yes, for all of it."), "answer is recorded.")
        self.assertContains(self.client.get(self.url), "Yes, for all of it.")
        self.assertContains(self.send("settle-query", query=asked.pk, reason="Confirmed by them."), "The query is settled.")
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
        for deed in ["answer-query", "settle-query"]:
            for key in [theirs.pk, "", "abc", "9" * 30]:
                self.assertContains(self.send(deed, query=key, reason=REASON), "This return has no such query.")
            self.assertContains(self.send(deed, query=asked.pk, reason="No"), "of 10 letters or more")
        self.send("settle-query", query=asked.pk, reason=REASON)
        self.assertContains(self.send("settle-query", query=asked.pk, reason=REASON), "This query is settled already.")
        self.assertContains(self.send("answer-query", query=asked.pk, reason=REASON), "This query is settled.")

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


class RoleTests(ReturnPageTestCase):
    def reached(self, user: Any) -> tuple[int, int]:
        """What the user's reading and the user's saving answer."""
        self.client.logout()
        if user:
            self.client.force_login(user)
        sent = {"deed": "save", **self.answer(0, "figure", "5,000")}
        return self.client.get(self.url).status_code, self.client.post(self.url, sent).status_code

    def test_analysts_and_publishers_read_and_save(self):
        for user in [self.analyst, make_publisher()]:
            ReportedSaving.objects.all().delete()
            assert self.reached(user) == (200, 302)
            assert self.stored(0).amount == 5_000

    def test_nobody_else_gets_anywhere(self):
        assert self.reached(None) == (302, 302)
        assert self.client.get(self.url, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
        assert self.reached(make_user(councils=[self.council])) == (302, 302)
        assert self.client.get(self.url, follow=True).status_code == 403
        assert self.reached(make_user(staff=True)) == (403, 403)
        assert not ReportedSaving.objects.exists()

    def test_an_account_that_is_no_longer_active_is_sent_to_sign_in(self):
        self.client.force_login(self.analyst)
        type(self.analyst).objects.filter(pk=self.analyst.pk).update(is_active=False)
        assert self.client.get(self.url).status_code == 302

    def test_who_may_only_look_sees_answers_and_no_button(self):
        looker = make_user(staff=True)
        looker.user_permissions.add(Permission.objects.get(codename="view_annualreturn"))
        make_saving(self.lines[0], self.year)
        self.client.force_login(looker)
        response = self.client.get(self.url)
        self.assertContains(response, "This year: <strong>£100,000</strong>")
        self.assertNotContains(response, 'name="deed"')
        for deed in ["save", "submit", "accept", "reopen", "query"]:
            assert self.client.post(self.url, {"deed": deed, "reason": REASON}).status_code == 403, deed
        assert self.state() == ReturnState.NOT_STARTED
