"""The figures of the article, from the rows of the loaded demonstration, in the API, on pages and in files."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client

from arrangements.releases.models import Release, ReleasedArrangement

pytestmark = pytest.mark.usefixtures("demonstration")

THE_ARTICLE = {
    "savings-total": 357_000_000,
    "savings-change": 83_000_000,
    "arrangements": 383,
    "arrangements-change": 58,
    "councils-involved": 337,
    "councils-asked": 351,
    "councils-share": 96,
    "savings-category:back-office": 75_000_000,
    "savings-category-share:back-office": 21,
    "savings-category-rank:back-office": 2,
    "savings-category:environment-waste-transport": 84_000_000,
    "savings-category-rank:environment-waste-transport": 1,
    "arrangements-region:london": 60,
    "arrangements-region-change:london": 26,
    "arrangements-region:south-east": 79,
    "arrangements-region-change:south-east": 37,
}
OTHER_REGIONS = [
    "north-east", "north-west", "yorkshire-and-the-humber", "east-midlands", "west-midlands", "east-of-england", "south-west",
]  # fmt: skip


def figures(client: Client, query: str) -> dict[str, dict[str, Any]]:
    """The API's figures by id."""
    answer = client.get(f"/api/v1/figures/?{query}&limit=1000")
    assert answer.status_code == 200
    return {each["id"]: each for each in answer.json()["data"]}


def names_on_the_page(client: Client, query: str) -> list[str]:
    """The arrangements that the list shows."""
    answer = client.get(f"/arrangements/?{query}")
    assert answer.status_code == 200
    return [row.name for row in answer.context["rows"]]


def names_in_the_file(client: Client, query: str) -> list[str]:
    """The arrangements in the list's download."""
    text = client.get(f"/arrangements.csv?{query}").content.decode("utf-8-sig")
    return [row["name"] for row in csv.DictReader(io.StringIO(text))]


def names_in_the_api(client: Client, query: str) -> list[str]:
    """The arrangements that the API gives."""
    return [row["name"] for row in client.get(f"/api/v1/arrangements/?{query}&limit=1000").json()["data"]]


class TestFigures:
    def test_the_api_gives_every_figure_of_the_article(self, client: Client):
        found = figures(client, "year=2013-14")
        assert {key: found[key]["value"] for key in THE_ARTICLE} == THE_ARTICLE

    def test_the_first_page_of_the_api_holds_them_all_with_what_they_mean(self, client: Client):
        answer = client.get("/api/v1/figures/?year=2013-14").json()
        assert answer["meta"]["release"] == "2013-14.r1"
        by_id = {each["id"]: each for each in answer["data"]}
        for key in THE_ARTICLE:
            assert set(by_id[key]) >= {"id", "label", "value", "unit", "display", "definition", "rows"}
            assert by_id[key]["definition"].endswith(".")
        assert by_id["savings-total"]["display"] == "£357 million"
        assert by_id["savings-change"]["display"] == "£83 million"
        assert by_id["councils-share"]["display"] == "96 per cent"

    def test_the_year_before_is_the_release_that_corrected_it(self, client: Client):
        found = figures(client, "year=2012-13")
        assert found["savings-total"]["value"] == 274_000_000
        assert found["arrangements"]["value"] == 325
        assert found["councils-involved"]["value"] == 337
        assert found["arrangements-region:london"]["value"] == 34
        assert found["arrangements-region:south-east"]["value"] == 42
        assert {each["release"] for each in found.values()} == {"2012-13.r2"}

    def test_its_first_publication_stands_at_278_million(self, client: Client):
        assert figures(client, "release=2012-13.r1")["savings-total"]["value"] == 278_000_000
        assert "£278 million" in client.get("/releases/2012-13.r1/").content.decode()

    def test_without_a_year_the_latest_release_answers(self, client: Client):
        assert figures(client, "")["savings-total"]["value"] == 357_000_000

    def test_no_other_region_falls_or_gains_26(self, client: Client):
        found = figures(client, "year=2013-14")
        for region in OTHER_REGIONS:
            assert 0 <= found[f"arrangements-region-change:{region}"]["value"] < 26, region

    def test_about_twelve_of_the_net_new_touch_both_london_and_the_south_east(self, demonstration):
        both = {
            slug: ReleasedArrangement.objects.of(Release.objects.get(slug=slug)).filter(
                regions__contains=["london", "south-east"]
            )
            for slug in ("2012-13.r2", "2013-14.r1")
        }
        assert 10 <= both["2013-14.r1"].count() - both["2012-13.r2"].count() <= 14

    def test_the_home_page_says_what_the_article_said(self, client: Client):
        page = client.get("/").content.decode()
        for said in ("£357 million", "£83 million", "96 per cent", "383", "337", "£84 million", "£75 million", "21 per cent"):
            assert said in page, said

    def test_every_headline_of_the_home_page_opens_to_rows_or_a_figure_of_the_release(self, client: Client):
        page = client.get("/").content.decode()
        addresses = set(re.findall(r'href="(/releases/2013-14\.r1/[^"]+)"', page))
        assert len(addresses) >= 6
        for address in addresses:
            assert client.get(address.replace("&amp;", "&")).status_code == 200, address

    def test_the_file_holds_the_same_figures(self, client: Client):
        document = json.loads(client.get("/releases/2013-14.r1/files/figures.json").content)
        by_id = {each["id"]: each["value"] for each in document["figures"]}
        assert {key: by_id[key] for key in THE_ARTICLE} == THE_ARTICLE


