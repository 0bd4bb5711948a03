"""Writes the illustrative arrangements, answers and returns that bring the demonstration to the published totals.

Run as `python -m arrangements.demonstration.write_illustrative`. The same files come out every time.
"""

import sys
from datetime import date
from pathlib import Path

from arrangements.demonstration.illustrative import tables
from arrangements.demonstration.illustrative.answering import Answering
from arrangements.demonstration.illustrative.arranging import Arranger
from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft, involved, operating, read_drafts, touching
from arrangements.demonstration.illustrative.reporting import Answer, corrections
from arrangements.demonstration.illustrative.writing import write_answers, write_drafts, write_queries, write_returns

SEED = 2000
YEARS = {"2012-13": date(2013, 3, 31), "2013-14": date(2014, 3, 31), "2014-15": date(2015, 3, 31)}
FIRST, SECOND, THIRD = YEARS.values()

# The targets. They stand here and in the tests, and nowhere else.
ARRANGEMENTS = {FIRST: 325, SECOND: 383}
NOT_INVOLVED = {FIRST: 14, SECOND: 14}
TOUCHING = {"london": {FIRST: 34, SECOND: 60}, "south-east": {FIRST: 42, SECOND: 79}}
NET_NEW_TOUCHING_BOTH = 12
SAVINGS_OF_FIRST = 278_000_000
SAVINGS_OF_FIRST_REVISED = {
    "environment-waste-transport": 66_640_000,
    "back-office": 58_420_000,
    "procurement-assets": 49_105_000,
    "management": 29_860_000,
    "adults-children-health": 38_715_000,
    "customer-services": 11_730_000,
    "regulation-planning-building": 11_900_000,
    "culture-housing-other": 7_630_000,
}
SAVINGS_OF_SECOND = {
    "environment-waste-transport": 84_000_000,
    "back-office": 75_000_000,
    "procurement-assets": 68_412_000,
    "management": 36_731_000,
    "adults-children-health": 46_906_000,
    "customer-services": 20_223_000,
    "regulation-planning-building": 14_087_000,
    "culture-housing-other": 11_641_000,
}


class Story:
    """Everything the files tell, drawn in order from one source of chance."""

    def __init__(self) -> None:
        chance = Chance(SEED)
        self.atlas = Atlas()
        self.real = read_drafts(tables.REAL)
        silent = {on: {draft.answering_on(on) for draft in operating(self.real, on)} for on in YEARS.values()}
        self.drafts = Arranger(self.atlas, chance, self.real, FIRST, SECOND).arrange(set().union(*silent.values()))
        categories = {row["service"]: row["category"] for row in tables.read(tables.SERVICES)}
        self.answering = Answering(self.atlas, chance, self.drafts, categories, silent)
        self.answering.close(SAVINGS_OF_FIRST_REVISED, SAVINGS_OF_SECOND)
        pairs = {draft.key for draft in self.drafts if len(draft.parts) == len(draft.councils()) == 2}
        by = SAVINGS_OF_FIRST - sum(SAVINGS_OF_FIRST_REVISED.values())
        self.corrections = corrections(self.answering.answers[FIRST], by, pairs, chance)
        self.answering.open()

    @property
    def first_revision(self) -> dict[str, Answer]:
        """The first year's answers before they were corrected."""
        before = {key: answer for key, (answer, _) in self.corrections.items()}
        return self.answering.answers[FIRST] | before

    def check(self) -> None:
        """Stop rather than write files that miss a target."""
        every = self.real + self.drafts
        for on, count in ARRANGEMENTS.items():
            _expect(f"arrangements on {on}", len(operating(every, on)), count)
            _expect(f"not involved on {on}", len(set(self.atlas.asked_on(on)) - involved(every, on)), NOT_INVOLVED[on])
        for region, counts in TOUCHING.items():
            for on, count in counts.items():
                _expect(f"touching {region} on {on}", len(touching(every, region, on, self.atlas)), count)
        both = {on: sum(set(TOUCHING) <= draft.regions_on(on, self.atlas) for draft in every) for on in ARRANGEMENTS}
        _expect("net new touching both", both[SECOND] - both[FIRST], NET_NEW_TOUCHING_BOTH)
        _expect("savings of the first year", _total(self.first_revision), SAVINGS_OF_FIRST)
        for on, totals in ((FIRST, SAVINGS_OF_FIRST_REVISED), (SECOND, SAVINGS_OF_SECOND)):
            answers = self.answering.answers[on]
            for category, total in totals.items():
                mine = {key: answer for key, answer in answers.items() if self.answering.category(key) == category}
                _expect(f"{category} on {on}", _total(mine), total)

    def write(self, folder: Path) -> None:
        """Write the seven files."""
        folder.mkdir(parents=True, exist_ok=True)
        write_drafts(folder, self.drafts)
        answers = {year: self.answering.answers[on] for year, on in YEARS.items()}
        write_answers(folder / "savings.csv", answers | {"2012-13": self.first_revision})
        corrected = {key: (*self.answering.answers[FIRST][key][:2], note) for key, (_, note) in self.corrections.items()}
        write_answers(folder / "corrections.csv", {"2012-13": corrected})
        write_returns(folder / "returns.csv", {year: self.answering.states[on] for year, on in YEARS.items()})
        write_queries(folder / "queries.csv", self.answering.queries)


def _total(answers: dict[str, Answer]) -> int:
    return sum(amount or 0 for _, amount, _ in answers.values())


def _expect(what: str, found: int, target: int) -> None:
    if found != target:
        raise ValueError(f"{what}: {found:,}, and should be {target:,}")


def main(folder: Path = tables.ILLUSTRATIVE) -> list[Draft]:
    """Write the files into the folder; the drafts in them."""
    story = Story()
    story.check()
    story.write(folder)
    return story.drafts


if __name__ == "__main__":
    sys.stdout.write(f"{len(main())} illustrative arrangements written to {tables.ILLUSTRATIVE}\n")
