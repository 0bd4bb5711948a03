"""When an arrangement is in force, in the database and on one object; and how its start is told."""

from collections import Counter
from datetime import date

from django.test import TestCase

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.register.vocabulary import Role, StartPrecision
from arrangements.tests.builders import make_arrangement, make_partnership, make_year
from councils.models import Council
from councils.tests.builders import make_body, make_council

BEFORE, EDGE, AFTER = date(2014, 3, 30), date(2014, 3, 31), date(2014, 4, 1)
ENDED = {"end_reason": "expired"}


class OperatingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2013)

    def operating(self):
        return Arrangement.objects.operating_in(self.year)

    def test_one_that_ends_on_31_march_operated_that_year(self):
        last_day = make_arrangement(ended_on=EDGE, **ENDED)
        make_arrangement(ended_on=BEFORE, **ENDED)
        assert Counter(self.operating()) == Counter([last_day])

    def test_one_that_starts_on_31_march_operated_that_year(self):
        first_day = make_arrangement(started_on=EDGE)
        make_arrangement(started_on=AFTER)
        assert Counter(self.operating()) == Counter([first_day])

    def test_one_that_lasted_31_march_alone_operated_that_year(self):
        one_day = make_arrangement(started_on=EDGE, ended_on=EDGE, **ENDED)
        assert Counter(self.operating()) == Counter([one_day])

    def test_one_that_came_and_went_within_the_year_did_not(self):
        make_arrangement(started_on=date(2013, 4, 1), ended_on=BEFORE, **ENDED)
        assert Counter(self.operating()) == Counter([])

    def test_one_whose_start_is_unknown_operates_in_no_year(self):
        unknown = {"started_on": None, "start_precision": StartPrecision.UNKNOWN}
        make_arrangement(**unknown)
        make_arrangement(**unknown, ended_on=date(2030, 1, 1), **ENDED)
        for first in (2000, 2013, 2029):
            assert not Arrangement.objects.operating_in(make_year(first)).exists()

    def test_on_every_day_an_arrangement_has_one_status_in_the_database_and_on_the_object(self):
        unknown = {"started_on": None, "start_precision": StartPrecision.UNKNOWN}
        made = [
            make_arrangement(started_on=BEFORE, ended_on=AFTER, **ENDED),
            make_arrangement(started_on=EDGE),
            make_arrangement(started_on=BEFORE, ended_on=BEFORE, **ENDED),
            make_arrangement(**unknown),
            make_arrangement(**unknown, ended_on=EDGE, **ENDED),
        ]
        expected = {
            date(2014, 3, 29): ["not-started"] * 5,
            BEFORE: ["operating", "not-started", "operating", "not-started", "not-started"],
            EDGE: ["operating", "operating", "ended", "not-started", "not-started"],
            AFTER: ["operating", "operating", "ended", "not-started", "ended"],
            date(2014, 4, 2): ["ended", "operating", "ended", "not-started", "ended"],
        }
        everyone = Arrangement.objects
        for day, statuses in expected.items():
            with self.subTest(day):
                assert [arrangement.status_on(day) for arrangement in made] == statuses
                for status, rows in [
                    ("operating", everyone.in_force_on(day)),
                    ("ended", everyone.ended_by(day)),
                    ("not-started", everyone.not_started_by(day)),
                ]:
                    assert Counter(rows) == Counter([one for one, stands in zip(made, statuses, strict=True) if stands == status])

    def test_a_start_is_told_as_exactly_as_it_is_known(self):
        arrangement = Arrangement(started_on=date(2013, 4, 1))
        for precision, words in [("day", "1 April 2013"), ("month", "April 2013"), ("year", "2013")]:
            arrangement.start_precision = precision
            assert arrangement.start_in_words == words
        assert Arrangement(start_precision="unknown").start_in_words == "not known"


