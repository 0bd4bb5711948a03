"""What readers and officers see only after something was done: forms refused, faults, each step of signing in.

Each deed is done in a register of its own; `look` gives the eyes of an account. Those of LGA staff are in `staff_deeds`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core import mail
from django.test import override_settings
from playwright.sync_api import Page, expect

from arrangements.register.models import Arrangement
from arrangements.returns.models import Query
from arrangements.returns.vocabulary import QueryState
from tests.browser.accounts import ANALYST, OFFICER, sign_in
from tests.browser.every_state import Looker
from tests.browser.state_pages import NOBODY, REFUSED, WORD
from tests.browser.test_signing_in import code

Look = Callable[[str], Looker]
SENTENCE = "The service was let anew, and the two councils share what it costs. " * 3


def send(page: Page, button: str = "") -> None:
    """Press the button that sends the form, the page's last unless named, and wait for the answer of the server."""
    page.evaluate("document.querySelectorAll('form').forEach(one => { one.noValidate = true })")
    buttons = page.locator("main, #content").locator(
        "form[method=post] button[type=submit], form[method=post] input[type=submit]"
    )
    wanted = page.locator("main, #content").get_by_role("button", name=button).first if button else buttons.last
    with page.expect_navigation():
        wanted.click()


def an_arrangement() -> Arrangement:
    """One that operates, and that a colleague can change."""
    return Arrangement.objects.filter(ended_on=None, is_illustrative=False).earliest("pk")


def refused_addresses(look: Look) -> None:
    for who, path, status in REFUSED:
        look(who).at(path, status)


def a_mistake_reported(look: Look) -> None:
    looker = look(NOBODY)
    page = looker.page
    page.goto(f"/arrangements/{an_arrangement().reference}/mistake/")
    page.get_by_label("Your email address").fill("nobody")
    send(page, "Send")
    looker.now()
    page.get_by_label("What is wrong").fill(WORD)
    page.get_by_label("Your email address").fill("")
    send(page, "Send")
    looker.now()


def a_form_grown_too_old(look: Look) -> None:
    looker = look(NOBODY)
    looker.page.goto("/councils/sutton/mistake/")
    looker.page.locator("main [name=csrfmiddlewaretoken]").evaluate("one => one.value = 'old'")
    send(looker.page, "Send")
    expect(looker.page.get_by_role("heading", level=1)).to_have_text("The form has grown too old")
    looker.now()


def faults_of_our_own(look: Look) -> None:
    """Its addresses are those of the tests of refusals: one that fails, one that can't reach the database."""
    with override_settings(ROOT_URLCONF="sharedservices.tests.test_refusals"):
        look(NOBODY).at("/fails/", 500)
        look(NOBODY).at("/unread/", 503)


def signing_in_refused(look: Look) -> None:
    looker = look(NOBODY)
    page = looker.page
    page.goto("/accounts/login/")
    send(page, "Sign in")
    looker.now()
    page.get_by_label("Email").fill(OFFICER)
    page.get_by_label("Password", exact=True).fill("not the pass phrase")
    send(page, "Sign in")
    looker.now()


def a_password_reset(look: Look) -> None:
    looker = look(NOBODY)
    page = looker.page
    page.goto("/accounts/password/reset/")
    page.locator("main [name=email]").fill("nobody")
    send(page)
    looker.now()
    mail.outbox.clear()
    page.locator("main [name=email]").fill(OFFICER)
    send(page)
    looker.now()
    link = re.findall(r"http://[^/\s]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))[0]
    looker.at(link)
    page.locator("[name=password1]").fill("one long pass phrase")
    page.locator("[name=password2]").fill("another pass phrase")
    send(page)
    looker.now()
    page.locator("[name=password1]").fill("one long pass phrase 7")
    page.locator("[name=password2]").fill("one long pass phrase 7")
    send(page)
    looker.now()
    looker.at(link)
    for _ in range(7):  # too many letters asked for
        page.goto("/accounts/password/reset/")
        page.locator("main [name=email]").fill(OFFICER)
        send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Too many")
    looker.now()


def a_password_changed_and_signing_out(look: Look) -> None:
    looker = look(OFFICER)
    page = looker.page
    looker.at("/accounts/logout/")
    page.goto("/accounts/password/change/")
    if "reauthenticate" in page.url:
        looker.now()
        page.get_by_label("Password").fill("look-around-2015")
        send(page)
    looker.now()
    send(page)
    looker.now()


def a_second_factor(look: Look) -> None:
    looker = look(NOBODY)
    page = looker.page
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        page.goto("/admin/")
        sign_in(page, ANALYST)
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second factor")
        looker.now()
        secret = page.locator("code").inner_text()
        send(page, "Set up")
        looker.now()
        page.get_by_label("Code").fill(code(secret))
        send(page, "Set up")
        looker.now()
        for path in ["/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"]:
            looker.at(path)
        page.context.clear_cookies()
        page.goto("/admin/")
        sign_in(page, ANALYST)
        expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
        looker.now()
        send(page, "Sign in")
        looker.now()
        page.get_by_label("Code").fill(code(secret, later=1))
        send(page, "Sign in")
        page.context.clear_cookies()
    again = look(ANALYST)
    for path in ["/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/"]:
        again.at(path)
        send(again.page)
        again.now()
    again.at("/accounts/2fa/")
    again.page.goto("/accounts/2fa/totp/deactivate/")
    if "reauthenticate" in again.page.url:
        again.page.locator("main input[type=password], main [name=code]").first.fill("look-around-2015")
        send(again.page)
    again.now()


def a_query_answered_and_overtaken(look: Look) -> None:
    looker = look(OFFICER)
    page = looker.page
    question = Query.objects.filter(annual_return__council__slug="redbridge", state=QueryState.OPEN).earliest("raised_at", "pk")
    page.goto(f"/my-council/redbridge/queries/{question.pk}/")
    page.get_by_role("textbox", name="Your answer").fill("No")
    send(page, "Send the answer")
    looker.now()
    Query.objects.filter(pk=question.pk).update(text=f"{question.text} {WORD}")
    page.get_by_role("textbox", name="Your answer").fill(SENTENCE)
    send(page, "Send the answer")
    looker.now()


DEEDS = [
    refused_addresses, a_mistake_reported, a_form_grown_too_old, faults_of_our_own, signing_in_refused, a_password_reset,
    a_password_changed_and_signing_out, a_second_factor, a_query_answered_and_overtaken,
]  # fmt: skip
