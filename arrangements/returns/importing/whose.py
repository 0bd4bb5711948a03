"""Which council a text names: by any name or code it bears or bore, forgivingly, and never by a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from councils.models import Council, CouncilName, FormerCode, Succession
from sharedservices.common.names import SHORTEST_FORGIVEN, telling_words
from sharedservices.common.periods import covers


@dataclass(frozen=True)
class Known:
    """What is known of a council to recognise it."""

    pk: int
    name: str
    short_name: str
    code: str
    started_on: date | None
    ended_on: date | None

    def in_force_on(self, day: date) -> bool:
        """Both ends count."""
        return covers(self.started_on, self.ended_on, day)


@dataclass(frozen=True)
class Named:
    """The councils that a text may name: those in force on the day, and where there is none those that had ended by then."""

    living: tuple[Known, ...] = ()
    ended: tuple[Known, ...] = ()
    keys: frozenset[int] = field(default=frozenset())

    def __bool__(self) -> bool:
        return bool(self.keys)


class Councils:
    """Every council by its names and codes, as of a day. Four queries."""

    def __init__(self, day: date) -> None:
        self.day = day
        rows = Council.objects.order_by("short_name", "gss_code").values_list(
            "pk", "name", "short_name", "gss_code", "started_on", "ended_on"
        )
        self.by_pk = {row[0]: Known(*row) for row in rows}
        self._codes = {known.code.casefold(): known.pk for known in self.by_pk.values()}
        self._codes |= {code.casefold(): pk for code, pk in FormerCode.objects.values_list("code", "council_id")}
        self._own: dict[str, set[int]] = defaultdict(set)
        self._any: dict[str, set[int]] = defaultdict(set)
        for known in self.by_pk.values():
            for name in (known.name, known.short_name):
                self._own[telling_words(name)].add(known.pk)
        for name, pk in CouncilName.objects.values_list("name", "council_id"):
            self._any[telling_words(name)].add(pk)
        for words, keys in self._own.items():
            self._any[words] |= keys
        self._successors: dict[int, list[int]] = defaultdict(list)
        for before, after in Succession.objects.order_by("pk").values_list("predecessor_id", "successor_id"):
            self._successors[before].append(after)
        self._found: dict[str, Named] = {}

    def coded(self, code: str) -> Known | None:
        """The council of that code, present or former."""
        return self.by_pk.get(self._codes.get(code.strip().casefold(), 0))

    def named(self, text: str) -> Named:
        """The councils that the text may name.

        A name of its own decides. Another name does too, unless names of further councils begin with it: "Kingston" is
        upon Thames or upon Hull. Failing that, a name that contains the words, and then one slip of a letter.
        """
        if text not in self._found:
            self._found[text] = self._look(text)
        return self._found[text]

    def successors(self, ended: Iterable[Known]) -> list[Known]:
        """Who followed the councils and is in force on the day, however many steps later."""
        after: dict[int, Known] = {}
        waiting, seen = [known.pk for known in ended], set()
        while waiting:
            pk = waiting.pop(0)
            for successor in self._successors[pk]:
                known = self.by_pk[successor]
                if known.in_force_on(self.day):
                    after[successor] = known
                elif successor not in seen:
                    seen.add(successor)
                    waiting.append(successor)
        return list(after.values())

    def _look(self, text: str) -> Named:
        words = telling_words(text)
        if coded := self.coded(text):
            return self._sorted({coded.pk})
        if not words:
            return Named()
        if own := self._own.get(words):
            return self._sorted(own)
        alike = {pk for name, keys in self._any.items() if name == words or name.startswith(f"{words} ") for pk in keys}
        if alike:
            return self._sorted(alike)
        within = {pk for name, keys in self._any.items() if f" {words} " in f" {name} " for pk in keys}
        if within or len(words) < SHORTEST_FORGIVEN:
            return self._sorted(within)
        return self._sorted({pk for name, keys in self._any.items() if is_one_slip_from(words, name) for pk in keys})

    def _sorted(self, keys: set[int]) -> Named:
        found = [known for pk, known in self.by_pk.items() if pk in keys]
        living = tuple(known for known in found if known.in_force_on(self.day))
        ended = tuple(known for known in found if known.ended_on and known.ended_on < self.day)
        return Named(living, () if living else ended, frozenset(keys))


def is_one_slip_from(text: str, other: str) -> bool:
    """Whether one letter left out, put in or changed, or two in a row that changed places, make one text of the other."""
    if abs(len(text) - len(other)) > 1 or text == other:
        return text == other
    start = 0
    while start < min(len(text), len(other)) and text[start] == other[start]:
        start += 1
    mine, theirs = text[start:], other[start:]
    turned = len(mine) > 1 and mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]
    return turned or mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:]
