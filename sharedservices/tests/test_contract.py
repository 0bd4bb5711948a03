"""The OpenAPI document is valid, complete, and true of what the API answers."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from django.test import override_settings
from django.urls import get_resolver
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from arrangements.public.filters import RegisterFilter
from arrangements.public.parts_api import BodyPartnershipFilter, PartnershipFilter
from arrangements.public.words_api import CategoryFilter, ServiceFilter, YearFilter
from arrangements.releases.api import ReleaseFilter
from arrangements.releases.filters import FigureFilter, FrozenCouncilFilter, FrozenFigureFilter, FrozenFilter, SavingFilter
from arrangements.returns.api import ReturnFilter
from arrangements.tests.world import TODAY
from councils.filters import BodyFilter, CouncilFilter, RegionFilter
from councils.tests.builders import program
from sharedservices.tests.house import API_LISTS, RELEASE, HouseTestCase
from sharedservices.tests.test_roles import routes

FILTERS = {
    "/api/v1/councils/": CouncilFilter,
    "/api/v1/arrangements/": RegisterFilter,
    "/api/v1/partnerships/": PartnershipFilter,
    "/api/v1/body-partnerships/": BodyPartnershipFilter,
    "/api/v1/savings/": SavingFilter,
    "/api/v1/figures/": FigureFilter,
    "/api/v1/releases/": ReleaseFilter,
    "/api/v1/regions/": RegionFilter,
    "/api/v1/bodies/": BodyFilter,
    "/api/v1/services/": ServiceFilter,
    "/api/v1/categories/": CategoryFilter,
    "/api/v1/years/": YearFilter,
    "/api/v1/releases/{release}/arrangements/": FrozenFilter,
    "/api/v1/releases/{release}/councils/": FrozenCouncilFilter,
    "/api/v1/releases/{release}/figures/": FrozenFigureFilter,
}
LONG = os.environ.get("LONG") == "1"
# Lists that need a token are filtered alike; they are asked by programs with one.
RETURNS = "/api/v1/returns/"
# What tells of the API itself.
NOT_DESCRIBED = {"/api/v1/", "/api/v1/openapi.json", "/api/v1/docs/"}


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class ContractTests(HouseTestCase):
    def setUp(self):
        self.document = self.client.get("/api/v1/openapi.json").json()

    def schema_of(self, path: str, status: str, media_type: str = "application/json") -> dict[str, Any]:
        content = self.document["paths"][path]["get"]["responses"][status]["content"]
        return {**content[media_type]["schema"], "components": self.document["components"]}

    def assert_true_of(self, schema: dict[str, Any], answer: Any) -> None:
        problems = [
            f"{list(each.path)}: {each.message}"
            for each in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(answer)
        ]
        assert problems == []

    def named(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a reference stands for."""
        return self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def test_it_is_a_valid_document_of_openapi_3_1(self):
        assert self.document["openapi"].startswith("3.1")
        assert [str(error) for error in OpenAPIV31SpecValidator(self.document).iter_errors()] == []

    def test_it_describes_every_address_of_the_api(self):
        found = set()
        for route in routes(get_resolver().url_patterns):
            if route.startswith("api/") and "(?P<format>" not in route:  # a list in another form
                found.add("/" + re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)", r"{\1}", route).replace("^", "").replace("$", ""))
        assert set(self.document["paths"]) == found - NOT_DESCRIBED

    def test_what_needs_a_token_says_so_and_nothing_else_does(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                needs = method != "get" or "/returns/" in path
                with self.subTest(path=path, method=method):
                    assert operation.get("security", []) == ([{"token": []}] if needs else [])
                    assert ({"401", "403"} <= set(operation["responses"])) == needs
                    held = [each["name"] for each in operation.get("parameters", []) if each["in"] == "header"]
                    assert held == (["If-Match"] if method in ("put", "patch", "delete") else [])

    def test_every_filter_of_a_list_is_described_with_its_values(self):
        assert {address.replace(RELEASE, "{release}") for address in API_LISTS} == set(FILTERS)
        for path, filterset in {**FILTERS, RETURNS: ReturnFilter}.items():
            described = {
                each["name"]: each for each in self.document["paths"][path]["get"]["parameters"] if each["in"] == "query"
            }
            with self.subTest(path=path):
                assert set(described) == {*filterset.base_filters, "after", "limit"}
                assert all(each["description"] for each in described.values())
                assert {f"-{name}" for name in filterset.orders.by_name} < set(described["order"]["schema"]["enum"])

    def test_a_value_that_the_document_offers_is_taken(self):
        for address in API_LISTS:
            path = address.replace(RELEASE, "{release}")
            for each in self.document["paths"][path]["get"]["parameters"]:
                schema = each["schema"].get("items", each["schema"])
                values = schema.get("enum", [])
                for value in values if LONG else values[:: max(len(values) - 1, 1)]:  # the first and the last
                    with self.subTest(path=path, name=each["name"], value=value):
                        assert self.client.get(f"{address}?limit=1&{each['name']}={value}").status_code == 200

    def test_lists_and_items_are_what_it_says(self):
        questions = {
            "/api/v1/arrangements/": ["", "year=2013-14&outcome=figure", "outcome=none"],
            "/api/v1/figures/": ["", "year=2012-13"],
        }
        for address in API_LISTS:
            path = address.replace(RELEASE, "{release}")
            schema = self.schema_of(path, "200")
            row = self.named(self.named(schema)["properties"]["data"]["items"])
            for question in questions.get(address, [""]):
                answer = self.client.get(f"{address}?limit=60&{question}").json()
                with self.subTest(address=address, question=question):
                    assert answer["data"]
                    self.assert_true_of(schema, answer)
                    assert all(set(each) == set(row["properties"]) for each in answer["data"]), "no field more, none less"
        for address in self.house.api_items():
            if address in NOT_DESCRIBED:
                continue
            with self.subTest(address=address):
                path = next(each for each in self.document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), address))
                self.assert_true_of(self.schema_of(path, "200"), self.client.get(address).json())

    def test_what_needs_a_token_is_what_it_says(self):
        feeder = program(self.house.people["analyst"])
        lists = {RETURNS: RETURNS, f"{RETURNS}2014-15/{self.house.council.gss_code}/": f"{RETURNS}{{year}}/{{council}}/"}
        item = feeder.get(next(address for address in lists if address != RETURNS)).json()["data"]
        answer = f"{RETURNS}2014-15/{item['council']}/answers/{item['answers'][0]['reference']}/"
        for address, path in {**lists, answer: f"{RETURNS}{{year}}/{{council}}/answers/{{reference}}/"}.items():
            with self.subTest(address=address):
                self.assert_true_of(self.schema_of(path, "200"), feeder.get(address).json())
                self.assert_true_of(self.schema_of(path, "401", "application/problem+json"), self.client.get(address).json())

    def test_refusals_are_what_it_says(self):
        for address in API_LISTS:
            path = address.replace(RELEASE, "{release}")
            answer = self.client.get(f"{address}?banana=1").json()
            self.assert_true_of(self.schema_of(path, "400", "application/problem+json"), answer)
        schema = self.schema_of("/api/v1/councils/{gss_code}/", "404", "application/problem+json")
        self.assert_true_of(schema, self.client.get("/api/v1/councils/E99/").json())

    def test_the_documentation_page_names_every_address_filter_and_field(self):
        page = self.client.get("/api/v1/docs/").content.decode()
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                assert f"{method.upper()} {path}" in page
                for each in operation.get("parameters", []):
                    assert f">{each['name']}</dt>" in page
        for schema in self.document["components"]["schemas"].values():
            for field in schema.get("properties", {}):
                assert f"<code>{field}</code>" in page

    def test_it_does_not_change_while_the_register_does(self):
        """Nothing of it comes from rows: no figure's id, no council, no year."""
        whole = str(self.document)
        for word in ("willow", '2013-14"', 'savings-total"', self.house.council.gss_code):
            assert word not in whole

    def test_the_root_leads_to_every_list(self):
        answer = self.client.get("/api/v1/").json()
        assert answer["meta"]["release"] == RELEASE
        for name in ("councils", "arrangements", "partnerships", "savings", "figures", "releases", "openapi", "documentation"):
            assert self.client.get(answer["links"][name]).status_code == 200
