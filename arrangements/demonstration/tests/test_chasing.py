"""The demonstration's contacts, letters, calls and flags: enough to look at, and all of it plainly made up."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.vocabulary import ReminderState
from arrangements.returns.followup.models import Flag, FlagComment
from arrangements.returns.models import AnnualReturn
from councils.models import User
from sharedservices.common.today import today

pytestmark = pytest.mark.usefixtures("demonstration")


def test_every_address_is_nobody_s_and_every_word_says_that_it_is_illustrative():
    addresses = [*CouncilContact.objects.values_list("email", flat=True)]
    addresses += [address for reminder in Reminder.objects.all() for address in reminder.recipients]
    assert all(address.endswith(".example.org") for address in addresses)
    words = [*CouncilContact.objects.values_list("name", flat=True), *Reminder.objects.values_list("body", flat=True)]
    words += [*ContactMade.objects.values_list("note", flat=True), *Flag.objects.values_list("text", flat=True)]
    words += [*FlagComment.objects.values_list("text", flat=True)]
    assert all("llustrative" in text for text in words)
    assert mail.outbox == []


def test_most_councils_asked_have_a_mailbox_and_a_few_have_nothing():
    asked = AnnualReturn.objects.filter(year__slug="2014-15").with_addresses(today())
    without = sum(not annual_return.addresses for annual_return in asked)
    assert 5 <= without <= 10
    assert len(asked) == 351


def test_letters_stand_in_three_states_and_two_flags_are_open_with_a_thread():
    states = [*Reminder.objects.values_list("state", flat=True)]
    assert {state: states.count(state) for state in set(states)} == {
        ReminderState.SENT: 6, ReminderState.FAILED: 1, ReminderState.DRAFT: 2,
    }  # fmt: skip
    assert ContactMade.objects.count() == 4
    assert Flag.objects.open().count() == Flag.objects.count() == 2
    assert all(flag.comments.exists() and flag.arrangement.is_illustrative for flag in Flag.objects.all())


def test_the_pages_have_something_to_show(client: Client):
    client.force_login(User.objects.get(email="analyst@example.org"))
    page = client.get("/admin/chasing/").content.decode()
    assert "Reminders in hand (3)" in page
    assert "11 April 2015, reminder" not in page, "what was reached stands after what never was"
    reached = client.get("/admin/chasing/?state=in_progress").content.decode()
    assert "10 April 2015, reminder" in reached
    assert "add one" in page or "add one" in client.get("/admin/chasing/?contact=none").content.decode()
