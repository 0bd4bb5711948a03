"""What officers see of their councils before it is published, and that nobody else does."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from arrangements.returns.querying import query
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.models import Succession
from councils.tests.builders import make_council, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def year():
    return make_year(2014)


def page_of(*councils, of):
    """What an officer of the councils reads on the page of one."""
    client = Client()
    client.force_login(make_user(councils=councils))
    response = client.get(f"/my-council/{of.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_answer_of_the_open_year_stands_there_published_or_not(year):
    town, other = make_council("Town"), make_council("Other")
    make_saving(make_arrangement(town, other, name="Ours"), year, 123_456)
    make_saving(make_arrangement(other, town, name="Led by the other"), year, 654_321)
    make_arrangement(town, other, name="Silent")
    make_return(town, year, ReturnState.IN_PROGRESS)
    page = page_of(town, of=town)
    assert "In progress: 1 of 2 lines answered." in page
    assert "£123,456" in page
    assert "£654,321" in page, "a partner sees the answer for an arrangement it takes part in"
    assert "No answer yet" in page


def test_nothing_of_arrangements_of_others_stands_there(year):
    town, other = make_council("Town"), make_council("Other")
    make_saving(make_arrangement(other, make_council(), name="Theirs"), year, 987_654)
    make_return(other, year)
    page = page_of(town, of=town)
    assert "987,654" not in page
    assert "Theirs" not in page
    assert "Nothing is asked of this council for 2014/15." in page


def test_questions_about_its_lines_are_read_there(year):
    town = make_council("Town")
    arrangement = make_arrangement(town, make_council(), name="Ours")
    make_saving(arrangement, year)
    asked = make_return(town, year, ReturnState.SUBMITTED)
    query(annual_return=asked, arrangement=arrangement, text="Is that for the whole year?", user=make_analyst())
    page = page_of(town, of=town)
    assert "Ours: waits for the council" in page
    assert "Is that for the whole year?" in page
    assert "1 query waits for your answer" in page


def test_a_successor_s_officer_sees_what_its_predecessor_is_asked(year):
    before = make_council("Before", ended_on=date(2015, 3, 31))
    after = make_council("After", started_on=date(2015, 4, 1))
    Succession.objects.create(predecessor=before, successor=after)
    arrangement = make_arrangement(before, make_council(), ended_on=date(2015, 3, 31), end_reason="other", name="Until then")
    make_saving(arrangement, year, 222_333)
    make_return(before, year)
    page = page_of(after, of=after)
    assert "Return of Before for 2014/15" in page
    assert "£222,333" in page


def test_a_shared_officer_has_a_list_of_councils_and_a_page_of_each():
    towns = [make_council("First"), make_council("Second")]
    client = Client()
    client.force_login(make_user(councils=towns))
    page = client.get("/my-council/").content.decode()
    for town in towns:
        assert f'href="/my-council/{town.slug}/"' in page
        assert client.get(f"/my-council/{town.slug}/").status_code == 200


def test_an_account_without_a_council_is_told_whom_to_ask():
    client = Client()
    client.force_login(make_user())
    assert "No council is linked to your account." in client.get("/my-council/").content.decode()


def test_another_council_s_page_and_one_that_does_not_exist_look_alike(year):
    town, other = make_council("Town"), make_council("Other")
    make_return(other, year)
    client = Client()
    client.force_login(make_user(councils=[town]))
    theirs, nobody_s = (client.get(f"/my-council/{slug}/") for slug in (other.slug, "atlantis"))
    assert theirs.status_code == nobody_s.status_code == 404
    hide = theirs.content.partition(b"csrfmiddlewaretoken")
    assert hide[0] == nobody_s.content.partition(b"csrfmiddlewaretoken")[0]


def test_a_council_that_is_taken_away_is_gone_at_once(year):
    town = make_council("Town")
    officer = make_user(councils=[town])
    client = Client()
    client.force_login(officer)
    assert client.get("/my-council/town/").status_code == 200
    officer.councils.clear()
    assert client.get("/my-council/town/").status_code == 404
