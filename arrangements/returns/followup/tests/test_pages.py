"""Flags on a return's page, each beside its line, and the list of all of them in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.returns.followup.models import Flag, FlagComment
from arrangements.returns.followup.tests.made import make_comment, make_flag
from arrangements.returns.followup.vocabulary import FlagState
from arrangements.returns.models import ReportedSaving
from arrangements.returns.tests.test_return_page import ReturnPageTestCase
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_publisher, make_return, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.amount import MANY

LIST = "/admin/arrangements/flag/"
REASON = "The council has sent its ledger."


class OnTheReturnsPageTests(ReturnPageTestCase):
    def flags_of(self, response: HttpResponse) -> list[list[Flag]]:
        """The flags of the whole return, and then of each line."""
        return [response.context["flags"].whole.flags, *(line.flags.flags for line in response.context["lines"])]

    def test_each_flag_stands_at_its_line_with_its_thread_and_whose_it_is(self):
        flag = make_flag(self.annual_return, self.lines[1], field="amount", assigned_to=self.analyst)
        whole = make_flag(self.annual_return, text="Whose return is this?")
        make_comment(flag, "Asked them.")
        make_comment(flag, "They look it up.")
        response = self.client.get(self.url)
        assert self.flags_of(response) == [[whole], [], [flag], []]
        shown = response.content.decode()
        place = shown.index(f'id="flags-{self.lines[1].pk}"')
        assert place < shown.index("Is the cost of setting up taken off?") < shown.index("Asked them.")
        assert shown.index("Asked them.") < shown.index("They look it up.") < shown.index("Line C")
        self.assertContains(response, "assigned to analyst@example.org")
        self.assertContains(response, "Whose return is this?")

    def test_settled_ones_stand_after_open_ones_with_the_reason(self):
        waived = make_flag(self.annual_return, self.lines[0], FlagState.WAIVED, reason="Too small to matter.")
        still_open = make_flag(self.annual_return, self.lines[0], text="Later")
        response = self.client.get(self.url)
        assert self.flags_of(response)[1] == [still_open, waived]
        self.assertContains(response, "Too small to matter.")

    def test_a_flag_on_what_is_no_line_any_more_is_still_shown_and_settled(self):
        gone = make_arrangement(self.partner, self.council, name="Handed over")
        flag = make_flag(self.annual_return, gone)
        self.assertContains(self.client.get(self.url), "Handed over is no longer a line of this return.")
        self.send("flag-close", flag=flag.pk, said="Handed over with it.")
        assert Flag.objects.get().state == FlagState.CLOSED

    def test_any_field_of_a_line_is_flagged_and_assigned_in_one_deed(self):
        response = self.send("flag", arrangement=self.lines[0].pk, field="note", said="Source?", assigned_to=self.analyst.pk)
        self.assertContains(response, "Flagged for follow-up: Line A.")
        flag = Flag.objects.get()
        assert (flag.arrangement, flag.field, flag.text) == (self.lines[0], "note", "Source?")
        assert (flag.assigned_to, flag.raised_by) == (self.analyst, self.analyst)
        self.assertContains(self.send("flag", said="No word from them."), "Flagged for follow-up: Answerford Council, 2014/15.")
        assert Flag.objects.latest("pk").arrangement is None

    def test_it_is_assigned_discussed_and_settled(self):
        publisher = make_publisher()
        flag = make_flag(self.annual_return, self.lines[0])
        self.assertContains(self.send("flag-assign", flag=flag.pk, assigned_to=publisher.pk), f"assigned to {publisher}.")
        self.assertContains(self.send("flag-comment", flag=flag.pk, said="Asked them."), "The comment is added.")
        self.assertContains(self.send("flag-waive", flag=flag.pk, said="Short"), "Give a reason of 10 letters or more")
        self.assertContains(self.send("flag-waive", flag=flag.pk, said=REASON), "The flag is waived")
        flag.refresh_from_db()
        assert (flag.state, flag.reason, flag.assigned_to) == (FlagState.WAIVED, REASON, publisher)
        assert FlagComment.objects.get().text == "Asked them."
        self.assertContains(self.send("flag-close", flag=flag.pk, said="Again"), "This flag was waived by")
        other = make_flag(self.annual_return)
        self.assertContains(self.send("flag-close", flag=other.pk, said="Done"), "The flag is closed.")

    def test_what_is_of_another_return_or_of_nobody_is_refused(self):
        elsewhere = make_return(self.partner, self.year)
        theirs = make_flag(elsewhere)
        officer, gone = make_user(councils=[self.council]), make_analyst()
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
        for key in (theirs.pk, "", "abc", "9" * 30):
            for deed in ("flag-comment", "flag-assign", "flag-close", "flag-waive"):
                self.assertContains(self.send(deed, flag=key, said=REASON), "This return has no such flag.")
        for key in (make_arrangement(self.partner, self.council).pk, "abc", "9" * 30):
            self.assertContains(self.send("flag", arrangement=key, said=REASON), "Choose a line of this return for the flag.")
        self.assertContains(
            self.send("flag", arrangement=self.lines[0].pk, field="colour", said=REASON), "is no part of an answer"
        )
        for key in (officer.pk, gone.pk, "abc", "9" * 30):
            self.assertContains(self.send("flag", said=REASON, assigned_to=key), "Choose somebody of the LGA’s staff")
        assert list(Flag.objects.all()) == [theirs]
        assert theirs.comments.count() == 0

    def test_it_is_raised_in_every_state_of_the_return_and_changes_no_answer(self):
        for state in ReturnState.values:
            ReportedSaving.objects.all().delete()
            self.be(state)
            self.assertContains(self.send("flag", said=REASON), "Flagged for follow-up")
            assert self.state() == state
            Flag.objects.all().delete()

    def test_answers_typed_and_not_saved_come_back_with_the_page(self):
        sent = {**self.as_read(), **self.answer(0, "figure", "£410k", "Typed for an hour"), "answers_came_along": "yes"}
        response = self.send("flag", arrangement=self.lines[0].pk, said="Gross?", **sent)
        self.assertContains(response, "Flagged for follow-up: Line A.")
        form = self.line_of(response, 0).form
        assert (form["amount"].value(), form["note"].value()) == ("£410k", "Typed for an hour")
        self.assertContains(response, 'data-takes-answers-along="still"')
        assert not ReportedSaving.objects.exists()
        assert response.redirect_chain == []
        again = self.send("flag", arrangement=self.lines[0].pk, said="Gross?", **sent)
        self.assertContains(again, "is flagged there already")
        assert Flag.objects.count() == 1

    def test_the_history_of_a_flag_tells_all_that_was_said(self):
        flag = make_flag(self.annual_return, self.lines[0])
        self.send("flag-comment", flag=flag.pk, said="Asked them.")
        self.send("flag-close", flag=flag.pk, said="Net after all.")
        with CaptureQueriesContext(connection) as counted:
            response = self.client.get(f"{LIST}{flag.pk}/history/")
        for words in ("Asked them.", "Net after all.", "“Open” → “Closed”"):
            self.assertContains(response, words)
        assert len(counted) <= 12

    def test_who_may_only_look_at_returns_sees_no_flag_and_raises_none(self):
        looker = make_user(staff=True)
        looker.user_permissions.set(Permission.objects.filter(codename__in=["view_annualreturn", "change_annualreturn"]))
        flag = make_flag(self.annual_return, self.lines[0])
        self.client.force_login(looker)
        response = self.client.get(self.url)
        self.assertNotContains(response, flag.text)
        self.assertNotContains(response, "Flag for follow-up")
        for deed in ("flag", "flag-comment", "flag-assign", "flag-close", "flag-waive"):
            assert self.client.post(self.url, {"deed": deed, "flag": flag.pk, "said": REASON}).status_code == 403
        assert Flag.objects.get().state == FlagState.OPEN

    def test_a_page_of_a_hundred_flags_takes_no_more_queries_than_one_of_two(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.client.get(self.url).status_code == 200
            return len(counted)

        def grow(count: int) -> None:
            for number in range(count):
                flag = make_flag(self.annual_return, self.lines[number % 3], assigned_to=make_analyst())
                make_comment(flag)
                make_comment(flag)

        grow(2)
        few = queries()
        grow(98)
        assert queries() == few <= 12


class ListTests(ReturnPageTestCase):
    def found(self, **filters: str) -> list[Flag]:
        return list(self.client.get(LIST, filters).context["cl"].result_list)

    def test_each_row_leads_to_the_returns_page_at_its_line(self):
        on_line, whole = make_flag(self.annual_return, self.lines[0]), make_flag(self.annual_return, text="Whole.")
        response = self.client.get(LIST)
        self.assertContains(response, f'<a href="{self.url}#flags-{self.lines[0].pk}">Is the cost of setting up taken off?</a>')
        self.assertContains(response, f'<a href="{self.url}#flags-of-return">Whole.</a>')
        page = self.client.get(self.url)
        for anchor in (self.lines[0].pk, "of-return"):
            self.assertContains(page, f'id="flags-{anchor}"')
        for flag, anchor in ((on_line, self.lines[0].pk), (whole, "of-return")):
            assert self.client.get(f"{LIST}{flag.pk}/change/")["Location"] == f"{self.url}#flags-{anchor}"

    def test_it_is_narrowed_by_state_by_whose_it_is_and_by_year(self):
        mine = make_flag(self.annual_return, assigned_to=self.analyst)
        theirs = make_flag(self.annual_return, assigned_to=make_analyst(), state=FlagState.WAIVED)
        nobodys = make_flag(make_return(self.council, make_year(2013)))
        assert self.found() == [nobodys, theirs, mine]
        assert self.found(state__exact="waived") == [theirs]
        assert self.found(assigned="me") == [mine]
        assert self.found(assigned="nobody") == [nobodys]
        assert self.found(annual_return__year__id__exact=str(self.year.pk)) == [theirs, mine]

    def test_flags_are_neither_added_nor_deleted_here(self):
        flag = make_flag(self.annual_return)
        assert self.client.get(f"{LIST}add/").status_code == 403
        assert self.client.get(f"{LIST}{flag.pk}/delete/").status_code == 403

    def test_many_rows_take_no_more_queries_than_ten(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.client.get(LIST).status_code == 200
            return len(counted)

        def grow(count: int) -> None:
            for number in range(count):
                to: Any = self.analyst if number % 2 else None
                annual_return = make_return(make_council(), self.year)
                make_flag(annual_return, self.lines[0], assigned_to=to, raised_by=make_analyst())

        grow(10)
        few = queries()
        grow(MANY)
        assert queries() == few <= 12

    def test_officers_and_strangers_come_nowhere_near(self):
        make_flag(self.annual_return)
        for user, status in [(make_user(staff=True), 403), (make_user(councils=[self.council]), 302), (None, 302)]:
            self.client.logout()
            if user:
                self.client.force_login(user)
            assert self.client.get(LIST).status_code == status
        assert reverse("admin:arrangements_flag_changelist") == LIST
