"""Arrangements of the demonstration that tests look at. References depend on what was numbered before; names don't."""

from __future__ import annotations

from arrangements.register.models import Arrangement


def tri_borough() -> Arrangement:
    """That of Westminster, Kensington and Chelsea, and Hammersmith and Fulham."""
    return Arrangement.objects.get(name__startswith="Tri-borough")


def kingston_and_sutton() -> Arrangement:
    """The ICT service that Kingston and Sutton share."""
    return Arrangement.objects.get(name="Kingston and Sutton shared ICT service")
