"""What becomes of the returns of one open year whose 31 March no council that ends has lived to see. Plain facts only.

Such a council can't be asked: its return is withdrawn, and its successors are asked. The lines follow by themselves, since
a return's lines are the arrangements that its council answers for. What hangs on a return moves with its arrangement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from arrangements.register.wholes import Effect
from arrangements.returns.vocabulary import ReturnState

# Who and when, by keys: of submitting or of accepting.
Signature = tuple[int | None, datetime | None]
NOBODY: Signature = (None, None)
COMPLETE = {ReturnState.SUBMITTED, ReturnState.QUERIED, ReturnState.ACCEPTED}


@dataclass(frozen=True)
class OpenYear:
    """A year whose collection has been opened. `asked` holds the successors that were in force on its last day."""

    key: int
    name: str
    ends_on: date
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A return as it stands; `is_used`: accepted in a release."""

    key: int
    year: int
    council: str
    state: str
    submitted: Signature = NOBODY
    accepted: Signature = NOBODY
    is_used: bool = False


@dataclass(frozen=True)
class Hanging:
    """A row that hangs on a return, such as a query: of which relation, its key, and the arrangement it is about, if any."""

    relation: str
    key: str
    annual_return: int
    arrangement: int | None = None
    waits: bool = False  # an open question


@dataclass(frozen=True)
class Becoming:
    """A return as it will be. Without `stands` it is new. `sources` are the councils whose returns it takes up."""

    council: str
    stands: Standing | None
    state: str
    submitted: Signature
    accepted: Signature
    sources: tuple[str, ...]
    gained: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True)
class YearEffect:
    """One year: returns withdrawn, begun or changed, what moves to whose return, and what forbids it."""

    year: OpenYear
    withdrawn: tuple[Standing, ...]
    becoming: tuple[Becoming, ...]
    moves: tuple[tuple[Hanging, str], ...]
    fallen_out: tuple[int, ...]  # arrangements that had a line and have none now, because they ended
    refusals: tuple[str, ...]

    def changes_anything(self) -> bool:
        """Whether the year is touched at all."""
        return bool(self.withdrawn or self.becoming or self.moves)


def effect_on(
    year: OpenYear,
    standing: Collection[Standing],
    hanging: Collection[Hanging],
    effects: Collection[Effect],
    follows: Mapping[str, tuple[str, ...]],
    names: Mapping[str, str],
) -> YearEffect:
    """What becomes of the returns of the year."""
    return _Year(year, standing, hanging, effects, follows, names).effect()


def merged_state(states: Collection[str], nothing_changed: bool, asks: bool) -> str:
    """The state of a return that takes up several. `asks`: an open query comes with them.

    Not started if none was; accepted only if all were and nothing has changed; submitted or queried if all were complete.
    """
    if set(states) <= {ReturnState.NOT_STARTED}:
        return ReturnState.NOT_STARTED
    if set(states) == {ReturnState.ACCEPTED} and nothing_changed and not asks:
        return ReturnState.ACCEPTED
    if set(states) <= COMPLETE:
        return ReturnState.QUERIED if asks else ReturnState.SUBMITTED
    return ReturnState.IN_PROGRESS


