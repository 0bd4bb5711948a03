"""What readers do: from a figure to its rows, through lists, to a council by any of its names. With and without script."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import EVERY_WAY, NARROW, NO_SCRIPT, WIDE, in_ways
from tests.browser.keyboard import tab_to

HEADLINES = ["Reported savings", "Shared arrangements", "Councils that share", "Environment, waste and transport",
             "Arrangements touching the South East", "With partners outside councils"]  # fmt: skip


def count_shown(page: Page) -> int:
    """How many rows the list says it has."""
    said = page.get_by_text(re.compile(r"^[\d,]+ (arrangements|councils)\. Download")).inner_text()
    return int(said.split()[0].replace(",", ""))


def first_row(page: Page, column: int = 0) -> str:
    return page.locator("tbody tr").first.locator("th, td").nth(column).inner_text()


def download(page: Page, folder: Path) -> list[dict[str, str]]:
    """The rows of the file that the list offers."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Download this list (CSV)").click()
    file = folder / "list.csv"
    started.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@in_ways(*EVERY_WAY)
def test_the_357_million_open_to_the_frozen_rows_that_make_them(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    figure = page.locator(".register-figure").filter(has=page.get_by_role("heading", name="Reported savings", exact=True))
    rows = int(figure.get_by_text("rows.").inner_text().split()[0])
    figure.get_by_role("link", name="£357 million").click()
    expect(page).to_have_url(re.compile(r"/releases/2013-14\.r1/arrangements/"))
    assert count_shown(page) == rows
    read = download(page, tmp_path)
    assert len(read) == rows
    assert sum(int(row["saving_pounds"]) for row in read) == 357_000_000


@in_ways(WIDE)
def test_each_headline_says_how_many_rows_its_link_shows(page: Page) -> None:
    page.goto("/")
    expect(page.locator(".register-figure__label")).to_have_text(HEADLINES)
    for number in range(len(HEADLINES)):
        figure = page.locator(".register-figure").nth(number)
        rows = int(figure.get_by_text("rows.").inner_text().split()[0])
        figure.get_by_role("link", name="see the rows").click()
        assert count_shown(page) == rows, HEADLINES[number]
        page.go_back()


@in_ways(*EVERY_WAY)
def test_a_list_is_filtered_from_the_keyboard_and_each_filter_is_taken_off_again(page: Page) -> None:
    page.goto("/arrangements/")
    everything = count_shown(page)
    if not page.get_by_label("Search").is_visible():
        tab_to(page, page.get_by_text("Filter this list"))
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Search"))
    page.keyboard.type("waste")
    tab_to(page, page.get_by_label("Financial year"))
    page.keyboard.type("2013")
    tab_to(page, page.get_by_role("button", name="Apply filters"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Arrangements operating on 31 March 2014")
    both = count_shown(page)
    assert 0 < both < everything
    chips = page.get_by_role("group", name="Filters that are on").get_by_role("listitem")
    expect(chips).to_have_text(["Remove the filter Search: waste", "Remove the filter Financial year: 2013/14"])

    tab_to(page, page.get_by_role("link", name="Remove the filter Financial year"))
    page.keyboard.press("Enter")
    expect(chips).to_have_count(1)
    assert count_shown(page) > both
    tab_to(page, page.get_by_role("link", name="Remove the filter Search"))
    page.keyboard.press("Enter")
    expect(chips).to_have_count(0)
    assert count_shown(page) == everything


@in_ways(WIDE)
def test_with_script_an_address_holds_only_the_filters_that_were_given(page: Page) -> None:
    page.goto("/arrangements/")
    page.get_by_label("Search").fill("waste")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("link", name="Remove the filter Search")).to_be_visible()
    expect(page).to_have_url("/arrangements/?q=waste")


@in_ways(WIDE, NO_SCRIPT)
def test_a_list_is_sorted_turned_over_and_downloaded_as_it_is_filtered(page: Page, tmp_path: Path) -> None:
    page.goto("/arrangements/?year=2013-14&category=back-office")
    rows = count_shown(page)
    page.get_by_role("link", name="Reference", exact=True).click()
    expect(page.get_by_role("columnheader", name="Reference")).to_have_attribute("aria-sort", "ascending")
    lowest = first_row(page, 1)
    page.get_by_role("link", name="Reference", exact=True).click()
    expect(page.get_by_role("columnheader", name="Reference")).to_have_attribute("aria-sort", "descending")
    highest = first_row(page, 1)
    assert lowest < highest

    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text(re.compile("^Showing 51 to "))).to_be_visible()
    assert lowest < first_row(page, 1) < highest
    assert count_shown(page) == rows

    read = download(page, tmp_path)
    assert len(read) == rows
    assert read[0]["reference"] == highest
    assert {row["category"] for row in read} == {"back-office"}


@in_ways(*EVERY_WAY)
def test_a_council_is_found_from_the_home_page_by_a_former_name_and_with_a_slip(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Name, former name or code").fill("Shepway")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Folkestone and Hythe")
    expect(page.get_by_role("main")).to_contain_text("Shepway")

    page.goto("/")
    page.get_by_label("Name, former name or code").fill("Shepwey")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("main")).to_contain_text("No council is called “Shepwey”")
    page.get_by_role("link", name="Folkestone and Hythe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Folkestone and Hythe")


