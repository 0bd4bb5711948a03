"""How a page of the register as it stands is cited: what it is about, the day it was read, and its address."""

from __future__ import annotations

from django.conf import settings

from arrangements.register.models import Arrangement
from arrangements.releases.press.citing import MADE_UP
from sharedservices.common.periods import spelled
from sharedservices.common.today import today


def of_arrangement(arrangement: Arrangement, address: str) -> str:
    """The arrangement as the register has it today; a made-up one says so."""
    made_up = f" {MADE_UP}" if settings.REGISTER_DEMONSTRATION and arrangement.is_illustrative else ""
    return (
        f"{arrangement.name} ({arrangement.reference}).\n"
        f"Source: Shared Services Register, as it stood on {spelled(today())}.{made_up} {address}"
    )
