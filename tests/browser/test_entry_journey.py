"""An analyst enters one return: within its budget of actions, four ways, with every turn it may take.

The journey begins at the desk, with the key of the finder. Its turns begin where that leads, at the line that the address
names; its three actions are counted along.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from arrangements.register.models import Arrangement
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.vocabulary import Outcome, QueryState
from councils.models import Succession
from councils.tests.builders import make_council
from sharedservices.common.trail import events
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import NARROW, NO_SCRIPT, WIDE, OpenPage, Way
from tests.browser.hands import Hand
from tests.browser.looks import axe_finds_nothing, focus_can_be_seen, looks_right, nothing_sticks_out
from tests.browser.registered import kingston_and_sutton
from tests.browser.returns import fields_in_view, last_year_was, line, page_of

FIND = 3  # actions: "/", what is looked for, Enter
BUDGET, WITH_A_REASON, NOT_CALCULATED = 8, 12, 9
SOURCE = "Council return, e-mail of 3 March"
BOTH_WIDTHS = pytest.mark.parametrize("way", [WIDE, NARROW], ids=lambda way: way.name)


class Entry:
    """The return of Kingston upon Thames for 2014/15, at the line of the ICT service shared with Sutton."""

    def __init__(self, open_page: OpenPage, way: Way = WIDE, email: str = ANALYST) -> None:
        self.arrangement = kingston_and_sutton()
        self.annual_return = return_of(self.arrangement)
        self.page = open_page(way, email)
        self.page.goto(f"{page_of(self.annual_return)}#line-{self.arrangement.pk}")
        self.hand = Hand(self.page)
        self.line = line(self.page, self.arrangement)
        self.outcome = self.line.get_by_label("Outcome")
        self.amount = self.line.get_by_label("Amount in pounds")
        self.source = self.line.get_by_label("Source, or why there is no figure")
        self.reason = self.line.get_by_label("Why it is right all the same")

    def find(self) -> None:
        """From the desk to the line: the key, three parts of words, Enter."""
        self.page.goto("/admin/")
        box = self.page.get_by_role("combobox", name="Find an arrangement or a council")
        self.hand.press("/")
        self.hand.type("ict kingston sut", into=box)
        expect(self.page.get_by_role("option").first).to_contain_text(self.arrangement.name)
        with self.hand.waiting():
            self.hand.press("Enter")

    def answer(self, amount: str, source: str = SOURCE) -> None:
        """From the keyboard, and save."""
        self.hand.type(amount, into=self.amount)
        self.hand.press("Tab")
        self.hand.type(source, into=self.source)
        self.save()

    def save(self) -> None:
        with self.hand.waiting():
            self.hand.press("Control+Enter")

    def stored(self) -> ReportedSaving | None:
        return ReportedSaving.objects.filter(arrangement=self.arrangement, year=self.annual_return.year).first()

    def looks_right(self) -> None:
        nothing_sticks_out(self.page)
        axe_finds_nothing(self.page)


def return_of(arrangement: Arrangement) -> AnnualReturn:
    """That of 2014/15 whose line it is."""
    year = FinancialYear.objects.get(slug="2014-15")
    answering = arrangement.partnerships.answering_on(year.ends_on).get()
    return AnnualReturn.objects.get(year=year, council=answering.council_id)


@pytest.fixture
def last_year(own_register: str) -> None:
    """Last year the shared ICT service saved £350,000."""
    last_year_was(350_000, kingston_and_sutton())


@BOTH_WIDTHS
def test_one_return_is_entered_from_the_keyboard(last_year: None, open_page: OpenPage, way: Way) -> None:
    entry = Entry(open_page, way)
    page, hand = entry.page, entry.hand
    entry.find()
    expect(entry.amount).to_be_focused()
    assert fields_in_view(page) <= 8
    entry.looks_right()

    hand.type("410k", into=entry.amount)
    expect(entry.line.get_by_role("status")).to_have_text("£410,000, up £60,000 (17.1%) on 2013/14")
    expect(entry.outcome).to_have_value("figure")
    expect(entry.amount).to_have_accessible_description(
        "In this financial year, net, whole arrangement. £410,000, up £60,000 (17.1%) on 2013/14"
    )
    hand.press("Tab")
    hand.type(SOURCE, into=entry.source)
    entry.save()

    expect(page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    expect(page.get_by_role("link", name="Next: ")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.get_by_text("1 of 2 lines answered.")).to_be_visible()
    expect(entry.line.get_by_role("status")).to_have_text("£410,000, up £60,000 (17.1%) on 2013/14")
    entry.looks_right()
    saving = entry.stored()
    assert saving is not None
    assert (saving.outcome, saving.amount, saving.note) == (Outcome.FIGURE, 410_000, SOURCE)
    [event] = events(ReportedSaving, pgh_obj_id=saving.pk)
    assert event.pgh_context.metadata["door"] == "admin"
    hand.report(f"J1 from the keyboard, {way.name}", BUDGET)


def test_and_with_a_pointer(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page)
    entry.hand.fill(entry.amount, "£410,000")
    entry.hand.fill(entry.source, SOURCE)
    with entry.hand.waiting():
        entry.hand.click(entry.page.get_by_role("button", name="Save", exact=True))
    expect(entry.page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    assert entry.stored().amount == 410_000
    entry.hand.actions += FIND
    entry.hand.report("J1 with a pointer", BUDGET)


def test_and_without_script(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page, NO_SCRIPT)
    page, hand = entry.page, entry.hand
    hand.pick(entry.outcome, "Figure")
    hand.fill(entry.amount, "410")
    hand.fill(entry.source, SOURCE)
    hand.press("Enter")
    expect(page.get_by_text("Nothing was saved: some answers look unusual.")).to_be_visible()
    expect(entry.line.get_by_role("status")).to_have_text("£410, down £349,590 (99.9%) on 2013/14")
    hand.click(entry.line.get_by_role("button", name="Use £410,000"))
    expect(page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    expect(entry.line.get_by_role("status")).to_have_text("£410,000, up £60,000 (17.1%) on 2013/14")
    assert entry.stored().amount == 410_000
    hand.actions += FIND
    hand.report("J1 without script, a slip on the way", BUDGET)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 1 answer is as it was before that save.")).to_be_visible()
    assert entry.stored() is None


@BOTH_WIDTHS
def test_not_calculated_empties_the_amount_and_asks_for_a_line(last_year: None, open_page: OpenPage, way: Way) -> None:
    entry = Entry(open_page, way)
    page, hand = entry.page, entry.hand
    expect(entry.amount).to_be_focused()
    page.keyboard.type("410")  # what an outcome without a figure empties
    hand.press("Shift+Tab")
    hand.choose("Not calc", of=entry.outcome)
    expect(entry.amount).to_have_value("")
    expect(entry.amount).to_be_disabled()
    hand.press("Tab")
    expect(entry.source).to_have_accessible_description("Say in a line why there is no figure.")
    hand.type("No baseline was taken", into=entry.source)
    entry.save()
    expect(page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    saving = entry.stored()
    assert (saving.outcome, saving.amount, saving.note) == (Outcome.NOT_CALCULATED, None, "No baseline was taken")
    entry.looks_right()
    hand.actions += FIND
    hand.report(f"J1a not calculated, {way.name}", NOT_CALCULATED)

    entry.source.fill("")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing was saved: some lines break a rule.")).to_be_visible()
    expect(entry.source).to_be_focused()
    expect(entry.line.get_by_role("alert")).to_have_text("Say in a line why there is no figure.")
    entry.looks_right()
    entry.outcome.select_option(label="Figure")
    expect(entry.amount).to_be_enabled()


def test_zero_is_a_figure_and_asks_why_after_something(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page)
    page, hand = entry.page, entry.hand
    entry.answer("0")
    expect(entry.line.get_by_text("£0 says that nothing was saved; last year it was £350,000. What changed?")).to_be_visible()
    hand.type("The contract was renegotiated", into=entry.reason)
    entry.save()
    expect(page.get_by_text("1 of 2 lines answered.")).to_be_visible()
    saving = entry.stored()
    assert (saving.outcome, saving.amount) == (Outcome.FIGURE, 0)
    hand.actions += FIND
    hand.report("J1b zero, with a reason", WITH_A_REASON)


@BOTH_WIDTHS
def test_a_slip_of_a_thousand_is_put_right_by_one_action(last_year: None, open_page: OpenPage, way: Way) -> None:
    entry = Entry(open_page, way)
    page, hand = entry.page, entry.hand
    entry.answer("410")
    expect(entry.line.get_by_text("£410 is about a thousandth of last year’s £350,000. Did you mean £410,000?")).to_be_visible()
    use = entry.line.get_by_role("button", name="Use £410,000")
    expect(use).to_be_focused()
    entry.looks_right()
    with hand.waiting():
        hand.press("Enter")
    expect(page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    assert entry.stored().amount == 410_000
    assert not Query.objects.filter(arrangement=entry.arrangement, annual_return=entry.annual_return).exists()
    hand.actions += FIND
    hand.report(f"J1c a slip put right, {way.name}", BUDGET)


def test_or_stands_for_a_reason_that_an_analyst_accepts_by_one_press(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page)
    page, hand = entry.page, entry.hand
    entry.answer("410")
    expect(entry.reason).to_be_visible()
    hand.fill(entry.reason, "The contract ended in May")
    entry.save()
    expect(entry.line.get_by_text("Answer: The contract ended in May")).to_be_visible()
    entry.looks_right()
    hand.actions += FIND
    hand.report("J1c a slip that was none, with a reason", WITH_A_REASON)
    assert entry.stored().amount == 410
    page.get_by_role("button", name="Accept the answer about").click()
    expect(page.get_by_text("The query is settled.")).to_be_visible()
    expect(entry.line.get_by_text("1 settled query")).to_be_visible()
    settled = Query.objects.get(arrangement=entry.arrangement, annual_return=entry.annual_return)
    assert (settled.state, settled.decision) == (QueryState.SETTLED, "The reason given is accepted")


@BOTH_WIDTHS
@pytest.mark.parametrize("keeps", ["theirs", "mine"])
def test_of_two_analysts_the_second_sees_both_sides_and_decides(
    last_year: None, open_page: OpenPage, way: Way, keeps: str
) -> None:
    first, second = Entry(open_page, way, PUBLISHER), Entry(open_page, way)
    first.answer("400,000")
    second.answer("420,000")
    expect(
        second.page.get_by_text("Nothing was saved: 1 of the answers has been changed since you opened this page.")
    ).to_be_visible()
    expect(second.line.get_by_text("Answered by Demonstration publisher at ")).to_be_visible()
    expect(second.line.get_by_role("radio", name="take theirs")).to_be_visible()
    mine = second.line.get_by_role("radio", name="keep mine")
    expect(mine).to_be_focused()
    expect(mine).to_be_checked()
    second.looks_right()
    assert second.stored().amount == 400_000

    before = second.hand.actions
    if keeps == "theirs":
        second.hand.press("ArrowLeft")
        expect(second.amount).to_have_value("400,000")
        expect(second.line.get_by_role("status")).to_have_text("£400,000, up £50,000 (14.3%) on 2013/14")
    second.save()
    expect(second.page.get_by_text("Nothing had changed." if keeps == "theirs" else "Saved: 1 answer changed.")).to_be_visible()
    assert second.stored().amount == (400_000 if keeps == "theirs" else 420_000)
    second.hand.actions -= before
    second.hand.report(f"J1d {keeps} kept, {way.name}, more actions", 3)


def test_parts_that_only_one_side_touched_come_together(last_year: None, open_page: OpenPage) -> None:
    Entry(open_page).answer("400,000")
    first, second = Entry(open_page, email=PUBLISHER), Entry(open_page)
    first.source.fill("Ledger, page 3")
    first.save()
    second.amount.fill("420,000")
    second.save()
    expect(second.page.get_by_text("They touch different parts and are put together below")).to_be_visible()
    expect(second.amount).to_have_value("420,000")
    expect(second.source).to_have_value("Ledger, page 3")
    second.looks_right()
    second.save()
    expect(second.page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    assert (second.stored().amount, second.stored().note) == (420_000, "Ledger, page 3")


@BOTH_WIDTHS
def test_a_council_abolished_before_the_year_is_refused_with_the_date_and_its_successor(
    own_register: str, open_page: OpenPage, way: Way
) -> None:
    successor = return_of(kingston_and_sutton()).council
    gone = make_council("Surbiton Borough Council", ended_on=date(2014, 3, 31))
    Succession.objects.create(predecessor=gone, successor=successor)
    page = open_page(way, ANALYST)
    page.goto(reverse("admin:arrangements_annualreturn_of", args=[gone.pk, "2014-15"]))
    expect(page.get_by_text(f"{gone.name} ended on 31 March 2014 and can’t report for 2014/15.")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name=successor.name).click()
    expect(page.get_by_role("heading", name=f"{successor.name}, 2014/15")).to_be_visible()


def test_a_save_is_undone_and_the_next_return_begun_from_the_keyboard(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page)
    page = entry.page
    for arrangement in entry.annual_return.lines():
        group = line(page, arrangement)
        group.get_by_label("Amount in pounds").fill("360,000")
        group.get_by_label("Source, or why there is no figure").fill(SOURCE)
    last_year_was(350_000, next(iter(entry.annual_return.lines())))
    entry.save()
    following = page.get_by_role("link", name="Next: ")
    expect(following).to_be_focused()  # nothing is left to fill in here
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undone: 2 answers are as they were before that save.")).to_be_visible()
    expect(page.get_by_text("Not started")).to_be_visible()
    assert entry.stored() is None
    name = following.inner_text().removeprefix("Next: ")
    following.click()
    expect(page.get_by_role("heading", name=f"{name}, 2014/15")).to_be_visible()


def copy(page: Page, text: str) -> None:
    """Put it on the clipboard, as a spreadsheet does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def test_a_row_pasted_from_a_spreadsheet_fills_its_line_from_the_keyboard(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page)
    page, hand = entry.page, entry.hand
    expect(entry.amount).to_be_focused()
    copy(page, f"{entry.arrangement.reference}\t{entry.arrangement.name}\t350000\t410000\tLedger of the joint committee\r\n")
    hand.press("Control+V")
    expect(page.get_by_role("status").get_by_role("cell", name="Amount: £410,000")).to_be_visible()
    expect(page.get_by_role("status").get_by_role("cell", name="Last year’s answer")).to_be_visible()
    expect(entry.amount).to_have_value("410000")
    expect(entry.source).to_have_value("Ledger of the joint committee")
    expect(entry.outcome).to_have_value("figure")
    entry.looks_right()
    assert entry.stored() is None
    entry.save()
    expect(page.get_by_text("Saved: 1 answer changed.")).to_be_visible()
    assert entry.stored().amount == 410_000
    hand.actions += FIND
    hand.report("A row pasted", BUDGET)


