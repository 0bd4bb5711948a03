"""What LGA staff see only after something was done: letters held, an import half-way, a reorganisation step by step.

Each deed is done in a register of its own, by whoever may; `look` gives the eyes of an account.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from playwright.sync_api import expect

from arrangements.desk import importing
from arrangements.register.models import Arrangement
from arrangements.releases.models import Release
from arrangements.returns.chasing.models import Reminder
from arrangements.returns.importing import staging, steps
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_service
from councils.models import Council, User
from sharedservices.common.history import written_by
from sharedservices.common.today import today
from tests.browser.accounts import ANALYST, PUBLISHER
from tests.browser.returns import page_of
from tests.browser.spring import SpringFile
from tests.browser.state_deeds import SENTENCE, Look, an_arrangement, send
from tests.browser.state_pages import WORD


def a_return(state: str) -> AnnualReturn:
    """The first of the year in collection, in the state, with two lines or more."""
    found = AnnualReturn.objects.with_progress().filter(year__slug="2014-15", state=state, lines__gte=2)
    return AnnualReturn.objects.get(pk=found.order_by("pk")[0].pk)


def answers_refused_and_overtaken(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    annual_return = a_return(ReturnState.IN_PROGRESS)
    one, other = annual_return.lines()[:2]
    page.goto(page_of(annual_return))
    for line in (one, other):
        page.locator(f"#line-{line.pk}").get_by_label("Amount in pounds").fill(WORD[:60])
    send(page, "Save")
    looker.now()
    page.goto(page_of(annual_return))
    saving, _ = ReportedSaving.objects.get_or_create(
        arrangement=one, year=annual_return.year, defaults={"outcome": "figure", "amount": 5}
    )
    ReportedSaving.objects.filter(pk=saving.pk).update(outcome="figure", amount=77_000, note=SENTENCE)
    page.locator(f"#line-{one.pk}").get_by_label("Amount in pounds").fill("78,000,000")
    page.locator(f"#line-{other.pk}").get_by_label("Amount in pounds").fill("78,000,000")
    page.locator(f"#line-{one.pk}").locator("summary").first.click()
    send(page, "Save")
    looker.now()
    page.get_by_text("Paste a row from a spreadsheet").click()
    page.get_by_label("A row, or several").fill(f"{one.reference}\t410000\t{WORD}\nSSR-9999\t5")
    page.get_by_role("button", name="Fill in the form").click()
    looker.now()


def a_form_overtaken(look: Look) -> None:
    looker = look(ANALYST)
    page, arrangement = looker.page, an_arrangement()
    page.goto(reverse("admin:arrangements_arrangement_change", args=[arrangement.pk]))
    with written_by(door="admin", user=User.objects.get(email=PUBLISHER)):
        Arrangement.objects.filter(pk=arrangement.pk).update(summary=SENTENCE, source=WORD)
    page.locator("#id_summary").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#content").get_by_text("Somebody changed this since you opened it").first).to_be_visible()
    looker.now()


def many_at_once(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    page.goto(reverse("admin:arrangements_arrangement_changelist"))
    for box in page.locator("#result_list tbody .action-select").all()[:5]:
        box.check()
    page.get_by_label("Action:").first.select_option("bulk-end")
    page.get_by_role("button", name="Go").first.click()
    expect(page.get_by_text("5 arrangements are ticked.")).to_be_visible()
    looker.now()
    send(page, "Change them")
    looker.now()
    page.get_by_label("Last day in force").fill("1990-03-31")
    page.get_by_label("Why they end").select_option("dissolved")
    page.get_by_label("Reason", exact=True).fill(SENTENCE)
    send(page, "Change them")
    looker.now()
    page.get_by_label("Last day in force").fill("2015-04-01")
    page.get_by_label("change those that pass, and list the others").check()
    send(page, "Change them")
    looker.now()


def letters(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    Reminder.objects.in_hand().delete()
    rows = AnnualReturn.objects.filter(year__slug="2014-15", council__region__slug="north-east").select_related("council")
    row = next(each for each in rows.for_chasing(today()) if each.is_outstanding and each.addresses)
    page.goto(f"/admin/chasing/?q={row.council.gss_code}")
    page.get_by_role("checkbox", name=re.compile("^Write to")).first.check()
    send(page, "Draft reminders for the ticked")
    looker.now()
    page.goto(f"/admin/chasing/{row.pk}/")
    send(page, "Record it")
    looker.now()


def a_release(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    looker.at("/admin/arrangements/release/add/?year=2014-15")
    send(page, "Waive")
    looker.now()
    page.goto("/admin/arrangements/release/add/?year=2013-14")
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looker.now()
    page.get_by_label("Public note").fill(WORD[:200] + SENTENCE)
    send(page, "Prepare")
    looker.now()
    look(PUBLISHER).at(reverse("admin:arrangements_release_change", args=[Release.objects.order_by("-pk")[0].pk]))
    send(look(PUBLISHER).page, "Approve, and publish")
    look(PUBLISHER).now()
    looker.at("/releases/2013-14.r1/")


def the_press(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin/press/2013-14.r1/list/?region=london")
    page.get_by_label("What was asked").fill("")
    send(page, "Copy and log")
    looker.now()
    page.get_by_label("What was asked").fill(WORD[:200])
    send(page, "Copy and log")
    looker.now()


def a_token(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    page.goto("/admin/councils/apitoken/add/")
    send(page, "Save")
    looker.now()
    page.get_by_label("Name").fill(WORD[:60])
    page.get_by_label("Read returns and their answers").check()
    page.get_by_label("Last day").fill("2015-12-31")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Token", exact=True)).to_be_visible()
    looker.now()
    looker.at("/admin/councils/apitoken/")


def something_deleted(look: Look) -> None:
    """What is asked first, and what is said where it was changed meanwhile."""
    User.objects.filter(email=PUBLISHER).update(is_superuser=True)
    looker, service = look(PUBLISHER), make_service("fireworks")
    looker.at("/admin/councils/user/")
    looker.at(reverse("admin:arrangements_service_delete", args=[service.pk]))
    type(service).objects.filter(pk=service.pk).update(name="Fireworks and bonfires")
    send(looker.page)
    looker.now()


def a_reorganisation(look: Look) -> None:
    looker = look(ANALYST)
    page = looker.page
    page.goto("/admin/reorganise/")
    send(page, "Show what it would do")
    looker.now()
    page.get_by_label("First day of the councils that follow").fill("1 April 2027")
    facts = page.get_by_role("group", name="Council that follows 1", exact=True)
    facts.get_by_text("Facts of a new council").click()
    facts.get_by_label("Official name").fill("East Surrey Council")
    facts.get_by_label("Short name").fill("East Surrey")
    facts.get_by_label("GSS code").fill("E06900001")
    facts.get_by_label("Kind").select_option(label="Unitary authority")
    facts.get_by_label("Region").select_option(index=2)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for council in Council.objects.filter(slug__in=["elmbridge", "tandridge"]):
        facts.locator(f"[type=checkbox][value='{council.pk}'], [type=checkbox][value='{council.slug}']").first.check()
    send(page, "Show what it would do")
    looker.now()
    send(page, "Go on to confirm")
    looker.now()
    page.get_by_label("Reason, kept with every change").fill(WORD)
    send(page, "Record the reorganisation")
    expect(page.get_by_role("heading", name="The reorganisation is recorded")).to_be_visible()
    looker.now()


def standing_still(progress: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page without its asking for the next look, which would come in the midst of ours."""

    def page(*given: Any) -> HttpResponse:
        answer = progress(*given)
        del answer["Refresh"]
        return answer

    return page


