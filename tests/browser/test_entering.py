"""A return in the admin: all of it answered from the keyboard and submitted; what is wrong told at its line."""

from playwright.sync_api import Page, expect

from arrangements.returns.models import ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from tests.browser.accounts import ANALYST
from tests.browser.conftest import NARROW, OpenPage
from tests.browser.keyboard import tab_to
from tests.browser.looks import looks_right
from tests.browser.returns import a_return, last_year_was, line, page_of, save


def press(page: Page, button: str) -> None:
    """Go to the button with the keyboard and press it."""
    tab_to(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def test_an_analyst_answers_every_line_of_a_return_from_the_keyboard_and_submits_it(
    own_register: str, open_page: OpenPage
) -> None:
    annual_return = a_return(lines=3)
    arrangements = list(annual_return.lines())
    for arrangement in arrangements:
        last_year_was(400_000, arrangement)
    page = open_page(email=ANALYST)
    page.goto("/admin/arrangements/annualreturn/")
    tab_to(page, page.get_by_role("textbox", name="Search"))
    page.keyboard.type(annual_return.council.name)
    page.keyboard.press("Enter")
    page.get_by_role("row").filter(has_text="2014/15").get_by_role("link", name=annual_return.council.name).click()

    for number, arrangement in enumerate(arrangements):
        tab_to(page, line(page, arrangement).get_by_label("Outcome"))
        page.keyboard.type("Not calc" if number else "Fig")
        page.keyboard.press("Tab")  # which passes by an amount that the outcome leaves out
        if not number:
            page.keyboard.type("£410k")
            page.keyboard.press("Tab")
        page.keyboard.type(f"From the keyboard {number}")
    press(page, "Save")
    expect(page.get_by_text(f"Saved: {len(arrangements)} answers changed.")).to_be_visible()
    expect(line(page, arrangements[0]).get_by_label("Amount in pounds")).to_have_value("410,000")

    press(page, "Save and submit")
    expect(page.get_by_text(f"{annual_return} is submitted.")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    annual_return.refresh_from_db()
    assert annual_return.state == ReturnState.SUBMITTED
    stored = ReportedSaving.objects.filter(year=annual_return.year, arrangement__in=arrangements)
    assert [(one.amount, one.note) for one in stored.order_by("note")] == [
        (None if number else 410_000, f"From the keyboard {number}") for number in range(len(arrangements))
    ]

    page.get_by_role("link", name="History of the return").click()
    latest = page.get_by_role("region", name="History").get_by_role("row").nth(1)
    expect(latest).to_contain_text("Demonstration analyst")
    expect(latest).to_contain_text("“In progress” → “Submitted”")


def test_what_is_wrong_is_told_at_its_line_and_what_was_typed_is_kept(own_register: str, open_page: OpenPage) -> None:
    annual_return = a_return(lines=3)
    arrangements = list(annual_return.lines())[:3]
    wrong = {
        "abc": "“abc” is not an amount in pounds.",
        "12.50": "“12.50” is not in whole pounds. Leave out the pence.",
        "": "Give an amount for a figure: 0 if nothing was saved.",
    }
    page = open_page(NARROW, ANALYST)
    page.goto(page_of(annual_return))
    for arrangement, typed in zip(arrangements, wrong, strict=True):
        line(page, arrangement).get_by_label("Outcome").select_option(label="Figure")
        line(page, arrangement).get_by_label("Amount in pounds").fill(typed)
        line(page, arrangement).get_by_label("Source").fill(f"about {arrangement.reference}")
    save(page)

    expect(page.get_by_text("Nothing was saved: some lines need another look.")).to_be_visible()
    for arrangement, (typed, message) in zip(arrangements, wrong.items(), strict=True):
        expect(line(page, arrangement).get_by_role("alert")).to_contain_text(message)
        expect(line(page, arrangement).get_by_label("Outcome")).to_have_value("figure")
        expect(line(page, arrangement).get_by_label("Amount in pounds")).to_have_value(typed)
        expect(line(page, arrangement).get_by_label("Source")).to_have_value(f"about {arrangement.reference}")
    looks_right(page)
    assert not ReportedSaving.objects.filter(year=annual_return.year, arrangement__in=arrangements).exists()
