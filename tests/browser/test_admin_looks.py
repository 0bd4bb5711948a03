"""The admin's pages, wide and narrow: no wider than their window, silent, and the register's own ones clean by axe."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from arrangements.releases.models import Release
from arrangements.returns.vocabulary import ReturnState
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import OpenPage
from tests.browser.keyboard import tab_to
from tests.browser.looks import NARROWEST, looks_right, nothing_sticks_out
from tests.browser.registered import kingston_and_sutton, tri_borough
from tests.browser.returns import a_return, page_of


@pytest.mark.parametrize("state", [ReturnState.IN_PROGRESS, ReturnState.QUERIED, ReturnState.ACCEPTED])
def test_a_returns_page_in_each_kind_of_state(open_page: OpenPage, state: str) -> None:
    page = open_page(email=ANALYST)
    page.goto(page_of(a_return(state)))
    expect(page.locator("fieldset.register-line").first).to_be_visible()
    looks_right(page, with_colour=True)


def test_a_trail(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.goto(page_of(a_return(ReturnState.QUERIED)))
    page.get_by_role("link", name="History of the return").click()
    expect(page.get_by_role("region", name="History")).to_be_visible()
    looks_right(page, with_colour=True)


def test_the_lists_and_the_pages_of_releases(open_page: OpenPage) -> None:
    page = open_page(email=PUBLISHER)
    release = reverse("admin:arrangements_release_change", args=[Release.objects.latest().pk])
    for path in [
        "/admin/",
        "/admin/arrangements/annualreturn/",
        "/admin/arrangements/query/",
        "/admin/arrangements/release/add/",
        release,
    ]:
        page.goto(path)
        looks_right(page, with_colour=True)


def test_the_form_of_an_arrangement_fits_its_window(open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    page.goto(reverse("admin:arrangements_arrangement_change", args=[tri_borough().pk]))
    expect(page.get_by_role("combobox", name="Westminster City Council")).to_be_visible()
    nothing_sticks_out(page)
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    nothing_sticks_out(page)


def test_a_partner_is_found_as_it_is_typed_and_added_from_the_keyboard(own_register: str, open_page: OpenPage) -> None:
    arrangement = kingston_and_sutton()
    page = open_page(email=ANALYST)
    page.goto(reverse("admin:arrangements_arrangement_change", args=[arrangement.pk]))
    tab_to(page, page.get_by_role("button", name="Add another Partnership"))
    page.keyboard.press("Enter")
    row = page.locator("tr.dynamic-partnerships").last
    tab_to(page, row.get_by_role("combobox").first)
    page.keyboard.press("Enter")
    # It opens, and its field takes the keys, when it is ready: until then they go elsewhere.
    field = page.locator(".select2-search__field").last
    expect(field).to_be_focused()
    page.keyboard.type("merton")
    expect(field).to_have_value("merton")
    # What was found for the first letters stays to be chosen until the answer for all of them is there.
    found = page.locator(".select2-results__option")
    expect(found).to_have_text(["London Borough of Merton", "Melton Borough Council"])
    expect(found.first).to_have_class(re.compile("highlighted"))
    page.keyboard.press("Enter")
    expect(row.get_by_role("combobox").first).to_have_text(re.compile("Merton"))
    tab_to(page, page.get_by_role("button", name="Save", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text("was changed successfully.")).to_be_visible()
    assert arrangement.partnerships.filter(council__slug="merton").exists()
