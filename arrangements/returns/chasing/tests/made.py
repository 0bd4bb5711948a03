"""One valid contact, reminder or contact made, taking what matters to the test and making up the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.vocabulary import Means, ReminderState
from arrangements.returns.models import AnnualReturn
from arrangements.tests.builders import some_analyst
from councils.models import Council

SITE = "https://register.example/"
MOMENT = datetime(2015, 4, 14, 9, 30, tzinfo=UTC)


def make_contact(council: Council, email: str | None = None, **fields: Any) -> CouncilContact:
    """An active role mailbox of the council."""
    return CouncilContact.objects.create(council=council, email=email or f"returns@{council.slug}.example.org", **fields)


def make_reminder(annual_return: AnnualReturn, state: str = ReminderState.DRAFT, **fields: Any) -> Reminder:
    """A reminder in the state, with the who and when that the state needs."""
    if state not in (ReminderState.DRAFT, ReminderState.CANCELLED):
        fields = {"approved_by": some_analyst(), "approved_at": MOMENT, **fields}
    if state == ReminderState.SENT:
        fields.setdefault("sent_at", MOMENT)
    if state == ReminderState.FAILED:
        fields.setdefault("failure", "The line was busy.")
    given = {
        "recipients": [f"returns@{annual_return.council.slug}.example.org"],
        "subject": "Your return",
        "body": "We have not had it yet.\n",
        "drafted_at": MOMENT,
        **fields,
    }
    given.setdefault("drafted_by", some_analyst())
    return Reminder.objects.create(annual_return=annual_return, state=state, **given)


def make_contact_made(annual_return: AnnualReturn, on: date = date(2015, 4, 16), **fields: Any) -> ContactMade:
    """A call on the day."""
    given = {"means": Means.CALL, "note": "Nobody answered.", **fields}
    given.setdefault("made_by", some_analyst())
    return ContactMade.objects.create(annual_return=annual_return, made_on=on, **given)
