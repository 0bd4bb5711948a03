"""The demonstration's accounts, and signing in with them as people do."""

from __future__ import annotations

from playwright.sync_api import Page

from arrangements.demonstration.people import PASSWORD

ANALYST = "analyst@example.org"
PUBLISHER = "publisher@example.org"
OFFICER = "officer@example.org"


def sign_in(page: Page, email: str) -> None:
    """Fill in the form that the page shows and send it."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
