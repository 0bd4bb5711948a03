"""Every kind of public page, wide and narrow: clean by axe, no wider than its window, and open to the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, NARROW_WITHOUT_SCRIPT, WIDE, in_ways
from tests.browser.looks import EVERYWHERE, focus_can_be_seen, looks_right, nothing_sticks_out, skip_link_leads_to_the_content
from tests.browser.registered import tri_borough

PAGES = {
    "home": "/",
    "arrangements": "/arrangements/",
    "arrangements filtered": "/arrangements/?year=2013-14&category=back-office&region=london&order=-saving",
    "arrangement": "/arrangements/{tri_borough}/",
    "councils": "/councils/",
    "council": "/councils/folkestone-and-hythe/",
    "which council": "/find-your-council/?q=Dorset",
    "service": "/services/ict/",
    "region": "/regions/london/",
    "report of a mistake": "/councils/folkestone-and-hythe/mistake/",
    "year": "/years/2013-14/",
    "open year": "/years/2014-15/",
    "releases": "/releases/",
    "release": "/releases/2013-14.r1/",
    "superseded release": "/releases/2012-13.r1/",
    "figure": "/releases/2013-14.r1/figures/savings-change/",
    "what changed in a release": "/releases/2012-13.r2/changes/",
    "what changed in the register": "/changes/",
    "releases published": "/changes/?about=releases",
    "how the figures are made": "/methodology/",
    "the LGA's own series": "/published-figures/",
    "frozen arrangements": "/releases/2013-14.r1/arrangements/",
    "frozen councils": "/releases/2013-14.r1/councils/",
    "open data": "/data/",
    "api documentation": "/api/v1/docs/",
    "find a partner": "/find-a-partner/",
    "partners found": "/find-a-partner/?council=sutton&service=ict",
    "coverage": "/coverage/",
    "data dictionary": "/data/dictionary/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "licence and credits": "/licence/",
    "how to cite": "/cite/",
    "sign in": "/accounts/login/",
}
# With LONG=1 every one, otherwise some of every sort.
WITHOUT_SCRIPT = PAGES if EVERYWHERE else dict(list(PAGES.items())[::4])
ERROR_PAGES = {
    "page not found": ("/councils/atlantis/", 404),
    "bad filter": ("/arrangements/?year=banana", 400),
    "bad page": ("/councils/?page=0", 400),
}


def open_fitting(page: Page, path: str, status: int = 200) -> None:
    """Go to the address, which answers as told, and find the page no wider than its window."""
    answer = page.goto(path.format(tri_borough=tri_borough().reference) if "{" in path else path)
    assert answer is not None
    assert answer.status == status
    nothing_sticks_out(page)


def look_at(page: Page, path: str, status: int = 200) -> None:
    open_fitting(page, path, status)
    looks_right(page, with_colour=True)
    skip_link_leads_to_the_content(page)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_clean_fits_its_window_and_has_a_skip_link(page: Page, path: str) -> None:
    look_at(page, path)


def test_a_figure_s_document_which_is_all_content_is_clean_and_fits_too(page: Page) -> None:
    open_fitting(page, "/releases/2013-14.r1/figures/savings-change.html")
    looks_right(page, with_colour=True)


@pytest.mark.parametrize(("path", "status"), ERROR_PAGES.values(), ids=ERROR_PAGES)
def test_so_does_an_error_page(page: Page, path: str, status: int) -> None:
    look_at(page, path, status)


@in_ways(WIDE, NARROW)
@pytest.mark.parametrize("path", ["/", "/arrangements/?year=2013-14", "/accounts/login/"])
def test_the_keyboards_place_can_be_seen_at_every_stop(page: Page, path: str) -> None:
    page.goto(path)
    focus_can_be_seen(page, stops=25)


@in_ways(NARROW_WITHOUT_SCRIPT)
@pytest.mark.parametrize("path", WITHOUT_SCRIPT.values(), ids=WITHOUT_SCRIPT)
def test_a_page_without_script_is_there_and_fits_too(page: Page, path: str) -> None:
    open_fitting(page, path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
