"""Everything that a release says, section by section: the press page before it has a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arrangements.releases.press.councils import councils
from arrangements.releases.press.phrases import upper_first
from arrangements.releases.press.regions import regions
from arrangements.releases.press.savings import categories, savings
from arrangements.releases.press.sentences import Figures, Sentence
from arrangements.releases.press.sharing import Names, Shared, SharingRow, outside, sharing


@dataclass(frozen=True)
class Section:
    """Sentences under a heading, with what is to be known of them all."""

    slug: str
    heading: str
    note: str
    sentences: tuple[Sentence, ...]


def told(figures: Figures, rows: Sequence[SharingRow], names: Names, service: Shared) -> list[Section]:
    """The sections, without those that have nothing to say."""
    sections = [
        Section(
            "savings", "Savings", "Reported by councils, not audited; one figure for each arrangement.",
            (*savings(figures),),
        ),
        Section(
            "categories", "Savings by category", "By the category of the main service, so that every pound counts once.",
            (*categories(figures),),
        ),
        Section(
            "councils", "Councils and arrangements", "As they stood on 31 March, the last day of the year.",
            (*councils(figures),),
        ),
        Section(
            "regions", "Arrangements by region",
            "An arrangement touches a region if a council of the region is lead or partner in it; it counts in each that it"
            " touches, so the regions add up to more than England.",
            (*regions(figures),),
        ),
        Section(
            "sharing", f"{upper_first(service.name)}: where and by whom it is shared",
            "As main or other service of an arrangement, which counts in each region and county that it touches.",
            (*sharing(figures, rows, names, service),),
        ),
        Section(
            "outside", "Partners outside local government", "An arrangement with partners of several kinds counts under each.",
            (*outside(figures, rows, names),),
        ),
    ]  # fmt: skip
    return [section for section in sections if section.sentences]
