"""Rows that stay inside the LGA: contacts, reminders, flags."""

from __future__ import annotations

from typing import Any, Self

from sharedservices.common.versions import VersionedQuerySet


class StaffOnlyQuerySet(VersionedQuerySet):
    """An officer sees none of them, not even those about the officer's own council."""

    def visible_to(self, user: Any) -> Self:
        """LGA staff see all; nobody else any."""
        return self.all() if getattr(user, "sees_unpublished", False) else self.none()
