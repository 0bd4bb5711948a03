"""One wrong cell changes the right sentences and no others, judged by a second reckoning that shares no code with the first."""

from __future__ import annotations

import os
from collections import Counter

from arrangements.releases.press.tests.made_worlds import CELLS, ICT, PLAIN_NAMES, World
from arrangements.releases.press.tests.reckoned import Facts, facts

MUTATIONS = 500 if os.environ.get("LONG") == "1" else 120


def reckoned(world: World) -> dict[str, Facts]:
    now = world.files("now")
    assert now is not None
    return facts(now, world.files("before"), PLAIN_NAMES, ICT.slug)


def words_of(found: Facts) -> list[str]:
    """The facts that are words, which must stand in the sentence."""
    return [word for each in found for word in (words_of(each) if isinstance(each, tuple) else [each]) if isinstance(word, str)]


def holds(word: str, text: str) -> bool:
    """Whether the word stands in the sentence; after a tilde, whether it doesn't."""
    return (word.lstrip("~").lower() in text.lower()) != word.startswith("~")


def test_every_sentence_says_what_the_second_reckoning_says():
    for seed in range(MUTATIONS):
        world = World.of(seed)
        said, expected = world.said(), reckoned(world)
        assert set(said) == set(expected)
        for key, text in said.items():
            wrong = [word for word in words_of(expected[key]) if not holds(word, text)]
            assert wrong == [], f"seed {seed}, {key}: {text!r}, and {wrong}"


def test_one_changed_cell_changes_the_right_sentences_and_no_others():
    cells, sentences = Counter[str](), Counter[str]()
    for seed in range(MUTATIONS):
        world = World.of(seed)
        other, cell = world.mutated(MUTATIONS + seed)
        said, now_said, expected, now_expected = world.said(), other.said(), reckoned(world), reckoned(other)
        changed = {key for key in said | now_said if said.get(key) != now_said.get(key)}
        right = {key for key in expected | now_expected if expected.get(key) != now_expected.get(key)}
        told = {key: (said.get(key), now_said.get(key)) for key in changed ^ right}
        assert changed == right, f"seed {seed}, one {cell} changed: {told}"
        cells[cell] += 1
        sentences.update(key.partition(":")[0] for key in changed)
    assert set(cells) == {*CELLS, "asked"}
    # Each kind of sentence was changed by some mutation: none is deaf.
    assert set(sentences) >= {
        "savings-total", "savings-change", "coverage", "savings-category", "councils-share", "councils-involved", "growth",
        "arrangements-region", "arrangements-in-more-than-one-region", "regions", "counties", "together",
        "arrangements-with-other-bodies",
    }  # fmt: skip
    print(f"{MUTATIONS} mutations: cells {dict(cells)}; sentences changed {dict(sentences)}")  # noqa: T201
