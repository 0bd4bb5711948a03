"""Every published figure: its name, its definition in a sentence, and a pure function from frozen rows.

`compute(rows, earlier)` is all there is to call. It reads nothing but its arguments, so it can be run again over the
frozen rows of any release and must give what was published. Sources of the rules: a saving is one per arrangement and
year; England counts an arrangement once; a region counts it once if a lead or partner council of the region takes part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from arrangements.releases.vocabulary import Unit
from councils.models import BodyKind
from sharedservices.common.money import MINUS, headline_pounds

FIGURE = "figure"
WHOLE_POUNDS = "Whole pounds; shown to the nearest hundred thousand from a million on."
COUNTED = "Counted, not rounded."
NEAREST_PER_CENT = "Rounded to the nearest whole per cent, halves away from zero."
RANKED = "1 is the largest; equals share a rank."


@dataclass(frozen=True, slots=True)
class ArrangementRow:
    """What the figures need of a frozen arrangement. `amount` in whole pounds; None unless the outcome is a figure."""

    reference: str
    outcome: str
    amount: int | None
    category: str
    regions: tuple[str, ...]
    involved: tuple[str, ...]
    has_bodies: bool


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """What the figures need of a frozen council."""

    gss_code: str
    asked: bool


@dataclass(frozen=True)
class Rows:
    """The frozen rows of one release, with the names of its categories and regions by slug."""

    release: str
    year: str
    arrangements: tuple[ArrangementRow, ...]
    councils: tuple[CouncilRow, ...]
    categories: dict[str, str]
    regions: dict[str, str]
    outcomes: dict[str, str]


@dataclass(frozen=True)
class Figure:
    """A figure that knows what made it.

    `rows` addresses the frozen list behind it, from the release's address on; `inputs` names the rows themselves
    (references, GSS codes) and, for a change, the two figures it is the difference of.
    """

    key: str
    measure: str
    label: str
    value: int | None
    unit: Unit
    display: str
    definition: str
    rounding: str
    rows: str
    row_count: int
    numerator: int | None = None
    denominator: int | None = None
    inputs: dict[str, Any] = field(default_factory=dict)


def compute(rows: Rows, earlier: Rows | None = None) -> list[Figure]:
    """All figures of a release, in the order they are shown. Changes are measured from `earlier`; without it none are."""
    return [figure for measure in MEASURES for figure in measure(rows, earlier)]


Measure = Callable[[Rows, Rows | None], Iterator[Figure]]


# Sums and counts, each for any cut of the rows


def total(arrangements: Iterable[ArrangementRow]) -> int:
    """The sum of the amounts; nothing but a figure enters it."""
    return sum(row.amount for row in arrangements if row.outcome == FIGURE and row.amount is not None)


def involved(arrangements: Iterable[ArrangementRow]) -> set[str]:
    """The distinct councils that are lead or partner in any of the arrangements."""
    return {code for row in arrangements for code in row.involved}


def touching(arrangements: Iterable[ArrangementRow], region: str) -> list[ArrangementRow]:
    """The arrangements with a lead or partner council of the region."""
    return [row for row in arrangements if region in row.regions]


def of_category(arrangements: Iterable[ArrangementRow], category: str) -> list[ArrangementRow]:
    """The arrangements whose main service is of the category."""
    return [row for row in arrangements if row.category == category]


def per_cent(part: int, whole: int) -> int | None:
    """Whole per cent, halves away from zero, in integers throughout; None of nothing."""
    if whole == 0:
        return None
    size = (200 * abs(part) + abs(whole)) // (2 * abs(whole))
    return size if (part < 0) == (whole < 0) else -size


def rank_of(value: int, values: Sequence[int]) -> int:
    """One more than the number of larger values."""
    return 1 + sum(other > value for other in values)


# How figures are made and shown


def _shown(value: int | None, unit: Unit) -> str:
    if value is None:
        return "Not available"
    if unit == Unit.POUNDS:
        return headline_pounds(value)
    sign = MINUS if value < 0 else ""
    return f"{sign}{abs(value):,} per cent" if unit == Unit.PER_CENT else f"{sign}{abs(value):,}"


def _references(arrangements: Iterable[ArrangementRow]) -> list[str]:
    return [row.reference for row in arrangements]


def _sum_of(
    rows: Rows,
    arrangements: Sequence[ArrangementRow],
    *,
    measure: str,
    label: str,
    definition: str,
    subject: str = "",
    cut: str = "",
) -> Figure:
    """A sum of money over a cut; its inputs are the rows with a figure."""
    counted = [row for row in arrangements if row.outcome == FIGURE]
    return _figure(
        measure, subject, label, total(counted), Unit.POUNDS, definition, WHOLE_POUNDS,
        rows=f"arrangements/?outcome={FIGURE}{cut}", row_count=len(counted),
        inputs={
            "arrangements": _references(counted),
            "left_out": dict(sorted(Counter(row.outcome for row in arrangements if row.outcome != FIGURE).items())),
        },
    )  # fmt: skip


def _count_of(
    arrangements: Sequence[ArrangementRow],
    *,
    measure: str,
    label: str,
    definition: str,
    subject: str = "",
    cut: str = "",
) -> Figure:
    """A number of arrangements."""
    return _figure(
        measure, subject, label, len(arrangements), Unit.COUNT, definition, COUNTED,
        rows="arrangements/" + (f"?{cut}" if cut else ""), row_count=len(arrangements),
        inputs={"arrangements": _references(arrangements)},
    )  # fmt: skip


def _share(measure: str, subject: str, label: str, part: Figure, whole: Figure, definition: str, of: str) -> Figure:
    """One figure as a per cent of another."""
    value = per_cent(part.value or 0, whole.value or 0)
    return _figure(
        measure, subject, label, value, Unit.PER_CENT, definition, NEAREST_PER_CENT,
        rows=part.rows, row_count=part.row_count, numerator=part.value, denominator=whole.value,
        inputs={**part.inputs, "numerator": part.key, "denominator": whole.key, "of": of},
    )  # fmt: skip


def _change(now: Figure, before: Figure, rows: Rows, earlier: Rows, *, measure: str, label: str) -> Figure:
    """The difference between a figure and the same figure of the earlier release."""
    return _figure(
        measure, now.key.partition(":")[2], label, (now.value or 0) - (before.value or 0), now.unit,
        f"{now.label} in {rows.year} less the same figure of {earlier.year} ({earlier.release}).", now.rounding,
        rows=now.rows, row_count=now.row_count,
        inputs={"minuend": _term(now, rows), "subtrahend": _term(before, earlier)},
    )  # fmt: skip


def _growth(change: Figure, before: Figure, earlier: Rows, *, measure: str, label: str) -> Figure:
    """A change as a per cent of the figure it starts from."""
    return _figure(
        measure, change.key.partition(":")[2], label, per_cent(change.value or 0, before.value or 0), Unit.PER_CENT,
        f"{change.label} as a per cent of the figure of {earlier.year} ({earlier.release}).", NEAREST_PER_CENT,
        rows=change.rows, row_count=change.row_count, numerator=change.value, denominator=before.value,
        inputs=change.inputs,
    )  # fmt: skip


def _rank(measure: str, label: str, figure: Figure, others: Sequence[Figure], definition: str) -> Figure:
    """The place of a figure among its like."""
    values = [other.value or 0 for other in others]
    return _figure(
        measure, figure.key.partition(":")[2], label, rank_of(figure.value or 0, values), Unit.RANK, definition, RANKED,
        rows=figure.rows, row_count=figure.row_count,
        inputs={**figure.inputs, "among": {other.key: other.value for other in others}},
    )  # fmt: skip


def _term(figure: Figure, rows: Rows) -> dict[str, Any]:
    return {"release": rows.release, "figure": figure.key, "value": figure.value}


def _figure(
    measure: str, subject: str, label: str, value: int | None, unit: Unit, definition: str, rounding: str, **more: Any
) -> Figure:
    key = f"{measure}:{subject}" if subject else measure
    return Figure(key, measure, label, value, unit, _shown(value, unit), definition, rounding, **more)


# The measures, in the order they are shown


def savings_total(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """England's total and its change."""
    now = _savings_of_england(rows)
    yield now
    if earlier is not None:
        before = _savings_of_england(earlier)
        change = _change(now, before, rows, earlier, measure="savings-change", label="Change in reported savings")
        yield change
        yield _growth(change, before, earlier, measure="savings-change-percent", label="Change in reported savings, per cent")


