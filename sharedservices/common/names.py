"""Forgiving comparison of names: capitals, punctuation, generic words and one slip of a letter don't matter."""

import re
from typing import Any

from django.db.models import Case, F, Func, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Concat, Left, Lower, StrIndex
from django.db.models.lookups import Exact, GreaterThan, In, LessThanOrEqual

GENERIC_WORDS = (
    "london borough|royal borough|metropolitan|borough|district|unitary|city|county|councils|council|corporation"
    "|of|the|and|ua|lb|rb|mbc|mdc|bc|dc|cc"
)
# PostgreSQL's levenshtein refuses more than 255 letters; this leaves room for those that grow when made small.
LONGEST_NAME = 120
SHORTEST_FORGIVEN = 3
A_SLIP = 3


class NameKey(Func):
    """A name reduced to its telling words: "London Borough of Hammersmith & Fulham" becomes "hammersmith fulham"."""

    template = (
        "btrim(regexp_replace(regexp_replace(translate(replace(lower(%(expressions)s), '&', ' and '), '-/,', '   '),"
        " '[^a-z0-9 ]+', '', 'g'), '\\m(" + GENERIC_WORDS + ")\\M', '', 'g'))"
    )
    output_field = TextField()


class Spaced(Func):
    """Runs of spaces made one."""

    template = "regexp_replace(%(expressions)s, '\\s+', ' ', 'g')"
    output_field = TextField()


class Levenshtein(Func):
    """How many letters must be put in, taken out or changed to make one text the other; a large number if over one."""

    template = "levenshtein_less_equal(%(expressions)s, 1)"
    output_field = IntegerField()


def key_of(column: str) -> Func:
    """The telling words of a name column, single-spaced."""
    return Spaced(NameKey(F(column)))


def telling_words(text: str) -> str:
    """The telling words of what a reader typed, as `key_of` has them of a column; empty if there are none."""
    plain = text.strip()[:LONGEST_NAME].lower().replace("&", " and ").translate(str.maketrans("-/,", "   "))
    plain = re.sub(rf"\b({GENERIC_WORDS})\b", "", re.sub(r"[^a-z0-9 ]+", "", plain))
    return " ".join(plain.split())


def is_called(column: str, text: str, key: Any = None) -> Q:
    """The name is the text, or has the same telling words. `key`: where these are kept, if they are."""
    as_written = Q(**{f"{column}__iexact": text.strip()})
    words = telling_words(text)
    return as_written | Q(Exact(key or key_of(column), Value(words))) if words else as_written


def contains_words(column: str, text: str, key: Any = None) -> Q:
    """The name as written contains the text, or its telling words contain those of the text, from a word's start."""
    as_written = Q(**{f"{column}__icontains": text.strip()})
    words = telling_words(text)
    place = StrIndex(Concat(Value(" "), key or key_of(column)), Value(f" {words}"))
    return as_written | Q(GreaterThan(place, Value(0))) if words else as_written


def one_slip_from(column: str, text: str, key: Any = None) -> Q:
    """The name, whole or by its telling words, is one slip away from a text of three letters or more.

    A slip is a letter left out, put in or changed, or two letters in a row that changed places.
    """
    whole, words = text.strip()[:LONGEST_NAME], telling_words(text)
    if len(whole) < SHORTEST_FORGIVEN:
        return Q(pk__in=[])
    near = Q(LessThanOrEqual(Levenshtein(Left(Lower(column), LONGEST_NAME), Lower(Value(whole))), Value(1)))
    near |= Q(In(Lower(column), with_two_letters_turned(whole)))
    if len(words) >= SHORTEST_FORGIVEN:
        near |= Q(LessThanOrEqual(Levenshtein(Left(key or key_of(column), LONGEST_NAME), Value(words)), Value(1)))
    return near


def with_two_letters_turned(text: str) -> list[str]:
    """The text in small letters, once for each two letters in a row changed over: "abc" gives "bac" and "acb"."""
    text = text.lower()
    return [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)]


def nearness(column: str, text: str, key: Any = None) -> Case:
    """How near the name is to the text: 0 is called so, 1 begins so, 2 contains it, `A_SLIP` away, or null."""
    return Case(
        When(is_called(column, text, key), then=Value(0)),
        When(**{f"{column}__istartswith": text.strip()}, then=Value(1)),
        When(contains_words(column, text, key), then=Value(2)),
        When(one_slip_from(column, text, key), then=Value(A_SLIP)),
        output_field=IntegerField(),
    )
