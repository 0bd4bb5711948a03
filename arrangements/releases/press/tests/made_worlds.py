"""Two years of frozen rows made by a seed, without a database: as figures, sentences and open files each read them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from arrangements.releases.figures import ArrangementRow, CouncilRow, Rows, compute
from arrangements.releases.press.sentences import Figures
from arrangements.releases.press.sharing import Names, Shared, SharingRow
from arrangements.releases.press.told import told
from arrangements.releases.recount import Files
from arrangements.returns.vocabulary import RELEASED_OUTCOMES

CATEGORIES = {"back-office": "Back office", "environment": "Environment", "management": "Management"}
REGIONS = {"london": "London", "south-east": "South East", "north-west": "North West", "east-midlands": "East Midlands"}
COUNTIES = {"E10000001": "Oakshire", "E10000002": "Elmshire", "E10000003": "Ashshire"}
TOWNS = [
    f"{letter}ton" for letter in ("A", "Bee", "Cee", "Dee", "E", "Eff", "Gee", "Aitch", "I", "Jay", "Kay", "Ell", "Em", "En", "O")
]
COUNCILS = {f"E090000{at:02}": name for at, name in enumerate([*TOWNS, "Pea and Queue"])}
KINDS = {"police": "police", "nhs": "the NHS", "fire": "fire and rescue"}
BODIES = [("police", "Ayton Police"), ("nhs", "Beeham Trust"), ("fire", "Eston Fire and Rescue")]
SERVICES = ["audit", "ict", "legal"]
OUTCOMES = dict(RELEASED_OUTCOMES)
NAMES = Names(REGIONS, {code: (name.lower(), name) for code, name in COUNTIES.items()}, COUNCILS, KINDS)
PLAIN_NAMES = {"regions": REGIONS, "counties": COUNTIES, "councils": COUNCILS, "kinds": KINDS}
ICT = Shared("ict", "ICT")
YEARS = {"now": "2013-14", "before": "2012-13"}

COUNTED = ("reference", "outcome", "amount", "category", "regions", "involved")

Row = dict[str, Any]


def some_of(rng: Random, values: Any, least: int = 0, most: int = 3) -> tuple[Any, ...]:
    """A few of the values, in order, none twice."""
    return tuple(sorted(rng.sample(list(values), rng.randint(least, most))))


# How a cell gets a value, by its column. An amount stands if and only if the outcome is a figure.
CELLS: dict[str, Callable[[Random], Any]] = {
    "outcome": lambda rng: rng.choice(["figure", "figure", *OUTCOMES]),
    "amount": lambda rng: rng.choice([0, 1, -40_000, 40_000, 950_000, 1_000_000, 1_250_000, rng.randint(-(10**6), 10**8)]),
    "category": lambda rng: rng.choice(list(CATEGORIES)),
    "regions": lambda rng: some_of(rng, REGIONS, 1, 2),
    "counties": lambda rng: some_of(rng, COUNTIES, 0, 2),
    "involved": lambda rng: some_of(rng, COUNCILS, 1, 4),
    "bodies": lambda rng: some_of(rng, BODIES, 0, 2) if rng.random() < 0.5 else (),
    "services": lambda rng: some_of(rng, SERVICES, 1, 2),
}


def some_row(rng: Random, number: int) -> Row:
    """A frozen arrangement."""
    row: Row = {"reference": f"SSR-{number:04}", **{column: make(rng) for column, make in CELLS.items()}}
    return row | ({} if row["outcome"] == "figure" else {"amount": None})


@dataclass
class World:
    """The rows of the release and of the one that it is compared with, if any; and who was asked."""

    now: list[Row]
    before: list[Row] | None
    asked: dict[str, bool]

    @classmethod
    def of(cls, seed: int) -> World:
        """A world of some twenty rows a year, of which most go on; one in five is a first year."""
        rng = Random(seed)
        now = [some_row(rng, number) for number in range(rng.randint(1, 18))]
        before = [
            deepcopy(row) if rng.random() < 0.6 else some_row(rng, 100 + at) for at, row in enumerate(now) if rng.random() < 0.8
        ]
        return cls(now, before if rng.random() < 0.8 else None, {code: rng.random() < 0.8 for code in COUNCILS})

    def mutated(self, seed: int) -> tuple[World, str]:
        """The same with one cell changed, and which."""
        rng, other = Random(seed), deepcopy(self)
        if rng.random() < 0.08:
            code = rng.choice(list(COUNCILS))
            other.asked[code] = not other.asked[code]
            return other, "asked"
        rows = other.before if other.before and rng.random() < 0.2 else other.now
        column = rng.choice([*CELLS, "amount", "amount"])
        with_figures = [row for row in rows if row["outcome"] == "figure"]
        if column == "amount" and not with_figures:
            column = "outcome"
        row = rng.choice(with_figures if column == "amount" else rows)
        before = row[column]
        while row[column] == before:
            row[column] = CELLS[column](rng)
        if column == "outcome":
            row["amount"] = CELLS["amount"](rng) if row["outcome"] == "figure" else None
        return other, column

    def rows(self, when: str) -> Rows | None:
        """As the figures read them."""
        rows = getattr(self, when)
        if rows is None:
            return None
        return Rows(
            release=f"{YEARS[when]}.r1", year=YEARS[when].replace("-", "/"),
            categories=CATEGORIES, regions=REGIONS, outcomes=OUTCOMES,
            arrangements=tuple(
                ArrangementRow(**{name: row[name] for name in COUNTED}, has_bodies=bool(row["bodies"]))
                for row in rows
            ),
            councils=tuple(CouncilRow(code, asked) for code, asked in self.asked.items()),
        )  # fmt: skip

    def said(self) -> dict[str, str]:
        """Every sentence by its key."""
        now = self.rows("now")
        assert now is not None
        figures = {figure.key: figure for figure in compute(now, self.rows("before"))}
        sharing = [SharingRow(*(row[name] for name in SharingRow.__slots__)) for row in self.now]
        sections = told(Figures(now.release, now.year, figures), sharing, NAMES, ICT)
        return {sentence.key: sentence.text for section in sections for sentence in section.sentences}

    def files(self, when: str) -> Files | None:
        """As the open files have them."""
        rows = getattr(self, when)
        if rows is None:
            return None
        arrangements = [
            {
                "outcome": row["outcome"], "saving_pounds": "" if row["amount"] is None else str(row["amount"]),
                "category": row["category"], "lead": "; ".join(row["involved"][:1]), "partners": "; ".join(row["involved"][1:]),
                "bodies": "; ".join(name for _, name in row["bodies"]),
                "body_names": "; ".join(name for _, name in row["bodies"]),
                "body_kinds": "; ".join(kind for kind, _ in row["bodies"]),
                **{column: "; ".join(row[column]) for column in ("regions", "counties", "services")},
            }
            for row in rows
        ]  # fmt: skip
        councils = [{"gss_code": code, "asked": "yes" if asked else "no"} for code, asked in self.asked.items()]
        return Files(arrangements, councils, [{"id": f"savings-category:{slug}", "value": ""} for slug in CATEGORIES])
