"""Approving and sending: once, to the right people, in the words that were read; failures kept, the others still sent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import override_settings

from arrangements.returns.actions import submit
from arrangements.returns.chasing.actions import (
    Sending,
    approve_and_send,
    cancel,
    draft_reminders,
    edit_reminder,
    record_contact,
    settle_sending,
)
from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.tests.made import SITE, make_contact, make_reminder
from arrangements.returns.chasing.tests.mail import DOWN, DYING, UNREACHABLE, Killed
from arrangements.returns.chasing.tests.test_drafting import DraftingTestCase
from arrangements.returns.chasing.vocabulary import Means, ReminderState
from arrangements.tests.builders import make_publisher, make_return, make_saving
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now
from sharedservices.common.versions import StaleWrite


class SendingTestCase(DraftingTestCase):
    def setUp(self):
        super().setUp()
        self.publisher = make_publisher()
        self.draft()
        self.reminder = Reminder.objects.get()

    def send(self, *reminders: Reminder) -> Sending:
        return approve_and_send(reminders=reminders or [self.reminder], user=self.publisher)

    def now(self) -> Reminder:
        return Reminder.objects.get(pk=self.reminder.pk)

    def other(self, name: str) -> Reminder:
        """A draft to another council."""
        council = make_council(name)
        make_contact(council)
        return draft_reminders(returns=[make_return(council, self.year)], user=self.analyst, site=SITE).reminders[0]

    def refused(self, words: str, *reminders: Reminder) -> None:
        came_to = self.send(*reminders)
        assert came_to.sent == came_to.failed == []
        assert words in " ".join(came_to.refused)
        assert mail.outbox == []


class SendingTests(SendingTestCase):
    def test_the_letter_goes_to_its_recipients_in_the_words_that_were_approved(self):
        came_to = self.send()
        assert came_to == Sending(sent=[self.reminder])
        [letter] = mail.outbox
        assert letter.to == ["returns@willow.example.org"]
        assert (letter.cc, letter.bcc) == ([], [])
        assert letter.from_email == "register@localhost"
        assert letter.subject == self.reminder.subject
        assert letter.body == self.reminder.body
        assert "- Joint museums" in letter.body

    def test_who_approved_it_and_when_it_went_are_recorded(self):
        self.send()
        sent = self.now()
        assert (sent.state, sent.approved_by, sent.drafted_by) == (ReminderState.SENT, self.publisher, self.analyst)
        assert sent.approved_at <= sent.sent_at
        assert sent.sent_at.date() == date(2015, 4, 20)
        events = Reminder.pgh_event_model.objects.filter(pgh_obj=self.reminder).order_by("pgh_id")
        assert [(event.state, event.pgh_context.metadata["user"]) for event in events] == [
            ("draft", self.analyst.pk), ("sending", self.publisher.pk), ("sent", self.publisher.pk),
        ]  # fmt: skip

    def test_it_is_sent_once(self):
        self.send()
        mail.outbox.clear()
        self.refused("The reminder to Willow Council was sent on 20 April 2015 at", self.now())
        self.refused(f"approved by {self.publisher}", self.now())

    def test_a_cancelled_one_is_never_sent(self):
        cancel(reminder=self.reminder, user=self.analyst)
        assert self.now().state == ReminderState.CANCELLED
        self.refused("is cancelled; only one that waits for approval", self.now())

    def test_one_that_the_council_has_answered_meanwhile_is_refused_and_says_so(self):
        for line in (self.waste, self.museums):
            make_saving(line, self.year)
        submit(annual_return=self.annual_return, user=self.analyst)
        self.refused(
            "Willow Council has answered meanwhile: its return for 2014/15 is submitted. The reminder was not sent; cancel it."
        )
        assert self.now().state == ReminderState.DRAFT

    def test_words_changed_since_they_were_read_are_not_sent(self):
        edit_reminder(reminder=self.now(), subject="Other", body="Other words.", user=self.publisher)
        self.refused("Somebody changed the reminder to Willow Council since you read it. Read it once more")
        assert self.now().state == ReminderState.DRAFT

    def test_an_address_that_no_longer_holds_gets_nothing(self):
        CouncilContact.objects.update(is_active=False)
        self.refused("would go to returns@willow.example.org, no longer an active contact")
        make_contact(self.council, "new@willow.example.org")
        edit_reminder(reminder=self.now(), subject="Your return", body="Once more.", user=self.analyst)
        self.send(self.now())
        assert [letter.to for letter in mail.outbox] == [["new@willow.example.org"]]

    def test_several_go_out_one_by_one(self):
        others = [self.other("Birchwood Council"), self.other("Cedarham Council")]
        came_to = self.send(self.reminder, *others)
        assert [each.pk for each in came_to.sent] == [each.pk for each in (self.reminder, *others)]
        assert [letter.to for letter in mail.outbox] == [
            ["returns@willow.example.org"], ["returns@birchwood.example.org"], ["returns@cedarham.example.org"],
        ]  # fmt: skip


class FailureTests(SendingTestCase):
    def test_one_that_fails_is_recorded_with_what_the_server_said_and_the_others_still_go(self):
        before, after = self.other("Birchwood Council"), self.other("Cedarham Council")
        with override_settings(EMAIL_BACKEND=DOWN):
            came_to = self.send(before, self.reminder, after)
        assert [each.pk for each in came_to.sent] == [before.pk, after.pk]
        assert [each.pk for each in came_to.failed] == [self.reminder.pk]
        failed = self.now()
        assert failed.state == ReminderState.FAILED
        assert failed.failure == "SMTPServerDisconnected: Connection unexpectedly closed"
        assert (failed.approved_by, failed.sent_at) == (self.publisher, None)
        assert len(mail.outbox) == 2

    def test_one_that_failed_can_be_approved_again_edited_or_cancelled(self):
        with override_settings(EMAIL_BACKEND=DOWN):
            self.send()
        edit_reminder(reminder=self.now(), subject="Once more", body="Please.", user=self.analyst)
        assert self.now().state == ReminderState.FAILED
        assert self.send(self.now()).sent
        assert (self.now().state, self.now().failure) == (ReminderState.SENT, "")
        assert [letter.subject for letter in mail.outbox] == ["Once more"]
        failed = make_reminder(make_return(make_council(), self.year), ReminderState.FAILED)
        cancel(reminder=failed, user=self.analyst)
        assert Reminder.objects.get(pk=failed.pk).failure == ""

    def test_a_mail_server_that_cannot_be_reached_at_all_fails_each_and_stops_nothing(self):
        with override_settings(EMAIL_BACKEND=UNREACHABLE):
            came_to = self.send(self.reminder, self.other("Birchwood Council"))
        assert len(came_to.failed) == 2
        assert self.now().failure == "ConnectionRefusedError: [Errno 111] Connection refused"

    def test_a_process_killed_between_sending_and_saying_so_sends_nothing_twice(self):
        with override_settings(EMAIL_BACKEND=DYING), pytest.raises(Killed):
            self.send()
        assert self.now().state == ReminderState.SENDING
        assert len(mail.outbox) == 1
        mail.outbox.clear()
        self.refused("The reminder to Willow Council is being sent; only one that waits", self.now())
        with pytest.raises(RuleBroken, match="is being sent"):
            cancel(reminder=self.now(), user=self.analyst)
        assert draft_reminders(returns=[self.annual_return], user=self.analyst, site=SITE).in_hand == [self.annual_return]

    def test_whoever_looks_says_ten_minutes_later_whether_it_went_out(self):
        for went_out, state in [(True, ReminderState.SENT), (False, ReminderState.FAILED)]:
            Reminder.objects.filter(pk=self.reminder.pk).delete()
            just_now, long_ago = now() - timedelta(minutes=9), now() - timedelta(minutes=10)
            self.reminder = make_reminder(self.annual_return, ReminderState.SENDING, approved_at=just_now)
            with pytest.raises(RuleBroken, match=r"may still be going out. Look again after \d\d:\d\d, and then say"):
                settle_sending(reminder=self.reminder, went_out=went_out, user=self.analyst)
            Reminder.objects.update(approved_at=long_ago)
            settle_sending(reminder=self.reminder, went_out=went_out, user=self.analyst)
            assert self.now().state == state
            assert self.now().sent_at == (long_ago if went_out else None)
            assert ("had not gone out" in self.now().failure) != went_out

    def test_only_one_that_is_being_sent_is_settled_so(self):
        with pytest.raises(RuleBroken, match="is not being sent: it is held for approval"):
            settle_sending(reminder=self.reminder, went_out=True, user=self.analyst)


class EditingTests(SendingTestCase):
    def test_the_analyst_s_own_words_are_kept_and_the_subject_stays_on_one_line(self):
        edited = edit_reminder(
            reminder=self.reminder, subject=" Your\r\nreturn ", body="Dear colleague,\r\n\r\nplease.\r\n", user=self.analyst
        )
        assert (edited.subject, edited.body) == ("Your return", "Dear colleague,\n\nplease.\n")
        assert edited.version == self.reminder.version + 1

    def test_an_edit_on_a_stale_reading_is_refused_with_what_stands(self):
        stale = self.now()
        edit_reminder(reminder=self.reminder, subject="First", body="First.", user=self.analyst)
        with pytest.raises(StaleWrite) as refused:
            edit_reminder(reminder=stale, subject="Second", body="Second.", user=self.publisher)
        assert refused.value.current.subject == "First"
        assert self.now().body == "First.\n"

    def test_a_letter_without_words_is_refused(self):
        for words in [("", "Words."), ("Subject", ""), ("Subject", " \n ")]:
            with pytest.raises(ValidationError):
                edit_reminder(reminder=self.now(), subject=words[0], body=words[1], user=self.analyst)

    def test_what_has_been_sent_is_not_edited_or_cancelled(self):
        self.send()
        for deed in (
            lambda: edit_reminder(reminder=self.now(), subject="Late", body="Late.", user=self.analyst),
            lambda: cancel(reminder=self.now(), user=self.analyst),
        ):
            with pytest.raises(RuleBroken, match="was sent on 20 April 2015"):
                deed()


class ContactMadeTests(DraftingTestCase):
    def test_a_call_is_recorded_with_who_when_and_what_came_of_it(self):
        made = record_contact(
            annual_return=self.annual_return, means=Means.CALL, note=" They promise Friday. ", on=date(2015, 4, 20),
            user=self.analyst,
        )  # fmt: skip
        stored = ContactMade.objects.get()
        assert stored == made
        assert (stored.means, stored.note, stored.made_on, stored.made_by) == (
            "call", "They promise Friday.", date(2015, 4, 20), self.analyst,
        )  # fmt: skip

    def test_one_to_come_one_without_a_note_and_one_by_pigeon_are_refused(self):
        given = {"annual_return": self.annual_return, "means": "call", "note": "Spoke.", "on": date(2015, 4, 20)}
        for wrong in ({"on": date(2015, 4, 21)}, {"note": "  "}, {"means": "pigeon"}):
            with self.subTest(wrong=wrong), pytest.raises(ValidationError):
                record_contact(**{**given, **wrong}, user=self.analyst)
        assert not ContactMade.objects.exists()
