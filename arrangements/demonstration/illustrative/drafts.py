"""An arrangement as it stands in the files, with the questions the script asks of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.tables import day, listed, read

INVOLVED = {"lead", "partner"}


@dataclass
class Part:
    """One council's or body's part; an empty joining day means since the arrangement began."""

    party: str
    role: str = "partner"
    answers: bool = False
    joined: date | None = None
    left: date | None = None

    def holds_on(self, on: date) -> bool:
        """Whether the party takes part on the day, as far as its own period says."""
        return (self.joined is None or self.joined <= on) and (self.left is None or on <= self.left)


@dataclass
class Draft:
    """One arrangement and its parties."""

    key: str
    name: str
    main_service: str
    governance: str
    started: date | None
    precision: str
    ended: date | None = None
    end_reason: str = ""
    summary: str = ""
    other_services: list[str] = field(default_factory=list)
    aims: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    bodies: list[Part] = field(default_factory=list)

    def operating_on(self, on: date) -> bool:
        """In force on the day; an unknown start is not operating."""
        return self.started is not None and self.started <= on and (self.ended is None or on <= self.ended)

    def involved_on(self, on: date) -> set[str]:
        """The councils with a lead or partner role on the day, if it operates."""
        if not self.operating_on(on):
            return set()
        return {part.party for part in self.parts if part.role in INVOLVED and part.holds_on(on)}

    def answering_on(self, on: date) -> str:
        """The council that answers on the day."""
        (answering,) = [part.party for part in self.parts if part.answers and part.holds_on(on)]
        return answering

    def regions_on(self, on: date, atlas: Atlas) -> set[str]:
        """The regions it touches on the day."""
        return {atlas.region(gss) for gss in self.involved_on(on)}

    def councils(self) -> list[str]:
        """Every council that was ever in it, in the order of the file, each once."""
        return list(dict.fromkeys(part.party for part in self.parts))


def read_drafts(folder: Path) -> list[Draft]:
    """The arrangements of a folder of the demonstration's files."""
    drafts = {row["key"]: _draft(row) for row in read(folder / "arrangements.csv")}
    for row in read(folder / "partnerships.csv"):
        drafts[row["key"]].parts.append(
            Part(row["gss_code"], row["role"], row["answers"] == "yes", day(row["joined_on"]), day(row["left_on"]))
        )
    for row in read(folder / "body_partnerships.csv"):
        drafts[row["key"]].bodies.append(Part(row["body"], joined=day(row["joined_on"]), left=day(row["left_on"])))
    return list(drafts.values())


def _draft(row: dict[str, str]) -> Draft:
    return Draft(
        key=row["key"],
        name=row["name"],
        main_service=row["main_service"],
        governance=row["governance"],
        started=day(row["started_on"]),
        precision=row["start_precision"],
        ended=day(row["ended_on"]),
        end_reason=row["end_reason"],
        summary=row["summary"],
        other_services=listed(row["other_services"]),
        aims=listed(row["aims"]),
        replaces=listed(row["replaces"]),
    )


def operating(drafts: Iterable[Draft], on: date) -> list[Draft]:
    """Those in force on the day."""
    return [draft for draft in drafts if draft.operating_on(on)]


def involved(drafts: Iterable[Draft], on: date) -> set[str]:
    """The distinct councils with a lead or partner role in one of them on the day."""
    return set().union(*(draft.involved_on(on) for draft in drafts))


def touching(drafts: Iterable[Draft], region: str, on: date, atlas: Atlas) -> list[Draft]:
    """Those with a lead or partner council of the region on the day."""
    return [draft for draft in drafts if region in draft.regions_on(on, atlas)]
