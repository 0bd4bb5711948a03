"""The bridge's page and file: which releases it spans, of what, and what it refuses."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from arrangements.releases.models import ReleasedFigure
from arrangements.releases.tests.test_pages import published, words  # noqa: F401 the same three years
from arrangements.tests.builders import accept_all, make_release, make_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


@pytest.fixture(autouse=True)
def _day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)


def movements(client, address):
    """The rows of the file by column."""
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_it_spans_from_the_release_that_changes_are_measured_from(client):
    text = words(client, "/releases/2013-14.r1/bridge/")
    assert "England: from 2012/13, revision 2 to 2013/14, revision 1 ." in text
    assert "Reported savings of England rose from £350,000 to £1.6 million" in text
    assert "New arrangements: £1,250,000" in text
    assert "Like-for-like: −£50,000" in text


def test_since_an_earlier_revision_what_became_of_it_is_told_as_revised(client):
    text = words(client, "/releases/2013-14.r1/bridge/?since=2012-13.r1")
    assert "Corrections to the earlier year are those of 2012/13, revision 2 ." in text
    assert "Revised: −£50,000" in text


def test_between_two_revisions_of_a_year_all_is_revised(client):
    text = words(client, "/releases/2012-13.r2/bridge/?since=2012-13.r1")
    assert "Revised: −£50,000" in text
    assert "New arrangements: £0" in text


def test_the_totals_at_both_ends_are_the_published_figures(client):
    shown = words(client, "/releases/2013-14.r1/bridge/")
    for slug in ("2012-13.r2", "2013-14.r1"):
        total = ReleasedFigure.objects.get(release__slug=slug, key="savings-total").value
        assert f"£{total:,}" in shown


def test_the_file_has_every_movement_and_sums_to_the_difference(client):
    rows = movements(client, "/releases/2013-14.r1/bridge.csv?since=2012-13.r1")
    assert sum(int(row["change_pounds"]) for row in rows) == 1_550_000 - 400_000
    assert [row["part"] for row in rows] == ["revised", "new", "like_for_like"]
    assert rows[1]["before_pounds"] == ""


def test_it_is_of_one_category_or_council(client):
    for cut in ("category=back-office", "council=town"):
        assert client.get(f"/releases/2013-14.r1/bridge/?{cut}").status_code == 200
    text = words(client, "/releases/2013-14.r1/bridge/?category=back-office")
    assert "Reported savings of Back office fell from £350,000 to £300,000" in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("since=2013-14.r1", "is not one of its values"),
        ("since=1999-00.r1", "is not one of its values"),
        ("sinse=2012-13.r1", "Did you mean “since”?"),
        ("category=back-office&council=town", "Choose one of category and council"),
        ("since=2012-13.r1&since=2012-13.r2", "give one value, not 2"),
    ],
)
def test_what_it_cannot_follow_is_refused_with_the_good_values(client, query, message):
    for name in ("bridge/", "bridge.csv"):
        response = client.get(f"/releases/2013-14.r1/{name}?{query}")
        assert response.status_code == 400
        assert message in response.content.decode()


def test_a_first_release_has_none_before_it(client):
    assert "is the first release: there is none before it" in words(client, "/releases/2012-13.r1/bridge/")
    assert movements(client, "/releases/2012-13.r1/bridge.csv") == []


def test_over_a_year_s_gap_the_earlier_year_counts_as_last_revised_before_the_later_was_made(client, settings):
    settings.REGISTER_TODAY = date(2015, 7, 1)
    make_year(2012).reported_savings.update(amount=340_000)
    make_release(make_year(2012), at=datetime(2015, 6, 20, 12, tzinfo=UTC), note="Later than 2014/15 was made.")
    text = words(client, "/releases/2014-15.r1/bridge/?since=2012-13.r1")
    assert "Corrections to the earlier year are those of 2012/13, revision 2 ." in text


def test_later_edits_change_no_byte_of_it(client):
    before = client.get("/releases/2013-14.r1/bridge.csv").content
    make_year(2013).reported_savings.update(amount=7)
    accept_all(make_year(2013))
    assert client.get("/releases/2013-14.r1/bridge.csv").content == before


def test_it_takes_no_more_queries_than_a_page_may(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/releases/2013-14.r1/bridge/?since=2012-13.r1&council=town")
