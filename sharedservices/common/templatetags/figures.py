"""How amounts, counts and days are written in templates. Not reported is None and never zero."""

from datetime import date

from django import template

from sharedservices.common import money, periods

register = template.Library()

NOT_REPORTED = "Not reported"
TENTH_OF_A_MILLION = 100_000


@register.filter
def pounds(amount: int | None) -> str:
    """Whole pounds as people say them: £357 million, £1.5 million, £410,000. In millions only where nothing is lost."""
    if amount is None:
        return NOT_REPORTED
    return money.pounds(amount) if amount % TENTH_OF_A_MILLION else money.headline_pounds(amount)


@register.filter
def pounds_in_full(amount: int | None) -> str:
    """Every digit: £357,000,000."""
    return NOT_REPORTED if amount is None else money.pounds(amount)


@register.filter
def count(number: int | None) -> str:
    """1,234."""
    return NOT_REPORTED if number is None else f"{money.MINUS if number < 0 else ''}{abs(number):,}"


@register.filter
def spelled(day: date | None) -> str:
    """31 March 2014."""
    return periods.spelled(day) if day else "Not known"
