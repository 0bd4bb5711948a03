"""What makes a published figure, row by row: each with the amount it counts, its weight, and why it is left out.

Read from the figure's stored inputs and the frozen rows of its release; nothing is reckoned anew.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.models import ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.releases.vocabulary import Unit

NOT_IN_THE_CUT = "Not among those that this figure is about."


def provenance(figure: ReleasedFigure) -> dict[str, Any]:
    """The figure with its formula, its terms and its rows, those left out included."""
    return {
        "id": figure.key,
        "value": figure.value,
        "unit": figure.unit,
        "display": figure.display,
        "definition": figure.definition,
        "rounding": figure.rounding,
        "formula": _formula(figure),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "terms": list(_terms(figure)),
        "rows": _rows(figure),
    }


def _formula(figure: ReleasedFigure) -> str:
    if figure.unit == Unit.RANK:
        return "rank"
    if figure.unit == Unit.PER_CENT:
        return "per_cent"
    return "difference" if "minuend" in figure.inputs else "sum"


def _terms(figure: ReleasedFigure) -> Any:
    inputs, here = figure.inputs, figure.release.slug
    for role in ("minuend", "subtrahend"):
        if role in inputs:
            yield {"role": role, **inputs[role]}
    for role in ("numerator", "denominator"):
        if role in inputs:
            yield {"role": role, "release": here, "figure": inputs[role], "value": getattr(figure, role)}
    for key, value in inputs.get("among", {}).items():
        yield {"role": "among", "release": here, "figure": key, "value": value}


def _rows(figure: ReleasedFigure) -> list[dict[str, Any]]:
    """The rows of the figure's own sum; a difference has none of its own, its two terms do."""
    if "arrangements" in figure.inputs:
        return _arrangements(figure)
    return _councils(figure) if "councils" in figure.inputs else []


def _arrangements(figure: ReleasedFigure) -> list[dict[str, Any]]:
    counted = set(figure.inputs["arrangements"])
    in_pounds = figure.unit in (Unit.POUNDS, Unit.RANK) or figure.inputs.get("of") == "pounds"
    cut = {name: set(values) for name, values in parse_qs(figure.rows.partition("?")[2]).items()}
    rows = ReleasedArrangement.objects.of(figure.release).order_by("reference")
    told = []
    for reference, outcome, amount, category, regions in rows.values_list(
        "reference", "outcome", "amount", "category", "regions"
    ):
        inside = {category} >= cut.get("category", set()) and set(regions) >= cut.get("region", set())
        reason = OUTCOME_NAMES[outcome] + ": no figure to add." if in_pounds and inside else NOT_IN_THE_CUT
        counts = reference in counted
        told.append(
            {
                "key": reference,
                "amount": amount if in_pounds else 1,
                "weight": int(counts),
                "reason": "" if counts else reason,
            }
        )
    return told


def _councils(figure: ReleasedFigure) -> list[dict[str, Any]]:
    counted = set(figure.inputs["councils"])
    codes = ReleasedCouncil.objects.of(figure.release).order_by("gss_code").values_list("gss_code", flat=True)
    every = sorted({*codes, *counted})
    return [
        {"key": code, "amount": 1, "weight": int(code in counted), "reason": "" if code in counted else NOT_IN_THE_CUT}
        for code in every
    ]
