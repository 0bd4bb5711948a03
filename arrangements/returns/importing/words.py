"""Reading what people write in the cells of a return: outcomes, amounts, years, references, versions. Pure functions."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches

from arrangements.returns.vocabulary import Outcome
from sharedservices.common.money import LARGEST, read_pounds

# How else people say each outcome. What could mean two of them stands in AMBIGUOUS.
ALSO = {
    Outcome.FIGURE: ["figures", "£", "amount", "saving", "number"],
    Outcome.NOT_CALCULATED: [
        "not yet calculated", "not quantified", "not measured", "not known", "unknown", "nc", "nk", "[x]", "cannot be calculated",
    ],
    Outcome.NOT_AIMED: ["not aimed", "not aimed at saving", "not a savings arrangement", "not set up to save", "[z]"],
    Outcome.TOO_EARLY: ["too early", "too soon", "too soon to say"],
    Outcome.WITHHELD: ["confidential", "commercially confidential", "commercial in confidence", "not disclosed", "refused"],
}  # fmt: skip
AMBIGUOUS = {
    "na": [Outcome.NOT_CALCULATED, Outcome.NOT_AIMED],
    "not available": [Outcome.NOT_CALCULATED, Outcome.WITHHELD],
    "not applicable": [Outcome.NOT_AIMED, Outcome.NOT_CALCULATED],
    "none": [Outcome.NOT_AIMED, Outcome.NOT_CALCULATED],
    "no": [Outcome.NOT_AIMED, Outcome.NOT_CALCULATED],
    "tbc": [Outcome.TOO_EARLY, Outcome.NOT_CALCULATED],
    "tba": [Outcome.TOO_EARLY, Outcome.NOT_CALCULATED],
    "pending": [Outcome.TOO_EARLY, Outcome.NOT_CALCULATED],
}
YEAR = re.compile(r"(?:FY)?(?P<first>\d{4}|\d{2})[/-](?P<last>\d{4}|\d{2})", re.IGNORECASE)
REFERENCE = re.compile(r"(?:SSR)?\W*(\d{1,9})", re.IGNORECASE | re.ASCII)
# Part of a text that may be the amount that was meant; a per cent or a day isn't.
AMOUNT_IN_WORDS = re.compile(
    r"(?<![\w/.,])[-\u2212]?£?[-\u2212]?\d[\d,]*(?:\.\d+)?\s*(?:k|m|million|thousand)?(?![\w%/]|\.\d)", re.IGNORECASE
)


def compared(text: str) -> str:
    """A text without capitals and most punctuation: "N/A" and "n.a." are one."""
    return " ".join(re.sub(r"[^\w£\[\] ]+", "", text.casefold().replace("_", " ").replace("-", " ")).split())


_OUTCOMES = {compared(text): outcome for outcome in Outcome for text in (outcome.value, outcome.label, *ALSO[outcome])}


def read_outcome(text: str) -> Outcome | None:
    """The outcome that the text names by label, code or a usual saying; None where it isn't sure."""
    return _OUTCOMES.get(compared(text))


def outcomes_meant(text: str) -> list[Outcome]:
    """The outcomes that a text that names none for sure may mean, the likeliest first."""
    plain = compared(text)
    close = get_close_matches(plain, _OUTCOMES, n=3, cutoff=0.6)
    return list(dict.fromkeys(AMBIGUOUS.get(plain, []) + [_OUTCOMES[each] for each in close]))


def amounts_meant(text: str) -> list[int]:
    """The amounts in whole pounds that may be meant by a text which is none: "1.2m approx", "£12.50", "about 40k"."""
    found = []
    for part in AMOUNT_IN_WORDS.findall(text):
        plain = re.sub(r"\s+", "", part)
        with suppress(ValueError):
            found.append(_to_the_pound(plain))
    return list(dict.fromkeys(found))


def _to_the_pound(text: str) -> int:
    """As `read_pounds`; pence are rounded, half a pound away from zero."""
    with suppress(ValueError):
        return read_pounds(text)
    number = Decimal(text.replace("£", "").replace(",", "").replace("\N{MINUS SIGN}", "-")) if "." in text else None
    if number is None or abs(number) > LARGEST:
        raise ValueError(text)
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def read_year(text: str) -> str | None:
    """The slug of the year written 2014/15, 2014-15, 2014/2015 or FY14/15; None for anything else."""
    found = YEAR.fullmatch(re.sub(r"\s+", "", text).replace("\N{EN DASH}", "-"))
    if found is None:
        return None
    first = int(found["first"]) + (2000 if len(found["first"]) == 2 else 0)
    following = f"{(first + 1) % 100:02d}"
    return f"{first}-{following}" if found["last"] in (following, str(first + 1)) else None


def read_reference(text: str) -> str | None:
    """The reference as the register writes it, from "SSR-0012", "ssr 12" or "12"; None for anything else."""
    found = REFERENCE.fullmatch(text.strip())
    return f"SSR-{int(found[1]):04d}" if found else None


def read_version(text: str) -> int | None:
    """The version of an answer that the register wrote into the file; None for anything that it never writes."""
    plain = text.strip().removesuffix(".0")
    return int(plain) if plain.isascii() and plain.isdecimal() and 0 < len(plain) < 10 else None
