"""How long it takes to recompute all figures of a release: `python bench/figures.py [ARRANGEMENTS ...]`.

1,500 and 50,000 unless told.

Figures are reckoned from plain rows, twice: of a first release, and with changes from an earlier one. CPU time, the best of five.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharedservices.settings")
os.environ.setdefault("SECRET_KEY", "only to measure " * 4)
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@localhost/none")

import django

django.setup()

from arrangements.releases.figures import ArrangementRow, CouncilRow, Rows, compute  # noqa: E402
from arrangements.returns.vocabulary import RELEASED_OUTCOMES  # noqa: E402

COUNCILS, CATEGORIES, REGIONS = 353, 8, 9
ALLOWED = {1_500: 0.050, 50_000: 1.0}


def made(count: int, year: int = 2013) -> Rows:
    """The rows of a release with so many arrangements: two to five councils each, an amount for four in five."""
    rng = Random(count + year)  # noqa: S311  # made-up rows, the same in every run
    codes = [f"E0700{number:04}" for number in range(COUNCILS)]
    outcomes = dict(RELEASED_OUTCOMES)
    others = [outcome for outcome in outcomes if outcome != "figure"]

    def arrangement(number: int) -> ArrangementRow:
        outcome = "figure" if rng.random() < 0.8 else rng.choice(others)
        involved = rng.sample(range(COUNCILS), rng.randint(2, 5))
        return ArrangementRow(
            reference=f"SSR-{number:04}",
            outcome=outcome,
            amount=rng.randint(-50_000, 2_000_000) if outcome == "figure" else None,
            category=f"category-{rng.randrange(CATEGORIES)}",
            regions=tuple(sorted({f"region-{each % REGIONS}" for each in involved[:2]})),
            involved=tuple(codes[each] for each in involved),
            has_bodies=rng.random() < 0.1,
        )

    return Rows(
        release=f"{year}-{year % 100 + 1}.r1",
        year=f"{year}/{year % 100 + 1}",
        arrangements=tuple(arrangement(number) for number in range(count)),
        councils=tuple(CouncilRow(code, True) for code in codes),
        categories={f"category-{number}": f"Category {number}" for number in range(CATEGORIES)},
        regions={f"region-{number}": f"Region {number}" for number in range(REGIONS)},
        outcomes=outcomes,
    )


def best(count: int, with_changes: bool) -> tuple[float, int]:
    """The least CPU time of five runs, each over rows of its own, and how many figures there are."""
    times, figures = [], 0
    for _ in range(5):
        rows, earlier = made(count), made(count, 2012) if with_changes else None
        begun = time.process_time()
        figures = len(compute(rows, earlier))
        times.append(time.process_time() - begun)
    return min(times), figures


def main(counts: list[int]) -> int:
    """1 if a count that has a limit takes longer."""
    slow = 0
    for count in counts:
        for with_changes in (False, True):
            seconds, figures = best(count, with_changes)
            allowed = ALLOWED.get(count)
            slow += allowed is not None and seconds > allowed
            limit = f", {allowed * 1000:.0f} ms allowed" if allowed else ""
            which = f"{figures} figures{' with changes' if with_changes else ''}"
            print(f"{count:,} arrangements, {which}: {seconds * 1000:.1f} ms{limit}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main([int(each) for each in sys.argv[1:]] or list(ALLOWED)))
