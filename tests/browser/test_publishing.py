"""From a corrected saving to the new headline: an analyst prepares, a publisher approves and publishes."""

import re

from playwright.sync_api import Page, expect

from arrangements.releases.models import Release
from arrangements.returns.actions import accept, reopen, submit
from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import settle_all
from councils.models import User
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import OpenPage


def correct_a_saving_by_a_million() -> None:
    """One answer of 2013/14 is a million pounds more, on a return that is accepted again."""
    analyst = User.objects.get(email=ANALYST)
    accepted = AnnualReturn.objects.filter(year__slug="2013-14", state=ReturnState.ACCEPTED).select_related("year")
    answers = ((each, ReportedSaving.objects.figures().filter(year=each.year, arrangement__in=each.lines())) for each in accepted)
    annual_return, saving = next((each, found[0]) for each, found in answers if found)
    reopen(annual_return=annual_return, reason="A figure was a million short", user=analyst)
    assert saving.amount is not None
    more = saving.amount + 1_000_000
    answer = Answer(saving.arrangement_id, saving.outcome, more, "Ledger", saving.version, "A second contract was left out")
    record_answers(annual_return=annual_return, answers=[answer], user=analyst)
    settle_all(annual_return, analyst)
    submit(annual_return=annual_return, user=analyst)
    accept(annual_return=annual_return, user=analyst)


def total_on(page: Page) -> str:
    return page.locator(".register-figure__value").first.inner_text().split(":")[0].strip()


def test_two_people_publish_a_revision_and_the_home_page_shows_the_new_total(own_register: str, open_page: OpenPage) -> None:
    correct_a_saving_by_a_million()
    reader, analyst, publisher = open_page(), open_page(email=ANALYST), open_page(email=PUBLISHER)
    reader.goto("/")
    assert total_on(reader) == "£357 million"

    analyst.goto("/admin/arrangements/release/add/")
    analyst.get_by_label("Financial year").select_option(label="2013/14")
    analyst.get_by_label("How settled it is").select_option(label="Revised")
    analyst.get_by_role("button", name="Prepare").click()
    expect(analyst.get_by_role("alert")).to_contain_text("A revision needs a public note")
    analyst.get_by_label("Public note").fill("One council had left out a million pounds.")
    analyst.get_by_role("button", name="Prepare").click()
    expect(analyst.get_by_text("2013/14, revision 2 is prepared. Another person approves it.")).to_be_visible()
    expect(analyst.locator("#content-main").get_by_role("row", name=re.compile("^Reported savings"))).to_contain_text(
        "£358 million"
    )
    expect(analyst.get_by_role("button", name="Discard this preparation")).to_be_visible()
    expect(analyst.get_by_role("button", name="Approve this release")).to_have_count(0)
    reader.reload()
    assert total_on(reader) == "£357 million"

    publisher.goto(analyst.url)
    publisher.get_by_role("button", name="Approve this release").click()
    expect(publisher.get_by_text("2013/14, revision 2 is approved.")).to_be_visible()
    reader.reload()
    assert total_on(reader) == "£357 million"
    publisher.get_by_role("button", name="Set the moment of publication").click()
    expect(publisher.get_by_text("2013/14, revision 2 is public from")).to_be_visible()
    expect(publisher.get_by_role("button", name="Set the moment of publication")).to_have_count(0)

    reader.reload()
    assert total_on(reader) == "£358 million"
    reader.goto("/releases/2013-14.r1/")
    assert total_on(reader) == "£357 million"
    expect(reader.get_by_role("main")).to_contain_text("superseded")
    release = Release.objects.get(slug="2013-14.r2")
    assert (release.prepared_by.email, release.approved_by.email) == (ANALYST, PUBLISHER)
