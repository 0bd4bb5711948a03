"""The one place that reads the clock. `REGISTER_TODAY` sets the day of a demonstration."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The register's day: `REGISTER_TODAY` where it is set, otherwise the day in London."""
    return settings.REGISTER_TODAY or timezone.localdate()


def now() -> datetime:
    """The register's moment, aware: the time of day is the real one, the day is `today()`."""
    moment = timezone.now()
    if settings.REGISTER_TODAY is None:
        return moment
    local = timezone.localtime(moment)
    return local.replace(year=today().year, month=today().month, day=today().day, fold=0)
