"""The rules of the register that the database holds."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from arrangements.register.vocabulary import Role, StartPrecision
from sharedservices.common.constraints import ConditionalExclusion
from sharedservices.common.periods import DateRange

MEMBERSHIP = DateRange("joined_on", "left_on")


def one_membership_at_a_time(party: str, name: str, message: str) -> ExclusionConstraint:
    """A party belongs to an arrangement once at a time; it may come back after it left."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("arrangement", RangeOperators.EQUAL),
            (party, RangeOperators.EQUAL),
            (MEMBERSHIP, RangeOperators.OVERLAPS),
        ],
        violation_error_message=message,
    )


def one_at_a_time(condition: Q, name: str, message: str) -> ConditionalExclusion:
    """Of an arrangement's partnerships, one at a time meets the condition."""
    return ConditionalExclusion(
        name=name,
        expressions=[("arrangement", RangeOperators.EQUAL), (MEMBERSHIP, RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message,
    )


PARTNERSHIP_RULES: list[models.BaseConstraint] = [
    one_membership_at_a_time(
        "council",
        "a_council_is_in_an_arrangement_once_at_a_time",
        "This council is already in the arrangement during that period.",
    ),
    one_at_a_time(
        Q(answers=True),
        "one_council_answers_for_an_arrangement_at_a_time",
        "Another council already answers for this arrangement during that period.",
    ),
    one_at_a_time(
        Q(role=Role.LEAD),
        "one_council_leads_an_arrangement_at_a_time",
        "Another council already leads this arrangement during that period.",
    ),
    models.CheckConstraint(
        condition=~Q(role=Role.CLIENT, answers=True),
        name="a_client_does_not_answer",
        violation_error_message="A client can't answer for an arrangement; a lead or partner council does.",
    ),
]

START_IS_KNOWN_OR_NOT = models.CheckConstraint(
    condition=Q(start_precision=StartPrecision.UNKNOWN, started_on__isnull=True)
    | (~Q(start_precision=StartPrecision.UNKNOWN) & Q(started_on__isnull=False)),
    name="a_start_is_a_date_or_unknown",
    violation_error_message="Give a start date with its precision, or leave the date empty and choose “Not known”.",
)

END_HAS_A_REASON = models.CheckConstraint(
    condition=Q(ended_on__isnull=True, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
    name="an_end_has_a_reason",
    violation_error_message="An end date needs a reason, and a reason an end date.",
)
