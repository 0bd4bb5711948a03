"""Each rule broken once: refused with its words when asked first, and by the database when not asked."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase

from councils.models import Council, CouncilName, FormerCode, PartnerBody, Region, Succession, User
from councils.tests.builders import make_body, make_council, make_region, make_user


class ConstraintTests(TestCase):
    def assert_refused(self, one, message, constraint):
        """`full_clean` says the message; the database names the constraint."""
        self.assert_not_clean(one, message)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            one.save()

    def assert_not_clean(self, one, message):
        with pytest.raises(ValidationError) as refused:
            one.full_clean()
        assert message in refused.value.messages

    # Councils

    def test_a_council_ends_on_or_after_it_starts(self):
        council = make_council(started_on=date(2019, 4, 1), ended_on=date(2019, 4, 1))
        council.full_clean()
        council.ended_on = date(2019, 3, 31)
        message = "The end date can't be before the start date."
        self.assert_refused(council, message, "councils_council_ends_on_or_after_it_starts")

    def test_only_the_city_of_london_has_no_first_day(self):
        make_council(kind="city_of_london", started_on=None).full_clean()
        council = make_council()
        council.started_on = None
        message = "Give the first day; only the City of London has none."
        self.assert_refused(council, message, "only_the_city_of_london_has_no_first_day")

    def test_a_council_is_of_a_known_kind(self):
        council = make_council()
        council.kind = "parish"
        self.assert_not_clean(council, "Value 'parish' is not a valid choice.")
        with pytest.raises(IntegrityError, match="councils_council_kind_is_of_its_list"), transaction.atomic():
            council.save()

    def test_only_a_district_has_a_county_above_it(self):
        county = make_council(kind="county")
        make_council(kind="district", county=county).full_clean()
        council = make_council(kind="unitary")
        council.county = county
        message = "Only a district council has a county council above it."
        self.assert_refused(council, message, "only_a_district_has_a_county_above_it")

    def test_the_council_above_a_district_is_a_county(self):
        city = make_council(name="Testford City Council")
        district = make_council(kind="district")
        district.county = city
        self.assert_not_clean(district, "Testford City Council is not a county council.")

    def test_a_hexagon_belongs_to_one_council(self):
        make_council(hex_q=3, hex_r=4)
        council = make_council()
        council.hex_q, council.hex_r = 3, 4
        message = "Another council already stands on this hexagon."
        self.assert_refused(council, message, "a_hexagon_belongs_to_one_council")

    def test_a_hexagon_has_a_column_and_a_row(self):
        council = make_council()
        council.hex_q = 3
        self.assert_refused(council, "Give both hex q and hex r, or neither.", "councils_council_hex_q_with_hex_r")

    def test_a_place_has_a_latitude_and_a_longitude(self):
        council = make_council()
        council.latitude = 51
        message = "Give both latitude and longitude, or neither."
        self.assert_refused(council, message, "councils_council_latitude_with_longitude")

    def test_a_code_and_an_address_belong_to_one_council(self):
        one, other = make_council(), make_council()
        other.gss_code, other.slug = one.gss_code, one.slug
        self.assert_refused(other, "Council with this GSS code already exists.", "gss_code")
        self.assert_not_clean(other, "Council with this Slug already exists.")

    def test_a_code_looks_like_one(self):
        for code in ["E11000001", "W06000001", "E0600001", "e06000001", "E06000001 "]:
            council = make_council()
            council.gss_code = code
            self.assert_not_clean(council, "A council's code is E06 to E10 and six digits.")

    def test_a_region_is_recorded_once(self):
        region = make_region("London")
        twice = Region(name=region.name, slug=region.slug, gss_code=region.gss_code)
        self.assert_refused(twice, "Region with this Name already exists.", "councils_region")

    # Names

    def test_a_former_name_has_a_last_day(self):
        name = CouncilName(council=make_council(), name="Oldborough", kind="short")
        message = "A former name needs its last day; the present name stands on the council."
        self.assert_refused(name, message, "a_former_name_has_a_last_day")

    def test_a_name_ends_on_or_after_it_starts(self):
        name = CouncilName(
            council=make_council(), name="O", kind="short", used_from=date(2014, 4, 1), used_until=date(2014, 3, 31)
        )
        message = "The end date can't be before the start date."
        self.assert_refused(name, message, "councils_councilname_ends_on_or_after_it_starts")

    def test_a_council_bears_one_former_name_of_a_kind_at_a_time(self):
        council = make_council()
        CouncilName.objects.create(council=council, name="First", kind="official", used_until=date(2012, 3, 31))
        second = CouncilName(
            council=council, name="Second", kind="official", used_from=date(2012, 4, 1), used_until=date(2014, 3, 31)
        )
        second.full_clean()
        second.used_from = date(2012, 3, 31)
        self.assert_refused(
            second,
            "The council already bears another name of this kind during that period.",
            "a_council_bears_one_former_name_of_a_kind_at_a_time",
        )

    def test_aliases_may_be_used_side_by_side(self):
        council = make_council()
        for alias in ("One", "Other"):
            name = CouncilName(council=council, name=alias, kind="alias")
            name.full_clean()
            name.save()

    def test_a_council_has_each_other_name_once(self):
        council = make_council()
        CouncilName.objects.create(council=council, name="Old", kind="alias")
        twice = CouncilName(council=council, name="Old", kind="alias")
        message = "This name is already recorded for the council."
        self.assert_refused(twice, message, "a_council_has_each_other_name_once")

    def test_a_name_is_of_a_known_kind(self):
        name = CouncilName(council=make_council(), name="Old", kind="nickname", used_until=date(2014, 3, 31))
        self.assert_refused(name, "Value 'nickname' is not a valid choice.", "councils_councilname_kind_is_of_its_list")

    def test_the_name_of_the_last_day_stands_on_the_council(self):
        council = make_council(ended_on=date(2019, 3, 31))
        name = CouncilName(council=council, name="Old", kind="official", used_until=date(2019, 3, 30))
        name.full_clean()
        name.used_until = date(2019, 3, 31)
        self.assert_not_clean(name, "The name of the last day, 31 March 2019, stands on the council.")

    def test_a_former_short_name_is_no_longer_than_releases_keep_it(self):
        name = CouncilName(council=make_council(), name="N" * 80, kind="short", used_until=date(2014, 3, 31))
        name.full_clean()
        name.name += "N"
        self.assert_not_clean(name, "A short name has at most 80 letters, as releases keep it; this one has 81. Shorten it.")

    # Codes and successions

    def test_a_former_code_is_nobodys_present_code(self):
        one, other = make_council(), make_council()
        code = FormerCode(council=one, code=other.gss_code, ended_on=date(2012, 3, 31))
        self.assert_not_clean(code, f"{other.gss_code} is the present code of a council.")

    def test_a_former_code_was_one_councils(self):
        FormerCode.objects.create(council=make_council(), code="E07000100", ended_on=date(2012, 3, 31))
        twice = FormerCode(council=make_council(), code="E07000100", ended_on=date(2012, 3, 31))
        self.assert_refused(twice, "Former code with this GSS code already exists.", "councils_formercode_code")

    def test_a_succession_is_recorded_once(self):
        ended, successor = make_council(ended_on=date(2019, 3, 31)), make_council()
        Succession.objects.create(predecessor=ended, successor=successor)
        twice = Succession(predecessor=ended, successor=successor)
        self.assert_refused(twice, "This succession is already recorded.", "a_succession_is_recorded_once")

    def test_a_council_does_not_succeed_itself(self):
        council = make_council(ended_on=date(2019, 3, 31))
        itself = Succession(predecessor=council, successor=council)
        self.assert_refused(itself, "A council can't succeed itself.", "a_council_does_not_succeed_itself")

    def test_a_council_without_a_last_day_has_no_successor(self):
        council = make_council(name="Testford Council")
        succession = Succession(predecessor=council, successor=make_council())
        self.assert_not_clean(succession, "Testford Council has no last day: nobody has succeeded it.")

    def test_a_successor_is_in_force_the_day_after(self):
        ended = make_council(ended_on=date(2019, 3, 31))
        Succession(predecessor=ended, successor=make_council(started_on=date(2019, 4, 1))).full_clean()
        late = make_council(name="Late Council", started_on=date(2019, 4, 2))
        succession = Succession(predecessor=ended, successor=late)
        self.assert_not_clean(succession, "Late Council was not in force on 1 April 2019, to take over.")

    # Bodies and people

    def test_a_body_ends_on_or_after_it_starts_and_is_of_a_known_kind(self):
        body = make_body(started_on=date(2014, 4, 1))
        body.ended_on = date(2014, 3, 31)
        message = "The end date can't be before the start date."
        self.assert_refused(body, message, "councils_partnerbody_ends_on_or_after_it_starts")
        body = PartnerBody.objects.get(pk=body.pk)
        body.kind = "charity"
        message = "Value 'charity' is not a valid choice."
        self.assert_refused(body, message, "councils_partnerbody_kind_is_of_its_list")

    def test_an_address_has_one_account_however_it_is_typed(self):
        make_user("officer@example.org")
        twice = User(email="Officer@Example.org", password="!")
        self.assert_not_clean(twice, "This address already has an account.")
        with pytest.raises(IntegrityError, match="email"), transaction.atomic():
            User.objects.create_user("OFFICER@example.org")

    def test_an_address_is_kept_in_small_letters(self):
        with pytest.raises(IntegrityError, match="an_address_is_kept_in_small_letters"), transaction.atomic():
            User.objects.create(email="Officer@example.org")

    def test_a_council_that_others_hang_on_cant_be_deleted(self):
        county = make_council(kind="county")
        make_council(kind="district", county=county)
        with pytest.raises(IntegrityError):
            county.delete()
        assert Council.objects.filter(pk=county.pk).exists()


class PeriodTests(TestCase):
    def test_both_ends_of_a_life_count(self):
        council = make_council(started_on=date(2019, 4, 1), ended_on=date(2023, 3, 31))
        for day, in_force in [
            (date(2019, 3, 31), False),
            (date(2019, 4, 1), True),
            (date(2023, 3, 31), True),
            (date(2023, 4, 1), False),
        ]:
            with self.subTest(day):
                assert council.in_force_on(day) is in_force
                assert (council in Council.objects.in_force_on(day)) is in_force

    def test_a_council_without_a_first_day_was_always_there(self):
        city = make_council(kind="city_of_london", started_on=None)
        assert city in Council.objects.in_force_on(date(1066, 10, 14))
        assert city.in_force_on(date(1066, 10, 14))

    def test_a_county_area_is_the_county_and_its_districts(self):
        county = make_council(kind="county")
        district = make_council(kind="district", county=county)
        make_council(kind="district", county=make_council(kind="county"))
        assert set(Council.objects.of_county_area(Council.objects.filter(pk=county.pk))) == {county, district}

    def test_a_region_holds_its_councils(self):
        london = make_region("London")
        council = make_council(region=london)
        make_council()
        assert list(Council.objects.in_region(london)) == [council]
