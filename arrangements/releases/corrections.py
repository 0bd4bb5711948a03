"""What a revision corrects: each figure that differs from the revision before, and the frozen rows that made it differ.

Pure functions over the figures and rows of the two releases; since neither ever changes, nor does what they give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from arrangements.releases.figures import ArrangementRow
from arrangements.releases.vocabulary import Unit
from arrangements.returns.vocabulary import RELEASED_OUTCOMES
from sharedservices.common.money import pounds

OUTCOMES = dict(RELEASED_OUTCOMES)
NOT_PUBLISHED, NOT_AVAILABLE, NONE = "Not published", "Not available", "None"
ADDED, TAKEN_OUT = "Added", "Taken out"
OF_MONEY = "savings"


class Published(Protocol):
    """What is needed of a figure, frozen or computed."""

    key: str
    measure: str
    label: str
    value: int | None
    unit: Any
    display: str
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing about a row that differs: what, and how it was and is shown."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """An arrangement whose frozen row differs."""

    reference: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure whose value differs, shown as it was and as it is, and the references of the rows that moved it."""

    key: str
    label: str
    old: str
    new: str
    old_value: int | None
    new_value: int | None
    because: tuple[str, ...]

    @property
    def was_published(self) -> bool:
        """Whether the earlier revision has such a figure."""
        return self.old != NOT_PUBLISHED

    @property
    def is_published(self) -> bool:
        """Whether the later one has."""
        return self.new != NOT_PUBLISHED


def corrected_rows(
    before: Iterable[ArrangementRow], after: Iterable[ArrangementRow], names: Mapping[str, str]
) -> list[CorrectedRow]:
    """Each arrangement that differs, by reference. `names` spells categories by slug and councils by code."""
    old, new = ({row.reference: row for row in rows} for rows in (before, after))
    pairs = ((reference, old.get(reference), new.get(reference)) for reference in sorted(old.keys() | new.keys()))
    found = (CorrectedRow(reference, tuple(_changes(was, now, names))) for reference, was, now in pairs)
    return [each for each in found if each.changes]


def corrections(
    before: Sequence[Published],
    after: Sequence[Published],
    old_rows: Iterable[ArrangementRow],
    new_rows: Iterable[ArrangementRow],
) -> list[Correction]:
    """Each figure whose value differs, in the order of the later release; those that went follow."""
    old, new = ({figure.key: figure for figure in figures} for figures in (before, after))
    rows = [{row.reference: row for row in rows} for rows in (old_rows, new_rows)]
    moved = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and was.value == now.value:
            continue
        first = now or was
        assert first is not None
        moved.append(
            Correction(
                key=key,
                label=first.label,
                old=_shown(was, now),
                new=_shown(now, was),
                old_value=was.value if was else None,
                new_value=now.value if now else None,
                because=tuple(_because(_base(was, old), _base(now, new), *rows)),
            )
        )
    return moved


def _changes(was: ArrangementRow | None, now: ArrangementRow | None, names: Mapping[str, str]) -> Iterator[Changed]:
    if was is None or now is None:
        yield Changed(ADDED, NONE, _saving(now)) if now else Changed(TAKEN_OUT, _saving(was), NONE)
        return
    if (was.outcome, was.amount) != (now.outcome, now.amount):
        yield Changed("Saving", _saving(was), _saving(now))
    if was.category != now.category:
        yield Changed("Category", names.get(was.category, was.category), names.get(now.category, now.category))
    if set(was.involved) != set(now.involved):
        yield Changed("Councils", _councils(was, now, names), _councils(now, was, names))
    if was.has_bodies != now.has_bodies:
        yield Changed("Other bodies", *("Some" if row.has_bodies else NONE for row in (was, now)))


def _saving(row: ArrangementRow | None) -> str:
    assert row is not None
    return OUTCOMES[row.outcome] if row.amount is None else pounds(row.amount)


def _councils(row: ArrangementRow, other: ArrangementRow, names: Mapping[str, str]) -> str:
    """The councils of one side alone."""
    alone = [names.get(code, code) for code in row.involved if code not in other.involved]
    return ", ".join(sorted(alone)) or NONE


def _shown(figure: Published | None, other: Published | None) -> str:
    """As published; every pound where the rounded two would look alike."""
    if figure is None:
        return NOT_PUBLISHED
    if figure.value is None:
        return NOT_AVAILABLE
    if figure.unit == Unit.POUNDS and other is not None and figure.display == other.display:
        return pounds(figure.value)
    return figure.display


def _base(figure: Published | None, figures: Mapping[str, Published]) -> Published | None:
    """For a change between years, the figure of this year that it is a change of."""
    if figure is not None and "minuend" in figure.inputs:
        return figures.get(figure.inputs["minuend"]["figure"])
    return figure


def _because(
    was: Published | None, now: Published | None, old: Mapping[str, ArrangementRow], new: Mapping[str, ArrangementRow]
) -> Iterator[str]:
    """The rows that moved the figure: those that entered or left its list, and of money those with another amount."""
    lists = [set(figure.inputs.get("arrangements", ())) if figure else set() for figure in (was, now)]
    first = now or was
    is_of_money = first is not None and first.measure.startswith(OF_MONEY)
    is_of_councils = first is not None and "councils" in first.inputs
    for reference in sorted(old.keys() | new.keys()):
        before, after = old.get(reference), new.get(reference)
        if is_of_councils:
            moved = set(before.involved if before else ()) != set(after.involved if after else ())
        else:
            moved = (reference in lists[0]) != (reference in lists[1]) or (
                is_of_money and reference in lists[1] and (before and before.amount) != (after and after.amount)
            )
        if moved:
            yield reference
