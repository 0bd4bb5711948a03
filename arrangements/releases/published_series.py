"""The LGA's own published figures, 2011 to 2019: facts of another series, shown beside the register's and never added to them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from arrangements.releases.vocabulary import Basis, LgaMeasure, Unit
from sharedservices.common.charts import Point
from sharedservices.common.constraints import one_of
from sharedservices.common.history import recorded, written_by
from sharedservices.common.money import headline_pounds

FILE = Path(__file__).parent / "data" / "lga_figures.csv"
ENGLAND = "England"
POUNDS = {LgaMeasure.SAVINGS, LgaMeasure.SAVINGS_CHANGE}
PER_CENT = {LgaMeasure.SAVINGS_SHARE, LgaMeasure.SHARE, LgaMeasure.SHARE_NOT_AIMED}


@recorded()
class LgaFigure(models.Model):
    """One figure that the LGA published, or that was reported of it, with its basis and where it can be read."""

    position = models.PositiveSmallIntegerField(help_text="In the file, which is in the order of publication.")
    published = models.DateField(help_text="The first day of the month it was published in.")
    month_is_approximate = models.BooleanField()
    measure = models.CharField(max_length=24, choices=LgaMeasure.choices)
    subject = models.CharField(max_length=60, help_text="England, a region, or a kind of service in the words of the source.")
    value = models.BigIntegerField()
    at_least = models.BooleanField(help_text="The source says that it is at least this.")
    basis = models.CharField(max_length=16, choices=Basis.choices)
    source = models.CharField(max_length=80)
    source_url = models.URLField("address of the source", max_length=300, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "figure published by the LGA"
        verbose_name_plural = "figures published by the LGA"
        ordering = ["position"]
        default_permissions = ()
        constraints = [
            one_of("measure", LgaMeasure),
            one_of("basis", Basis),
            models.UniqueConstraint(
                fields=["published", "measure", "subject", "basis", "value"], name="a_figure_of_the_lga_is_held_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.subject}, {self.published_in_words}: {self.display}"

    @property
    def unit(self) -> Unit:
        """Pounds, per cent or a count."""
        return Unit.POUNDS if self.measure in POUNDS else Unit.PER_CENT if self.measure in PER_CENT else Unit.COUNT

    @property
    def display(self) -> str:
        """The figure as the source gives it, rounding included."""
        said = {
            Unit.POUNDS: headline_pounds(self.value),
            Unit.PER_CENT: f"{self.value} per cent",
        }.get(self.unit, f"{self.value:,}")
        return f"at least {said}" if self.at_least else said

    @property
    def published_in_words(self) -> str:
        """The month, and that it isn't sure where it isn't."""
        return f"{'about ' if self.month_is_approximate else ''}{self.published:%B %Y}"


def load_lga_figures(file: Path = FILE) -> int:
    """Bring the database to what the register's own file says, and return how many figures that is."""
    with file.open(encoding="utf-8", newline="") as lines:
        wanted = [_figure(position, row) for position, row in enumerate(csv.DictReader(lines), start=1)]
    for each in wanted:
        each.clean_fields()
    with transaction.atomic(), written_by(door="file of the LGA’s figures"):
        if [_values(each) for each in LgaFigure.objects.select_for_update()] != [_values(each) for each in wanted]:
            LgaFigure.objects.all().delete()
            LgaFigure.objects.bulk_create(wanted)
    return len(wanted)


def _figure(position: int, row: dict[str, str]) -> LgaFigure:
    told: dict[str, Any] = dict(row)
    told["published"] = date.fromisoformat(f"{row['published']}-01")
    told["value"] = int(row["value"])
    told["at_least"] = row["at_least"] == "yes"
    told["month_is_approximate"] = told.pop("month_approximate") == "yes"
    return LgaFigure(position=position, **told)


def _values(figure: LgaFigure) -> tuple[Any, ...]:
    return tuple(getattr(figure, field.name) for field in LgaFigure._meta.fields if not field.primary_key)


def points_of(figures: list[LgaFigure], measure: LgaMeasure) -> list[Point]:
    """England's figures of one measure in the order of publication; years without one say so.

    What was expected on top of a total is no point of its series.
    """
    points: list[Point] = []
    for each in (one for one in figures if one.measure == measure and one.subject == ENGLAND and one.basis != Basis.FORECAST):
        missing = range(points[-1].year + 1, each.published.year) if points else range(0)
        points += [Point(str(year), None, "no figure found", "", year) for year in missing]
        points.append(Point(each.published_in_words, each.value, each.display, each.get_basis_display(), each.published.year))
    return points
