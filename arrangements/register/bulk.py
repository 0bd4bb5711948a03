"""Changes to many arrangements at once, judged by what the page of one is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from arrangements.register.models import Arrangement, BodyPartnership, Partnership, Service
from arrangements.register.parties import first_day_short_of_parties, short_of_parties
from arrangements.register.vocabulary import EndReason, Governance
from sharedservices.common.bulk import BulkDeed, BulkForm, Fault
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled

DOOR = "bulk change"


class ArrangementsDeed(BulkDeed):
    """The same values for the same fields of many arrangements."""

    def rows(self, keys: Iterable[int]) -> QuerySet:
        return (
            Arrangement.objects.filter(pk__in=keys)
            .select_related("main_service")
            .prefetch_related(
                Prefetch("partnerships", Partnership.objects.select_related("council")),
                Prefetch("body_partnerships", BodyPartnership.objects.select_related("body")),
            )
        )

    def link(self, row: Arrangement) -> str:
        return reverse("admin:arrangements_arrangement_change", args=[row.pk])

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What each is to have."""
        raise NotImplementedError

    def judge(self, rows: Sequence[Arrangement], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        """Each as it would be, with its parties."""
        found: dict[int, list[Fault]] = {}
        for row in rows:
            for name, value in self.values(given).items():
                setattr(row, name, value)
            found[row.pk] = faults(row)
        return found

    def store(self, rows: Sequence[Arrangement], given: Mapping[str, Any], user: Any) -> int:
        values = self.values(given)
        chosen = Arrangement.objects.filter(pk__in=[row.pk for row in rows])
        with written_by(door=DOOR, user=user, reason=given["reason"]):
            return chosen.exclude(**values).update(**values)


def faults(arrangement: Arrangement) -> list[Fault]:
    """What would be said of an arrangement on its page: of its own dates, and of its parties, which are at hand."""
    found = []
    if arrangement.started_on and arrangement.ended_on and arrangement.ended_on < arrangement.started_on:
        begun, ended = spelled(arrangement.started_on), spelled(arrangement.ended_on)
        found.append(Fault("ends-before-it-starts", f"It started on {begun} and can’t end on {ended}, before that."))
    memberships = [*arrangement.partnerships.all(), *arrangement.body_partnerships.all()]
    for each in memberships:
        each.arrangement = arrangement
        try:
            each.clean()
        except ValidationError as error:
            found.append(Fault("outside-the-period", f"{each.party}: {' '.join(error.messages)}"))
    day = first_day_short_of_parties(
        (arrangement.started_on, arrangement.ended_on), [(each.joined_on, each.left_on) for each in memberships]
    )
    if day is not None and not found:
        found.append(Fault("two-parties", short_of_parties(day)))
    return found


class EndForm(BulkForm):
    """How they end."""

    ended_on = forms.DateField(
        label="Last day in force", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), help_text="Inclusive."
    )
    end_reason = forms.ChoiceField(label="Why they end", choices=[("", "Choose"), *EndReason.choices])
    field_order = ["ended_on", "end_reason"]


class End(ArrangementsDeed):
    """End them all on one day. One that has ended keeps its day."""

    name, title, form = "end", "End the ticked arrangements", EndForm

    def now(self, row: Arrangement) -> str:
        return f"ended on {spelled(row.ended_on)}" if row.ended_on else "goes on"

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"ended_on": given["ended_on"], "end_reason": given["end_reason"]}

    def judge(self, rows: Sequence[Arrangement], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        found: dict[int, list[Fault]] = defaultdict(list)
        for row in rows:
            if row.ended_on:
                said = f"It ended on {spelled(row.ended_on)} already. To correct that, open its page."
                found[row.pk].append(Fault("ended-already", said))
        return {**super().judge([row for row in rows if row.pk not in found], given, user), **found}

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"{changed:,} arrangement{'' if changed == 1 else 's'} ended on {spelled(given['ended_on'])}."


class GovernanceForm(BulkForm):
    """Which form they have."""

    governance = forms.ChoiceField(label="Governance form", choices=[("", "Choose"), *Governance.choices])
    field_order = ["governance"]


class SetGovernance(ArrangementsDeed):
    """Give them all one governance form."""

    name, title, form = "set-governance", "Set the governance form of the ticked arrangements", GovernanceForm

    def now(self, row: Arrangement) -> str:
        return row.get_governance_display()

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"governance": given["governance"]}

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        form = Governance(given["governance"]).label
        return f"{changed:,} arrangement{'' if changed == 1 else 's'} changed to “{form}”; any others had it already."


class MainServiceForm(BulkForm):
    """What they share."""

    main_service = forms.ModelChoiceField(
        Service.objects.order_by("category__name", "name"), label="Main service", help_text="The money counts under its category."
    )
    field_order = ["main_service"]


class SetMainService(ArrangementsDeed):
    """Give them all one main service."""

    name, title, form = "set-main-service", "Set the main service of the ticked arrangements", MainServiceForm

    def now(self, row: Arrangement) -> str:
        return row.main_service.name

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"main_service": given["main_service"]}

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        service = given["main_service"]
        return f"{changed:,} arrangement{'' if changed == 1 else 's'} changed to “{service}”; any others had it already."


DEEDS = [End(), SetGovernance(), SetMainService()]