@in_ways(WIDE, NO_SCRIPT)
def test_from_a_council_to_its_arrangement_the_year_the_release_and_the_meaning_of_a_figure(page: Page) -> None:
    page.goto("/councils/sutton/")
    page.get_by_role("link", name="Kingston and Sutton shared ICT service").first.click()
    expect(page.get_by_role("table", name="Who takes part")).to_contain_text("Kingston upon Thames")
    page.get_by_role("table", name="What was reported, by year").get_by_role("link", name="2013/14", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2013/14")
    page.get_by_role("link", name=re.compile("How this is counted.*: Reported savings$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reported savings: £357 million")
    page.get_by_role("link", name="frozen rows that make it").click()
    expect(page.get_by_role("main")).to_contain_text("Frozen rows")


@in_ways(NARROW, NO_SCRIPT)
def test_the_navigation_leads_to_every_list(page: Page) -> None:
    for name, path in [("Arrangements", "/arrangements/"), ("Councils", "/councils/"), ("Releases", "/releases/")]:
        page.goto("/")
        navigation = page.get_by_role("navigation", name="Menu")
        menu = navigation.get_by_role("button")
        if menu.count() and menu.is_visible():
            menu.click()
        navigation.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(page).to_have_url(path)


@in_ways(WIDE, NO_SCRIPT)
def test_a_filter_that_can_t_be_followed_is_told_with_the_good_values_and_a_way_back(page: Page) -> None:
    answer = page.goto("/arrangements/?year=banana")
    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_role("main")).to_contain_text("2013-14")
    page.get_by_role("link", name="show the whole list").click()
    expect(page).to_have_url("/arrangements/")


@in_ways(WIDE)
def test_the_documentation_of_the_api_names_its_addresses(page: Page) -> None:
    page.goto("/api/v1/docs/")
    main = page.get_by_role("main")
    for name in ["councils", "arrangements", "partnerships", "savings", "figures", "releases"]:
        expect(main).to_contain_text(f"/api/v1/{name}/")


@in_ways(WIDE, NARROW, NO_SCRIPT)
def test_from_a_corrected_release_a_reader_finds_what_changed_and_the_documents_to_cite(page: Page) -> None:
    page.goto("/releases/2012-13.r2/")
    page.get_by_role("link", name="what changed, row by row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed")
    expect(page.get_by_text("The first figure was for two years together; this is 2012/13 alone.")).to_be_visible()
    change = page.locator(".register-change").filter(has_text="Changed: Reported savings").first
    expect(change).to_contain_text("£278 million")
    expect(change).to_contain_text("£274 million")
    change.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reported savings: £274 million")
    page.get_by_role("link", name="How this figure is made").click()
    expect(page).to_have_url(re.compile(r"/methodology/#savings-total$"))
    expect(page.locator("#savings-total")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="savings-total.html").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reported savings: £274 million")
    expect(page.get_by_text("This document never changes.")).to_be_visible()
