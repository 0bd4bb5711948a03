"""What can be said of flags."""

from __future__ import annotations

from typing import Any, Self

from arrangements.returns.followup.vocabulary import FlagState
from arrangements.returns.staff_only import StaffOnlyQuerySet


class FlagQuerySet(StaffOnlyQuerySet):
    """The language of flags. Their texts are for LGA staff alone."""

    def open(self) -> Self:
        """Neither closed nor waived."""
        return self.filter(state=FlagState.OPEN)

    def of_year(self, year: Any) -> Self:
        """On returns of the year."""
        return self.filter(annual_return__year=year)
