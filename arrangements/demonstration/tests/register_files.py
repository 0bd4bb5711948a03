"""The demonstration's files as the tests see them: read here anew, sharing nothing with the script that wrote them."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "arrangements" / "demonstration" / "data"
FOLDERS = ["real", "illustrative"]
ENDS = {"2012-13": date(2013, 3, 31), "2013-14": date(2014, 3, 31), "2014-15": date(2015, 3, 31)}
ALWAYS, NEVER = date.min, date.max
APART = {"city_of_london", "isles_of_scilly"}

Row = dict[str, str]
Period = tuple[date, date]


@cache
def rows(path: str) -> tuple[Row, ...]:
    """The rows of a file, named from the project's folder."""
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def both(name: str) -> list[Row]:
    """The rows of a file of this name in either folder, each with its folder."""
    found = []
    for folder in FOLDERS:
        path = f"arrangements/demonstration/data/{folder}/{name}"
        if (ROOT / path).exists():
            found += [row | {"folder": folder} for row in rows(path)]
    return found


def day(text: str, empty: date) -> date:
    """The date, or what an empty cell stands for."""
    return date.fromisoformat(text) if text else empty


@cache
def councils() -> dict[str, Row]:
    """The councils by GSS code."""
    return {row["gss_code"]: row for row in rows("councils/data/councils.csv")}


@cache
def bodies() -> dict[str, Row]:
    """The partner bodies by slug."""
    return {row["slug"]: row for row in rows("councils/data/partner_bodies.csv")}


@cache
def categories() -> dict[str, str]:
    """The category of each service."""
    return {row["service"]: row["category"] for row in rows("arrangements/register/data/services.csv")}


def life(row: Row) -> Period:
    """From the first day of a council or body to its last."""
    return day(row["started_on"], ALWAYS), day(row["ended_on"], NEVER)


def asked_on(on: date) -> set[str]:
    """The councils in force on the day, less the City of London and the Isles of Scilly."""
    return {gss for gss, row in councils().items() if row["kind"] not in APART and life(row)[0] <= on <= life(row)[1]}


@dataclass(frozen=True)
class Part:
    """One row of a council's or body's part, with its period clipped to the arrangement's."""

    party: str
    role: str
    answers: bool
    period: Period

    def on(self, moment: date) -> bool:
        """Whether it holds on the day."""
        return self.period[0] <= moment <= self.period[1]


@dataclass(frozen=True)
class Arrangement:
    """One arrangement of the files with its parts."""

    row: Row
    parts: tuple[Part, ...]
    body_parts: tuple[Part, ...]

    @property
    def key(self) -> str:
        """Its key."""
        return self.row["key"]

    @property
    def is_real(self) -> bool:
        """Whether it stands in the folder of the real ones."""
        return self.row["folder"] == "real"

    @property
    def period(self) -> Period:
        """From its start, or for ever where that is unknown, to its end."""
        return day(self.row["started_on"], ALWAYS), day(self.row["ended_on"], NEVER)

    @property
    def services(self) -> set[str]:
        """Main and other services."""
        return {self.row["main_service"], *filter(None, self.row["other_services"].split(";"))}

    def operates_on(self, on: date) -> bool:
        """In force on the day; an unknown start is not operating."""
        return bool(self.row["started_on"]) and self.period[0] <= on <= self.period[1]

    def involved_on(self, on: date) -> set[str]:
        """Its lead and partner councils on the day, if it operates."""
        return {p.party for p in self.parts if self.operates_on(on) and p.on(on) and p.role in {"lead", "partner"}}

    def regions_on(self, on: date) -> set[str]:
        """The regions it touches."""
        return {councils()[gss]["region"] for gss in self.involved_on(on)}

    def answering_on(self, on: date) -> list[str]:
        """Who answers on the day: one council, if all is well."""
        return [part.party for part in self.parts if part.answers and part.on(on)]

    def turning_days(self, *, since: date, until: date) -> list[date]:
        """The first of the days looked at, and every later one on which a part begins or is just over."""
        start, end = max(self.period[0], since), min(self.period[1], until)
        days = {start}
        for part in (*self.parts, *self.body_parts):
            days |= {part.period[0], part.period[1] + timedelta(days=1) if part.period[1] < NEVER else start}
        return sorted(on for on in days if start <= on <= end)


@cache
def arrangements() -> dict[str, Arrangement]:
    """All arrangements of both folders by key."""
    found = {row["key"]: row for row in both("arrangements.csv")}
    parts, body_parts = defaultdict(list), defaultdict(list)
    for row in both("partnerships.csv"):
        parts[row["key"]].append(_part(found[row["key"]], row, row["gss_code"], row["role"], row["answers"] == "yes"))
    for row in both("body_partnerships.csv"):
        body_parts[row["key"]].append(_part(found[row["key"]], row, row["body"], "partner", False))
    return {key: Arrangement(row, tuple(parts[key]), tuple(body_parts[key])) for key, row in found.items()}


def _part(whole: Row, row: Row, party: str, role: str, answers: bool) -> Part:
    start, end = day(whole["started_on"], ALWAYS), day(whole["ended_on"], NEVER)
    return Part(party, role, answers, (day(row["joined_on"], start), day(row["left_on"], end)))


@cache
def operating(on: date) -> list[Arrangement]:
    """The arrangements in force on the day."""
    return [arrangement for arrangement in arrangements().values() if arrangement.operates_on(on)]


def involved(on: date, among: Iterable[Arrangement] | None = None) -> set[str]:
    """The distinct lead and partner councils of the arrangements operating on the day."""
    return set().union(*(arrangement.involved_on(on) for arrangement in (among or operating(on))))


def touching(region: str, on: date) -> set[str]:
    """The keys of the arrangements that touch the region."""
    return {arrangement.key for arrangement in operating(on) if region in arrangement.regions_on(on)}


@cache
def lines(year: str) -> dict[str, set[str]]:
    """For each council the keys of the arrangements it answers for on the last day of the year."""
    found: dict[str, set[str]] = defaultdict(set)
    for arrangement in operating(ENDS[year]):
        for gss in arrangement.answering_on(ENDS[year]):
            found[gss].add(arrangement.key)
    return found


@cache
def states(year: str) -> dict[str, str]:
    """The state of each council's return."""
    return {row["gss_code"]: row["state"] for row in both("returns.csv") if row["year"] == year}


def savings(year: str, *, corrected: bool = False) -> dict[str, tuple[str, int | None]]:
    """Outcome and amount of each answered line, before or after the corrections."""
    found = both("savings.csv") + (both("corrections.csv") if corrected else [])
    return {row["key"]: (row["outcome"], int(row["amount"]) if row["amount"] else None) for row in found if row["year"] == year}


def released(year: str, *, corrected: bool = False) -> dict[str, int]:
    """The amounts on accepted returns: what a release would add up."""
    accepted = {gss for gss, state in states(year).items() if state == "accepted"}
    answered = set().union(*(keys for gss, keys in lines(year).items() if gss in accepted))
    return {
        key: amount for key, (_, amount) in savings(year, corrected=corrected).items() if amount is not None and key in answered
    }
