"""The ground of the API, under a list of permission groups that stands nowhere in the register."""

import json

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.test import RequestFactory
from rest_framework import exceptions, serializers

from sharedservices.common.api import LICENCE, ReadList
from sharedservices.common.columns import text
from sharedservices.common.filters import Chosen, Search
from sharedservices.common.ordering import OrderedFilterSet, Orders

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


class GroupFilter(OrderedFilterSet):
    q = Search(method="named", label="Search")
    size = Chosen(choices=[("s", "Small"), ("l", "Large")], method="leave")

    orders = Orders({"name": F("name")}, unique="id")

    class Meta:
        model = Group
        fields = []

    def named(self, rows, name, text):
        return rows.filter(name__contains=text)

    def leave(self, rows, name, value):
        return rows


class GroupSerializer(serializers.Serializer):
    name = serializers.CharField()


class Groups(ReadList):
    serializer_class = GroupSerializer
    filterset_class = GroupFilter
    columns = {"name": text(lambda row: row.name, "Its name.")}
    lookup_field = "name"

    def get_queryset(self):
        return Group.objects.filter(name__startswith="g")


class Failing(Groups):
    error = None

    def get_queryset(self):
        raise self.error


@pytest.fixture(autouse=True)
def _groups():
    Group.objects.bulk_create(Group(name=f"g{number:03}") for number in range(120))


def ask(query="", method="get", view=None, **kwargs):
    view = view or Groups.as_view({"get": "list"})
    response = view(getattr(RequestFactory(), method)(f"/api/v1/groups/{query}"), **kwargs)
    response.render()
    return response, json.loads(response.content)


class TestEnvelope:
    def test_a_list_is_an_object_with_data_meta_and_links(self):
        response, answer = ask()
        assert response["Content-Type"] == "application/json"
        assert set(answer) == {"data", "meta", "links"}
        assert answer["meta"] == {"count": 120, "release": None, "licence": LICENCE}
        assert [row["name"] for row in answer["data"]] == [f"g{number:03}" for number in range(100)]
        assert answer["links"]["self"] == "http://testserver/api/v1/groups/"

    def test_the_next_link_keeps_the_filters_and_the_limit(self):
        _, answer = ask("?q=g0&order=-name&limit=60&size=s&size=l")
        query = answer["links"]["next"].partition("?")[2]
        assert {"q=g0", "order=-name", "limit=60", "size=s", "size=l"} < set(query.split("&"))
        _, rest = ask(f"?{query}")
        assert [row["name"] for row in rest["data"]] == [f"g{number:03}" for number in range(39, -1, -1)]
        assert "next" not in rest["links"]
        assert rest["meta"]["count"] == 100, "the count is of all pages"

    def test_an_item_comes_in_the_same_envelope(self):
        _, answer = ask(view=Groups.as_view({"get": "retrieve"}), name="g007")
        assert answer["data"] == {"name": "g007"}
        assert answer["meta"]["count"] == 1


class TestProblems:
    @pytest.mark.parametrize(
        ("query", "parameter"),
        [("?limit=0", "limit"), ("?after=rubbish", "after"), ("?siz=s", "siz"), ("?size=xl", "size"), ("?page=2", "page")],
    )
    def test_a_bad_parameter_is_named_with_what_was_given(self, query, parameter):
        response, answer = ask(query)
        assert response.status_code == answer["status"] == 400
        assert response["Content-Type"] == PROBLEM
        (entry,) = answer["errors"]
        assert entry["parameter"] == parameter
        assert entry["value"] == query.partition("=")[2]
        assert entry["detail"] in answer["detail"]

    def test_pages_by_number_are_refused_with_the_names_that_page_here(self):
        _, answer = ask("?page=2")
        assert "Good values: order, q, size, after, limit." in answer["detail"]

    def test_what_was_given_is_shown_in_part_at_most(self):
        for query in (f"?q={'a' * 10_000}", f"?{'z' * 10_000}=1", f"?size={'s' * 10_000}"):
            response, answer = ask(query)
            assert response.status_code == 400
            assert len(response.content) < 800
            assert all(len(entry["value"]) <= 60 and len(entry["parameter"]) <= 60 for entry in answer["errors"])

    def test_more_names_than_anybody_needs_are_refused_in_one_word(self, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 50
        response, answer = ask("?" + "&".join(["size=s"] * 60))
        assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
        assert "more names and values" in answer["detail"]

    def test_nothing_at_the_key_is_404(self):
        response, answer = ask(view=Groups.as_view({"get": "retrieve"}), name="h1")
        assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)
        assert answer == {
            "type": "about:blank",
            "title": "Not found",
            "status": 404,
            "detail": "There is nothing public at this address.",
            "errors": [
                {
                    "detail": "There is nothing public at this address.",
                    "example": "/api/v1/",
                    "parameter": "path",
                    "pointer": "/path",
                    "rule": "a_known_address",
                    "value": "",
                }
            ],
        }

    @pytest.mark.parametrize(
        ("error", "status"), [(PermissionDenied(), 403), (exceptions.Throttled(), 429), (exceptions.ParseError(), 400)]
    )
    def test_other_refusals_are_problems_too(self, error, status):
        view = Failing.as_view({"get": "list"}, error=error)
        response, answer = ask(view=view)
        assert (response.status_code, answer["status"]) == (status, status)
        assert response["Content-Type"] == PROBLEM

    def test_a_fault_of_ours_is_not_dressed_up(self):
        with pytest.raises(ZeroDivisionError):
            ask(view=Failing.as_view({"get": "list"}, error=ZeroDivisionError()))


class TestReadOnly:
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_a_write_is_told_to_bring_credentials(self, method):
        response, answer = ask(method=method)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == 'Bearer realm="register"'
        assert response["Content-Type"] == PROBLEM
        assert answer["detail"].startswith("Writing needs a token. Reading what is public needs none.")

    def test_credentials_of_any_sort_make_nobody_of_anyone(self):
        view = Groups.as_view({"get": "list"})
        request = RequestFactory().post("/api/v1/groups/", headers={"authorization": "Bearer abc"})
        assert view(request).status_code == 401
        request = RequestFactory().get("/api/v1/groups/", headers={"authorization": "Basic YTpi"})
        assert view(request).status_code == 200
