"""The one place that reads the clock. `REGISTER_TODAY` sets the day of a demonstration."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def today() -> date:
    """The register's day: `REGISTER_TODAY` where it is set, otherwise the day in London."""
    return settings.REGISTER_TODAY or timezone.localdate(_read())


def now() -> datetime:
    """The register's moment, aware: the time of day is the real one, the day is `today()`."""
    moment = _read()
    if settings.REGISTER_TODAY is None:
        return moment
    local = timezone.localtime(moment)
    return local.replace(year=today().year, month=today().month, day=today().day, fold=0)


@contextmanager
def one_moment() -> Iterator[None]:
    """The clock is read once and stands until the end: what is made meanwhile is of one moment, never of two."""
    before = _held.set(timezone.now())
    try:
        yield
    finally:
        _held.reset(before)


def _read() -> datetime:
    return _held.get() or timezone.now()
