"""Letting time pass for what has happened, which nobody but a test may: the trail's moments move into the past."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pgtrigger
from django.db.models import F

from sharedservices.common.trail import events


def let_pass(time: timedelta, model: Any) -> None:
    """What has happened to rows of the model happened so much earlier."""
    kept = events(model).model
    with pgtrigger.ignore(f"{kept._meta.label}:append_only"):
        kept.objects.update(pgh_created_at=F("pgh_created_at") - time)
