"""One valid flag or comment, taking what matters to the test and making up the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from arrangements.returns.followup.models import Flag, FlagComment
from arrangements.returns.followup.vocabulary import FlagState
from arrangements.returns.models import AnnualReturn
from arrangements.tests.builders import make_analyst

MOMENT = datetime(2015, 4, 14, 9, 30, tzinfo=UTC)


def make_flag(annual_return: AnnualReturn, arrangement: Any = None, state: str = FlagState.OPEN, **fields: Any) -> Flag:
    """A flag in the state, with the who, when and why that the state needs."""
    if state != FlagState.OPEN:
        fields = {"settled_by": make_analyst(), "settled_at": MOMENT, "reason": "Looked at and found right.", **fields}
    fields = {"text": "Is the cost of setting up taken off?", "raised_at": MOMENT, **fields}
    fields.setdefault("raised_by", make_analyst())
    return Flag.objects.create(annual_return=annual_return, arrangement=arrangement, state=state, **fields)


def make_comment(flag: Flag, text: str = "Asked them today.", **fields: Any) -> FlagComment:
    """A comment on the flag."""
    fields = {"said_at": MOMENT, **fields}
    fields.setdefault("said_by", make_analyst())
    return FlagComment.objects.create(flag=flag, text=text, **fields)
