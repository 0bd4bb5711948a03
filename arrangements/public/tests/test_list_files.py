"""The files of a list hold exactly its rows, in its order; the workbook keeps the rules for accessible spreadsheets."""

from __future__ import annotations

import io
import json
import os
from random import Random
from typing import Any

import openpyxl
from django.test import RequestFactory, override_settings
from django.utils.http import urlencode

from arrangements.public.lists import ArrangementCsv
from arrangements.public.tests.test_one_filter import VALUES, random_queries
from arrangements.register.models import Arrangement
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import SEED, TODAY
from sharedservices.common.tests.surfaces import in_file, in_json, in_workbook, on_page

QUERIES = 500 if os.environ.get("LONG") == "1" else 9
RELEASE = "/releases/2013-14.r1"
COUNCILS = [
    {},
    {"kind": ["district", "unitary"], "order": ["-name"]},
    {"region": ["london"], "order": ["code"]},
    {"q": ["maple"]},
]


@override_settings(REGISTER_TODAY=TODAY)
class ListFileTests(WorldTestCase):
    def assert_one_list(self, address: str, query: dict[str, Any], column: str) -> int:
        keys = on_page(self.client, f"{address}/", query)
        with self.subTest(address=address, query=query):
            assert in_file(self.client, f"{address}.csv", query, column) == keys
            assert in_json(self.client, f"{address}.json", query, column) == keys
            assert in_workbook(self.client, f"{address}.xlsx", query, column) == keys
        return len(keys)

    def test_any_filters_give_the_same_keys_on_all_pages_and_in_every_file(self):
        rng, frozen = Random(SEED), {*VALUES} - {"year", "status"}
        found = []
        for number, query in enumerate(random_queries(QUERIES, rng)):
            if number % 3:
                found.append(self.assert_one_list("/arrangements", query, "reference"))
            else:
                query = {name: values for name, values in query.items() if name in frozen}
                found.append(self.assert_one_list(f"{RELEASE}/arrangements", query, "reference"))
        assert sum(map(bool, found)) > QUERIES // 3

    def test_councils_too_now_and_frozen(self):
        for query in COUNCILS:
            self.assert_one_list("/councils", query, "slug")
            self.assert_one_list(f"{RELEASE}/councils", query, "slug")

    def test_sorting_keeps_missing_last_both_ways_on_the_page_and_in_the_files(self):
        for way in ("", "-"):
            rows = json.loads(self.client.get(f"/arrangements.json?order={way}saving").content)["data"]
            amounts = [row["saving_pounds"] for row in rows]
            held = [amount for amount in amounts if amount is not None]
            assert amounts == [*sorted(held, reverse=bool(way)), *[None] * (len(amounts) - len(held))]
            assert 0 < len(held) < len(amounts)
            self.assert_one_list("/arrangements", {"order": [f"{way}started"]}, "reference")

    def book(self, address: str) -> Any:
        response = self.client.get(address)
        assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert response["Content-Disposition"].endswith('.xlsx"')
        return openpyxl.load_workbook(io.BytesIO(response.content))

    def test_the_workbook_keeps_the_rules_for_accessible_spreadsheets(self):
        for address, name, key in [
            ("/arrangements.xlsx?region=london&order=-saving", "Arrangements", "reference"),
            (f"{RELEASE}/arrangements.xlsx", "Arrangements", "reference"),
            ("/councils.xlsx", "Councils", "gss_code"),
            (f"{RELEASE}/councils.xlsx?asked=yes", "Councils", "gss_code"),
        ]:
            with self.subTest(address=address):
                book = self.book(address)
                assert book.sheetnames == ["Cover", "Columns", name]
                assert book.properties.title == f"{name}: Shared Services Register"
                assert book.properties.language == "en-GB"
                for sheet in book:
                    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
                    assert sheet["A1"].value
                    assert all(any(value is not None for value in row) for row in rows), "no row is empty"
                    assert not sheet.merged_cells.ranges
                    assert sheet.sheet_state == "visible"
                    if sheet.title == "Cover":
                        assert not sheet.tables
                        continue
                    (table,) = sheet.tables.values()
                    assert table.ref == sheet.dimensions, "the table is all there is on its sheet"
                    assert table.displayName == f"{sheet.title}_table"
                    assert [column.name for column in table.tableColumns] == rows[0]
                    assert len(set(rows[0])) == len(rows[0])
                    assert sheet.freeze_panes == "A2"
                    assert sheet.print_title_rows == "$1:$1"
                said = [row[0].value for row in book["Columns"].iter_rows(min_row=2)]
                assert said == [cell.value for cell in book[name][1]], "each column is explained"
                assert said[0] == key

    def test_the_cover_says_what_the_list_is_how_it_was_filtered_and_what_missing_means(self):
        book = self.book("/arrangements.xlsx?category=culture&category=environment&year=2013-14&q=")
        cover = [row[0].value for row in book["Cover"].iter_rows()]
        rows = book["Arrangements"].max_row - 1
        assert cover[1:5] == [
            "The register as it stands now, operating on 31 March 2014.",
            "Savings are those of release 2013-14.r1: reported by councils, not audited, net, in whole pounds.",
            f"{rows:,} arrangements, taken from the register on 20 April 2015.",
            "This list on the web: http://testserver/arrangements/?category=culture&category=environment&year=2013-14&q=",
        ]
        assert cover[5:9] == ["Filters that are on", "Category: Culture", "Category: Environment", "Financial year: 2013/14"]
        headings = [cell.value for cell in book["Arrangements"][1]]
        outcome, saving = headings.index("outcome"), headings.index("saving_pounds")
        signs = {}
        for row in book["Arrangements"].iter_rows(min_row=2, values_only=True):
            signs.setdefault(row[outcome], set()).add(row[saving] if row[outcome] != "figure" else type(row[saving]))
        expected = {"withheld": "[c]", "not_aimed": "[z]", "not_calculated": "[x]", "not_returned": "[x]", "too_early": "[x]"}
        assert signs == {"figure": {int}, **{outcome: {expected[outcome]} for outcome in signs if outcome != "figure"}}
        assert len(signs) > 3
        for sign in ("[x]", "[z]", "[c]"):
            assert any(line.startswith(sign) for line in cover)

    def test_a_list_without_a_row_is_still_a_file(self):
        book = self.book("/arrangements.xlsx?q=atlantis")
        assert book["Arrangements"]["A1"].value == "reference"
        assert book["Arrangements"].max_row == 1
        assert "Arrangements: headings alone, since nothing meets the filters." in [row[0].value for row in book["Cover"]]
        assert self.client.get("/arrangements.csv?q=atlantis").content.count(b"\n") == 1
        assert json.loads(self.client.get("/arrangements.json?q=atlantis").content)["data"] == []

    def test_what_looks_like_a_formula_is_text_in_every_file(self):
        wicked = '=HYPERLINK("http://evil.example","x")'
        Arrangement.objects.filter(pk=Arrangement.objects.earliest("pk").pk).update(name=wicked)
        asked = "?q=hyperlink"
        assert "'=HYPERLINK" in self.client.get(f"/arrangements.csv{asked}").content.decode()
        book = self.book(f"/arrangements.xlsx{asked}")
        (cell,) = [cell for row in book["Arrangements"].iter_rows(min_row=2) for cell in row if cell.value == wicked]
        assert cell.data_type in ("s", "inlineStr")
        assert json.loads(self.client.get(f"/arrangements.json{asked}").content)["data"][0]["name"] == wicked

    def test_the_json_has_the_api_s_envelope_and_says_what_was_asked(self):
        query = {"region": "london", "year": "2013-14"}
        answer = self.client.get(f"/arrangements.json?{urlencode(query)}")
        assert answer["Content-Type"] == "application/json"
        document = json.loads(answer.content)
        assert document["meta"] == {
            "count": len(document["data"]),
            "release": "2013-14.r1",
            "licence": "Open Government Licence v3.0",
            "filters": {"region": ["london"], "year": ["2013-14"]},
        }
        assert document["links"]["page"] == "http://testserver/arrangements/?region=london&year=2013-14"
        row = document["data"][0]
        assert (row["illustrative"], type(row["parties"])) in [(True, int), (False, int)]
        frozen = json.loads(self.client.get(f"{RELEASE}/arrangements.json?service=ict").content)
        assert frozen["meta"]["release"] == "2013-14.r1"
        assert isinstance(frozen["data"][0]["partners"], list)

    def test_a_long_file_lies_on_disk_and_is_the_same(self):
        class Long(ArrangementCsv):
            in_memory = 100

        request = RequestFactory().get("/arrangements.csv")
        request.user = None
        answer = Long.as_view()(request)
        assert answer.streaming
        content = b"".join(answer.streaming_content)
        assert content == self.client.get("/arrangements.csv").content
        assert answer["Content-Length"] == str(len(content))
