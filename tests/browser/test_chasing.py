"""Chasing in the admin: who owes an answer, a letter drafted, edited, approved and sent, and how complete the year is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from arrangements.returns.chasing.models import ContactMade, Reminder
from arrangements.returns.chasing.vocabulary import ReminderState
from arrangements.returns.models import AnnualReturn
from sharedservices.common.today import today
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, NO_SCRIPT, OpenPage
from tests.browser.keyboard import tab_to
from tests.browser.looks import focus_can_be_seen, looks_right


def to_be_written_to() -> Any:
    """The first return of 2014/15 that owes an answer, can be written to, and has no reminder in hand, with a short list."""
    rows = AnnualReturn.objects.filter(year__slug="2014-15", council__region__slug="north-east").select_related("council")
    return next(row for row in rows.for_chasing(today()) if row.is_outstanding and row.addresses and not row.has_reminder_in_hand)


def list_of(row: Any) -> str:
    """The page narrowed to the council."""
    return f"/admin/chasing/?q={row.council.short_name}"


def press(page: Page, button: str) -> None:
    """Go to the button with the keyboard and press it."""
    tab_to(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def test_a_letter_is_drafted_edited_approved_and_sent_from_the_keyboard(own_register: str, open_page: OpenPage) -> None:
    row = to_be_written_to()
    name = row.council.name
    Reminder.objects.in_hand().delete()
    mail.outbox.clear()
    page = open_page(email=ANALYST)
    page.goto(list_of(row))
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("0: due in 18 days")

    tab_to(page, page.get_by_role("checkbox", name=f"Write to {name}"))
    page.keyboard.press("Space")
    press(page, "Draft reminders for the ticked")
    expect(page.get_by_text("1 reminder is drafted and held for approval. Nothing has been sent.")).to_be_visible()
    assert mail.outbox == []

    letter = page.get_by_label(f"Letter to {name}")
    expect(letter).to_be_visible()
    tab_to(page, letter)
    page.keyboard.press("Control+Home")
    page.keyboard.type("Dear colleague,\n\n")
    press(page, f"Approve and send to {name}")

    expect(page.get_by_text("1 reminder was sent.")).to_be_visible()
    expect(page.get_by_role("heading", name="Reminders in hand")).to_have_count(0)
    line = page.get_by_role("row").filter(has_text=name)
    expect(line).to_contain_text("20 April 2015, reminder")
    [sent] = mail.outbox
    assert sent.to == row.addresses
    assert str(sent.body).startswith("Dear colleague,\n\nTo ")
    assert Reminder.objects.get(annual_return=row, state=ReminderState.SENT).body == sent.body

    line.get_by_role("link", name="20 April 2015, reminder").click()
    expect(page.get_by_role("heading", name=f"Contact about {name}, 2014/15")).to_be_visible()
    page.get_by_text("Sent on 20 April 2015").click()
    expect(page.get_by_text("Dear colleague,")).to_be_visible()


def test_the_same_works_without_script(own_register: str, open_page: OpenPage) -> None:
    row = to_be_written_to()
    mail.outbox.clear()
    page = open_page(NO_SCRIPT, ANALYST)
    page.goto(list_of(row))
    page.get_by_role("checkbox", name=f"Write to {row.council.name}").check()
    page.get_by_role("button", name="Draft reminders for the ticked").click()
    page.get_by_text(f"{row.council.name}: held for approval").click()
    page.get_by_role("button", name=f"Approve and send to {row.council.name}").click()
    expect(page.get_by_text("1 reminder was sent.")).to_be_visible()
    assert [letter.to for letter in mail.outbox] == [row.addresses]


def test_a_call_is_recorded_and_is_then_the_last_contact(own_register: str, open_page: OpenPage) -> None:
    row = to_be_written_to()
    page = open_page(NARROW, ANALYST)
    page.goto(list_of(row))
    page.get_by_role("link", name=f": contact with {row.council.name}").click()
    page.get_by_label("Whom you reached").fill("The finance team promises Friday.")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Recorded.")).to_be_visible()
    assert ContactMade.objects.get(annual_return=row).note == "The finance team promises Friday."
    looks_right(page)
    page.goto(list_of(row))
    expect(page.get_by_role("row").filter(has_text=row.council.name)).to_contain_text("20 April 2015, call")


def test_numbers_of_the_completeness_table_lead_to_their_list(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.goto("/admin/chasing/completeness/")
    councils = page.get_by_role("region", name="Councils asked")
    expect(councils.get_by_role("row", name=re.compile("^England"))).to_contain_text("351")
    number = councils.get_by_role("row", name=re.compile("^London [0-9]")).get_by_role("link").nth(1)
    count = number.inner_text()
    number.click()
    expect(page.get_by_label("Region")).to_have_value("london")
    expect(page.get_by_label("State of the return")).to_have_value("not_started")
    expect(page.get_by_text(f"Listed: {count} returns")).to_be_visible()


@pytest.mark.long
def test_how_the_pages_look(open_page: OpenPage) -> None:
    chased = ContactMade.objects.latest("pk").annual_return_id
    page = open_page(email=ANALYST)
    for path in [
        "/admin/chasing/",
        "/admin/chasing/?region=atlantis",
        "/admin/chasing/completeness/",
        f"/admin/chasing/{chased}/",
        "/admin/arrangements/councilcontact/",
        "/admin/arrangements/reminder/",
        "/admin/arrangements/flag/",
    ]:
        page.goto(path)
        looks_right(page)


def test_the_focus_can_be_seen_on_the_way_through(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.goto("/admin/chasing/?region=north-east")
    page.get_by_label("Council", exact=True).focus()
    focus_can_be_seen(page, stops=30)
