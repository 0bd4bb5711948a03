"""Rows for figures, made by hand or at random; nothing here touches the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from arrangements.releases.figures import ArrangementRow, CouncilRow, Figure, Rows, compute
from arrangements.returns.vocabulary import RELEASED_OUTCOMES

CATEGORIES = {"back-office": "Back office", "environment": "Environment", "management": "Management"}
REGIONS = {"london": "London", "south-east": "South East", "north-west": "North West", "east": "East"}
OUTCOMES = dict(RELEASED_OUTCOMES)
CODES = [f"E0900000{number}" for number in range(8)]


def make_row(reference: str = "SSR-0001", amount: int | None = None, **fields: Any) -> ArrangementRow:
    """A frozen arrangement of the back office in London; a figure if it has an amount, otherwise not calculated."""
    made = {
        "outcome": "not_calculated" if amount is None else "figure",
        "category": "back-office",
        "regions": ("london",),
        "involved": (CODES[0], CODES[1]),
        "has_bodies": False,
    }
    return ArrangementRow(reference=reference, amount=amount, **{**made, **fields})


def make_rows(*arrangements: ArrangementRow, asked: int = len(CODES), **fields: Any) -> Rows:
    """The rows of a release whose first `asked` councils of eight were asked."""
    councils = tuple(CouncilRow(code, number < asked) for number, code in enumerate(CODES))
    made = {"release": "2013-14.r1", "year": "2013/14", "categories": CATEGORIES, "regions": REGIONS, "outcomes": OUTCOMES}
    return Rows(arrangements=arrangements, councils=councils, **{**made, **fields})


def figures_of(rows: Rows, earlier: Rows | None = None) -> dict[str, Figure]:
    """The figures by their ids."""
    return {figure.key: figure for figure in compute(rows, earlier)}


AMOUNTS = st.one_of(st.sampled_from([0, 1, -1, 2**31, -(2**31), 2**40]), st.integers(-(10**11), 10**11))


@st.composite
def some_arrangement(draw: Any) -> ArrangementRow:
    """Any frozen arrangement that the register could hold; its reference is given later."""
    outcome = draw(st.sampled_from(list(OUTCOMES)))
    return ArrangementRow(
        reference="",
        outcome=outcome,
        amount=draw(AMOUNTS) if outcome == "figure" else None,
        category=draw(st.sampled_from(list(CATEGORIES))),
        regions=tuple(sorted(draw(st.sets(st.sampled_from(list(REGIONS)), min_size=1)))),
        involved=tuple(sorted(draw(st.sets(st.sampled_from(CODES), min_size=1)))),
        has_bodies=draw(st.booleans()),
    )


@st.composite
def some_rows(draw: Any, year: int = 2013) -> Rows:
    """The rows of any release: up to 25 arrangements, councils asked or not."""
    drawn = draw(st.lists(some_arrangement(), max_size=25))
    written = f"{year}-{year % 100 + 1}"
    return Rows(
        release=f"{written}.r1",
        year=written.replace("-", "/"),
        arrangements=tuple(replace(row, reference=f"SSR-{number:04}") for number, row in enumerate(drawn)),
        councils=tuple(CouncilRow(code, draw(st.booleans())) for code in CODES),
        categories=CATEGORIES,
        regions=REGIONS,
        outcomes=OUTCOMES,
    )
