"""Periods: both ends count, an empty end is open; in Python and in the database alike."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Cast
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from sharedservices.common.periods import covers, in_force_on, spelled

FIRST, LAST = date(2013, 4, 1), date(2014, 3, 31)
A_DAY = timedelta(days=1)
DAYS = st.dates(date(2013, 1, 1), date(2014, 12, 31))


def make_body(number: int, start: date | None, end: date | None) -> Any:
    """A row with a life; of a room above, asked for by name so that the ground imports nothing."""
    region, _ = apps.get_model("councils", "Region").objects.get_or_create(name="London", slug="london", gss_code="E12000007")
    return apps.get_model("councils", "PartnerBody").objects.create(
        name=f"Body {number}", slug=f"body-{number}", kind="nhs", region=region, started_on=start, ended_on=end
    )


@pytest.mark.parametrize(
    ("start", "end", "day", "covered"),
    [
        (FIRST, LAST, FIRST - A_DAY, False),
        (FIRST, LAST, FIRST, True),
        (FIRST, LAST, LAST, True),
        (FIRST, LAST, LAST + A_DAY, False),
        (FIRST, FIRST, FIRST, True),
        (None, LAST, date.min, True),
        (None, LAST, LAST + A_DAY, False),
        (FIRST, None, date.max, True),
        (FIRST, None, FIRST - A_DAY, False),
        (None, None, FIRST, True),
    ],
)
def test_a_period_covers_both_its_ends_and_an_open_side_for_ever(start, end, day, covered):
    assert covers(start, end, day) is covered


@given(first=DAYS, length=st.integers(0, 60), day=DAYS)
def test_covering_is_being_among_the_days(first, length, day):
    days = {first + timedelta(days=number) for number in range(length + 1)}
    assert covers(first, first + timedelta(days=length), day) == (day in days)


def test_a_date_is_spelled_as_people_write_it():
    assert spelled(date(2014, 3, 31)) == "31 March 2014"
    assert spelled(date(2013, 4, 1)) == "1 April 2013"


class InForceTests(TestCase):
    def test_the_database_and_python_agree_on_every_edge(self):
        lives = [(start, end) for start, end in product((None, FIRST, LAST), repeat=2) if not (start == LAST and end == FIRST)]
        bodies = [make_body(number, start, end) for number, (start, end) in enumerate(lives)]
        everyone = apps.get_model("councils", "PartnerBody").objects
        for day in (FIRST - A_DAY, FIRST, FIRST + A_DAY, LAST - A_DAY, LAST, LAST + A_DAY):
            with self.subTest(day):
                expected = {body.pk for body in bodies if covers(body.started_on, body.ended_on, day)}
                assert set(everyone.in_force_on(day).values_list("pk", flat=True)) == expected

    def test_the_day_may_be_an_expression(self):
        ended = make_body(1, FIRST, LAST)
        everyone = apps.get_model("councils", "PartnerBody").objects
        assert everyone.get(in_force_on(F("ended_on"), "started_on", "ended_on")) == ended
        the_day_after = Cast(Value(LAST + A_DAY), DateField())
        assert not everyone.filter(in_force_on(the_day_after, "started_on", "ended_on")).exists()

    def test_a_period_may_last_a_day_and_no_less(self):
        body = make_body(1, FIRST, FIRST)
        body.full_clean()
        body.ended_on = FIRST - A_DAY
        with pytest.raises(ValidationError, match="The end date can't be before the start date."):
            body.full_clean()
        with pytest.raises(IntegrityError, match="ends_on_or_after_it_starts"), transaction.atomic():
            body.save()

    def test_a_range_in_the_database_has_both_its_ends(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT daterange(%s, %s, '[]') @> %s", [FIRST, LAST, LAST])
            assert cursor.fetchone() == (True,)
