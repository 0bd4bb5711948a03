"""Reading by program: every list in its forms, figures made again from their provenance, councils under all their codes."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.test import override_settings

from arrangements.releases.figures import per_cent, rank_of
from arrangements.releases.models import ReleasedFigure
from arrangements.tests.world import TODAY
from councils.models import Council, Succession
from councils.tests.builders import make_council
from sharedservices.tests.house import API_LISTS, CHANGES, RELEASE, HouseTestCase


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class ReadingTests(HouseTestCase):
    def test_every_list_comes_as_csv_and_json_lines_by_ending_and_by_accept_and_whole(self):
        for address in API_LISTS:
            whole = self.client.get(f"{address}?limit=1000").json()
            name = address.removesuffix("/")
            as_csv, as_lines = self.client.get(f"{name}.csv"), self.client.get(f"{name}.jsonl")
            with self.subTest(address=address):
                assert as_csv["Content-Type"] == "text/csv; charset=utf-8"
                assert as_lines["Content-Type"] == "application/jsonl"
                assert f'filename="{name.rpartition("/")[2]}.csv"' in as_csv["Content-Disposition"]
                assert [json.loads(line) for line in as_lines.content.splitlines()] == whole["data"]
                assert len(rows_of(as_csv)) == whole["meta"]["count"] == len(whole["data"])
                key = next(key for key in ("reference", "gss_code", "slug", "id") if key in whole["data"][0])
                assert [row[key] for row in rows_of(as_csv)] == [str(row[key]) for row in whole["data"]]
                for kind, expected in (("text/csv", as_csv), ("application/jsonl", as_lines), ("application/x-ndjson", as_lines)):
                    assert self.client.get(address, headers={"accept": kind}).content == expected.content
                assert self.client.get(f"{name}.json?limit=3").json()["data"] == whole["data"][:3]

    def test_a_file_without_a_row_is_still_of_its_kind(self):
        for ending, kind, size in ((".csv", "text/csv; charset=utf-8", 1), (".jsonl", "application/jsonl", 0)):
            answer = self.client.get(f"/api/v1/councils{ending}?q=xyzzyxyzzy")
            assert (answer.status_code, answer["Content-Type"]) == (200, kind)
            assert len(answer.content.splitlines()) == size

    def test_a_file_in_parts_leads_on_by_its_link(self):
        following, found = "/api/v1/arrangements.csv?limit=20", []
        while following:
            answer = self.client.get(following)
            found += [row["reference"] for row in rows_of(answer)]
            following = answer.get("Link", "").partition("<")[2].partition(">")[0]
            assert not following or answer["Link"].endswith('; rel="next"')
        assert found == [row["reference"] for row in rows_of(self.client.get("/api/v1/arrangements.csv"))]

    def test_refusals_are_problems_whatever_form_was_asked_for(self):
        for address in ("/api/v1/councils.csv?regoin=x", "/api/v1/savings.jsonl?release=banana"):
            answer = self.client.get(address)
            assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
            (fault,) = answer.json()["errors"]
            assert fault["pointer"] == f"/query/{fault['parameter']}"
            assert fault["example"]

    def test_the_rule_and_a_good_example_stand_beside_each_fault_and_the_example_is_taken(self):
        for query, rule in [
            ("saving_min=1e9", "whole_pounds"),
            ("year=2013-15", "one_of_its_values"),
            ("region=lodnon", "one_of_its_values"),
            ("outcome=figures", "one_of_its_values"),
            ("order=nmae", "one_of_its_values"),
            ("limit=0", "from_1_to_1000"),
            ("q=" + "a" * 300, "short_text"),
            ("regoin=london", "a_known_name"),
            ("year=2013-14&year=2012-13", "given_once"),
            ("after=x", "a_cursor_given"),
        ]:
            (fault,) = self.client.get(f"/api/v1/arrangements/?{query}").json()["errors"]
            with self.subTest(query=query[:30]):
                assert fault["rule"] == rule
                if fault["example"] is None:
                    continue
                good = f"{fault['example']}=london" if rule == "a_known_name" else f"{fault['parameter']}={fault['example']}"
                assert self.client.get(f"/api/v1/arrangements/?{good}").status_code == 200
        (fault,) = self.client.get("/api/v1/savings/?as_of=rubbish").json()["errors"]
        assert (fault["rule"], self.client.get(f"/api/v1/savings/?as_of={fault['example']}").status_code) == ("moment", 200)

    def test_an_item_and_the_root_take_no_parameters(self):
        for address in {"/api/v1/", "/api/v1/openapi.json", *self.house.api_items()} - {CHANGES}:
            answer = self.client.get(f"{address}?year=2013-14")
            assert answer.status_code == 400, address
            assert answer.json()["errors"][0]["rule"] == "no_parameters"

    def test_a_figure_is_made_again_from_its_provenance(self):
        made = set()
        for figure in ReleasedFigure.objects.filter(release__slug=RELEASE):
            told = self.client.get(f"/api/v1/figures/{figure.key}/inputs/").json()["data"]
            with self.subTest(figure=figure.key):
                assert self.made_again(told) == told["value"] == figure.value
                assert all(bool(row["reason"]) != bool(row["weight"]) for row in told["rows"])
                made.add(told["formula"])
        assert made == {"sum", "difference", "per_cent", "rank"}

    def made_again(self, told: dict) -> int | None:
        terms = {term["role"]: term["value"] for term in told["terms"]}
        own = sum(row["amount"] * row["weight"] for row in told["rows"] if row["weight"])
        match told["formula"]:
            case "sum":
                return own
            case "difference":
                return terms["minuend"] - terms["subtrahend"]
            case "rank":
                return rank_of(own, [term["value"] for term in told["terms"] if term["role"] == "among"])
        return per_cent(told["numerator"], told["denominator"])

    def test_the_latest_figure_is_that_of_the_latest_release(self):
        latest = self.client.get("/api/v1/figures/savings-total/").json()
        pinned = self.client.get(f"/api/v1/releases/{RELEASE}/figures/savings-total/").json()
        assert (latest["data"], latest["meta"]["release"]) == (pinned["data"], RELEASE)

    def test_a_council_answers_under_its_former_codes_and_leads_to_its_successors(self):
        alder = Council.objects.get(slug="alder")
        assert self.client.get("/api/v1/councils/e07800001/").json()["data"]["gss_code"] == alder.gss_code
        ended = Council.objects.get(slug="gone")
        after = make_council("After Council", region=ended.region, started_on=date(2013, 1, 1))
        Succession.objects.create(predecessor=ended, successor=after)
        item = self.client.get(f"/api/v1/councils/{ended.gss_code}/").json()
        (address,) = item["links"]["successors"]
        assert self.client.get(address).json()["links"]["predecessors"] == [item["links"]["self"]]

    def test_none_finds_councils_without_a_county_over_them(self):
        found = {row["slug"] for row in self.client.get("/api/v1/councils/?county=none").json()["data"]}
        assert {"willow", "oakham"} <= found
        assert not {"alder", "northshire"} & found
        both = self.client.get("/api/v1/councils/?county=none&county=northshire&county=fenshire").json()["meta"]["count"]
        assert both == Council.objects.count()

    def test_a_walk_through_a_picked_release_stays_with_it(self):
        following = self.client.get("/api/v1/savings/?limit=10").json()["links"]["next"]
        assert f"release={RELEASE}" in following
        with_year = self.client.get("/api/v1/savings/?limit=10&year=2012-13").json()["links"]["next"]
        assert "release=2012-13.r2" in with_year
        assert self.client.get(with_year).json()["meta"]["release"] == "2012-13.r2"

    def test_years_tell_their_latest_public_release_and_the_words_of_filters_are_lists(self):
        years = {row["slug"]: row["latest_release"] for row in self.client.get("/api/v1/years/").json()["data"]}
        assert years == {"2012-13": "2012-13.r2", "2013-14": RELEASE, "2014-15": None}
        for name, taken in [("regions", "region"), ("services", "service"), ("categories", "category"), ("years", "year")]:
            for row in self.client.get(f"/api/v1/{name}/").json()["data"]:
                assert self.client.get(f"/api/v1/arrangements/?limit=1&{taken}={row['slug']}").status_code == 200
