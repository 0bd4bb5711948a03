"""Finding a partner: councils in force, each once, ranked by facts of the register that a reader can look up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.public.finding_partners import Partners
from arrangements.register.models import Arrangement, Partnership, Service
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from councils.loading import load
from councils.models import Council, CouncilName, Succession
from councils.tests.builders import make_council

PAGE = "/find-a-partner/"


@override_settings(REGISTER_TODAY=TODAY)
class RankTests(WorldTestCase):
    """Over the small register, every council and service in turn: each reason is looked up anew, another way."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.councils = list(Council.objects.in_force_on(TODAY))
        cls.services = list(Service.objects.all())

    def involved(self, arrangement: Arrangement) -> set[int]:
        """Who takes part today, row by row."""
        return {part.council_id for part in arrangement.partnerships.all() if part.role != "client" and part.in_force_on(TODAY)}

    def test_every_other_council_in_force_stands_in_it_once_and_no_other(self):
        with self.settings(ZEAL_RAISE=False):
            for council in self.councils[:6]:
                for service in self.services:
                    found = Partners(council, service, self.councils, TODAY)
                    codes = [each.candidate.code for each in found.ranked] + [each.gss_code for each, _ in found.already]
                    assert sorted(codes) == sorted(each.gss_code for each in self.councils if each != council)

    def test_each_reason_is_true(self):
        operating = [
            each
            for each in Arrangement.objects.prefetch_related("partnerships", "other_services")
            if each.status_on(TODAY) == "operating"
        ]
        for part in (part for each in operating for part in each.partnerships.all()):
            part.arrangement = next(each for each in operating if each.pk == part.arrangement_id)
        takers = {each.pk: self.involved(each) for each in operating}
        by_code = {each.gss_code: each for each in self.councils}
        seen = set()
        for council in self.councils:
            partners = {key for each in takers.values() if council.pk in each for key in each} - {council.pk}
            for service in self.services[:3]:
                of_service = {each.pk for each in operating if service in [each.main_service, *each.other_services.all()]}
                found = Partners(council, service, self.councils, TODAY)
                assert {each.pk for each, _ in found.already} == {
                    key for pk in of_service if council.pk in takers[pk] for key in takers[pk]
                } - {council.pk}
                for each in found.ranked:
                    other = by_code[each.candidate.code]
                    shared = [one for one in operating if {council.pk, other.pk} <= takers[one.pk]]
                    theirs = [one for one in operating if one.pk in of_service and other.pk in takers[one.pk]]
                    common = {key for one in takers.values() if other.pk in one for key in one & partners} - {other.pk}
                    said = {reason.rule: sorted(one.address for one in reason.named) for reason in each.reasons}
                    seen |= set(said)
                    assert said.get("together", []) == sorted(one.get_absolute_url() for one in shared)
                    assert said.get("sharing", []) == sorted(one.get_absolute_url() for one in theirs)
                    assert len(said.get("in-common", [])) == len(common)
                    assert ("kind" in said) == (other.kind == council.kind)
                    assert ("county" in said) == (other.pk == council.county_id or council.pk == other.county_id)
        assert seen >= {"together", "sharing", "in-common", "kind", "county"}

    def test_the_same_question_gives_the_same_answer_and_drafts_change_nothing(self):
        address = f"{PAGE}?council=willow&service=ict"
        before = Client().get(address).content
        self.world.years["2014-15"].reported_savings.update(outcome="figure", amount=5)
        self.world.years["2014-15"].returns.update(state="in_progress")
        assert Client().get(address).content == before

    def test_twelve_queries_at_most_and_no_more_for_a_council_in_many(self):
        willow, maple = (Council.objects.get(slug=slug) for slug in ("willow", "maple"))
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                assert self.client.get(f"{PAGE}?council=Wilow&service=ict").status_code == 200
            counts.append(len(captured))
            made = Arrangement.objects.bulk_create(
                Arrangement(name=f"More {number}", main_service=self.services[number % 3], started_on=date(2012, 4, 1))
                for number in range(300)
            )
            Partnership.objects.bulk_create(Partnership(arrangement=one, council=of) for one in made for of in (willow, maple))
        assert counts[0] == counts[1] <= 12


