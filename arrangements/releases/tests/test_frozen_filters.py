"""A release's frozen lists are one list each: page, file and API agree, with what was frozen and with the figures."""

from __future__ import annotations

import os
from random import Random
from urllib.parse import urlencode

from django.test import TestCase, override_settings

from arrangements.register.models import Arrangement, Partnership
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_year
from arrangements.tests.by_hand import Query, frozen_list, read_facts
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import SEED, TODAY
from councils.models import Council, Region
from sharedservices.common.tests.surfaces import in_api, in_file, on_page

RELEASE = "2013-14.r1"
GRID: list[Query] = [
    {},
    {"q": ["waste"]},
    {"q": ["old acorn"]},
    {"region": ["london", "north-west"]},
    {"county": ["northshire"]},
    {"county": ["none", "fenshire"]},
    {"council": ["willow", "alder"]},
    {"service": ["ict", "parks"]},
    {"category": ["culture", "environment"]},
    {"governance": ["joint_committee", "other"]},
    {"role": ["client", "lead"]},
    {"role": ["client", "partner"], "council": ["willow", "birch"]},
    {"partner_kind": ["police", "county"]},
    {"regions": ["several"]},
    {"outcome": ["not_returned", "withheld"]},
    {"saving_min": ["0"], "saving_max": ["125000"]},
    *({"order": [f"{way}{word}"]} for word in ("name", "reference", "started", "partners", "saving") for way in ("", "-")),
]
# Each filter and its several values; with LONG=1 each order both ways too.
ASKED = GRID if os.environ.get("LONG") else [query for query in GRID if not query.get("order", [""])[0].startswith("-")]

VALUES = {
    "q": ["shared", "joint"],
    "region": ["london", "south-east", "east-midlands"],
    "county": ["northshire", "fenshire", "none"],
    "council": ["willow", "alder", "maple"],
    "service": ["ict", "payroll", "waste"],
    "category": ["back-office", "environment"],
    "role": ["lead", "partner", "client"],
    "partner_kind": ["county", "district", "police"],
    "outcome": ["figure", "not_aimed", "not_returned"],
    "saving_min": ["-3000", "0"],
    "order": ["-name", "-saving", "started", "-partners"],
}
SINGLE = {"q", "saving_min", "order"}


