"""Two analysts at once, each on a connection of their own: one letter is drafted, and one is sent."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail

from arrangements.returns.actions import submit
from arrangements.returns.chasing.actions import approve_and_send, cancel, draft_reminders, edit_reminder
from arrangements.returns.chasing.models import Reminder
from arrangements.returns.chasing.tests.made import SITE, make_contact, make_reminder
from arrangements.returns.chasing.vocabulary import ReminderState
from arrangements.returns.models import AnnualReturn
from arrangements.returns.tests.test_races import at_once
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)
    settings.ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]


@pytest.fixture
def outstanding() -> AnnualReturn:
    """A return of one line that nobody has answered, of a council with a mailbox."""
    council = make_council("Willow Council")
    make_contact(council)
    make_arrangement(council, make_council())
    return make_return(council, make_year(2014))


def test_of_two_who_draft_at_once_one_drafts_and_the_other_is_told(outstanding):
    first, second = make_analyst(), make_analyst()
    results = at_once(
        *(lambda user=user: draft_reminders(returns=[outstanding], user=user, site=SITE) for user in (first, second))
    )
    assert sorted(len(result.reminders) for result in results) == [0, 1], results
    assert sorted(len(result.in_hand) for result in results) == [0, 1]
    assert Reminder.objects.count() == 1


def test_of_two_who_approve_at_once_one_sends_and_the_other_is_refused(outstanding):
    reminder = make_reminder(outstanding)
    users = [make_analyst(), make_analyst(), make_analyst()]
    results = at_once(*(lambda user=user: approve_and_send(reminders=[reminder], user=user) for user in users))
    assert sorted(len(result.sent) for result in results) == [0, 0, 1], results
    assert sorted(len(result.refused) for result in results) == [0, 1, 1]
    assert len(mail.outbox) == 1
    assert Reminder.objects.get().approved_by == users[[len(result.sent) for result in results].index(1)]


def test_all_of_ten_letters_go_out_once_however_two_press_at_once():
    year = make_year(2014)
    reminders = []
    for _ in range(10):
        council = make_council()
        make_contact(council)
        reminders.append(make_reminder(make_return(council, year)))
    user, other = make_analyst(), make_analyst()
    results = at_once(
        lambda: approve_and_send(reminders=reminders, user=user),
        lambda: approve_and_send(reminders=reminders[::-1], user=other),
    )
    assert sum(len(result.sent) for result in results) == 10, results
    assert sorted(letter.to for letter in mail.outbox) == sorted(reminder.recipients for reminder in reminders)
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.SENT}


def test_a_letter_is_sent_as_it_was_read_or_edited_but_not_both(outstanding):
    reminder = make_reminder(outstanding)
    user, other = make_analyst(), make_analyst()
    sending, edited = at_once(
        lambda: approve_and_send(reminders=[reminder], user=user),
        lambda: edit_reminder(reminder=reminder, subject="Edited", body="Edited.", user=other),
    )
    stands = Reminder.objects.get()
    if sending.sent:
        assert isinstance(edited, RuleBroken)
        assert [letter.body for letter in mail.outbox] == [reminder.body] == [stands.body]
    else:
        assert mail.outbox == []
        assert (stands.state, stands.body) == (ReminderState.DRAFT, "Edited.\n")


def test_a_letter_is_cancelled_or_sent_but_not_both(outstanding):
    reminder = make_reminder(outstanding)
    user, other = make_analyst(), make_analyst()
    sending, _ = at_once(
        lambda: approve_and_send(reminders=[reminder], user=user),
        lambda: cancel(reminder=reminder, user=other),
    )
    assert Reminder.objects.get().state == (ReminderState.SENT if sending.sent else ReminderState.CANCELLED)
    assert len(mail.outbox) == len(sending.sent)


def test_a_council_that_answers_at_the_same_moment_is_reminded_before_it_or_not_at_all(outstanding):
    reminder = make_reminder(outstanding)
    make_saving(outstanding.lines().get(), outstanding.year)
    user, other = make_analyst(), make_analyst()
    sending, submitted = at_once(
        lambda: approve_and_send(reminders=[reminder], user=user),
        lambda: submit(annual_return=outstanding, user=other),
    )
    assert submitted is None
    assert len(sending.sent) + len(sending.refused) == 1
    assert len(mail.outbox) == len(sending.sent)