def an_import(look: Look) -> None:
    """A workbook with errors: refused, read in pieces, put right, confirmed, undone."""
    looker = look(ANALYST)
    page, made = looker.page, SpringFile()
    page.goto("/admin/import/")
    send(page, "Check")
    looker.now()
    page.get_by_label("File").set_input_files(
        {"name": f"{WORD[:180]}.xlsx", "mimeType": "application/zip", "buffer": made.content}
    )
    with pytest.MonkeyPatch.context() as slowly:
        slowly.setattr(steps, "READ_AT_ONCE", 1_000)
        slowly.setattr(staging, "ROWS_A_PIECE", 10)
        slowly.setattr(steps.advance, "__kwdefaults__", {"seconds": 0.01})
        slowly.setattr(importing, "_progress", standing_still(importing._progress))
        send(page, "Check")
        looker.now()
    page.reload()
    expect(page.get_by_text("339 rows ready, 11 to fix.")).to_be_visible()
    looker.now()
    page.get_by_text("figures that change").click()
    page.get_by_role("button", name="Leave all 11 out").click()
    page.get_by_role("button", name="Take these choices").click()
    expect(page.get_by_role("button", name="Confirm:")).to_be_visible()
    looker.now()
    send(page, "Confirm:")
    looker.now()
    imported = ReturnImport.objects.get()
    answered = ReportedSaving.objects.filter(arrangement=imported.answers.earliest("pk").arrangement_id, year=made.year)
    answered.update(note=WORD)
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_role("button", name="Undo the import")).to_be_visible()
    looker.now()
    send(page, "Undo the import")
    looker.now()


# It reads names of the demonstration, and can't be done where they are very long.
BY_NAME = [an_import]
DEEDS = [
    answers_refused_and_overtaken, a_form_overtaken, many_at_once, letters, a_release, the_press, a_token, something_deleted,
    a_reorganisation,
]  # fmt: skip
