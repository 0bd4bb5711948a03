"""Councils as the demonstration needs them: where they lie, who their neighbours are, who follows them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from arrangements.demonstration.illustrative.tables import COUNCILS, day, read

APART = {"city_of_london", "isles_of_scilly"}
UPPER = {"county", "unitary", "metropolitan", "london_borough"}
LOWER = {"district", "unitary", "metropolitan", "london_borough"}
# Councils that ended before 2021 have no population in the register; any plausible size will do.
USUAL_POPULATION = {"county": 600_000, "district": 100_000}


@dataclass(frozen=True)
class Council:
    """One council of the register file."""

    gss: str
    short_name: str
    kind: str
    region: str
    county: str
    started: date | None
    ended: date | None
    population: int


@dataclass(frozen=True)
class Body:
    """One partner body of the register file."""

    slug: str
    name: str
    kind: str
    region: str
    started: date | None
    ended: date | None


class Atlas:
    """The councils in force between 2013 and 2015, their neighbours and their successors."""

    def __init__(self) -> None:
        self.councils = {row["gss_code"]: _council(row) for row in read(COUNCILS / "councils.csv")}
        self.bodies = [_body(row) for row in read(COUNCILS / "partner_bodies.csv")]
        self.successors: dict[str, list[str]] = defaultdict(list)
        for row in read(COUNCILS / "successions.csv"):
            self.successors[row["predecessor"]].append(row["successor"])
        self.districts: dict[str, list[str]] = defaultdict(list)
        for council in self.councils.values():
            if council.county:
                self.districts[council.county].append(council.gss)
        self.lower_neighbours: dict[str, set[str]] = defaultdict(set)
        self.upper_neighbours: dict[str, set[str]] = defaultdict(set)
        for row in read(COUNCILS / "neighbours.csv"):
            if row["gss_b"] and row["kind"] in {"land", "water"}:
                self._join(row["gss_a"], row["gss_b"])

    def _join(self, a: str, b: str) -> None:
        _join_both(self.lower_neighbours, a, b)
        above_a, above_b = (self.councils[gss].county or gss for gss in (a, b))
        if above_a != above_b:
            _join_both(self.upper_neighbours, above_a, above_b)

    def asked_on(self, on: date) -> list[str]:
        """The councils in force on the day, less the City of London and the Isles of Scilly."""
        return sorted(c.gss for c in self.councils.values() if c.kind not in APART and self.in_force(c.gss, on))

    def in_force(self, gss: str, on: date) -> bool:
        """Whether the council was in force on the day; both ends count."""
        council = self.councils[gss]
        return (council.started is None or council.started <= on) and (council.ended is None or on <= council.ended)

    def neighbours(self, gss: str, *, upper: bool) -> list[str]:
        """Neighbours among the councils with county tasks, or among those with district tasks."""
        return sorted((self.upper_neighbours if upper else self.lower_neighbours)[gss])

    def near(self, gss: str) -> set[str]:
        """Neighbours of any tier, the county above, and the districts below with their sisters."""
        county = self.councils[gss].county
        family = {county, *self.districts[county]} if county else set(self.districts[gss])
        return (self.lower_neighbours[gss] | self.upper_neighbours[gss] | family) - {gss}

    def region(self, gss: str) -> str:
        """The slug of the council's region."""
        return self.councils[gss].region


def _join_both(graph: dict[str, set[str]], a: str, b: str) -> None:
    for one, other in combinations((a, b), 2):
        graph[one].add(other)
        graph[other].add(one)


def _council(row: dict[str, str]) -> Council:
    population = int(row["population"]) if row["population"] else USUAL_POPULATION.get(row["kind"], 200_000)
    return Council(
        gss=row["gss_code"],
        short_name=row["short_name"],
        kind=row["kind"],
        region=row["region"],
        county=row["county"],
        started=day(row["started_on"]),
        ended=day(row["ended_on"]),
        population=population,
    )


def _body(row: dict[str, str]) -> Body:
    return Body(
        slug=row["slug"],
        name=row["name"],
        kind=row["kind"],
        region=row["region"],
        started=day(row["started_on"]),
        ended=day(row["ended_on"]),
    )
