"""The lists behind a figure that several make: part, whole and what lies between of a share; both ends of a change.

Nothing is summed here: the counts and amounts are those of published figures, and the lists must hold as many rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from arrangements.releases.models import Release, ReleasedCouncil, ReleasedFigure
from arrangements.releases.vocabulary import Unit
from sharedservices.common.money import headline_pounds

COUNCILS_BETWEEN = "councils/?asked=yes&involved=no"


@dataclass(frozen=True)
class ListBehind:
    """A list that can be opened: what it holds, how many rows, and what they come to where that is money."""

    name: str
    address: str
    count: int | None
    amount: str = ""


def lists_behind(figure: ReleasedFigure, release: Release) -> list[ListBehind]:
    """The lists that make the figure, none if it is made by one alone. Two queries at most."""
    inputs = figure.inputs
    if "minuend" in inputs:
        return _of_change(figure, release, inputs)
    if "numerator" in inputs:
        return _of_share(figure, release, inputs)
    return []


def _below(release: str, below: str) -> str:
    return reverse("release", args=[release]) + below


def _of_change(figure: ReleasedFigure, release: Release, inputs: Mapping[str, Any]) -> list[ListBehind]:
    """Both lists, and for England's savings what moved from one to the other."""
    earlier = inputs["subtrahend"]
    terms = (inputs["minuend"], earlier)
    wanted = Q(pk__in=[])
    for term in terms:
        wanted |= Q(release__slug=term["release"], key=term["figure"])
    found = {each.release.slug: each for each in ReleasedFigure.objects.filter(wanted).select_related("release__year")}
    lists = [
        ListBehind(f"{each.label}, {each.release.year}", _below(each.release.slug, each.rows), each.row_count, _amount(each))
        for term in terms
        if (each := found.get(term["release"])) is not None
    ]
    if earlier["figure"] == "savings-total":
        bridge = f"{reverse('bridge', args=[release.slug])}?since={earlier['release']}"
        lists.append(
            ListBehind(
                "Every movement between the two, to the pound", bridge, None, figure.display if figure.unit == Unit.POUNDS else ""
            )
        )
    return lists


def _of_share(figure: ReleasedFigure, release: Release, inputs: Mapping[str, Any]) -> list[ListBehind]:
    measure = inputs["numerator"].partition(":")[0]
    wanted = Q(key__in=[inputs["numerator"], inputs["denominator"]]) | Q(measure=measure)
    figures = {each.key: each for each in ReleasedFigure.objects.of(release).filter(wanted).order_by("position")}
    whole = figures[inputs["denominator"]]
    if inputs["of"] == "councils":
        return _of_councils(figure, release, whole)
    return _of_pounds(
        figure, release, whole, [key for key in figures if key.startswith(f"{measure}:") and key != inputs["numerator"]]
    )


def _of_councils(figure: ReleasedFigure, release: Release, whole: ReleasedFigure) -> list[ListBehind]:
    """Those asked that are involved, those asked, those between, and the councils there were."""
    part, asked, day = figure.numerator or 0, figure.denominator or 0, release.year.ends_on
    in_force = ReleasedCouncil.objects.of(release).count()
    return [
        ListBehind("Councils asked that are involved", _below(release.slug, figure.rows), part),
        ListBehind("Councils asked", _below(release.slug, whole.rows), asked),
        ListBehind("Councils asked that are not involved", _below(release.slug, COUNCILS_BETWEEN), asked - part),
        ListBehind(f"Councils in force on 31 March {day.year}, asked or not", _below(release.slug, "councils/"), in_force),
        ListBehind("The same day in the register as it stands now", f"{reverse('councils')}?in_force_on={day.isoformat()}", None),
    ]


def _of_pounds(figure: ReleasedFigure, release: Release, whole: ReleasedFigure, others: list[str]) -> list[ListBehind]:
    """The arrangements whose figures make the part, those that make the whole, and those between."""
    part, total = figure.numerator or 0, figure.denominator or 0
    between = whole.rows + "".join(f"&category={key.partition(':')[2]}" for key in others)
    name = figure.label.partition(": ")[2]
    return [
        ListBehind(f"Figures of {name}", _below(release.slug, figure.rows), figure.row_count, headline_pounds(part)),
        ListBehind("All figures", _below(release.slug, whole.rows), whole.row_count, headline_pounds(total)),
        ListBehind(
            "Figures of the other categories", _below(release.slug, between), whole.row_count - figure.row_count,
            headline_pounds(total - part),
        ),
    ] if others else []  # fmt: skip


def _amount(figure: ReleasedFigure) -> str:
    return figure.display if figure.unit == Unit.POUNDS else ""
