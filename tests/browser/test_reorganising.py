"""Councils end and others follow: asked for, seen, decided and confirmed in the admin, wide, narrow and without script."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from arrangements.register.models import Arrangement, Partnership
from councils.models import Council
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, NO_SCRIPT, OpenPage, Way
from tests.browser.keyboard import tab_to
from tests.browser.looks import axe_finds_nothing, looks_right

EAST = ["Elmbridge", "Epsom and Ewell", "Mole Valley", "Reigate and Banstead", "Tandridge", "Surrey County"]
WEST = ["Guildford", "Runnymede", "Spelthorne", "Surrey Heath", "Waverley", "Woking Borough", "Surrey County"]
CUMBRIA = ["allerdale", "barrow-in-furness", "carlisle", "copeland", "cumbria", "eden", "south-lakeland"]
CUMBRIA_ENDED, CUMBRIA_FOLLOWED = date(2023, 3, 31), date(2023, 4, 1)


def block(page: Page, number: int) -> Locator:
    """All about one of the councils that follow."""
    return page.get_by_role("group", name=f"Council that follows {number}", exact=True)


def fill_in(page: Page, number: int, name: str, code: str, takes_over: list[str]) -> None:
    """A new unitary council of the South East and those that it takes over from."""
    facts = block(page, number)
    facts.get_by_text("Facts of a new council").click()
    facts.get_by_label("Official name").fill(f"{name} Council")
    facts.get_by_label("Short name").fill(name)
    facts.get_by_label("GSS code").fill(code)
    facts.get_by_label("Kind").select_option(label="Unitary authority")
    facts.get_by_label("Region").select_option(label="South East")
    facts.get_by_text("Surrey: county and districts").click()
    for council in takes_over:
        facts.get_by_role("checkbox", name=re.compile(f"^{council}")).check()


def looks_well(page: Page, way: Way) -> None:
    """Where scripts run, since axe is one."""
    if way.scripts:
        looks_right(page)


@pytest.mark.parametrize("way", [NARROW, NO_SCRIPT], ids=lambda way: way.name)
def test_surrey_is_followed_by_two_new_councils(own_register: str, open_page: OpenPage, way: Way) -> None:
    page = open_page(way, ANALYST)
    page.goto("/admin/councils/council/")
    page.get_by_role("link", name="Record a reorganisation").click()
    page.get_by_label("First day of the councils that follow").fill("1 April 2027")
    page.get_by_role("button", name="Another council that follows").click()
    fill_in(page, 1, "East Surrey", "E06900001", EAST)
    fill_in(page, 2, "West Surrey", "E06900002", [*WEST[:-2], WEST[-1]])
    looks_well(page, way)

    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_role("alert").first).to_contain_text("Woking Borough Council is a district of Surrey County Council")
    looks_well(page, way)
    block(page, 2).get_by_role("checkbox", name="Woking Borough Council").check()
    page.get_by_role("button", name="Show what it would do").click()

    expect(page.get_by_text("Surrey County Council ends on 31 March 2027")).to_be_visible()
    standards = page.get_by_role("group").filter(
        has=page.get_by_role("link", name="Buckinghamshire and Surrey Trading Standards")
    )
    expect(standards.get_by_role("checkbox", name="East Surrey Council").first).to_be_checked()
    looks_well(page, way)
    standards.get_by_role("radio", name="West Surrey Council").check()
    page.get_by_role("button", name="Show what these choices do").click()
    expect(standards.get_by_text("West Surrey joins on 1 April 2027 as lead and answers for it.").first).to_be_visible()
    page.get_by_role("button", name="Go on to confirm").click()

    expect(page.get_by_text("Step 3 of 3.")).to_be_visible()
    looks_well(page, way)
    page.get_by_label("Reason, kept with every change").fill("The Surrey (Structural Changes) Order 2026")
    page.get_by_role("button", name="Record the reorganisation").click()

    expect(page.get_by_role("heading", name="The reorganisation is recorded")).to_be_visible()
    expect(page.get_by_text("The Surrey (Structural Changes) Order 2026")).to_be_visible()
    looks_well(page, way)
    page.get_by_role("link", name=re.compile("Buckinghamshire and Surrey Trading Standards")).click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("region", name="History")).to_contain_text("The Surrey (Structural Changes) Order 2026")
    assert Council.objects.filter(ended_on=date(2027, 3, 31)).count() == 12
    lead = Partnership.objects.get(arrangement__name="Buckinghamshire and Surrey Trading Standards", council__slug="west-surrey")
    assert (lead.role, lead.answers, lead.joined_on) == ("lead", True, date(2027, 4, 1))


def let_cumbria_s_partnerships_wait() -> None:
    """As they were before they passed on; the councils keep their days and successors."""
    successors = Partnership.objects.filter(
        council__slug__in=["cumberland", "westmorland-and-furness"], joined_on=CUMBRIA_FOLLOWED
    )
    successors.delete()
    Partnership.objects.filter(council__slug__in=CUMBRIA, left_on=CUMBRIA_ENDED).update(left_on=None)
    merged = Arrangement.objects.filter(partnerships__council__slug__in=CUMBRIA, ended_on=CUMBRIA_ENDED)
    merged.update(ended_on=None, end_reason="")


def test_cumbria_s_seven_that_the_council_file_holds_pass_on_to_two(own_register: str, open_page: OpenPage) -> None:
    let_cumbria_s_partnerships_wait()
    councils = list(Council.objects.order_by("pk").values())
    page = open_page(email=ANALYST)
    page.goto("/admin/reorganise/")
    cumbria = page.get_by_role("listitem").filter(has_text="Carlisle, Copeland, Cumbria")
    expect(cumbria).to_contain_text("still to pass on")
    cumbria.get_by_role("link").click()
    expect(page.get_by_text("ends on 31 March 2023, as the register says already").first).to_be_visible()
    hub = page.get_by_role("group").filter(has=page.get_by_role("link", name="Cumbria, Lancashire and Sefton procurement hub"))
    hub.get_by_role("checkbox", name="Cumberland Council").uncheck()
    page.get_by_role("button", name="Go on to confirm").click()
    page.get_by_role("button", name="Record the reorganisation").click()
    expect(page.get_by_role("heading", name="The reorganisation is recorded")).to_be_visible()
    axe_finds_nothing(page)

    assert list(Council.objects.order_by("pk").values()) == councils
    assert not Partnership.objects.filter(council__slug__in=CUMBRIA, left_on=None, arrangement__ended_on=None).exists(), (
        "none goes on past its council"
    )
    ict = Partnership.objects.filter(arrangement__name__startswith="Cumbria districts ICT service", joined_on=CUMBRIA_FOLLOWED)
    assert sorted(ict.values_list("council__short_name", "role", "answers")) == [
        ("Cumberland", "partner", False),
        ("Westmorland and Furness", "lead", True),
    ]
    hubs = Partnership.objects.filter(arrangement__name__startswith="Cumbria, Lancashire", joined_on=CUMBRIA_FOLLOWED)
    assert list(hubs.values_list("council__short_name", "answers")) == [("Westmorland and Furness", True)]
    merged = Arrangement.objects.get(name__startswith="Barrow-in-Furness and South Lakeland shared chief executive")
    assert (merged.ended_on, merged.end_reason) == (CUMBRIA_ENDED, "partners_merged")


def test_a_council_is_found_among_the_boxes_and_ticked_from_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(NARROW, ANALYST)
    page.goto("/admin/reorganise/")
    tab_to(page, page.get_by_label("Find a council"))
    page.keyboard.type("carlis")
    expect(page.get_by_role("status").filter(has_text="1 found")).to_be_visible()
    expect(page.get_by_text("Surrey: county and districts")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name=re.compile("Carlisle"))).to_be_checked()
    looks_right(page)
    page.get_by_label("Find a council").fill("")
    expect(page.get_by_role("checkbox", name=re.compile("Carlisle"))).to_be_visible()
    expect(page.get_by_text("Surrey: county and districts")).to_be_visible()
