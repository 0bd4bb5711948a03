"""What the checks get to see, read in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import log

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import Aim, Role
from arrangements.returns.checks import Past, Twin, doubts
from arrangements.returns.models import ReportedSaving
from arrangements.returns.subjects import subjects, usual_change
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import (
    make_arrangement,
    make_partnership,
    make_return,
    make_saving,
    make_service,
    make_year,
)
from councils.models import Succession
from councils.tests.builders import make_council

FIRST_DAY, LAST_DAY = date(2014, 4, 1), date(2015, 3, 31)


@dataclass(frozen=True)
class Proposed:
    """An answer that somebody proposes."""

    arrangement_id: int
    amount: int | None = 1_000
    outcome: str = Outcome.FIGURE
    note: str = "Council return"


class SubjectTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.before, cls.long_before = make_year(2014), make_year(2013), make_year(2012)
        cls.council, cls.partner = make_council(name="Answerford Council"), make_council(name="Partnerley Council")
        cls.bins = make_arrangement(cls.council, cls.partner, name="Shared bins")

    def subject(self, arrangement=None, **fields):
        one = arrangement or self.bins
        return subjects(self.year, [Proposed(one.pk, **fields)])[one.pk]


class ReadingTests(SubjectTestCase):
    def test_the_answer_and_its_arrangement(self):
        Arrangement.objects.update(aims=[Aim.QUALITY], ended_on=LAST_DAY, end_reason="expired")
        subject = self.subject(amount=-5, note="Ledger")
        assert (subject.outcome, subject.amount, subject.note) == (Outcome.FIGURE, -5, "Ledger")
        assert (subject.reference, subject.name, subject.aims) == (self.bins.reference, "Shared bins", (Aim.QUALITY,))
        assert (subject.year, subject.year_ends_on, subject.ended_on) == ("2014/15", LAST_DAY, LAST_DAY)

    def test_an_arrangement_that_doesnt_exist_is_left_out(self):
        assert subjects(self.year, [Proposed(0)]) == {}

    def test_nothing_proposed_is_nothing_read(self):
        assert subjects(self.year, []) == {}

    def test_as_many_queries_with_five_hundred_answers_as_with_ten(self):
        def queries(count: int) -> int:
            self.furnish(count)
            proposed = [Proposed(pk) for pk in Arrangement.objects.values_list("pk", flat=True)]
            with CaptureQueriesContext(connection) as counted:
                assert len(subjects(self.year, proposed)) == len(proposed)
                usual_change(self.year)
            return len(counted)

        few = queries(9)
        assert queries(490) == few <= 10

    def furnish(self, count: int) -> None:
        """So many more arrangements of three services, each answered for by a council of its own, with answers every year."""
        services = [make_service(slug) for slug in ("ict", "waste", "parks")]
        made = Arrangement.objects.bulk_create(
            Arrangement(name=f"Arrangement {number}", main_service=services[number % 3], started_on=date(2010, 4, 1))
            for number in range(count)
        )
        councils = [make_council() for _ in range(10)]
        for council in councils:
            make_return(council, self.year)
            ended = make_council(ended_on=date(2014, 1, 1))
            Succession.objects.create(predecessor=ended, successor=council)
        for role, shift in ((Role.LEAD, 0), (Role.PARTNER, 1)):
            Partnership.objects.bulk_create(
                Partnership(arrangement=each, council=councils[(number + shift) % 10], role=role, answers=role == Role.LEAD)
                for number, each in enumerate(made)
            )
        for year in (self.year, self.before, self.long_before):
            ReportedSaving.objects.bulk_create(
                ReportedSaving(arrangement=each, year=year, outcome="figure", amount=1_000 + number)
                for number, each in enumerate(made)
            )


class AnsweringTests(SubjectTestCase):
    def answering(self, arrangement=None):
        return self.subject(arrangement).answering

    def test_the_council_that_answers_on_31_march_and_how_its_return_stands(self):
        make_return(self.council, self.before, ReturnState.ACCEPTED)
        assert (self.answering().return_state, self.answering().is_open) == (None, False)
        asked = make_return(self.council, self.year)
        assert self.answering().name == "Answerford Council"
        assert (self.answering().return_state, self.answering().is_open) == ("not started", True)
        type(asked).objects.filter(pk=asked.pk).update(state=ReturnState.SUBMITTED)
        assert (self.answering().return_state, self.answering().is_open) == ("submitted", False)

    def test_who_answered_until_the_30th_or_answers_from_april_on_is_not_it(self):
        first = Partnership.objects.get(council=self.council)
        first.left_on = date(2015, 3, 30)
        first.save()
        assert self.answering() is None
        second = make_partnership(self.bins, make_council("Newford Council"), answers=True, joined_on=LAST_DAY)
        assert self.answering().name == "Newford Council"
        second.joined_on = date(2015, 4, 1)
        second.save()
        assert self.answering() is None

    def test_where_the_one_who_answered_has_ended_it_is_named_with_who_followed_it(self):
        Partnership.objects.filter(council=self.council).update(left_on=date(2014, 3, 31))
        self.council.ended_on = date(2014, 3, 31)
        self.council.save()
        for name in ["North Council", "South Council"]:
            Succession.objects.create(predecessor=self.council, successor=make_council(name))
        answering = self.answering()
        assert (answering.name, answering.ended_on) == ("Answerford Council", date(2014, 3, 31))
        assert sorted(answering.successors) == ["North Council", "South Council"]

    def test_but_the_successor_that_took_it_over_answers(self):
        Partnership.objects.filter(council=self.council).update(left_on=date(2014, 3, 31))
        self.council.ended_on = date(2014, 3, 31)
        self.council.save()
        make_partnership(self.bins, make_council("North Council"), answers=True, joined_on=FIRST_DAY)
        assert self.answering().name == "North Council"

    def test_a_council_that_ended_and_was_left_in_the_arrangement_is_named_too(self):
        self.council.ended_on = date(2014, 12, 31)
        self.council.save()
        assert self.answering().ended_on == date(2014, 12, 31)


class PastTests(SubjectTestCase):
    def past(self, arrangement=None):
        return self.subject(arrangement).past

    def test_earlier_years_come_the_latest_first_and_one_without_an_answer_is_said_to_be(self):
        make_saving(self.bins, self.long_before, 300)
        make_return(self.council, self.before)
        make_saving(self.bins, self.year, 9)
        make_saving(self.bins, make_year(2015), 9)
        assert self.past() == (Past("2013/14", None, None), Past("2012/13", Outcome.FIGURE, 300))

    def test_a_year_that_wasnt_collected_is_none(self):
        make_saving(self.bins, self.long_before, outcome=Outcome.WITHHELD)
        assert self.past() == (Past("2012/13", Outcome.WITHHELD, None),)

    def test_nor_is_one_in_which_it_didnt_operate(self):
        make_return(self.council, self.before)
        make_return(self.council, self.long_before)
        late = make_arrangement(self.council, self.partner, started_on=date(2013, 4, 1))
        assert self.past(late) == (Past("2013/14", None, None),)
        unknown = make_arrangement(self.council, self.partner, started_on=None, start_precision="unknown")
        assert self.past(unknown) == ()

    def test_last_year_is_the_latest_that_was_asked_about(self):
        make_saving(self.bins, self.before, 0)
        assert self.subject().last_amount == 0
        make_saving(make_arrangement(self.council, self.partner), make_year(2011))
        assert self.subject().last == Past("2013/14", Outcome.FIGURE, 0)


class TwinTests(SubjectTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.third = make_council(name="Thirdham Council")

    def like(self, *councils, amount=90_000, **fields):
        made = make_arrangement(*councils, **{"name": "West", **fields})
        if amount is not None:
            make_saving(made, self.year, amount)
        return made

    def twins(self, **fields):
        return self.subject(**fields).twins

    def test_one_of_the_same_service_among_the_same_councils_with_a_figure(self):
        west = self.like(self.council, self.partner)
        assert self.twins() == (Twin(west.reference, "West", 90_000),)
        assert self.twins(amount=None, outcome=Outcome.TOO_EARLY) == ()
        assert self.twins(amount=0) == ()

    def test_or_among_more_councils_or_fewer_whoever_leads(self):
        self.like(self.partner, self.council, self.third)
        assert len(self.twins()) == 1
        wide = make_arrangement(self.council, self.partner, self.third, make_council())
        assert len(self.subject(wide).twins) == 1

    def test_but_not_of_another_service_or_among_others_or_at_another_time_or_without_a_figure(self):
        self.like(self.council, self.partner, service=make_service("waste"))
        self.like(self.council, self.third)
        self.like(self.council, make_council(), clients=[self.partner])
        self.like(self.council, self.partner, started_on=date(2015, 4, 1))
        self.like(self.council, self.partner, ended_on=date(2015, 3, 30), end_reason="expired")
        self.like(self.council, self.partner, amount=None)
        self.like(self.council, self.partner, amount=0)
        assert self.twins() == ()

    def test_an_amount_proposed_in_the_same_act_counts_as_its(self):
        west = self.like(self.council, self.partner, amount=None)
        known = subjects(self.year, [Proposed(self.bins.pk, 700), Proposed(west.pk, 800)])
        assert [known[one.pk].twins[0].amount for one in (self.bins, west)] == [800, 700]


class UsualTests(SubjectTestCase):
    """Robust: what one monstrous figure can't move."""

    def furnish(self):
        """Thirty arrangements, whose figures went from £100,000 and more to a tenth more."""
        made = [make_arrangement(self.council, self.partner, service=make_service("waste")) for _ in range(30)]
        for number, each in enumerate(made):
            make_saving(each, self.before, 100_000 + number)
            make_saving(each, self.year, round(1.1 * (100_000 + number)))
        return made

    def verdicts(self, usual):
        """What is doubted of a row of amounts after £100,000 and of first amounts."""

        def doubted(*amounts):
            return [[found.rule for found in doubts(self.subject(amount=amount), usual)] for amount in amounts]

        saving = make_saving(self.bins, self.before, 100_000)
        told = doubted(10, 40_000, 79_000, 90_000, 110_001, 125_000, 139_999, 160_000, 290_000)
        saving.delete()
        return told + doubted(5_000, 100_001, 400_000, 10**9 + 1)

    def test_median_and_deviation_of_the_changes_and_sizes_and_how_many(self):
        self.furnish()
        usual = usual_change(self.year)
        assert (usual.changes, usual.sizes) == (30, 60)
        assert abs(usual.change - log(1.1)) < 0.001
        assert usual.change_deviation < 0.001
        assert log(100_000) < usual.size < log(110_100)

    def test_one_monstrous_figure_moves_no_verdict(self):
        made = self.furnish()
        before = self.verdicts(usual_change(self.year))
        assert ["unusual-change"] in before
        assert [] in before
        monster = made[7]
        ReportedSaving.objects.filter(arrangement=monster, year=self.year).update(amount=90_000_000_000)
        assert self.verdicts(usual_change(self.year)) == before
        ReportedSaving.objects.filter(arrangement=monster, year=self.year).update(amount=1)
        assert self.verdicts(usual_change(self.year)) == before

    def test_the_mean_and_standard_deviation_would_have_been_moved(self):
        """So that the test before says something: by these the monster hides a threefold rise."""
        changes = [log(1.1)] * 29 + [log(90_000_000_000 / 100_007)]
        mean = sum(changes) / 30
        deviation = (sum((change - mean) ** 2 for change in changes) / 30) ** 0.5
        assert abs(log(2.9) - mean) < 3.5 * deviation

    def test_costs_nothing_and_years_apart_are_left_out(self):
        make_saving(self.bins, self.before, -100)
        make_saving(self.bins, self.year, 100)
        other = make_arrangement(self.council, self.partner)
        make_saving(other, self.before, 0)
        make_saving(other, self.year, 100)
        gap = make_arrangement(self.council, self.partner)
        make_saving(gap, self.long_before, 100)
        make_saving(gap, self.year, 100)
        assert usual_change(self.year).changes == 0

    def test_the_year_before_helps_while_the_year_has_few_of_its_own(self):
        for year, amount in ((self.long_before, 100), (self.before, 200), (self.year, 300)):
            make_saving(self.bins, year, amount)
        assert usual_change(self.year).changes == 2
        assert usual_change(make_year(2015)).changes == 1

    def test_of_no_figures_at_all_nothing_is_known(self):
        assert usual_change(self.year).changes == usual_change(self.year).sizes == 0