def _savings_of_england(rows: Rows) -> Figure:
    return _sum_of(
        rows,
        rows.arrangements,
        measure="savings-total",
        label="Reported savings",
        definition=(
            "The sum of the savings that councils reported for the financial year: net, in whole pounds, one figure"
            " for each arrangement operating on 31 March, all its partners together. Only figures on accepted returns"
            " enter it."
        ),
    )


def arrangements_total(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """England's number of arrangements and its change."""
    now = _arrangements_of_england(rows)
    yield now
    if earlier is not None:
        before = _arrangements_of_england(earlier)
        change = _change(now, before, rows, earlier, measure="arrangements-change", label="Change in arrangements")
        yield change
        yield _growth(change, before, earlier, measure="arrangements-change-percent", label="Change in arrangements, per cent")


def _arrangements_of_england(rows: Rows) -> Figure:
    return _count_of(
        rows.arrangements,
        measure="arrangements",
        label="Arrangements",
        definition="The arrangements operating on 31 March, the last day of the financial year, each counted once.",
    )


def councils(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """How many councils take part, how many were asked, and the share."""
    asked = {row.gss_code for row in rows.councils if row.asked}
    taking_part = involved(rows.arrangements)
    yield _councils(
        "councils-involved",
        "Councils involved",
        "The distinct principal councils that are lead or partner in an arrangement operating on 31 March.",
        taking_part,
        "?involved=yes",
    )
    of_asked = _councils("councils-asked", "Councils asked", (
        "The principal councils in force on 31 March that were asked for a return: counties, districts, unitary"
        " authorities, metropolitan and London boroughs."
    ), asked, "?asked=yes")  # fmt: skip
    yield of_asked
    yield _share(
        "councils-share", "", "Share of councils involved",
        _councils("councils-involved", "", "", taking_part & asked, "?involved=yes&asked=yes"), of_asked,
        "The councils asked that are lead or partner in an arrangement operating on 31 March, as a per cent of the"
        " councils asked.", of="councils",
    )  # fmt: skip


def _councils(measure: str, label: str, definition: str, codes: set[str], query: str) -> Figure:
    return _figure(
        measure, "", label, len(codes), Unit.COUNT, definition, COUNTED,
        rows=f"councils/{query}", row_count=len(codes), inputs={"councils": sorted(codes)},
    )  # fmt: skip


def outcomes(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """How many arrangements gave each outcome: what every total includes, and what it leaves out."""
    for outcome, name in rows.outcomes.items():
        yield _count_of(
            [row for row in rows.arrangements if row.outcome == outcome],
            measure="arrangements-outcome",
            subject=outcome,
            label=f"Arrangements by outcome: {name.lower()}",
            definition=f"The arrangements operating on 31 March whose outcome in this release is “{name.lower()}”.",
            cut=f"outcome={outcome}",
        )


def categories(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """Savings by category: amount, share of the total, rank; and the number of arrangements."""
    whole = _savings_of_england(rows)
    sums = [_savings_of_category(rows, slug) for slug in rows.categories]
    for figure, (slug, name) in zip(sums, rows.categories.items(), strict=True):
        yield figure
        yield _share(
            "savings-category-share", slug, f"Share of reported savings: {name}", figure, whole,
            f"Reported savings of {name} as a per cent of all reported savings.", of="pounds",
        )  # fmt: skip
        yield _rank(
            "savings-category-rank", f"Rank by reported savings: {name}", figure, sums,
            f"The place of {name} among the {len(sums)} categories by reported savings.",
        )  # fmt: skip
        yield _count_of(
            of_category(rows.arrangements, slug),
            measure="arrangements-category",
            subject=slug,
            label=f"Arrangements: {name}",
            definition=f"The arrangements operating on 31 March whose main service belongs to {name}.",
            cut=f"category={slug}",
        )


def _savings_of_category(rows: Rows, slug: str) -> Figure:
    name = rows.categories[slug]
    return _sum_of(
        rows,
        of_category(rows.arrangements, slug),
        measure="savings-category",
        subject=slug,
        label=f"Reported savings: {name}",
        definition=f"The reported savings of arrangements whose main service belongs to {name}.",
        cut=f"&category={slug}",
    )


def regions(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """Arrangements and savings touching each region, and the line that reconciles the regions to England."""
    for slug, name in rows.regions.items():
        now = _arrangements_of_region(rows, slug)
        yield now
        if earlier is not None:
            yield _change(
                now, _arrangements_of_region(earlier, slug), rows, earlier,
                measure="arrangements-region-change", label=f"Change in arrangements touching {name}",
            )  # fmt: skip
        yield _sum_of(
            rows,
            touching(rows.arrangements, slug),
            measure="savings-region",
            subject=slug,
            label=f"Reported savings touching {name}",
            definition=(
                f"The reported savings of arrangements with a lead or partner council in {name}. One that touches"
                " several regions counts whole in each: these figures do not add up to England."
            ),
            cut=f"&region={slug}",
        )
    shared = [row for row in rows.arrangements if len(row.regions) > 1]
    yield _count_of(
        shared,
        measure="arrangements-in-more-than-one-region",
        label="Arrangements in more than one region",
        definition="The arrangements with lead or partner councils in two regions or more; each region counts them.",
        cut="regions=several",
    )


def _arrangements_of_region(rows: Rows, slug: str) -> Figure:
    name = rows.regions[slug]
    return _count_of(
        touching(rows.arrangements, slug),
        measure="arrangements-region",
        subject=slug,
        label=f"Arrangements touching {name}",
        definition=f"The arrangements operating on 31 March with a lead or partner council in {name}.",
        cut=f"region={slug}",
    )


def other_bodies(rows: Rows, earlier: Rows | None) -> Iterator[Figure]:
    """Arrangements with partners outside the principal councils."""
    yield _count_of(
        [row for row in rows.arrangements if row.has_bodies],
        measure="arrangements-with-other-bodies",
        label="Arrangements with partners outside councils",
        definition="The arrangements operating on 31 March in which a police, fire, health or other body takes part.",
        cut="&".join(f"partner_kind={kind}" for kind in BodyKind.values),
    )


MEASURES: tuple[Measure, ...] = (
    savings_total,
    arrangements_total,
    councils,
    outcomes,
    categories,
    regions,
    other_bodies,
)
