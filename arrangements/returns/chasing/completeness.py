"""How complete a year is: councils asked by the state of their return, and lines by outcome, for every cut.

In every row the parts add up to what was expected, and the rows of every cut add up to the total row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from arrangements.register.models import ServiceCategory
from arrangements.returns.chasing.expected import expected_lines, lines_nobody_answers_for
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.vocabulary import Outcome, ReturnState
from councils.models import KINDS_ASKED, CouncilKind, Region

OUTSTANDING = "outstanding"
# Shown only where one was asked all the same, so that the rows add up.
SELDOM_ASKED = set(CouncilKind.values) - set(KINDS_ASKED)
LINE_PARTS = [*Outcome.choices, (OUTSTANDING, "Outstanding")]


@dataclass(frozen=True)
class Row:
    """One row of a table: what was expected, and its parts in the order of the table's columns."""

    name: str
    key: str  # the slug or code of the cut; empty for the total
    expected: int
    parts: list[tuple[str, int]]


@dataclass(frozen=True)
class Cut:
    """The rows of one way of cutting the year, by the name of the filter that narrows the list to one of them."""

    name: str
    filter: str
    rows: list[Row]


@dataclass(frozen=True)
class Table:
    """A table with its columns, its total, and one group of rows for each cut."""

    columns: list[str]
    total: Row
    cuts: list[Cut]


@dataclass(frozen=True)
class Completeness:
    """Both tables of a year, and how many operating arrangements belong to no return."""

    councils: Table
    lines: Table
    unasked: int


def completeness_of(year: FinancialYear) -> Completeness:
    """The year as it stands. Five queries, whatever its size."""
    regions = [(region.slug, region.name) for region in Region.objects.order_by("name")]
    categories = list(ServiceCategory.objects.order_by("name").values_list("slug", "name"))
    returns = AnnualReturn.objects.filter(year=year).order_by()
    councils = returns.values_list("council__region__slug", "council__kind", "state").annotate(how_many=Count("pk"))
    lines = expected_lines(year).order_by()
    answers = lines.values_list(
        "council__region__slug", "council__kind", "arrangement__main_service__category__slug", "outcome"
    ).annotate(how_many=Count("pk"))
    by_region, by_kind = ("By region", "region", regions), ("By kind of council", "kind", CouncilKind.choices)
    return Completeness(
        councils=_table(ReturnState.choices, [by_region, by_kind], councils),
        lines=_table(LINE_PARTS, [by_region, by_kind, ("By service category", "", categories)], answers),
        unasked=lines_nobody_answers_for(year),
    )


def _table(parts: list[tuple[str, str]], cuts: list[tuple[str, str, list[tuple[str, str]]]], counted: Iterable[Any]) -> Table:
    """From rows of one key for each cut, the part, and how many."""
    counted = list(counted)

    def row(name: str, belonging: Iterable[Any], key: str = "") -> Row:
        found: Counter[str] = Counter()
        for each in belonging:
            found[each[-2] or OUTSTANDING] += each[-1]
        return Row(name, key, found.total(), [(part, found[part]) for part, _ in parts])

    def cut(at: int, name: str, filter_name: str, keys: list[tuple[str, str]]) -> Cut:
        rows = [row(label, [each for each in counted if each[at] == key], key) for key, label in keys]
        return Cut(name, filter_name, [each for each in rows if each.expected or each.key not in SELDOM_ASKED])

    return Table(
        columns=[label for _, label in parts],
        total=row("England", counted),
        cuts=[cut(at, *each) for at, each in enumerate(cuts)],
    )
