"""The map in the browser: looked at, gone over from the keyboard, and used without script; and what it weighs."""

import gzip
import re

from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import NARROW, NO_SCRIPT, WIDE, in_ways
from tests.browser.keyboard import tab_to
from tests.browser.looks import axe_finds_nothing, nothing_sticks_out, skip_link_leads_to_the_content

LARGEST_MAP, LARGEST_OTHER = 180_000, 60_000  # compressed, the page with all that it loads; the page alone
CHOSEN = "/map/?council=kingston-upon-thames&show=savings&year=2013-14"


# Not among the pages of test_looks: axe takes its time over hundreds of rows. By counties they are fewer, and all else is alike.
@in_ways(WIDE)
def test_the_map_is_clean_and_has_a_skip_link(page: Page) -> None:
    page.goto("/map/?tier=counties")
    nothing_sticks_out(page)
    axe_finds_nothing(page)
    skip_link_leads_to_the_content(page)


@in_ways(NARROW)
def test_a_map_with_a_council_chosen_is_clean_and_fits_a_phone_in_either_tier(page: Page) -> None:
    page.goto(f"{CHOSEN}&category=back-office")
    nothing_sticks_out(page)
    page.goto("/map/?tier=counties&council=kent&show=savings&order=-common")
    nothing_sticks_out(page)
    axe_finds_nothing(page)


@in_ways(WIDE)
def test_the_keyboard_stops_at_the_map_once_and_goes_over_it_with_the_arrows(page: Page) -> None:
    page.goto("/map/")
    tab_to(page, page.get_by_role("link", name="Past the map"))
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    first = focused.get_attribute("aria-label")
    assert first is not None
    expect(page.locator(".register-map__said")).to_have_text(first)
    page.keyboard.press("ArrowRight")
    expect(focused).not_to_have_attribute("aria-label", first)
    expect(focused).to_have_attribute("aria-label", re.compile(r": \d+ arrangements?$"))
    name = (focused.get_attribute("aria-label") or "").partition(":")[0]
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/map/\?council=[a-z-]+#map$"))
    expect(page.locator(".register-chosen h3")).to_contain_text(name)
    assert page.locator(".register-map__svg a[tabindex='0']").count() == 1


@in_ways(NO_SCRIPT)
def test_without_script_a_council_is_chosen_by_its_hexagon_and_by_its_name_and_the_rest_is_kept(page: Page) -> None:
    page.goto("/map/")
    page.get_by_role("link", name="Partners", exact=True).first.click()
    expect(page.get_by_role("heading", level=2, name="Partners, 2013/14")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Sutton: \d+ partner councils?$")).click()
    chosen = page.locator(".register-chosen")
    expect(chosen.get_by_role("heading", level=3)).to_contain_text("Sutton")
    expect(chosen.get_by_role("listitem").filter(has_text="Kingston upon Thames")).to_contain_text("in common")
    expect(page.locator(".over-line").first).to_be_attached()
    page.get_by_label("Council", exact=True).select_option("Kent")
    page.get_by_role("button", name="Show").click()
    expect(chosen.get_by_role("heading", level=3)).to_contain_text("Kent")
    expect(page).to_have_url(re.compile("show=partners"))
    chosen.get_by_role("link", name="Choose none").click()
    expect(chosen).to_have_count(0)
    page.get_by_role("link", name="Region", exact=True).click()
    expect(page.get_by_role("columnheader", name="Region")).to_have_attribute("aria-sort", "ascending")


@in_ways(WIDE)
def test_the_map_and_the_pages_with_a_little_map_are_light(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(CHOSEN)
    page.wait_for_load_state("networkidle")
    weights = {each.url: len(gzip.compress(each.body())) for each in answers}
    assert sum(weights.values()) < LARGEST_MAP, weights
    for address in ["/", "/councils/kent/", "/councils/kingston-upon-thames/"]:
        answer = page.goto(address)
        assert answer is not None
        assert len(gzip.compress(answer.body())) < LARGEST_OTHER, address


@in_ways(WIDE)
def test_the_home_page_leads_to_the_map(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Open the map").click()
    expect(page).to_have_url("/map/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Map of shared services")
