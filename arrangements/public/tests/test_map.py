"""The map: a release's frozen rows by council, the same in shapes and in the table, in every state of the address."""

import re
from datetime import date
from html import unescape

from django.test import TestCase, override_settings

from arrangements.public.map_scales import MEASURES
from arrangements.public.tests.northshire import make_northshire
from arrangements.register.models import Arrangement
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_year
from councils.models import Council, Succession
from councils.tests.builders import make_council

SHAPE = re.compile(r'<a href="([^"]*)" aria-label="([^"]*)" class="([^"]*)"')
ROW = re.compile(r'<tr class="govuk-table__row">\s*<th scope="row".*?</tr>', re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>")
TAGS = re.compile(r"<[^>]*>")


@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class MapTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.made = make_northshire()

    def page(self, query="", status=200):
        answer = self.client.get(f"/map/{query}")
        assert answer.status_code == status
        return answer.content.decode()

    def spoken(self, query=""):
        """What is said of each council, with its style."""
        return {
            name: (value, style)
            for _, said, style in SHAPE.findall(self.page(query))
            for name, _, value in [unescape(said).partition(": ")]
        }

    def table(self, query=""):
        rows = [[TAGS.sub("", cell) for cell in CELL.findall(row)] for row in ROW.findall(self.page(query))]
        return {name: values for name, *values in rows}

    def test_each_council_is_coloured_and_spoken_by_what_is_asked_for(self):
        assert self.spoken() == {
            "Alder": ("2 arrangements", "class-2"), "Birch": ("1 arrangement", "class-1"),
            "Yew": ("2 arrangements", "class-2"), "Oak": ("0 arrangements", "nought"),
        }  # fmt: skip
        assert self.spoken("?show=partners")["Alder"] == ("2 partner councils", "class-1")
        assert self.spoken("?show=savings") == {
            "Alder": ("\N{MINUS SIGN}£500,000 of savings touching it", "below"),
            "Birch": ("no figure", "missing"),
            "Yew": ("\N{MINUS SIGN}£500,000 of savings touching it", "below"),
            "Oak": ("no figure", "missing"),
        }

    def test_a_category_narrows_what_is_counted(self):
        assert self.spoken("?category=environment")["Alder"] == ("1 arrangement", "class-1")
        assert self.spoken("?category=back-office&show=savings")["Yew"][1] == "class-2"

    def test_the_other_tier_colours_a_county_s_area_as_one_shape_by_the_county_s_own_arrangements(self):
        assert self.spoken("?tier=counties") == {
            "Northshire": ("2 arrangements", "class-2"),
            "Yew": ("2 arrangements", "class-2"),
            "Oak": ("0 arrangements", "nought"),
        }  # fmt: skip

    def test_every_council_on_the_map_is_in_the_table_with_its_values_and_no_other(self):
        for query in ("", "?tier=counties", "?show=savings&category=environment", "?council=yew"):
            assert set(self.spoken(query)) == set(self.table(query))
        alder = self.table("?council=yew")["Alder"]
        assert alder == [
            "District council", "North West", "2", "2", "\N{MINUS SIGN}£500,000", "0", "2",
        ]  # fmt: skip
        assert "No figure" in self.table()["Birch"]

    def test_a_chosen_council_lights_up_its_partners_of_either_tier_and_draws_lines_to_them(self):
        page = self.page("?council=yew")
        lit = {unescape(said).partition(":")[0] for _, said, style in SHAPE.findall(page) if "is-lit" in style}
        assert lit == {"Yew", "Alder"}
        assert "Alder: 2 arrangements; 2 in common with Yew" in page
        assert 'class="over-line over-line--2"' in page
        assert 'class="over-line over-line--1"' in page, "to the middle of the county"
        assert "shared by all their partners and not its own" in page
        assert "?council=yew" in page
        assert "is-choosing" not in self.page()

    def test_a_link_keeps_what_else_is_chosen(self):
        (href, *_) = next(each for each in SHAPE.findall(self.page("?show=savings&tier=counties&category=environment")))
        assert set(unescape(href).removeprefix("?").removesuffix("#map").split("&")) >= {
            "show=savings", "tier=counties", "category=environment",
        }  # fmt: skip

    def test_the_table_is_ordered_by_the_address_with_missing_last_either_way(self):
        assert list(self.table("?order=-name")) == ["Yew", "Oak", "Birch", "Alder"]
        assert list(self.table("?order=-arrangements"))[:2] == ["Alder", "Yew"]
        assert list(self.table("?order=savings&category=back-office")) == ["Alder", "Yew", "Birch", "Oak"]
        assert list(self.table("?order=-savings&category=back-office")) == ["Alder", "Yew", "Birch", "Oak"]

    def test_what_can_t_be_followed_is_refused_with_the_good_values(self):
        for query, said in [
            ("?show=money", "arrangements, partners, savings"),
            ("?tier=parishes", "districts, counties"),
            ("?year=2014-15", "2013-14, 2012-13"),
            ("?category=enviroment", "Did you mean “environment”?"),
            ("?council=yev", "Did you mean “yew”?"),
            ("?council=yew&council=oak", "give one value"),
            ("?order=money", "name"),
            ("?colour=red", "no filter has this name"),
        ]:
            assert said in unescape(self.page(query, status=400)), query

    def test_a_council_that_was_not_in_force_is_said_not_to_be_on_the_map(self):
        make_council("Elm Council", started_on=date(2019, 4, 1))
        assert "Elm Council was not in force on 31 March 2014" in self.page("?council=elm")

    def test_only_what_is_published_is_shown_and_only_as_it_was_frozen(self):
        before = self.page()
        make_arrangement(self.made.oak, self.made.birch)
        Arrangement.objects.filter(pk=self.made.ict.pk).update(ended_on=date(2013, 4, 1), end_reason="dissolved")
        year = make_year(2014)
        accept_all(year)
        make_release(year, public=False)
        assert self.page() == before

    def test_a_later_year_keeps_the_layout_with_the_merged_council_in_its_predecessors_hexagons(self):
        Arrangement.objects.update(ended_on=date(2014, 3, 31), end_reason="dissolved")
        new = make_council("Woodland Council", region=self.made.alder.region, started_on=date(2014, 4, 1))
        for each in (self.made.alder, self.made.birch):
            Council.objects.filter(pk=each.pk).update(ended_on=date(2014, 3, 31))
            Succession.objects.create(predecessor=each, successor=new)
        make_arrangement(new, self.made.yew, started_on=date(2014, 4, 1))
        year = make_year(2014)
        accept_all(year)
        make_release(year)
        with override_settings(REGISTER_TODAY=date(2015, 6, 1)):
            assert set(self.spoken("?year=2014-15")) == {"Woodland", "Yew", "Oak"}
            windows = {re.search(r'viewBox="([^"]*)"', self.page(f"?year={each}"))[1] for each in ("2014-15", "2013-14")}
        assert len(windows) == 1

    def test_six_queries_and_a_seventh_for_the_council_that_is_chosen(self):
        with self.assertNumQueries(6):
            self.page()
        with self.assertNumQueries(7):
            self.page("?show=savings&tier=counties&council=yew&category=environment&order=-savings&year=2013-14")


class EmptyMapTests(TestCase):
    def test_before_anything_is_published_there_is_no_map_and_the_page_says_so(self):
        answer = self.client.get("/map/")
        assert "nothing to put on the map" in answer.content.decode()
        assert '<svg class="register-map' not in answer.content.decode()


def test_the_classes_of_a_measure_are_in_order_and_hold_every_value():
    for measure in MEASURES:
        limits = [each.lowest for each in measure.classes]
        assert limits == sorted(limits)
        for number in (-5, 0, 1, 3, 14, 15, 999_999, 1_000_000, 10**9):
            found = measure.class_of(number)
            assert found is not None
            assert found.lowest <= max(number, limits[0])
            assert not any(found.lowest < each.lowest <= number for each in measure.classes)
        assert measure.class_of(None) is None
