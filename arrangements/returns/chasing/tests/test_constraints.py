"""The rules that the database holds for contacts, reminders and contacts made, each broken once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import TestCase, override_settings

from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.tests.made import MOMENT, make_contact, make_contact_made, make_reminder
from arrangements.returns.chasing.vocabulary import ReminderState
from arrangements.tests.builders import make_analyst, make_return, make_year
from councils.tests.builders import make_council


class RuleTests(TestCase):
    def setUp(self):
        self.council = make_council("Willow Council")
        self.annual_return = make_return(self.council, make_year(2014))
        self.analyst = make_analyst()

    def breaks(self, name: str, row: Any, **fields: Any) -> str:
        """The database refuses the change by the constraint of that name; what `full_clean` says of it."""
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**fields)
        for field, value in fields.items():
            setattr(row, field, value)
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        row.refresh_from_db()
        return " ".join(refused.value.messages)

    def test_a_council_has_each_address_once_however_it_is_typed(self):
        make_contact(self.council, "returns@willow.example.org")
        other = make_contact(self.council, "others@willow.example.org")
        told = self.breaks("a_council_has_each_address_once", other, email="returns@willow.example.org")
        assert "This address is already recorded for the council" in told
        with pytest.raises(IntegrityError, match="a_contacts_address_is_kept_in_small_letters"), transaction.atomic():
            CouncilContact.objects.filter(pk=other.pk).update(email="Returns@willow.example.org")
        other.email = "Others@Willow.example.org"
        other.full_clean()
        assert other.email == "others@willow.example.org"

    def test_another_council_may_have_the_same_address(self):
        make_contact(self.council, "shared@example.org")
        make_contact(make_council(), "shared@example.org").full_clean()

    def test_kinds_states_and_means_are_of_their_lists(self):
        for row, field in [
            (make_contact(self.council), "kind"),
            (make_reminder(self.annual_return), "state"),
            (make_contact_made(self.annual_return), "means"),
        ]:
            self.breaks(f"{field}_is_of_its_list", row, **{field: "pigeon"})

    def test_a_return_has_one_reminder_in_hand_and_any_number_settled(self):
        make_reminder(self.annual_return, ReminderState.SENT)
        make_reminder(self.annual_return, ReminderState.SENT)
        cancelled = make_reminder(self.annual_return, ReminderState.CANCELLED)
        make_reminder(self.annual_return)
        told = self.breaks("a_return_has_one_reminder_in_hand", cancelled, state=ReminderState.DRAFT)
        assert "A reminder for this return is in hand already: send or cancel that one." in told

    def test_a_reminder_goes_to_somebody(self):
        self.breaks("a_reminder_goes_to_somebody", make_reminder(self.annual_return), recipients=[])

    def test_no_reminder_goes_out_unapproved(self):
        draft = make_reminder(self.annual_return)
        for state, more in [("sending", {}), ("sent", {"sent_at": MOMENT}), ("failed", {"failure": "Busy."})]:
            told = self.breaks("no_reminder_goes_out_unapproved", draft, state=state, **more)
            assert "A reminder goes out only after somebody has approved it" in told

    def test_who_approved_and_when_stand_together(self):
        draft = make_reminder(self.annual_return)
        self.breaks("approved_by_with_approved_at", draft, approved_by=self.analyst)
        self.breaks("approved_by_with_approved_at", draft, approved_at=MOMENT)

    def test_a_sent_reminder_says_when_and_no_other_does(self):
        sent = make_reminder(self.annual_return, ReminderState.SENT)
        self.breaks("a_sent_reminder_says_when", sent, sent_at=None)
        self.breaks("a_sent_reminder_says_when", make_reminder(self.annual_return), sent_at=MOMENT)

    def test_a_failed_reminder_says_why_and_no_other_does(self):
        failed = make_reminder(self.annual_return, ReminderState.FAILED)
        self.breaks("a_failed_reminder_says_why", failed, failure="")
        sent = make_reminder(self.annual_return, ReminderState.SENT)
        self.breaks("a_failed_reminder_says_why", sent, failure="Busy.")

    def test_a_contact_made_says_what_came_of_it(self):
        self.breaks("a_contact_made_says_what_came_of_it", make_contact_made(self.annual_return), note="")

    @override_settings(REGISTER_TODAY=date(2015, 4, 20))
    def test_a_contact_of_today_has_been_made_and_one_of_tomorrow_has_not(self):
        made = make_contact_made(self.annual_return, date(2015, 4, 20))
        made.full_clean()
        made.made_on = date(2015, 4, 21)
        with pytest.raises(ValidationError) as refused:
            made.full_clean()
        assert refused.value.message_dict["made_on"] == [
            "21 April 2015 is still to come: today is 20 April 2015. Give the day it was made."
        ]

    def test_every_write_leaves_an_event_raw_sql_too_and_raises_the_version(self):
        rows = [make_contact(self.council), make_reminder(self.annual_return), make_contact_made(self.annual_return)]
        for row, field in zip(rows, ["name", "subject", "note"], strict=True):
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {row._meta.db_table} SET {field} = 'Changed' WHERE id = %s", [row.pk])
            events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
            assert [getattr(event, field) == "Changed" for event in events] == [False, True]
            row.refresh_from_db()
            assert row.version == 2

    def test_from_a_council_nobody_comes_to_its_contacts(self):
        names = {relation.name for relation in type(self.council)._meta.get_fields()}
        assert not any("contact" in name for name in names)
        assert not hasattr(self.council, "councilcontact_set")

    def test_a_return_with_reminders_or_calls_is_not_deleted(self):
        make_contact(self.council)
        for make in (make_reminder, make_contact_made):
            row = make(self.annual_return)
            with pytest.raises(Exception, match="protected"), transaction.atomic():
                self.annual_return.delete()
            row.delete()
        assert ContactMade.objects.count() == Reminder.objects.count() == 0
