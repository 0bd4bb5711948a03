"""Orders: named columns both ways, the missing last, something unique at the end."""

import pytest
from django.contrib.auth.models import Group
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Cast, Length, NullIf, Substr
from django.http import QueryDict

from sharedservices.common.filters import BadFilters
from sharedservices.common.ordering import OrderedFilterSet, Orders, OrderTerm

pytestmark = pytest.mark.django_db

NUMBER = NullIf(Cast(Substr("name", 2, 1), IntegerField()), Value(0))


class GroupFilter(OrderedFilterSet):
    orders = Orders({"name": F("name"), "name_length": Length("name"), "number": NUMBER}, unique="id")

    class Meta:
        model = Group
        fields = []


@pytest.fixture
def groups():
    """Named by a letter and a digit; 0 stands for a missing number."""
    for name in ["c1", "a0", "b2", "d0", "e1"]:
        Group.objects.create(name=name)


def in_order(order):
    filterset = GroupFilter(QueryDict(f"order={order}"), queryset=Group.objects.filter(name__regex=r"^[a-e]\d$"))
    filterset.refuse_bad()
    return "".join(group.name[0] for group in filterset.qs)


@pytest.mark.usefixtures("groups")
class TestOrders:
    def test_the_first_order_is_the_usual_one(self):
        assert in_order("") == in_order("name") == "abcde"

    def test_a_minus_turns_it_round(self):
        assert in_order("-name") == "edcba"

    def test_missing_values_come_last_both_ways_and_equals_keep_their_order(self):
        assert in_order("number") == "cebad"
        assert in_order("-number") == "bcead"

    def test_an_unknown_order_is_refused_with_the_good_ones(self):
        with pytest.raises(BadFilters, match=r"order: “nmae” is not one of its values. Did you mean “name”\?"):
            in_order("nmae")
        with pytest.raises(BadFilters, match="order"):
            in_order("--name")

    def test_two_orders_are_refused(self):
        with pytest.raises(BadFilters, match="order: give one value, not 2"):
            in_order("name&order=number")


def test_every_word_is_offered_both_ways_in_words():
    assert GroupFilter.orders.choices() == [
        ("name", "Name"),
        ("name_length", "Name length"),
        ("number", "Number"),
        ("-name", "Name, backwards"),
        ("-name_length", "Name length, backwards"),
        ("-number", "Number, backwards"),
    ]


def test_an_order_ends_in_the_unique_column_which_never_turns_round():
    _, _, terms = GroupFilter.orders.terms("-number")
    assert terms == [OrderTerm("order_key", descending=True), OrderTerm("id")]
