"""Going about a page with nothing but the keyboard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_STOPS = 120


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus; fail where the keyboard never gets there."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        # Asked anew at each stop: a script may have put another element in its place meanwhile.
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{MOST_STOPS} stops of the keyboard don't lead to {wanted}")
