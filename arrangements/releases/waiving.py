"""Waiving a gate and withdrawing that, each a deed under the lock on the year that preparing takes too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from arrangements.releases.gates import Gate, gates_of
from arrangements.releases.models import LONGEST_REASON, Release, ReleasedNote, Waiver
from arrangements.releases.vocabulary import WAIVABLE
from arrangements.returns.models import FinancialYear
from arrangements.returns.states import SHORTEST_REASON, says_enough
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.today import now


@transaction.atomic
def waive(
    *, year: FinancialYear, gate: str, reason: str, seen: str, user: Any, at: datetime | None = None, door: str = "admin"
) -> Waiver:
    """Let the year be published although the gate is open, for a reason that everyone will read.

    `seen` is the gate's fingerprint as the person saw it. An earlier waiver of the gate gives way to this one. Refused with
    `RuleBroken` where the gate can't be waived, nothing is behind it, or something else is than was seen.
    """
    stands = _held(year, gate, user)
    if not stands.items:
        raise RuleBroken(f"{stands.label}: nothing is behind this gate of {year} any more. There is nothing to waive.")
    if stands.fingerprint != seen:
        raise RuleBroken(
            f"{stands.label}: what is behind this gate of {year} has changed since you read it ({stands.count} now)."
            " Look at it again, and waive what you see."
        )
    said = reason.strip().replace("\r\n", "\n")
    if not says_enough(said):
        raise RuleBroken(
            f"{stands.label}: give a reason of {SHORTEST_REASON} letters or more for waiving it; it is published with the"
            " release."
        )
    if len(said) > LONGEST_REASON:
        raise RuleBroken(f"{stands.label}: give a reason of {LONGEST_REASON:,} letters at most; this one has {len(said):,}.")
    waiver = stands.waiver or Waiver(year=year, gate=gate)
    waiver.reason, waiver.covers = said, [item.key for item in stands.items]
    waiver.waived_by, waiver.waived_at = user, at or now()
    with written_by(door=door, user=user, reason=said):
        waiver.save()
    return waiver


@transaction.atomic
def withdraw(*, year: FinancialYear, gate: str, user: Any, door: str = "admin") -> None:
    """Take a waiver back: the gate is open again for what is behind it. What was released with it stays as it was."""
    stands = _held(year, gate, user)
    if stands.waiver is None:
        raise RuleBroken(f"{stands.label} of {year} isn’t waived: there is nothing to withdraw. Look at the page again.")
    with written_by(door=door, user=user, reason="Waiver withdrawn"):
        stands.waiver.delete()


def note_waivers(release: Release, gates: list[Gate]) -> list[ReleasedNote]:
    """Freeze what the release goes without, and why."""
    return ReleasedNote.objects.bulk_create(
        ReleasedNote(release=release, gate=gate.name, count=gate.count, said=gate.note, reason=gate.waiver.reason)
        for gate in gates
        if gate.is_waived and gate.waiver
    )


def _held(year: FinancialYear, gate: str, user: Any) -> Gate:
    """The gate as it stands, its year locked."""
    if not user.has_perm("arrangements.prepare_release"):
        raise PermissionDenied
    if gate not in WAIVABLE:
        names = ", ".join(name.label.lower() for name in WAIVABLE)
        raise RuleBroken(f"“{gate}” can’t be waived. These gates can: {names}. All others are settled where their links lead.")
    held = FinancialYear.objects.select_for_update().get(pk=year.pk)
    gates = gates_of(held, held.releases.order_by("-revision").first())
    return next(each for each in gates if each.name == gate)
