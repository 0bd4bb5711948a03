"""What the register's own files hold, once loaded."""

import csv
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.test import TestCase

from councils.loading import load
from councils.models import Council, CouncilKind, PartnerBody, Region
from councils.register_files import OWN_FILES

COUNTS = {
    # day: counties, districts, unitaries, metropolitan boroughs; with 32 London boroughs and two of a kind beside them
    date(2010, 4, 1): (27, 201, 55, 36),
    date(2014, 4, 1): (27, 201, 55, 36),
    date(2019, 3, 31): (27, 201, 55, 36),
    date(2019, 4, 1): (26, 192, 55, 36),
    date(2020, 4, 1): (25, 188, 56, 36),
    date(2021, 4, 1): (24, 181, 58, 36),
    date(2023, 4, 1): (21, 164, 62, 36),
    date(2026, 11, 1): (21, 164, 62, 36),
}
TOTALS = {2010: 353, 2014: 353, 2019: 343, 2020: 339, 2021: 333, 2023: 317, 2026: 317}


class RegisterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load()

    def test_there_are_365_councils_in_nine_regions(self):
        assert Council.objects.count() == 365
        assert Region.objects.count() == 9
        assert Region.objects.filter(councils__isnull=False).distinct().count() == 9

    def test_as_many_are_in_force_as_were(self):
        for day, counts in COUNTS.items():
            with self.subTest(day):
                kinds = Counter(Council.objects.in_force_on(day).values_list("kind", flat=True))
                of_four_kinds = tuple(kinds[kind] for kind in ("county", "district", "unitary", "metropolitan"))
                assert of_four_kinds == counts
                assert kinds[CouncilKind.LONDON_BOROUGH] == 32
                assert (kinds[CouncilKind.CITY_OF_LONDON], kinds[CouncilKind.ISLES_OF_SCILLY]) == (1, 1)
                if (day.month, day.day) != (3, 31):
                    assert kinds.total() == TOTALS[day.year]

    def test_every_district_has_a_county_of_its_life_above_it(self):
        districts = Council.objects.filter(kind=CouncilKind.DISTRICT).select_related("county")
        assert not districts.filter(county=None)
        for district in districts:
            assert district.county
            assert district.county.in_force_on(district.ended_on or date(2026, 11, 1)), district

    def test_every_council_that_ended_has_successors_from_the_next_day(self):
        ended = Council.objects.filter(ended_on__isnull=False)
        assert ended.count() == 48
        for council in ended.prefetch_related("successors"):
            assert council.ended_on
            assert council.successors.all(), council
            for successor in council.successors.all():
                assert successor.in_force_on(council.ended_on + timedelta(days=1)), council
        assert not Council.objects.filter(ended_on=None, successors__isnull=False)

    def test_seven_councils_of_cumbria_became_two(self):
        cumbria = Council.objects.of_county_area(Council.objects.filter(slug="cumbria"))
        assert cumbria.count() == 7
        successors = Council.objects.filter(predecessors__in=cumbria).distinct().order_by("slug")
        assert [council.slug for council in successors] == ["cumberland", "westmorland-and-furness"]

    def test_every_council_under_no_county_and_every_district_of_2014_has_a_hexagon_of_its_own(self):
        on_the_map = Council.objects.in_force_on(date(2014, 4, 1)).exclude(kind=CouncilKind.COUNTY)
        assert on_the_map.filter(hex_q__isnull=False, hex_r__isnull=False).count() == 326
        assert on_the_map.count() == 326
        assert Council.objects.filter(hex_q__isnull=False).count() == 326

    def test_every_council_has_a_place_on_the_ground(self):
        assert not Council.objects.filter(latitude=None)

    def test_a_region_holds_the_councils_of_its_counties(self):
        assert not Council.objects.exclude(county=None).exclude(region=F("county__region"))

    def test_every_council_that_is_no_county_has_neighbours(self):
        with (OWN_FILES / "neighbours.csv").open(newline="") as opened:
            rows = list(csv.DictReader(opened))
        codes = {code for row in rows for code in (row["gss_a"], row["gss_b"]) if code}
        assert codes == set(Council.objects.exclude(kind=CouncilKind.COUNTY).values_list("gss_code", flat=True))
        assert {row["kind"] for row in rows if not row["gss_b"]} == {"outer"}

    def test_the_bodies_that_real_arrangements_need_are_there(self):
        slugs = ["herefordshire-primary-care-trust", "wye-valley-nhs-trust", "hampshire-fire-and-rescue-authority"]
        slugs += ["devon-and-cornwall-police-and-crime-commissioner", "hampshire-and-isle-of-wight-constabulary"]
        assert PartnerBody.objects.filter(slug__in=slugs).count() == len(slugs)
        trust = PartnerBody.objects.get(slug="herefordshire-primary-care-trust")
        assert trust in PartnerBody.objects.in_force_on(date(2013, 3, 31))
        assert trust not in PartnerBody.objects.in_force_on(date(2013, 4, 1))


class IdentityTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load()

    def identity(self, slug, day):
        council: Any = Council.objects.with_identity_on(day).get(slug=slug)
        return council.name_then, council.short_name_then, council.code_then

    def test_shepway_was_so_called_until_31_march_2018(self):
        assert self.identity("folkestone-and-hythe", date(2018, 3, 31)) == ("Shepway District Council", "Shepway", "E07000112")
        assert self.identity("folkestone-and-hythe", date(2018, 4, 1)) == (
            "Folkestone and Hythe District Council",
            "Folkestone and Hythe",
            "E07000112",
        )

    def test_the_cities_of_2022_were_boroughs_until_the_day_before(self):
        for slug, last_day, then, now in [
            ("southend-on-sea", date(2022, 2, 28), "Southend-on-Sea Borough Council", "Southend-on-Sea City Council"),
            ("milton-keynes", date(2022, 8, 14), "Milton Keynes Council", "Milton Keynes City Council"),
            ("colchester", date(2022, 11, 22), "Colchester Borough Council", "Colchester City Council"),
            ("doncaster", date(2022, 10, 31), "Doncaster Metropolitan Borough Council", "City of Doncaster Council"),
            ("chelmsford", date(2012, 5, 31), "Chelmsford Borough Council", "Chelmsford City Council"),
        ]:
            with self.subTest(slug):
                assert self.identity(slug, last_day)[0] == then
                assert self.identity(slug, last_day + timedelta(days=1))[0] == now

    def test_a_code_stood_until_the_day_before_the_boundary_changed(self):
        for slug, last_day, then, now in [
            ("barnsley", date(2025, 3, 31), "E08000016", "E08000038"),
            ("sheffield", date(2025, 3, 31), "E08000019", "E08000039"),
            ("gateshead", date(2013, 3, 31), "E08000020", "E08000037"),
            ("northumberland", date(2013, 3, 31), "E06000048", "E06000057"),
            ("st-albans", date(2012, 3, 31), "E07000100", "E07000240"),
            ("stevenage", date(2013, 3, 31), "E07000101", "E07000243"),
        ]:
            with self.subTest(slug):
                assert self.identity(slug, last_day)[2] == then
                assert self.identity(slug, last_day + timedelta(days=1))[2] == now

    def test_an_alias_is_never_the_name_of_a_day(self):
        assert self.identity("kensington-and-chelsea", date(2014, 3, 31))[1] == "Kensington and Chelsea"
