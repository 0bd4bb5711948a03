"""Numbered pages, and cursors that give each row once whatever comes and goes between them."""

import base64
import json
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Group
from django.db.models import DateField, DateTimeField, F, IntegerField, Value
from django.db.models.functions import Cast, Lower, NullIf, Right, Substr

from sharedservices.common.filters import BadFilters
from sharedservices.common.ordering import OrderTerm
from sharedservices.common.paging import MOST_ROWS, ROWS_A_PAGE, USUAL_LIMIT, counted, numbered_page, read_limit, rows_after

pytestmark = pytest.mark.django_db

MISSING = Value("-")


def make(*names):
    Group.objects.bulk_create(Group(name=name) for name in names)


def texts():
    """Named "<key> <letter>"; a key of "-" stands for a missing one."""
    return Group.objects.filter(name__contains=" ").annotate(order_key=NullIf(Lower(Substr("name", 1, 1)), MISSING))


def terms(descending=False):
    return [OrderTerm("order_key", descending), OrderTerm("id")]


def cursor(values):
    text = values if isinstance(values, bytes) else json.dumps(values).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def walk(rows, order, limit, between=lambda number: None):
    """All names by pages of `limit`, calling `between` with the number of each page just read."""
    names, after, number = [], None, 0
    while True:
        found, after = rows_after(rows(), order, after, limit)
        names += [row.name for row in found]
        if after is None:
            return names
        number += 1
        between(number)


class TestNumberedPages:
    def test_a_page_holds_fifty(self):
        make(*(f"{number}" for number in range(ROWS_A_PAGE + 1)))
        rows = Group.objects.filter(name__regex=r"^\d+$").order_by("id")
        assert len(numbered_page(rows, None).object_list) == ROWS_A_PAGE
        assert [group.name for group in numbered_page(rows, "2")] == ["50"]

    def test_a_page_far_down_holds_the_same_rows_in_the_same_order(self):
        make(*(f"{number:05}" for number in range(1_020)))
        rows = Group.objects.filter(name__regex=r"^\d{5}$").annotate(last=Right("name", 1)).order_by("-last", "-name")
        for number in (20, 21):
            page = numbered_page(rows, str(number))
            slice_of_all = list(rows)[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
            assert [(row.pk, row.last) for row in page] == [(row.pk, row.last) for row in slice_of_all]
        assert len(page) == 20
        assert (page.end_index(), page.has_next()) == (1_020, False)

    def test_an_empty_list_has_one_empty_page(self):
        assert list(numbered_page(Group.objects.none().order_by("id"), "1")) == []

    @pytest.mark.parametrize(
        "asked", ["0", "2", "-1", "9999999", "abc", "1.0", "1e0", "", "\u0661", "1_", " 1", "9" * 5_000, "last"]
    )
    def test_what_is_no_page_of_the_list_is_refused_with_those_that_are(self, asked):
        with pytest.raises(BadFilters) as refusal:
            numbered_page(Group.objects.none().order_by("id"), asked)
        message = f"page: “{asked[:40]}” is not one of the pages of this list, 1 to 1."
        assert refusal.value.problems[0]["message"] == message


class TestLimits:
    def test_both_edges(self):
        assert [read_limit(None), read_limit("1"), read_limit("1000")] == [USUAL_LIMIT, 1, MOST_ROWS]

    @pytest.mark.parametrize("asked", ["0", "1001", "-1", "abc", "1.5", "\u0663", "9" * 5_000, "1e2", " 5", ""])
    def test_anything_else_is_refused(self, asked):
        with pytest.raises(BadFilters, match=r"limit: “.{0,40}” is not a whole number from 1 to 1,000\."):
            read_limit(asked)


class TestCursors:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9, 100])
    @pytest.mark.parametrize("descending", [False, True])
    def test_every_row_comes_once_in_order_with_the_missing_last(self, limit, descending):
        make("b 1", "a 1", "- 1", "B 2", "c 1", "- 2", "a 2", "b 3")
        found = walk(texts, terms(descending), limit)
        keys = "cbbbaa--" if descending else "aabbbc--"
        assert "".join(name[0].lower() for name in found) == keys
        assert sorted(found) == sorted(texts().values_list("name", flat=True))
        assert found[-2:] == ["- 1", "- 2"]

    def test_the_last_page_has_no_cursor_even_when_it_is_full(self):
        make("a 1", "b 1")
        assert rows_after(texts(), terms(), None, 2)[1] is None
        assert rows_after(texts(), terms(), None, 1)[1] is not None

    @pytest.mark.parametrize("descending", [False, True])
    def test_rows_that_come_and_go_between_pages_neither_repeat_nor_hide_the_others(self, descending):
        stay = [f"{key} {number}" for key in "bdf-" for number in range(4)]
        make(*stay, "b gone", "d gone", "f gone", "- gone")

        def between(number):
            make(*(f"{key} new{number}" for key in "acegi-"))
            Group.objects.filter(name__endswith=" gone", id__in=Group.objects.values("id")[:99]).filter(
                name=f"{'bdf-'[number % 4]} gone"
            ).delete()

        found = walk(texts, terms(descending), 3, between)
        assert len(found) == len(set(found)), "no row comes twice"
        assert set(stay) <= set(found), "no row that stayed is left out"

    def test_a_row_that_was_the_cursor_may_be_gone(self):
        make("a 1", "b 1", "c 1")
        first, after = rows_after(texts(), terms(), None, 1)
        first[0].delete()
        assert [row.name for row in rows_after(texts(), terms(), after, 5)[0]] == ["b 1", "c 1"]

    def test_moments_are_told_apart_to_the_microsecond(self):
        """Cut to milliseconds, a cursor would come before its own row, and the same page be given for ever."""
        make("a", "b", "c")
        moment = Cast(Value(datetime(2014, 5, 20, 9, 30, 0, 123456, UTC)), DateTimeField())
        rows = Group.objects.filter(name__in="abc").annotate(order_key=moment)
        found, after = rows_after(rows, terms(), None, 2)
        rest, end = rows_after(rows, terms(), after, 2)
        assert [row.name for row in [*found, *rest]] == ["a", "b", "c"]
        assert end is None

    def test_days_and_numbers_carry_a_cursor_too(self):
        make("3 a", "1 a", "2 a")
        for key in (
            Cast(Substr("name", 1, 1), IntegerField()),
            Cast(Value(date(2014, 4, 1)), DateField()),
        ):
            found = walk(lambda key=key: Group.objects.filter(name__endswith=" a").annotate(order_key=key), terms(), 1)
            assert len(found) == 3

    def test_rows_as_dictionaries_page_too(self):
        make("a 1", "b 1")
        rows = texts().values("id", "name", "order_key")
        found, after = rows_after(rows, terms(), None, 1)
        assert found[0]["name"] == "a 1"
        assert rows_after(rows, terms(), after, 1)[0][0]["name"] == "b 1"