@override_settings(REGISTER_TODAY=TODAY)
class FrozenListTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.facts = read_facts()
        cls.release = Release.objects.select_related("year").get(slug=RELEASE)

    def assert_one_list(self, query: Query, limit: int = 1_000) -> list[str]:
        by_hand = frozen_list(self.facts, query, self.release)
        base = f"/releases/{RELEASE}/arrangements"
        with self.subTest(query=query):
            assert in_file(self.client, f"{base}.csv", query, "reference") == by_hand
            assert in_api(self.client, f"/api/v1{base}/", query, "reference", limit) == by_hand
            assert on_page(self.client, f"{base}/", query) == by_hand
        return by_hand

    def test_each_filter_means_the_same_on_page_file_and_api_and_what_it_says(self):
        found = [len(self.assert_one_list(query)) for query in ASKED]
        assert all(found), "each query of the grid finds something, or it claims nothing"

    def test_any_filters_together_mean_the_same_everywhere(self):
        rng = Random(SEED)
        found = 0
        for _ in range(15):
            names = rng.sample(list(VALUES), rng.randint(2, 3))
            query = {name: rng.sample(VALUES[name], 1 if name in SINGLE else rng.randint(1, 2)) for name in names}
            found += bool(self.assert_one_list(query, rng.choice([1_000, 19])))
        assert found > 6

    def test_savings_take_every_filter_of_the_frozen_list_and_pick_the_release(self):
        base = f"/api/v1/releases/{RELEASE}/arrangements/"
        for query in GRID[:16]:
            with self.subTest(query=query):
                rows = in_api(self.client, base, query, "reference")
                for picking in ({}, {"year": ["2013-14"]}, {"release": [RELEASE]}, {"as_of": ["2014-05-20T13:30"]}):
                    assert in_api(self.client, "/api/v1/savings/", {**query, **picking}, "reference") == rows

    def test_the_frozen_lists_never_follow_the_register(self):
        before = self.client.get(f"/releases/{RELEASE}/arrangements.csv?order=-saving&region=london").content
        Arrangement.objects.update(name="Renamed")
        Partnership.objects.filter(council__region__slug="london", answers=False).delete()
        after = self.client.get(f"/releases/{RELEASE}/arrangements.csv?order=-saving&region=london").content
        assert after == before

    def test_both_lists_have_the_same_names_for_the_same_questions(self):
        """A name of one means the same in the other; only `status` and `year` ask of the register alone."""
        document = self.client.get("/api/v1/openapi.json").json()["paths"]
        register, frozen = (
            {parameter["name"] for parameter in document[path]["get"]["parameters"] if parameter["in"] == "query"}
            for path in ("/api/v1/arrangements/", "/api/v1/releases/{release}/arrangements/")
        )
        assert register - frozen == {"status", "year"}
        assert frozen - register == set()

    def test_the_register_of_an_unchanged_year_is_its_release(self):
        for query in GRID[3:16]:  # a search is another matter: the register's finds parties of other years too
            with self.subTest(query=query):
                given = {**query, "year": ["2013-14"]}
                register = in_api(self.client, "/api/v1/arrangements/", given, "reference")
                assert register == frozen_list(self.facts, query, self.release)

    def test_every_figure_s_list_holds_as_many_rows_as_the_figure_says(self):
        figures = ReleasedFigure.objects.of(self.release)
        assert figures.count() > 20
        for figure in figures:
            with self.subTest(figure=figure.key):
                address = f"/api/v1/releases/{RELEASE}/{figure.rows}"
                response = self.client.get(f"{address}{'&' if '?' in address else '?'}limit=1")
                assert response.status_code == 200, response.content.decode()
                assert response.json()["meta"]["count"] == figure.row_count

    def test_a_former_code_finds_what_was_frozen_under_it(self):
        """Alder's code changed in September 2013, between the two years."""
        alder = Council.objects.get(slug="alder")
        for release, code in (("2012-13.r2", "E07800001"), (RELEASE, alder.gss_code)):
            rows = ReleasedArrangement.objects.filter(release__slug=release, involved__contains=[code])
            expected = sorted(rows.values_list("reference", flat=True))
            assert expected
            for name in ("alder", "E07800001", alder.gss_code, "ALDER"):
                with self.subTest(release=release, name=name):
                    address = f"/api/v1/releases/{release}/arrangements/"
                    assert sorted(in_api(self.client, address, {"council": [name]}, "reference")) == expected


@override_settings(REGISTER_TODAY=TODAY)
class FrozenCouncilListTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        Council.objects.filter(slug="maple").update(kind="city_of_london")  # after the release: nothing frozen may follow
        cls.rows = list(ReleasedCouncil.objects.filter(release__slug=RELEASE))

    def test_page_file_and_api_give_the_councils_that_the_filter_names(self):
        by_name = {"region": "region", "kind": "kind", "state": "state"}
        code = Region.objects.get(slug="london").gss_code
        queries: list[Query] = [
            {},
            {"q": ["oak"]},
            {"q": [self.rows[0].gss_code.lower()]},
            {"region": ["london"]},
            {"region": ["london", "north-west"]},
            {"kind": ["district", "county"]},
            {"kind": ["metropolitan"]},
            {"asked": ["yes"]},
            {"involved": ["yes"]},
            {"state": ["accepted"]},
            {"state": ["in_progress", "accepted"], "region": ["london", "south-east"]},
            *({"order": [f"{way}{word}"]} for word in ("name", "code", "arrangements") for way in ("", "-")),
        ]
        for query in queries:
            kept = [
                row
                for row in self.rows
                if all(getattr(row, field) in query[name] for name, field in by_name.items() if name in query)
                and (query.get("q", [""])[0] in f"{row.name}\n{row.short_name}\n{row.gss_code}".lower())
                and ("asked" not in query or row.asked)
                and ("involved" not in query or row.arrangements > 0)
            ]
            word = query.get("order", ["name"])[0]
            key = {
                "name": lambda row: row.short_name.lower(),
                "code": lambda row: row.gss_code,
                "arrangements": lambda row: row.arrangements,
            }
            ordered = sorted(
                sorted(kept, key=lambda row: row.gss_code), key=key[word.removeprefix("-")], reverse=word.startswith("-")
            )
            expected = [row.slug for row in ordered]
            base = f"/releases/{RELEASE}/councils"
            with self.subTest(query=query):
                assert expected
                assert on_page(self.client, f"{base}/", query) == expected
                assert in_file(self.client, f"{base}.csv", query, "slug") == expected
                assert in_api(self.client, f"/api/v1{base}/", query, "slug") == expected
                assert in_api(self.client, f"/api/v1{base}/", query, "slug", limit=3) == expected
        by_code = in_api(self.client, f"/api/v1/releases/{RELEASE}/councils/", {"region": [code]}, "slug")
        assert by_code == in_api(self.client, f"/api/v1/releases/{RELEASE}/councils/", {"region": ["london"]}, "slug")

    def test_yes_and_no_part_the_list_in_two(self):
        for name in ("asked", "involved"):
            both = [
                in_api(self.client, f"/api/v1/releases/{RELEASE}/councils/", {name: [answer]}, "slug") for answer in ("yes", "no")
            ]
            assert sorted(both[0] + both[1]) == sorted(row.slug for row in self.rows)


