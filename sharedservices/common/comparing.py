"""What moved on under a page, in words that two people can compare: who did what, and base, theirs and mine per field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils import timezone
from django.utils.text import capfirst

from sharedservices.common.form_values import Names, in_words, referred_to
from sharedservices.common.merging import Difference
from sharedservices.common.periods import spelled
from sharedservices.common.reconciling import CHANGED, TAKEN_OUT, TO_BE_TAKEN_OUT, Moved
from sharedservices.common.trail import Event, events, told


@dataclass(frozen=True)
class Compared:
    """One field: as it was read, as it stands, as it was sent. `choice` names what decides where both changed it."""

    label: str
    base: str
    theirs: str
    mine: str
    choice: str = ""
    is_mine_kept: bool = True


@dataclass(frozen=True)
class Decision:
    """What is to become of a whole row: the name of the choice, and both ways in words."""

    choice: str
    mine: str
    theirs: str
    is_mine_kept: bool


@dataclass(frozen=True)
class Comparison:
    """One row that has moved on since the page was read, and what happened to it."""

    title: str
    happened: str
    fields: Sequence[Compared] = ()
    decision: Decision | None = None
    hidden: Sequence[tuple[str, str]] = ()

    @property
    def is_news_alone(self) -> bool:
        """Whether there is nothing to compare, only to be told."""
        return not self.fields and self.decision is None


def compared(moved: Sequence[Moved], known: models.Model | None = None) -> list[Comparison]:
    """The comparisons in words. A constant number of queries for each kind of row; `known` is the page's own row."""
    names = referred_to(
        (each.at.form.fields[one.field], value)
        for each in moved
        for one in each.found
        for value in (one.base, one.theirs, one.mine)
    )
    last: dict[tuple[type[models.Model], Any], Event] = {}
    for model in dict.fromkeys(each.at.model for each in moved):
        last |= {(model, event.key): event for event in _last_events(model, [m.key for m in moved if m.at.model is model], known)}
    return [_compared(each, last.get((each.at.model, each.key)), names, known) for each in moved]


def _last_events(model: Any, keys: list[Any], known: models.Model | None) -> list[Event]:
    """The last thing that happened to each of the rows."""
    if not hasattr(model, "pgh_event_model"):
        return []
    last = events(model, pgh_obj_id__in=keys).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return told([events(model, pgh_id__in=last.values("pgh_id"))], known=known)


def _compared(moved: Moved, last: Event | None, names: Names, known: models.Model | None) -> Comparison:
    is_its_own_page = known is not None and moved.row is not None and moved.row == known
    subject = str(moved.row) if moved.row is not None else last.subject if last else f"number {moved.key}"
    noun = capfirst(moved.at.model._meta.verbose_name)
    return Comparison(
        title=subject if is_its_own_page else f"{noun}: {subject}",
        happened=_happened(last),
        fields=[_field(moved, one, names) for one in moved.found],
        decision=_decision(moved),
        hidden=moved.hidden,
    )


def _happened(last: Event | None) -> str:
    if last is None:
        return "Changed meanwhile"
    at = timezone.localtime(last.at)
    deed = "Taken out" if last.deed == "Deleted" else last.deed
    return f"{deed} by {last.actor}, {spelled(at)}, {at:%H:%M} ({last.door})"


def _field(moved: Moved, one: Difference, names: Names) -> Compared:
    field = moved.at.form.fields[one.field]
    base, theirs, mine = (in_words(field, value, names) for value in (one.base, one.theirs, one.mine))
    label = capfirst(field.label or one.field.replace("_", " "))
    if moved.what == TO_BE_TAKEN_OUT:
        return Compared(label, base, theirs, "to be taken out")
    if moved.what == TAKEN_OUT:
        return Compared(label, base, "taken out", mine)
    decided = f"{moved.at.choice}-{one.field}" if moved.what == CHANGED and one.is_conflict else ""
    return Compared(label, base, theirs, mine, decided, is_mine_kept=one.merged == one.mine)


def _decision(moved: Moved) -> Decision | None:
    """Of a whole row, where one side takes it out and the other changes it."""
    if moved.what == TO_BE_TAKEN_OUT:
        return Decision(
            f"{moved.at.choice}-{DELETION_FIELD_NAME}",
            "Take it out, as I ticked",
            "Leave it in, as it stands now",
            is_mine_kept=True,
        )
    if moved.what == TAKEN_OUT and moved.hidden:
        return Decision(moved.at.choice, "Put it back with what I typed", "Leave it out", is_mine_kept=False)
    return None
