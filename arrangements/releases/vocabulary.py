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


class GateName(models.TextChoices):
    """What must be settled before a year is prepared, in the order in which it is shown."""

    REGISTER = "register", "Rules of the register"
    REOPENED = "reopened", "Returns reopened since the last release"
    RETURNS = "returns", "Returns outstanding"
    ACCEPTING = "accepting", "Returns to be accepted"
    QUERIES = "queries", "Queries not settled"
    FLAGS = "flags", "Open flags"
    VERIFICATION = "verification", "Figures verified"


# What a year may be published without, where somebody says why for everyone to read. All other gates are settled.
WAIVABLE = [GateName.RETURNS, GateName.ACCEPTING, GateName.QUERIES]
