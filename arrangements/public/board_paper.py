"""The board paper: what a council shares, as a page and as files. Published outcomes and facts of the register alone.

It may be handed on, so it names no contact of any kind and nothing that isn't public.
"""

from __future__ import annotations

from typing import Any

from arrangements.public.own_council import OwnCouncil, Part
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.openfiles import OpenFile, Table, open_files
from sharedservices.common.columns import Column, day, flag, label, number, text
from sharedservices.common.periods import spelled
from sharedservices.common.today import today

NAME = "partnerships"


def _released(part: Part, name: str) -> Any:
    return getattr(part.released, name) if part.released else None


COLUMNS: dict[str, Column] = {
    "reference": text(lambda part: part.arrangement.reference, "The arrangement’s reference."),
    "arrangement": text(lambda part: part.arrangement.name, "Its name."),
    "service": text(lambda part: part.arrangement.main_service.name, "Its main service."),
    "council": text(lambda part: part.council.name, "Whose partnership it is: the council’s, or a predecessor’s."),
    "of_predecessor": flag(lambda part: not part.is_own, "Whether it is a predecessor’s and so not the council’s own."),
    "role": text(lambda part: part.role, "The council’s part."),
    "with": text(lambda part: part.with_whom, "Who else takes part, clients apart."),
    "since": text(lambda part: spelled(part.partnership.joined_on) if part.partnership.joined_on else
                  part.arrangement.start_in_words, "Since when, as exactly as it is known."),
    "until": day(lambda part: part.partnership.last_day, "The last day; empty while it goes on."),
    "outcome": text(lambda part: _released(part, "outcome"), "What was last published: a code. Empty where nothing was."),
    "outcome_name": label(lambda part: OUTCOME_NAMES.get(_released(part, "outcome") or "", ""), "outcome"),
    "saving_pounds": number(
        lambda part: _released(part, "amount"),
        "The published saving of the whole arrangement, all partners together: whole pounds. Not the council’s own.",
    ),
    "release": text(lambda part: _released(part, "release"), "The release that it stands in."),
    "source": text(lambda part: part.arrangement.source, "Where the facts of the arrangement come from."),
    "source_address": text(lambda part: part.arrangement.source_url, "The address of that source."),
    "illustrative": flag(lambda part: part.arrangement.is_illustrative, "Whether it is made up for the demonstration."),
}  # fmt: skip


def title_of(own: OwnCouncil) -> str:
    """What the paper is called, with its day."""
    return f"Shared services of {own.council.name}, {spelled(today())}"


def labels_of(own: OwnCouncil) -> list[str]:
    """The releases that its outcomes stand in, the latest first."""
    return sorted({part.released.release for part in own.parts if part.released}, reverse=True)


def files_of(own: OwnCouncil) -> dict[str, OpenFile]:
    """The paper as `csv` and `xlsx`: the rows of the page in its order."""
    name = f"board-paper-{own.council.slug}-{today():%Y-%m-%d}"
    releases = ", ".join(labels_of(own)) or "none yet"
    table = Table(NAME, "What the council shares.", COLUMNS, [*own.now, *own.at_other_times, *own.of_predecessors])
    made = open_files(name, f"{title_of(own)}. Releases: {releases}", [table], as_at=today())
    by_name = {file.name: file for file in made}
    sheet = by_name[f"{name}.xlsx"]
    rows = by_name[f"{NAME}.csv"]
    return {"csv": OpenFile(f"{name}.csv", rows.media_type, rows.content), "xlsx": sheet}
