"""Signing in: an officer sees the officer's councils, and with a second factor required nobody gets past it."""

from allauth.mfa.totp.internal import auth as totp
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.browser.accounts import ANALYST, OFFICER, sign_in
from tests.browser.conftest import EVERY_WAY, OpenPage, in_ways
from tests.browser.looks import axe_finds_nothing, looks_right
from tests.browser.watching import path_of


def code(secret: str, later: int = 0) -> str:
    """The code that an authenticator shows now, or so many half minutes later."""
    counters = sorted(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2] + later))


@in_ways(*EVERY_WAY)
def test_an_officer_sees_the_councils_of_the_account_and_no_others(page: Page) -> None:
    page.goto("/my-council/")
    sign_in(page, OFFICER)
    expect(page.get_by_role("heading", level=1)).to_have_text("My councils")
    expect(page.get_by_role("main").get_by_role("rowheader")).to_have_count(3)
    page.get_by_role("main").get_by_role("link", name="Sutton").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sutton")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("2014/15")

    for path in ["/my-council/westminster/", "/my-council/atlantis/"]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path


def test_an_officers_pages_are_clean_and_fit_their_window(open_page: OpenPage) -> None:
    page = open_page(email=OFFICER)
    for path in ["/my-council/", "/my-council/sutton/"]:
        page.goto(path)
        looks_right(page)


def test_a_wrong_password_is_told_and_opens_nothing(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(OFFICER)
    page.get_by_label("Password", exact=True).fill("not the pass phrase")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The email address or the password is not right.")
    axe_finds_nothing(page)
    page.goto("/my-council/")
    assert path_of(page).startswith("/accounts/login/")


def test_with_a_second_factor_required_a_password_alone_opens_nothing(own_register: str, page: Page) -> None:
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        page.goto("/admin/")
        sign_in(page, ANALYST)
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second factor")
        axe_finds_nothing(page)
        page.goto("/admin/arrangements/annualreturn/")
        assert path_of(page).startswith("/accounts/2fa/totp/activate/")
        secret = page.locator("code").inner_text()
        page.get_by_label("Code").fill("000000" if code(secret) != "000000" else "111111")
        page.get_by_role("main").get_by_role("button", name="Set up").click()
        expect(page.get_by_role("alert")).to_contain_text("The code is not right.")
        page.get_by_label("Code").fill(code(secret))
        page.get_by_role("main").get_by_role("button", name="Set up").click()
        expect(page.get_by_text("recovery codes").first).to_be_visible()
        page.goto("/admin/arrangements/annualreturn/")
        expect(page).to_have_url("/admin/arrangements/annualreturn/")

        page.context.clear_cookies()
        page.goto("/admin/")
        sign_in(page, ANALYST)
        expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
        axe_finds_nothing(page)
        page.get_by_label("Code").fill(code(secret, later=1))  # each code is taken once
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_title("The desk | Shared Services Register")
