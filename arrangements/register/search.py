"""Finding arrangements by what people type: what a text means, where it is looked for, and what stands first.

The database keeps a text of each arrangement (`SearchText`): all that people know of it, by whatever door rows change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When
from django.db.models.lookups import LessThanOrEqual

from sharedservices.common.names import SHORTEST_FORGIVEN, Levenshtein, with_two_letters_turned

# More words than anybody needs; each is looked for by itself.
MOST_WORDS = 8
LONGEST_TEXT = 200
LONGEST_FORGIVEN = 40
# A shorter word is looked for at the start of words alone: the index knows nothing of two letters inside one.
SHORTEST_INSIDE = 3
# Whole or not at all, so that half a code doesn't find half the register.
A_CODE = re.compile(r"e\d{8}|ssr-?(?P<number>\d+)")
REFERENCE_DIGITS = 4

THE_REFERENCE, NAME_BEGINS_SO, NAME_HAS_IT, WORDS_IN_ITS_NAMES, FOUND_ELSEWHERE = range(5)


@dataclass(frozen=True)
class Wanted:
    """What was typed: as written, its telling words as the database spells them, and the codes among it."""

    written: str
    words: list[str]
    codes: list[str]
    # For each word, those one slip of a letter away that some arrangement has.
    slips: dict[str, list[str]] = field(default_factory=dict)
    # Where the columns of the texts stand: those of the texts themselves, or `search__` of their arrangements.
    at: str = ""

    @property
    def phrase(self) -> str:
        """The telling words in a row; as written where none is telling."""
        return " ".join(self.words) or self.written

    @property
    def has_parts(self) -> bool:
        """Several words or codes were typed."""
        return len(self.words) + len(self.codes) > 1

    def together(self) -> Q:
        """As written it stands in a name, or its telling words stand there in a row, the last perhaps unfinished."""
        if self.codes:
            return self._q(text__contains=self.written) if self.words else self._q(words__contains=self.codes)
        as_written = self._q(text__contains=self.written)
        return as_written | self._q(text__contains=f" {self.phrase}") if self.words else as_written

    def apart(self) -> Q:
        """Every word stands somewhere: inside another, or from its start if it is short; and every code."""
        found = self._q(words__contains=self.codes) if self.codes else Q()
        for word in self.words:
            meant = self._q(words__overlap=self.slips[word]) if word in self.slips else Q()
            found &= self._q(text__contains=_inside(word)) | meant
        return found

    def rank(self) -> Case:
        """How well a text answers; the least is the best."""
        in_its_names = Q()
        for word in self.words:
            meant = [self._q(names__contains=f" {slip} ") for slip in self.slips.get(word, [])]
            in_its_names &= Q(self._q(names__contains=_inside(word)), *meant, _connector=Q.OR)
        references = [code for code in self.codes if code.startswith("ssr")]
        ranks = [
            (self._q(words__overlap=references) if references else Q(), THE_REFERENCE),
            (self._q(name__startswith=self.phrase), NAME_BEGINS_SO),
            (self._q(names__contains=f" {self.phrase}"), NAME_HAS_IT),
            (in_its_names, WORDS_IN_ITS_NAMES),
        ]
        return Case(
            *(When(condition, then=Value(rank)) for condition, rank in ranks if condition),
            default=Value(FOUND_ELSEWHERE),
            output_field=IntegerField(),
        )

    def _q(self, **conditions: Any) -> Q:
        return Q(**{f"{self.at}{name}": value for name, value in conditions.items()})


def understood(text: str) -> Wanted:
    """What the text asks for."""
    text = " ".join(text.split())[:LONGEST_TEXT]
    parts = text.lower().split()
    codes = {part: found for part in parts if (found := A_CODE.fullmatch(part))}
    rest = " ".join(part for part in parts if part not in codes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(%s), search_words(%s)", [text, rest])
        written, words = cursor.fetchone()
    return Wanted(written, words.split()[:MOST_WORDS], [_as_kept(code) for code in codes.values()])


def found_by(arrangements: QuerySet, text: str, first: int | None = None) -> QuerySet:
    """Those of the arrangements that the text finds, the best first. `first`: only that many, the best of the whole register.

    Of these readings the first that finds anything in the whole register holds: the text in one piece; its words, each
    somewhere; its words with a slip of a letter in any of them.
    """
    wanted = understood(text)
    if not wanted.written:
        return arrangements
    texts = apps.get_model("arrangements", "SearchText").objects.all()
    readings = [Wanted.together, Wanted.apart] if wanted.has_parts else [Wanted.together]
    reading = next((each for each in readings if texts.filter(each(wanted)).exists()), None)
    if reading is None:
        wanted, reading = replace(wanted, slips=_one_slip_from(wanted.words)), Wanted.apart
        if not wanted.slips:
            return arrangements.none()
    of_arrangements = replace(wanted, at="search__")
    found = arrangements.alias(rank=of_arrangements.rank()).order_by("rank", "search__name", "pk")
    if first is None:
        return found.filter(reading(of_arrangements))
    best = texts.filter(reading(wanted)).alias(rank=wanted.rank()).order_by("rank", "name", "pk")
    return found.filter(pk__in=best.values("pk")[:first])


def _inside(word: str) -> str:
    """The piece of a text that the word is looked for as."""
    return word if len(word) >= SHORTEST_INSIDE else f" {word}"


def _as_kept(code: re.Match[str]) -> str:
    """The code as the texts hold it: `ssr12` is `ssr-0012`."""
    number = code["number"]
    return f"ssr-{number.zfill(REFERENCE_DIGITS)}" if number else code[0]


def _one_slip_from(words: list[str]) -> dict[str, list[str]]:
    """For each word of letters, long enough to be forgiven, the words of the register one slip away, if there are any."""
    forgiven = [word for word in words if word.isalpha() and SHORTEST_FORGIVEN <= len(word) <= LONGEST_FORGIVEN]
    if not forgiven:
        return {}
    near = {f"near_{number}": _near(word) for number, word in enumerate(forgiven)}
    known = apps.get_model("arrangements", "SearchWord").objects.annotate(**near)
    rows = known.filter(Q(*[(column, True) for column in near], _connector=Q.OR))
    slips: dict[str, set[str]] = {}
    for one, *is_near in rows.values_list("word", *near):
        for word, yes in zip(forgiven, is_near, strict=True):
            if yes:
                slips.setdefault(word, set()).add(one)
    return {word: sorted(found) for word, found in slips.items()}


def _near(word: str) -> ExpressionWrapper:
    """One letter left out, put in or changed, or two in a row turned."""
    one_letter = Q(LessThanOrEqual(Levenshtein("word", Value(word)), Value(1)))
    return ExpressionWrapper(one_letter | Q(word__in=with_two_letters_turned(word)), output_field=BooleanField())