def test_and_without_script_by_a_box_and_a_button(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page, NO_SCRIPT)
    page = entry.page
    page.get_by_text("Paste a row from a spreadsheet").click()
    page.get_by_label("A row, or several").fill(f"{entry.arrangement.reference}\t410000\tLedger\nSSR-9999\t5")
    page.get_by_role("button", name="Fill in the form").click()
    expect(page.get_by_text("is filled in below, and not saved yet.")).to_be_visible()
    expect(page.get_by_text("SSR-9999 is not a line of this return.")).to_be_visible()
    expect(entry.amount).to_have_value("410000")
    expect(entry.line.get_by_role("status")).to_have_text("£410,000, up £60,000 (17.1%) on 2013/14")
    nothing_sticks_out(page)
    assert entry.stored() is None


def test_what_was_typed_isnt_left_behind_without_a_word(last_year: None, open_page: OpenPage) -> None:
    entry = Entry(open_page)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    entry.page.on("dialog", stay)
    entry.hand.type("410k", into=entry.amount)
    entry.page.get_by_role("link", name="History of the return").click()
    expect(entry.amount).to_have_value("410k")
    assert asked == ["beforeunload"]
    entry.source.fill(SOURCE)
    entry.save()
    entry.page.get_by_role("link", name="History of the return").click()
    expect(entry.page.get_by_role("region", name="History")).to_be_visible()
    assert asked == ["beforeunload"]


def test_every_stop_of_the_keyboard_can_be_seen(register: str, open_page: OpenPage) -> None:
    focus_can_be_seen(Entry(open_page).page, stops=12)
