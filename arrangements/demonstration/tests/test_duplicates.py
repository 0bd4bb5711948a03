"""Likely duplicates among real arrangements: a hundred entered a second time are found, and few others are offered.

The labelled set is made of the demonstration's real arrangements, each entered again as somebody else would: under another
name, with a party more or fewer, under another service of the category, and two of these at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, cycle
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arrangements.register.duplicates import Sketch, likely_duplicates, likeness, sketch_of
from arrangements.register.models import Arrangement, Service
from councils.models import Council

PAIRS = 100
SEED = 2014
MANY = 3

pytestmark = pytest.mark.usefixtures("demonstration")

Change = Callable[[Arrangement, Sketch, Random], Sketch]


def real() -> list[Arrangement]:
    """The real arrangements with all that the sketch of one needs, and its councils."""
    rows = Arrangement.objects.filter(is_illustrative=False).select_related("main_service").order_by("reference")
    return list(rows.prefetch_related("partnerships__council", "body_partnerships", "other_services"))


def renamed(row: Arrangement, sketch: Sketch, rng: Random) -> Sketch:
    """As a council's return would call it: "ICT shared by Sutton and Kingston upon Thames"."""
    names = [each.council.short_name for each in row.partnerships.all()]
    rng.shuffle(names)
    return replace(sketch, name=f"{row.main_service.name} shared by {' and '.join(names[:2])}")


def with_a_party_more(row: Arrangement, sketch: Sketch, rng: Random) -> Sketch:
    others = Council.objects.exclude(pk__in=[key for _, key in sketch.parties]).order_by("gss_code")
    return replace(sketch, parties={**sketch.parties, ("council", rng.choice(others).pk): ((None, None),)})


def with_a_party_fewer(row: Arrangement, sketch: Sketch, rng: Random) -> Sketch:
    out = rng.choice(sorted(sketch.parties))
    return replace(sketch, parties={party: periods for party, periods in sketch.parties.items() if party != out})


def under_another_service(row: Arrangement, sketch: Sketch, rng: Random) -> Sketch:
    others = Service.objects.filter(category=sketch.category).exclude(pk=row.main_service_id).order_by("slug")
    return replace(sketch, services=frozenset({rng.choice(others).pk}))


def of_another_start(row: Arrangement, sketch: Sketch, rng: Random) -> Sketch:
    return replace(sketch, period=(None, sketch.period[1]))


CHANGES: list[tuple[Change, ...]] = [
    (renamed,),
    (with_a_party_more,),
    (with_a_party_fewer,),
    (under_another_service,),
    (renamed, under_another_service),
    (renamed, with_a_party_fewer),
    (of_another_start, with_a_party_more, renamed),
]


def labelled() -> list[tuple[Arrangement, Sketch, str]]:
    """A hundred: the arrangement, how it is entered again, and what was changed."""
    rng, made = Random(SEED), []
    ways = cycle(CHANGES)
    for row in [each for each in real() if len(sketch_of(each).parties) > 1][:PAIRS]:
        sketch, way = sketch_of(row), next(ways)
        while with_a_party_fewer in way and len(sketch.parties) < MANY:
            way = next(ways)  # of two parties none can be left out
        for change in way:
            sketch = change(row, sketch, rng)
        made.append((row, sketch, " and ".join(change.__name__ for change in way)))
    return made


def test_at_least_95_of_100_entered_again_are_offered_and_nearly_always_first():
    pairs = labelled()
    assert len(pairs) == PAIRS
    assert {way for _, _, way in pairs} == {" and ".join(change.__name__ for change in way) for way in CHANGES}
    missed, first = Counter[str](), 0
    for row, sketch, way in pairs:
        offered = [found for found, _ in likely_duplicates(sketch)]
        missed[way] += row not in offered
        first += offered[:1] == [row]
    assert PAIRS - missed.total() >= 95, missed
    assert first >= 90


def test_few_of_100_pairs_that_are_none_are_offered():
    """Of pairs drawn from all, and of the hardest: those that share a party at the same time."""
    sketches = [sketch_of(row) for row in real()]
    pairs = list(combinations(sketches, 2))
    near = [pair for pair in pairs if pair[0].in_common(pair[1])]
    for name, drawn_from, most in [("all pairs", pairs, 3), ("pairs that share a party", near, 30)]:
        drawn = Random(SEED).sample(drawn_from, PAIRS)
        offered = sum(likeness(one, other).is_likely for one, other in drawn)
        assert offered <= most, name


def test_looking_takes_four_queries_whoever_takes_part():
    for row in (
        min(real(), key=lambda each: len(each.partnerships.all())),
        max(real(), key=lambda each: len(each.partnerships.all())),
    ):
        sketch = sketch_of(row)
        with CaptureQueriesContext(connection) as asked:
            likely_duplicates(sketch)
        assert len(asked) == 4
