"""An analyst imports a workbook of 350 returns with eleven errors and an answer that a colleague changed meanwhile."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from arrangements.releases.effect import figures_held
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.tests.counted import counted
from arrangements.returns.models import ReportedSaving
from arrangements.returns.workbook.reading import read_table
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NO_SCRIPT, OpenPage
from tests.browser.counting import Person
from tests.browser.keyboard import tab_to
from tests.browser.looks import looks_right
from tests.browser.spring import SpringFile

BUDGET = 32


@pytest.fixture
def spring(own_register: str, tmp_path: Path) -> SpringFile:
    """The file, and the register in which a colleague has changed an answer since."""
    made = SpringFile()
    (tmp_path / "returns.xlsx").write_bytes(made.content)
    made.path = tmp_path / "returns.xlsx"
    return made


def row(page: Page, number: int) -> Locator:
    """The row to fix."""
    return page.locator(f"#row-{number}")


def check(page: Page, spring: SpringFile) -> None:
    """Choose the file and have it checked."""
    page.goto("/admin/import/")
    page.get_by_label("File").set_input_files(spring.path)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("339 rows ready, 11 to fix.")).to_be_visible()


def savings_total() -> str:
    return next(figure.display for figure in figures_held(SpringFile.year_of()) if figure.key == "savings-total")


def test_a_workbook_with_eleven_errors_is_put_right_in_the_page_imported_imported_again_and_undone(
    spring: SpringFile, open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_page(email=ANALYST)
    person = Person(page)
    at = spring.rows
    before, stood = counted(), savings_total()

    # 1: the year's workbook
    page.goto("/admin/arrangements/annualreturn/")
    with page.expect_download() as download:
        person.click(page.get_by_role("link", name="Workbook 2014/15"))
    assert len(read_table(Path(download.value.path()).read_bytes(), "returns.xlsx").rows) > 350

    # 2: the file is chosen and checked, and nothing is written
    person.click(page.locator("#nav-sidebar .model-returnimport .addlink"))
    person.choose_file(page.get_by_label("File"), spring.path)
    ready = page.get_by_text("339 rows ready, 11 to fix.")
    person.click(page.get_by_role("button", name="Check", exact=True), "check of 350 rows", lambda: expect(ready).to_be_visible())
    expect(page.locator("#import-counts")).to_contain_text(
        re.compile(r"Unchanged: 41; New: \d+; Changed: \d+; Changed on both sides: 1")
    )
    assert counted() == before

    # 3: eleven messages, each its own, by row
    rows = page.locator("#import-faults [data-row]")
    numbers = [int(one.get_attribute("data-row") or 0) for one in rows.all()]
    assert numbers == sorted(at[name] for name in spring.errors)
    messages = page.locator("#import-faults .register-fault").all_inner_texts()
    assert len(messages) == len(set(messages)) == 11
    for number in numbers:
        expect(row(page, number)).to_contain_text(re.compile(rf"Sheet .*, cell [A-Z]{number}, .*: (read “|empty).*Rule [a-z-]+"))

    # 4: each is put right, and the counter falls
    left = 11

    def counter_falls() -> None:
        expect(page.locator("#import-faults-head")).to_have_text(f"To fix ({left})")

    def pick(name: str, label: str) -> None:
        nonlocal left
        left -= 1
        button = row(page, at[name]).get_by_role("button", name=label)
        person.click(button, f"re-check of row {at[name]}", counter_falls)

    def retype(name: str, field: str, text: str) -> None:
        nonlocal left
        left -= 1
        person.fill(row(page, at[name]).get_by_label(field), text)
        person.click(row(page, at[name]).get_by_role("button", name="Check row"), f"re-check of row {at[name]}", counter_falls)

    pick("ambiguous", "Kingston upon Thames")
    pick("abolished", "answer")
    retype("approximate", "Amount in pounds", f"£{int(spring.meant['approximate']):,}")
    retype("thousandfold", "Reason for an unusual value", "The contract was retendered for all districts")
    pick("both", "It is a figure")
    pick("neither", "Too early to say")
    pick("second", f"Keep row {at['first']}")
    pick("unknown", spring.unknown)
    pick("year", "It is for 2014/15")
    retype("formula", "Amount in pounds", spring.meant["formula"])
    pick("alone", "Leave the row out")
    expect(page.get_by_text("No row needs fixing.")).to_be_visible()

    # 5: base, the colleague's, the file's; the colleague's stays unless another is taken
    sides = page.get_by_role("region", name=f"Both sides of row {at['stale']}").get_by_role("row").nth(1)
    expect(sides).to_have_text(re.compile(r"Amount\s*£[\d,]+\s*£77,000\s*£78,000"))
    expect(page.get_by_label("Keep the colleague’s")).to_be_checked()
    expect(page.locator("#import-confirm")).to_contain_text("1 row that changed on both sides needs a choice.")
    choose = page.get_by_role("button", name="Take these choices")
    person.click(choose, "choice of a side", lambda: expect(page.get_by_role("button", name="Confirm:")).to_be_visible())

    # 6: the effect, told beforehand
    sentence = page.locator("#import-effect").get_by_text("Reported savings from")
    told = re.search(r"from (.+?) to (.+?); back office .+; \d+ regional figures? changes?\.", sentence.inner_text())
    assert told is not None
    assert told[1] == stood

    # 7: one act
    imported = page.get_by_text("Imported as one act:")
    person.click(page.get_by_role("button", name="Confirm:"), "commit", lambda: expect(imported).to_be_visible())
    made = ReturnImport.objects.get()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible()
    assert savings_total() == told[2]
    written = ReportedSaving.pgh_event_model.objects.filter(pgh_context__metadata__door="import").count()
    assert written == made.new + made.changed == made.answers.count()
    assert ReportedSaving.objects.get(arrangement=spring.stale, year=spring.year).amount == 77_000
    assert person.actions <= BUDGET

    # 8: the same file again
    after = counted()
    page.goto("/admin/import/")
    page.get_by_label("File").set_input_files(spring.path)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Nothing to do.")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    assert counted() == after

    # 9: undone in two clicks, but for what was edited since
    edited = made.answers.filter(outcome_before="").first()
    ReportedSaving.objects.filter(arrangement=edited.arrangement_id, year=spring.year).update(note="Edited since")
    page.goto(made.get_absolute_url())
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_role("region", name="Edited since").get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text(f"Undone as one act: {made.answers.count() - 1} answers put back, 1 left alone.")).to_be_visible()
    assert ReportedSaving.objects.filter(note="Edited since").count() == 1
    with capsys.disabled():
        sys.stdout.write(f"\n  Import of 350 rows, steps 1 to 7: {person.told()}\n")


@pytest.mark.long
def test_every_state_of_an_import_is_clean_and_fits_its_window(spring: SpringFile, open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)

    page.goto("/admin/import/")
    looks_right(page)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Choose a file.")).to_be_visible()
    looks_right(page)
    check(page, spring)
    page.get_by_text("figures that change").click()
    looks_right(page)
    page.get_by_role("link", name="thousand-fold").click()
    expect(page.locator("#content h1")).to_have_text("What is checked")
    looks_right(page)
    page.go_back()
    expect(page.locator("#import-faults-head")).to_be_visible()
    row(page, spring.rows["approximate"]).get_by_label("Amount in pounds").fill("a lot")
    row(page, spring.rows["approximate"]).get_by_role("button", name="Check row").click()
    expect(row(page, spring.rows["approximate"])).to_contain_text("“a lot” is not an amount in pounds.")
    looks_right(page)
    page.get_by_role("button", name="Leave all 11 out").click()
    page.get_by_role("button", name="Take these choices").click()
    expect(page.get_by_role("button", name="Confirm:")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Confirm:").click()
    expect(page.get_by_text("Imported as one act:")).to_be_visible()
    looks_right(page)
    ReportedSaving.objects.filter(arrangement=ReturnImport.objects.get().answers.first().arrangement_id, year=spring.year).update(
        note="!"
    )
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_role("button", name="Undo the import")).to_be_visible()
    looks_right(page)
    page.goto("/admin/import/not-mine/")
    expect(page.get_by_role("heading", name="This upload isn’t here")).to_be_visible()
    looks_right(page)
    page.goto("/admin/arrangements/returnimport/")
    looks_right(page)


def test_without_script_rows_are_put_right_all_the_same(spring: SpringFile, open_page: OpenPage) -> None:
    page = open_page(NO_SCRIPT, ANALYST)
    check(page, spring)
    row(page, spring.rows["thousandfold"]).get_by_role("button", name="Divide by 1,000").click()
    expect(page.get_by_text("340 rows ready, 10 to fix.")).to_be_visible()
    row(page, spring.rows["neither"]).get_by_label("Amount in pounds").fill("£12k")
    row(page, spring.rows["neither"]).get_by_label("Outcome").select_option(label="Figure")
    row(page, spring.rows["neither"]).get_by_role("button", name="Check row").click()
    page.get_by_role("button", name="Leave all").click()
    page.get_by_role("button", name="Take these choices").click()
    page.get_by_role("button", name="Confirm:").click()
    expect(page.get_by_text("Imported as one act:")).to_be_visible()


def test_rows_are_put_right_from_the_keyboard_and_what_was_typed_elsewhere_stays(spring: SpringFile, open_page: OpenPage) -> None:
    page = open_page(email=ANALYST)
    check(page, spring)
    other = row(page, spring.rows["formula"]).get_by_label("Amount in pounds")
    other.fill("123456")
    tab_to(page, row(page, spring.rows["approximate"]).get_by_label("Amount in pounds"))
    page.keyboard.press("Control+A")
    page.keyboard.type(spring.meant["approximate"])
    page.keyboard.press("Enter")
    expect(page.locator("#import-faults-head")).to_have_text("To fix (10)")
    expect(other).to_have_value("123456")
    focused = page.evaluate("document.activeElement.closest('[data-row]')?.dataset.row")
    assert int(focused) > spring.rows["approximate"], "the focus moves on to the next row to fix"


def test_a_large_file_shows_how_far_it_is_without_script_and_can_be_left_and_come_back_to(
    spring: SpringFile, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arrangements.returns.importing import staging, steps

    monkeypatch.setattr(steps, "READ_AT_ONCE", 1_000)
    monkeypatch.setattr(staging, "ROWS_A_PIECE", 150)
    monkeypatch.setattr(steps.advance, "__kwdefaults__", {"seconds": 0.05})
    page = open_page(NO_SCRIPT, ANALYST)
    page.goto("/admin/import/")
    page.get_by_label("File").set_input_files(spring.path)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.goto("/admin/")
    page.goto("/admin/import/")
    page.get_by_role("link", name="returns.xlsx, 2014/15").click()
    expect(page.get_by_text("339 rows ready, 11 to fix.")).to_be_visible(timeout=60_000)
