"""A council's page: with whom it shares, and how it stands beside its kind and region, without a league table of money."""

from __future__ import annotations

from datetime import date

from django.test import TestCase, override_settings

from arrangements.public.standing import Group, Numbered, Share, groups_of, mix_of
from arrangements.public.tests.test_pages import table, words
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_service, make_year
from councils.models import CouncilKind
from councils.tests.builders import make_body, make_council, make_region


class TestStandingBeside:
    def test_a_group_is_told_by_its_fewest_its_middle_and_its_most(self):
        group = Group("London", (0, 2, 4, 9, 9))
        assert (group.fewest, group.middle, group.most, group.without) == (0, "4", 9, 1)
        assert Group("London", (1, 2, 3, 4, 5, 6)).middle == "3.5"

    def test_of_fewer_than_five_there_is_no_middle(self):
        group = Group("London", (1, 2, 3, 50))
        assert group.middle == "Too few to say"
        assert group.reading(50) == "The 4 councils of London are in 1 to 50 arrangements."

    def test_its_reading_gives_no_rank(self):
        group = Group("London", (1, 2, 3, 4, 9))
        assert group.reading(9) == (
            "That is more than the middle one of the 5 councils of London, which is in 3; they are in 1 to 9 arrangements."
        )
        assert group.reading(1).startswith("That is fewer than the middle one")
        assert group.reading(3).startswith("That is as many as the middle one")
        assert Group("London", (3,)).reading(3) == "There is no other council of London to stand beside."
        assert Group("London", (3, 3)).reading(3) == "The 2 councils of London are in 3 arrangements each."

    def test_kind_and_region_are_those_of_its_row_and_a_council_without_one_has_no_group(self):
        councils = [
            Numbered("A", "unitary", "london", 3),
            Numbered("B", "unitary", "fens", 1),
            Numbered("C", "county", "london", 7),
        ]
        number, (kind, region) = groups_of("A", councils, "unitary authority", "London")
        assert number == 3
        assert kind.numbers == (3, 1)
        assert region.numbers == (3, 7)
        assert groups_of("Z", councils, "unitary authority", "London") == (0, [])

    def test_a_mix_gives_each_number_with_its_share_and_the_council_s_own_first(self):
        mix = mix_of([Share("Waste", "waste", 1, 5, 0), Share("ICT", "ict", 3, 5, 0)])
        assert mix.rows == [
            {"name": "ICT", "slug": "ict", "own": "3 (75 per cent)", "region": "5 (50 per cent)", "kind": "0"},
            {"name": "Waste", "slug": "waste", "own": "1 (25 per cent)", "region": "5 (50 per cent)", "kind": "0"},
        ]


@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.london = make_region("London")
        cls.town = make_council("Town Council", region=cls.london)
        cls.near, cls.far = make_council("Near Council", region=cls.london), make_council("Far Council")
        police = make_body("Mid Police")
        made = {"started_on": date(2012, 4, 1)}
        cls.first = make_arrangement(cls.town, cls.near, bodies=[police], **made)
        make_arrangement(cls.near, cls.town, service=make_service("waste", "environment"), started_on=date(2013, 4, 1))
        make_arrangement(cls.town, cls.far, ended_on=date(2014, 12, 31), end_reason="other", **made)
        make_arrangement(cls.far, make_council(), clients=[cls.town], **made)
        make_saving(cls.first, make_year(2013), 5_000_000)
        for number in (2012, 2013):
            accept_all(make_year(number))
            make_release(make_year(number))

    def test_partners_are_those_of_today_with_the_number_shared_the_most_first(self):
        text = words(self.client, "/councils/town/")
        partners = text.partition("Partners it shares most with")[2].partition("In numbers")[0]
        assert "Near 2" in partners
        assert "Mid Police 1, Police" in partners
        assert "Far 1" in partners  # where it buys
        assert partners.index("Near 2") < partners.index("Far 1")

    def test_its_number_over_the_years_is_the_frozen_one(self):
        text = words(self.client, "/councils/town/")
        assert "Arrangements with Town as lead or partner rose from 2 in 2012/13 to 3 in 2013/14: by 1, 50 per cent." in text
        assert "2013-14,2013/14,3,3" in self.client.get("/councils/town/arrangements.csv").content.decode()

    def test_what_was_reported_is_counted_and_not_added_up(self):
        text = words(self.client, "/councils/town/")
        assert "Of 3 arrangements, 1 has a figure. The others: 2 not returned." in text
        assert "must not be added up" in text
        assert "figure,Figure,1,1," in self.client.get("/councils/town/outcomes.csv").content.decode()

    def test_beside_its_kind_and_region_stand_numbers_and_a_mix_but_no_money(self):
        text = words(self.client, "/councils/town/")
        assert "Town was lead or partner in 3 arrangements operating on 31 March 2014." in text
        beside = text.partition("Beside its kind and its region")[2]
        assert "£" not in beside
        assert "Back office 2 (67 per cent)" in table(
            self.client, "/councils/town/", "What is shared, by category, 2013/14: arrangements and their share"
        )

    def test_a_council_of_nothing_and_before_anything_has_a_page(self):
        text = words(self.client, make_council("Quiet Council", kind=CouncilKind.COUNTY).get_absolute_url())
        assert "The register knows of no arrangement that Quiet takes part in now." in text
        assert "Beside its kind" not in text
        assert "In numbers" not in text

    def test_it_asks_no_more_of_the_database_for_sixty_partnerships(self):
        with self.assertNumQueries(10):
            self.client.get("/councils/town/")
        for _ in range(60):
            make_arrangement(self.town, self.near)
        with self.assertNumQueries(10):
            self.client.get("/councils/town/")