@pytest.mark.django_db
class TestAsking:
    @pytest.fixture(autouse=True)
    def _day(self, settings):
        settings.REGISTER_TODAY = TODAY

    def ask(self, council: str, service: str = "ict", status: int = 200) -> str:
        response = Client().get(PAGE, {"council": council, "service": service})
        assert response.status_code == status
        return response.content.decode()

    @pytest.fixture
    def towns(self):
        make_service("ict")
        return [make_council(name) for name in ("Northford Council", "Southford Council", "Eastham Council")]

    def test_a_council_is_known_by_slug_code_name_former_name_and_with_a_slip(self, towns):
        CouncilName.objects.create(council=towns[0], name="Oldbridge", kind="official", used_until=date(2014, 3, 31))
        for text in (towns[0].slug, towns[0].gss_code, "northford", "Northfrod", "Oldbridge", " NORTHFORD COUNCIL "):
            assert "partners for Northford Council" in self.ask(text), text

    def test_where_several_are_meant_they_are_offered(self, towns):
        page = self.ask("ford")
        assert "Which council did you mean?" in page
        for town in towns[:2]:
            assert f"?council={town.slug}&amp;service=ict" in page
        assert f"?council={towns[2].slug}&amp;service=ict" not in page

    def test_in_the_place_of_one_that_has_ended_its_successor_is_offered_and_it_is_never_listed(self, towns):
        gone = make_council("Westbury Council", ended_on=TODAY - timedelta(days=30))
        Succession.objects.create(predecessor=gone, successor=towns[2])
        page = self.ask("westbury")
        assert "took over from Westbury Council, which ended on 21 March 2015" in page
        assert "Westbury" not in self.ask("northford").partition("<main")[2].partition("register-partners")[2]

    def test_nobody_of_that_name_is_said_with_what_to_do(self, towns):
        page = self.ask("Atlantis", status=400)
        assert "No council is or was called “Atlantis”." in page
        assert 'value="Atlantis"' in page

    def test_an_empty_or_unknown_field_is_refused_by_its_name(self, towns):
        page = Client().get(PAGE, {"council": " ", "service": "ict"})
        assert (page.status_code, "Enter your council" in page.content.decode()) == (400, True)
        page = Client().get(PAGE, {"council": "northford", "service": ""})
        assert (page.status_code, "Choose the service to share" in page.content.decode()) == (400, True)
        assert "“itc” is not one of its values. Did you mean “ict”?" in self.ask("northford", "itc", 400)
        page = Client().get(f"{PAGE}?counsil=northford&service=ict")
        assert (page.status_code, "Did you mean “council”?" in page.content.decode()) == (400, True)
        assert Client().get(f"{PAGE}?council=northford&service=ict&page=99").status_code == 400
        assert Client().get(f"{PAGE}?council=northford&council=eastham&service=ict").status_code == 400

    def test_a_link_may_bring_the_council_along(self, towns):
        page = Client().get(PAGE, {"council": "northford"})
        assert page.status_code == 200
        assert 'value="northford"' in page.content.decode()
        assert "There is a problem" not in page.content.decode()

    def test_a_client_and_a_partner_that_has_left_don_t_count(self, towns):
        ours = make_arrangement(towns[0], make_council("Otherton Council"), clients=[towns[1]], service=make_service("law"))
        make_partnership(ours, towns[2], left_on=TODAY - timedelta(days=1))
        page = self.ask("northford").partition('class="register-partners"')[2]
        assert page.count("Works with Northford") == 1

    def test_who_shares_it_with_the_council_already_is_said_apart(self, towns):
        make_arrangement(*towns[:2], name="Our ICT")
        page = self.ask("northford")
        apart, _, ranked = page.partition('class="register-partners"')
        assert "Already shares Ict with Northford" in apart
        assert "Southford" in apart.partition('id="already"')[2]
        assert "Southford" not in ranked.partition("</ol>")[0]


@pytest.mark.django_db
def test_with_the_real_councils_sutton_s_neighbours_come_first(settings):
    settings.REGISTER_TODAY = TODAY
    load()
    make_service("ict")
    page = Client().get(PAGE, {"council": "sutton", "service": "ict"}).content.decode()
    names = [part.partition("</a>")[0].rpartition(">")[2] for part in page.split('class="register-partner__name"')[1:]]
    assert set(names[:4]) == {"Croydon", "Kingston upon Thames", "Merton", "Epsom and Ewell"} or set(names[:3]) == {
        "Croydon", "Kingston upon Thames", "Merton",
    }  # fmt: skip
    assert len(names) == 10
    assert "352 other councils in force on 20 April 2015" in page
    county = Client().get(PAGE, {"council": "surrey", "service": "ict"}).content.decode()
    assert "Is a district of Surrey." in county
