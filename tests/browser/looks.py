"""What must hold of every page whatever it says: clean by axe, no wider than the window, usable from the keyboard."""

from __future__ import annotations

import os
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = Axe()
WCAG_AND_GOOD_PRACTICE: dict[str, Any] = {"resultTypes": ["violations"]}

# Whether the focused element can be told from its unfocused self: an outline, a shadow or another background.
SHOWS_FOCUS = """() => {
  const element = document.activeElement;
  const look = () => {
    const style = getComputedStyle(element);
    return [style.outlineStyle === "none" ? "" : style.outlineWidth + style.outlineColor,
            style.boxShadow, style.backgroundColor, style.borderColor, style.textDecoration].join("|");
  };
  const focused = look();
  element.blur();
  const unfocused = look();
  element.focus({preventScroll: true});
  return focused !== unfocused;
}"""
FOCUSED = """() => {
  const element = document.activeElement;
  return element === document.body ? "" : element.outerHTML.slice(0, 200);
}"""


NARROWEST = 320
# By far the slowest rule. The width of a window says nothing about it, and styles are shared: `make test` asks it once of
# each kind of page, and with LONG=1 of every page that a journey comes by.
COLOUR = {"color-contrast": {"enabled": False}}
EVERYWHERE = bool(os.environ.get("LONG"))


def looks_right(page: Page, *, with_colour: bool = EVERYWHERE) -> None:
    """Clean by axe and no wider than its window; a page in a wide window so also once the window is 320 pixels wide."""
    nothing_sticks_out(page)
    axe_finds_nothing(page, with_colour=with_colour)
    size = page.viewport_size
    if size and size["width"] > NARROWEST:
        page.set_viewport_size({**size, "width": NARROWEST})
        nothing_sticks_out(page)
        axe_finds_nothing(page, with_colour=False)
        page.set_viewport_size(size)


def axe_finds_nothing(page: Page, part: str | None = None, *, with_colour: bool = EVERYWHERE) -> None:
    """Fail with each violation, where it is and what would cure it. `part` of a page, where the rest is Django's own form.

    Django's forms import a style sheet from another, which axe would read by styles of its own, against the policy.
    """
    page.wait_for_load_state()
    rules = {} if with_colour else {"rules": COLOUR}
    options = {**WCAG_AND_GOOD_PRACTICE, **rules, "preload": page.locator("link[href$='admin/css/forms.css']").count() == 0}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found = page.evaluate("([part, options]) => axe.run(part || document, options)", [part, options])["violations"]
    told = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"][:5])
        for violation in found
    ]
    assert not told, f"axe found {len(told)} violations at {page.url}:\n" + "\n".join(told)


def nothing_sticks_out(page: Page) -> None:
    """Fail if the page is wider than its window, naming what sticks out furthest."""
    page.wait_for_load_state()
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > window:
        widest = page.evaluate(
            """() => [...document.querySelectorAll("body *")]
              .map(one => [Math.round(one.getBoundingClientRect().right), one.outerHTML.slice(0, 150)])
              .sort((one, other) => other[0] - one[0]).slice(0, 5)"""
        )
        raise AssertionError(f"{page.url} is {wide} wide in a window of {window}: {widest}")


def skip_link_leads_to_the_content(page: Page) -> None:
    """The first stop of the keyboard is a link that can be seen and that leads past the navigation."""
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    expect(link).to_have_text("Skip to main content")
    box = link.bounding_box()
    assert box is not None
    assert box["height"] > 10, "the skip link can't be seen"
    assert box["y"] >= 0, "the skip link stands above the window"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    in_main = page.evaluate("document.querySelector('main').contains(document.activeElement)")
    past_main = page.evaluate(
        "!!(document.querySelector('main').compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    assert in_main or past_main, "after the skip link the keyboard is still before the content"


def focus_can_be_seen(page: Page, stops: int = 12) -> None:
    """Each of the next stops of the keyboard looks different from its unfocused self."""
    for _ in range(stops):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if not focused:
            return
        assert page.evaluate(SHOWS_FOCUS), f"no focus to be seen on {focused}"
