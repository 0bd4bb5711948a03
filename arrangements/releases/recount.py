"""A second reckoning of every published figure, from a release's open files alone.

It shares no code with `figures.py` and needs nothing but Python, so that whoever downloads the files can run it:
`python recount.py FOLDER [FOLDER OF THE RELEASE THAT CHANGES ARE MEASURED FROM]`. Each folder holds arrangements.csv,
councils.csv and figures.csv as published.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

Table = list[dict[str, str]]
# Ids of figures that say of a change, and the figure that changed.
CHANGES = {
    "savings-change": "savings-total",
    "arrangements-change": "arrangements",
    "arrangements-region-change": "arrangements-region",
}
GROWTHS = {"savings-change-percent": "savings-total", "arrangements-change-percent": "arrangements"}


def read(content: bytes) -> Table:
    """A published CSV file as rows by column."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def several(cell: str) -> list[str]:
    """The codes in a cell, which stand apart by semicolons."""
    return [code.strip() for code in cell.split(";") if code.strip()]


@dataclass
class Files:
    """The open files of one release, read."""

    arrangements: Table
    councils: Table
    figures: Table

    @classmethod
    def of(cls, arrangements: bytes, councils: bytes, figures: bytes) -> Files:
        """From their bytes."""
        return cls(read(arrangements), read(councils), read(figures))

    def value(self, figure: str) -> int | None:
        """What the figure of that id comes to. `KeyError` where there is no way to reckon it."""
        measure, _, subject = figure.partition(":")
        return REACHED[measure](self, subject)

    def pounds(self, rows: Table) -> int:
        """The money of the rows."""
        return sum(int(row["saving_pounds"]) for row in rows if row["saving_pounds"] != "")

    def of_category(self, slug: str) -> Table:
        """Rows by the category of their main service."""
        return [row for row in self.arrangements if row["category"] == slug]

    def of_region(self, slug: str) -> Table:
        """Rows that touch a region."""
        return [row for row in self.arrangements if slug in several(row["regions"])]

    def taking_part(self) -> set[str]:
        """Codes of lead and partner councils."""
        return {code for row in self.arrangements for role in ("lead", "partners") for code in several(row[role])}

    def asked(self) -> set[str]:
        """Codes of the councils asked."""
        return {row["gss_code"] for row in self.councils if row["asked"] == "yes"}

    def place(self, slug: str) -> int:
        """The rank of a category by its money among all that have such a figure."""
        slugs = [row["id"].partition(":")[2] for row in self.figures if row["id"].startswith("savings-category:")]
        sums = {each: self.pounds(self.of_category(each)) for each in slugs}
        return sorted(sums.values(), reverse=True).index(sums[slug]) + 1


def in_hundred(part: int, whole: int) -> int | None:
    """A whole per cent, halves away from nought."""
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP)) if whole else None


REACHED = {
    "savings-total": lambda files, _: files.pounds(files.arrangements),
    "arrangements": lambda files, _: len(files.arrangements),
    "councils-involved": lambda files, _: len(files.taking_part()),
    "councils-asked": lambda files, _: len(files.asked()),
    "councils-share": lambda files, _: in_hundred(len(files.asked() & files.taking_part()), len(files.asked())),
    "arrangements-outcome": lambda files, code: Counter(row["outcome"] for row in files.arrangements)[code],
    "savings-category": lambda files, slug: files.pounds(files.of_category(slug)),
    "savings-category-share": lambda files, slug: in_hundred(
        files.pounds(files.of_category(slug)), files.pounds(files.arrangements)
    ),
    "savings-category-rank": lambda files, slug: files.place(slug),
    "arrangements-category": lambda files, slug: len(files.of_category(slug)),
    "arrangements-region": lambda files, slug: len(files.of_region(slug)),
    "savings-region": lambda files, slug: files.pounds(files.of_region(slug)),
    "arrangements-in-more-than-one-region": lambda files, _: sum(len(several(row["regions"])) > 1 for row in files.arrangements),
    "arrangements-with-other-bodies": lambda files, _: sum(row["bodies"] != "" for row in files.arrangements),
}


def reckon(figure: str, files: Files, earlier: Files | None) -> int | None:
    """The figure of that id, changes included. `KeyError` for an id that nothing here knows, or that lacks `earlier`."""
    measure, _, subject = figure.partition(":")
    if measure in CHANGES or measure in GROWTHS:
        if earlier is None:
            raise KeyError(figure)
        of = (CHANGES | GROWTHS)[measure] + (f":{subject}" if subject else "")
        now, before = files.value(of) or 0, earlier.value(of) or 0
        return in_hundred(now - before, before) if measure in GROWTHS else now - before
    return files.value(figure)


def faults(files: Files, earlier: Files | None = None) -> list[str]:
    """A sentence for each published figure that the rows don't bear out; none if all agree."""
    found = []
    for row in files.figures:
        published = int(row["value"]) if row["value"] != "" else None
        try:
            reckoned = reckon(row["id"], files, earlier)
        except KeyError:
            found.append(f"{row['id']}: published as {published}, and there is no way to reckon it again.")
            continue
        if reckoned != published:
            found.append(f"{row['id']}: published as {published}; its rows come to {reckoned}.")
    return found


def files_in(folder: Path) -> Files:
    """The three files of a folder."""
    return Files.of(*((folder / f"{name}.csv").read_bytes() for name in ("arrangements", "councils", "figures")))


def main(folders: list[str]) -> int:
    """Reckon the first folder's figures, changes from the second; 1 if any disagrees."""
    files, *earlier = (files_in(Path(folder)) for folder in folders)
    found = faults(files, *earlier)
    sys.stdout.write("\n".join(found) + "\n" if found else f"All {len(files.figures)} figures agree with their rows.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
