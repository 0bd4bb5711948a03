"""Money is whole pounds, an integer; not reported is None, and zero is zero."""

import re
from decimal import Decimal, InvalidOperation

MINUS = "\N{MINUS SIGN}"
MILLION = 1_000_000
TENTH_OF_A_MILLION = 100_000
# PostgreSQL's bigint holds more; nothing a council saves comes near.
LARGEST = 100_000_000_000
SCALES = {"": 1, "k": 1_000, "m": MILLION, "million": MILLION, "thousand": 1_000}
SPELLING = re.compile(r"(?P<sign>[-\u2212]?)£?(?P<minus>[-\u2212]?)(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<scale>[a-z]*)")


def pounds(amount: int) -> str:
    """Every pound shown: £410,000; a fall with a minus sign."""
    return f"{MINUS if amount < 0 else ''}£{abs(amount):,}"


def headline_pounds(amount: int) -> str:
    """As headlines say it: £357 million, £4.5 million; below a million every pound."""
    if abs(amount) < MILLION:
        return pounds(amount)
    # In whole tenths, half of one rounded away from zero; a float would round some halves up and some down.
    tenths = (abs(amount) + TENTH_OF_A_MILLION // 2) // TENTH_OF_A_MILLION
    millions = f"{tenths // 10:,}.{tenths % 10}".removesuffix(".0")
    return f"{MINUS if amount < 0 else ''}£{millions} million"


def signed_pounds(amount: int) -> str:
    """A change as headlines say it, with its sign: +£1.5 million; 0 without one."""
    return f"+{headline_pounds(amount)}" if amount > 0 else headline_pounds(amount)


def read_pounds(text: str) -> int:
    """Whole pounds from any usual spelling: 410000, 410,000, £410k, 0.41m, -2,000.

    Raises ValueError, with a sentence that names the value and the rule, for anything else.
    """
    compact = re.sub(r"\s+", "", text).lower()
    found = SPELLING.fullmatch(compact)
    if (
        not found
        or found["scale"] not in SCALES
        or (found["sign"] and found["minus"])
        or not _commas_stand_right(found["number"])
    ):
        raise ValueError(f"“{text.strip()[:40]}” is not an amount in pounds. Write it like 410,000, £410k or 0.41m.")
    try:
        amount = Decimal(found["number"].replace(",", "")) * SCALES[found["scale"]]
    except InvalidOperation as error:
        raise ValueError(f"“{text.strip()[:40]}” is not an amount in pounds.") from error
    if amount != amount.to_integral_value():
        raise ValueError(f"“{text.strip()[:40]}” is not in whole pounds. Leave out the pence.")
    if amount > LARGEST:
        raise ValueError(f"“{text.strip()[:40]}” is more than £100 billion. Check the amount and its unit.")
    return -int(amount) if found["sign"] or found["minus"] else int(amount)


def _commas_stand_right(number: str) -> bool:
    """Commas, where there are any, part thousands: 1,2 is a slip, not twelve."""
    return "," not in number or re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number) is not None
