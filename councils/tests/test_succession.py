"""Councils that end and councils that follow: what may be, and what is written."""

from datetime import date

import pytest
from django.test import TestCase

from councils.actions import succeed
from councils.models import Council, CouncilKind, Succession
from councils.succession import Succeeding
from councils.tests.builders import make_council, make_region
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by

FIRST_DAY, EVE = date(2027, 4, 1), date(2027, 3, 31)


def asked(follows: dict[Council, list[Council]], **known) -> Succeeding:
    councils = {each.gss_code: each for one, others in follows.items() for each in (one, *others)}
    by_code = {one.gss_code: tuple(each.gss_code for each in others) for one, others in follows.items()}
    return Succeeding(FIRST_DAY, by_code, councils, **known)


def faults(follows, **known) -> list[tuple[str, str]]:
    return [(fault.about, fault.message) for fault in asked(follows, **known).faults()]


class SuccessionTests(TestCase):
    def setUp(self):
        self.old, self.other = make_council("Old"), make_council("Other")
        self.new = Council(
            name="New Council", short_name="New", slug="new", gss_code="E06999999", kind=CouncilKind.UNITARY, region=make_region()
        )

    def test_both_days_and_the_succession_are_written_and_nothing_a_second_time(self):
        with written_by(door="test") as act:
            succeed(asked({self.old: [self.new], self.other: [self.new]}))
        assert set(Council.objects.filter(ended_on=EVE)) == {self.old, self.other}
        new = Council.objects.get(gss_code="E06999999")
        assert new.started_on == FIRST_DAY
        assert [set(new.predecessors.all())] == [{self.old, self.other}]
        event = Council.pgh_event_model.objects.filter(pgh_context=act)
        assert event.count() == 3
        recorded = {self.old.gss_code: frozenset({new.gss_code}), self.other.gss_code: frozenset({new.gss_code})}
        succeed(asked({self.old: [self.new], self.other: [self.new]}, recorded=recorded))
        assert Council.pgh_event_model.objects.filter(pgh_obj=self.old).count() == 2
        assert Succession.objects.count() == 2

    def test_a_life_of_one_day_may_end_on_it_and_none_before_it_began(self):
        Council.objects.filter(pk=self.old.pk).update(started_on=EVE)
        self.old.refresh_from_db()
        assert faults({self.old: [self.new]}) == []
        self.old.started_on = FIRST_DAY
        ((about, message),) = faults({self.old: [self.new]})
        assert about == self.old.gss_code
        assert "The first day of Old is 1 April 2027: it can't end on 31 March 2027." in message

    def test_a_successor_is_in_force_on_the_first_day(self):
        assert faults({self.old: [self.other]}) == []
        self.other.ended_on = FIRST_DAY
        assert faults({self.old: [self.other]}) == []
        self.other.ended_on = EVE
        ((about, message),) = faults({self.old: [self.other]})
        assert about == self.other.gss_code
        assert "it can't take over on 1 April 2027" in message

    def test_a_new_district_needs_a_county_that_stays(self):
        county = make_council("County", CouncilKind.COUNTY)
        self.new.kind, self.new.county = CouncilKind.DISTRICT, county
        ((about, message),) = faults({county: [self.new]})
        assert about == self.new.gss_code
        assert message.startswith("New Council would be a district of County, which ends.")

    def test_what_is_wrong_with_a_new_council_is_said_and_nothing_is_written(self):
        self.new.slug = self.other.slug
        with pytest.raises(RuleBroken, match="Council with this Slug already exists"):
            succeed(asked({self.old: [self.new]}))
        assert not Council.objects.filter(ended_on__isnull=False).exists()
        with pytest.raises(RuleBroken, match="No council ends"):
            succeed(asked({}))
