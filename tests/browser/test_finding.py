"""The finder and the desk: `/` from anywhere leads to the line, by keyboard alone, and without script by a page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from arrangements.register.models import Arrangement
from arrangements.returns.models import AnnualReturn
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import NO_SCRIPT, WIDE, OpenPage
from tests.browser.keyboard import tab_to
from tests.browser.looks import focus_can_be_seen, looks_right
from tests.browser.registered import kingston_and_sutton
from tests.browser.returns import page_of

DESK = reverse("admin:index")
ARRANGEMENTS = reverse("admin:arrangements_arrangement_changelist")


def line_of(arrangement: Arrangement) -> str:
    """The address of its line in the return of 2014/15."""
    answering = arrangement.partnerships.get(answers=True).council_id
    return f"{page_of(AnnualReturn.objects.get(year__slug='2014-15', council=answering))}#line-{arrangement.pk}"


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Find an arrangement or a council")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


@pytest.mark.parametrize("start", [DESK, ARRANGEMENTS], ids=["the desk", "a list"])
def test_slash_three_words_and_enter_lead_to_the_line(open_page: OpenPage, start: str) -> None:
    page = open_page(WIDE, ANALYST)
    page.goto(start)
    page.locator("h1").first.click()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("ict kingston sut")
    first = options(page).first
    expect(first).to_contain_text("Kingston and Sutton shared ICT service")
    for words in [kingston_and_sutton().reference, "Kingston upon Thames, Sutton", "Not returned in 2013/14", "2014/15"]:
        expect(first).to_contain_text(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/annualreturn/"))
    expect(page).to_have_url(line_of(kingston_and_sutton()))


def test_enter_pressed_before_the_answer_follows_what_was_typed(open_page: OpenPage) -> None:
    page = open_page(WIDE, ANALYST)
    page.goto(DESK)
    page.keyboard.press("/")
    page.keyboard.type("sutton")
    expect(options(page).first).to_contain_text("London Borough of Sutton")
    box(page).fill("ict kingston sut")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/annualreturn/"))
    expect(page).to_have_url(line_of(kingston_and_sutton()))


def test_arrows_choose_the_number_is_announced_and_escape_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(WIDE, ANALYST)
    page.goto(DESK)
    opener = page.get_by_role("link", name="Find", exact=False).first
    tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("suton")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#finder-said")).to_have_text(re.compile(r"^(\d+ results, the best first\.|The first 8 results)"))

    second = options(page).nth(1)
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box(page)).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "none")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(opener).to_be_focused()


def test_nothing_found_is_said_and_enter_then_leads_nowhere(open_page: OpenPage) -> None:
    page = open_page(WIDE, ANALYST)
    page.goto(DESK)
    page.keyboard.press("/")
    page.keyboard.type("xyzzyq")
    expect(page.locator("#finder-said")).to_have_text("Nothing found. Try fewer words, or part of a word.")
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(box(page)).to_be_visible()
    expect(page).to_have_url(DESK)


def test_a_slash_in_a_field_is_a_letter_and_the_key_can_be_turned_off(open_page: OpenPage) -> None:
    page = open_page(WIDE, ANALYST)
    page.goto(ARRANGEMENTS)
    search = page.locator("#searchbar")
    search.focus()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")
    expect(box(page)).to_be_hidden()

    page.locator("h1").first.click()
    page.keyboard.press("/")
    page.get_by_label("Open this with the / key").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    expect(box(page)).to_be_hidden()
    page.get_by_role("link", name="Find").first.click()
    expect(box(page)).to_be_visible()


def test_without_script_the_link_leads_to_a_page_that_finds_the_same(open_page: OpenPage) -> None:
    page = open_page(NO_SCRIPT, ANALYST)
    page.goto(DESK)
    page.get_by_role("link", name="Find").first.click()
    page.get_by_label("Name, former name, reference, code, partner or service").fill("ict kingston sut")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status")).to_have_text("1 result.")
    page.get_by_role("main").get_by_role("link", name="Kingston and Sutton shared ICT service").click()
    expect(page).to_have_url(line_of(kingston_and_sutton()))


@pytest.mark.long
def test_the_finder_looks_right(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.goto(DESK)
    page.keyboard.press("/")
    page.keyboard.type("sutton")
    expect(options(page)).to_have_count(8)
    looks_right(page)
    page.goto(f"{reverse('admin:find')}?q=sutton")
    looks_right(page)


@pytest.mark.parametrize("email", [ANALYST, PUBLISHER])
def test_the_desk_looks_right(open_page: OpenPage, email: str) -> None:
    page = open_page(email=email)
    page.goto(DESK)
    expect(page.get_by_role("heading", name="Collection of 2014/15")).to_be_visible()
    looks_right(page)
    focus_can_be_seen(page, stops=20)


def test_the_desk_leads_to_the_next_thing_and_to_each_state(open_page: OpenPage) -> None:
    page = open_page(WIDE, ANALYST)
    page.goto(DESK)
    next_step = page.get_by_role("region", name="Next")
    tab_to(page, next_step.get_by_role("link"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/annualreturn/\d+/change/"))
    page.goto(DESK)
    progress = page.get_by_role("region", name="Collection of 2014/15")
    count = progress.get_by_role("listitem").filter(has_text="Accepted").locator("strong").inner_text()
    progress.get_by_role("link", name="Accepted").click()
    expect(page.locator(".paginator")).to_contain_text(f"{count} annual returns")
