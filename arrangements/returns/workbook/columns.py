"""The columns of the returns workbook: the one definition that writing, reading and importing share.

Imports nothing of Django: the process that reads uploads starts with this and the standard library alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its key in the code, its heading in the sheet, and what else people head it with."""

    key: str
    heading: str
    width: int
    meaning: str
    also: tuple[str, ...] = ()
    is_locked: bool = True
    is_number: bool = False


COLUMNS = (
    Column(
        "council",
        "Council",
        28,
        "The council that answers for the arrangement.",
        ("Council name", "Name of council", "Authority", "Authority name", "Local authority", "Local authority name", "LA name"),
    ),
    Column(
        "gss_code",
        "Council GSS code",
        12,
        "The council’s code in official statistics.",
        ("GSS", "GSS code", "ONS code", "Council code", "Authority code", "Local authority code", "LA code"),
    ),
    Column("year", "Financial year", 10, "From 1 April to 31 March.", ("Year", "FY")),
    Column(
        "reference",
        "Arrangement reference",
        13,
        "The arrangement’s reference in the register. It says which arrangement a row is about.",
        ("Reference", "Ref", "Arrangement ref", "Arrangement number", "Arrangement no", "SSR", "SSR reference", "SSR number"),
    ),
    Column(
        "arrangement",
        "Arrangement",
        36,
        "The arrangement’s name.",
        ("Arrangement name", "Name of arrangement", "Shared service", "Shared service name"),
    ),
    Column(
        "partners",
        "Partners",
        36,
        "Who else takes part on the last day of the year.",
        ("Partner", "Partner names", "Partner councils", "Other partners", "Shared with"),
    ),
    Column("service", "Main service", 20, "The service that the money counts under.", ("Service", "Service area")),
    Column(
        "last_outcome",
        "Last year’s outcome",
        16,
        "What was answered for the year before.",
        ("Outcome last year", "Last year outcome", "Previous outcome", "Previous year’s outcome", "Prior year outcome"),
    ),
    Column(
        "last_amount",
        "Last year’s amount in pounds",
        14,
        "The figure of the year before; empty where there was none.",
        (
            "Last year’s amount",
            "Last year amount",
            "Amount last year",
            "Last year’s saving",
            "Saving last year",
            "Previous amount",
            "Previous year’s amount",
            "Prior year amount",
        ),
        is_number=True,
    ),
    Column(
        "outcome",
        "Outcome",
        20,
        "Choose one from the list. The other rows of the sheet “Notes” say what each means.",
        ("Outcomes", "Answer", "Outcome this year", "This year’s outcome"),
        is_locked=False,
    ),
    Column(
        "amount",
        "Amount in pounds",
        16,
        "Whole pounds, such as 410000. Only with the outcome “Figure”; 0 says that nothing was saved.",
        (
            "Amount",
            "Amount (£)",
            "Amount this year",
            "This year’s amount",
            "Saving",
            "Savings",
            "Saving in pounds",
            "Savings in pounds",
            "Net saving",
            "Net savings",
            "Annual saving",
        ),
        is_locked=False,
        is_number=True,
    ),
    Column(
        "note",
        "Source, or why there is no figure",
        44,
        "Where the figure comes from, or in a line why there is none.",
        ("Note", "Notes", "Source", "Source of the figure", "Why there is no figure", "Comment", "Comments"),
        is_locked=False,
    ),
    Column(
        "reason",
        "Reason for an unusual value",
        36,
        "If the amount is far from last year’s: why it is right, in ten letters or more.",
        ("Reason", "Reason for unusual value", "Reason for the change", "Reason for change", "Justification"),
        is_locked=False,
    ),
    Column(
        "version",
        "Row version",
        9,
        "Which state of the answer this row was made from; empty where there was no answer. It guards later answers.",
        ("Version",),
        is_number=True,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
ANSWERED = tuple(column.key for column in COLUMNS if not column.is_locked)

# The register's own column in the copy that says what to correct: read past when the copy comes back.
WHAT_IS_WRONG = "What is wrong"

# Signs that change what a heading means, and so stay when it is compared: "Saving (%)" is no amount in pounds.
TELLING_SIGNS = "%$€"


def compared(heading: str) -> str:
    """A heading without capitals, spaces and punctuation: "Amount (£)" and "amount" are one, "Amount (£000)" is not."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(letter for letter in plain if letter.isalnum() or letter in TELLING_SIGNS)


_KEYS = {compared(heading): column.key for column in COLUMNS for heading in (column.key, column.heading, *column.also)}
_OURS = compared(WHAT_IS_WRONG)


def key_of(heading: str) -> str | None:
    """The column that people mean by the heading; None if the register knows none."""
    return _KEYS.get(compared(heading))


def is_ours(heading: str) -> bool:
    """Whether it heads the column in which the register wrote what is wrong."""
    return compared(heading) == _OURS


def missing_from(keys: Iterable[str]) -> list[str]:
    """The columns that are needed and not among these: what the arrangement is, and both parts of the answer.

    An arrangement's name will do in place of its reference.
    """
    there = set(keys)
    needed = ["outcome", "amount"] if "arrangement" in there else ["reference", "outcome", "amount"]
    return [key for key in needed if key not in there]
