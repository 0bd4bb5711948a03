"""What a release says of each council: how many arrangements, with whom, and what those it touches saved.

Pure functions over frozen rows. A saving is one per arrangement, all its partners together: touching a council, it is counted
whole, and the councils' sums add up to far more than England's. They are shared figures, never a council's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Touching:
    """What is needed of a frozen arrangement. `amount` in whole pounds; None unless the outcome is a figure."""

    involved: Sequence[str]
    outcome: str
    amount: int | None


@dataclass(slots=True)
class Sharing:
    """One council's part, by codes. `saving` is None where no arrangement it touches has a figure, which isn't nought."""

    arrangements: int = 0
    with_figure: int = 0
    saving: int | None = None
    partners: Counter[str] = field(default_factory=Counter)

    @property
    def without_figure(self) -> int:
        """How many of its arrangements the saving leaves out."""
        return self.arrangements - self.with_figure


def sharing_by_council(rows: Iterable[Touching]) -> dict[str, Sharing]:
    """For every council that is lead or partner in one of the arrangements; `partners` counts those in common with each other."""
    found: dict[str, Sharing] = {}
    for row in rows:
        involved = set(row.involved)
        for code in involved:
            sharing = found.setdefault(code, Sharing())
            sharing.arrangements += 1
            sharing.partners.update(involved - {code})
            if row.outcome == FIGURE and row.amount is not None:
                sharing.with_figure += 1
                sharing.saving = (sharing.saving or 0) + row.amount
    return found
