"""From a corrected saving to the new headline: an analyst prepares, a publisher approves and publishes."""

import re
from datetime import date

from django.test import override_settings
from playwright.sync_api import Page, expect

from arrangements.releases.models import Release
from arrangements.returns.actions import accept, reopen, submit
from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.followup.actions import close
from arrangements.returns.followup.models import Flag
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.querying import settle_query
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import settle_all
from councils.models import User
from sharedservices.common.today import now
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.conftest import OpenPage
from tests.browser.hands import Hand
from tests.browser.looks import axe_finds_nothing, nothing_sticks_out


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

    analyst.goto("/admin/arrangements/release/add/?year=2013-14")
    expect(analyst.get_by_label("How settled it is")).to_have_value("revised")
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
    publisher.get_by_role("button", name="Approve this release", exact=True).click()
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
    expect(reader.get_by_role("main")).to_contain_text("superseded by 2013-14.r2 on 20 April 2015")
    reader.get_by_role("link", name="2013-14.r2").click()
    expect(reader.get_by_role("main")).to_contain_text(
        "This revision corrects 2013-14.r1: reported savings, £357 million, became"
    )
    reader.get_by_role("link", name="What was corrected, and why").click()
    expect(reader.get_by_role("row", name=re.compile("^SSR-.* Saving")).first).to_be_visible()
    axe_finds_nothing(reader)
    release = Release.objects.get(slug="2013-14.r2")
    assert (release.prepared_by.email, release.approved_by.email) == (ANALYST, PUBLISHER)


def nearly_all_is_in() -> None:
    """Of 2014/15 four councils have made no return and two queries wait; all else is accepted and settled."""
    analyst, year = User.objects.get(email=ANALYST), FinancialYear.objects.get(slug="2014-15")
    for flagged in Flag.objects.open().of_year(year):
        close(flagged=flagged, reason="Looked at with the council.", user=analyst)
    asked = list(year.returns.filter(queries__isnull=False).distinct().order_by("pk")[:2])
    for annual_return in asked:
        for question in annual_return.queries.exclude(state="settled").order_by("pk")[1:]:
            settle_query(question=question, decision="The reason given is sound", user=analyst)
    out = year.returns.filter(state=ReturnState.NOT_STARTED).order_by("pk").values_list("pk", flat=True)[:4]
    others = year.returns.exclude(pk__in=[*out, *(each.pk for each in asked)])
    Query.objects.filter(annual_return__in=others).exclude(state="settled").update(
        state="settled", decision="The reason given is sound", settled_by=analyst, settled_at=now()
    )
    by = {"submitted_by": analyst, "submitted_at": now(), "accepted_by": analyst, "accepted_at": now()}
    others.exclude(state=ReturnState.ACCEPTED).update(state=ReturnState.ACCEPTED, **by)


def waive(hand: Hand, gate: str, reason: str) -> None:
    """Say why the year is published although the gate is open."""
    section = hand.page.get_by_role("region", name=re.compile(f"^{gate}"))
    hand.fill(section.get_by_label("Why 2014/15 is published without"), reason)
    hand.click(section.get_by_role("button", name="Waive"))
    expect(section.get_by_text("Waived by Demonstration analyst")).to_be_visible()


LATE, ASKED = "Reminded twice; they answer after the election.", "The councils look into it and answer in June."
ADDRESSES = ["/", "/years/2014-15/", "/releases/2014-15.r1/", "/releases/2014-15.r1/files/figures.csv",
             "/api/v1/releases/2014-15.r1/", "/releases/2014-15.r1/figures/savings-total/"]  # fmt: skip


def test_two_people_publish_a_year_through_its_gates_in_ten_actions(own_register: str, open_page: OpenPage) -> None:
    nearly_all_is_in()
    reader, one, two = open_page(), Hand(open_page(email=ANALYST)), Hand(open_page(email=PUBLISHER))
    before = {address: reader.request.get(address).text() for address in ADDRESSES}

    one.page.goto("/admin/")
    one.click(one.page.get_by_role("link", name="Add Release").or_(one.page.locator("a.addlink[href$='/release/add/']")).first)
    for gate, state in [
        ("Returns outstanding", "Open: 4"), ("Queries not settled", "Open: 2"), ("Open flags", "Passed"),
        ("Returns reopened", "Passed"), ("Rules of the register", "Passed"), ("Figures verified", "Passed"),
    ]:  # fmt: skip
        expect(one.page.get_by_role("region", name=re.compile(f"^{gate}.*{state}"))).to_be_visible()
    expect(one.page.get_by_role("checkbox")).to_have_count(0)  # nothing to tick
    expect(one.page.get_by_role("button", name="Prepare")).to_have_count(0)
    axe_finds_nothing(one.page)
    waive(one, "Returns outstanding", LATE)
    waive(one, "Queries not settled", ASKED)
    one.click(one.page.get_by_role("button", name="Prepare"))
    expect(one.page.get_by_text("2014/15, revision 1 is prepared. Another person approves it.")).to_be_visible()
    expect(one.page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    expect(one.page.locator("#content-main")).to_contain_text(f"4 councils asked had made no return. {LATE}")
    one.click(one.page.get_by_role("link", name="Why reported savings moved"))
    adds_up(one.page)

    two.page.goto("/admin/")
    two.click(two.page.get_by_role("link", name="Read and approve it"))
    expect(two.page.get_by_role("button", name="Approve, and publish from then on")).to_be_visible()
    axe_finds_nothing(two.page)
    two.fill(two.page.get_by_label("Public from"), "2015-04-23T09:30")
    two.click(two.page.get_by_role("button", name="Approve, and publish from then on"))
    expect(two.page.get_by_text("is approved, and public from 23 April 2015, 09:30 on.")).to_be_visible()
    told = f"{one.actions} actions by the analyst, {two.actions} by the publisher"
    print(f"\nPublishing a year through its gates: {told}, of 10")  # noqa: T201 - read with -s
    assert one.actions + two.actions <= 10, told

    assert {address: reader.request.get(address).text() for address in ADDRESSES} == before
    with override_settings(REGISTER_TODAY=date(2015, 4, 24)):
        after = {address: reader.request.get(address) for address in ADDRESSES}
        assert [answer.status for answer in after.values()] == [200] * len(ADDRESSES)
        total = Release.objects.get(slug="2014-15.r1").figures.get(key="savings-total")
        assert all(total.display in answer.text() or str(total.value) in answer.text() for answer in list(after.values())[:4])
        reader.goto("/releases/2014-15.r1/")
        expect(reader.get_by_role("main")).to_contain_text(
            f"2 queries to councils had not been settled; their returns aren’t counted. {ASKED}"
        )
        assert [note["reason"] for note in after["/api/v1/releases/2014-15.r1/"].json()["data"]["notes"]] == [LATE, ASKED]
        axe_finds_nothing(reader)
        nothing_sticks_out(reader)


def adds_up(page: Page) -> None:
    """The bridge from 2013/14 has five parts, which sum to the pound."""
    rows = page.get_by_role("region", name=re.compile("^The parts, which sum")).get_by_role("row")
    expect(rows).to_have_count(8)
    start, *parts, end = [
        int(re.sub(r"[^0-9-]", "", row.get_by_role("cell").last.inner_text().replace("−", "-"))) for row in rows.all()[1:]
    ]
    assert start + sum(parts) == end
    for part in ("New arrangements", "Ended arrangements", "Like-for-like", "Revised", "Figure in one year only"):
        expect(page.get_by_role("link", name=part).first).to_be_visible()
