"""What filters choose among: read by one question, it is what the tables hold, in their order, in every field."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arrangements.public.filters import RegisterFilter
from arrangements.tests.builders import make_service, make_year
from councils.tests.builders import make_council
from sharedservices.common.filters import ObjectsField
from sharedservices.common.options import read_options

pytestmark = pytest.mark.django_db


def test_each_object_is_as_its_table_has_it_and_all_come_by_one_question():
    county = make_council("Kent County Council", "county", slug="kent")
    make_council(county=county, kind="district")
    make_service("ict")
    make_service("waste", "environment")
    make_year(2013)
    make_year(2012)
    form, again = RegisterFilter(None).form, RegisterFilter(None).form
    with CaptureQueriesContext(connection) as asked:
        read_options(form, "a state")
        read_options(again, "a state")
    assert len(asked) == 1
    fields = {name: field for name, field in form.fields.items() if isinstance(field, ObjectsField)}
    assert set(fields) == {"region", "county", "council", "service", "category", "year"}
    for name, field in fields.items():
        rows = list(RegisterFilter(None).form.fields[name].objects)
        assert len(rows) > 0
        assert field.objects == rows
        attributes = [each.attname for each in rows[0]._meta.concrete_fields]
        assert [[getattr(one, each) for each in attributes] for one in field.objects] == [
            [getattr(one, each) for each in attributes] for one in rows
        ]


def test_another_state_is_read_anew():
    make_year(2013)
    form = RegisterFilter(None).form
    read_options(form, "one state")
    make_year(2014)
    form = RegisterFilter(None).form
    read_options(form, "another state")
    assert [str(year) for year in form.fields["year"].objects] == ["2014/15", "2013/14"]
