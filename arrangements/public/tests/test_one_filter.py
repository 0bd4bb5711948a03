"""The register's list is one list: page, file and API give the same arrangements in the same order, and the right ones."""

from __future__ import annotations

import os
from random import Random

from django.test import override_settings

from arrangements.tests.by_hand import Query, read_facts, register_list
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import SEED, TODAY
from councils.models import Council, Region
from sharedservices.common.tests.surfaces import in_api, in_file, on_page

PAGE, FILE, API = "/arrangements/", "/arrangements.csv", "/api/v1/arrangements/"

# Every filter by itself, with one value and with several.
GRID: list[Query] = [
    {},
    {"q": ["waste"]},
    {"q": ["old acorn"]},
    {"q": ["quondam 3"]},
    {"q": ["fens fire"]},
    {"region": ["london"]},
    {"region": ["north-west", "south-east"]},
    {"county": ["northshire"]},
    {"county": ["none", "fenshire"]},
    {"council": ["willow", "alder"]},
    {"service": ["ict", "parks"]},
    {"category": ["culture", "environment"]},
    {"governance": ["joint_committee", "other"]},
    {"role": ["lead"]},
    {"role": ["client", "lead"]},
    {"role": ["client"], "council": ["willow", "birch"]},
    {"partner_kind": ["london_borough"]},
    {"partner_kind": ["police", "county"]},
    {"regions": ["several"]},
    {"outcome": ["not_returned", "none", "withheld"]},
    {"saving_min": ["0"], "saving_max": ["125000"]},
    {"status": ["not-started", "ended"]},
    {"year": ["2012-13"]},
    {"year": ["2013-14"]},
    {"year": ["2014-15"]},
    *(
        {"year": ["2013-14"], **more}
        for more in (
            {"region": ["london"]},
            {"county": ["northshire"]},
            {"council": ["willow"]},
            {"partner_kind": ["nhs", "district"]},
        )
    ),
    *({"order": [f"{way}{word}"]} for word in ("name", "reference", "started", "partners", "saving") for way in ("", "-")),
]
# Each filter and its several values; with LONG=1 each order both ways too.
ASKED = GRID if os.environ.get("LONG") else [query for query in GRID if not query.get("order", [""])[0].startswith("-")]

VALUES = {
    "q": ["shared", "joint", "birch"],
    "region": ["london", "south-east", "east-midlands", "north-west"],
    "county": ["northshire", "fenshire", "none"],
    "council": ["willow", "alder", "gone", "maple", "fenshire"],
    "service": ["ict", "payroll", "waste", "parks", "museums"],
    "category": ["back-office", "environment", "culture"],
    "governance": ["joint_committee", "lead_authority", "shared_staff", "other"],
    "role": ["lead", "partner", "client"],
    "partner_kind": ["county", "district", "london_borough", "police", "nhs", "unitary"],
    "regions": ["several"],
    "outcome": ["figure", "not_aimed", "not_returned", "none"],
    "saving_min": ["-3000", "0", "40000"],
    "saving_max": ["0", "40000", "1000000"],
    "status": ["operating", "ended", "not-started"],
    "year": ["2012-13", "2013-14", "2014-15"],
    "order": ["name", "-name", "-saving", "saving", "started", "-partners"],
}
SINGLE = {"q", "regions", "saving_min", "saving_max", "year", "order"}


def random_queries(count: int, rng: Random) -> list[Query]:
    """Two to four filters at once, each with one value or two."""
    queries = []
    for _ in range(count):
        names = rng.sample(list(VALUES), rng.randint(2, 4))
        queries.append({name: rng.sample(VALUES[name], 1 if name in SINGLE else rng.randint(1, 2)) for name in names})
    return queries


def code_of(model: type[Council] | type[Region], slug: str) -> str:
    """The present GSS code."""
    return model.objects.get(slug=slug).gss_code


@override_settings(REGISTER_TODAY=TODAY)
class OneFilterTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.facts = read_facts()

    def assert_one_list(self, query: Query, limit: int = 1_000) -> list[str]:
        by_hand = register_list(self.facts, query, TODAY)
        with self.subTest(query=query):
            assert in_file(self.client, FILE, query, "reference") == by_hand
            assert in_api(self.client, API, query, "reference", limit) == by_hand
            assert on_page(self.client, PAGE, query) == by_hand
        return by_hand

    def test_each_filter_means_the_same_on_page_file_and_api_and_what_it_says(self):
        found = [len(self.assert_one_list(query)) for query in ASKED]
        assert all(found), "each query of the grid finds something, or it claims nothing"

    def test_any_filters_together_mean_the_same_everywhere(self):
        rng = Random(SEED)
        found = [len(self.assert_one_list(query, rng.choice([1_000, 37]))) for query in random_queries(20, rng)]
        assert sum(map(bool, found)) > 8

    def test_the_size_of_the_api_s_pages_changes_nothing(self):
        for order in ("started", "-saving"):
            query = {"order": [order], "region": ["north-west"]}
            whole = register_list(self.facts, query, TODAY)
            for limit in (None, 1, 7, len(whole) - 1, len(whole)):
                with self.subTest(order=order, limit=limit):
                    assert in_api(self.client, API, query, "reference", limit) == whole

    def test_the_same_question_asked_in_other_words_gives_the_same_list(self):
        for one, other in [
            ("region=london", "region=London"),
            ("region=london", f"region={code_of(Region, 'london')}"),
            ("region=london", f"region={code_of(Region, 'london').lower()}"),
            ("council=alder", "council=ALDER"),
            ("council=alder", f"council={code_of(Council, 'alder')}"),
            ("council=alder", "council=E07800001"),  # its code until a boundary changed
            ("council=alder", "council=e07800001&council=alder"),
            ("county=fenshire", f"county={code_of(Council, 'fenshire')}"),
            ("region=london", "region=london&region=&q=&saving_min=+&order="),  # as a form without script sends it
            ("service=ict&service=parks", "service=parks&service=ict&service=ict"),
        ]:
            with self.subTest(one=one, other=other):
                whole = self.ask(one)
                assert self.ask(other) == whole
                assert whole

    def ask(self, query: str) -> list[str]:
        response = self.client.get(f"{API}?limit=1000&{query}")
        assert response.status_code == 200, response.content.decode()
        return [row["reference"] for row in response.json()["data"]]
