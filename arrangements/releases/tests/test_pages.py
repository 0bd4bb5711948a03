"""The pages of releases: what stands on them, and that they keep what was published."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from arrangements.register.models import Arrangement
from arrangements.releases.models import Release, ReleasedFigure, ReleasedFile
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_service, make_year
from arrangements.tests.standing import lived_in
from councils.tests.builders import make_council

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)


@pytest.fixture(scope="class")
def published(django_db_setup, django_db_blocker):
    """What `make_published` made, once for a process of the run."""
    with django_db_blocker.unblock(), lived_in(make_published) as told:
        yield told


def make_published():
    """2012/13 in two revisions and 2013/14 in one; 2014/15 public in May."""
    town, other = make_council("Town Council"), make_council("Other Council")
    first = make_arrangement(town, other, name="First", service=make_service("ict"))
    second = make_arrangement(
        other, town, name="Second", service=make_service("waste", "environment"), started_on=date(2013, 6, 1)
    )
    for number, amounts in ((2012, {first: 400_000}), (2013, {first: 300_000, second: 1_250_000}), (2014, {first: 1})):
        for arrangement, amount in amounts.items():
            make_saving(arrangement, make_year(number), amount)
        accept_all(make_year(number))
    make_release(make_year(2012))
    make_year(2012).reported_savings.update(amount=350_000)
    make_release(make_year(2012), at=datetime(2014, 3, 18, 12, tzinfo=UTC), note="First was fifty thousand too much.")
    make_release(make_year(2013))
    make_release(make_year(2014))
    return {"first": first, "second": second}


def words(client, address):
    """What a reader sees of the page, in one line."""
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(page.replace("<", " <"))).split())


@pytest.mark.usefixtures("published")
class TestCorrections:
    def test_a_revision_says_each_figure_as_it_was_and_is_why_and_when(self, client, published):
        reference = published["first"].reference
        text = words(client, "/releases/2012-13.r2/")
        assert "This revision corrects 2012-13.r1 : reported savings, £400,000, became £350,000;" in text
        assert "Corrections to 2012-13.r1 , 18 March 2014 Reason First was fifty thousand too much." in text
        assert f"Reported savings £400,000 in 2012-13.r1 £350,000 {reference}" in text
        assert f"{reference} First Saving £400,000 £350,000" in text

    def test_the_one_before_says_by_which_and_when_it_was_superseded_on_every_page(self, client):
        for page in ("", "arrangements/", "councils/", "figures/savings-total/"):
            text = words(client, f"/releases/2012-13.r1/{page}")
            assert "This release was superseded by 2012-13.r2 on 18 March 2014." in text, page
        assert "£400,000" in words(client, "/releases/2012-13.r1/")

    def test_how_settled_each_release_is_stands_on_the_page_of_its_year(self, client):
        text = words(client, "/years/2012-13/")
        assert "Figures of the latest release, 2012-13.r2 , provisional." in text
        assert "2012/13, revision 1 , provisional, superseded by 2012-13.r2" in text

    def test_the_api_gives_the_same(self, client, published):
        first, second = (client.get(f"/api/v1/releases/2012-13.r{number}/").json()["data"] for number in (1, 2))
        assert (first["superseded_by"], first["superseded_at"], first["corrections"]) == (
            "2012-13.r2",
            "2014-03-18T12:00:00Z",
            None,
        )
        notice = second["corrections"]
        assert (notice["since"], notice["reason"]) == ("2012-13.r1", "First was fifty thousand too much.")
        total = next(each for each in notice["figures"] if each["id"] == "savings-total")
        reference = published["first"].reference
        assert (total["old_value"], total["new_value"], total["because"]) == (400_000, 350_000, [reference])
        changed = {"what": "Saving", "old": "£400,000", "new": "£350,000"}
        assert notice["arrangements"] == [{"reference": reference, "changes": [changed]}]
        assert (second["superseded_by"], second["superseded_at"]) == (None, None)

    def test_a_revision_s_page_and_document_take_twelve_queries_at_most(self, client):
        for address in ("/releases/2012-13.r2/", "/api/v1/releases/2012-13.r2/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            assert len(captured) <= 12, address


@pytest.mark.usefixtures("published")
class TestReleases:
    def test_the_list_has_every_public_release_newest_first_with_its_total(self, client):
        text = words(client, "/releases/")
        rows = ["2013/14 , revision 1", "2012/13 , revision 2", "2012/13 , revision 1"]
        places = [text.index(row) for row in rows]
        assert places == sorted(places)
        assert "2014/15" not in text
        for total in ("£1.6 million", "£350,000", "£400,000"):
            assert total in text

    def test_a_page_shows_headlines_categories_regions_files_and_every_figure(self, client):
        text = words(client, "/releases/2013-14.r1/")
        release = Release.objects.get(slug="2013-14.r1")
        for figure in ReleasedFigure.objects.of(release):
            assert figure.label in text
        for file in ReleasedFile.objects.of(release):
            assert file.name in text
            assert file.sha256[:12] in client.get("/releases/2013-14.r1/").content.decode()

    def test_every_figure_has_its_page_with_definition_value_and_the_rows_behind_it(self, client):
        release = Release.objects.get(slug="2013-14.r1")
        for figure in ReleasedFigure.objects.of(release):
            address = f"/releases/2013-14.r1/figures/{figure.key}/"
            text = words(client, address)
            assert figure.display in text
            assert figure.definition in text
            page = unescape(client.get(address).content.decode())
            assert f'href="/releases/2013-14.r1/{figure.rows}"' in page
            assert client.get(f"/releases/2013-14.r1/{figure.rows}").status_code == 200

    def test_a_superseded_release_keeps_its_figures_and_says_what_came_after(self, client):
        old, new = words(client, "/releases/2012-13.r1/"), words(client, "/releases/2012-13.r2/")
        assert "£400,000" in old
        assert "£350,000" in new
        assert "superseded" in old.lower()
        assert "superseded" not in new.lower()
        assert "First was fifty thousand too much." in new

    def test_a_year_shows_its_latest_release_and_lists_all_of_them(self, client):
        text = words(client, "/years/2012-13/")
        assert "£350,000" in text
        assert "revision 1 , provisional, superseded by" in text
        assert "revision 2" in text
        later = words(client, "/years/2014-15/")
        assert "2014-15.r1" not in later
        assert "£" not in later

    def test_the_home_page_is_the_latest_public_release_s(self, client):
        page = client.get("/").content.decode()
        assert "£1.6 million" in unescape(page)
        assert "/releases/2013-14.r1/figures/savings-total/" in page
        assert "2014-15" not in page


class TestFrozenRows:
    def test_they_bear_the_names_of_their_year_whatever_the_register_says_now(self, client, published):
        Arrangement.objects.filter(pk=published["first"].pk).update(name="Renamed since")
        for address in ("/releases/2013-14.r1/arrangements/", "/releases/2013-14.r1/arrangements.csv"):
            body = client.get(address).content.decode()
            assert "First" in body
            assert "Renamed since" not in body
        assert "Renamed since" in client.get("/arrangements.csv").content.decode()

    @pytest.mark.usefixtures("published")
    def test_a_filtered_file_has_the_columns_of_the_whole_one(self, client):
        whole = client.get("/releases/2013-14.r1/files/arrangements.csv").content
        assert client.get("/releases/2013-14.r1/arrangements.csv?order=reference").content == whole
        part = client.get("/releases/2013-14.r1/arrangements.csv?category=environment").content
        assert part.split(b"\r\n")[0] == whole.split(b"\r\n")[0]
        assert len(part.split(b"\r\n")) == 3

    @pytest.mark.usefixtures("published")
    def test_rows_and_figures_of_the_api_say_which_release_they_come_from(self, client):
        for below in ("arrangements", "councils", "figures"):
            assert client.get(f"/api/v1/releases/2012-13.r1/{below}/").json()["meta"]["release"] == "2012-13.r1"
        savings = client.get("/api/v1/savings/?release=2012-13.r1").json()
        assert {(row["release"], row["year"], row["saving"]) for row in savings["data"]} == {("2012-13.r1", "2012-13", 400_000)}

    @pytest.mark.usefixtures("published")
    def test_a_figure_s_links_lead_to_the_rows_and_the_page(self, client):
        (figure,) = client.get("/api/v1/figures/?id=savings-total&year=2013-14").json()["data"]
        assert (figure["value"], figure["unit"], figure["display"]) == (1_550_000, "pounds", "£1.6 million")
        rows = client.get(figure["rows"]).json()
        assert rows["meta"]["count"] == figure["row_count"]
        assert sum(row["saving"] for row in rows["data"]) == figure["value"]
        assert client.get(figure["page"]).status_code == 200
        item = client.get("/api/v1/releases/2013-14.r1/figures/savings-total/").json()["data"]
        assert set(item) - set(figure) == {"inputs"}

    @pytest.mark.usefixtures("published")
    def test_a_release_s_item_names_its_files_by_digest(self, client):
        item = client.get("/api/v1/releases/2012-13.r1/").json()["data"]
        assert item["is_superseded"] is True
        assert len(item["digest"]) == 64
        for file in item["files"]:
            assert client.get(file["href"])["ETag"] == f'"{file["sha256"]}"'
        document = json.loads(client.get("/releases/2012-13.r1/files/figures.json").content)
        assert document["release"] == "2012-13.r1"

    @pytest.mark.usefixtures("published")
    def test_releases_are_listed_newest_first_and_by_moment_without_repeating_one(self, client):
        def walk(query):
            found, following = [], f"/api/v1/releases/?limit=1&{query}"
            while following and len(found) < 9:
                answer = client.get(following).json()
                found += [row["slug"] for row in answer["data"]]
                following = answer["links"].get("next")
            return found

        assert walk("") == ["2013-14.r1", "2012-13.r2", "2012-13.r1"]
        assert walk("order=published") == ["2012-13.r1", "2012-13.r2", "2013-14.r1"]
        assert walk("year=2012-13") == ["2012-13.r2", "2012-13.r1"]


def test_moments_to_the_microsecond_do_not_repeat_a_release(client):
    """Published by the clock, as people do: the cursor must not fall before its own row."""
    make_arrangement()
    for number in (2010, 2011, 2012):
        accept_all(make_year(number))
        make_release(make_year(number), at=datetime(number + 1, 5, 20, 9, 30, 15, 123_456, tzinfo=UTC))
    found, following = [], "/api/v1/releases/?limit=1&order=published"
    while following and len(found) < 9:
        answer = client.get(following).json()
        found += [row["slug"] for row in answer["data"]]
        following = answer["links"].get("next")
    assert found == ["2010-11.r1", "2011-12.r1", "2012-13.r1"]
