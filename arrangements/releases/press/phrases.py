"""The grammar of sentences about figures: pure functions from words and numbers to words."""

from __future__ import annotations

from collections.abc import Sequence

from arrangements.releases.figures import per_cent
from sharedservices.common.money import headline_pounds

ORDINALS = ("", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# Regions whose names take an article begin with one of these: the South East, but London.
TAKES_AN_ARTICLE = ("North ", "South ", "East ", "West ")


def count(number: int) -> str:
    """A number of things before their name: no, one, 2, 1,234."""
    return SMALL[number] if number in {0, 1} else f"{number:,}"


def none_or(number: int) -> str:
    """A number that stands alone: none, 1, 2."""
    return f"{number:,}" if number else "none"


def spelled_out(number: int) -> str:
    """A small number as a word, where no figure is meant: all nine regions."""
    return SMALL[number] if 0 <= number < len(SMALL) else f"{number:,}"


def plural(number: int, one: str, several: str = "") -> str:
    """The word for one of them, or for several; none counts as several."""
    return one if number == 1 else several or f"{one}s"


def lower_first(name: str) -> str:
    """A name within a sentence: back office; ICT stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def after_sharing(name: str) -> str:
    """A service after “sharing”: ICT, legal services; a management team, where it is called a shared one."""
    called = lower_first(name)
    return f"a {called.removeprefix('shared ')}" if called.startswith("shared ") else called


def upper_first(text: str) -> str:
    """The beginning of a sentence."""
    return text[:1].upper() + text[1:]


def the_region(name: str) -> str:
    """A region within a sentence: the South East; London."""
    return f"the {name}" if name.startswith(TAKES_AN_ARTICLE) else name


def separators(names: Sequence[str]) -> list[str]:
    """What stands after each of the names in a list: commas, and at last “and”.

    Names that hold an “and” of their own are kept apart by a comma before the last.
    """
    ambiguous = any(" and " in name or " & " in name for name in names)
    last = ", and " if ambiguous else " and "
    return [", "] * (len(names) - 2) + [last] * (len(names) > 1) + [""] * bool(names)


def listed(names: Sequence[str]) -> str:
    """The names as a list within a sentence."""
    return "".join(name + after for name, after in zip(names, separators(names), strict=True))


def ordinal(rank: int, superlative: str) -> str:
    """The place in a row: largest, second largest, 10th largest."""
    if rank == 1:
        return superlative
    if rank <= len(ORDINALS):
        return f"{ORDINALS[rank - 1]} {superlative}"
    ending = "th" if rank % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending} {superlative}"


def share(part: int, whole: int) -> str:
    """A part of a whole in whole per cent, never a false nought or a false hundred. Nothing where a share says nothing.

    Of nothing, of a loss, and where losses elsewhere make the part larger than the whole.
    """
    if whole <= 0 or not 0 <= part <= whole:
        return ""
    rounded = per_cent(part, whole)
    if rounded == 0 and part:
        return "under 1 per cent"
    if rounded == 100 and part != whole:
        return "over 99 per cent"
    return f"{rounded} per cent"


def rate(now: int, before: int) -> str:
    """The size of a change as a per cent of where it began: 30 per cent. Nothing where a per cent says nothing.

    Of no change, from nought or less, and past nought.
    """
    if now == before or before <= 0 or now < 0:
        return ""
    size = abs(per_cent(now - before, before) or 0)
    return f"{size:,} per cent" if size else "under 1 per cent"


def money(amount: int) -> str:
    """A sum as headlines say it, with “minus” for reading aloud."""
    return f"minus {headline_pounds(-amount)}" if amount < 0 else headline_pounds(amount)