class TestCorrections:
    def test_the_second_release_of_2012_13_names_each_correction_and_what_moved(self, client: Client):
        release = Release.objects.get(slug="2012-13.r2")
        before, after = (
            {row.reference: row for row in ReleasedArrangement.objects.of(Release.objects.get(slug=slug))}
            for slug in ("2012-13.r1", "2012-13.r2")
        )
        moved = [
            row
            for reference, row in after.items()
            if (row.outcome, row.amount) != (before[reference].outcome, before[reference].amount)
        ]
        assert sum((row.amount or 0) - (before[row.reference].amount or 0) for row in moved) == -4_000_000
        lines = release.public_note.splitlines()[1:]
        assert len(moved) == len(lines) >= 2
        for row in moved:
            assert any(line.startswith(f"{row.name}: ") for line in lines), row.name
            if row.amount is not None:
                assert f"£{row.amount:,}" in release.public_note
        page = client.get("/releases/2012-13.r2/").content.decode()
        assert all(row.name.replace("&", "&amp;").replace("'", "&#x27;") in page for row in moved)
        assert client.get("/api/v1/releases/2012-13.r2/").json()["data"]["public_note"] == release.public_note

    def test_the_notice_gives_the_headline_as_it_was_and_is_and_the_first_says_by_what_it_was_superseded(self, client: Client):
        document = client.get("/api/v1/releases/2012-13.r2/").json()["data"]
        total = next(each for each in document["corrections"]["figures"] if each["id"] == "savings-total")
        assert (total["old_value"], total["new_value"], len(total["because"])) == (278_000_000, 274_000_000, 6)
        assert total["because"] == [row["reference"] for row in document["corrections"]["arrangements"]]
        page = client.get("/releases/2012-13.r2/").content.decode()
        assert "reported savings, £278 million, became £274 million; 11 other figures moved." in page
        first = client.get("/releases/2012-13.r1/").content.decode()
        assert "on 18 March 2014" in first
        assert "£278 million" in first

    @pytest.mark.parametrize(("slug", "count"), [("2012-13.r1", 48), ("2012-13.r2", 48), ("2013-14.r1", 51)])
    def test_each_release_says_which_returns_it_goes_without_and_why(self, client: Client, slug: str, count: int):
        (note,) = client.get(f"/api/v1/releases/{slug}/").json()["data"]["notes"]
        assert (note["gate"], note["count"]) == ("returns", count)
        assert "no answer into the mouth of a council" in note["reason"]
        assert f"{count} councils asked had made no return." in client.get(f"/releases/{slug}/").content.decode()

    def test_apart_from_the_corrections_the_two_hold_the_same_arrangements(self):
        references = [
            list(
                ReleasedArrangement.objects.of(Release.objects.get(slug=slug))
                .order_by("reference")
                .values_list("reference", "name")
            )
            for slug in ("2012-13.r1", "2012-13.r2")
        ]
        assert references[0] == references[1]

    def test_2013_14_is_measured_from_the_corrected_release(self):
        assert Release.objects.get(slug="2013-14.r1").compared_with.slug == "2012-13.r2"
        assert Release.objects.get(slug="2012-13.r2").compared_with is None


class TestLists:
    @pytest.mark.parametrize("names_in", [names_on_the_page, names_in_the_file, names_in_the_api])
    @pytest.mark.parametrize("county", ["kent", "devon", "essex", "E10000016", "E10000008", "E10000012"])
    def test_ict_is_shared_in_the_county(self, client: Client, names_in: Any, county: str):
        assert len(names_in(client, f"service=ict&county={county}&year=2013-14")) >= 1

    @pytest.mark.parametrize("names_in", [names_on_the_page, names_in_the_file, names_in_the_api])
    def test_ict_and_sutton_shows_the_one_with_kingston(self, client: Client, names_in: Any):
        shown = names_in(client, "service=ict&council=sutton")
        assert any("Kingston" in name and "Sutton" in name for name in shown), shown

    @pytest.mark.parametrize("names_in", [names_on_the_page, names_in_the_file, names_in_the_api])
    def test_westminster_shows_the_one_of_the_three_boroughs(self, client: Client, names_in: Any):
        three = {"E09000033", "E09000020", "E09000013"}
        found = [
            row["name"]
            for row in client.get("/api/v1/arrangements/?council=westminster&year=2013-14&limit=1000").json()["data"]
            if {party["gss_code"] for party in row["councils"] if party["role"] != "client"} == three
        ]
        assert found
        assert set(found) <= set(names_in(client, "council=westminster&year=2013-14"))

    @pytest.mark.parametrize("region", ["east-midlands", "yorkshire-and-the-humber"])
    def test_ict_is_shared_in_the_region(self, client: Client, region: str):
        assert names_in_the_api(client, f"service=ict&region={region}&year=2013-14")

    def test_page_file_and_api_show_the_same(self, client: Client):
        for query in ("service=ict&county=kent", "service=ict&council=sutton", "council=westminster&year=2013-14"):
            on_the_page = names_on_the_page(client, query)
            assert sorted(on_the_page) == sorted(names_in_the_file(client, query)) == sorted(names_in_the_api(client, query))

    def test_several_real_arrangements_have_partners_outside_councils(self):
        frozen = ReleasedArrangement.objects.of(Release.objects.get(slug="2013-14.r1"))
        names = frozen.filter(is_illustrative=False).exclude(bodies=[]).values_list("name", flat=True)
        assert any("Hoople" in name for name in names), "Herefordshire's, with the NHS"
        assert any("Hampshire" in name for name in names), "with police and fire"
