"""Lists for readers: what a page hands to its template, the file, and the refusal."""

import pytest
from django.contrib.auth.models import Group
from django.db.models import F
from django.test import RequestFactory
from django.test.signals import template_rendered

from sharedservices.common.filters import Search
from sharedservices.common.listfiles import CsvOfList
from sharedservices.common.listing import FilteredList
from sharedservices.common.ordering import OrderedFilterSet, Orders

pytestmark = pytest.mark.django_db


class GroupFilter(OrderedFilterSet):
    q = Search(method="named", label="Search")

    orders = Orders({"name": F("name")}, unique="id")

    class Meta:
        model = Group
        fields = []

    def named(self, rows, name, text):
        return rows.filter(name__contains=text)


class Groups(FilteredList):
    filterset_class = GroupFilter
    template_name = "404.html"  # any page will do: what matters is what it is given

    def get_queryset(self):
        return Group.objects.filter(name__startswith="g")

    def more_context(self, filterset):
        return {"asked_for": filterset.chosen("q")}


class GroupsCsv(CsvOfList, Groups):
    noun = "groups"
    columns = {"name": lambda group: group.name, "half": lambda group: None}


@pytest.fixture(autouse=True)
def _groups():
    Group.objects.bulk_create(Group(name=f"g{number:03}") for number in range(120))


def page(query="", view=Groups, method="get"):
    """The answer and what its template was given."""
    given = {}

    def remember(sender, template, context, **kwargs):
        if template.name == Groups.template_name:
            given.update(context.flatten())

    template_rendered.connect(remember)
    try:
        response = view.as_view()(getattr(RequestFactory(), method)(f"/groups/{query}"))
    finally:
        template_rendered.disconnect(remember)
    return response, given


def test_the_template_is_given_the_rows_of_its_page_the_filter_and_more():
    response, given = page("?page=3&q=g")
    assert response.status_code == 200
    assert [row.name for row in given["rows"]] == [f"g{number:03}" for number in range(100, 120)]
    assert given["page_obj"].paginator.count == 120
    assert given["filter"].given.get("q") == given["asked_for"] == "g"


@pytest.mark.parametrize("query", ["?page=4", "?page=0", "?qq=1", "?q=a&q=b", "?order=size", "?after=x", "?limit=5"])
def test_a_bad_address_is_answered_400_with_the_way_back(query):
    response, given = page(query)
    assert response.status_code == 400
    assert not given
    body = response.content.decode()
    assert "This can’t be answered" in body
    assert f"{query[1:].partition('=')[0]}: " in body
    assert '<a class="govuk-link" href="/groups/">show the whole list</a>' in body


def test_what_was_typed_is_escaped_in_the_refusal():
    response, _ = page("?order=%3Cscript%3Ealert(1)%3C/script%3E")
    assert b"<script>alert" not in response.content
    assert b"&lt;script&gt;alert(1)" in response.content


def test_the_file_holds_all_pages_of_the_same_list():
    response, _ = page("?q=g1", view=GroupsCsv)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="groups.csv"'
    lines = response.content.decode("utf-8-sig").split("\r\n")
    assert lines == ["name,half", *(f"g1{number:02}," for number in range(20)), ""]


def test_the_file_has_no_pages_to_ask_for():
    response, _ = page("?page=1", view=GroupsCsv)
    assert response.status_code == 400
    assert "page: no filter has this name" in response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_list_is_only_read(method):
    assert page(method=method)[0].status_code == 405


def test_a_list_without_rows_says_so_when_it_is_built():
    class Rowless(FilteredList):
        filterset_class = GroupFilter

    with pytest.raises(TypeError, match="Rowless gives no rows"):
        page(view=Rowless)
