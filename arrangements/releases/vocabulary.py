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


class LgaMeasure(models.TextChoices):
    """What a figure of the LGA's own series is of."""

    SAVINGS = "savings", "Savings"
    SAVINGS_CHANGE = "savings-change", "Rise in savings"
    SAVINGS_SHARE = "savings-share", "Share of savings"
    ARRANGEMENTS = "arrangements", "Arrangements"
    ARRANGEMENTS_CHANGE = "arrangements-change", "Rise in arrangements"
    ARRANGEMENTS_SILENT = "arrangements-silent", "Arrangements with neither a figure nor a reason"
    COUNCILS = "councils", "Councils involved"
    SHARE = "share", "Share of councils that share"
    SHARE_NOT_AIMED = "share-not-aimed", "Share of arrangements not aimed at savings"


class Basis(models.TextChoices):
    """What an amount or a number of the LGA's own series counts: figures of unlike bases are never set off against each other."""

    TO_DATE = "to-date", "total to date"
    FORECAST_A_YEAR = "forecast-a-year", "forecast for each year"
    FORECAST = "forecast", "forecast"
    IN_YEAR = "in-year", "made in one year"
    POINT = "point", "as counted then"
    CHANGE = "change", "change since the year before"


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
