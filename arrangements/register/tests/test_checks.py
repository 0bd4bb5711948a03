"""The faults that keep a collection from opening and a release from being prepared, each in words."""

from collections import Counter
from datetime import date

from django.test import TestCase

from arrangements.register.checks import faults_of_operating
from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import StartPrecision
from arrangements.tests.builders import make_arrangement, make_partnership, make_year
from councils.tests.builders import make_body, make_council

BEFORE, EDGE, AFTER = date(2014, 3, 30), date(2014, 3, 31), date(2014, 4, 1)


class FaultTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2013)
        cls.lead, cls.partner = make_council(name="Leadford Council"), make_council(name="Partford Council")
        cls.arrangement = make_arrangement(cls.lead, cls.partner, name="Shared bins")
        cls.who = f"{cls.arrangement.reference} Shared bins"

    def faults(self):
        return faults_of_operating(self.year)

    def leave(self, council, on):
        self.arrangement.partnerships.filter(council=council).update(left_on=on)

    def test_one_that_is_in_order_has_none(self):
        make_arrangement(make_council(), bodies=[make_body()])
        make_arrangement(make_council(), clients=[make_council()])
        assert self.faults() == []

    def test_it_needs_an_answering_council_on_31_march(self):
        fault = f"{self.who} has no answering council on 31 March 2014. Tick “answers” on one partnership of that day."
        make_partnership(self.arrangement, make_council())
        self.leave(self.lead, EDGE)
        assert self.faults() == []
        self.leave(self.lead, BEFORE)
        assert self.faults() == [fault]
        taking_over = make_partnership(self.arrangement, make_council(), joined_on=AFTER, answers=True)
        assert self.faults() == [fault]
        taking_over.joined_on = EDGE
        taking_over.save()
        assert self.faults() == []

    def test_it_needs_two_parties_on_31_march(self):
        self.leave(self.partner, EDGE)
        assert self.faults() == []
        self.leave(self.partner, BEFORE)
        assert self.faults() == [
            f"{self.who} has fewer than two parties on 31 March 2014. Add the missing party, or end the arrangement."
        ]

    def test_its_councils_and_bodies_of_the_day_must_be_in_force(self):
        for council, deed in [(self.partner, {"ended_on": BEFORE}), (self.lead, {"started_on": AFTER})]:
            type(council).objects.filter(pk=council.pk).update(**deed)
        body = make_body(name="Old Police", ended_on=BEFORE)
        self.arrangement.body_partnerships.create(body=body)
        assert Counter(self.faults()) == Counter(
            [
                f"{self.who}: {party} was not in force on 31 March 2014. End its part, or name its successor."
                for party in ("Leadford Council", "Partford Council", "Old Police")
            ]
        )

    def test_a_party_in_force_on_the_day_alone_is_in_force(self):
        type(self.partner).objects.filter(pk=self.partner.pk).update(started_on=EDGE, ended_on=EDGE)
        assert self.faults() == []

    def test_a_party_that_left_before_is_no_matter(self):
        old = make_council(ended_on=BEFORE)
        make_partnership(self.arrangement, old, left_on=BEFORE)
        assert self.faults() == []

    def test_only_those_operating_are_judged(self):
        for fields in [
            {"started_on": AFTER},
            {"ended_on": BEFORE, "end_reason": "expired"},
            {"started_on": None, "start_precision": StartPrecision.UNKNOWN},
        ]:
            empty = make_arrangement(**fields)
            empty.partnerships.all().delete()
        assert self.faults() == []

    def test_every_fault_of_every_arrangement_is_named_in_the_order_of_references(self):
        self.arrangement.partnerships.all().delete()
        second = make_arrangement(name="Another")
        second.partnerships.all().delete()
        faults = self.faults()
        assert len(faults) == 4
        assert [fault.split(" has ")[0] for fault in faults] == [self.who] * 2 + [f"{second.reference} Another"] * 2

    def test_its_queries_dont_grow_with_the_register(self):
        with self.assertNumQueries(3):
            faults_of_operating(self.year)
        for number in range(12):
            empty = make_arrangement(bodies=[make_body()])
            if number % 2:
                empty.partnerships.all().delete()
        with self.assertNumQueries(3):
            assert len(faults_of_operating(self.year)) == 12
        assert Arrangement.objects.count() == 13
