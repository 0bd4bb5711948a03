"""Answering the press: claims in sentences, a question answered and logged in five actions, a citation opened."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from arrangements.releases.press.models import PressAnswer
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, NO_SCRIPT, OpenPage
from tests.browser.hands import Hand, value_of
from tests.browser.keyboard import tab_to
from tests.browser.looks import axe_finds_nothing, focus_can_be_seen, nothing_sticks_out

BUDGET = 5
PRESS, FROZEN = "/years/2013-14/press/", "/releases/2013-14.r1/arrangements/"
SHARE = "/releases/2013-14.r1/figures/councils-share/"
QUESTION = "What did arrangements sharing ICT in Kent save in 2013/14, and is that more than the year before?"


def copied(page: Page) -> str:
    """What the clipboard holds."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def looks_right(page: Page) -> None:
    axe_finds_nothing(page)
    nothing_sticks_out(page)


def test_a_journalist_is_answered_in_five_actions_and_a_reader_opens_the_citation(own_register: str, open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=own_register)

    # Step 4: the claims as sentences; a number opens its rows, a sentence is copied with its source, by keyboard too
    page.goto(PRESS)
    share = page.locator("#councils-share")
    expect(share).to_contain_text("96 per cent of councils shared services")
    looks_right(page)
    tab_to(page, share.get_by_role("button", name="Copy with source"))
    page.keyboard.press("Enter")
    expect(share.get_by_role("status")).to_have_text("Copied")
    assert copied(page).startswith("96 per cent of councils shared services")
    assert copied(page).endswith(f"{own_register}{SHARE}")
    focus_can_be_seen(page)
    share.get_by_role("link", name="14", exact=True).click()
    expect(page.locator("#found")).to_have_text("14 councils")

    # Step 8: the frozen list, filtered by county and service; answered, copied and logged
    page.goto(FROZEN)
    hand = Hand(page)
    hand.pick(page.get_by_label("County", exact=True), "Kent County Council")
    hand.pick(page.get_by_label("Service", exact=True), "ICT")
    with hand.waiting():
        hand.click(page.get_by_role("button", name="Apply filters"))
    expect(page.locator("#found")).to_have_text("3 arrangements")
    with hand.waiting():
        hand.click(page.get_by_role("link", name="Answer with this list"))
    expect(page.get_by_label("What was asked")).to_have_value(QUESTION)
    drafted = page.get_by_label("Answer").input_value()
    looks_right(page)
    with hand.waiting():
        hand.click(page.get_by_role("button", name="Copy and log"))
    expect(page.get_by_text("The answer is logged with its figures.")).to_be_visible()
    hand.report("Answering a journalist", BUDGET)
    assert copied(page) == drafted
    looks_right(page)
    answered = PressAnswer.objects.get()
    assert (answered.answer, answered.answered_by.email) == (drafted, ANALYST)

    # With a narrow screen: the filters unfolded, and the draft from among them
    narrow = open_page(NARROW, ANALYST)
    narrow.goto(FROZEN)
    narrow.get_by_text("Filter this list").click()
    services = narrow.get_by_label("Service", exact=True)
    services.select_option(value_of(services, "ICT"))
    expect(narrow.get_by_role("link", name="Remove the filter Service: ICT")).to_be_visible()
    narrow.get_by_role("button", name="Answer").click()
    expect(narrow.get_by_label("What was asked")).to_have_value(re.compile("^What did arrangements sharing ICT save"))
    nothing_sticks_out(narrow)
    narrow.goto(answered.get_absolute_url())
    nothing_sticks_out(narrow)

    # J3b: the citation, and a figure's, opened by a reader without script and on a narrow screen
    citation = re.findall(r"http://\S+", drafted)[-1]
    for way in (NO_SCRIPT, NARROW):
        reader = open_page(way)
        reader.goto(citation)
        expect(reader.locator("#found")).to_have_text("3 arrangements")
        expect(reader.get_by_role("button", name="Answer")).to_have_count(0)
        reader.goto(SHARE)
        for told in (
            "96 per cent",
            "337 of 351",
            "The 337 frozen rows",
            "halves away from zero",
            "revision 1",
            "Digest",
            "How to quote it",
        ):
            expect(reader.get_by_role("main")).to_contain_text(told)
        expect(reader.get_by_label("Text to copy")).to_have_value(re.compile("Share of councils involved, 2013/14: 96 per cent."))
        expect(reader.get_by_role("button", name="Copy with source")).to_have_count(1 if way.scripts else 0)
        looks_right(reader) if way.scripts else nothing_sticks_out(reader)
    reader.goto(PRESS)
    reader.locator("#savings-total summary").click()
    expect(reader.get_by_label("Text to copy").first).to_be_visible()
    looks_right(reader)
