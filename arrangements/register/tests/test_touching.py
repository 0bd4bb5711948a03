"""Narrowing by place, party and service: one row per arrangement however many partners match, and no clients."""

from collections import Counter
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.test import TestCase

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import Role
from arrangements.tests.builders import make_arrangement, make_partnership, make_service, make_year
from councils.models import BodyKind, CouncilKind
from councils.tests.builders import make_body, make_council, make_region

EDGE, AFTER = date(2014, 3, 31), date(2014, 4, 1)


class TouchingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.london, cls.south_east = make_region("London"), make_region("South East")
        cls.county = make_council(kind=CouncilKind.COUNTY, region=cls.south_east)
        cls.district, cls.neighbour = (
            make_council(kind=CouncilKind.DISTRICT, region=cls.south_east, county=cls.county) for _ in range(2)
        )
        cls.borough, cls.other_borough = (make_council(kind=CouncilKind.LONDON_BOROUGH, region=cls.london) for _ in range(2))
        cls.unitary = make_council(region=cls.south_east)
        cls.boroughs = make_arrangement(cls.borough, cls.other_borough, name="Boroughs")
        cls.mixed = make_arrangement(cls.borough, cls.district, cls.neighbour, cls.county, name="Mixed")
        cls.districts = make_arrangement(cls.district, cls.neighbour, cls.unitary, name="Districts")
        # A client of Kent's kind doesn't make it an arrangement of the region, the county or the council.
        cls.with_client = make_arrangement(cls.borough, cls.other_borough, clients=[cls.district], name="With a client")

    def assert_found(self, rows, *expected):
        """Exactly these, each once."""
        assert Counter(rows.values_list("name", flat=True)) == Counter([one.name for one in expected])

    def test_a_region_is_touched_once_however_many_of_its_councils_take_part(self):
        everyone = Arrangement.objects
        self.assert_found(everyone.touching_region([self.south_east]), self.mixed, self.districts)
        self.assert_found(everyone.touching_region([self.london]), self.boroughs, self.mixed, self.with_client)
        both = [self.london, self.south_east]
        self.assert_found(everyone.touching_region(both), self.boroughs, self.mixed, self.districts, self.with_client)
        self.assert_found(everyone.touching_region([]))

    def test_a_county_is_itself_or_any_of_its_districts(self):
        self.assert_found(Arrangement.objects.touching_county([self.county]), self.mixed, self.districts)
        alone = make_arrangement(self.county, self.unitary, name="The county alone")
        self.assert_found(Arrangement.objects.touching_county([self.county]), self.mixed, self.districts, alone)

    def test_a_county_isnt_touched_by_a_unitary_beside_it(self):
        make_arrangement(self.unitary, self.borough, name="Beside")
        self.assert_found(Arrangement.objects.touching_county([self.county]), self.mixed, self.districts)

    def test_a_council_is_involved_as_lead_or_partner(self):
        self.assert_found(Arrangement.objects.involving([self.district]), self.mixed, self.districts)
        self.assert_found(Arrangement.objects.involving([self.district, self.borough]), *Arrangement.objects.all())

    def test_clients_dont_touch(self):
        for rows in [
            Arrangement.objects.involving([self.district]),
            Arrangement.objects.touching_county([self.county]),
            Arrangement.objects.touching_region([self.south_east]),
            Arrangement.objects.with_partner_kind([CouncilKind.DISTRICT]),
            Arrangement.objects.in_several_regions(),
        ]:
            assert self.with_client not in rows

    def test_in_several_regions_are_those_whose_councils_lie_in_two_or_more(self):
        self.assert_found(Arrangement.objects.in_several_regions(), self.mixed)

    def test_regions_and_the_line_for_several_reconcile_to_england(self):
        everyone = Arrangement.objects.all()
        touching = sum(everyone.touching_region([region]).count() for region in (self.london, self.south_east))
        assert touching - everyone.in_several_regions().count() == everyone.count()

    def test_on_a_day_only_those_of_the_day_count(self):
        self.mixed.partnerships.exclude(council=self.borough).update(left_on=EDGE)
        phrases = [
            lambda on: Arrangement.objects.touching_region([self.south_east], on=on),
            lambda on: Arrangement.objects.touching_county([self.county], on=on),
            lambda on: Arrangement.objects.involving([self.county], on=on),
            lambda on: Arrangement.objects.in_several_regions(on=on),
            lambda on: Arrangement.objects.with_partner_kind([CouncilKind.COUNTY], on=on),
        ]
        for phrase in phrases:
            assert self.mixed in phrase(EDGE)
            assert self.mixed not in phrase(AFTER)
            assert self.mixed in phrase(None)

    def test_a_council_that_left_and_came_back_is_still_one_row(self):
        self.districts.partnerships.filter(council=self.unitary).update(left_on=EDGE)
        make_partnership(self.districts, self.unitary, joined_on=date(2015, 4, 1))
        self.assert_found(Arrangement.objects.involving([self.unitary]), self.districts)

    def test_a_kind_of_partner_may_be_a_councils_or_a_bodys(self):
        police = make_body(kind=BodyKind.POLICE)
        guarded = make_arrangement(self.borough, bodies=[police, make_body(kind=BodyKind.POLICE)], name="Guarded")
        self.assert_found(Arrangement.objects.with_partner_kind([BodyKind.POLICE]), guarded)
        self.assert_found(Arrangement.objects.with_partner_kind([BodyKind.POLICE, CouncilKind.COUNTY]), guarded, self.mixed)
        guarded.body_partnerships.update(left_on=EDGE)
        self.assert_found(Arrangement.objects.with_partner_kind([BodyKind.POLICE], on=EDGE), guarded)
        self.assert_found(Arrangement.objects.with_partner_kind([BodyKind.POLICE], on=AFTER))

    def test_phrases_follow_one_another(self):
        year = make_year(2013)
        rows = Arrangement.objects.operating_in(year).touching_region([self.london]).touching_county([self.county])
        self.assert_found(rows, self.mixed)

    def test_partners_are_touched_as_lead_and_as_partner_alike(self):
        self.mixed.partnerships.filter(council=self.borough).update(role=Role.PARTNER)
        assert self.mixed in Arrangement.objects.touching_region([self.london])


class ServiceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ict, cls.legal, cls.waste = make_service("ict"), make_service("legal"), make_service("waste", "environment")
        cls.office = make_arrangement(service=cls.ict, name="Office")
        cls.office.other_services.set([cls.legal, cls.waste])
        cls.lorries = make_arrangement(service=cls.waste, name="Lorries")

    def test_a_service_is_the_main_one_or_one_of_the_others(self):
        assert Counter(Arrangement.objects.with_service([self.waste])) == Counter([self.office, self.lorries])
        assert Counter(Arrangement.objects.with_service([self.legal, self.waste, self.ict])) == Counter(
            [self.office, self.lorries]
        )
        assert Counter(Arrangement.objects.with_service([self.legal])) == Counter([self.office])

    def test_a_category_is_the_main_services_alone(self):
        assert Counter(Arrangement.objects.in_category([self.waste.category])) == Counter([self.lorries])
        assert Counter(Arrangement.objects.in_category([self.ict.category])) == Counter([self.office])

    def test_a_list_names_service_and_category_in_one_query(self):
        with self.assertNumQueries(1):
            assert {one.main_service.category.slug for one in Arrangement.objects.for_list()} == {"back-office", "environment"}

    def test_who_shares_what_is_public(self):
        assert Arrangement.objects.visible_to(AnonymousUser()).count() == 2
        assert Partnership.objects.visible_to(AnonymousUser()).count() == 4
