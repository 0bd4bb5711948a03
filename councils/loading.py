"""Brings the database to what the register's own files say: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, models, transaction

from councils.register_files import OWN_FILES, FilesRefusedError, Problem, Row, read
from councils.register_tables import REFERRED_TO_BY, TABLES, Table
from sharedservices.common.constraints import fields_named_in
from sharedservices.common.history import written_by

# Two loads at once would each see the other's rows as missing; the number is arbitrary and used nowhere else.
LOADING_LOCK = 4_171_958


@dataclass
class Outcome:
    """What one file did: how many rows, and each changed field, removed row and row kept though not in the file."""

    table: Table
    new: int = 0
    unchanged: int = 0
    changes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def changed_anything(self) -> bool:
        """Whether the database differs from before."""
        return bool(self.new or self.changes or self.removed)

    def lines(self) -> Iterator[str]:
        """For people: a line of counts, then one for each changed field, removed row and row not in the file."""
        total = self.new + len(self.changes) + self.unchanged
        counts = f"{self.new} new, {len(self.changes)} changed, {self.unchanged} unchanged"
        if self.table.removes:
            counts += f", {len(self.removed)} removed"
        yield f"{self.table.file}: {total} {self.table.noun}: {counts}"
        for name, fields in self.changes:
            for changed, old_and_new in fields.items():
                yield f"  {name}: {changed} {old_and_new}"
        for name in self.removed:
            yield f"  removed: {name}"
        for name in self.kept:
            yield f"  kept, though not in the file: {name}"


def load(folder: Path = OWN_FILES) -> list[Outcome]:
    """Load the files of the folder in one transaction and say what each did; `FilesRefusedError` if any line is wrong.

    Names, former codes and successions that the files no longer hold are removed. Regions, councils and bodies never
    are: other rows hang on them, so they are only named. Nor is a council's last day taken back, or who followed it,
    where the files don't know of it yet: a reorganisation may be recorded before they do.
    """
    with transaction.atomic(), written_by(door="load_councils"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING_LOCK])
        loading = Loading(folder)
        return [loading.load(table) for table in TABLES]


@dataclass
class Taken:
    """A row of a file and the object it becomes. `changes` says of each differing field what it was and is."""

    row: Row
    one: models.Model
    is_new: bool
    changes: dict[str, str]


class Loading:
    """One run over the files. A file is read to its end before its problems end the run; those after it wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.referred_to: dict[tuple[type[models.Model], str], models.Model] = {}
        self.lasting: dict[Any, str] = {}  # rows by key of which the register knows more than the file, and what

    def load(self, table: Table) -> Outcome:
        """Bring the rows of one table to what its file says."""
        existing = {table.key_of(one): one for one in table.rows().select_for_update(of=("self",))}
        takings = self.take(table, existing)
        in_file = {id(taken.one) for taken in takings}
        missing = [one for one in existing.values() if id(one) not in in_file]
        gone = [one for one in missing if getattr(one, "predecessor_id", None) not in self.lasting]

        self.stop_at_problems()
        outcome = Outcome(table)
        outcome.new = sum(taken.is_new for taken in takings)
        outcome.changes = [(label(taken.one), taken.changes) for taken in takings if taken.changes and not taken.is_new]
        outcome.unchanged = len(takings) - outcome.new - len(outcome.changes)
        if table.removes:
            outcome.removed = [label(one) for one in gone]
            outcome.kept = [label(one) for one in missing if one not in gone]
        else:
            outcome.kept = [*(label(one) for one in gone), *(self.lasting.values() if table.lasting else ())]

        if outcome.removed:
            table.model._default_manager.filter(pk__in=[one.pk for one in gone]).delete()
        self.write(table, [taken for taken in takings if taken.is_new or taken.changes])
        self.stop_at_problems()
        return outcome

    def stop_at_problems(self) -> None:
        """Nothing is loaded once a file has a wrong line."""
        if self.problems:
            raise FilesRefusedError(self.problems)

    def take(self, table: Table, existing: dict[tuple[Any, ...], models.Model]) -> list[Taken]:
        """Every sound row of the file as an object that bears what the row says, not yet written."""
        rows, problems = read(self.folder, table.file, list(table.fields))
        self.problems += problems
        takings: dict[tuple[Any, ...], Taken] = {}
        for row in sorted(rows, key=lambda row: bool(table.own_column and row.cells[table.own_column])):
            values = self.values(table, row)
            if values is None:
                continue
            one = table.model(**values)
            key = table.key_of(one)
            if key in takings:
                rule = f"Line {takings[key].row.line} already holds this."
                self.problems += row.problems(table.columns_of(table.key), rule)
                continue
            one = existing.get(key, one)
            takings[key] = Taken(row, one, key not in existing, bring_up_to(one, self.with_lasting(table, one, values)))
            self.clean(table, row, one)
            if reference := REFERRED_TO_BY.get(table.model):
                self.referred_to[table.model, getattr(one, reference)] = one
        return list(takings.values())

    def with_lasting(self, table: Table, one: models.Model, values: dict[str, Any]) -> dict[str, Any]:
        """The values, with what stays though the file leaves it empty."""
        stays = {name: getattr(one, name) for name in table.lasting if values[name] is None and getattr(one, name) is not None}
        if stays:
            self.lasting[one.pk] = f"{label(one)}: {', '.join(f'{name} {value}' for name, value in stays.items())}"
        return values | stays

    def values(self, table: Table, row: Row) -> dict[str, Any] | None:
        """The cells as the fields take them; None where one is wrong, which is then a problem."""
        values: dict[str, Any] = {}
        wrong = []
        for column, name in table.fields.items():
            try:
                values[name] = self.value(table.model._meta.get_field(name), row.cells[column])
            except ValidationError as error:
                wrong += row.problems([column], error)
        self.problems += wrong
        return None if wrong else values

    def value(self, field: Any, cell: str) -> Any:
        """One cell as its field takes it: checked by the field's own rules, or the object that it refers to."""
        if not field.is_relation:
            return field.clean(None if field.null and not cell else cell, None)
        if not cell and field.null:
            return None
        reference = REFERRED_TO_BY[field.related_model]
        try:
            return self.referred_to[field.related_model, cell]
        except KeyError:
            noun = field.related_model._meta.verbose_name
            rule = f"No {noun} in the files has this {reference.replace('gss_code', 'GSS code')}."
            raise ValidationError(rule) from None

    def clean(self, table: Table, row: Row, one: models.Model) -> None:
        """Ask the model for the rules that need more than one field."""
        try:
            one.clean()
        except ValidationError as error:
            self.refuse(table, row, error)

    def refuse(self, table: Table, row: Row, error: ValidationError, names: Iterable[str] = ()) -> None:
        """Note an error under the columns it is about: its own fields, or else those that are named."""
        by_field = error.update_error_dict({})
        for name, errors in by_field.items():
            about = names if name == NON_FIELD_ERRORS else [name]
            self.problems += row.problems(table.columns_of(about), ValidationError(errors))

    def write(self, table: Table, takings: list[Taken]) -> None:
        """Write the rows all at once; should the database refuse, one by one, to name the lines."""
        try:
            with transaction.atomic():
                self.write_together(table, takings)
        except IntegrityError:
            with transaction.atomic():
                self.write_singly(table, takings)

    def write_together(self, table: Table, takings: list[Taken]) -> None:
        """The new rows in two batches, for some refer to others of the same file; the changed rows in one."""
        manager = table.model._default_manager
        changed = [taken for taken in takings if not taken.is_new]
        if changed:
            fields = sorted({name for taken in changed for name in taken.changes})
            manager.bulk_update([taken.one for taken in changed], fields)
        new = [taken for taken in takings if taken.is_new]
        for refers in (False, True):
            batch = [taken.one for taken in new if bool(table.own_column and taken.row.cells[table.own_column]) == refers]
            manager.bulk_create(batch)

    def write_singly(self, table: Table, takings: list[Taken]) -> None:
        """Check and write row after row, so that each one that the database would refuse is named with its line."""
        for taken in takings:
            known = len(self.problems)
            checks: list[tuple[Callable[[], None], list[str]]] = [(taken.one.validate_unique, [])]
            checks += [
                (partial(constraint.validate, table.model, taken.one), fields_named_in(constraint))
                for constraint in table.model._meta.constraints
            ]
            for check, names in checks:
                try:
                    check()
                except ValidationError as error:
                    self.refuse(table, taken.row, error, names)
            if len(self.problems) > known:
                continue
            try:
                with transaction.atomic():
                    taken.one.save()
            except IntegrityError as error:
                self.refuse(table, taken.row, ValidationError(str(error)))


def bring_up_to(one: models.Model, values: dict[str, Any]) -> dict[str, str]:
    """Give the object these values; returns old and new of each field that differs."""
    changes = {}
    for name, value in values.items():
        was = getattr(one, name)
        if was != value:
            changes[name] = f"{shown(was)} → {shown(value)}"
        setattr(one, name, value)
    return changes


def shown(value: Any) -> str:
    """A value as the report writes it."""
    return "(empty)" if value in (None, "") else str(value)


def label(one: Any) -> str:
    """How the report names a row."""
    return f"{one.council}, {one}" if hasattr(one, "council_id") else str(one)
