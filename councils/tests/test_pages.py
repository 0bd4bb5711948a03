"""The list of councils on page, in the file and in the API."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.test import TestCase

from councils.models import Council, CouncilKind, CouncilName, FormerCode, Succession
from councils.tests.builders import make_council, make_region
from sharedservices.common.tests.surfaces import Query, in_api, in_file, on_page

PAGE, FILE, API = "/councils/", "/councils.csv", "/api/v1/councils/"


def by_hand(query: Query) -> list[str]:
    """The slugs that the list shows for the query, worked out in Python; a search is left out."""
    kept = []
    for council in Council.objects.select_related("region", "county"):
        county = council.county or (council if council.kind == CouncilKind.COUNTY else None)
        day = date.fromisoformat(query["in_force_on"][0]) if "in_force_on" in query else None
        if (
            ("kind" not in query or council.kind in query["kind"])
            and ("region" not in query or council.region.slug in query["region"])
            and ("county" not in query or (county and county.slug in query["county"]))
            and (day is None or council.in_force_on(day))
        ):
            kept.append(council)
    word = query.get("order", ["name"])[0]
    fields = {"name": "short_name", "code": "gss_code", "started": "started_on", "ended": "ended_on"}

    def key(council: Council) -> Any:
        value = getattr(council, fields[word.removeprefix("-")])
        return value.lower() if word.endswith("name") else value

    kept.sort(key=lambda council: council.gss_code)
    held = sorted((each for each in kept if key(each) is not None), key=key, reverse=word.startswith("-"))
    return [each.slug for each in [*held, *(each for each in kept if key(each) is None)]]


class CouncilListTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.london, cls.south, cls.north = (make_region(name) for name in ("London", "South East", "North West"))
        kent = make_council("Kent County Council", CouncilKind.COUNTY, cls.south, slug="kent")
        dorset = make_council("Dorset County Council", CouncilKind.COUNTY, cls.north, slug="dorset", ended_on=date(2019, 3, 31))
        cls.shepway = make_council(
            "Folkestone and Hythe District Council",
            CouncilKind.DISTRICT,
            cls.south,
            county=kent,
            short_name="Folkestone and Hythe",
        )
        CouncilName.objects.create(
            council=cls.shepway, name="Shepway District Council", kind="official", used_until=date(2018, 3, 31)
        )
        FormerCode.objects.create(council=cls.shepway, code="E07800112", ended_on=date(2014, 3, 31))
        for number in range(50):  # two pages, with starts and ends on and around the day that is asked for
            make_council(
                f"town {number:02}" if number % 2 else f"Town {number:02}",
                CouncilKind.DISTRICT if number % 3 else CouncilKind.LONDON_BOROUGH,
                [cls.london, cls.south][number % 2],
                county=[kent, dorset][number % 2] if number % 3 else None,
                started_on=[date(1974, 4, 1), date(2014, 3, 31), date(2014, 4, 1), date(2014, 4, 2)][number % 4],
                ended_on=[None, None, date(2014, 3, 31), date(2014, 4, 1), date(2019, 3, 31)][number % 5]
                if number % 4 < 1
                else None,
            )
        cls.city = make_council(
            "City of London Corporation", CouncilKind.CITY_OF_LONDON, cls.london, started_on=None, slug="city-of-london"
        )

    def test_every_filter_means_the_same_on_page_file_and_api_and_what_it_says(self):
        values: dict[str, list[list[str]]] = {
            "kind": [["district"], ["county", "city_of_london"]],
            "region": [["london"], ["london", "north-west"]],
            "county": [["kent"], ["kent", "dorset"]],
            "in_force_on": [["2014-03-31"], ["2014-04-01"], ["1900-01-01"]],
            "order": [[f"{way}{word}"] for word in ("name", "code", "started", "ended") for way in ("", "-")],
        }
        queries: list[Query] = [{}, *({name: value} for name, several in values.items() for value in several)]
        queries += [
            dict(zip(("kind", "in_force_on", "order"), each, strict=True))
            for each in product(values["kind"], values["in_force_on"][:2], values["order"][4:6])
        ]
        for query in queries:
            expected = by_hand(query)
            with self.subTest(query=query):
                assert expected
                assert on_page(self.client, PAGE, query) == expected
                assert in_file(self.client, FILE, query, "slug") == expected
                assert in_api(self.client, API, query, "slug") == expected
                if "order" in query:
                    assert in_api(self.client, API, query, "slug", limit=23) == expected

    def test_a_life_counts_both_its_days(self):
        for first, last in ((date(2014, 4, 1), None), (date(1974, 4, 1), date(2014, 4, 1)), (date(2014, 4, 1), date(2014, 4, 1))):
            council = make_council(started_on=first, ended_on=last)
            assert council.slug in in_api(self.client, API, {"in_force_on": ["2014-04-01"]}, "slug")
        for first, last in ((date(2014, 4, 2), None), (date(1974, 4, 1), date(2014, 3, 31))):
            council = make_council(started_on=first, ended_on=last)
            assert council.slug not in in_api(self.client, API, {"in_force_on": ["2014-04-01"]}, "slug")

    def test_a_council_without_a_first_day_was_always_there(self):
        assert "city-of-london" in in_api(self.client, API, {"in_force_on": ["1500-01-01"]}, "slug")

    def test_a_search_finds_the_same_everywhere_by_name_old_name_code_old_code_and_a_slip(self):
        for text in (
            "Folkestone",
            "shepway",
            "Shepway District Council",
            self.shepway.gss_code,
            "e07800112",
            "shepwy",
            "folkstone and hythe",
        ):
            with self.subTest(text=text):
                assert on_page(self.client, PAGE, {"q": [text]}) == [self.shepway.slug]
                assert in_file(self.client, FILE, {"q": [text]}, "slug") == [self.shepway.slug]
                assert in_api(self.client, API, {"q": [text]}, "slug") == [self.shepway.slug]
        towns = [slug for slug in by_hand({}) if slug.startswith("town")]
        assert on_page(self.client, PAGE, {"q": ["town"]}) == in_api(self.client, API, {"q": ["town"]}, "slug") == towns

    def test_codes_name_regions_and_counties_too_former_ones_as_well(self):
        kent = Council.objects.get(slug="kent")
        FormerCode.objects.create(council=kent, code="E10800016", ended_on=date(2009, 3, 31))
        by_slug = in_api(self.client, API, {"county": ["kent"]}, "slug")
        assert len(by_slug) > 10
        for name in (kent.gss_code, kent.gss_code.lower(), "KENT", "E10800016", "e10800016"):
            assert in_api(self.client, API, {"county": [name]}, "slug") == by_slug
        for name in (self.london.gss_code, "London"):
            assert in_api(self.client, API, {"region": [name]}, "slug") == in_api(
                self.client, API, {"region": ["london"]}, "slug"
            )

    def test_rows_that_come_and_go_between_the_api_s_pages_leave_each_other_once(self):
        """By names: some are made and some deleted behind, at and before the cursor."""
        stay = {slug for slug in by_hand({}) if not slug.endswith("0")}
        found, following, number = [], f"{API}?limit=9&order=name", 0
        while following:
            answer = self.client.get(following).json()
            found += [row["slug"] for row in answer["data"]]
            following, number = answer["links"].get("next"), number + 1
            make_council(f"Aaa {number} Council")
            make_council(f"Zed {number} Council")
            Council.objects.filter(slug=f"town-{number}0").delete()
        assert len(found) == len(set(found))
        assert stay <= set(found)
        assert any(slug.startswith("zed") for slug in found)

    def test_a_council_s_item_tells_its_codes_names_life_and_those_around_it(self):
        successor = make_council("Greater Folkestone Council", started_on=date(2020, 4, 1), region=self.south)
        Council.objects.filter(pk=self.shepway.pk).update(ended_on=date(2020, 3, 31))
        Succession.objects.create(predecessor=self.shepway, successor=successor)
        item = self.client.get(f"{API}{self.shepway.gss_code}/").json()["data"]
        assert item["name"] == "Folkestone and Hythe District Council"
        assert item["county"] == Council.objects.get(slug="kent").gss_code
        assert (item["started_on"], item["ended_on"]) == ("1974-04-01", "2020-03-31")
        assert item["other_names"] == [
            {"name": "Shepway District Council", "kind": "official", "used_from": None, "used_until": "2018-03-31"}
        ]
        assert (item["former_codes"], item["successors"]) == (["E07800112"], [successor.gss_code])
        assert item["hexagon"] is None
        later = self.client.get(f"{API}{successor.gss_code}/").json()["data"]
        assert later["predecessors"] == [self.shepway.gss_code]

    def test_the_page_says_how_many_there_are_and_links_to_the_file_of_the_same_list(self):
        response = self.client.get(f"{PAGE}?kind=district&page=1")
        page = response.content.decode()
        count = len(by_hand({"kind": ["district"]}))
        assert f'id="found" role="status">{count} councils<' in page
        assert 'href="/councils.csv?kind=district"' in page

    def test_an_empty_list_says_so(self):
        response = self.client.get(f"{PAGE}?q=atlantis")
        assert response.status_code == 200
        assert "Nothing meets this filter" in response.content.decode()
        assert in_file(self.client, FILE, {"q": ["atlantis"]}, "slug") == []


@pytest.mark.django_db
def test_a_name_that_looks_like_a_formula_is_text_in_the_file(client):
    make_council("=HYPERLINK(1) Council")
    row = client.get(FILE).content.decode("utf-8-sig").split("\r\n")[1]
    assert ",'=HYPERLINK(1) Council," in row
