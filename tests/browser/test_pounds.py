"""What the script says of an amount as it is typed is what the server says of it once it is saved, to the letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from arrangements.returns.words import echoed
from sharedservices.common.money import read_pounds

SPELLINGS = [
    *(
        "410000",
        "410,000",
        "£410,000",
        "410 000",
        "410\u00a0000",
        " £ 410,000 ",
        "£410k",
        "£410K",
        "410 thousand",
        "0.41m",
        ".41m",
    ),
    *("£1.5 million", "£1.5M", "2,000.00", "1,234,567", "0", "-0", "£0", "-2,000", "-£2,000", "£-2,000", "\u2212£2,000", "- £2k"),
    *("100000m", "-100,000,000,000", "007", "00.5k", "1.0005k", "1.50", "1.0000000000000000000000000000001k", "5 m i l l i o n"),
    *("", " ", "£", "-", "abc", "4l0", "m", "k410", "NaN", "Infinity", "½", "0x1f", "4e5", "1_000", "1,2", "1,23,456", "12,34"),
    *(
        ",410",
        "410,",
        "1.2.3",
        "410,000k,",
        "£410 p",
        "410bn",
        "(410)",
        "£410-£420",
        "--5",
        "-£-5",
        "$410",
        "410%",
        "410.50",
        "£0.5",
    ),
    *(
        "0.0000001m",
        ".5",
        "100,000,000,001",
        "100001m",
        "9" * 30,
        "9" * 400,
        "٤١٠",
        "４１０",
        "4\u20091\u200a0",
        "\ufeff410",
        "410\u0085",
    ),
    *(
        "\x1c410",
        "410\x1f",
        "410\u200b",
        "410 \u212a",
        "constructor",
        "5__proto__",
        "5tostring",
        "£££5",
        "\u00a35k",
        "💷5",
        "x" * 60,
    ),
    *("💷" * 50, "\u3000410\u3000", "410\u2028", "0.000m", "-.5k", "+5"),
]
AMOUNTS = (410_000, 350_000, 0, -2_000, 1, 99_999_999_999)
LAST_YEARS = (350_000, 0, -5_000, 1, 3, 100_000_000_000)
BESIDE = [
    *((amount, last) for amount in AMOUNTS for last in LAST_YEARS),
    *((350_001, 350_000), (410_000, 410), (351_750, 350_000), (100_049, 100_000), (100_050, 100_000), (100_051, 100_000)),
]

READ_ALL = """async ([module, texts]) => {
  const { readPounds } = await import(module);
  return texts.map((text) => { try { return readPounds(text); } catch (error) { return error.message; } });
}"""
ECHO_ALL = """async ([module, pairs, words]) => {
  const { echoed } = await import(module);
  const when = "2013/14";
  return [
    ...pairs.map(([amount, lastAmount]) => echoed(amount, { lastAmount, when })),
    ...words.map((lastWords) => echoed(410000, { lastWords, when })),
  ];
}"""
MODULE = "/static/js/pounds.js"


@dataclass
class Last:
    """Last year's answer."""

    amount: int | None
    in_words: str = ""


def read(text: str) -> Any:
    """What the server makes of it."""
    try:
        return read_pounds(text)
    except ValueError as error:
        return str(error)


def test_every_spelling_is_read_alike_and_refused_in_the_same_words(page: Page, register: str) -> None:
    page.goto("/")
    by_script = page.evaluate(READ_ALL, [MODULE, SPELLINGS])
    assert dict(zip(SPELLINGS, by_script, strict=True)) == {text: read(text) for text in SPELLINGS}


def test_every_amount_is_echoed_in_the_same_words(page: Page, register: str) -> None:
    page.goto("/")
    lasts = [*(Last(last) for _, last in BESIDE), Last(None, "Not calculated"), None]
    amounts = [*(amount for amount, _ in BESIDE), 410_000, 410_000]
    expected = [echoed(amount, last, "2013/14") for amount, last in zip(amounts, lasts, strict=True)]
    assert page.evaluate(ECHO_ALL, [MODULE, BESIDE, ["not calculated", None]]) == expected