class PartTests(TestCase):
    """Who takes part, leads and answers on a day."""

    @classmethod
    def setUpTestData(cls):
        cls.first, cls.second = make_council(name="Firstford Council"), make_council(name="Secondford Council")
        cls.arrangement = make_arrangement(cls.first, make_council())
        cls.arrangement.partnerships.filter(council=cls.first).update(left_on=EDGE)
        make_partnership(cls.arrangement, cls.second, Role.LEAD, answers=True, joined_on=AFTER)

    def test_the_lead_changes_from_one_day_to_the_next(self):
        for day, name, slug in [(EDGE, "Firstford Council", "firstford"), (AFTER, "Secondford Council", "secondford")]:
            found = Arrangement.objects.with_lead_on(day).get()
            assert (found.lead_name, found.lead_slug) == (name, slug)

    def test_without_a_lead_there_is_no_name(self):
        self.arrangement.partnerships.update(role=Role.PARTNER)
        found = Arrangement.objects.with_lead_on(EDGE).get()
        assert (found.lead_name, found.lead_slug) == (None, None)

    def test_the_answering_council_changes_from_one_day_to_the_next(self):
        for day, council in [(BEFORE, self.first), (EDGE, self.first), (AFTER, self.second)]:
            assert Arrangement.objects.with_answering_council_on(day).get().answering_council_id == council.pk
            assert self.arrangement.partnerships.answering_on(day).get().council == council
            assert list(Arrangement.objects.answered_for_by([council], on=day)) == [self.arrangement]
        assert not Arrangement.objects.answered_for_by([self.first], on=AFTER).exists()
        assert not Arrangement.objects.answered_for_by([self.second], on=EDGE).exists()

    def test_where_nobody_answers_there_is_none(self):
        Partnership.objects.update(answers=False)
        assert Arrangement.objects.with_answering_council_on(EDGE).get().answering_council_id is None

    def test_involved_are_leads_and_partners_and_no_clients(self):
        client = make_council()
        make_partnership(self.arrangement, client, Role.CLIENT)
        assert client.pk not in self.arrangement.partnerships.involved().values_list("council", flat=True)
        assert self.arrangement.partnerships.involved().count() == 3
        assert self.arrangement.partnerships.involved_on(EDGE).count() == 2
        assert self.arrangement.partnerships.in_force_on(EDGE).count() == 3

    def test_a_council_that_came_back_takes_part_in_both_its_periods_and_not_between(self):
        make_partnership(self.arrangement, self.first, joined_on=date(2015, 4, 1), left_on=date(2016, 3, 31))
        in_force = {
            day: self.arrangement.partnerships.in_force_on(day).filter(council=self.first).count()
            for day in (EDGE, AFTER, date(2015, 3, 31), date(2015, 4, 1), date(2016, 3, 31), date(2016, 4, 1))
        }
        assert list(in_force.values()) == [1, 0, 0, 1, 1, 0]


class PartyCountTests(TestCase):
    def parties(self, day):
        return Arrangement.objects.with_party_count(day).get().parties

    def test_it_counts_councils_and_bodies_together_and_clients_apart(self):
        bodies = [make_body(), make_body(), make_body()]
        make_arrangement(make_council(), make_council(), bodies=bodies, clients=[make_council()])
        assert self.parties(EDGE) == 5

    def test_it_counts_those_of_the_day(self):
        arrangement = make_arrangement(bodies=[make_body()])
        make_partnership(arrangement, make_council(), joined_on=AFTER)
        BodyPartnership.objects.update(left_on=EDGE)
        assert (self.parties(EDGE), self.parties(AFTER)) == (3, 3)
        make_partnership(arrangement, make_council(), joined_on=AFTER)
        assert (self.parties(EDGE), self.parties(AFTER)) == (3, 4)

    def test_nobody_is_zero(self):
        arrangement = make_arrangement()
        arrangement.partnerships.all().delete()
        assert self.parties(EDGE) == 0

    def test_one_query_counts_however_many_there_are(self):
        for number in range(6):
            make_arrangement(bodies=[make_body()] * (number % 2))
        with self.assertNumQueries(1):
            assert sorted(one.parties for one in Arrangement.objects.with_party_count(EDGE)) == [2, 2, 2, 3, 3, 3]
        assert Council.objects.count() == 12
