"""The deeds of the council file."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from councils.models import Council, Succession
from councils.succession import Succeeding
from sharedservices.common.errors import RuleBroken


@transaction.atomic
def succeed(succeeding: Succeeding) -> None:
    """End councils on the eve of the first day, begin the new ones on it and record who follows whom.

    What the register holds already stays as it is. Refused with `RuleBroken` where it can't be. Part of a larger deed,
    which says who writes and why.
    """
    faults = succeeding.faults()
    if faults:
        raise RuleBroken(fault.message for fault in faults)
    for council in succeeding.following():
        if council.pk is None:
            council.started_on = succeeding.first_day
            _store(council)
    for council in succeeding.ending():
        if council.ended_on is None:
            council.ended_on = succeeding.eve
            _store(council)
    for code, followers in succeeding.follows.items():
        for follower in followers:
            if follower not in succeeding.recorded.get(code, ()):
                _store(Succession(predecessor=succeeding.councils[code], successor=succeeding.councils[follower]))


def _store(row: Council | Succession) -> None:
    """Checked by all its rules first."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise RuleBroken(f"{row}: {message}" for message in error.messages) from error
    row.save()
