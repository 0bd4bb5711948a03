"""Pages of a service, a category and a region: counts that agree with the lists they lead to; figures as they are stored."""

from __future__ import annotations

import re
from datetime import date

from django.test import TestCase, override_settings

from arrangements.public.tests.test_pages import words
from arrangements.releases.models import ReleasedFigure
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_service, make_year
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from councils.tests.builders import make_council, make_region

TOPICS = [
    "/services/ict/",
    "/services/waste/",
    "/categories/back-office/",
    "/categories/culture/",
    "/regions/london/",
    "/regions/south-east/",
]


@override_settings(REGISTER_TODAY=TODAY)
class FurnishedTests(WorldTestCase):
    def listed(self, address):
        """How many arrangements the list at the address finds."""
        page = self.client.get(address.replace("&amp;", "&")).content.decode()
        return int(re.search(r">([\d,]+) arrangements?</p>", page)[1].replace(",", ""))

    def test_each_number_of_now_is_that_of_the_list_it_leads_to(self):
        for topic in ("/services/ict/", "/categories/environment/", "/regions/london/"):
            page = self.client.get(topic).content.decode()
            links = re.findall(r'href="(/arrangements/\?[^"]+)">([\d,]+)<', page)
            assert links, topic
            for address, number in links[::3]:
                assert self.listed(address) == int(number.replace(",", "")), (topic, address)

    def test_the_number_at_the_top_is_that_of_the_whole_list(self):
        for topic in TOPICS:
            text = words(self.client, topic)
            page = self.client.get(topic).content.decode()
            listed = re.search(r'href="(/arrangements/\?[^"]+status=operating)"', page)[1]
            assert re.search(rf"\b{self.listed(listed)} arrangements ", text), topic

    def test_figures_over_the_years_are_the_stored_ones(self):
        text = words(self.client, "/categories/back-office/")
        for figure in ReleasedFigure.objects.filter(
            release__slug__in=["2012-13.r2", "2013-14.r1"], key="savings-category:back-office"
        ):
            assert f"{figure.display} " in text

    def test_a_service_over_the_years_is_counted_as_in_the_frozen_list(self):
        file = self.client.get("/services/waste/arrangements.csv").content.decode("utf-8-sig").splitlines()
        assert [row.split(",")[0] for row in file[1:]] == ["2012-13", "2013-14"]
        for row in file[1:]:
            year, _, number, *_ = row.split(",")
            release = {"2012-13": "2012-13.r2", "2013-14": "2013-14.r1"}[year]
            assert self.listed(f"/releases/{release}/arrangements/?service=waste") == int(number)

    def test_at_most_twelve_questions_of_the_database(self):
        for topic in TOPICS:
            with self.subTest(topic=topic), self.assertNumQueries(FewerThan(13)):
                self.client.get(topic)


class FewerThan(int):
    """A number of queries below the one given."""

    def __eq__(self, other):
        return other < int(self)

    __hash__ = int.__hash__


@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class SmallTests(TestCase):
    def test_before_anything_is_shared_or_published_a_page_says_so(self):
        make_service("ict")
        make_region("London")
        for topic in ("/services/ict/", "/categories/back-office/", "/regions/london/"):
            text = words(self.client, topic)
            assert "No arrangement" in text
            assert "no figure has been published yet" in text
            assert "None that the register knows of." in text
            for key in re.findall(rf"{topic}([a-z]+)\.csv", self.client.get(topic).content.decode()):
                assert self.client.get(f"{topic}{key}.csv").status_code == 200

    def test_one_arrangement_is_told_in_the_singular(self):
        make_arrangement(make_council(region=make_region("London")), make_council(region=make_region("London")))
        assert "One arrangement shares this service now" in words(self.client, "/services/ict/")
        assert "One arrangement has a main service of this category now" in words(self.client, "/categories/back-office/")
        text = words(self.client, "/regions/london/")
        assert "One arrangement touches London now" in text
        assert "Shared with other regions than London There is no figure of arrangements yet." not in text

    def test_savings_touching_a_region_are_said_not_to_be_its_own(self):
        arrangement = make_arrangement(make_council(region=make_region("London")), make_council(region=make_region("South East")))
        make_saving(arrangement, make_year(2013), 2_000_000)
        accept_all(make_year(2013))
        make_release(make_year(2013))
        text = words(self.client, "/regions/south-east/")
        assert "Reported savings touching the South East in 2013/14: £2 million." in text
        assert "they are not the region’s own, and the regions don’t add up to England" in text
        assert "From 1 arrangement; none left out" in text

    def test_it_grows_by_rows_and_not_by_questions(self):
        councils = [make_council() for _ in range(4)]
        for number in range(10):
            make_arrangement(councils[number % 4], councils[(number + 1) % 4])
        with self.assertNumQueries(FewerThan(13)) as few:
            self.client.get("/services/ict/")
        for number in range(60):
            make_arrangement(councils[number % 4], councils[(number + 1) % 4])
        with self.assertNumQueries(len(few.captured_queries)):
            page = self.client.get("/services/ict/").content.decode()
        assert "See all 70, to narrow or download them" in page
