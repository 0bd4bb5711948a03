"""Cumbria 2023, which the council file holds, and Surrey 2027, which it doesn't: real councils, partnerships made up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import TestCase

from arrangements.register.models import Partnership
from arrangements.register.vocabulary import EndReason
from arrangements.register.wholes import Choice
from arrangements.returns.reorganising.actions import reorganise
from arrangements.returns.reorganising.facts import every_council
from arrangements.returns.reorganising.known import recorded_reorganisations
from arrangements.returns.reorganising.tests.county import parts_of
from arrangements.tests.builders import make_analyst, make_arrangement
from councils.loading import load
from councils.models import Council, CouncilKind, Succession
from sharedservices.common.errors import RuleBroken

CUMBRIA_ENDS, CUMBRIA_FOLLOWED = date(2023, 3, 31), date(2023, 4, 1)


def council(slug: str) -> Council:
    return Council.objects.get(slug=slug)


def councils(*slugs: str) -> list[Council]:
    return [council(slug) for slug in slugs]


class RealCouncilsTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        load()

    def setUp(self):
        self.analyst = make_analyst()

    def reorganise(self, predecessors: dict[Council, list[Council]], first_day: date, choices: dict[Partnership, Choice]) -> Any:
        successors = {each.gss_code: each for followers in predecessors.values() for each in followers}
        return reorganise(
            predecessors=predecessors,
            successors=list(successors.values()),
            first_day=first_day,
            choices={row.pk: choice for row, choice in choices.items()},
            user=self.analyst,
        )


class CumbriaTests(RealCouncilsTestCase):
    """Seven become two. The file holds days and successors; the partnerships were kept as if nothing had happened."""

    def setUp(self):
        super().setUp()
        self.allerdale, self.carlisle, self.copeland = councils("allerdale", "carlisle", "copeland")
        self.barrow, self.eden, self.south_lakeland = councils("barrow-in-furness", "eden", "south-lakeland")
        self.cumbria, self.cumberland, self.westmorland = councils("cumbria", "cumberland", "westmorland-and-furness")
        districts = [self.barrow, self.allerdale, self.carlisle, self.eden, self.copeland, self.south_lakeland]
        self.ict = make_arrangement(*districts, clients=[self.cumbria], name="Cumbria districts ICT service")
        self.hub = make_arrangement(self.cumbria, *councils("lancashire", "sefton"), name="Procurement hub")
        self.chief = make_arrangement(self.barrow, self.south_lakeland, name="Shared chief executive")
        self.planning = make_arrangement(self.eden, *councils("harrogate", "craven"), name="Planning support")
        self.of_county = {arrangement: arrangement.partnerships.get(council=self.cumbria) for arrangement in (self.ict, self.hub)}

    def predecessors(self) -> dict[Council, list[Council]]:
        return {
            self.cumbria: [self.cumberland, self.westmorland],
            **{key: [self.cumberland] for key in [self.allerdale, self.carlisle, self.copeland]},
            **{key: [self.westmorland] for key in [self.barrow, self.eden, self.south_lakeland]},
        }

    def test_seven_become_two_and_only_what_had_not_passed_on_is_written(self):
        before = list(Council.objects.order_by("pk").values()), list(Succession.objects.order_by("pk").values())
        both = self.cumberland.gss_code, self.westmorland.gss_code
        self.reorganise(
            self.predecessors(),
            CUMBRIA_FOLLOWED,
            {self.of_county[self.ict]: Choice(both), self.of_county[self.hub]: Choice((both[1],), both[1])},
        )
        assert (list(Council.objects.order_by("pk").values()), list(Succession.objects.order_by("pk").values())) == before
        until, since = CUMBRIA_ENDS, CUMBRIA_FOLLOWED
        assert parts_of(self.ict) == [
            ("Allerdale", "partner", False, None, until),
            ("Barrow-in-Furness", "lead", True, None, until),
            ("Carlisle", "partner", False, None, until),
            ("Copeland", "partner", False, None, until),
            ("Cumberland", "partner", False, since, None),
            ("Cumbria", "client", False, None, until),
            ("Eden", "partner", False, None, until),
            ("South Lakeland", "partner", False, None, until),
            ("Westmorland and Furness", "lead", True, since, None),
        ]
        assert parts_of(self.hub) == [
            ("Cumbria", "lead", True, None, until),
            ("Lancashire", "partner", False, None, None),
            ("Sefton", "partner", False, None, None),
            ("Westmorland and Furness", "lead", True, since, None),
        ]
        self.chief.refresh_from_db()
        assert (self.chief.ended_on, self.chief.end_reason) == (until, EndReason.PARTNERS_MERGED)
        # Harrogate and Craven ended the same day, in another reorganisation that is still to come.
        assert ("Westmorland and Furness", "lead", True, since, None) in parts_of(self.planning)
        assert ("Harrogate", "partner", False, None, None) in parts_of(self.planning)

    def test_the_file_s_own_list_offers_it_with_what_is_waiting(self):
        recorded = recorded_reorganisations(every_council())
        assert len(recorded) == 9
        cumbria = next(each for each in recorded if self.cumbria in each.ending)
        assert cumbria.first_day == CUMBRIA_FOLLOWED
        assert {str(each) for each in cumbria.following} == {"Cumberland Council", "Westmorland and Furness Council"}
        assert cumbria.waiting == 11
        assert sum(each.waiting for each in recorded) == 13

    def test_a_day_or_a_successor_other_than_the_file_s_is_refused(self):
        with self.assertRaisesMessage(RuleBroken, "The last day of Cumbria County Council is 31 March 2023 in the register"):
            self.reorganise(self.predecessors(), date(2024, 4, 1), {})
        predecessors = {**self.predecessors(), self.eden: [self.cumberland]}
        with self.assertRaisesMessage(RuleBroken, "has Westmorland and Furness Council as following Eden District Council"):
            self.reorganise(predecessors, CUMBRIA_FOLLOWED, {})


class SurreyTests(RealCouncilsTestCase):
    """Twelve become two that the file doesn't hold yet."""

    EAST = ["elmbridge", "epsom-and-ewell", "mole-valley", "reigate-and-banstead", "tandridge"]
    WEST = ["guildford", "runnymede", "spelthorne", "surrey-heath", "waverley", "woking"]

    def to_come(self, name: str, code: str) -> Council:
        south_east = council("surrey").region
        slug = name.lower().replace(" ", "-")
        return Council(
            name=f"{name} Council", short_name=name, slug=slug, gss_code=code, kind=CouncilKind.UNITARY, region=south_east
        )

    def test_two_new_councils_take_over_a_county_and_its_eleven_districts(self):
        east, west = self.to_come("East Surrey", "E06900001"), self.to_come("West Surrey", "E06900002")
        surrey = council("surrey")
        standards = make_arrangement(council("buckinghamshire"), surrey, name="Trading standards")
        waste = make_arrangement(*councils("elmbridge", "woking", "mole-valley", "surrey-heath"), clients=[surrey], name="Waste")
        predecessors = {surrey: [east, west]}
        predecessors |= {council(slug): [east] for slug in self.EAST} | {council(slug): [west] for slug in self.WEST}
        both = "E06900001", "E06900002"
        of_surrey = [arrangement.partnerships.get(council=surrey) for arrangement in (standards, waste)]
        self.reorganise(predecessors, date(2027, 4, 1), dict.fromkeys(of_surrey, Choice(both)))
        east, west = councils("east-surrey", "west-surrey")
        assert {each.started_on for each in (east, west)} == {date(2027, 4, 1)}
        assert set(east.predecessors.values_list("slug", flat=True)) == {*self.EAST, "surrey"}
        assert Council.objects.filter(ended_on=date(2027, 3, 31)).count() == 12
        since = date(2027, 4, 1)
        assert [row for row in parts_of(waste) if row[3] == since] == [
            ("East Surrey", "lead", True, since, None),
            ("West Surrey", "partner", False, since, None),
        ]
        assert Partnership.objects.filter(arrangement=standards, left_on__isnull=True).count() == 3

    def test_the_next_load_of_the_file_takes_nothing_of_it_back(self):
        self.test_two_new_councils_take_over_a_county_and_its_eleven_districts()
        load()
        assert Council.objects.filter(ended_on=date(2027, 3, 31)).count() == 12
        assert Succession.objects.filter(successor__slug="west-surrey").count() == 7
