"""Periods: whatever starts on a day and may end on one. Both ends count as in force; an empty end is open."""

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, When
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan
from django.utils import timezone


class DateRange(Func):
    """The period between two date columns as a PostgreSQL range, both ends included."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, start: str, end: str) -> None:
        super().__init__(start, end, RangeBoundary(inclusive_lower=True, inclusive_upper=True))

    def get_expression_for_validation(self) -> "DateRange":
        """Asked by Django before a row is stored. A period upside down counts as its first day, since PostgreSQL fails on it.

        That it ends before it starts is for another constraint to say.
        """
        start, end, bounds = self.get_source_expressions()
        start, end = Cast(start, models.DateField()), Cast(end, models.DateField())
        upright = self.copy()
        upright.set_source_expressions([start, Case(When(LessThan(end, start), then=start), default=end), bounds])
        return upright


def in_force_on(day: object, start: str, end: str) -> Q:
    """In force on the day, which may be a date or an expression; an empty start or end is open."""
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day})
    )


class LifeQuerySet(models.QuerySet):
    """For whatever has `started_on` and `ended_on`; an empty start means from time immemorial."""

    def in_force_on(self, day: object) -> Self:
        """In force on the day; both ends of a period count as in force."""
        return self.filter(in_force_on(day, "started_on", "ended_on"))


class MembershipQuerySet(models.QuerySet):
    """For whatever has `joined_on` and `left_on`; an empty joining day means from the beginning of the whole."""

    def in_force_on(self, day: object) -> Self:
        """Joined on or before the day and not left before it."""
        return self.filter(in_force_on(day, "joined_on", "left_on"))


def ends_on_or_after_it_starts(start: str = "started_on", end: str = "ended_on") -> models.CheckConstraint:
    """A period may last a single day, and may not end before it starts."""
    return models.CheckConstraint(
        condition=Q(**{f"{start}__isnull": True}) | Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}),
        name="%(app_label)s_%(class)s_ends_on_or_after_it_starts",
        violation_error_message="The end date can't be before the start date.",
    )


def covers(start: date | None, end: date | None, day: date) -> bool:
    """Whether a period held in Python covers the day; both ends count."""
    return (start is None or start <= day) and (end is None or day <= end)


def spelled(value: date) -> str:
    """A date as people write it: 31 March 2014."""
    return f"{value.day} {value:%B %Y}"


def spelled_moment(value: datetime) -> str:
    """A moment as people in London write it: 20 May 2014, 09:30."""
    local = timezone.localtime(value)
    return f"{spelled(local)}, {local:%H:%M}"


__all__ = [
    "DateRange",
    "LifeQuerySet",
    "MembershipQuerySet",
    "RangeOperators",
    "covers",
    "ends_on_or_after_it_starts",
    "in_force_on",
    "spelled",
    "spelled_moment",
]
