"""Pages of one thing where they are hard pressed: names without end, a form sent wrong, forced colours, paper."""

from playwright.sync_api import expect

from arrangements.public.mistakes.models import MistakeReport
from arrangements.register.models import Arrangement
from councils.models import Council
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.browser.looks import axe_finds_nothing, nothing_sticks_out
from tests.browser.registered import tri_borough

ENDLESS = "Taumatawhakatangihangakoauauotamatea" * 4


def test_a_mistake_is_reported_by_keyboard_and_what_is_wrong_with_the_form_is_said_first(
    own_register: str, open_page: OpenPage
) -> None:
    page = open_page(NARROW)
    page.goto(tri_borough().get_absolute_url())
    page.get_by_role("link", name="Report a mistake on this page").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Report a mistake")
    page.get_by_role("button", name="Send the report").press("Enter")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Say what is wrong, in ten letters or more.")
    nothing_sticks_out(page)
    axe_finds_nothing(page)
    problem.get_by_role("link").press("Enter")
    page.keyboard.type("The three stopped sharing a chief executive.")
    page.get_by_role("button", name="Send the report").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Thank you. The mistake you reported is with the register’s analysts.")
    axe_finds_nothing(page)
    assert MistakeReport.objects.get().record == tri_borough()


def test_names_without_end_break_nothing_in_forced_colours_and_on_paper_either(own_register: str, open_page: OpenPage) -> None:
    arrangement, council = tri_borough(), Council.objects.get(slug="westminster")
    Arrangement.objects.filter(pk=arrangement.pk).update(name=ENDLESS, summary=ENDLESS, contact=f"{ENDLESS}@example.org")
    Council.objects.filter(pk=council.pk).update(name=ENDLESS[:120], short_name=ENDLESS[:80])
    for way in (NARROW, WIDE):
        page = open_page(way)
        for address in (arrangement.get_absolute_url(), council.get_absolute_url(), arrangement.main_service.get_absolute_url()):
            page.goto(address)
            nothing_sticks_out(page)
            axe_finds_nothing(page)
    page.emulate_media(forced_colors="active")
    axe_finds_nothing(page)
    page.emulate_media(forced_colors="none", media="print")
    expect(
        page.get_by_role("table", name="Arrangements sharing").first
    ).to_be_visible()  # what can't be opened on paper stands open
