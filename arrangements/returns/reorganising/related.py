"""Whatever hangs on a return: how it follows when the return is withdrawn or its arrangement is answered for by another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pghistory.models
from django.db.models import BigIntegerField, BooleanField, Case, F, Q, TextField, Value, When
from django.db.models.functions import Cast

from arrangements.returns.models import AnnualReturn
from arrangements.returns.reorganising.open_years import Hanging
from arrangements.returns.vocabulary import QueryState


@dataclass(frozen=True)
class Following:
    """How the rows of one relation follow: with the arrangement in the named field, or with the council's first heir.

    `waiting` tells those that ask something of the council still.
    """

    arrangement: str | None = None
    waiting: Q | None = None


# Every relation to a return by the name of its model and field. Rows of one that isn't here are never moved or lost:
# the reorganisation is refused.
FOLLOWING: dict[str, Following] = {
    "arrangements.Query.annual_return": Following("arrangement", ~Q(state=QueryState.SETTLED)),
    "arrangements.Flag.annual_return": Following("arrangement"),
    "arrangements.Reminder.annual_return": Following(),
    "arrangements.ContactMade.annual_return": Following(),
}


def relations() -> dict[str, Any]:
    """The foreign keys to a return, by name; those of the trail apart, which tells of returns that are gone too."""
    found = {}
    for relation in AnnualReturn._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        points_here = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if points_here and not issubclass(model, pghistory.models.Event):
            found[f"{model._meta.label}.{relation.field.name}"] = relation.field  # type: ignore[union-attr]
    return found


def hanging_on(returns: Collection[int]) -> list[Hanging]:
    """All rows that hang on the returns: one query, however many relations there are."""
    if not returns:
        return []
    first, *others = [_rows(name, field, returns) for name, field in relations().items()]
    return sorted((Hanging(*row) for row in first.union(*others, all=True)), key=lambda row: (row.relation, row.key))


def _rows(name: str, field: Any, returns: Collection[int]) -> Any:
    following = FOLLOWING.get(name, Following())
    about = F(f"{following.arrangement}_id") if following.arrangement else Value(None, BigIntegerField())
    waits = Case(When(following.waiting, then=True), default=False) if following.waiting else Value(False, BooleanField())
    rows = field.model._base_manager.filter(**{f"{field.name}__in": returns}).order_by()
    return rows.annotate(
        hangs_by=Value(name, TextField()),
        hangs_as=Cast("pk", TextField()),
        hangs_on=F(field.attname),
        hangs_about=about,
        hangs_waiting=waits,
    ).values_list("hangs_by", "hangs_as", "hangs_on", "hangs_about", "hangs_waiting")


def move(row: Hanging, to: AnnualReturn) -> None:
    """Hang the row on another return, checked by its own rules."""
    field = relations()[row.relation]
    one = field.model._base_manager.select_for_update(of=("self",)).get(pk=row.key)
    setattr(one, field.name, to)
    one.full_clean()
    one.save()
