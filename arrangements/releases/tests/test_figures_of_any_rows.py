"""What holds of the figures whatever the rows: tried on rows made at random."""

import json
import os
from dataclasses import asdict
from fractions import Fraction
from math import floor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrangements.releases.figures import compute, per_cent, rank_of
from arrangements.releases.tests.made_rows import AMOUNTS, CATEGORIES, OUTCOMES, REGIONS, figures_of, some_rows

tried = settings(
    max_examples=1_000 if os.environ.get("LONG") else 30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@tried
@given(rows=some_rows(), earlier=st.none() | some_rows(2012))
def test_the_same_rows_give_the_same_figures_in_the_same_order(rows, earlier):
    first, second = compute(rows, earlier), compute(rows, earlier)
    assert json.dumps([asdict(figure) for figure in first]) == json.dumps([asdict(figure) for figure in second])


@tried
@given(rows=some_rows(), earlier=st.none() | some_rows(2012))
def test_ids_are_unique_and_begin_with_their_measure(rows, earlier):
    figures = compute(rows, earlier)
    keys = [figure.key for figure in figures]
    assert len(set(keys)) == len(keys)
    assert all(figure.key.partition(":")[0] == figure.measure for figure in figures)


@tried
@given(rows=some_rows())
def test_england_counts_each_arrangement_once(rows):
    figures = figures_of(rows)
    assert figures["arrangements"].value == len({row.reference for row in rows.arrangements})
    amounts = [row.amount for row in rows.arrangements if row.outcome == "figure"]
    assert figures["savings-total"].value == sum(amounts)


@tried
@given(rows=some_rows())
def test_the_categories_add_up_to_england(rows):
    figures = figures_of(rows)
    for whole, part in (("savings-total", "savings-category"), ("arrangements", "arrangements-category")):
        assert sum(figures[f"{part}:{slug}"].value for slug in CATEGORIES) == figures[whole].value


@tried
@given(rows=some_rows())
def test_the_regions_reconcile_to_england_by_the_arrangements_in_more_than_one(rows):
    figures = figures_of(rows)
    several = {row.reference: len(row.regions) for row in rows.arrangements if len(row.regions) > 1}
    counted_again = sum(count - 1 for count in several.values())
    touches = sum(figures[f"arrangements-region:{slug}"].value for slug in REGIONS)
    assert touches - counted_again == figures["arrangements"].value
    assert figures["arrangements-in-more-than-one-region"].inputs["arrangements"] == list(several)


@tried
@given(rows=some_rows())
def test_the_outcomes_add_up_to_england_and_every_total_accounts_for_all_its_rows(rows):
    figures = figures_of(rows)
    assert sum(figures[f"arrangements-outcome:{outcome}"].value for outcome in OUTCOMES) == figures["arrangements"].value
    cuts = {"savings-total": "arrangements"}
    cuts |= {f"savings-category:{slug}": f"arrangements-category:{slug}" for slug in CATEGORIES}
    cuts |= {f"savings-region:{slug}": f"arrangements-region:{slug}" for slug in REGIONS}
    for savings, count in cuts.items():
        left_out = figures[savings].inputs["left_out"]
        assert "figure" not in left_out
        assert figures[savings].row_count + sum(left_out.values()) == figures[count].value


@tried
@given(rows=some_rows())
def test_each_figure_names_as_many_inputs_as_it_has_rows(rows):
    for figure in compute(rows):
        named = figure.inputs.get("councils") or figure.inputs.get("arrangements") or []
        assert len(set(named)) == len(named) == figure.row_count, figure.key


@tried
@given(rows=some_rows())
def test_a_sum_is_the_sum_of_its_inputs(rows):
    amounts = {row.reference: row.amount for row in rows.arrangements}
    for figure in compute(rows):
        if figure.unit == "pounds":
            assert figure.value == sum(amounts[reference] for reference in figure.inputs["arrangements"])


@tried
@given(rows=some_rows(), earlier=some_rows(2012))
def test_every_change_is_now_less_before(rows, earlier):
    now, before = figures_of(rows, earlier), figures_of(earlier)
    changes = [figure for figure in now.values() if figure.measure.endswith("-change")]
    assert len(changes) == 2 + len(REGIONS)
    for change in changes:
        of = change.inputs["minuend"]["figure"]
        assert change.value == now[of].value - before[of].value
        assert change.inputs["subtrahend"] == {"release": earlier.release, "figure": of, "value": before[of].value}


@tried
@given(rows=some_rows())
def test_the_share_of_councils_is_the_involved_among_the_asked_of_the_asked(rows):
    share = figures_of(rows)["councils-share"]
    asked = {council.gss_code for council in rows.councils if council.asked}
    among = {code for row in rows.arrangements for code in row.involved} & asked
    assert (share.numerator, share.denominator) == (len(among), len(asked))
    assert share.value is None or 0 <= share.value <= 100


@tried
@given(rows=some_rows())
def test_the_ranks_order_the_categories_by_their_savings(rows):
    figures = figures_of(rows)
    by_rank = sorted(CATEGORIES, key=lambda slug: figures[f"savings-category-rank:{slug}"].value)
    sums = [figures[f"savings-category:{slug}"].value for slug in by_rank]
    assert sums == sorted(sums, reverse=True)
    ranks = {figures[f"savings-category:{slug}"].value: figures[f"savings-category-rank:{slug}"].value for slug in CATEGORIES}
    assert len(set(ranks.values())) == len(ranks), "one rank for each sum"
    assert min(ranks.values()) == 1


@tried
@given(part=AMOUNTS, whole=AMOUNTS)
def test_a_per_cent_is_the_exact_fraction_rounded_halves_away_from_zero(part, whole):
    if whole == 0:
        assert per_cent(part, whole) is None
        return
    exact = Fraction(100 * part, whole)
    rounded = floor(abs(exact) + Fraction(1, 2))
    assert per_cent(part, whole) == (rounded if exact >= 0 else -rounded)


@tried
@given(values=st.lists(AMOUNTS, min_size=1, max_size=9))
def test_ranks_run_from_one_and_equals_share_one(values):
    ranks = [rank_of(value, values) for value in values]
    assert min(ranks) == 1
    for value, rank in zip(values, ranks, strict=True):
        assert rank == sorted(values, reverse=True).index(value) + 1
