"""Figures laid out for pages: found by their ids, never summed."""

from dataclasses import asdict

from arrangements.releases.figures import compute
from arrangements.releases.models import ReleasedFigure
from arrangements.releases.tables import by_key, category_table, headlines, region_table, signed
from arrangements.releases.tests.made_rows import make_row, make_rows
from sharedservices.common.money import MINUS


def some_figures(with_changes: bool = True) -> list[ReleasedFigure]:
    """The figures of a small release, as they would be stored."""
    earlier = make_rows(make_row("SSR-0001", 9), make_row("SSR-0002", 9), release="2012-13.r1", year="2012/13")
    rows = make_rows(
        make_row("SSR-0001", 10, regions=("east", "london")), make_row("SSR-0003", 20, category="management", regions=("east",))
    )
    return [ReleasedFigure(**asdict(figure)) for figure in compute(rows, earlier if with_changes else None)]


def test_headlines_come_in_their_order_and_only_those_there_are():
    assert [figure.key for figure in headlines(some_figures())] == [
        "savings-total", "arrangements", "councils-share", "councils-involved", "savings-change", "arrangements-change",
    ]  # fmt: skip
    assert [figure.key for figure in headlines(some_figures(with_changes=False))] == [
        "savings-total", "arrangements", "councils-share", "councils-involved",
    ]  # fmt: skip
    assert headlines([]) == []


def test_categories_stand_by_rank_then_by_name():
    table = category_table(some_figures())
    assert [(row["name"], row["rank"].value, row["savings"].value, row["arrangements"].value) for row in table] == [
        ("Management", 1, 20, 1),
        ("Back office", 2, 10, 1),
        ("Environment", 3, 0, 0),
    ]
    assert [row["share"].value for row in table] == [67, 33, 0]


def test_regions_stand_with_their_signed_changes():
    table = {row["name"]: row for row in region_table(some_figures())}
    assert table["London"]["arrangements"].value == 1
    assert table["London"]["change_display"] == f"{MINUS}1"
    assert table["East"]["change_display"] == "+2"
    assert table["North West"]["change_display"] == "0"
    assert table["East"]["savings"].value == 30


def test_without_an_earlier_release_regions_have_no_change():
    assert {row["change_display"] for row in region_table(some_figures(with_changes=False))} == {""}


def test_a_sign_is_given_to_rises_only():
    figures = by_key(some_figures())
    assert signed(figures["savings-change"]) == "+£12"
    assert signed(figures["arrangements-change"]) == "0"
    assert signed(None) == ""
    assert signed(ReleasedFigure(value=None, display="Not available")) == ""