class _Year:
    def __init__(
        self,
        year: OpenYear,
        standing: Collection[Standing],
        hanging: Collection[Hanging],
        effects: Collection[Effect],
        follows: Mapping[str, tuple[str, ...]],
        names: Mapping[str, str],
    ) -> None:
        self.year, self.follows, self.names = year, follows, names
        self.returns = {each.council: each for each in standing if each.year == year.key}
        by_key = {each.key: each for each in self.returns.values()}
        self.hanging = [(each, by_key[each.annual_return]) for each in hanging if each.annual_return in by_key]
        self.before = {effect.before.key: effect.before.answering_on(year.ends_on) for effect in effects}
        self.after = {effect.before.key: effect.after.answering_on(year.ends_on) for effect in effects}
        self.withdrawn = {code: each for code, each in self.returns.items() if code in follows}
        self.fallen_out = [key for key, council in self.before.items() if council and not self.after[key]]

    def effect(self) -> YearEffect:
        moves = list(self._moves())
        becoming = [each for code in self._touched() if (each := self._becoming(code, moves))]
        return YearEffect(
            self.year,
            tuple(self.withdrawn.values()),
            tuple(becoming),
            tuple((row, home) for row, home in moves if home is not None),
            tuple(self.fallen_out),
            tuple(self._refusals(becoming, moves)),
        )

    def _touched(self) -> list[str]:
        """The councils whose returns may change, those that end apart."""
        gaining_or_losing = [
            code for key in self.before if self.before[key] != self.after[key] for code in (self.before[key], self.after[key])
        ]
        touched = dict.fromkeys([*self.year.asked, *filter(None, gaining_or_losing)])
        return [code for code in touched if code not in self.follows]

    def _becoming(self, code: str, moves: list[tuple[Hanging, str | None]]) -> Becoming | None:
        own = self.returns.get(code)
        gained = [key for key, council in self.after.items() if council == code != self.before[key]]
        lost = [key for key, council in self.before.items() if council == code != self.after[key]]
        givers = [self.before[key] for key in gained]
        heirs_of = [gone for gone in self.withdrawn if code in self.follows[gone]]
        if not self._is_asked(code):
            return None
        if own is not None and not (gained or lost or heirs_of):
            return None
        sources = list(dict.fromkeys([*heirs_of, *(giver for giver in givers if giver in self.returns)]))
        taken_up = [self.returns[source] for source in sources if source != code]
        returns = [*([own] if own else []), *taken_up]
        unanswered = [giver for giver in givers if giver not in self.returns]
        states = [each.state for each in returns] + [ReturnState.NOT_STARTED for _ in unanswered]
        fell_out = any(self.before[key] in {each.council for each in returns} for key in self.fallen_out)
        asks = any(row.waits and home == code for row, home in moves) or any(
            row.waits and on.council == code for row, on in self.hanging
        )
        state = merged_state(states, nothing_changed=not (lost or fell_out), asks=asks)
        return Becoming(
            code,
            own,
            state,
            _latest(each.submitted for each in returns) if state in COMPLETE else NOBODY,
            _latest(each.accepted for each in returns) if state == ReturnState.ACCEPTED else NOBODY,
            tuple(each.council for each in taken_up),
            tuple(gained),
            tuple(lost),
        )

    def _moves(self) -> Iterator[tuple[Hanging, str | None]]:
        """Every row that leaves its return, and for which council's: None where there is none to take it."""
        for row, on in self.hanging:
            home = self._home_of(row, on)
            if home != on.council:
                yield row, home

    def _home_of(self, row: Hanging, on: Standing) -> str | None:
        """With its arrangement to whoever answers for that now; otherwise it stays, or goes to the first heir."""
        now = self.after.get(row.arrangement or 0)
        if now and now != self.before[row.arrangement or 0] and self._is_asked(now):
            return now
        if on.council not in self.follows:
            return on.council
        return next(filter(self._is_asked, self.follows[on.council]), None)

    def _is_asked(self, code: str) -> bool:
        return code not in self.follows and (code in self.returns or code in self.year.asked)

    def _refusals(self, becoming: list[Becoming], moves: list[tuple[Hanging, str | None]]) -> Iterator[str]:
        changed = [each.stands for each in becoming if each.stands]
        for stands in (*self.withdrawn.values(), *changed):
            if stands.is_used and stands.state == ReturnState.ACCEPTED:
                yield (
                    f"A release of {self.year.name} used the accepted return of {self.names[stands.council]}, so it isn't"
                    " changed here. Reopen that return with the reason first; the next revision then says what moved."
                )
        for row, home in moves:
            if home is None:
                council = next(on.council for each, on in self.hanging if each is row)
                yield (
                    f"The return of {self.names[council]} for {self.year.name} has {row.relation} on it, and no successor is"
                    f" asked for {self.year.name} to take it over. Settle or remove it first."
                )


def _latest(signatures: Iterator[Signature]) -> Signature:
    signed = [(by, at) for by, at in signatures if at is not None]
    return max(signed, key=lambda signature: signature[1]) if signed else NOBODY
