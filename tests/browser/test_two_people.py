"""Two people at one form: the later one sees base, theirs and mine, and saves both people's work."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from arrangements.register.models import Arrangement, Partnership
from councils.models import Council, User
from sharedservices.common.history import written_by
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import NARROW, NARROW_WITHOUT_SCRIPT, WIDE, OpenPage, Way
from tests.browser.keyboard import tab_to
from tests.browser.looks import axe_finds_nothing, looks_right, nothing_sticks_out
from tests.browser.registered import kingston_and_sutton

STALE = "Somebody changed this since you opened it, and nothing was saved."
WAYS = pytest.mark.parametrize("way", [WIDE, NARROW_WITHOUT_SCRIPT], ids=lambda way: way.name)


def open_form(page: Page, arrangement: Arrangement) -> None:
    page.goto(reverse("admin:arrangements_arrangement_change", args=[arrangement.pk]))


def a_colleague_changes(arrangement: Arrangement) -> Partnership:
    """Its name and summary, one party's role, and a party more."""
    with written_by(door="admin", user=User.objects.get(email=PUBLISHER)):
        Arrangement.objects.filter(pk=arrangement.pk).update(name="Kingston and Sutton ICT", summary="Theirs")
        party = arrangement.partnerships.get(answers=False)
        Partnership.objects.filter(pk=party.pk).update(role="client")
        merton = Council.objects.get(slug="merton")
        Partnership.objects.create(arrangement=arrangement, council=merton, role="client", joined_on=date(2014, 4, 1))
    return party


@WAYS
def test_base_theirs_and_mine_stand_side_by_side_and_saving_again_keeps_both(
    own_register: str, open_page: OpenPage, way: Way
) -> None:
    arrangement = kingston_and_sutton()
    page = open_page(way, ANALYST)
    open_form(page, arrangement)
    a_colleague_changes(arrangement)
    page.locator("#id_name").fill("Computing for Kingston and Sutton")
    page.locator("#id_source").fill("The councils’ own page")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text(STALE)).to_be_visible()
    table = page.get_by_role("table", name="Kingston and Sutton ICT", exact=True)
    row = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Name"))
    expect(row.get_by_role("cell")).to_have_text(
        [
            "Kingston and Sutton shared ICT service",
            "Kingston and Sutton ICT (take theirs for Name)",
            "Computing for Kingston and Sutton (keep yours for Name)",
        ]
    )
    expect(row.get_by_role("radio", name="keep yours for Name")).to_be_checked()
    expect(table.get_by_role("row").filter(has_text="Summary")).to_contain_text("taken over")
    expect(table.get_by_role("row").filter(has_text="Source")).to_contain_text("kept")
    expect(page.get_by_text("Added by Demonstration publisher")).to_be_visible()
    expect(page.locator("#id_summary")).to_have_value("Theirs")
    nothing_sticks_out(page)
    assert Arrangement.objects.get(pk=arrangement.pk).source != "The councils’ own page"

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully.")).to_be_visible()
    stored = Arrangement.objects.get(pk=arrangement.pk)
    assert (stored.name, stored.summary) == ("Computing for Kingston and Sutton", "Theirs")
    assert stored.source == "The councils’ own page"
    assert stored.partnerships.count() == 3


@pytest.mark.parametrize("way", [WIDE, NARROW], ids=lambda way: way.name)
def test_what_is_compared_is_clean_by_axe(own_register: str, open_page: OpenPage, way: Way) -> None:
    """The comparison alone: Django's own form below it has its own ways."""
    arrangement = kingston_and_sutton()
    page = open_page(way, ANALYST)
    open_form(page, arrangement)
    a_colleague_changes(arrangement)
    page.locator("#id_name").fill("Computing for Kingston and Sutton")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(STALE)).to_be_visible()
    for part in [".register-comparisons", ".register-comparison", ".register-comparison__news"]:
        axe_finds_nothing(page, part)


def test_theirs_is_chosen_from_the_keyboard_also_for_a_row_of_the_parties(own_register: str, open_page: OpenPage) -> None:
    arrangement = kingston_and_sutton()
    page = open_page(email=ANALYST)
    open_form(page, arrangement)
    party = a_colleague_changes(arrangement)
    page.locator("#id_name").fill("Computing for Kingston and Sutton")
    numbers = range(page.locator("tr.has_original[id^=partnerships-]").count())
    number = next(n for n in numbers if page.locator(f"#id_partnerships-{n}-id").input_value() == str(party.pk))
    page.locator(f"#id_partnerships-{number}-role").select_option("lead")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(STALE)).to_be_visible()

    for field in ["Name", "Role"]:
        mine, theirs = f"keep yours for {field}", f"take theirs for {field}"
        tab_to(page, page.get_by_role("radio", name=mine))
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("radio", name=theirs)).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Save", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_text("was changed successfully.")).to_be_visible()
    assert Arrangement.objects.get(pk=arrangement.pk).name == "Kingston and Sutton ICT"
    assert Partnership.objects.get(pk=party.pk).role == "client"


def test_a_row_taken_out_meanwhile_can_be_put_back_with_what_was_typed(own_register: str, open_page: OpenPage) -> None:
    arrangement = kingston_and_sutton()
    merton = Council.objects.get(slug="merton")
    party = Partnership.objects.create(arrangement=arrangement, council=merton, role="partner", joined_on=date(2014, 4, 1))
    page = open_page(email=ANALYST)
    open_form(page, arrangement)
    numbers = range(page.locator("tr.has_original[id^=partnerships-]").count())
    number = next(n for n in numbers if page.locator(f"#id_partnerships-{n}-id").input_value() == str(party.pk))
    page.locator(f"#id_partnerships-{number}-role").select_option("client")
    party.delete()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(STALE)).to_be_visible()
    expect(page.get_by_role("radio", name="Leave it out")).to_be_checked()
    page.get_by_role("radio", name="Put it back with what I typed").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully.")).to_be_visible()
    assert arrangement.partnerships.get(council=merton).role == "client"


@pytest.mark.parametrize("way", [WIDE, NARROW_WITHOUT_SCRIPT], ids=lambda way: way.name)
def test_a_list_that_is_changed_in_place_compares_too(own_register: str, open_page: OpenPage, way: Way) -> None:
    page = open_page(way, ANALYST)
    page.goto(f"{reverse('admin:arrangements_arrangement_changelist')}?q=Kingston+and+Sutton+shared+ICT")
    arrangement = kingston_and_sutton()
    page.get_by_label(f"Governance form: {arrangement.name}").select_option("joint_committee")
    Arrangement.objects.filter(pk=arrangement.pk).update(governance="informal")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(STALE)).to_be_visible()
    if way.scripts:
        looks_right(page)
    else:
        nothing_sticks_out(page)
    page.get_by_role("radio", name="take theirs for Governance form").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(STALE)).to_have_count(0)
    assert Arrangement.objects.get(pk=arrangement.pk).governance == "informal"
