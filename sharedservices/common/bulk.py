"""One change to many rows at once: judged by the rules of a single change, all or none or those that pass, in one act.

A room writes a `BulkDeed` for each such change; its rules and its writing stay in the room. `run` holds the rows, sets
apart those that have changed since they were ticked, asks the deed what is wrong with the others, and stores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from sharedservices.common.errors import RuleBroken
from sharedservices.common.trail import events, told

# More rows than anybody decides about at once.
MOST_ROWS = 10_000
SHORTEST_REASON = 10
ALL_OR_NONE, THOSE_THAT_PASS = "none", "passing"

# Versions by key.
Versions = dict[int, int]


class BulkForm(forms.Form):
    """What every change to many rows is asked. A deed's form puts its own questions before these."""

    reason = forms.CharField(
        max_length=1000,
        label="Reason",
        help_text="Ten letters or more, kept in the history of every row.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    if_some_fail = forms.ChoiceField(
        label="If a rule stands against some of the rows",
        choices=[(ALL_OR_NONE, "change none of them"), (THOSE_THAT_PASS, "change those that pass, and list the others")],
        initial=ALL_OR_NONE,
        widget=forms.RadioSelect,
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if reason and len(reason) < SHORTEST_REASON:
            raise ValidationError(f"Give a reason of {SHORTEST_REASON} letters or more; it is kept in the history of every row.")
        return reason


@dataclass(frozen=True)
class Fault:
    """A rule that stands against one row's change: its name, and what to do."""

    rule: str
    message: str


class BulkDeed:
    """One change to many rows. `name` stands in addresses, `title` says what it does to what is ticked."""

    name: str
    title: str
    form: type[BulkForm] = BulkForm
    permission = "change"

    def rows(self, keys: Iterable[int]) -> models.QuerySet:
        """The rows with what judging, showing and naming them needs; the row's own table can be locked."""
        raise NotImplementedError

    def hold_first(self, keys: Collection[int]) -> None:
        """Lock what other writers lock before rows such as these, so that nobody waits for each other."""

    def now(self, row: Any) -> str:
        """How the row stands in what would change, in words."""
        raise NotImplementedError

    def link(self, row: Any) -> str:
        """The row's own page, or "" where there is none."""
        return ""

    def judge(self, rows: Sequence[Any], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        """What stands against the change, by key; rows without fault may be left out. A constant number of queries."""
        return {}

    def store(self, rows: Sequence[Any], given: Mapping[str, Any], user: Any) -> int:
        """Change the rows, which are locked and without fault; how many changed. A constant number of queries."""
        raise NotImplementedError

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        """What was done, in a sentence."""
        return f"{changed:,} changed."


@dataclass
class Refused:
    """A row that isn't changed, and why. `row` is None where there is no such row (any more)."""

    key: int
    row: Any
    faults: list[Fault]
    is_stale: bool = False


@dataclass
class Result:
    """What a change to many rows came to. Nothing is stored unless `is_stored`."""

    ticked: int
    refused: list[Refused] = field(default_factory=list)
    passing: int = 0
    changed: int = 0
    is_stored: bool = False
    said: str = ""

    @property
    def stale(self) -> list[Refused]:
        """Rows that have changed since they were ticked."""
        return [each for each in self.refused if each.is_stale and each.row is not None]


def run(
    deed: BulkDeed, versions: Versions, given: Mapping[str, Any], user: Any, *, seen: Collection[int], only_look: bool = False
) -> Result:
    """Do the deed to the rows, as they were at these versions; or only say what would come of it. One transaction.

    `seen` are the keys of those that the user may see. All are changed or none, where `given` says so.
    """
    with transaction.atomic():
        deed.hold_first(seen)
        standing = {row.pk: row for row in deed.rows(seen).select_for_update(of=("self",)).order_by("pk")}
        fresh = [row for key, row in standing.items() if row.version == versions[key]]
        refused, against = _stale(standing, versions), deed.judge(fresh, given, user)
        passing = [row for row in fresh if not against.get(row.pk)]
        is_all_or_none = given["if_some_fail"] == ALL_OR_NONE
        to_wait = only_look or (is_all_or_none and (bool(refused) or len(passing) < len(fresh)))
        changed, more = _attempt(deed, passing, given, user, to_keep=not to_wait)
        if more:
            against |= more
            passing = [row for row in passing if row.pk not in more]
            to_wait = only_look or is_all_or_none
            changed = 0 if to_wait or not passing else deed.store(passing, given, user)
        refused += [Refused(row.pk, row, against[row.pk]) for row in fresh if against.get(row.pk)]
        result = Result(len(versions), refused, len(passing))
        if passing and not to_wait:
            result.changed, result.is_stored, result.said = changed, True, deed.said(changed, given)
        return result


class _TakenBack(Exception):
    """What was tried is taken back."""


def _attempt(
    deed: BulkDeed, rows: list[Any], given: Mapping[str, Any], user: Any, *, to_keep: bool
) -> tuple[int, dict[int, list[Fault]]]:
    """Change the rows, or try to and take it back: how many changed, or what the database refuses though the deed doesn't.

    Where it refuses, the rows are tried one by one, to name those that it refuses.
    """
    if not rows:
        return 0, {}
    changed = 0
    try:
        with transaction.atomic():
            changed = deed.store(rows, given, user)
            if not to_keep:
                raise _TakenBack
    except _TakenBack:
        return changed, {}
    except (IntegrityError, RuleBroken, ValidationError) as refusal:
        if len(rows) == 1:
            return 0, {rows[0].pk: [_fault(refusal, rows[0])]}
        against: dict[int, list[Fault]] = {}
        for row in rows:
            against |= _attempt(deed, [row], given, user, to_keep=False)[1]
        if not against:
            raise
        return 0, against
    return changed, {}


def _fault(refusal: Exception, row: models.Model) -> Fault:
    """A refusal in words: those of the constraint that was broken, where it was one."""
    if isinstance(refusal, ValidationError | RuleBroken):
        return Fault("refused", " ".join(refusal.messages))
    broken = getattr(getattr(refusal.__cause__, "diag", None), "constraint_name", None) or ""
    for constraint in row._meta.constraints:
        if constraint.name == broken:
            return Fault(broken.replace("_", "-"), str(constraint.violation_error_message))
    return Fault("refused", f"The database refuses this: {broken or refusal}.")


def _stale(standing: Mapping[int, Any], versions: Versions) -> list[Refused]:
    """Rows that aren't as they were when they were ticked, with what has changed; and those that are gone."""
    moved = {key: row for key, row in standing.items() if row.version != versions[key]}
    news: dict[int, list[str]] = defaultdict(list)
    if moved:
        model, earliest = type(next(iter(moved.values()))), min(versions[key] for key in moved)
        for event in told([events(model, pgh_obj_id__in=moved, version__gte=earliest)]):
            if event.version is not None and event.version > versions[event.key] and event.changes:
                changes = "; ".join(f"{each.field} “{each.old}” → “{each.new}”" for each in event.changes)
                news[event.key].append(f"by {event.actor} ({event.door}): {changes}")
    changed = [
        Refused(
            key,
            row,
            [Fault("changed-meanwhile", f"Changed since you ticked it, {', '.join(reversed(news[key])) or 'by another'}.")],
            is_stale=True,
        )
        for key, row in moved.items()
    ]
    gone = Fault("gone", "It is no longer there, or no longer yours to see.")
    return [*changed, *(Refused(key, None, [gone], is_stale=True) for key in versions if key not in standing)]
