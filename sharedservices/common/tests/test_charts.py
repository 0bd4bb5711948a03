"""Charts are geometry: where bars, dots and lines lie, and what is left undrawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharedservices.common.charts import BOTTOM, TOP, WIDTH, Chart, Value, bars, trend

AMOUNTS = st.one_of(st.none(), st.integers(-(10**12), 10**12))


def values(*amounts: int | None, basis: str = "") -> list[Value]:
    return [Value(str(at), f"Year {at}", amount, str(amount), basis=basis) for at, amount in enumerate(amounts)]


def test_bars_run_from_nought_and_a_value_that_is_missing_has_none():
    drawn = bars(values(100, 50, 0, None))
    assert [(bar.x, bar.width, bar.kind) for bar in drawn.bars] == [
        (0, 1000, "total"), (0, 500, "total"), (0, 0, "total"), (0, 0, "total")
    ]  # fmt: skip
    assert drawn.bars[3].display == "None"


def test_a_fall_lies_on_the_other_side_of_nought_and_a_small_one_can_be_seen():
    drawn = bars(values(3000, -1000, 1), signed=True)
    assert drawn.zero == 250
    assert [(bar.kind, bar.x, bar.width) for bar in drawn.bars] == [("rise", 250, 750), ("fall", 0, 250), ("rise", 250, 3)]


def test_a_trend_rises_with_its_values_and_is_joined_year_by_year():
    drawn = trend(values(10, 20, 20))
    heights = [dot.y for dot in drawn.dots]
    assert heights[0] > heights[1] == heights[2] == TOP
    assert drawn.zero == BOTTOM
    assert [(stroke.x1, stroke.x2) for stroke in drawn.strokes] == [
        (drawn.dots[0].x, drawn.dots[1].x),
        (drawn.dots[1].x, drawn.dots[2].x),
    ]


def test_words_stand_below_a_dot_from_which_the_line_rises_unless_the_ground_is_near():
    assert [dot.is_below for dot in trend(values(60, 90)).dots] == [True, False]
    assert [dot.is_below for dot in trend(values(90, 60, 80)).dots] == [False, True, False]
    assert [dot.is_below for dot in trend(values(60, 70, 80)).dots] == [True, False, False]
    assert [dot.is_below for dot in trend(values(1, 90)).dots] == [False, False]
    assert [dot.is_below for dot in trend(values(50, None, 90)).dots] == [False, False, False]


def test_no_line_runs_over_a_missing_year_nor_over_a_break_which_is_marked():
    drawn = trend([*values(1, None, 3), *values(4, basis="another")])
    assert drawn.dots[1].y is None
    assert drawn.strokes == ()
    assert drawn.breaks == (75.0,)


def test_where_room_is_scarce_the_first_the_last_and_the_highest_keep_their_words():
    drawn = trend(values(None, 5, 9, 7, 3, 4))
    assert [dot.told for dot in drawn.dots] == [False, True, True, False, False, True]
    assert drawn.is_long


def test_nothing_and_nought_are_drawn_without_a_slip():
    assert trend([]).dots == ()
    assert trend(values(None)).dots[0].y is None
    assert trend(values(0)).dots[0].y == BOTTOM
    assert bars([]).bars == ()


@given(st.lists(AMOUNTS, max_size=12))
def test_everything_lies_within_the_drawing(amounts):
    for bar in bars(values(*amounts), signed=True).bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
    drawn = trend(values(*amounts))
    assert all(dot.y is None or TOP <= dot.y <= BOTTOM for dot in drawn.dots)
    assert [dot.y is None for dot in drawn.dots] == [amount is None for amount in amounts]
    assert TOP <= drawn.zero <= BOTTOM


def test_a_chart_s_file_has_its_rows_and_no_other():
    rows = [Value("a", "A", 1, "1", "one"), Value("b", "B", None, "Nothing published")]
    chart = Chart("key", "Title", "Reading.", tuple(rows), bars(rows), "/x.csv", unit="pounds")
    assert chart.header == ("code", "name", "pounds", "in_words", "note")
    assert list(chart.rows) == [("a", "A", 1, "1", "one"), ("b", "B", None, "Nothing published", "")]
    assert not chart.is_empty
