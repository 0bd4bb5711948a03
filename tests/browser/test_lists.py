"""The lists as readers meet them: narrowed as one types, chips taken off, the way back, empty, one row, long names."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from arrangements.register.models import Arrangement
from tests.browser.conftest import NARROW, WIDE, OpenPage, in_ways
from tests.browser.looks import axe_finds_nothing, focus_can_be_seen, nothing_sticks_out

RELEASE = "/releases/2013-14.r1"
# One row; none by one filter; none by several, each with its way out. Full lists are among the pages of test_looks.
STATES = [
    "/arrangements/?q=tri-borough",
    "/arrangements/?q=waste&region=london&region=south-east&governance=informal&partner_kind=nhs&saving_min=900000000",
    "/councils/?q=sutton",
    f"{RELEASE}/arrangements/?q=xyzzyxyzzy",
]


def found(page: Page) -> int:
    return int(page.locator("#found").inner_text().split()[0].replace(",", ""))


@in_ways(WIDE, NARROW)
def test_lists_empty_and_of_one_row_are_clean_and_fit(page: Page) -> None:
    for address in STATES:
        page.goto(address)
        axe_finds_nothing(page)
        nothing_sticks_out(page)


def test_very_long_names_fit(own_register: str, open_page: OpenPage) -> None:
    row = Arrangement.objects.filter(name__icontains="waste").latest("pk")
    row.name = "Waste" + "andrecyclingandstreetcleansing" * 5
    row.save()
    for way in (WIDE, NARROW):
        page = open_page(way)
        page.goto(f"/arrangements/?q={row.reference}")
        expect(page.locator("tbody tr")).to_have_count(1)
        nothing_sticks_out(page)


@in_ways(WIDE)
def test_a_list_follows_what_is_typed_and_the_way_back_leads_back(page: Page) -> None:
    page.goto("/arrangements/")
    everything = found(page)
    search = page.get_by_label("Search", exact=True)
    search.click()
    page.evaluate("window.stayed = true")
    page.keyboard.type("waste", delay=40)
    expect(page).to_have_url("/arrangements/?q=waste")
    expect(page.locator("#found")).not_to_have_text(re.compile(rf"^{everything:,} "))
    expect(search).to_be_focused()
    expect(search).to_have_value("waste")
    expect(page.get_by_role("link", name="Remove the filter Search: waste")).to_be_visible()
    waste = found(page)
    assert page.locator("#found").get_attribute("role") == "status"

    # A box is ticked: the count beside it comes true, and the focus stays.
    page.locator("summary", has_text="Region").first.click()
    box = page.get_by_label(re.compile(r"London \(\d+\)"))
    promised = int(re.findall(r"\d+", box.evaluate("one => one.labels[0].textContent"))[0])
    box.check()
    expect(page).to_have_url("/arrangements/?q=waste&region=london")
    expect(page.locator("#found")).to_have_text(re.compile(rf"^{promised} arrangements?$"))
    expect(box).to_be_focused()
    expect(page.locator(".register-results[aria-busy]")).to_have_count(0)
    axe_finds_nothing(page)

    # The way back leads by the same steps, and each brings its own list.
    page.go_back()
    expect(page).to_have_url("/arrangements/?q=waste")
    expect(page.locator("#found")).to_have_text(f"{waste} arrangements")
    expect(box).not_to_be_checked()
    page.go_back()
    expect(page).to_have_url("/arrangements/")
    expect(page.locator("#found")).to_have_text(f"{everything:,} arrangements")
    expect(search).to_have_value("")
    page.go_forward()
    expect(search).to_have_value("waste")
    expect(page.locator("#found")).to_have_text(f"{waste} arrangements")
    assert page.evaluate("window.stayed"), "no page was loaded anew"
    expect(page.locator("tbody tr")).to_have_count(min(waste, 50))


@in_ways(WIDE)
def test_a_council_chosen_from_the_long_list_gets_a_box_and_the_list_stays(page: Page) -> None:
    page.goto("/arrangements/")
    page.get_by_label("Council", exact=True).focus()
    page.get_by_label("Council", exact=True).select_option("sutton")
    expect(page).to_have_url("/arrangements/?council=sutton")
    expect(page.get_by_label(re.compile(r"London Borough of Sutton \(\d+\)"))).to_be_checked()
    expect(page.get_by_label("Add another council")).to_be_focused()
    chip = page.get_by_role("link", name="Remove the filter Council: London Borough of Sutton")
    chip.click()
    expect(page).to_have_url(re.compile(r"/arrangements/\?$"))


@in_ways(WIDE)
def test_a_value_that_can_t_be_followed_leaves_the_list_as_it_is_and_says_why(page: Page) -> None:
    page.goto("/arrangements/?q=waste")
    rows = page.locator("tbody tr").count()
    page.get_by_label("Saving from").click()
    page.keyboard.type("12a")
    expect(page.locator("#found")).to_contain_text("Write whole pounds in digits")
    expect(page.locator("tbody tr")).to_have_count(rows)
    page.keyboard.press("Backspace")
    expect(page).to_have_url("/arrangements/?q=waste&saving_min=12")
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d+ arrangements?$"))


@in_ways(NARROW)
def test_on_a_small_screen_the_search_is_in_sight_rows_are_blocks_and_the_keyboard_is_seen(page: Page) -> None:
    page.goto("/arrangements/")
    expect(page.get_by_label("Search", exact=True)).to_be_in_viewport()
    expect(page.get_by_label("Financial year")).to_be_hidden()
    first = page.locator("tbody tr").first
    name, reference = (first.locator("th, td").nth(at).bounding_box() for at in (0, 1))
    assert name is not None
    assert reference is not None
    assert reference["y"] >= name["y"] + name["height"] - 1, "each fact has a line of its own"
    page.get_by_role("link", name="Reference", exact=True).click()
    expect(page.get_by_role("columnheader", name="Reference")).to_have_attribute("aria-sort", "ascending")
    focus_can_be_seen(page)
