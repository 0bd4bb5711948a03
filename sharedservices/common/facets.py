"""Counts on the options of filters: how many rows the list would hold if that option were chosen, all other filters standing.

All counts of a page are one question to the database, which is asked once in each state of the register. Within a filter
its options mean any of them, so what is chosen of it already narrows none of its counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL

from sharedservices.common.filters import NONE, codes_of
from sharedservices.common.ordering import OrderedFilterSet

Counts = dict[str, dict[str, int]]
ALL = ""  # the name under which the list itself is counted
MOST_ANSWERS = 500
ANSWERS: dict[str, Counts] = {}


class FacetedFilterSet(OrderedFilterSet):
    """A FilterSet whose options are counted.

    `facets` names for a filter the method that pairs options with rows: it is given the keys of rows and answers a queryset
    of two columns, an option's word and the key of a row that has it. A row with no option is counted under `none`.
    """

    facets: ClassVar[Mapping[str, str]] = {}
    # Filters that are read together with another's choice: what stands in their place while that one is counted.
    counted_with: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    # Filters whose choice changes what others mean: each option is counted by a list of its own.
    one_by_one: ClassVar[tuple[str, ...]] = ()

    def count(self, state: str) -> Counts:
        """For each filter the count of each option that some row has; under `ALL` that of the list."""
        question = _Question()
        question.add_list(self._keys())
        apart = self.counted_apart()
        for name, method in self.facets.items():
            if name in apart:
                continue
            with self.chosen_instead(**self.instead_of(name)):
                rows = self._keys()
                question.add_pairs(name, getattr(self, method)(question.keys_of(rows)), rows, has_none=self._has_none(name))
        for name in apart:
            for option, chosen in self._options_of(name):
                with self.chosen_instead(**{name: chosen}):
                    question.add_list(self._keys(), name, option)
        counts = question.answered(state)
        return {name: self.as_options(name, found) for name, found in counts.items()}

    def counted_apart(self) -> tuple[str, ...]:
        """The filters of which each option is counted by a list of its own, as the others stand."""
        return self.one_by_one

    def _options_of(self, name: str) -> list[tuple[str, Any]]:
        """Each option's word, and what is chosen with it alone."""
        field: Any = self.form.fields[name]
        if hasattr(field, "objects"):
            return [(each.slug, each) for each in field.objects]
        return [(code, [code]) for code in codes_of(field)]

    def instead_of(self, name: str) -> Mapping[str, Any]:
        """What stands in the place of what was chosen while a filter is counted."""
        return self.counted_with.get(name, {name: None})

    def without_each(self) -> dict[str, int]:
        """For each filter that is on, how many rows the list would hold without it."""
        question = _Question()
        on = [name for name in self.given if name in self.form.fields and name != "order"]
        for name in on:
            with self.chosen_instead(**{name: None}):
                searched, self._searched = self._searched, {k: v for k, v in self._searched.items() if k != name}
                question.add_list(self._keys(), name, name)
                self._searched = searched
        return {name: counts[name] for name, counts in question.answered(None).items()} if on else {}

    def as_options(self, name: str, found: dict[str, int]) -> dict[str, int]:
        """The counts by the words of the options, where the rows say something else."""
        return found

    def _keys(self) -> QuerySet:
        return self.filter_queryset(self.queryset.all()).order_by().values("pk")

    def nobody_counts(self, name: str) -> bool:
        """Whether the rows without an option are those of `none`, where the filter has it."""
        return True

    def _has_none(self, name: str) -> bool:
        choices = self.form.fields[name].choices  # type: ignore[attr-defined]
        return any(value == NONE for value, _ in choices) and self.nobody_counts(name)


class _Question:
    """One statement: the keys of each list of rows, the pairs of each filter, and their counts."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.parameters: list[Any] = []
        self.counts: list[str] = []
        self.counted: list[Any] = []
        self._known: dict[str, str] = {}

    def keys_of(self, rows: QuerySet) -> Any:
        """The keys of these rows, to be used in another query of the statement.

        Rows that are filtered by other tables are looked for once, however many use them. Those that their own columns tell
        are quicker asked for again each time: there the database knows how many to expect, and plans for so many.
        """
        if _compiled(rows, "")[0].count("SELECT") <= 1:
            return rows
        return RawSQL(f"SELECT pk FROM {self._name_of(rows)}", (), BigIntegerField())  # noqa: S608, S611 - a name of our own

    def add_list(self, rows: QuerySet, name: str = ALL, option: str = ALL) -> None:
        """Count the rows."""
        self._count("%s", f"count(*) FROM {self._name_of(rows)}", name, option)

    def add_pairs(self, name: str, pairs: QuerySet, rows: QuerySet, *, has_none: bool) -> None:
        """Count the pairs by their options; and under `none`, where the filter has it, the rows that are in no pair."""
        sql, parameters = _compiled(pairs, "SELECT NULL::text, NULL::bigint WHERE false")
        table = f"pairs_{name}"
        self._add(f"{table} (option, pk) AS ({sql})", parameters)
        self._count("option::text", f"count(*) FROM {table} GROUP BY option", name)
        if has_none:
            paired = f"(SELECT DISTINCT pk FROM {table}) AS paired"  # noqa: S608 - a name of our own
            self._count("%s", f"count(*) - (SELECT count(*) FROM {paired}) FROM {self._name_of(rows)}", name, NONE)  # noqa: S608

    def _name_of(self, rows: QuerySet) -> str:
        known = repr(_compiled(rows, ""))
        if known not in self._known:
            self._known[known] = f"rows_{len(self._known)}"
            sql, parameters = _compiled(rows, "SELECT NULL::bigint WHERE false")
            self._add(f"{self._known[known]} (pk) AS MATERIALIZED ({sql})", parameters)
        return self._known[known]

    def _count(self, option: str, count: str, *parameters: str) -> None:
        self.counts.append(f"SELECT %s, {option}, {count}")
        self.counted += parameters

    def answered(self, state: str | None) -> Counts:
        """The counts, from memory where the same was asked in this state."""
        statement = f"WITH {', '.join(self.parts)} {' UNION ALL '.join(self.counts)}"
        # The moment of asking is among them wherever only what is public counts; of that the state tells.
        parameters = [*self.parameters, *self.counted]
        asked = f"{state} {statement} {[each for each in parameters if not isinstance(each, datetime)]!r}"
        if state is None or asked not in ANSWERS:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                found = _by_name(cursor.fetchall())
            if state is None:
                return found
            if len(ANSWERS) >= MOST_ANSWERS:
                ANSWERS.clear()
            ANSWERS[asked] = found
        return ANSWERS[asked]

    def _add(self, part: str, parameters: Iterable[Any]) -> None:
        self.parts.append(part)
        self.parameters += parameters


def united(pairs: list[QuerySet], *, apart: bool = False) -> QuerySet:
    """Pairs of several queries, each once. `apart`: no option of one is an option of another."""
    first, *others = pairs
    return first.union(*others, all=apart) if others else first


def _compiled(rows: QuerySet, empty: str) -> tuple[str, list[Any]]:
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return empty, []
    return sql, list(parameters)


def _by_name(rows: Iterable[tuple[str, str | None, int]]) -> Counts:
    counts: Counts = {}
    for name, option, count in rows:
        counts.setdefault(name, {})
        if option is not None:
            counts[name][option] = counts[name].get(option, 0) + count
    return counts
