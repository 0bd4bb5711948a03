"""An officer reads what is asked, answers a query that the analyst sees at once, and finds a partner by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from arrangements.register.models import Arrangement
from arrangements.returns.models import Query
from arrangements.returns.vocabulary import QueryState
from tests.browser.accounts import ANALYST, OFFICER
from tests.browser.conftest import EVERY_WAY, NARROW, NO_SCRIPT, WIDE, OpenPage, Way, in_ways
from tests.browser.keyboard import tab_to
from tests.browser.looks import axe_finds_nothing, nothing_sticks_out

LONGEST_NAME = "Highwaysandwinter" * 9
SAID = "One lease ended in March; the council's ledger has it."


def looked_at(page: Page) -> None:
    nothing_sticks_out(page)
    axe_finds_nothing(page)


@pytest.mark.usefixtures("own_register")
@pytest.mark.parametrize("way", [NARROW, NO_SCRIPT], ids=lambda way: way.name)
def test_an_answered_query_is_with_the_analyst_at_once(open_page: OpenPage, way: Way) -> None:
    looks = looked_at if way.scripts else nothing_sticks_out
    question = Query.objects.filter(annual_return__council__slug="redbridge", state=QueryState.OPEN).earliest("raised_at", "pk")
    if way is NARROW:
        Arrangement.objects.filter(pk=question.arrangement_id).update(name=LONGEST_NAME)
        question.refresh_from_db()
    page = open_page(way, OFFICER)
    page.goto("/my-council/")
    page.get_by_role("main").get_by_role("link", name="Redbridge").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Redbridge")
    page.get_by_role("link", name="2 queries wait for your answer").click()
    expect(page).to_have_url(re.compile(r"#query-\d+$"))
    looks(page)

    form = page.get_by_role("group", name=question.arrangement.name)
    form.get_by_role("textbox").fill("No")
    form.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert").first).to_contain_text("Answer: “No” is too short.")
    looks(page)
    page.get_by_role("textbox", name="Your answer").fill(SAID)
    page.get_by_role("button", name="Send the answer").click()
    expect(page).to_have_url(re.compile(rf"/my-council/redbridge/#query-{question.pk}$"))
    expect(page.get_by_role("group", name=question.arrangement.name)).to_contain_text(SAID)
    looks(page)
    for below in ("preview/", "board-paper/"):
        page.goto(f"/my-council/redbridge/{below}")
        expect(page.get_by_role("main")).to_contain_text(question.arrangement.name)
        looks(page)
    page.goto("/my-council/redbridge/")
    expect(page.get_by_role("link", name="1 query waits for your answer")).to_be_visible()

    desk = open_page(WIDE, ANALYST)
    desk.goto(f"/admin/arrangements/annualreturn/{question.annual_return_id}/change/")
    expect(desk.get_by_role("group", name=f"Query about {question.arrangement.name}")).to_contain_text(SAID)


@pytest.mark.parametrize("way", [WIDE, NARROW], ids=lambda way: way.name)
def test_preview_and_board_paper_are_clean_and_can_be_printed(open_page: OpenPage, way: Way) -> None:
    page = open_page(way, OFFICER)
    for below, heading in [("preview/", "What the public will see"), ("board-paper/", "Shared services of")]:
        page.goto(f"/my-council/sutton/{below}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        looked_at(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Workbook (XLSX)").click()
    assert started.value.suggested_filename == "board-paper-sutton-2015-04-20.xlsx"
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Workbook (XLSX)")).to_be_hidden()
    expect(page.get_by_role("table", name="Arrangements now")).to_be_visible()


@in_ways(*EVERY_WAY)
def test_a_partner_is_found_by_name_and_service_with_a_keyboard_alone(page: Page) -> None:
    page.goto("/find-a-partner/")
    tab_to(page, page.get_by_label("Your council"))
    page.keyboard.type("suttn")
    page.keyboard.press("Tab")
    page.keyboard.type("Legal")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?council=suttn&service=legal$"))
    expect(page.get_by_role("heading", level=2).first).to_have_text("Legal services: partners for London Borough of Sutton")
    first = page.locator(".register-partner").first
    expect(first).to_contain_text("Borders Sutton for")
    expect(page.locator(".register-partner")).to_have_count(10)
    expect(page.locator("#already")).to_contain_text("Merton")
    expect(page.locator(".register-partners")).not_to_contain_text("1. Merton")
    nothing_sticks_out(page)


@in_ways(NARROW)
def test_a_council_that_nobody_knows_and_several_that_may_be_meant_are_told_from_each_other(page: Page) -> None:
    page.goto("/find-a-partner/?council=atlantis&service=ict")
    expect(page.get_by_role("alert")).to_contain_text("No council is or was called “atlantis”.")
    looked_at(page)
    page.goto("/find-a-partner/?council=ford&service=ict")
    page.get_by_role("link", name="Guildford Borough Council").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("ICT: partners for Guildford Borough Council")
