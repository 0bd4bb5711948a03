"""Opening a collection: one return per council asked, once, and never before the register is in order."""

from collections import Counter
from datetime import date

import pytest
from django.test import TestCase, override_settings

from arrangements.register.models import Partnership
from arrangements.returns.actions import open_collection
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_year
from councils.models import CouncilKind
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken


@override_settings(REGISTER_TODAY=date(2014, 4, 7))
class OpeningTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.analyst, cls.year = make_analyst(), make_year(2013, opens_on=date(2014, 4, 7))
        cls.lead, cls.partner, cls.alone = make_council(), make_council(), make_council()
        cls.arrangement = make_arrangement(cls.lead, cls.partner, name="Shared bins")

    def open(self):
        return open_collection(year=self.year, user=self.analyst)

    def assert_refused(self, *messages):
        with pytest.raises(RuleBroken) as refusal:
            self.open()
        assert refusal.value.messages == list(messages)
        assert not AnnualReturn.objects.exists()

    def test_it_makes_one_return_for_each_council_asked(self):
        for life in ({"ended_on": date(2014, 3, 30)}, {"started_on": date(2014, 4, 1)}, {"kind": CouncilKind.CITY_OF_LONDON}):
            make_council(**life)
        assert self.open() == 3
        assert Counter([one.council for one in self.year.returns.all()]) == Counter([self.lead, self.partner, self.alone])
        assert set(self.year.returns.values_list("state", flat=True)) == {"not_started"}

    def test_a_second_time_it_makes_none(self):
        self.open()
        assert self.open() == 0
        assert self.year.returns.count() == 3

    def test_a_council_that_has_a_return_keeps_it(self):
        kept = make_return(self.lead, self.year, "submitted")
        assert self.open() == 2
        assert AnnualReturn.objects.get(council=self.lead).state == "submitted"
        assert AnnualReturn.objects.get(council=self.lead).pk == kept.pk

    def test_a_council_found_missing_later_gets_one(self):
        self.open()
        late = make_council()
        assert self.open() == 1
        assert AnnualReturn.objects.filter(council=late).exists()

    def test_the_return_of_another_year_is_another_matter(self):
        make_return(self.lead, make_year(2012))
        assert self.open() == 3

    def test_it_is_refused_before_its_day_and_no_longer_on_it(self):
        with override_settings(REGISTER_TODAY=date(2014, 4, 6)):
            self.assert_refused("The collection of 2013/14 opens on 7 April 2014; today is 6 April 2014.")
        assert self.open() == 3

    def test_it_is_refused_without_a_plan(self):
        FinancialYear.objects.update(opens_on=None, closes_on=None)
        self.assert_refused("2013/14 has no collection planned. Give the year its first and last day of collection.")

    def test_the_plan_that_stands_counts_whatever_the_caller_had_read(self):
        FinancialYear.objects.update(opens_on=date(2014, 4, 8))
        self.assert_refused("The collection of 2013/14 opens on 8 April 2014; today is 7 April 2014.")

    def test_it_is_refused_while_the_register_has_faults_and_names_each(self):
        second = make_arrangement(name="Shared law")
        Partnership.objects.update(answers=False)
        self.arrangement.partnerships.filter(council=self.partner).delete()
        who, other = f"{self.arrangement.reference} Shared bins", f"{second.reference} Shared law"
        self.assert_refused(
            f"{who} has no answering council on 31 March 2014. Tick “answers” on one partnership of that day.",
            f"{who} has fewer than two parties on 31 March 2014. Add the missing party, or end the arrangement.",
            f"{other} has no answering council on 31 March 2014. Tick “answers” on one partnership of that day.",
        )

    def test_each_return_made_leaves_an_event_with_who_by_which_door_and_why(self):
        open_collection(year=self.year, user=self.analyst, door="shell")
        told = AnnualReturn.pgh_event_model.objects.select_related("pgh_context")
        assert told.count() == 3
        for event in told:
            assert event.pgh_label == "insert"
            said = {"door": "shell", "user": self.analyst.pk, "reason": "Collection of 2013/14 opened"}
            assert event.pgh_context.metadata == said

    def test_its_queries_dont_grow_with_councils_and_arrangements(self):
        with self.assertNumQueries(9):
            self.open()
        AnnualReturn.objects.all().delete()
        for _ in range(10):
            make_arrangement()
        with self.assertNumQueries(9):
            assert self.open() == 23