BAD_CURSORS = [
    "garbage",
    "%%%",
    "é",
    "A",
    "=",
    "A" * 9_000,
    cursor([1]),
    cursor([1, 2, 3]),
    cursor({"a": 1}),
    cursor("ab"),
    cursor([True, 1]),
    cursor([1.5, 1]),
    cursor([[1], 1]),
    cursor([{"a": 1}, 1]),
    cursor(["\x00", 1]),
    cursor(["\ud800", 1]),
    cursor(["a", "x"]),
    cursor(["a", "\ud800"]),
    cursor(b"[" * 100_000),
    cursor(b"[" + b"9" * 9_000 + b", 1]"),
    cursor(b"[NaN, 1]"),
    cursor(b"\xff\xfe"),
]


@pytest.mark.parametrize("given", BAD_CURSORS, ids=range(len(BAD_CURSORS)))
def test_what_the_register_never_gave_is_refused(given):
    make("a 1", "b 1")
    with pytest.raises(BadFilters) as refusal:
        rows_after(texts(), terms(), given, 5)
    (problem,) = refusal.value.problems
    assert problem["message"].startswith("after: this is not a cursor that the register gave. Start without it")
    assert len(problem["value"]) <= 60


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (DateField(), ["banana", "2014-02-30", 5, "", "2014-04-01T00:00:00Z"]),
        (DateTimeField(), ["banana", 5, "", "2014-13-01T00:00"]),
        (IntegerField(), ["banana", "2014-04-01", "", "1.5"]),
    ],
)
def test_a_cursor_of_another_order_is_refused_and_never_reaches_the_database(kind, values, django_assert_num_queries):
    made = {DateField: date(2014, 4, 1), DateTimeField: datetime(2014, 4, 1, tzinfo=UTC), IntegerField: 3}[type(kind)]
    rows = Group.objects.annotate(order_key=Cast(Value(made), kind))
    for value in values:
        with django_assert_num_queries(0), pytest.raises(BadFilters, match="after"):
            rows_after(rows, terms(), cursor([value, 1]), 5)


def test_numbers_larger_than_a_column_find_nothing_and_break_nothing():
    make("5 a")
    rows = Group.objects.filter(name="5 a").annotate(order_key=F("id"))
    assert rows_after(rows, terms(), cursor([10**30, 10**30]), 5) == ([], None)
    assert [row.name for row in rows_after(rows, terms(), cursor([-(10**30), 1]), 5)[0]] == ["5 a"]


def test_a_long_list_is_counted_once_in_each_state_and_again_in_the_next(django_assert_num_queries):
    make("counted 1", "counted 2", "counted 3")
    rows = Group.objects.filter(name__startswith="counted")
    with django_assert_num_queries(1):
        assert [counted(rows.all(), "one state") for _ in range(3)] == [3, 3, 3]
    make("counted 4")
    with django_assert_num_queries(1):
        assert [counted(rows.all(), "another state") for _ in range(2)] == [4, 4]
    with django_assert_num_queries(2):
        assert [counted(rows.all(), None) for _ in range(2)] == [4, 4]
    with django_assert_num_queries(1):
        assert counted(rows.filter(name="counted 4"), "one state") == 1
    with django_assert_num_queries(0):
        assert counted(rows.none(), "one state") == 0
