"""The returns that the admin's tests work on, and their page."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Locator, Page

from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import Aim
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import Outcome, ReturnState


def a_return(state: str = ReturnState.NOT_STARTED, lines: int = 2) -> AnnualReturn:
    """The first return of 2014/15 in the state with as many lines or more."""
    found = AnnualReturn.objects.with_progress().filter(year__slug="2014-15", state=state, lines__gte=lines)
    return AnnualReturn.objects.get(pk=found.order_by("council__short_name")[0].pk)


def last_year_was(amount: int, arrangement: Arrangement) -> None:
    """Let last year's answer be the amount and savings an aim, so that no check doubts one of the test's own like it."""
    Arrangement.objects.filter(pk=arrangement.pk).update(aims=[Aim.SAVINGS])
    said = {"outcome": Outcome.FIGURE, "amount": amount}
    year = FinancialYear.objects.get(slug="2013-14")
    ReportedSaving.objects.update_or_create(arrangement=arrangement, year=year, defaults=said)


def page_of(annual_return: AnnualReturn) -> str:
    """Its address in the admin."""
    return reverse("admin:arrangements_annualreturn_change", args=[annual_return.pk])


def line(page: Page, arrangement: Arrangement) -> Locator:
    """The part of the page that is about the arrangement."""
    return page.locator(f"#line-{arrangement.pk}")


def save(page: Page) -> None:
    """Press Save."""
    page.get_by_role("button", name="Save", exact=True).click()


def fields_in_view(page: Page) -> int:
    """How many fields to fill in the window shows, wholly or in part."""
    return page.evaluate(
        """() => [...document.querySelectorAll("form#answers :is(input, select, textarea)")].filter(field => {
          const box = field.getBoundingClientRect();
          return field.type !== "hidden" && field.checkVisibility() && box.width > 1 && box.bottom > 0 && box.top < innerHeight;
        }).length"""
    )
