"""What a person reads in a cell: texts without what can't be seen, numbers and days in one spelling.

Imports nothing of Django.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta

from arrangements.returns.workbook.table import FileRefused

# What a cell of a spreadsheet holds at most, and its last row.
LONGEST_TEXT = 32_767
LAST_ROW = 1_048_576
# From here on a whole number is shown with an exponent; the digits would say more than is known.
LARGEST_IN_DIGITS = 1e21

# Control characters; marks that turn the direction of writing, by which a text can be shown as another than it is; marks
# without width; halves of characters and characters that are none. They are taken out and reported, not refused: they come
# along from web pages and letters, nobody can find them in a sheet, and the text without them is what was meant.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0001-\U000e007f\ud800-\udfff]"
)
LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

Epoch = date
FROM_1900, FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)
# In the calendar from 1900 spreadsheets count a 29 February 1900, which there was not.
DAYS_BEFORE_MARCH_1900 = 60
LAST_SERIAL = 2_958_465


def too_long(cell: str, place: str, length: int) -> FileRefused:
    """The refusal of a text that no cell of a spreadsheet could hold."""
    return FileRefused(
        f"Cell {cell} of {place} holds {length:,} characters or more; a cell of a spreadsheet holds {LONGEST_TEXT:,} at most."
        " Shorten it, or look for a quotation mark before it that is never closed."
    )


def seen(text: str) -> str:
    """The text as a person sees it: composed (NFC), line ends as one sign, trimmed, nothing in it that can't be seen."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return unicodedata.normalize("NFC", UNSEEN.sub("", LINE_ENDS.sub("\n", text))).strip()


def holds_unseen(text: str) -> bool:
    """Whether something in it can't be seen."""
    return not (text.isascii() and text.isprintable()) and UNSEEN.search(LINE_ENDS.sub("\n", text)) is not None


def number_text(text: str) -> str:
    """A stored number as people read it: 410000 for 410000.0, 0.3 for 0.30000000000000004. Other texts stay."""
    if text.isdecimal() and text.isascii():
        return text
    stored = text.strip()
    if not NUMBER.fullmatch(stored):
        return text
    return of_float(float(stored))


def of_float(number: float) -> str:
    """Whole numbers without a point, others to fifteen digits, as spreadsheets show them."""
    if not math.isfinite(number):
        return str(number)
    if abs(number) < LARGEST_IN_DIGITS and float(shown := f"{number:.15g}").is_integer():
        return str(int(float(shown)))
    return f"{number:.15g}"


def day_text(text: str, epoch: Epoch) -> str:
    """The day, the moment or the time of day that a stored number stands for, in ISO; a number where it can stand for none."""
    stored = text.strip()
    number = float(stored) if NUMBER.fullmatch(stored) else math.nan
    if not 0 <= number <= LAST_SERIAL:
        return number_text(text)
    days, seconds = divmod(round(number * 86_400), 86_400)
    if days == 0:
        return clock(seconds)
    if epoch == FROM_1900 and days <= DAYS_BEFORE_MARCH_1900:
        if days == DAYS_BEFORE_MARCH_1900:
            return "1900-02-29"
        days += 1
    day = epoch + timedelta(days=days)
    return f"{day.isoformat()} {clock(seconds)}" if seconds else day.isoformat()


def clock(seconds: int) -> str:
    """A time of day: 05:06:00."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def iso_day(text: str) -> str:
    """A day or moment that was stored in ISO, without a midnight that nobody wrote."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return f"{moment.date().isoformat()} {clock(seconds)}" if seconds else moment.date().isoformat()


def unescaped(text: str) -> str:
    """Characters that XLSX writes as _x000D_, as themselves."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def letter_of(column: int) -> str:
    """The letters over a column: A for 1, AA for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def number_of(letters: str) -> int:
    """The column under the letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
