"""Orders that lists offer: by name, with missing last, and always ending in something unique so that pages are stable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable, OrderBy

from sharedservices.common.filters import OneChosen, StrictFilterSet

BY_KEY = "by key"  # no word of an address: the order that walking a list rests on, since no edit changes it


@dataclass(frozen=True)
class OrderTerm:
    """One column of an order. `column` names a field or an annotation of the rows."""

    column: str
    descending: bool = False

    def expression(self) -> OrderBy:
        """For `order_by`; missing values last, whichever way."""
        column = F(self.column)
        return column.desc(nulls_last=True) if self.descending else column.asc(nulls_last=True)


@dataclass(frozen=True)
class Orders:
    """The orders of a list: for each word of the address the expression behind it; the first is the usual one.

    `unique` is the column that ends every order. The usual order is `steady` where nothing that it goes by is ever edited.
    """

    by_name: dict[str, Combinable]
    unique: str
    steady: bool = False

    def choices(self) -> list[tuple[str, str]]:
        """Every word, forwards and backwards."""
        words = [(name, name.replace("_", " ").capitalize()) for name in self.by_name]
        return words + [(f"-{name}", f"{label}, backwards") for name, label in words]

    def terms(self, chosen: str | None) -> tuple[str, Combinable, list[OrderTerm]]:
        """The annotation to make, its expression, and the terms to order by, for a word of the address or none."""
        if chosen == BY_KEY:
            return "order_key", F(self.unique), [OrderTerm(self.unique)]
        word = (chosen or next(iter(self.by_name))).removeprefix("-")
        term = OrderTerm("order_key", descending=(chosen or "").startswith("-"))
        return "order_key", self.by_name[word], [term, OrderTerm(self.unique)]


class OrderedFilterSet(StrictFilterSet):
    """A strict FilterSet with `order` among its names. `orders` gives the words; `terms` the order in force.

    With `walked` the list is one that programs walk: unless told, its order is one that no edit changes.
    """

    order = OneChosen(choices=[], method="in_order", label="Order")

    orders: Orders
    terms: list[OrderTerm]

    def __init__(self, *args: Any, walked: bool = False, **kwargs: Any) -> None:
        self.walked = walked
        super().__init__(*args, **kwargs)
        self.filters["order"].extra["choices"] = self.orders.choices()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Every filter that is on, then the order."""
        filtered = super().filter_queryset(queryset)
        name, expression, self.terms = self.orders.terms(self.chosen("order") or self._usual())
        return filtered.annotate(**{name: expression}).order_by(*(term.expression() for term in self.terms))

    def _usual(self) -> str | None:
        return BY_KEY if self.walked and not self.orders.steady else None

    def in_order(self, rows: Any, name: str, value: str) -> Any:
        """Nothing yet: the order comes after all filters."""
        return rows
