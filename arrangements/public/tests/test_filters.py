"""What each filter of the register means, at its edges."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import EndReason, Role, StartPrecision
from arrangements.tests.builders import (
    accept_all,
    make_arrangement,
    make_partnership,
    make_release,
    make_saving,
    make_service,
    make_year,
)
from councils.models import BodyKind, CouncilKind
from councils.tests.builders import make_body, make_council, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)


@pytest.fixture
def year():
    return make_year(2013)


def shown(query: str = "") -> set[str]:
    """The names that the list shows, by the API."""
    response = Client().get(f"/api/v1/arrangements/?limit=1000&{query}")
    assert response.status_code == 200, response.content.decode()
    return {row["name"] for row in response.json()["data"]}


def ended(on: date, **fields) -> Arrangement:
    return make_arrangement(ended_on=on, end_reason=EndReason.DISSOLVED, **fields)


class TestYears:
    @pytest.mark.usefixtures("year")
    def test_a_year_shows_what_operated_on_its_31_march_both_edges_included(self):
        make_arrangement(name="began that day", started_on=date(2014, 3, 31))
        make_arrangement(name="began the day after", started_on=date(2014, 4, 1))
        ended(date(2014, 3, 31), name="ended that day")
        ended(date(2014, 3, 30), name="ended the day before")
        make_arrangement(name="start unknown", started_on=None, start_precision=StartPrecision.UNKNOWN)
        assert shown("year=2013-14") == {"began that day", "ended that day"}

    @pytest.mark.usefixtures("year")
    def test_statuses_part_the_register_in_three_on_that_day_or_today(self):
        ended(date(2014, 3, 30), name="gone by then")
        ended(date(2014, 3, 31), name="gone by today")
        ended(date(2015, 4, 19), name="gone yesterday")
        ended(date(2015, 4, 20), name="last day today")
        make_arrangement(name="from today", started_on=date(2015, 4, 20))
        make_arrangement(name="from tomorrow", started_on=date(2015, 4, 21))
        make_arrangement(name="some day", started_on=None, start_precision=StartPrecision.UNKNOWN)
        make_arrangement(
            name="was it ever", started_on=None, start_precision=StartPrecision.UNKNOWN,
            ended_on=date(2014, 1, 1), end_reason=EndReason.OTHER,
        )  # fmt: skip
        everything = shown()
        for on in ("", "&year=2013-14"):
            parts = [shown(f"status={status}{on}") for status in ("operating", "ended", "not-started")]
            assert set.union(*parts) == everything
            assert sum(map(len, parts)) == len(everything), "each is in one part"
            assert shown(f"status=operating&status=ended{on}") == parts[0] | parts[1]
        assert shown("status=operating") == {"last day today", "from today"}
        assert shown("status=not-started") == {"from tomorrow", "some day"}
        assert shown("status=operating&year=2013-14") == {"gone by today", "gone yesterday", "last day today"}
        assert shown("status=ended&year=2013-14") == {"gone by then", "was it ever"}

    def test_a_year_is_named_as_in_addresses(self, year):
        make_arrangement(name="one")
        assert shown("year=2013-14") == {"one"}
        for wrong in ("2013/14", "2013", "2013-2014"):
            assert Client().get(f"/arrangements/?year={wrong}").status_code == 400


@pytest.mark.usefixtures("year")
class TestWhoTakesPart:
    def test_a_council_touches_on_the_day_of_the_year_today_where_it_operates_or_ever(self):
        town = make_council("Town", CouncilKind.METROPOLITAN, make_region("North West"))
        other = make_council("Other")
        for name, joined, left in [
            ("left on the day", None, date(2014, 3, 31)),
            ("left before", None, date(2014, 3, 30)),
            ("joined on the day", date(2014, 3, 31), None),
            ("joined after", date(2014, 4, 1), None),
            ("leaves today", None, date(2015, 4, 20)),
            ("joins tomorrow", date(2015, 4, 21), None),
            ("always", None, None),
        ]:
            make_partnership(make_arrangement(other, make_council(), name=name), town, joined_on=joined, left_on=left)
        on_the_day = {"left on the day", "joined on the day", "leaves today", "always"}
        for filters in (
            "council=town",
            "region=north-west",
            "partner_kind=metropolitan",
            "regions=several",
            "role=partner&council=town",
        ):
            assert shown(f"{filters}&year=2013-14") == on_the_day
            assert shown(f"{filters}&status=operating&year=2013-14") == on_the_day
            assert shown(f"{filters}&status=operating") == {"joined on the day", "joined after", "leaves today", "always"}
            ever = on_the_day | {"left before", "joined after", "joins tomorrow"}
            assert shown(filters) == shown(f"{filters}&status=operating&status=ended") == ever

    def test_a_body_takes_part_on_the_day_of_the_year_or_ever(self):
        arrangement = make_arrangement(name="police came later", bodies=[make_body(kind=BodyKind.POLICE)])
        arrangement.body_partnerships.update(joined_on=date(2014, 4, 1))
        assert shown("partner_kind=police") == {"police came later"}
        assert shown("partner_kind=police&year=2013-14") == set()

    def test_clients_do_not_touch_and_are_found_by_their_role(self):
        north = make_region("North West")
        client = make_council("Client", kind=CouncilKind.METROPOLITAN, region=north)
        make_arrangement(make_council(), make_council(), clients=[client], name="bought from")
        for query in ("council=client", "region=north-west", "partner_kind=metropolitan"):
            assert shown(query) == set()
        assert shown("council=client&role=client") == shown("role=client") == {"bought from"}

    def test_council_and_role_are_asked_of_the_same_part(self):
        """One leads and the other is a partner: neither is what the other is."""
        lead, partner = make_council("Lead"), make_council("Partner")
        make_arrangement(lead, partner, name="both")
        make_arrangement(partner, lead, name="turned round")
        assert shown("council=lead&role=lead") == {"both"}
        assert shown("council=partner&role=lead") == {"turned round"}
        assert shown("council=lead&role=partner&role=lead") == {"both", "turned round"}
        assert shown("council=lead&role=client") == set()

    def test_a_role_held_at_another_time_is_none_on_the_day(self):
        town = make_council("Town")
        arrangement = make_arrangement(make_council(), make_council(), name="changed")
        make_partnership(arrangement, town, role=Role.CLIENT, left_on=date(2014, 3, 30))
        make_partnership(arrangement, town, role=Role.PARTNER, joined_on=date(2014, 3, 31))
        assert shown("council=town&role=client&year=2013-14") == set()
        assert shown("council=town&role=partner&year=2013-14") == {"changed"}
        assert shown("council=town&role=client") == {"changed"}

    def test_a_county_is_its_council_or_any_of_its_districts(self):
        south, north = make_region("South East"), make_region("North West")
        kent, dorset = (make_council(name, CouncilKind.COUNTY, region) for name, region in (("Kent", south), ("Dorset", north)))
        dover = make_council("Dover", CouncilKind.DISTRICT, south, county=kent)
        unitary = make_council("Unitary", region=south)
        make_arrangement(kent, unitary, name="county itself")
        make_arrangement(unitary, dover, name="a district")
        make_arrangement(kent, dover, name="both of them")
        make_arrangement(dorset, dover, name="two counties")
        make_arrangement(unitary, make_council(), name="neither")
        of_kent = {"county itself", "a district", "both of them", "two counties"}
        assert shown("county=kent") == of_kent
        assert shown("county=dorset") == {"two counties"}
        assert shown("county=none") == {"neither"}
        assert shown("county=none&county=dorset") == {"neither", "two counties"}
        assert shown("county=kent&county=dorset&county=none") == of_kent | {"neither"}
        assert shown("regions=several") == {"two counties"}

    def test_county_none_looks_at_the_day_of_the_year(self):
        kent = make_council("Kent", CouncilKind.COUNTY)
        arrangement = make_arrangement(make_council(), make_council(), name="left the county")
        make_partnership(arrangement, kent, left_on=date(2014, 3, 30))
        assert shown("county=none&year=2013-14") == {"left the county"}
        assert shown("county=none") == set()

    def test_kinds_of_partner_are_of_councils_and_of_bodies(self):
        county, district = make_council(kind=CouncilKind.COUNTY), make_council(kind=CouncilKind.DISTRICT)
        make_arrangement(county, district, name="two councils")
        make_arrangement(district, name="with the police", bodies=[make_body(kind=BodyKind.POLICE)])
        assert shown("partner_kind=police") == {"with the police"}
        assert shown("partner_kind=district") == {"two councils", "with the police"}
        assert shown("partner_kind=county&partner_kind=police") == {"two councils", "with the police"}
        assert shown("partner_kind=county&partner_kind=police&council=" + county.slug) == {"two councils"}


class TestWhatIsShared:
    def test_a_service_is_the_main_one_or_another_and_a_category_the_main_one_s_only(self):
        ict, waste = make_service("ict"), make_service("waste", "environment")
        mixed = make_arrangement(name="mixed", service=ict)
        mixed.other_services.add(waste)
        make_arrangement(name="waste alone", service=waste)
        assert shown("service=ict") == {"mixed"}
        assert shown("service=waste") == {"mixed", "waste alone"}
        assert shown("category=environment") == {"waste alone"}
        assert shown("category=back-office&category=environment") == {"mixed", "waste alone"}


class TestReleasedOutcomes:
    @pytest.fixture
    def published(self, year):
        """Three answers and a silence in 2013/14; the same names, other answers, unpublished in 2014/15."""
        town, silent = make_council("Town"), make_council("Silent")
        made = {name: make_arrangement(town, make_council(), name=name) for name in ("saves", "costs", "none yet")}
        made["silent"] = make_arrangement(silent, town, name="silent")
        make_saving(made["saves"], year, 500)
        make_saving(made["costs"], year, -500)
        make_saving(made["none yet"], year, outcome="too_early")
        accept_all(year)
        make_release(year)
        made["later"] = make_arrangement(town, make_council(), name="later")
        open_year = make_year(2014)
        for arrangement in made.values():
            make_saving(arrangement, open_year, 9_999)
        accept_all(open_year)
        return made

    @pytest.mark.usefixtures("published")
    def test_outcomes_are_those_of_the_release_and_none_is_absence_from_it(self):
        assert shown("outcome=figure") == {"saves", "costs"}
        assert shown("outcome=too_early") == {"none yet"}
        assert shown("outcome=not_returned") == {"silent"}
        assert shown("outcome=none") == {"later"}
        assert shown("outcome=none&outcome=figure") == {"later", "saves", "costs"}

    @pytest.mark.usefixtures("published")
    def test_amounts_compare_with_released_figures_only(self):
        assert shown("saving_min=500") == {"saves"}
        assert shown("saving_min=501") == shown("saving_min=9999") == set()
        assert shown("saving_max=-500") == {"costs"}
        assert shown("saving_min=-500&saving_max=500") == {"saves", "costs"}

    @pytest.mark.usefixtures("published")
    def test_a_year_without_a_public_release_has_no_outcomes_at_all(self):
        assert shown("year=2014-15&outcome=figure") == set()
        assert shown("year=2014-15&outcome=none") == shown("year=2014-15") == {"saves", "costs", "none yet", "silent", "later"}
        assert shown("year=2014-15&saving_min=0") == set()
        answer = Client().get("/api/v1/arrangements/?year=2014-15").json()
        assert answer["meta"]["release"] is None
        assert {row["saving"] for row in answer["data"]} == {None}

    @pytest.mark.usefixtures("published")
    def test_a_release_that_waits_for_its_moment_changes_no_filter(self):
        make_release(make_year(2014))  # public on 20 May 2015; today is 20 April
        assert shown("year=2014-15&saving_min=0") == set()
        assert shown("saving_min=501") == set()

    def test_a_release_that_is_prepared_or_discarded_changes_no_filter(self, published, year):
        make_release(make_year(2014), public=False)
        assert shown("outcome=figure") == {"saves", "costs"}
        assert shown("year=2014-15&outcome=figure") == set()

    def test_the_list_shows_the_release_the_outcomes_come_from(self, published, client):
        page = client.get("/arrangements/?year=2013-14").content.decode()
        assert 'Savings are those of release <a class="govuk-link" href="/releases/2013-14.r1/">2013-14.r1</a>' in page
        assert "Nothing has been published for 2014/15 yet." in client.get("/arrangements/?year=2014-15").content.decode()

    @pytest.mark.usefixtures("published")
    def test_a_loss_is_a_number_in_the_file_and_text_is_never_a_formula(self, client):
        Arrangement.objects.filter(name="costs").update(name="-2+3 costs", source="@SUM(A1)")
        Arrangement.objects.filter(name="saves").update(name="=1+1 saves", source="\tx")
        rows = client.get("/arrangements.csv").content.decode("utf-8-sig")
        assert ",'-2+3 costs," in rows
        assert ",figure,-500,no,'@SUM(A1)\r\n" in rows
        assert ",'=1+1 saves," in rows
        assert ",figure,500,no,'\tx\r\n" in rows


class TestSearch:
    """The rest of the search is claimed beside the querysets; here, that it is the list's."""

    def test_the_words_of_a_search_may_lie_in_several_places(self):
        sutton, merton = make_council("Sutton Council"), make_council("Merton Council")
        make_arrangement(sutton, merton, name="One team", service=make_service("ict"))
        make_arrangement(sutton, make_council(), name="Other", service=make_service("waste", "environment"))
        assert shown("q=ict+sutton") == {"One team"}
        assert shown("q=sutton+merton+team") == {"One team"}
        assert shown("q=sutton") == {"One team", "Other"}
        assert shown("q=sutton+gloucester") == set()

    def test_a_category_is_searched_for_by_the_main_service(self):
        mixed = make_arrangement(name="mixed", service=make_service("ict"))
        mixed.other_services.add(make_service("waste", "environment"))
        assert shown("q=back+office") == {"mixed"}
        assert shown("q=environment") == set()

    def test_other_filters_narrow_what_a_search_found(self):
        make_arrangement(name="Shared waste", service=make_service("waste", "environment"))
        make_arrangement(name="Shared ICT")
        assert shown("q=shared&service=waste") == {"Shared waste"}
        assert shown("q=shared+wsate&service=waste") == {"Shared waste"}, "a slip is forgiven before anything is narrowed"
