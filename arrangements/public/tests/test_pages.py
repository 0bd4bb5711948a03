"""An arrangement's page, a council's page, and the list as a reader meets them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.utils.html import strip_tags

from arrangements.register.models import Arrangement, FormerName
from arrangements.register.vocabulary import EndReason, StartPrecision
from arrangements.tests.builders import accept_all, make_arrangement, make_partnership, make_release, make_saving, make_year
from councils.models import CouncilName, FormerCode, Succession
from councils.tests.builders import make_body, make_council

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)


def words(client, address):
    """What a reader sees of the page, in one line."""
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(page.replace("<", " <"))).split())


def table(client, address, caption):
    """What stands in the table of that caption, in one line."""
    page = client.get(address).content.decode()
    found = page.partition(f">{caption}</caption>")[2].partition("</table>")[0]
    return " ".join(unescape(strip_tags(found.replace("<", " <"))).split())


class TestArrangementPage:
    def test_it_says_who_takes_part_now_and_who_did_before_or_will(self, client):
        arrangement = make_arrangement(
            make_council("Lead Council"), make_council("Partner Council"), bodies=[make_body("Mid Police")]
        )
        make_partnership(arrangement, make_council("Last Day Council"), left_on=date(2015, 4, 20))
        make_partnership(arrangement, make_council("Gone Council"), left_on=date(2015, 4, 19))
        make_partnership(arrangement, make_council("Coming Council"), joined_on=date(2015, 4, 21))
        now = table(client, arrangement.get_absolute_url(), "Who takes part")
        otherwise = table(client, arrangement.get_absolute_url(), "Who took part, or will, at other times")
        for name in ("Lead Council", "Partner Council", "Mid Police", "Last Day Council"):
            assert name in now
            assert name not in otherwise
        for name in ("Gone Council", "Coming Council"):
            assert name in otherwise
            assert name not in now
        assert "Lead or host authority, answers for it" in now

    def test_an_ended_one_shows_its_last_day_s_parties_and_why_it_ended(self, client):
        arrangement = make_arrangement(
            make_council("Stayed Council"), make_council(), ended_on=date(2013, 3, 31), end_reason=EndReason.EXPIRED
        )
        text = words(client, arrangement.get_absolute_url())
        assert "Ended 31 March 2013: agreement or contract expired" in text
        assert "other times" not in text

    def test_a_start_is_told_as_exactly_as_it_is_known(self, client):
        for precision, shown in (("day", "1 April 2013"), ("month", "April 2013"), ("year", "2013")):
            arrangement = make_arrangement(started_on=date(2013, 4, 1), start_precision=precision)
            assert f"Started {shown} Main service" in words(client, arrangement.get_absolute_url())
        unknown = make_arrangement(started_on=None, start_precision=StartPrecision.UNKNOWN)
        text = words(client, unknown.get_absolute_url())
        assert "Started Not known" in text
        assert "Not started, or its start is not known" in text

    def test_outcomes_are_those_of_each_year_s_latest_public_release(self, client):
        arrangement, silent = make_arrangement(), make_arrangement()
        for number, amount in ((2012, 250_000), (2013, -4_321), (2014, 77)):
            make_saving(arrangement, make_year(number), amount)
            accept_all(make_year(number))
        make_release(make_year(2012))
        make_release(make_year(2013))
        make_release(make_year(2014), public=False)
        text = words(client, arrangement.get_absolute_url())
        assert "2013/14 −£4,321 2013-14.r1 : its row 2012/13 £250,000 2012-13.r1" in text
        assert "£77" not in text
        assert "2014/15" not in text
        assert "2013/14 Not returned 2013-14.r1" in words(client, silent.get_absolute_url())

    def test_one_of_no_published_year_says_so(self, client):
        assert "It was operating in no year published so far." in words(client, make_arrangement().get_absolute_url())

    def test_names_sources_and_lineage_are_shown_and_what_is_made_up_says_so(self, client):
        earlier = make_arrangement(name="The one before")
        arrangement = make_arrangement(
            source="Cabinet report", source_url="https://example.org/report", contact="shared@example.org", is_illustrative=True
        )
        arrangement.replaces.add(earlier)
        FormerName.objects.create(arrangement=arrangement, name="Its old name")
        text = words(client, arrangement.get_absolute_url())
        for part in (
            "Took over from The one before",
            "Also known as Its old name",
            "Source Cabinet report",
            "Contact shared@example.org",
            "made up for the demonstration",
        ):
            assert part in text
        assert f"Followed by {arrangement.name}" in words(client, earlier.get_absolute_url())
        assert "made up" not in words(client, earlier.get_absolute_url())

    def test_its_address_forgives_small_letters(self, client):
        arrangement = make_arrangement()
        assert client.get(f"/arrangements/{arrangement.reference.lower()}/").status_code == 200

    def test_text_from_people_is_never_markup(self, client):
        arrangement = make_arrangement(
            name="<b>bold</b>", summary="<script>alert(1)</script>", source="<i>", source_url="https://example.org/?a=1&b=<x>"
        )
        for address in (arrangement.get_absolute_url(), "/arrangements/"):
            page = client.get(address).content
            for markup in (b"<b>bold", b"<script>alert", b"<i>", b"<x>"):
                assert markup not in page


class TestCouncilPage:
    def test_its_part_in_each_arrangement_now_and_at_other_times(self, client):
        town, other = make_council("Town Council"), make_council()
        make_arrangement(town, other, name="Running")
        make_arrangement(town, other, name="Ending today", ended_on=date(2015, 4, 20), end_reason=EndReason.OTHER)
        make_arrangement(town, other, name="Ended yesterday", ended_on=date(2015, 4, 19), end_reason=EndReason.OTHER)
        make_arrangement(town, other, name="To come", started_on=date(2015, 4, 21))
        make_arrangement(town, other, name="Who knows", started_on=None, start_precision=StartPrecision.UNKNOWN)
        make_partnership(make_arrangement(other, make_council(), name="Left it"), town, left_on=date(2014, 1, 1))
        now, _, then = words(client, "/councils/town/").partition("At other times")
        for name in ("Running", "Ending today"):
            assert name in now
        for name in ("Ended yesterday", "To come", "Who knows", "Left it"):
            assert name in then
            assert name not in now

    def test_a_successor_shows_the_arrangements_of_its_predecessors_as_theirs(self, client):
        before, other = make_council("Before Council", ended_on=date(2014, 3, 31)), make_council()
        after = make_council("After Council", started_on=date(2014, 4, 1))
        Succession.objects.create(predecessor=before, successor=after)
        make_partnership(make_arrangement(other, make_council(), name="Theirs"), before, left_on=date(2014, 3, 31))
        text = words(client, "/councils/after/")
        assert "Of its predecessors" in text
        assert "Theirs Before Council" in text
        assert "Took over from Before Council" in text
        assert "Succeeded by After Council" in words(client, "/councils/before/")

    def test_savings_are_of_the_latest_public_release_and_are_said_to_be_the_whole_arrangement_s(self, client):
        town = make_council("Town Council")
        arrangement = make_arrangement(town, make_council())
        for number, amount in ((2013, 111_000), (2014, 999_999)):
            make_saving(arrangement, make_year(number), amount)
            accept_all(make_year(number))
            make_release(make_year(number))  # the second is public in May; today is in April
        text = words(client, "/councils/town/")
        assert "Shared saving 2013/14" in text
        assert "£111,000" in text
        assert "999,999" not in text
        assert "must not be added up" in text

    def test_its_names_and_codes_of_all_times(self, client):
        town = make_council("New Name Council")
        CouncilName.objects.create(council=town, name="Old Name Council", kind="official", used_until=date(2014, 3, 31))
        FormerCode.objects.create(council=town, code="E06800001", ended_on=date(2012, 3, 31))
        text = words(client, "/councils/new-name/")
        assert "Old Name Council (until 31 March 2014)" in text
        assert f"{town.gss_code}; E06800001 until 31 March 2012" in text


class TestTheList:
    def test_what_is_made_up_is_marked_once_and_on_its_own_page_explained(self, client):
        plain, named = (make_arrangement(name=name, is_illustrative=True) for name in ("Plain", "Named (illustrative)"))
        page = client.get("/arrangements/").content.decode()
        assert page.count("register-tag--illustrative") == 1
        assert re.search(r">Plain</a>\s*<strong[^>]*>Illustrative<", page)
        for each in (plain, named):
            assert ">Illustrative</strong>" in client.get(each.get_absolute_url()).content.decode()

    def test_the_list_says_which_arrangements_it_holds(self, client):
        make_year(2013)
        for query, heading in [
            ("", "Arrangements"),
            ("?year=2013-14", "Arrangements operating on 31 March 2014"),
            ("?status=operating", "Arrangements operating today"),
            ("?status=ended", "Arrangements"),
            ("?status=ended&year=2013-14", "Arrangements as they stood on 31 March 2014"),
        ]:
            page = client.get(f"/arrangements/{query}").content.decode()
            assert f">{heading}</h1>" in page, query
            assert ("ended arrangements too" in page) == (not query)

    def test_it_says_what_is_counted_and_offers_the_file_of_the_same_question(self, client):
        make_year(2013)
        for number in range(51):
            make_arrangement(name=f"Number {number:02}")
        page = client.get("/arrangements/?year=2013-14&order=-name").content.decode()
        assert ">51 arrangements</p>" in page
        assert 'href="/arrangements.csv?year=2013-14&amp;order=-name"' in page
        assert 'href="?year=2013-14&amp;order=-name&amp;page=2"' in page
        assert "Arrangements operating on 31 March 2014" in page
        assert "Number 00" not in page
        assert "Number 00" in client.get("/arrangements/?year=2013-14&order=-name&page=2").content.decode()

    def test_it_works_before_anything_is_published_or_known(self, client):
        for address in ("/arrangements/", "/", "/releases/", "/councils/", "/api/v1/savings/", "/api/v1/figures/", "/api/v1/"):
            assert client.get(address).status_code == 200
        assert not Arrangement.objects.exists()
        assert client.get("/api/v1/figures/").json() == {
            "data": [],
            "meta": {"count": 0, "release": None, "licence": "Open Government Licence v3.0"},
            "links": {"self": "http://testserver/api/v1/figures/"},
        }
        assert "No year has been published yet." in words(client, "/")
