"""An analyst makes a token for a program, sees it once, and revokes it; wide and narrow, without a fault that axe finds."""

import re

from playwright.sync_api import Page, expect

from councils.tests.builders import bearing
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.browser.looks import axe_finds_nothing, nothing_sticks_out


def is_in_order(page: Page) -> None:
    nothing_sticks_out(page)
    axe_finds_nothing(page)


def test_a_token_is_made_shown_once_and_revoked(open_page: OpenPage, own_register: str) -> None:
    page = open_page(NARROW, ANALYST)
    page.goto("/admin/councils/apitoken/add/")
    is_in_order(page)
    page.get_by_label("Name").fill("Nightly feed")
    page.get_by_label("Read returns and their answers").check()
    page.get_by_label("Last day").fill("2015-12-31")
    page.get_by_role("button", name="Save", exact=True).click()
    shown = page.get_by_label("Token", exact=True)
    expect(shown).to_have_value(re.compile(r"^ssr_[\w-]{43}$"))
    is_in_order(page)
    secret = shown.input_value()
    assert bearing(secret).get("/api/v1/returns/").status_code == 200

    page = open_page(WIDE, ANALYST)
    page.goto("/admin/councils/apitoken/")
    is_in_order(page)
    page.get_by_role("link", name="Nightly feed").click()
    revoke = page.get_by_role("button", name="Revoke this token")
    expect(revoke).to_be_visible()
    is_in_order(page)
    assert secret not in page.content()
    revoke.click()
    expect(page.get_by_text("it opens nothing any more")).to_be_visible()
    expect(page.get_by_role("button", name="Revoke this token")).to_have_count(0)
    assert bearing(secret).get("/api/v1/returns/").status_code == 401
