"""What the API has promised: the contract in the repository is the one that the code gives, and what would break it is told."""

from __future__ import annotations

from copy import deepcopy

import pytest

from sharedservices.contract import breaks, contract, promised, text_of

LIST = "/api/v1/councils/"


def test_the_contract_in_the_repository_is_the_one_that_the_code_gives():
    assert breaks(promised(), contract()) == [], "programs that go by the contract would fail"
    assert text_of(promised()) == text_of(contract()), "the contract has grown: make contract"


@pytest.fixture
def changed():
    return deepcopy(promised())


def parameter(document, name):
    return next(each for each in document["paths"][LIST]["get"]["parameters"] if each["name"] == name)


def council(document):
    return document["components"]["schemas"]["Council"]


def columns_of(document, address):
    return document["paths"][address]["get"]["responses"]["200"]["content"]["text/csv"]["schema"]["x-columns"]


class TestWhatBreaks:
    def test_an_address_that_is_gone(self, changed):
        del changed["paths"][LIST]
        assert breaks(promised(), changed) == [f"GET {LIST} is gone.", f"POST {LIST} is gone."]

    def test_a_parameter_that_is_gone_or_takes_less(self, changed):
        changed["paths"][LIST]["get"]["parameters"].remove(parameter(changed, "q"))
        parameter(changed, "kind")["schema"]["items"]["enum"].remove("county")
        parameter(changed, "in_force_on")["schema"]["type"] = "integer"
        parameter(changed, "region")["required"] = True
        assert breaks(promised(), changed) == [
            f"GET {LIST}: in_force_on is of another type.",
            f"GET {LIST}: kind no longer takes county.",
            f"GET {LIST}: the parameter q is gone.",
            f"GET {LIST}: region must be given now.",
        ]

    def test_a_field_that_is_gone_or_of_another_type_or_may_be_missing(self, changed):
        del council(changed)["properties"]["slug"]
        council(changed)["properties"]["name"]["type"] = ["string", "null"]
        council(changed)["required"].remove("website")
        told = breaks(promised(), changed)
        assert f"GET {LIST} 200 data[]: the field slug is gone." in told
        assert f"GET {LIST} 200 data[] name: was string, may be null or string now." in told
        assert f"GET {LIST} 200 data[]: the field website may be missing now." in told

    def test_a_form_or_an_answer_that_is_gone(self, changed):
        del changed["paths"][LIST]["get"]["responses"]["200"]["content"]["text/csv"]
        assert breaks(promised(), changed) == [f"GET {LIST}: 200 no longer comes as text/csv."]

    def test_a_column_that_is_gone_or_elsewhere_or_has_fewer_codes(self, changed):
        columns = columns_of(changed, "/api/v1/partnerships/")
        columns[1], columns[2] = columns[2], columns[1]
        columns[5]["codes"].remove("client")
        del columns[-1]
        where = "GET /api/v1/partnerships/ as CSV"
        assert breaks(promised(), changed) == [
            f"{where}: column 2 was arrangement, and is arrangement_name now.",
            f"{where}: column 3 was arrangement_name, and is arrangement now.",
            f"{where}: the column role no longer has client.",
            f"{where}: column 11 was illustrative, and is gone now.",
        ]


class TestWhatDoesNot:
    def test_more_addresses_parameters_values_and_fields(self, changed):
        changed["paths"]["/api/v1/more/"] = changed["paths"][LIST]
        changed["paths"][LIST]["get"]["parameters"].append({"name": "more", "in": "query", "schema": {"type": "string"}})
        parameter(changed, "kind")["schema"]["items"]["enum"].append("parish")
        council(changed)["properties"]["more"] = {"type": "string"}
        columns_of(changed, LIST).append({"name": "more", "type": "string", "description": "More."})
        assert breaks(promised(), changed) == []

    def test_other_words(self, changed):
        parameter(changed, "kind")["description"] = "Which kinds."
        changed["info"]["description"] = "Another description."
        assert breaks(promised(), changed) == []
