"""The deeds of follow-up: flag, assign, comment, close, waive. Each is one transaction and leaves its trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from arrangements.returns.followup.models import LONGEST_TEXT, Flag, FlagComment
from arrangements.returns.followup.vocabulary import FlagState
from arrangements.returns.models import AnnualReturn
from arrangements.returns.states import SHORTEST_REASON
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled
from sharedservices.common.today import now


@transaction.atomic
def flag(
    *,
    annual_return: AnnualReturn,
    text: str,
    user: Any,
    arrangement: Any = None,
    field: str = "",
    assigned_to: Any = None,
    door: str = "admin",
) -> Flag:
    """Mark a field, a line or a whole return for follow-up. Until it is closed or waived, its year isn't released."""
    AnnualReturn.objects.select_for_update().get(pk=annual_return.pk)
    said = _said(text, "Write what is to be looked at, and why.")
    if arrangement is not None and not annual_return.lines().filter(pk=arrangement.pk).exists():
        raise RuleBroken(f"{arrangement} is not a line of {annual_return}.")
    standing = Flag.objects.open().filter(annual_return=annual_return, arrangement=arrangement, field=field, text=said)
    if standing.exists():
        raise RuleBroken(f"“{_short(said)}” is flagged there already. Add a comment to that flag.")
    raised = Flag(
        annual_return=annual_return,
        arrangement=arrangement,
        field=field,
        text=said,
        assigned_to=assigned_to,
        raised_by=user,
        raised_at=now(),
    )
    raised.full_clean(exclude=["annual_return", "raised_by"])
    with written_by(door=door, user=user, reason=said):
        raised.save()
    return raised


@transaction.atomic
def assign(*, flagged: Flag, to: Any, user: Any, door: str = "admin") -> None:
    """Say who follows it up; None for nobody yet."""
    held = _open(flagged)
    held.assigned_to = to
    held.clean()
    with written_by(door=door, user=user, reason=f"Assigned to {to or 'nobody'}"):
        held.save(update_fields=["assigned_to"])


@transaction.atomic
def comment(*, flagged: Flag, text: str, user: Any, door: str = "admin") -> FlagComment:
    """Add to the discussion. The last comment isn't said twice by the same person."""
    held = _open(flagged)
    said = _said(text, "Write the comment before adding it.")
    last = held.comments.order_by("said_at", "pk").last()
    if last is not None and (last.said_by_id, last.text) == (user.pk, said):
        raise RuleBroken("You have just said the same. Nothing was added.")
    with written_by(door=door, user=user):
        return FlagComment.objects.create(flag=held, text=said, said_by=user, said_at=now())


@transaction.atomic
def close(*, flagged: Flag, reason: str, user: Any, door: str = "admin") -> None:
    """Say that it has been looked at and what came of it."""
    held = _open(flagged)
    _settle(held, FlagState.CLOSED, _said(reason, "Say what came of it before closing the flag."), user, door)


@transaction.atomic
def waive(*, flagged: Flag, reason: str, user: Any, door: str = "admin") -> None:
    """Say that the year may be released without it, for a reason."""
    held = _open(flagged)
    if len(reason.strip()) < SHORTEST_REASON:
        raise RuleBroken(f"Give a reason of {SHORTEST_REASON} letters or more for waiving the flag; it is kept with it.")
    _settle(held, FlagState.WAIVED, _said(reason, ""), user, door)


def _open(flagged: Flag) -> Flag:
    """The flag as it stands, locked; refused once it is settled."""
    held = Flag.objects.select_for_update(of=("self",)).select_related("settled_by").get(pk=flagged.pk)
    if held.state != FlagState.OPEN:
        state, on = held.get_state_display().lower(), spelled(held.settled_at)  # type: ignore[arg-type]
        raise RuleBroken(f"This flag was {state} by {held.settled_by} on {on}. Raise a new one.")
    return held


def _settle(held: Flag, state: FlagState, reason: str, user: Any, door: str) -> None:
    held.state, held.reason, held.settled_by, held.settled_at = state, reason, user, now()
    with written_by(door=door, user=user, reason=reason):
        held.save(update_fields=["state", "reason", "settled_by", "settled_at"])


def _said(text: str, otherwise: str) -> str:
    said = text.strip().replace("\r\n", "\n")
    if not said:
        raise RuleBroken(otherwise)
    if len(said) > LONGEST_TEXT:
        raise RuleBroken(f"Write {LONGEST_TEXT:,} letters at most; these are {len(said):,}.")
    return said


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
