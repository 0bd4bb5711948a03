"""What a reorganisation did, told from its events in the trail: they bear one key, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import CharField, Value
from django.urls import reverse

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.models import AnnualReturn
from arrangements.returns.reorganising.related import relations
from arrangements.returns.reorganising.words import STATES, as_what, listed
from councils.models import Council, Succession
from sharedservices.common.periods import spelled
from sharedservices.common.trail import events


@dataclass(frozen=True)
class Told:
    """One thing with its page in the admin, if it has one, and what was done to it."""

    name: str
    address: str
    deeds: list[str]


@dataclass(frozen=True)
class Done:
    """Everything, in the order of the page."""

    reason: str
    who: str
    at: datetime
    councils: list[Told]
    arrangements: list[Told]
    returns: list[Told]
    moved: int

    @property
    def counts(self) -> str:
        """The whole in one line."""
        parts = [(len(self.councils), "council"), (len(self.arrangements), "arrangement"), (len(self.returns), "return")]
        told = [f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in parts if number]
        return ", ".join(told) + (f"; {self.moved} more rows moved with their returns" if self.moved else "")


def done_by(act: UUID) -> Done | None:
    """None where the trail knows no such reorganisation. Seven queries."""
    of_act: dict[str, Any] = {"pgh_context": act}
    councils = list(events(Council, **of_act).select_related("pgh_context").order_by("pgh_id"))
    successions = list(events(Succession, **of_act).select_related("pgh_context", "predecessor", "successor").order_by("pgh_id"))
    partnerships = list(events(Partnership, **of_act).select_related("pgh_context", "council", "arrangement").order_by("pgh_id"))
    arrangements = list(events(Arrangement, **of_act).select_related("pgh_context").order_by("pgh_id"))
    returns = list(events(AnnualReturn, **of_act).select_related("pgh_context", "council", "year").order_by("pgh_id"))
    written = [*councils, *successions, *partnerships, *arrangements, *returns]
    if not written:
        return None
    said = written[0].pgh_context.metadata
    who = get_user_model().objects.filter(pk=said.get("user")).first()
    return Done(
        said.get("reason", ""),
        str(who or f"database role {written[0].pgh_role}"),
        written[0].pgh_created_at,
        _councils(councils, successions),
        _arrangements(arrangements, partnerships),
        [_return(row) for row in returns],
        _moved(act),
    )


def _page_of(model: str, key: int) -> str:
    return reverse(f"admin:{model}_change", args=[key])


def _councils(rows: list[Any], successions: list[Any]) -> list[Told]:
    told: dict[int, Told] = {}
    for row in rows:
        deed = f"begins on {spelled(row.started_on)}" if row.pgh_label == "insert" else f"ends on {spelled(row.ended_on)}"
        told[row.pgh_obj_id] = Told(row.name, _page_of("councils_council", row.pgh_obj_id), [deed])
    for row in successions:
        old = row.predecessor
        one = told.setdefault(old.pk, Told(str(old), _page_of("councils_council", old.pk), []))
        one.deeds.append(f"is followed by {row.successor}")
    return list(told.values())


def _arrangements(rows: list[Any], partnerships: list[Any]) -> list[Told]:
    told: dict[int, Told] = {}
    for row in rows:
        address = _page_of("arrangements_arrangement", row.pgh_obj_id)
        deed = f"ends on {spelled(row.ended_on)} as “{row.get_end_reason_display()}”"
        told[row.pgh_obj_id] = Told(f"{row.reference} {row.name}", address, [deed])
    of_each: dict[int, list[Any]] = {}
    for row in partnerships:
        of_each.setdefault(row.arrangement_id, []).append(row)
    for key, some in of_each.items():
        whole = some[0].arrangement
        one = told.setdefault(key, Told(f"{whole.reference} {whole}", _page_of("arrangements_arrangement", key), []))
        leaving = [row for row in some if row.pgh_label == "update" and row.left_on and row.left_on == row.council.ended_on]
        if leaving:
            names = listed([row.council.short_name for row in leaving])
            one.deeds.append(f"{names} leave{'s' if len(leaving) == 1 else ''} on {spelled(leaving[0].left_on)}")
        one.deeds.extend(_part(row) for row in some if row not in leaving)
    return sorted(told.values(), key=lambda one: one.name)


def _part(row: Any) -> str:
    until = f" until {spelled(row.left_on)}" if row.left_on else ""
    if row.pgh_label == "insert":
        since = f" on {spelled(row.joined_on)}" if row.joined_on else ""
        return f"{row.council.short_name} joins{since} as {as_what(row)}{until}"
    if row.pgh_label == "delete":
        return f"{row.council.short_name} doesn't join any more"
    return f"{row.council.short_name} is {as_what(row)}{until or ' until the end'}"


def _return(row: Any) -> Told:
    name = f"{row.council}, {row.year}"
    if row.pgh_label == "delete":
        return Told(name, "", ["is withdrawn"])
    asked = "is asked: " if row.pgh_label == "insert" else ""
    return Told(name, _page_of("arrangements_annualreturn", row.pgh_obj_id), [f"{asked}{STATES[row.state]}"])


def _moved(act: UUID) -> int:
    """How many rows that hang on returns were moved to others: one query, however many relations there are."""
    rows = list(_moved_rows(act))
    return rows[0].union(*rows[1:], all=True).count() if rows else 0


def _moved_rows(act: UUID) -> Iterator[Any]:
    for name, field in relations().items():
        told: Any = getattr(field.model, "pgh_event_model", None)
        if told is not None:
            yield (
                told.objects.filter(pgh_context=act).order_by().annotate(of=Value(name, CharField())).values_list("of", "pgh_id")
            )
