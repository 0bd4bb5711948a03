"""Finding arrangements by what people type: what a text means, where it is looked for, and what stands first.

The database keeps a text of each arrangement (`SearchText`): all that people know of it, by whatever door rows change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
A_SIGN = re.compile(r"[^a-z0-9 ]")
REFERENCE = "ssr"
REFERENCE_DIGITS = 4

# What answers a text: conditions on search texts, the best answers first. Whatever meets one meets all that follow.
Stages = list[Q]


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

    def by_code(self) -> Stages:
        """The arrangement of the reference; whatever a council of the code takes part in."""
        references = [code for code in self.codes if code.startswith(REFERENCE)]
        all_codes = self._q(words__contains=self.codes)
        return [all_codes & self._q(words__overlap=references), all_codes] if references else [all_codes]

    def as_written(self) -> Stages:
        """Of a text without telling words: it stands in its names, or anywhere."""
        return [self._q(names__contains=self.written), self._q(text__contains=self.written)]

    def together(self) -> Stages:
        """The telling words in a row, the last perhaps unfinished, or the text as written.

        Its name begins so; a word of its names does; it stands within its names; or anywhere.
        """
        phrase = " ".join(self.words)
        begun = f" {phrase}"
        return [
            self._q(name__startswith=phrase),
            self._q(names__contains=begun),
            _any([self._q(names__contains=piece) for piece in self._pieces(begun)]),
            _any([self._q(text__contains=piece) for piece in self._pieces(begun)]),
        ]

    def _pieces(self, begun: str) -> list[str]:
        """What is looked for: the words from a word's start; a single word, or one with signs, also inside others."""
        if len(self.written) < SHORTEST_INSIDE or (len(self.words) > 1 and not A_SIGN.search(self.written)):
            return [begun]
        return [self.written] if begun == f" {self.written}" else [begun, self.written]

    def apart(self) -> Stages:
        """Every word, inside another or from its start if it is short, stands in its names, or anywhere; and every code."""
        in_names = anywhere = self._q(words__contains=self.codes) if self.codes else Q()
        for word in self.words:
            slips, piece = self.slips.get(word, []), word if len(word) >= SHORTEST_INSIDE else f" {word}"
            in_names &= _any([self._q(names__contains=each) for each in (piece, *(f" {slip} " for slip in slips))])
            anywhere &= _any([self._q(text__contains=piece), *([self._q(words__overlap=slips)] if slips else [])])
        return [in_names, anywhere]

    def _q(self, **conditions: Any) -> Q:
        return Q(**{f"{self.at}{name}": value for name, value in conditions.items()})


@dataclass(frozen=True)
class Reading:
    """One way to read what was typed."""

    wanted: Wanted
    way: str

    @property
    def is_last(self) -> bool:
        """A slip is forgiven where nothing else was found."""
        return bool(self.wanted.slips)

    def stages(self, at: str = "") -> Stages:
        """Its conditions, on columns that stand there."""
        return getattr(replace(self.wanted, at=at), self.way)()


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


def readings(wanted: Wanted) -> Iterator[Reading]:
    """In what ways the text may be meant, one after the other; the first that finds anything in the whole register holds.

    In one piece; its words, each somewhere; its words with a slip of a letter in any of them.
    """
    if not wanted.words:
        yield Reading(wanted, "by_code" if wanted.codes else "as_written")
        return
    if not wanted.codes:
        yield Reading(wanted, "together")
    if wanted.codes or len(wanted.words) > 1:
        yield Reading(wanted, "apart")
    if slips := _one_slip_from(wanted.words):
        yield Reading(replace(wanted, slips=slips), "apart")


def found_by(arrangements: QuerySet, text: str) -> QuerySet:
    """Those of the arrangements that the text finds, the best first."""
    wanted = understood(text)
    if not wanted.written:
        return arrangements
    for reading in readings(wanted):
        if reading.is_last or _texts().filter(reading.stages()[-1]).exists():
            stages = reading.stages("search__")
            rank = Case(*(When(stage, then=Value(at)) for at, stage in enumerate(stages)), output_field=IntegerField())
            return arrangements.filter(stages[-1]).alias(rank=rank).order_by("rank", "search__name", "pk")
    return arrangements.none()


def first_found_by(arrangements: QuerySet, text: str, count: int) -> QuerySet:
    """The first so many that `found_by` gives of the whole register, without looking at all the rest of what it finds."""
    wanted = understood(text)
    if not wanted.written:
        return arrangements[:count]
    for reading in readings(wanted):
        if keys := _first_keys(reading.stages(), count):
            place = Case(*(When(pk=key, then=Value(at)) for at, key in enumerate(keys)), output_field=IntegerField())
            return arrangements.filter(pk__in=keys).order_by(place)
    return arrangements.none()


def _first_keys(stages: Stages, count: int) -> list[int]:
    """The keys of the first texts that answer. The database goes on to the next stage only where one gives too few.

    Each stage by itself is one that it can read in the order of names, or by an index, whichever is the shorter way.
    """
    parts = []
    for before, stage in zip([None, *stages], stages, strict=False):
        rows = _texts().filter(stage) if before is None else _texts().filter(stage).exclude(before)
        parts.append(rows.order_by("name", "pk").values_list("pk", flat=True)[:count])
    first, *more = parts
    return list(first.union(*more, all=True)[:count] if more else first)


def _texts() -> Any:
    return apps.get_model("arrangements", "SearchText").objects


def _any(conditions: list[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR)


def _as_kept(code: re.Match[str]) -> str:
    """The code as the texts hold it: `ssr12` is `ssr-0012`."""
    number = code["number"]
    return f"{REFERENCE}-{number.zfill(REFERENCE_DIGITS)}" if number else code[0]


def _one_slip_from(words: list[str]) -> dict[str, list[str]]:
    """For each word of letters, long enough to be forgiven, the words of the register one slip away, if there are any."""
    forgiven = [word for word in words if word.isalpha() and SHORTEST_FORGIVEN <= len(word) <= LONGEST_FORGIVEN]
    if not forgiven:
        return {}
    near = {f"near_{number}": _near(word) for number, word in enumerate(forgiven)}
    known = apps.get_model("arrangements", "SearchWord").objects.annotate(**near)
    rows = known.filter(_any([Q((column, True)) for column in near]))
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
