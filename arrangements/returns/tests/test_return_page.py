"""A return's page in the admin: what is read on it, in how many queries, and by whom; and the list of returns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.tests.passing import let_pass
from arrangements.returns.tests.return_pages import REASON, ReturnPageTestCase
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import (
    accept_all,
    make_arrangement,
    make_publisher,
    make_release,
    make_return,
    make_saving,
    make_year,
)
from councils.models import Succession
from councils.tests.builders import make_council, make_user


class ReadingTests(ReturnPageTestCase):
    def test_all_lines_stand_on_one_page_with_last_years_answer_beside_each(self):
        make_saving(self.lines[0], make_year(2013), 1_234_000, note="Outturn report")
        make_saving(self.lines[1], make_year(2013), outcome=Outcome.WITHHELD)
        make_saving(self.lines[0], make_year(2012), 5)
        make_saving(self.lines[2], self.year, -2_000, note="One-off cost")
        response = self.client.get(self.url)
        lines = response.context["lines"]
        assert [line.arrangement for line in lines] == self.lines
        assert [line.last_year and line.last_year.in_words for line in lines] == ["£1,234,000", "Withheld", None]
        assert [line.form["amount"].value() for line in lines] == [None, None, "-2,000"]
        assert lines[0].partners == ["Answerford", "Partnerley"]
        for shown in ["£1,234,000", "Outturn report", "Withheld", "One-off cost", "1 of 3 lines answered."]:
            self.assertContains(response, shown)
        self.assertContains(response, "In this financial year, net, whole arrangement.", count=3)

    def test_each_line_can_be_led_to_and_leads_to_its_history_and_its_arrangement(self):
        response = self.client.get(self.url)
        for line in self.lines:
            self.assertContains(response, f'<fieldset class="register-line" id="line-{line.pk}"')
            self.assertContains(response, f"/admin/arrangements/annualreturn/{self.annual_return.pk}/lines/{line.pk}/history/")
            self.assertContains(response, reverse("admin:arrangements_arrangement_change", args=[line.pk]))

    def test_the_amount_stands_in_full_beside_last_years_as_a_script_would_say_it(self):
        told = [
            ({"amount": 350_000}, 410_000, "£410,000, up £60,000 (17.1%) on 2013/14"),
            ({"outcome": Outcome.NOT_CALCULATED}, 410_000, "£410,000; 2013/14: not calculated"),
            (None, 0, "£0"),
        ]
        for line, (before, amount, _) in zip(self.lines, told, strict=True):
            if before:
                make_saving(line, make_year(2013), **before)
            make_saving(line, self.year, amount)
        response = self.client.get(self.url)
        assert [line.echo for line in response.context["lines"]] == [words for _, _, words in told]
        for _, _, words in told:
            self.assertContains(response, words)

    def test_what_was_published_is_told_where_it_isnt_what_stands_for_last_year(self):
        before = make_year(2013)
        make_saving(self.lines[0], before, 350_000)
        make_saving(self.lines[1], before, 90_000)
        accept_all(before)
        make_release(before)
        ReportedSaving.objects.filter(arrangement=self.lines[0]).update(amount=340_000)
        ReportedSaving.objects.filter(arrangement=self.lines[1]).update(outcome=Outcome.WITHHELD, amount=None)
        make_saving(self.lines[2], before, 5)
        told = [line.published_otherwise for line in self.client.get(self.url).context["lines"]]
        assert told == ["£350,000 (revision 1)", "£90,000 (revision 1)", "Not returned (revision 1)"]
        make_release(before, note="Corrected")
        assert [line.published_otherwise for line in self.client.get(self.url).context["lines"]] == ["", "", ""]

    def test_an_unpublished_release_is_none(self):
        before = make_year(2013)
        make_saving(self.lines[0], before, 350_000)
        accept_all(before)
        make_release(before, public=False)
        ReportedSaving.objects.filter(arrangement=self.lines[0]).update(amount=340_000)
        assert self.client.get(self.url).context["lines"][0].published_otherwise == ""

    def test_a_source_of_several_lines_keeps_them_and_others_are_offered_the_usual_ones(self):
        make_saving(self.lines[0], self.year, note="First line\nand a second")
        response = self.client.get(self.url)
        assert [line.form.fields["note"].widget.input_type for line in response.context["lines"][1:]] == ["text", "text"]
        self.assertContains(response, "<textarea name", count=1)
        self.assertContains(response, 'list="usual-sources"', count=2)
        for source in ["Council return", "E-mail from the council", "Telephone call with the council"]:
            self.assertContains(response, f'<option value="{source}">')

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
        self.assertContains(response, '<p class="register-line__amount">£100,000</p>', count=3)
        self.assertNotContains(response, "-amount")
        self.assertNotContains(response, 'value="save"')

    def test_a_council_that_has_ended_is_said_to_have_ended(self):
        ended = make_council("Endedford Council", ended_on=date(2015, 3, 31))
        its = make_return(ended, self.year)
        url = reverse("admin:arrangements_annualreturn_change", args=[its.pk])
        self.assertContains(self.client.get(url), "The council ended on 31 March 2015.")
        for name in ["North Council", "South Council"]:
            Succession.objects.create(predecessor=ended, successor=make_council(name))
        response = self.client.get(url)
        self.assertContains(response, "The council ended on 31 March 2015; its successors answer for it:")
        for successor in ended.successors.all():
            self.assertContains(response, f'/of/{successor.pk}/2015-16/">{successor}</a>')

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

        self.council.ended_on = date(2015, 4, 1)
        self.council.save()
        grow(7)
        self.save(self.answer(0, "figure", "5,000"))
        few = queries()
        grow(90)
        self.save(self.answer(0, "figure", "6,000"))
        assert queries() == few <= 12


class NextTests(ReturnPageTestCase):
    """The outstanding return that waits longest is offered: which neither began nor moved on; among equals by name."""

    def next(self, annual_return=None):
        one = annual_return or self.annual_return
        offered = self.client.get(reverse("admin:arrangements_annualreturn_change", args=[one.pk])).context["next"]
        return offered and offered.council__name

    def make(self, name, state=ReturnState.NOT_STARTED, year=None):
        return make_return(make_council(name), year or self.year, state)

    def test_the_return_after_this_one_and_after_the_last_the_first(self):
        birch, yew = self.make("Birch Council"), self.make("Yew Council")
        assert [self.next(each) for each in (self.annual_return, birch, yew)] == [
            "Birch Council",
            "Yew Council",
            "Answerford Council",
        ]
        self.assertContains(self.client.get(self.url), ">Next: Birch Council</a>")

    def test_one_that_moved_lately_comes_last(self):
        birch, yew = self.make("Birch Council"), self.make("Yew Council")
        let_pass(timedelta(days=2), AnnualReturn)
        AnnualReturn.objects.filter(pk=birch.pk).update(state=ReturnState.IN_PROGRESS)
        offered = [self.next(each) for each in (self.annual_return, yew, birch)]
        assert offered == ["Yew Council", "Birch Council", "Answerford Council"]

    def test_only_of_the_same_year_and_only_what_is_still_to_be_submitted(self):
        self.make("Birch Council", ReturnState.SUBMITTED)
        self.make("Cedar Council", ReturnState.QUERIED)
        self.make("Elm Council", ReturnState.ACCEPTED)
        self.make("Fir Council", year=make_year(2013))
        assert self.next() is None
        self.assertNotContains(self.client.get(self.url), "Next:")
        self.make("Yew Council", ReturnState.IN_PROGRESS)
        assert self.next() == "Yew Council"

    def test_from_one_that_is_submitted_it_leads_to_the_first(self):
        self.be(ReturnState.SUBMITTED)
        self.make("Birch Council")
        assert self.next() == "Birch Council"


class OfACouncilTests(ReturnPageTestCase):
    """The return of a council for a year, found by these two; and why there is none."""

    def of(self, council, year="2014-15"):
        return self.client.get(reverse("admin:arrangements_annualreturn_of", args=[council.pk, year]))

    def test_it_leads_to_the_return(self):
        self.assertRedirects(self.of(self.council), self.url)
        self.assertContains(self.client.get(self.url), f"/of/{self.council.pk}/2013-14/")
        self.assertContains(self.client.get(self.url), f"/of/{self.council.pk}/2015-16/")

    def test_a_council_abolished_before_is_refused_with_the_date_and_a_link_to_its_successors_return(self):
        gone = make_council("Taunton Deane Council", ended_on=date(2015, 3, 30))
        Succession.objects.create(predecessor=gone, successor=self.council)
        response = self.of(gone)
        self.assertContains(response, "Taunton Deane Council ended on 30 March 2015 and can’t report for 2014/15.")
        self.assertContains(response, f'/of/{self.council.pk}/2014-15/">Answerford Council</a> followed it.')
        self.assertContains(response, "Enter the answer in its return for 2014/15.")

    def test_of_several_successors_the_one_that_answers_now(self):
        gone = make_council("Gone Council", ended_on=date(2015, 3, 30))
        self.assertContains(self.of(gone), "No council is recorded as its successor.")
        for council in (self.council, self.partner):
            Succession.objects.create(predecessor=gone, successor=council)
        self.assertContains(self.of(gone), "in the return of the one that answers for the arrangement now for 2014/15.")

    def test_a_council_that_began_after_and_one_that_wasnt_asked(self):
        new = make_council("New Council", started_on=date(2015, 4, 1))
        self.assertContains(self.of(new), "New Council began on 1 April 2015 and can’t report for 2014/15.")
        self.assertContains(self.of(self.partner), "Partnerley Council has no return for 2014/15.")

    def test_no_such_council_or_year_answers_404_and_an_officer_is_sent_away(self):
        assert self.of(self.council, "1999-00").status_code == 404
        assert self.client.get("/admin/arrangements/annualreturn/of/999999999/2014-15/").status_code == 404
        self.client.force_login(make_user(staff=True))
        assert self.of(self.council).status_code == 403


class LineHistoryTests(ReturnPageTestCase):
    """Every value that a line ever had, from one click."""

    def history(self, line=0, annual_return=None):
        keys = [(annual_return or self.annual_return).pk, self.lines[line].pk]
        return self.client.get(reverse("admin:arrangements_annualreturn_line_history", args=keys))

    def test_all_values_with_who_when_by_which_door_and_why(self):
        make_saving(self.lines[0], make_year(2013), 350_000)
        self.save(self.answer(0, "figure", "2,000,001"), {f"line-{self.lines[0].pk}-reason": REASON})
        self.outside_any_request()
        ReportedSaving.objects.filter(year=self.year).update(amount=3)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_reportedsaving SET amount = 4 WHERE amount = 3")
        ReportedSaving.objects.filter(year=self.year).delete()
        self.save(self.answer(0, "withheld"), self.answer(1, "not_aimed"))
        all_told = [
            (event.deed, event.subject, event.actor, event.door, event.reason) for event in self.history().context["events"]
        ]
        asked = "Query about Line A, Answerford Council, 2014/15"
        assert ("Added", asked, "analyst@example.org", "admin", REASON) in all_told
        told = [each for each in all_told if each[1] != asked]
        line, role = "Line A, 2014/15", told[1][2]
        assert role.startswith("database role ")
        assert told == [
            ("Added", f"{line}: Withheld", "analyst@example.org", "admin", ""),
            ("Deleted", f"{line}: £4", role, "database", ""),
            ("Changed", f"{line}: £4", role, "database", ""),
            ("Changed", f"{line}: £3", role, "database", ""),
            ("Added", f"{line}: £2,000,001", "analyst@example.org", "admin", REASON),
        ]
        self.assertContains(self.history(), f"/change/#line-{self.lines[0].pk}")

    def test_as_many_queries_whatever_happened(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.history().status_code == 200
            return len(counted)

        self.save(self.answer(0, "withheld"))
        few = queries()
        for amount in range(20):
            ReportedSaving.objects.update(outcome="figure", amount=amount)
        assert queries() == few <= 12

    def test_of_no_line_of_the_return_there_is_none(self):
        elsewhere = make_return(self.partner, self.year)
        assert self.history(annual_return=elsewhere).status_code == 404
        for path in (f"{self.annual_return.pk}/lines/999999999", f"999999999/lines/{self.lines[0].pk}"):
            assert self.client.get(f"/admin/arrangements/annualreturn/{path}/history/").status_code == 404


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
        self.assertContains(response, '<p class="register-line__amount">£100,000</p>')
        self.assertNotContains(response, 'name="deed"')
        for deed in ["save", "submit", "accept", "reopen", "query"]:
            assert self.client.post(self.url, {"deed": deed, "reason": REASON}).status_code == 403, deed
        assert self.state() == ReturnState.NOT_STARTED
