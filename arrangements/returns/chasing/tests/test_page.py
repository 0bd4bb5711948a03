"""The chasing page: who stands where on it, what the address narrows, and what its buttons do and refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.tests.made import make_contact, make_contact_made, make_reminder
from arrangements.returns.chasing.tests.mail import DOWN
from arrangements.returns.chasing.vocabulary import ReminderState
from arrangements.returns.models import AnnualReturn
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import (
    make_analyst,
    make_arrangement,
    make_publisher,
    make_return,
    make_saving,
    make_year,
)
from councils.models import CouncilKind, Succession
from councils.tests.builders import make_council, make_region, make_user
from sharedservices.common.tests.amount import MANY

URL = "/admin/chasing/"


@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class ChasingPageTestCase(TestCase):
    """Willow and Birch owe an answer and have mailboxes, Cedar has none, Elm has answered."""

    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2014)
        london, south = make_region("London"), make_region("South East")
        cls.willow = make_return(make_council("Willow Council", CouncilKind.LONDON_BOROUGH, london), cls.year)
        cls.birch = make_return(make_council("Birch Council", region=south), cls.year, ReturnState.IN_PROGRESS)
        cls.cedar = make_return(make_council("Cedar Council", region=south), cls.year)
        cls.elm = make_return(make_council("Elm Council", region=south), cls.year, ReturnState.ACCEPTED)
        for each in (cls.willow, cls.birch, cls.elm):
            make_contact(each.council)
        cls.line = make_arrangement(cls.willow.council, cls.birch.council, name="ICT together")
        make_saving(make_arrangement(cls.birch.council, cls.willow.council), cls.year)
        cls.analyst = make_analyst("analyst@example.org")

    def setUp(self):
        self.client.force_login(self.analyst)

    def get(self, **filters: str) -> HttpResponse:
        return self.client.get(URL, filters)

    def names(self, **filters: str) -> list[str]:
        return [row.council.short_name for row in self.get(**filters).context["page_obj"]]

    def send(self, deed: str, url: str = URL, **fields: Any) -> HttpResponse:
        return self.client.post(url, {"deed": deed, **fields}, follow=True)

    def words(self, reminder: Reminder, **others: str) -> dict[str, Any]:
        """The fields of a draft as a browser would send them back, with others filled in."""
        shown = {"subject": reminder.subject, "body": reminder.body.replace("\n", "\r\n"), "version": reminder.version}
        return {f"draft-{reminder.pk}-{name}": value for name, value in {**shown, **others}.items()}

    def draft(self, annual_return: AnnualReturn) -> Reminder:
        self.send("draft", **{"return": annual_return.pk})
        return Reminder.objects.get(annual_return=annual_return)


class ReadingTests(ChasingPageTestCase):
    def test_each_return_stands_with_its_state_progress_lateness_last_contact_and_address(self):
        make_contact_made(self.willow, date(2015, 4, 16))
        response = self.get()
        row = next(row for row in response.context["page_obj"] if row == self.willow)
        assert (row.answered, row.lines, row.days_late) == (0, 1, 0)
        self.assertContains(response, "16 April 2015, call")
        self.assertContains(response, "returns@willow.example.org")
        self.assertContains(response, "0: due in 18 days", count=3)
        self.assertContains(response, "The last day for answers for 2014/15 is 8 May 2015, in 18 days.")
        self.assertContains(response, "Listed: 4 returns; <strong>3</strong> outstanding, 1 of them without a contact.")

    def test_on_the_closing_day_nothing_is_late_and_on_the_next_day_everything_outstanding_is(self):
        with override_settings(REGISTER_TODAY=date(2015, 5, 8)):
            response = self.get()
            assert {row.days_late for row in response.context["page_obj"]} == {0}
            self.assertContains(response, "0: due today", count=3)
        with override_settings(REGISTER_TODAY=date(2015, 5, 9)):
            response = self.get()
            assert [row.days_late for row in response.context["page_obj"]] == [1, 1, 1, 0]
            self.assertContains(response, "<strong>1</strong></td>", count=3)
            self.assertContains(response, "The collection of 2014/15 closed on 8 May 2015.")

    def test_what_has_waited_longest_stands_first_and_what_is_answered_last(self):
        make_contact_made(self.birch, date(2015, 4, 10))
        make_contact_made(self.cedar, date(2015, 4, 2))
        assert self.names() == ["Willow", "Cedar", "Birch", "Elm"]

    def test_a_council_without_a_contact_says_none_with_a_link_that_adds_one(self):
        response = self.get()
        address = f"/admin/arrangements/councilcontact/add/?council={self.cedar.council_id}"
        self.assertContains(response, f'none: <a href="{address}">')
        form = self.client.get(address).context["adminform"].form
        assert str(form["council"].value()) == str(self.cedar.council_id)

    def test_after_its_last_day_the_successors_addresses_stand_and_the_link_adds_one_for_them(self):
        council = self.willow.council
        council.ended_on = date(2015, 4, 19)
        council.save()
        successor = make_council("Sallow Council", started_on=date(2015, 4, 20))
        Succession.objects.create(predecessor=council, successor=successor)
        response = self.get(q="willow")
        self.assertContains(response, "successor: Sallow Council")
        self.assertContains(response, f"/admin/arrangements/councilcontact/add/?council={successor.pk}")
        self.assertNotContains(response, "returns@willow.example.org")
        make_contact(successor)
        self.assertContains(self.get(q="willow"), "returns@sallow.example.org")

    def test_only_what_can_be_written_to_can_be_ticked(self):
        make_reminder(self.birch)
        response = self.get()
        self.assertContains(response, 'name="return"', count=1)
        self.assertContains(response, f'name="return" value="{self.willow.pk}"')
        self.assertContains(response, ">in hand</a>", count=1)

    def test_another_year_is_shown_if_the_address_asks_for_it(self):
        make_return(self.willow.council, make_year(2013))
        assert self.names(year="2013-14") == ["Willow"]
        assert self.get(year="2013-14").context["page_obj"][0].days_late == 347


class FilterTests(ChasingPageTestCase):
    def test_the_address_narrows_the_list(self):
        for filters, names in [
            ({"region": "london"}, ["Willow"]),
            ({"region": "south-east"}, ["Birch", "Cedar", "Elm"]),
            ({"kind": "london_borough"}, ["Willow"]),
            ({"state": "in_progress"}, ["Birch"]),
            ({"state": "queried"}, []),
            ({"contact": "none"}, ["Cedar"]),
            ({"contact": "some"}, ["Birch", "Willow", "Elm"]),
            ({"answer": "outstanding"}, ["Birch", "Cedar", "Willow"]),
            ({"answer": "given"}, ["Elm"]),
            ({"q": "wilow"}, ["Willow"]),
            ({"region": "south-east", "answer": "outstanding", "contact": "some", "kind": ""}, ["Birch"]),
        ]:
            with self.subTest(filters=filters):
                assert self.names(**filters) == names

    def test_what_the_address_asks_stays_chosen_in_the_form(self):
        response = self.get(region="london", state="not_started")
        self.assertContains(response, '<option value="london" selected>London</option>', html=True)
        self.assertContains(response, '<option value="not_started" selected>Not started</option>', html=True)
        self.assertContains(response, '<option value="2014-15" selected>2014/15</option>', html=True)

    def test_an_address_that_cant_be_followed_is_refused_with_the_good_values(self):
        for address, message in [
            ("?regoin=london", "regoin: no filter has this name. Did you mean “region”?"),
            ("?region=atlantis", "“atlantis” is not one of its values."),
            ("?state=asleep", "“asleep” is not one of its values."),
            ("?year=1066-67", "“1066-67” is not one of its values."),
            ("?contact=maybe", "Good values: some, none."),
            ("?page=two", "page: “two” is not the number of a page."),
            ("?drafts=-1", "drafts: “-1” is not the number of a page."),
        ]:
            with self.subTest(address=address):
                self.assertContains(self.client.get(f"{URL}{address}"), message, status_code=400)

    def test_the_list_comes_in_pages_that_keep_the_filters(self):
        for number in range(60):
            make_return(make_council(f"Z{number:02} Council"), self.year)
        response = self.get(answer="outstanding")
        assert len(response.context["page_obj"]) == 50
        self.assertContains(response, "?answer=outstanding&amp;page=2#returns")
        self.assertContains(response, "Page 1 of 2")
        assert len(self.get(answer="outstanding", page="2").context["page_obj"]) == 13
        assert self.get(page="99").context["page_obj"].number == 2


class DraftingTests(ChasingPageTestCase):
    def test_the_ticked_are_drafted_and_nothing_is_sent(self):
        response = self.send("draft", **{"return": [self.willow.pk]})
        self.assertContains(response, "1 reminder is drafted and held for approval. Nothing has been sent.")
        reminder = Reminder.objects.get()
        assert (reminder.annual_return, reminder.drafted_by) == (self.willow, self.analyst)
        assert f"- ICT together ({self.line.reference})" in reminder.body
        assert "http://testserver/my-council/willow/" in reminder.body
        self.assertContains(response, "Reminders in hand (1)")
        self.assertContains(response, f"- ICT together ({self.line.reference})")
        assert mail.outbox == []

    def test_all_listed_are_those_of_the_filters_and_the_unreachable_are_named_with_a_link(self):
        self.assertContains(self.get(), "Draft reminders for all 2 listed")
        response = self.send("draft-all", f"{URL}?region=south-east")
        assert [reminder.annual_return for reminder in Reminder.objects.all()] == [self.birch]
        link = f'<a href="/admin/arrangements/councilcontact/add/?council={self.cedar.council_id}">Cedar</a>'
        self.assertContains(response, f"Left out, since no contact is known: {link}. Add one and draft again.")
        assert response.redirect_chain == [(f"{URL}?region=south-east", 302)]

    def test_what_changed_since_the_page_was_opened_is_left_out_and_said(self):
        make_reminder(self.birch)
        response = self.send("draft", **{"return": [self.willow.pk, self.birch.pk, self.elm.pk]})
        self.assertContains(response, "Left out, since a reminder is in hand already: Birch.")
        self.assertContains(response, "Left out, since the council has answered: Elm.")
        assert Reminder.objects.filter(annual_return=self.willow).count() == 1

    def test_with_nothing_ticked_or_nothing_listed_it_says_what_to_do(self):
        self.assertContains(self.send("draft"), "Tick the councils to write to first. No reminder was drafted.")
        nothing = self.send("draft-all", f"{URL}?state=queried")
        self.assertContains(nothing, "No return listed is outstanding. No reminder was drafted.")
        self.send("draft", **{"return": ["abc", "999999999999999999999"]})
        assert not Reminder.objects.exists()


class ApprovingTests(ChasingPageTestCase):
    def test_one_is_approved_and_sent_and_recorded(self):
        reminder = self.draft(self.willow)
        response = self.send(f"approve:{reminder.pk}", **self.words(reminder))
        self.assertContains(response, "1 reminder was sent.")
        assert [letter.to for letter in mail.outbox] == [["returns@willow.example.org"]]
        assert Reminder.objects.get().approved_by == self.analyst
        self.assertContains(response, "20 April 2015, reminder")
        self.assertNotContains(response, "Reminders in hand")

    def test_what_stands_in_the_boxes_is_what_goes(self):
        reminder = self.draft(self.willow)
        response = self.send(f"approve:{reminder.pk}", **self.words(reminder, subject="Please", body="Dear Willow,\r\nplease."))
        self.assertContains(response, "1 letter was changed.")
        [letter] = mail.outbox
        assert (letter.subject, letter.body) == ("Please", "Dear Willow,\nplease.\n")

    def test_the_words_are_saved_without_sending(self):
        reminder = self.draft(self.willow)
        self.assertContains(self.send("save", **self.words(reminder)), "Nothing had changed.")
        self.assertContains(self.send("save", **self.words(reminder, body="Other.")), "1 letter was changed.")
        assert Reminder.objects.get().body == "Other.\n"
        assert mail.outbox == []

    def test_all_shown_are_sent_and_the_one_that_fails_is_told_and_kept(self):
        willow, birch = self.draft(self.willow), self.draft(self.birch)
        with override_settings(EMAIL_BACKEND=DOWN):
            response = self.send("approve-all", **self.words(willow), **self.words(birch))
        self.assertContains(response, "1 reminder was sent.")
        told = "The reminder to Willow Council could not be sent: SMTPServerDisconnected: Connection unexpectedly closed"
        self.assertContains(response, told)
        self.assertContains(response, "Willow Council</strong>: could not be sent")
        assert [letter.to for letter in mail.outbox] == [["returns@birch.example.org"]]
        again = Reminder.objects.get(annual_return=self.willow)
        self.assertContains(self.send("approve-all", **self.words(again)), "1 reminder was sent.")

    def test_one_is_approved_and_the_other_stays_held_with_the_words_typed_into_it(self):
        willow, birch = self.draft(self.willow), self.draft(self.birch)
        self.send(f"approve:{willow.pk}", **self.words(willow), **self.words(birch, body="Half an hour's work."))
        assert len(mail.outbox) == 1
        held = Reminder.objects.get(annual_return=self.birch)
        assert (held.state, held.body) == (ReminderState.DRAFT, "Half an hour's work.\n")

    def test_a_letter_without_words_is_told_at_its_box_and_nothing_is_sent(self):
        willow, birch = self.draft(self.willow), self.draft(self.birch)
        response = self.send("approve-all", **self.words(willow, body=" "), **self.words(birch, body="Typed."))
        self.assertContains(response, "Nothing was saved or sent: some letters need another look.")
        self.assertContains(response, "Letter: The letter has no words. Write it, or cancel the reminder.")
        self.assertContains(response, ">\nTyped.</textarea>")
        assert mail.outbox == []
        assert Reminder.objects.get(annual_return=self.birch).body == birch.body

    def test_a_stale_edit_is_shown_beside_what_stands_and_sending_again_keeps_it(self):
        reminder = self.draft(self.willow)
        read = self.words(reminder, body="Mine.")
        Reminder.objects.update(body="Theirs.")
        response = self.send(f"approve:{reminder.pk}", **read)
        self.assertContains(response, "Nothing was sent: somebody changed some letters since you opened this page.")
        self.assertContains(response, "Theirs.</pre>")
        self.assertContains(response, ">\nMine.</textarea>")
        assert mail.outbox == []
        shown = response.context["drafts"].rows[0].form
        again = {field.html_name: field.value() for field in shown}
        self.assertContains(self.send(f"approve:{reminder.pk}", **again), "1 reminder was sent.")
        assert [letter.body for letter in mail.outbox] == ["Mine.\n"]

    def test_one_sent_or_cancelled_meanwhile_is_said_and_not_sent_again(self):
        reminder = self.draft(self.willow)
        read = self.words(reminder)
        self.send(f"approve:{reminder.pk}", **read)
        response = self.send(f"approve:{reminder.pk}", **read)
        self.assertContains(response, "The reminder to Willow Council is sent meanwhile; its words stay as they were.")
        assert len(mail.outbox) == 1

    def test_one_is_cancelled(self):
        reminder = self.draft(self.willow)
        self.assertContains(self.send(f"cancel:{reminder.pk}"), "The reminder is cancelled.")
        assert Reminder.objects.get().state == ReminderState.CANCELLED
        self.assertContains(self.send(f"cancel:{reminder.pk}"), "is cancelled; only one that waits for approval")
        for key in ["", "abc", "9" * 30, "999999999"]:
            assert self.client.post(URL, {"deed": f"cancel:{key}"}).status_code == 404

    def test_one_whose_sending_broke_off_is_asked_about(self):
        reminder = make_reminder(self.willow, ReminderState.SENDING, approved_at=datetime(2015, 4, 19, tzinfo=UTC))
        response = self.get()
        self.assertContains(response, "Sending began and nothing tells how it ended.")
        self.assertNotContains(response, 'value="approve')
        self.assertContains(self.send(f"went-out:{reminder.pk}"), "Recorded.")
        assert Reminder.objects.get().state == ReminderState.SENT

    def test_a_form_without_a_deed_that_anybody_knows_does_nothing(self):
        for deed in ("", "publish"):
            self.assertContains(self.send(deed), "The form names no deed that the register knows. Nothing was done.")

    def test_more_drafts_than_a_page_holds_come_in_pages(self):
        for number in range(51):
            make_reminder(make_return(make_council(f"Z{number:02} Council"), self.year))
        response = self.get()
        self.assertContains(response, "Reminders in hand (51)")
        self.assertContains(response, "Approve and send all 50 shown")
        assert len(self.get(drafts="2").context["drafts"].rows) == 1


class ReturnsPageTests(ChasingPageTestCase):
    """The page of one return: whom to write to, what was written, whom an analyst reached."""

    def setUp(self):
        super().setUp()
        self.url = reverse("admin:chasing-return", args=[self.willow.pk])

    def test_it_tells_contacts_reminders_with_their_words_and_calls(self):
        CouncilContact.objects.create(
            council=self.willow.council, email="jo@willow.example.org", kind="officer", name="Jo Ash", is_active=False
        )
        make_reminder(self.willow, ReminderState.SENT, body="These very words.")
        make_contact_made(self.willow, note="They promise Friday.")
        response = self.client.get(self.url)
        for words in ["returns@willow.example.org", "Jo Ash (not active)", "These very words.", "They promise Friday."]:
            self.assertContains(response, words)

    def test_a_call_is_recorded_and_stands_on_the_list_as_the_last_contact(self):
        given = {"means": "call", "on": "2015-04-20", "note": "They promise Friday."}
        self.assertContains(self.client.post(self.url, given, follow=True), "Recorded.")
        made = ContactMade.objects.get()
        assert (made.annual_return, made.made_by, made.made_on) == (self.willow, self.analyst, date(2015, 4, 20))
        self.assertContains(self.get(), "20 April 2015, call")

    def test_who_did_it_is_named_on_its_page_without_a_link_that_an_analyst_may_not_follow(self):
        for made in (make_contact_made(self.willow, made_by=self.analyst), make_reminder(self.willow, drafted_by=self.analyst)):
            page = self.client.get(reverse(f"admin:arrangements_{made._meta.model_name}_change", args=[made.pk]))
            content = page.content.decode().partition('id="content"')[2]
            assert str(self.analyst) in content
            assert "/admin/councils/user/" not in content

    def test_one_to_come_or_without_words_is_refused_and_what_was_typed_stays(self):
        for given, message in [
            ({"on": "2015-04-21", "note": "Typed."}, "21 April 2015 is still to come: today is 20 April 2015."),
            ({"on": "2015-04-20", "note": " "}, "Say in a few words whom you reached and what came of it."),
            ({"on": "yesterday", "note": "Typed."}, "Enter a valid date."),
        ]:
            response = self.client.post(self.url, {"means": "meeting", **given})
            self.assertContains(response, message)
            self.assertContains(response, given["note"].strip())
        assert not ContactMade.objects.exists()

    def test_no_such_return_answers_404(self):
        for key in ["999999999", "9" * 30, "abc"]:
            assert self.client.get(f"{URL}{key}/").status_code == 404


class QueryTests(ChasingPageTestCase):
    def test_the_pages_take_as_many_queries_with_many_returns_as_with_ten(self):
        def queries(url: str) -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.client.get(url).status_code == 200
            return len(counted)

        def grow(count: int) -> None:
            for number in range(count):
                annual_return = make_return(make_council(f"More {count}-{number:03} Council"), self.year)
                make_contact(annual_return.council)
                make_contact_made(annual_return, made_by=self.analyst)
                make_reminder(annual_return, drafted_by=self.analyst)
                make_reminder(annual_return, ReminderState.SENT)

        addresses = [
            URL,
            f"{URL}?region=south-east&kind=unitary&state=not_started&contact=some&answer=outstanding&q=more",
            *(f"/admin/arrangements/{model}/" for model in ("councilcontact", "reminder", "contactmade")),
            reverse("admin:chasing-return", args=[self.willow.pk]),
        ]
        grow(10)
        few = {address: queries(address) for address in addresses}
        grow(MANY)
        many = {address: queries(address) for address in addresses}
        assert few == many
        assert max(many.values()) <= 12, many

    def test_a_return_with_a_hundred_reminders_and_calls_takes_no_more_queries(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                self.client.get(reverse("admin:chasing-return", args=[self.willow.pk]))
            return len(counted)

        def grow(count: int) -> None:
            for _ in range(count):
                make_reminder(self.willow, ReminderState.SENT)
                make_contact_made(self.willow)

        grow(2)
        few = queries()
        grow(98)
        assert queries() == few <= 12


class RoleTests(ChasingPageTestCase):
    PAGES = (URL, f"{URL}completeness/")

    def statuses(self, user: Any) -> list[int]:
        self.client.logout()
        if user:
            self.client.force_login(user)
        pages = [*self.PAGES, f"{URL}{self.willow.pk}/"]
        return [self.client.get(page).status_code for page in pages]

    def test_analysts_and_publishers_chase_and_nobody_else_comes_near(self):
        for user in (self.analyst, make_publisher()):
            assert self.statuses(user) == [200, 200, 200]
            self.assertContains(self.client.get("/admin/arrangements/councilcontact/add/"), "E-mail address")
        assert self.statuses(make_user(staff=True)) == [403, 403, 403]
        assert self.statuses(make_user(councils=[self.willow.council])) == [302, 302, 302]
        assert self.statuses(None) == [302, 302, 302]

    def test_who_may_only_look_has_no_button_and_does_nothing(self):
        looker = make_user(staff=True)
        names = ["view_annualreturn", "view_councilcontact", "view_reminder"]
        looker.user_permissions.set(Permission.objects.filter(codename__in=names))
        reminder = make_reminder(self.willow)
        self.client.force_login(looker)
        response = self.get()
        self.assertNotContains(response, 'name="deed"')
        self.assertContains(response, "We have not had it yet.")
        for deed in ("draft", "draft-all", "save", "approve-all", f"approve:{reminder.pk}", f"cancel:{reminder.pk}"):
            assert self.client.post(URL, {"deed": deed, **self.words(reminder)}).status_code == 403, deed
        url = reverse("admin:chasing-return", args=[self.willow.pk])
        self.assertNotContains(self.client.get(url), "Record it")
        assert self.client.post(url, {"means": "call", "on": "2015-04-20", "note": "Spoke."}).status_code == 403
        assert (mail.outbox, Reminder.objects.get().state) == ([], ReminderState.DRAFT)

    def test_contacts_are_kept_in_the_admin_and_made_inactive_not_deleted(self):
        contact = CouncilContact.objects.get(council=self.willow.council)
        url = reverse("admin:arrangements_councilcontact_change", args=[contact.pk])
        given = {
            "council": contact.council_id,
            "email": "New@Willow.example.org",
            "kind": "role",
            "name": "Team",
            "read_version": 1,
        }
        assert self.client.post(url, given).status_code == 302
        contact.refresh_from_db()
        assert (contact.email, contact.is_active) == ("new@willow.example.org", False)
        assert self.client.get(url.replace("change", "delete")).status_code == 403
        self.assertContains(self.client.get(url.replace("change", "history")), "new@willow.example.org")

    def test_reminders_and_calls_are_read_in_the_admin_and_only_a_call_s_words_corrected(self):
        reminder, made = make_reminder(self.willow), make_contact_made(self.willow)
        for row in (reminder, made):
            name = row._meta.model_name
            assert self.client.get(f"/admin/arrangements/{name}/add/").status_code == 403
            assert self.client.get(f"/admin/arrangements/{name}/{row.pk}/delete/").status_code == 403
            assert self.client.get(f"/admin/arrangements/{name}/{row.pk}/history/").status_code == 200
        assert self.client.post(f"/admin/arrangements/reminder/{reminder.pk}/change/", {"body": "Other"}).status_code == 403
        given = {"means": "meeting", "made_on": "2015-04-15", "note": "We met.", "read_version": 1}
        assert self.client.post(f"/admin/arrangements/contactmade/{made.pk}/change/", given).status_code == 302
        made.refresh_from_db()
        assert (made.means, made.made_on, made.note) == ("meeting", date(2015, 4, 15), "We met.")
