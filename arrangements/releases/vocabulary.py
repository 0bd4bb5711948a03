"""The closed lists of the releases."""

from django.db import models


class ReleaseKind(models.TextChoices):
    """How settled a release is."""

    PROVISIONAL = "provisional", "Provisional"
    FINAL = "final", "Final"
    REVISED = "revised", "Revised"


class Unit(models.TextChoices):
    """What a figure counts."""

    POUNDS = "pounds", "Pounds"
    COUNT = "count", "Count"
    PER_CENT = "per_cent", "Per cent"
    RANK = "rank", "Rank"
