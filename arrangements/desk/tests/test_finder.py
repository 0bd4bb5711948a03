"""The finder: what comes first, what each result says, and where it leads."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.test import TestCase, override_settings
from django.urls import reverse

from arrangements.desk.finder import MOST, find
from arrangements.register.models import Arrangement, FormerName
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_publisher,
    make_release,
    make_return,
    make_saving,
    make_year,
)
from councils.models import CouncilName
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.counting import AtMost
from sharedservices.tests.house import client_of

TODAY = date(2015, 4, 20)


@override_settings(REGISTER_TODAY=TODAY)
class FinderTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.kingston = make_council("Royal Borough of Kingston upon Thames", "london_borough", short_name="Kingston upon Thames")
        cls.sutton = make_council("London Borough of Sutton", "london_borough", short_name="Sutton")
        cls.merton = make_council("London Borough of Merton", "london_borough", short_name="Merton")
        cls.ict = make_arrangement(cls.kingston, cls.sutton, name="Kingston and Sutton shared ICT service")
        cls.legal = make_arrangement(cls.sutton, cls.merton, cls.kingston, name="South London Legal Partnership")
        cls.parks = make_arrangement(cls.merton, cls.sutton, name="Parks together")
        cls.ended = make_arrangement(cls.sutton, cls.merton, name="Old depot", ended_on=date(2014, 9, 30), end_reason="expired")
        cls.last_year, cls.year = make_year(2013), make_year(2014)
        make_saving(cls.ict, cls.last_year, 410_000)
        make_saving(cls.parks, cls.last_year, outcome="not_calculated")
        accept_all(cls.last_year)
        make_release(cls.last_year)
        cls.of_kingston = make_return(cls.kingston, cls.year)
        cls.of_sutton = make_return(cls.sutton, cls.year)
        cls.analyst = make_analyst()

    def found(self, text, user=None):
        return find(text, user or self.analyst).results

    def only(self, text):
        (result,) = self.found(text)
        return result

    def test_ict_kingston_sut_gives_the_arrangement_first_and_leads_to_its_line(self):
        first = self.found("ict kingston sut")[0]
        assert (first.kind, first.name, first.reference) == ("Arrangement", self.ict.name, self.ict.reference)
        page = reverse("admin:arrangements_annualreturn_change", args=[self.of_kingston.pk])
        assert first.url == f"{page}#line-{self.ict.pk}"
        assert first.leads == "Opens its line in the return of Kingston upon Thames, 2014/15"

    def test_it_says_partners_lead_first_and_what_was_published_last(self):
        assert self.only("kingston sutton shared").about == "Kingston upon Thames, Sutton"
        assert self.only("kingston sutton shared").published == "£410,000 in 2013/14"
        assert self.only("parks together").published == "Not calculated in 2013/14"
        assert self.only("legal partnership").published == "Not returned in 2013/14"
        assert self.only("legal partnership").about == "Sutton, Kingston upon Thames, Merton"

    def test_more_than_four_partners_are_counted(self):
        make_arrangement(*[make_council(f"Town {number} Council") for number in range(6)], name="Wide one")
        assert self.only("wide one").about == "Town 0, Town 1, Town 2, Town 3 and 2 more"

    def test_what_the_last_release_doesn_t_have_is_said(self):
        make_arrangement(self.sutton, self.merton, name="Brand new", started_on=date(2014, 6, 1))
        assert self.only("brand new").published == "Not in the last release, 2013/14"

    def test_a_correction_and_a_release_that_waits_change_what_is_said_only_once_public(self):
        self.last_year.reported_savings.update(amount=None, outcome="withheld")
        make_release(self.last_year, public=False, note="Withheld after all.")
        assert self.only("kingston sutton shared").published == "£410,000 in 2013/14"

    def test_without_a_line_it_leads_to_the_arrangement_and_says_why(self):
        make_arrangement(self.merton, self.sutton, name="To come", started_on=date(2015, 4, 1))
        unanswered = make_arrangement(self.merton, self.sutton, name="Orphan")
        unanswered.partnerships.update(answers=False)
        for text, why in [
            ("old depot", "ended on 30 September 2014"),
            ("to come", "not started by 31 March 2015"),
            ("orphan", "no council answers for it in 2014/15"),
            ("parks together", "Merton has no return of 2014/15"),
        ]:
            with self.subTest(text):
                result = self.only(text)
                assert result.leads == f"Opens the arrangement: {why}"
                arrangement = Arrangement.objects.get(reference=result.reference)
                assert result.url == reverse("admin:arrangements_arrangement_change", args=[arrangement.pk])

    def test_councils_lead_to_their_return_of_the_open_year(self):
        council = self.found("sutton")[0]
        assert (council.kind, council.name) == ("Council", "London Borough of Sutton")
        assert council.url == reverse("admin:arrangements_annualreturn_change", args=[self.of_sutton.pk])
        assert council.leads == "Opens its return of 2014/15"
        unasked = self.found("merton")[0]
        assert unasked.url == reverse("admin:councils_council_change", args=[self.merton.pk])
        assert unasked.leads == "Opens the council: no return of 2014/15"

    def test_a_council_called_so_comes_before_arrangements_and_one_that_only_contains_it_after(self):
        make_council("Greater Suttonshire Council")
        kinds = [(each.kind, each.name) for each in self.found("sutton")]
        assert kinds[0] == ("Council", "London Borough of Sutton")
        assert kinds[-1] != kinds[0]
        assert {kind for kind, _ in kinds[1:]} >= {"Arrangement"}
        assert self.found("shire")[-1].kind == "Council"

    def test_former_names_slips_references_and_codes_find_both(self):
        FormerName.objects.create(arrangement=self.ict, name="Pilot of two boroughs")
        CouncilName.objects.create(council=self.sutton, name="Cheam", kind="alias")
        assert self.only("pilot boroughs").name == self.ict.name
        assert self.found("kingtson sutton ict")[0].name == self.ict.name
        assert self.found(self.ict.reference.lower())[0].name == self.ict.name
        assert self.found(f"ssr{int(self.ict.reference[4:])}")[0].name == self.ict.name
        assert self.found("cheam")[0].name == "London Borough of Sutton"
        assert self.found(self.sutton.gss_code)[0].name == "London Borough of Sutton"

    def test_eight_at_most_and_the_sentence_says_that_there_are_more(self):
        for number in range(MOST):
            make_arrangement(self.merton, self.sutton, name=f"Zebra {number}")
        answer = find("zebra", self.analyst)
        assert len(answer.results) == MOST
        assert answer.said == "8 results, the best first."
        make_arrangement(self.merton, self.sutton, name="Zebra more")
        answer = find("zebra", self.analyst)
        assert len(answer.results) == MOST
        assert answer.said == "The first 8 results, the best first; there are more."
        assert find("zebra more", self.analyst).said == "1 result."
        assert find("xyzzyq", self.analyst).said == "Nothing found. Try fewer words, or part of a word."
        assert find("  ", self.analyst).said.startswith("Type part of a name")

    def test_where_no_collection_has_opened_everything_leads_to_its_own_page(self):
        AnnualReturn.objects.filter(year=self.year).delete()
        FinancialYear.objects.update(opens_on=None, closes_on=None)
        assert self.found("sutton")[0].leads == "Opens the council"
        assert self.found("kingston sutton ict")[0].leads == "Opens the arrangement"
        assert self.found("kingston sutton ict")[0].published == ""

    def test_before_anything_is_published_it_says_so(self):
        with override_settings(REGISTER_TODAY=date(2014, 4, 20)):
            assert self.found("kingston sutton ict")[0].published == "2012/13 is not published"


@override_settings(REGISTER_TODAY=TODAY)
class OpenYearTests(TestCase):
    def year_on(self, day):
        year = FinancialYear.objects.in_collection(day)
        return year and str(year)

    def test_the_latest_year_open_on_the_day_or_else_the_latest_that_opened(self):
        first, second = make_year(2013), make_year(2014)
        make_year(2015, opens_on=None, closes_on=None)
        assert self.year_on(first.opens_on - timedelta(days=1)) is None
        assert self.year_on(first.opens_on) == "2013/14"
        assert self.year_on(first.closes_on + timedelta(days=1)) == "2013/14"
        assert self.year_on(second.opens_on) == "2014/15"
        assert self.year_on(date(2030, 1, 1)) == "2014/15"
        FinancialYear.objects.filter(pk=first.pk).update(closes_on=date(2016, 1, 1))
        assert self.year_on(second.closes_on) == "2014/15"
        assert self.year_on(second.closes_on + timedelta(days=1)) == "2013/14", "still open, where the later one has closed"


@override_settings(REGISTER_TODAY=TODAY)
class EndpointTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.council = make_council("Sutton Council")
        cls.one = make_arrangement(cls.council, make_council("Merton Council"), name="One team")
        cls.year = make_year(2014)
        make_return(cls.council, cls.year)
        cls.analyst = make_analyst()

    def test_it_answers_results_and_a_sentence(self):
        answer = client_of(self.analyst).get("/admin/find.json", {"q": "one team"})
        assert answer["Content-Type"] == "application/json"
        assert "no-store" in answer["Cache-Control"]
        body = answer.json()
        assert body["said"] == "1 result."
        assert set(body["results"][0]) == {"kind", "name", "reference", "about", "published", "leads", "url"}

    def test_the_plain_page_shows_the_same_as_links(self):
        page = client_of(self.analyst).get("/admin/find/", {"q": "one team"}).content.decode()
        assert f'<a href="{find("one team", self.analyst).results[0].url}">One team</a>' in page
        assert 'name="q" value="one team"' in page
        assert "Nothing found" in client_of(self.analyst).get("/admin/find/", {"q": "<xyzzyq>"}).content.decode()

    def test_only_what_a_person_may_see_is_found(self):
        nobody, sees_councils = make_user(staff=True), make_user(staff=True)
        sees_councils.user_permissions.add(Permission.objects.get(codename="view_council"))
        for path in ("/admin/find.json", "/admin/find/"):
            assert client_of(nobody).get(path, {"q": "sutton"}).status_code == 403
        body = client_of(sees_councils).get("/admin/find.json", {"q": "sutton"}).json()
        assert [(each["kind"], each["leads"]) for each in body["results"]] == [("Council", "Opens the council")]
        assert "finder-opener" not in client_of(nobody).get("/admin/").content.decode()
        assert "finder-opener" in client_of(sees_councils).get("/admin/").content.decode()

    def test_who_may_not_see_returns_is_led_to_the_arrangement(self):
        reader = make_user(staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_arrangement"))
        assert find("one team", reader).results[0].leads == "Opens the arrangement"

    def test_strangers_and_officers_are_kept_out_and_nothing_is_written_by_it(self):
        for user in (None, make_user(councils=[self.council])):
            assert client_of(user).get("/admin/find.json", {"q": "sutton"}).status_code in (302, 403)
        assert client_of(self.analyst).post("/admin/find.json", {"q": "sutton"}).status_code == 405

    def test_any_text_is_answered(self):
        client = client_of(self.analyst)
        for text in ["%", "_", "\\", "'; --", "a" * 5000, "SSR-", "E09000029 E09000029", "İ" * 300, "and of the", "\u202e"]:
            assert client.get("/admin/find.json", {"q": text}).status_code == 200, text

    def test_twelve_queries_at_most_whatever_is_typed(self):
        client = client_of(make_publisher())
        for number in range(30):
            make_arrangement(self.council, make_council(), name=f"Zebra {number}")
        for text in ["zebra", "one team", "sutton", "suton", "zebar suton tema", "xyzzyq", "SSR-0001", ""]:
            with self.subTest(text), self.assertNumQueries(AtMost(12)):
                client.get("/admin/find.json", {"q": text})