class FigureListTests(WorldTestCase):
    def keys(self, **query: str | list[str]) -> list[str]:
        response = self.client.get(f"/api/v1/figures/?limit=1000&{urlencode(query, doseq=True)}")
        assert response.status_code == 200, response.content.decode()
        return [figure["id"] for figure in response.json()["data"]]

    def release(self, **query: str) -> str | None:
        return self.client.get(f"/api/v1/figures/?limit=1&{urlencode(query)}").json()["meta"]["release"]

    def test_ids_and_measures_name_figures(self):
        assert self.keys(id="savings-total") == ["savings-total"]
        assert set(self.keys(id=["savings-total", "arrangements"])) == {"savings-total", "arrangements"}
        by_category = self.keys(measure="savings-category")
        assert set(by_category) == {f"savings-category:{slug}" for slug in ("back-office", "environment", "culture")}

    def test_the_latest_release_answers_unless_another_is_picked(self):
        assert self.release() == RELEASE
        assert self.release(year="2012-13") == "2012-13.r2"
        assert self.release(release="2012-13.r1") == "2012-13.r1"
        assert self.release(year="2014-15") is None, "nothing is published of it"

    def test_as_of_gives_what_was_the_latest_at_that_moment_both_edges_included(self):
        """2012/13 r1 came out at noon UTC on 20 May 2013, one o'clock in London, and r2 at noon on 18 March 2014."""
        assert self.release(as_of="2013-05-20T12:59:59") is None
        assert self.release(as_of="2013-05-20T13:00") == "2012-13.r1"
        assert self.release(as_of="2013-05-20T12:00Z") == "2012-13.r1"
        assert self.release(as_of="2014-03-17") == "2012-13.r1"
        assert self.release(as_of="2014-03-18") == "2012-13.r2", "a day stands for its end"
        assert self.release(as_of="2014-03-18T11:59:59") == "2012-13.r1"
        assert self.release(as_of="2999-01-01") == RELEASE, "the future is now"
        assert self.release(as_of="2013-06-01", year="2013-14") is None
        assert self.release(as_of="2013-06-01", release="2012-13.r2") is None


@override_settings(REGISTER_TODAY=TODAY)
class NotYetPublishedTests(TestCase):
    def test_ids_of_figures_that_nobody_may_see_are_unknown(self):
        make_arrangement()
        year = make_year(2013)
        accept_all(year)
        make_release(year, public=False)
        for question in ("id=savings-total", "measure=savings-total"):
            answer = self.client.get(f"/api/v1/figures/?{question}")
            assert answer.status_code == 400
            assert answer.json()["errors"][0]["detail"].endswith("“savings-total” is not one of its values.")
        assert self.client.get("/api/v1/savings/?release=2013-14.r1").status_code == 400
        assert self.client.get("/api/v1/savings/").json()["meta"] == {
            "count": 0,
            "release": None,
            "licence": "Open Government Licence v3.0",
        }
