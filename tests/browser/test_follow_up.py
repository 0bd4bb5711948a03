"""A flag on a return's page: raised beside its line, assigned, discussed, closed, and nothing typed is lost by it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from arrangements.returns.followup.models import Flag
from arrangements.returns.followup.vocabulary import FlagState
from arrangements.returns.models import ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import NO_SCRIPT, OpenPage
from tests.browser.keyboard import tab_to
from tests.browser.looks import looks_right
from tests.browser.returns import a_return, line, page_of


def new_flag(page: Page, about: str) -> Locator:
    """The fields of a new flag on the line."""
    return page.get_by_role("group", name=f"New flag on {about}")


def test_a_line_is_flagged_from_the_keyboard_and_the_answer_being_typed_stays(own_register: str, open_page: OpenPage) -> None:
    annual_return = a_return(lines=2)
    first = annual_return.lines()[0]
    page = open_page(email=ANALYST)
    page.goto(page_of(annual_return))
    line(page, first).get_by_label("Outcome").select_option(label="Figure")
    line(page, first).get_by_label("Amount in pounds").fill("£410k")
    tab_to(page, line(page, first).locator("summary"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Am")
    page.keyboard.press("Tab")
    page.keyboard.type("Ten times last year's. Is it gross?")
    page.keyboard.press("Tab")
    page.keyboard.type("Demonstration pub")
    tab_to(page, new_flag(page, first.name).get_by_role("button", name="Flag for follow-up"))
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"Flagged for follow-up: {first.name}.")).to_be_visible()
    expect(line(page, first).get_by_label("Amount in pounds")).to_have_value("£410k")
    expect(line(page, first).get_by_text("1 open flag")).to_be_visible()
    flag = Flag.objects.latest("pk")
    assert (flag.field, flag.text) == ("amount", "Ten times last year's. Is it gross?")
    assert flag.assigned_to is not None
    assert flag.assigned_to.email == PUBLISHER
    assert not ReportedSaving.objects.filter(year=annual_return.year, arrangement=first).exists()

    line(page, first).get_by_label("Comment, or why").fill("Asked them.")
    line(page, first).get_by_role("button", name="Comment").click()
    expect(page.get_by_text("The comment is added.")).to_be_visible()
    expect(line(page, first).get_by_label("Amount in pounds")).to_have_value("£410k")
    assert not ReportedSaving.objects.filter(year=annual_return.year, arrangement=first).exists(), "what is typed is not saved"


def test_somebody_else_finds_it_in_the_list_and_closes_it(own_register: str, open_page: OpenPage) -> None:
    flag = Flag.objects.open().filter(assigned_to__email=ANALYST).select_related("arrangement").get()
    assert flag.arrangement is not None
    page = open_page(NO_SCRIPT, ANALYST)
    page.goto("/admin/arrangements/flag/?assigned=me&state__exact=open")
    page.get_by_role("link", name=flag.text[:60]).click()
    expect(line(page, flag.arrangement).get_by_text("please settle it before the release is prepared")).to_be_visible()
    line(page, flag.arrangement).get_by_label("Comment, or why").fill("Net after all.")
    line(page, flag.arrangement).get_by_role("button", name="Close the flag").click()
    expect(page.get_by_text("The flag is closed.")).to_be_visible()
    flag.refresh_from_db()
    assert (flag.state, flag.reason) == (FlagState.CLOSED, "Net after all.")


@pytest.mark.long
def test_how_a_returns_page_with_flags_looks(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    flagged = Flag.objects.open().earliest("pk").annual_return
    for annual_return in (flagged, a_return(ReturnState.NOT_STARTED)):
        page.goto(page_of(annual_return))
        closed = page.locator("details.register-flags:not([open]) > summary")
        while closed.count():
            closed.first.click()
        looks_right(page)
