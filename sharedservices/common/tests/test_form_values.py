"""Values of form fields: read as sent, compared whatever their spelling, told in words, written as a browser would."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import QueryDict
from django.utils.timezone import make_aware

from sharedservices.common.form_values import Unreadable, carried, carry, in_words, of_field, put, sent

CHOICES = [("a", "Apple"), ("b", "Pear")]


class Sample(forms.Form):
    text = forms.CharField(required=False, show_hidden_initial=True)
    day = forms.DateField(required=False, show_hidden_initial=True)
    number = forms.IntegerField(required=False)
    is_so = forms.BooleanField(required=False)
    one = forms.ChoiceField(choices=CHOICES, required=False)
    several = forms.MultipleChoiceField(choices=CHOICES, required=False, widget=forms.CheckboxSelectMultiple)
    moment = forms.SplitDateTimeField(required=False, widget=AdminSplitDateTime())


def form(query: str = "") -> Any:
    return Sample(QueryDict(query))


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("text=one%0D%0Atwo", "text", "one\ntwo"),
        ("text=+padded+", "text", "padded"),
        ("", "text", ""),
        ("day=2014-03-31", "day", date(2014, 3, 31)),
        ("day=31/03/2014", "day", date(2014, 3, 31)),
        ("day=", "day", ""),
        ("day=soon", "day", Unreadable("soon")),
        ("number=410", "number", 410),
        ("number=0", "number", 0),
        ("is_so=on", "is_so", True),
        ("", "is_so", False),
        ("one=a", "one", "a"),
        ("one=z", "one", Unreadable("z")),
        ("several=b&several=a", "several", frozenset("ab")),
        ("several=z", "several", Unreadable("z")),
    ],
)
def test_what_was_sent(query, name, value):
    assert sent(form(query), name) == value


def test_no_value_is_one_value_and_zero_is_another():
    number = forms.IntegerField()
    assert of_field(number, None) == of_field(number, "") == ""
    assert of_field(number, 0) == 0
    assert of_field(forms.MultipleChoiceField(), ["b", "a"]) == of_field(forms.MultipleChoiceField(), ("a", "b"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "some"),
        ("text", ""),
        ("day", date(2014, 3, 31)),
        ("day", ""),
        ("number", 0),
        ("is_so", True),
        ("is_so", False),
        ("one", "b"),
        ("several", frozenset("ab")),
        ("several", frozenset()),
        ("moment", make_aware(datetime.combine(date(2014, 3, 31), time(9, 30)))),
    ],
)
def test_what_is_written_is_read_again_whatever_stood_there(name, value):
    data = QueryDict(mutable=True)
    data.setlist(name, ["z", "a"])
    bound = Sample(data)
    put(data, bound.fields[name].widget, name, value)
    assert sent(bound, name) == value


def test_what_is_carried_is_what_was_read_and_none_where_nothing_is():
    assert carried(form("initial-text=read&text=typed"), "text") == "read"
    assert carried(form("initial-day=2014-03-31"), "day") == date(2014, 3, 31)
    assert carried(form("initial-day=soon"), "day") is None
    assert carried(form("text=typed"), "text") is None
    data = QueryDict(mutable=True)
    bound = Sample(data)
    carry(data, bound, "day", date(2014, 3, 31))
    assert carried(bound, "day") == date(2014, 3, 31)


def test_in_words():
    fields = Sample().fields
    for name, value, words in [
        ("text", "", "nothing"),
        ("text", "some", "some"),
        ("day", date(2014, 3, 31), "31 March 2014"),
        ("number", 0, "0"),
        ("is_so", True, "yes"),
        ("is_so", False, "no"),
        ("one", "a", "Apple"),
        ("one", Unreadable("z"), "z"),
        ("one", Unreadable(""), "nothing"),
        ("several", frozenset("ba"), "Apple, Pear"),
        ("several", frozenset(), "nothing"),
        ("moment", make_aware(datetime.combine(date(2014, 7, 1), time(9, 30))), "1 July 2014, 09:30"),
    ]:
        assert in_words(fields[name], value, {}) == words, name
