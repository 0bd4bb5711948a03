"""Less motion, colours of one's own, paper, and a keyboard whose place nothing covers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, WIDE, OpenPage, in_ways
from tests.browser.every_state import PAPER
from tests.browser.looks import nothing_sticks_out
from tests.browser.registered import tri_borough
from tests.browser.returns import a_return, page_of

# Where the focused element is not the topmost at its own middle, or at its first corner, something lies over it.
COVERED = """() => {
  const one = document.activeElement;
  if (one === document.body) { return ""; }
  const box = one.getClientRects()[0];
  const seen = (x, y) => { const top = document.elementFromPoint(x, y); return top && (one.contains(top) || top.contains(one)); };
  const isSeen = box && (seen(box.left + box.width / 2, box.top + box.height / 2) || seen(box.left + 2, box.top + 2));
  return isSeen ? "" : one.outerHTML.slice(0, 160);
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter(one => {
  const style = getComputedStyle(one);
  const times = `${style.transitionDuration}, ${style.animationDuration}`.split(", ");
  return times.some(time => parseFloat(time) > 0.001);
}).map(one => one.outerHTML.slice(0, 120))"""
# Letters and lines of drawings that are hardly told from the ground, which somebody has made black.
HARD_TO_SEE = """() => {
  const channels = paint => (paint.match(/[0-9.]+/g) ?? []).map(Number);
  const light = paint => channels(paint).slice(0, 3).map(each => each / 255)
    .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const isSeen = (paint, least) => paint !== "none" && channels(paint)[3] !== 0 && (light(paint) + 0.05) / 0.05 >= least;
  const drawn = ".register-bar__extent, .register-trend__stroke, .register-trend__dot, .register-timeline__span, text";
  return [...document.querySelectorAll(`svg :is(${drawn})`)].filter(one => {
    const { fill, stroke } = getComputedStyle(one);
    const least = one.matches("text") ? 4.5 : 3;
    return !(one.closest(".register-map__svg") || isSeen(fill, least) || isSeen(stroke, least));
  }).map(one => one.outerHTML.slice(0, 120));
}"""


def nothing_covers_the_focus(page: Page, stops: int) -> None:
    for _ in range(stops):
        page.keyboard.press("Tab")
        covered = page.evaluate(COVERED)
        assert not covered, f"something lies over the keyboard's place at {page.url}: {covered}"


@in_ways(WIDE, NARROW)
def test_nothing_lies_over_the_keyboards_place(page: Page) -> None:
    for path in ["/", "/arrangements/?year=2013-14", "/map/?tier=counties"]:
        page.goto(path)
        nothing_covers_the_focus(page, 30)


def test_nor_does_the_bar_at_the_foot_of_a_return(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.goto(page_of(a_return(lines=3)))
    expect(page.locator("fieldset.register-line").first).to_be_visible()
    nothing_covers_the_focus(page, 40)


def test_nothing_moves_for_those_who_ask_for_less_motion(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.emulate_media(reduced_motion="reduce")
    for path in ["/", "/arrangements/", "/map/?tier=counties", "/admin/"]:
        page.goto(path)
        assert page.evaluate(MOVING) == []


@in_ways(WIDE)
def test_charts_can_be_read_in_white_on_black(page: Page) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark")
    for path in ["/", "/years/2013-14/", f"/arrangements/{tri_borough().reference}/"]:
        page.goto(path)
        assert page.locator("svg text").count(), path
        assert page.evaluate(HARD_TO_SEE) == []


@pytest.mark.parametrize("path", ["/", "/arrangements/?year=2013-14", "/map/?tier=counties"])
def test_on_paper_a_page_has_its_tables_whole_its_address_and_no_navigation(page: Page, path: str) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.goto(path)
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator(".register-address")).to_contain_text(path)
    expect(page.get_by_role("table").first).to_be_visible()
    nothing_sticks_out(page)
