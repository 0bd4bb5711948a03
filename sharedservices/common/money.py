"""Money is whole pounds, an integer; not reported is None, and zero is zero.

Reading and echoing an amount is spelled a second time in static/js/pounds.js, which answers as it is typed; a browser test
holds the two to one table.
"""

import re

MINUS = "\N{MINUS SIGN}"
MILLION = 1_000_000
TENTH_OF_A_MILLION = 100_000
# PostgreSQL's bigint holds more; nothing a council saves comes near.
LARGEST = 100_000_000_000
# How many places each moves the point.
SCALES = {"": 0, "k": 3, "thousand": 3, "m": 6, "million": 6}
LONGEST = 15
SPELLING = re.compile(
    r"(?P<sign>[-\u2212]?)£?(?P<minus>[-\u2212]?)(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)(?P<scale>[a-z]*)", re.ASCII
)


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


def tenths_of_a_per_cent(part: int, whole: int) -> str:
    """The size of a part of a whole, both positive: 17.1%, 20%; half of a tenth rounded up, less than that said to be little."""
    tenths = (2_000 * part + whole) // (2 * whole)
    if part and not tenths:
        return "under 0.1%"
    return f"{tenths // 10:,}.{tenths % 10}".removesuffix(".0") + "%"


def compared_with(amount: int, before: int, when: str) -> str:
    """An amount in full and how it stands to an earlier one: £410,000, up £60,000 (17.1%) on 2013/14.

    A per cent only of an amount above zero, and not past zero: of a cost, or from a saving to a cost, it says nothing.
    """
    change = amount - before
    if not change:
        return f"{pounds(amount)}, the same as {when}"
    way = "up" if change > 0 else "down"
    share = f" ({tenths_of_a_per_cent(abs(change), before)})" if before > 0 and amount >= 0 else ""
    return f"{pounds(amount)}, {way} {pounds(abs(change))}{share} on {when}"


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
    # Digits, not numbers: nothing is rounded on the way.
    whole, _, part = found["number"].replace(",", "").partition(".")
    places = SCALES[found["scale"]]
    if part[places:].strip("0"):
        raise ValueError(f"“{text.strip()[:40]}” is not in whole pounds. Leave out the pence.")
    digits = (whole + part[:places].ljust(places, "0")).lstrip("0") or "0"
    if len(digits) > LONGEST or int(digits) > LARGEST:
        raise ValueError(f"“{text.strip()[:40]}” is more than £100 billion. Check the amount and its unit.")
    return -int(digits) if found["sign"] or found["minus"] else int(digits)


def _commas_stand_right(number: str) -> bool:
    """Commas, where there are any, part thousands: 1,2 is a slip, not twelve."""
    return "," not in number or re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number) is not None
