"""The flags of a return as its page shows them, each at its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils.dateparse import parse_datetime

from arrangements.returns.followup.models import Flag, FlagComment
from arrangements.returns.followup.vocabulary import FlaggedField, FlagState
from arrangements.returns.models import AnnualReturn
from councils.models import User


def staff() -> QuerySet[User]:
    """Who can be asked to follow something up."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")


@dataclass
class FlagsOfLine:
    """The flags of one line, of the whole return (no arrangement), or of a line that another council answers for now."""

    arrangement: Any
    flags: list[Flag]
    of_return: FlagsOfReturn
    is_line: bool = True

    @property
    def anchor(self) -> str:
        """What addresses end in to lead here."""
        return f"flags-{self.arrangement.pk if self.arrangement else 'of-return'}"

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(flag.state == FlagState.OPEN for flag in self.flags)

    @property
    def may_raise(self) -> bool:
        """A flag is raised on a line or on the return, by whoever may."""
        return self.is_line and self.of_return.may_raise

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What of it can be flagged."""
        return [("", "The whole line"), *FlaggedField.choices] if self.arrangement else []


class FlagsOfReturn:
    """All flags of a return: `line.flags` of each line, `whole` of the return itself and `elsewhere` of former lines."""

    def __init__(self, annual_return: AnnualReturn, lines: Iterable[Any], user: Any) -> None:
        """One query, and one for the staff to assign to where the user may."""
        self.may_raise = user.has_perm("arrangements.add_flag")
        self.may_settle = user.has_perm("arrangements.change_flag")
        found: dict[int | None, list[Flag]] = {}
        if user.has_perm("arrangements.view_flag"):
            for flag in _with_comments(Flag.objects.visible_to(user).filter(annual_return=annual_return)):
                found.setdefault(flag.arrangement_id, []).append(flag)
        self.whole = FlagsOfLine(None, found.pop(None, []), self)
        self.lines = []
        for line in lines:
            line.flags = FlagsOfLine(line.arrangement, found.pop(line.arrangement.pk, []), self)
            self.lines.append(line.flags)
        self.elsewhere = [FlagsOfLine(flags[0].arrangement, flags, self, is_line=False) for flags in found.values()]

    @cached_property
    def staff(self) -> list[User]:
        """Who can be asked to follow something up."""
        return list(staff())

    @property
    def everywhere(self) -> list[FlagsOfLine]:
        """Those of the return, of its lines and of former lines: what needs a form."""
        return [self.whole, *self.lines, *self.elsewhere]


def _with_comments(flags: QuerySet[Flag]) -> list[Any]:
    """With `discussion`, the comments in the order they were made; open flags first."""
    said_by = Coalesce(NullIf("said_by__name", Value("")), "said_by__email")
    comments = FlagComment.objects.filter(flag=OuterRef("pk")).order_by("said_at", "pk")
    told = comments.values(told=JSONObject(text="text", by=said_by, at="said_at"))
    found: list[Any] = list(
        flags.annotate(discussion=ArraySubquery(told))
        .select_related("arrangement", "raised_by", "assigned_to", "settled_by")
        .order_by("raised_at", "pk")
    )
    for flag in found:
        for comment in flag.discussion:
            comment["at"] = parse_datetime(comment["at"])
    return sorted(found, key=lambda flag: flag.state != FlagState.OPEN)
