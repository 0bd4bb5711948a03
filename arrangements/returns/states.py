"""What every deed on a return begins and ends with: holding it, judging its state, moving it on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arrangements.returns.models import AnnualReturn
from arrangements.returns.vocabulary import ReturnState
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by

SHORTEST_REASON = 10


def held(annual_return: AnnualReturn) -> AnnualReturn:
    """The return as it stands, locked until the deed is done."""
    return AnnualReturn.objects.select_for_update(of=("self",)).select_related("year", "council").get(pk=annual_return.pk)


def must_be(annual_return: AnnualReturn, states: Sequence[ReturnState], deed: str) -> None:
    """`RuleBroken` unless the return is in one of the states."""
    if annual_return.state not in states:
        wanted = " or ".join(state.label.lower() for state in states)
        is_now = annual_return.get_state_display().lower()
        raise RuleBroken(f"{annual_return} is {is_now} and can't be {deed}: only a return that is {wanted} can.")


def says_enough(text: str) -> bool:
    """Whether a reason says something: ten letters or more, with one space between words."""
    return len(" ".join(text.split())) >= SHORTEST_REASON


def must_say(text: str, what: str) -> None:
    """`RuleBroken` unless the reason, question or decision says something."""
    if not says_enough(text):
        raise RuleBroken(f"Give {what} of {SHORTEST_REASON} letters or more; it is kept with the return.")


def move(annual_return: AnnualReturn, state: ReturnState, *, user: Any, door: str, reason: str = "", **fields: Any) -> None:
    """Put the return into the state, with the who and when that go with it."""
    annual_return.state = state
    for name, value in fields.items():
        setattr(annual_return, name, value)
    with written_by(door=door, user=user, reason=reason):
        annual_return.save(update_fields=["state", *fields])
