"""Many rows changed at once, and a new arrangement that the register holds already: pages that say what stands against it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from arrangements.register.models import Arrangement
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, NARROW_WITHOUT_SCRIPT, WIDE, OpenPage, Way
from tests.browser.keyboard import tab_to
from tests.browser.looks import axe_finds_nothing, looks_right, nothing_sticks_out
from tests.browser.registered import kingston_and_sutton

WAYS = pytest.mark.parametrize("way", [WIDE, NARROW_WITHOUT_SCRIPT], ids=lambda way: way.name)
REASON = "The councils have written to us"


def tick(page: Page, the_list: str, deed: str, names: list[str]) -> None:
    """Tick the rows of these names in the list, and choose what to do with them."""
    page.goto(the_list)
    for name in names:
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    page.get_by_label("Action:").first.select_option(deed)
    page.get_by_role("button", name="Go").first.click()


def looked_at(page: Page, way: Way) -> None:
    if way.scripts:  # axe is one
        looks_right(page)
    else:
        nothing_sticks_out(page)


@WAYS
def test_arrangements_end_together_and_the_one_that_can_t_is_named(own_register: str, open_page: OpenPage, way: Way) -> None:
    page = open_page(way, ANALYST)
    one, other = "Adur and Worthing Councils", "3C ICT Shared Service"
    tick(page, reverse("admin:arrangements_arrangement_changelist"), "bulk-end", [one, other])
    expect(page.get_by_text("2 arrangements are ticked.")).to_be_visible()
    looked_at(page, way)

    page.get_by_label("Last day in force").fill("2014-03-31")
    page.get_by_label("Why they end").select_option("dissolved")
    page.get_by_label("Reason", exact=True).fill(REASON)
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("Nothing was changed. A rule stands against 1 of the 2; 1 passes.")).to_be_visible()
    refused = page.get_by_role("row").filter(has_text=other)
    expect(refused).to_contain_text("ends-before-it-starts")
    expect(refused).to_contain_text("It started on 1 April 2015 and can’t end on 31 March 2014")
    looked_at(page, way)

    page.get_by_label("change those that pass, and list the others").check()
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("1 arrangement ended on 31 March 2014.")).to_be_visible()
    looked_at(page, way)
    assert Arrangement.objects.get(name=one).end_reason == "dissolved"
    assert Arrangement.objects.get(name=other).ended_on is None


def test_returns_are_accepted_from_the_keyboard(own_register: str, open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    year = FinancialYear.objects.get(slug="2014-15")
    submitted = year.returns.filter(state=ReturnState.SUBMITTED).count()
    page.goto(f"{reverse('admin:arrangements_annualreturn_changelist')}?state__exact=submitted&year__id__exact={year.pk}")
    tab_to(page, page.get_by_label("Action:").first)
    page.keyboard.type("Accept")
    tab_to(page, page.get_by_role("button", name="Go").first)
    tab_to(page, page.locator("#action-toggle"))
    page.keyboard.press("Space")
    page.get_by_role("button", name="Go").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{submitted} annual returns are ticked.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Change them"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{submitted} returns accepted: their answers enter the next release.")).to_be_visible()
    assert not year.returns.filter(state=ReturnState.SUBMITTED).exists()


@WAYS
def test_the_lists_of_answers_and_queries_and_what_can_be_done_to_them(open_page: OpenPage, way: Way) -> None:
    page = open_page(way, ANALYST)
    for name, heading in [("reportedsaving", "Answers"), ("query", "Queries")]:
        page.goto(reverse(f"admin:arrangements_{name}_changelist"))
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        looked_at(page, way)
    answer = ReportedSaving.objects.filter(year__slug="2014-15", outcome="figure").order_by("arrangement__name").first()
    assert answer is not None
    tick(page, reverse("admin:arrangements_reportedsaving_changelist"), "bulk-set-outcome", [answer.arrangement.reference])
    expect(page.get_by_role("group").first).to_be_visible()
    looked_at(page, way)


@pytest.mark.parametrize("way", [WIDE, NARROW], ids=lambda way: way.name)
def test_an_arrangement_that_is_there_is_offered_before_it_is_entered_again(
    own_register: str, open_page: OpenPage, way: Way
) -> None:
    there = kingston_and_sutton()
    councils = [each.council for each in there.partnerships.select_related("council").order_by("pk")[:2]]
    page = open_page(way, ANALYST)
    page.goto(reverse("admin:arrangements_arrangement_add"))
    page.locator("#id_name").fill("Computing together")
    page.locator("#id_started_on").fill("01/04/2014")
    for number, council in enumerate(councils):
        page.get_by_role("button", name="Add another Partnership").click()
        choose(page, f"partnerships-{number}-council", council.short_name)
    choose(page, "main_service", "ICT")
    page.get_by_role("button", name="Save", exact=True).click()
    offer = page.get_by_role("group", name="The register may hold this arrangement already")
    expect(offer.get_by_role("link", name=there.reference)).to_be_visible()
    expect(offer).to_contain_text("2 parties in common, the same service")
    nothing_sticks_out(page)
    assert not Arrangement.objects.filter(name="Computing together").exists()

    tab_to(page, offer.get_by_label("This is another arrangement"))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("It serves the schools alone")
    page.keyboard.press("Tab")
    axe_finds_nothing(page, ".register-offer")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully.")).to_be_visible()
    assert Arrangement.objects.get(name="Computing together").partnerships.count() == 2


def choose(page: Page, field: str, text: str) -> None:
    """Choose from Django's autocomplete as it is typed."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").last.fill(text)
    page.get_by_role("option", name=text).first.click()
