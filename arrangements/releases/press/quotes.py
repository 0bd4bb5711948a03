"""What an answer quotes: a figure or a list of a release, with the value that stood there. Kept with the answer for ever."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from arrangements.releases.figures import Figure
from arrangements.releases.models import ReleasedFigure
from arrangements.releases.press.sentences import page_of
from arrangements.releases.vocabulary import Unit
from sharedservices.common.money import headline_pounds

ROWS, POUNDS, FIGURE = "rows", "pounds", "figure"


@dataclass(frozen=True)
class Quote:
    """A value, where it stands and how it was shown. `of` says what of the address: a figure, a list's rows, its pounds."""

    release: str
    below: str
    of: str
    label: str
    value: int | None
    display: str

    @property
    def key(self) -> str:
        """The figure's id; empty for a list."""
        return self.below.removeprefix("figures/").rstrip("/") if self.of == FIGURE else ""

    @property
    def query(self) -> str:
        """The filters of a list of arrangements."""
        return self.below.partition("?")[2] if self.of != FIGURE else ""

    def stored(self) -> dict[str, Any]:
        """As the log keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Quote:
        """As the log kept it."""
        return cls(**{field.name: stored[field.name] for field in fields(cls)})


def of_figure(figure: ReleasedFigure | Figure, release: str) -> Quote:
    """A published figure."""
    return Quote(release, page_of(figure.key), FIGURE, figure.label, figure.value, figure.display)


def of_rows(release: str, below: str, label: str, number: int) -> Quote:
    """How many rows a list has."""
    return Quote(release, below, ROWS, label, number, f"{number:,}")


def of_pounds(release: str, below: str, label: str, amount: int) -> Quote:
    """What the figures of a list come to."""
    return Quote(release, below, POUNDS, label, amount, shown(POUNDS, amount))


def shown(of: str, value: int, unit: str = "") -> str:
    """A value of a list as it is quoted."""
    return headline_pounds(value) if of == POUNDS or unit == Unit.POUNDS else f"{value:,}"
