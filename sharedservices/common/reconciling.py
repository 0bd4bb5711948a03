"""A page sent on an old reading, brought together with what stands: base, theirs and mine for each field that differs.

What one side alone changed is merged into the data that was sent; where both changed the same, mine stays in the data
until theirs is chosen. The caller holds the locks, stores nothing while there is something to compare, and shows the
comparison with the form as it then is: saving that keeps the work of both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict

from sharedservices.common.merging import Difference, differences, readings
from sharedservices.common.row_forms import READ_VERSION, RowForm, Values
from sharedservices.common.sent_rows import Fields, SentRow, SentRows, as_number

# What the names of a page's choices, and of what it carries on, begin with; no field of a form does.
CHOICE, GONE = "take", "gone"
MINE = "mine"

CHANGED, TO_BE_TAKEN_OUT, TAKEN_OUT, ADDED = "changed", "to-be-taken-out", "taken-out", "added"


@dataclass
class Moved:
    """A row that isn't what it was when the page was read. `row` is None where it is gone."""

    what: str
    at: RowForm
    key: Any
    row: models.Model | None = None
    found: list[Difference] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)  # what the page carries on


class Reconciled:
    """The data of a page. Once `row` and `rows` have looked at all its forms, `moved` is what must be shown first."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data.copy()
        self.moved: list[Moved] = []

    def row(self, form_class: Any, stands: models.Model) -> None:
        """The page's own form."""
        at = RowForm(form_class(self.data, instance=stands), self.data, CHOICE)
        read = as_number(self.data.get(READ_VERSION, ""))
        self._changed(
            at, stands, at.base(stands, read, _kept(type(stands), {stands.pk: stands}, {stands.pk: read}).get(stands.pk))
        )

    def rows(
        self,
        form_class: Any,
        prefix: str,
        standing: Mapping[Any, models.Model],
        *,
        fixed: Collection[str] = (),
        are_all: bool = True,
    ) -> None:
        """The rows of a formset; `standing` by key.

        `are_all`: what stands is all that belongs there, so a row that wasn't sent has been added since, and one that
        is gone can be put back.
        """
        rows = SentRows(self.data, prefix)
        if not rows.is_sound:
            return
        read = {row.key: row.version for row in rows.initial if row.key is not None}
        kept = _kept(form_class._meta.model, standing, read)
        extra = [*self._put_back(prefix), *rows.extra]
        staying: list[SentRow] = []
        for row in rows.initial:
            at = RowForm(
                form_class(self.data, prefix=row.prefix, instance=standing.get(row.key)),
                self.data,
                f"{CHOICE}-{prefix}-{row.key}",
                fixed,
            )
            if row.key is not None and row.key not in standing:
                self._gone(at, row, kept.get(row.key), may_come_back=are_all)
                continue
            staying.append(row)
            if row.key is not None:
                self._existing(at, row, standing[row.key], kept.get(row.key))
        fields = {row.key: _fields(self.data, row.prefix) for row in staying}
        if are_all:
            fields |= {key: self._added(form_class, fixed, one) for key, one in standing.items() if key not in read}
        # In the order in which they stand by now, for Django names each row of the page by its place.
        rows.renumber([*(fields.pop(key) for key in standing if key in fields), *fields.values()], extra)

    def put_in_order(self, form_class: Any, prefix: str, shown: Iterable[models.Model]) -> None:
        """Let the rows of the list that is shown come first, in its order, as they were sent or else as they stand."""
        rows = SentRows(self.data, prefix)
        sent = {row.key: row.fields for row in rows.initial}
        first = [sent.pop(one.pk, {}) or self._as_it_stands(form_class, (), one)[1] for one in shown]
        rows.renumber([*first, *sent.values()], [])

    # A row that stands

    def _existing(self, at: RowForm, row: SentRow, stands: models.Model, kept: Values | None) -> None:
        base = at.base(stands, row.version, kept)
        if not row.is_to_be_taken_out:
            self._changed(at, stands, base)
        elif at.has_chosen_theirs(DELETION_FIELD_NAME):
            del self.data[f"{row.prefix}-{DELETION_FIELD_NAME}"]
            self._changed(at, stands, base)
        else:
            self._to_be_taken_out(at, stands, base)

    def _changed(self, at: RowForm, stands: models.Model, base: Values | None) -> None:
        """Take theirs where that was chosen, merge what only they changed; to be shown if they changed anything else."""
        theirs = at.stored(stands)
        for name in theirs:
            if base is not None and at.has_chosen_theirs(name):
                at.put(name, base[name])
        mine = at.mine() if base != theirs else {}
        found = differences(base, theirs, mine) if base is not None else _all_in_conflict(theirs, mine)
        for one in found:
            if one.merged != one.mine:
                at.put(one.field, one.theirs)
        at.rests_on(stands, theirs)
        if any(one.theirs != one.base for one in found):
            self.moved.append(Moved(CHANGED, at, stands.pk, stands, found))

    def _to_be_taken_out(self, at: RowForm, stands: models.Model, base: Values | None) -> None:
        """Ticked on a reading that has gone stale: it stays ticked, as it stands, and what they changed is shown."""
        theirs = at.stored(stands)
        found = differences(base, theirs, base) if base is not None else _all_in_conflict(theirs, dict.fromkeys(theirs))
        for name, value in theirs.items():
            at.put(name, value)
        at.rests_on(stands, theirs)
        if found:
            self.moved.append(Moved(TO_BE_TAKEN_OUT, at, stands.pk, stands, found))

    # A row that doesn't, or didn't

    def _gone(self, at: RowForm, row: SentRow, kept: Values | None, *, may_come_back: bool) -> None:
        """Taken out meanwhile: it leaves the form. What was typed into it is carried on, and can be put back as a new row."""
        if row.is_to_be_taken_out:
            return
        base = at.from_trail(kept) if kept else {}
        found = [Difference(name, base.get(name), None, value) for name, value in at.mine().items() if base.get(name) != value]
        hidden: list[tuple[str, str]] = []
        if found and may_come_back:
            begins = at.choice.replace(CHOICE, GONE, 1)
            typed = {name: values for name, values in row.fields.items() if name not in {"id", READ_VERSION}}
            hidden = [(f"{begins}-{name}", value) for name, values in typed.items() for value in values]
        self.moved.append(Moved(TAKEN_OUT, at, row.key, None, found, hidden))

    def _put_back(self, prefix: str) -> list[Fields]:
        """What was typed into rows that were taken out meanwhile, where it was chosen to put them back."""
        begins, found = f"{GONE}-{prefix}-", dict[str, Fields]()
        for name in [each for each in self.data if each.startswith(begins)]:
            key, _, suffix = name.removeprefix(begins).partition("-")
            found.setdefault(key, {})[suffix] = self.data.getlist(name)
            del self.data[name]
        return [fields for key, fields in found.items() if self.data.get(f"{CHOICE}-{prefix}-{key}") == MINE]

    def _added(self, form_class: Any, fixed: Collection[str], stands: models.Model) -> Fields:
        """Added meanwhile: it joins the form as it stands."""
        at, fields = self._as_it_stands(form_class, fixed, stands)
        self.moved.append(Moved(ADDED, at, stands.pk, stands))
        return fields

    def _as_it_stands(self, form_class: Any, fixed: Collection[str], stands: Any) -> tuple[RowForm, Fields]:
        alone = QueryDict(mutable=True)
        at = RowForm(form_class(instance=stands, prefix="row"), alone, "", fixed)
        for name, value in at.stored(stands).items():
            at.put(name, value)
        return at, {**_fields(alone, "row"), "id": [str(stands.pk)], READ_VERSION: [str(getattr(stands, "version", ""))]}


def _kept(model: Any, standing: Mapping[Any, Any], read: Mapping[Any, int | None]) -> dict[Any, Values]:
    """What the trail has of the rows that were read at another version than they stand at."""
    stale = {key: version for key, version in read.items() if getattr(standing.get(key), "version", None) != version}
    return readings(model, stale) if hasattr(model, "pgh_event_model") else {}


def _fields(data: QueryDict, prefix: str) -> Fields:
    begins = f"{prefix}-"
    return {name.removeprefix(begins): data.getlist(name) for name in data if name.startswith(begins)}


def _all_in_conflict(theirs: Values, mine: Mapping[str, Any]) -> list[Difference]:
    """Where nobody knows the reading, whatever differs is for a person to decide."""
    return [Difference(name, None, theirs[name], value) for name, value in mine.items() if theirs[name] != value]


__all__ = ["ADDED", "CHANGED", "TAKEN_OUT", "TO_BE_TAKEN_OUT", "Moved", "Reconciled"]
