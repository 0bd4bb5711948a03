"""What every template knows: the day, and whether this is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sharedservices.common.today import today


def place_and_day(request: HttpRequest) -> dict[str, Any]:
    """`register_today` (a date) and `is_demonstration` (the banner)."""
    return {"register_today": today(), "is_demonstration": settings.REGISTER_DEMONSTRATION}
