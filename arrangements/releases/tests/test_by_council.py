"""What a release says of each council: each arrangement counted once in it, its saving whole, and nothing made of no figure."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from arrangements.releases.by_council import Sharing, Touching, sharing_by_council

CODES = ["E1", "E2", "E3", "E4"]
outcomes = st.one_of(
    st.integers(-1_000, 1_000).map(lambda amount: ("figure", amount)),
    st.sampled_from([("withheld", None), ("not_returned", None)]),
)
rows = st.lists(
    st.builds(lambda involved, outcome: Touching(involved, *outcome), st.lists(st.sampled_from(CODES), max_size=5), outcomes),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(rows=rows)
def test_each_council_has_just_the_arrangements_it_is_in_and_their_savings_whole(rows):
    found = sharing_by_council(rows)
    for code in CODES:
        own = [row for row in rows if code in row.involved]
        amounts = [row.amount for row in own if row.outcome == "figure"]
        sharing = found.get(code, Sharing())
        assert (sharing.arrangements, sharing.with_figure) == (len(own), len(amounts))
        assert sharing.saving == (sum(amounts) if amounts else None), "no figure is not nought"
        for other in CODES:
            together = sum(other in row.involved for row in own) if other != code else 0
            assert sharing.partners[other] == together == found.get(other, Sharing()).partners[code]


def test_a_council_that_is_in_nothing_has_no_figure():
    assert sharing_by_council([]) == {}
    assert (Sharing().saving, Sharing().partners, Sharing().without_figure) == (None, Counter(), 0)
