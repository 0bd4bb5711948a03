"""The deeds of the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from arrangements.register.models import Arrangement, BodyPartnership, Membership, Partnership
from arrangements.register.parties import first_day_short_of_parties
from arrangements.register.vocabulary import EndReason, StartPrecision
from arrangements.register.wholes import Effect, Part
from councils.models import Council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.periods import spelled


@transaction.atomic
def hand_over(effects: Iterable[Effect], councils: Mapping[str, Council]) -> None:
    """Store what becomes of arrangements whose councils end; each row checked by all its rules, all or nothing.

    `councils` holds those that end or follow, by GSS code, as they stand now. Part of a larger deed, which says who
    writes and why.
    """
    effects = [effect for effect in effects if effect.changes_anything()]
    keys = [effect.before.key for effect in effects]
    of_them: dict[str, Any] = {"arrangement__in": keys}
    partnerships = Partnership.objects.select_for_update(of=("self",), no_key=True).filter(**of_them).select_related("council")
    bodies = BodyPartnership.objects.select_for_update(of=("self",), no_key=True).filter(**of_them).select_related("body")
    rows = _Rows(
        Arrangement.objects.select_for_update(no_key=True).in_bulk(keys),
        {row.pk: row for row in partnerships},
        {row.pk: row for row in bodies},
        {row.council.gss_code: row.council for row in partnerships} | dict(councils),
    )
    faults = []
    for effect in effects:
        try:
            rows.bring_to(effect)
        except RuleBroken as refusal:  # the first of each arrangement, so that they can be put right together
            faults += refusal.messages
    if faults:
        raise RuleBroken(faults)
    _must_have_two_parties(effects)


@dataclass
class _Rows:
    """The rows that stand, by key."""

    arrangements: dict[int, Arrangement]
    partnerships: dict[int, Partnership]
    bodies: dict[int, BodyPartnership]
    councils: Mapping[str, Council]

    def bring_to(self, effect: Effect) -> None:
        """In an order in which no two rows are in each other's way: out, shorter, longer, new."""
        arrangement = self.arrangements[effect.before.key]
        if effect.ends:
            self._end(arrangement, effect)
        for part in effect.removed():
            self.partnerships[part.key].delete()  # type: ignore[index]  # it stands, so it has a key
        for _, part in sorted(effect.changed(), key=_in_order):
            row = self.partnerships[part.key]  # type: ignore[index]
            row.arrangement, row.council = arrangement, self.councils[part.council]
            row.role, row.answers, row.joined_on, row.left_on = part.role, part.answers, part.joined, part.left
            _store(row)
        for part in effect.begun():
            row = Partnership(arrangement=arrangement, council=self.councils[part.council], role=part.role, answers=part.answers)
            row.joined_on, row.left_on = part.joined, part.left
            _store(row)

    def _end(self, arrangement: Arrangement, effect: Effect) -> None:
        if effect.never_begins:
            arrangement.started_on, arrangement.start_precision = None, StartPrecision.UNKNOWN
        arrangement.ended_on, arrangement.end_reason = effect.after.ended, EndReason.PARTNERS_MERGED
        _store(arrangement)
        stay = {body.key: body for body in effect.after.bodies}
        for body in effect.before.bodies:
            row = self.bodies[body.key]
            if body.key not in stay:
                row.delete()
            elif stay[body.key] != body:
                row.arrangement = arrangement
                row.joined_on, row.left_on = stay[body.key].joined, stay[body.key].left
                _store(row)


def _must_have_two_parties(effects: Iterable[Effect]) -> None:
    """On the first day that the arrangements of known start have left, as they stand now."""
    going_on = {effect.before.key: effect.first_day for effect in effects if not effect.ends and effect.after.started}
    for arrangement in Arrangement.objects.filter(pk__in=going_on).prefetch_related("partnerships", "body_partnerships"):
        day = max(arrangement.started_on or going_on[arrangement.pk], going_on[arrangement.pk])
        parties = [*arrangement.partnerships.all(), *arrangement.body_partnerships.all()]
        if first_day_short_of_parties((day, day), [(each.joined_on, each.left_on) for each in parties]):
            raise RuleBroken(f"{arrangement.reference} {arrangement} would have fewer than two parties on {spelled(day)}.")


def _in_order(change: tuple[Part, Part]) -> tuple[bool, date]:
    """Those that get shorter first."""
    was, will_be = (part.left or date.max for part in change)
    return will_be > was, will_be


def _store(row: Arrangement | Membership) -> None:
    """Checked by all its rules first."""
    try:
        row.full_clean()
    except ValidationError as error:
        about = row if isinstance(row, Arrangement) else row.arrangement
        raise RuleBroken(f"{about.reference} {row}: {message}" for message in error.messages) from error
    row.save()
