"""The home page: the year by stored figures, each with its change; the map, the charts and what is new; and little maps."""

from datetime import date
from html import unescape

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.public.tests.northshire import make_northshire
from arrangements.releases.models import ReleasedFigure

MOST = 12


@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class HomeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.made = make_northshire()

    def page(self, address="/"):
        return unescape(self.client.get(address).content.decode())

    def figure(self, key):
        return ReleasedFigure.objects.get(release__slug="2013-14.r1", key=key)

    def test_six_headlines_each_with_its_rows_its_definition_and_its_change(self):
        page = self.page()
        assert page.count('class="register-figure"') == 6
        assert page.count('How this is counted<span class="govuk-visually-hidden">: ') >= 6
        for key in ("savings-total", "arrangements", "councils-share", "arrangements-with-other-bodies"):
            assert self.figure(key).display in page
            assert f"/releases/2013-14.r1/figures/{key}/" in page
        assert page.count(" on 2012/13") + page.count(" in 2012/13") >= 4

    def test_a_change_is_told_by_its_sign_and_size(self):
        page = self.page()
        assert "Down £1.5 million (150 per cent) on 2012/13" in page
        assert "Up 2 (200 per cent) on 2012/13" in page
        assert "Up 2 on 2012/13, from 1" in page, "the region where they grew most"
        assert "40 per cent in 2012/13" in page, "a share that no change is published of"

    def test_without_an_earlier_year_no_change_is_told(self):
        with override_settings(REGISTER_TODAY=date(2014, 5, 1)):
            page = self.page()
        assert "The year 2012/13" in page
        assert "register-figure__change" not in page

    def test_the_charts_the_map_the_search_and_what_is_new_are_there(self):
        page = self.page()
        for title in ("Reported savings by category, 2013/14", "by year", "Change in arrangements touching each region"):
            assert title in page
        assert 'class="register-little-map"' in page
        assert 'action="/find-your-council/"' in page
        assert "2013/14, revision 1</a> published" in page

    def test_twelve_queries_at_most(self):
        for address in ("/", self.made.ict.get_absolute_url(), self.made.yew.get_absolute_url()):
            with CaptureQueriesContext(connection) as captured:
                self.client.get(address)
            assert len(captured) <= MOST, address

    def test_an_arrangement_and_a_council_show_where_their_partners_lie(self):
        page = self.page(self.made.ict.get_absolute_url())
        assert "Map of England with the councils marked that take part: Alder, Yew" in page
        page = self.page(self.made.yew.get_absolute_url())
        assert "Map of England with Yew, and whom it shared with on 20 April 2015: Alder, Northshire" in page


@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class EmptyHomeTests(TestCase):
    def test_before_anything_is_published_the_page_says_so_and_still_finds_councils(self):
        page = self.client.get("/").content.decode()
        assert "No year has been published yet" in page
        assert 'action="/find-your-council/"' in page
        assert "register-little-map" not in page
