"""A reader who has only a keyboard: from a misspelt name to the download, and over the map; wide and at 320 pixels."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, NARROW_WITHOUT_SCRIPT, NO_SCRIPT, WIDE, in_ways
from tests.browser.keyboard import tab_to


def follow(page: Page, link: Locator) -> None:
    """Go to it with the Tab key and press Enter."""
    tab_to(page, link.first)
    page.keyboard.press("Enter")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


@in_ways(WIDE, NARROW, NO_SCRIPT, NARROW_WITHOUT_SCRIPT)
def test_from_a_misspelt_council_to_its_partner_the_arrangement_the_year_and_the_download(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    tab_to(page, page.get_by_label("Name, former name or code"))
    page.keyboard.type("Suttn")
    page.keyboard.press("Enter")
    follow(page, page.get_by_role("main").get_by_role("link", name=re.compile("Sutton")))
    expect(heading(page)).to_have_text("London Borough of Sutton")

    follow(page, page.get_by_role("main").get_by_role("link", name="Kingston upon Thames", exact=True))
    expect(heading(page)).to_contain_text("Kingston upon Thames")
    follow(page, page.get_by_role("link", name="Kingston and Sutton shared ICT service"))
    expect(heading(page)).to_have_text("Kingston and Sutton shared ICT service")
    follow(page, page.get_by_role("table", name="What was reported, by year").get_by_role("link", name="2013/14", exact=True))
    expect(heading(page)).to_have_text("2013/14")
    follow(page, page.get_by_role("link", name="Every arrangement of the year"))
    expect(heading(page)).to_contain_text("arrangements", ignore_case=True)

    tab_to(page, page.get_by_label("Search", exact=True))
    page.keyboard.type("Sutton")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove the filter Search: Sutton")).to_be_visible()
    found = int(page.locator("#found").inner_text().split()[0])
    tab_to(page, page.get_by_role("link", name="Download this list as CSV"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    kept = tmp_path / "list.csv"
    download.value.save_as(kept)
    assert len(kept.read_text().splitlines()) == found + 1


@in_ways(NARROW)
def test_the_map_s_tier_is_switched_and_a_hexagon_chosen_on_a_small_screen(page: Page) -> None:
    page.goto("/map/")
    follow(page, page.get_by_role("link", name="Counties and single-tier"))
    expect(page).to_have_url(re.compile("tier=counties"))
    tab_to(page, page.get_by_role("link", name="Past the map"))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    name = (page.locator(":focus").get_attribute("aria-label") or "").partition(":")[0]
    page.keyboard.press("Enter")
    expect(page.locator(".register-chosen h3")).to_contain_text(name)
    expect(page).to_have_url(re.compile("tier=counties"))
