"""The pages of words: what they count and list is read from where it stands, and can't fall behind."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings as project
from django.test import Client, override_settings

from arrangements.public.register_files import tables
from arrangements.public.words import OF_A_RELEASE, OF_THE_REGISTER
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY

WORDS = ["/coverage/", "/data/dictionary/", "/accessibility/", "/privacy/", "/licence/", "/cite/"]


@override_settings(REGISTER_TODAY=TODAY)
class WordsTests(WorldTestCase):
    def test_the_dictionary_has_every_column_of_every_file_of_the_register(self):
        made = {table.name: (table.says, table.columns) for table in tables()}
        assert {each.name: (each.says, each.columns) for each in OF_THE_REGISTER} == made

    def test_and_of_a_release_as_its_own_description_has_it(self):
        described = json.loads(self.client.get("/releases/2013-14.r1/files/datapackage.json").content)
        tabular = [each for each in described["resources"] if "schema" in each]
        assert {each.name: (each.says, list(each.columns)) for each in OF_A_RELEASE} == {
            each["path"].removesuffix(".csv"): (each["title"], [field["name"] for field in each["schema"]["fields"]])
            for each in tabular
        }
        page = self.client.get("/data/dictionary/").content.decode()
        for file in [*OF_A_RELEASE, *OF_THE_REGISTER]:
            for name in file.columns:
                assert page.count(f'id="{file.of}-{file.name}-{name}"') == 1

    def test_coverage_gives_each_year_s_stored_figures_each_with_the_way_to_its_meaning(self):
        page = self.client.get("/coverage/").content.decode()
        for release in ("2013-14.r1", "2012-13.r2"):
            for key in ("councils-asked", "arrangements", "arrangements-outcome:not_returned"):
                assert f'href="/releases/{release}/figures/{key}/"' in page
        assert "2012-13.r1" not in page, "only the revision that stands"

    def test_how_to_cite_quotes_the_latest_release(self):
        page = self.client.get("/cite/").content.decode()
        assert "Source: Shared Services Register, 2013/14" in page
        assert "http://testserver/releases/2013-14.r1/figures/savings-total/" in page

    def test_every_page_of_words_stands_in_the_footer_and_takes_few_queries(self):
        footer = self.client.get("/").content.decode().partition("<footer")[2]
        for address in WORDS:
            assert f'href="{address}"' in footer
            with self.assertNumQueries(self.most(address)):
                assert self.client.get(address).status_code == 200

    def most(self, address: str) -> int:
        return {"/coverage/": 6, "/cite/": 2}.get(address, 0)


@pytest.mark.django_db
def test_they_stand_in_an_empty_register_too():
    for address in WORDS:
        page = Client().get(address)
        assert page.status_code == 200
        assert len(re.findall("<h1", page.content.decode())) == 1


def test_the_credits_are_those_of_the_files():
    """Whoever changes the credit lines beside the data changes the page as well."""
    page = (project.BASE_DIR / "templates/public/licence.html").read_text(encoding="utf-8")
    plain = " ".join(re.sub(r"<[^>]+>", "", page).split())
    beside_the_data = " ".join((project.BASE_DIR / "councils/data/CREDITS.md").read_text(encoding="utf-8").split())
    for line in ["Council register based on data by mySociety (CC BY 4.0), corrected.",
                 "Contains OS data © Crown copyright and database right 2014.", "Martin Chorley"]:  # fmt: skip
        assert line in plain
        assert line in beside_the_data
