"""The one clock."""

from datetime import UTC, date, datetime
from unittest import mock

import pytest
from django.utils import timezone

from sharedservices.common.today import now, today


def at(moment: datetime):
    """The real clock stopped at a moment; nothing of the register is replaced."""
    return mock.patch.object(timezone, "now", lambda: moment)


def test_without_a_set_day_it_is_the_day_in_london(settings):
    settings.REGISTER_TODAY = None
    with at(datetime(2014, 3, 31, 23, 30, tzinfo=UTC)):  # half past midnight in London's summer time
        assert today() == date(2014, 4, 1)
        assert now() == datetime(2014, 3, 31, 23, 30, tzinfo=UTC)
    with at(datetime(2014, 1, 31, 23, 30, tzinfo=UTC)):
        assert today() == date(2014, 1, 31)


@pytest.mark.parametrize("day", [date(2015, 4, 20), date(2016, 2, 29), date(2014, 3, 31), date(2015, 12, 31)])
@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_a_set_day_holds_at_every_hour(settings, day, hour):
    settings.REGISTER_TODAY = day
    with at(datetime(2026, 7, 5, hour, 30, tzinfo=UTC)):
        assert today() == day
        assert timezone.localdate(now()) == day


def test_the_moment_of_a_set_day_has_the_real_time_of_day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)
    with at(datetime(2026, 7, 5, 12, 30, 15, tzinfo=UTC)):
        assert now() == datetime(2015, 4, 20, 12, 30, 15, tzinfo=UTC)


def test_a_moment_is_always_aware(settings):
    for settings.REGISTER_TODAY in (None, date(2015, 4, 20)):
        assert timezone.is_aware(now())
