"""Who sees returns and unpublished answers: nobody, officers of the councils concerned, LGA staff."""

from collections import Counter
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.test import TestCase

from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.tests.builders import make_analyst, make_arrangement, make_partnership, make_publisher, make_return, make_year
from arrangements.tests.builders import make_saving as saving_of
from councils.models import Succession
from councils.tests.builders import make_council, make_user

BEFORE, EDGE, AFTER = date(2014, 3, 30), date(2014, 3, 31), date(2014, 4, 1)


class VisibilityTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2013)
        cls.own, cls.partner, cls.other = make_council(), make_council(), make_council()
        cls.predecessor = make_council(ended_on=date(2019, 3, 31))
        Succession.objects.create(predecessor=cls.predecessor, successor=cls.own)
        cls.officer = make_user(councils=[cls.own])
        cls.returns = {council: make_return(council, cls.year) for council in (cls.own, cls.partner, cls.other, cls.predecessor)}

    def returns_seen(self, user):
        return AnnualReturn.objects.visible_to(user)

    def savings_seen(self, user):
        return ReportedSaving.objects.visible_to(user)

    # Returns

    def test_nobody_signed_in_sees_none(self):
        assert not self.returns_seen(AnonymousUser()).exists()

    def test_lga_staff_see_all(self):
        for user in (make_analyst(), make_publisher(), make_user(staff=True)):
            assert Counter(self.returns_seen(user)) == Counter(self.returns.values())

    def test_an_officer_sees_those_of_the_own_council_and_of_its_predecessors(self):
        assert Counter(self.returns_seen(self.officer)) == Counter([self.returns[self.own], self.returns[self.predecessor]])

    def test_an_officer_sees_those_of_a_predecessors_predecessor_too(self):
        """As Somerset follows Somerset West and Taunton, which had followed West Somerset."""
        oldest = make_council(ended_on=BEFORE)
        Succession.objects.create(predecessor=oldest, successor=self.predecessor)
        asked = make_return(oldest, make_year(2012))
        saving = saving_of(make_arrangement(oldest, self.other), make_year(2012))
        assert asked in self.returns_seen(self.officer)
        assert saving in self.savings_seen(self.officer)
        assert asked in self.returns_seen(make_user(councils=[self.predecessor]))
        assert asked not in self.returns_seen(make_user(councils=[self.partner]))

    def test_an_officer_of_two_councils_sees_both_and_each_once(self):
        shared = make_user(councils=[self.own, self.partner, self.predecessor])
        expected = [self.returns[council] for council in (self.own, self.partner, self.predecessor)]
        assert Counter(self.returns_seen(shared)) == Counter(expected)

    def test_a_predecessors_officer_does_not_see_the_successors(self):
        assert Counter(self.returns_seen(make_user(councils=[self.predecessor]))) == Counter([self.returns[self.predecessor]])

    def test_an_officer_of_no_council_sees_none(self):
        assert not self.returns_seen(make_user()).exists()

    def test_an_account_that_is_switched_off_sees_none(self):
        for user in (make_user(councils=[self.own], is_active=False), make_user(staff=True, is_active=False)):
            assert not self.returns_seen(user).exists()
            assert not self.savings_seen(user).exists()

    def test_what_an_officer_sees_can_be_locked_for_writing(self):
        asked = self.returns[self.own]
        assert self.returns_seen(self.officer).for_write(pk=asked.pk, version=1) == asked

    # Answers

    def test_answers_are_seen_by_whoever_takes_part(self):
        led = saving_of(make_arrangement(self.own, self.other), self.year)
        joined = saving_of(make_arrangement(self.other, self.own), self.year)
        bought = saving_of(make_arrangement(self.other, self.partner, clients=[self.own]), self.year)
        inherited = saving_of(make_arrangement(self.other, self.predecessor), self.year)
        foreign = saving_of(make_arrangement(self.other, self.partner), self.year)
        assert Counter(self.savings_seen(self.officer)) == Counter([led, joined, bought, inherited])
        assert Counter(self.savings_seen(make_user(councils=[self.partner]))) == Counter([bought, foreign])
        assert Counter(self.savings_seen(make_analyst())) == Counter([led, joined, bought, inherited, foreign])
        assert not self.savings_seen(AnonymousUser()).exists()
        assert not self.savings_seen(make_user()).exists()

    def test_taking_part_means_on_31_march_of_the_year(self):
        arrangement = make_arrangement(self.partner, self.other)
        saving = saving_of(arrangement, self.year)
        part = make_partnership(arrangement, self.own, left_on=EDGE)
        assert saving in self.savings_seen(self.officer)
        part.left_on = BEFORE
        part.save()
        assert saving not in self.savings_seen(self.officer)
        part.joined_on, part.left_on = AFTER, None
        part.save()
        assert saving not in self.savings_seen(self.officer)

    def test_each_is_seen_once_however_many_of_the_officers_councils_take_part(self):
        shared = make_user(councils=[self.own, self.partner])
        saving_of(make_arrangement(self.own, self.partner, self.predecessor), self.year, amount=5)
        assert self.savings_seen(shared).total() == 5


class AcceptedTests(TestCase):
    """Only answers whose answering council's return is accepted enter a release."""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.first, cls.second = make_year(2013), make_council(), make_council()
        cls.arrangement = make_arrangement(cls.first, cls.second)
        cls.saving = saving_of(cls.arrangement, cls.year, amount=7)
        make_return(cls.first, cls.year, "accepted")
        make_return(cls.second, cls.year, "submitted")

    def accepted(self):
        return list(ReportedSaving.objects.on_accepted_returns(self.year))

    def hand_over(self, last_day, first_day):
        """The second answers from the first day on, the first until the last."""
        self.arrangement.partnerships.filter(council=self.first).update(left_on=last_day)
        self.arrangement.partnerships.filter(council=self.second).update(answers=True, joined_on=first_day)

    def test_an_answer_is_in_if_its_answering_councils_return_is(self):
        assert self.accepted() == [self.saving]

    def test_a_partners_accepted_return_does_not_help(self):
        AnnualReturn.objects.filter(council=self.first).update(state="in_progress", accepted_by=None, accepted_at=None)
        user = make_analyst()
        deed = {"state": "accepted", "accepted_by": user, "accepted_at": "2014-05-01T12:00Z"}
        AnnualReturn.objects.filter(council=self.second).update(**deed)
        assert self.accepted() == []

    def test_no_other_state_will_do(self):
        for state in ("not_started", "in_progress", "submitted", "queried"):
            AnnualReturn.objects.filter(council=self.first).update(state=state, accepted_by=None, accepted_at=None)
            assert self.accepted() == []

    def test_the_council_that_answers_on_31_march_decides(self):
        self.hand_over(EDGE, AFTER)
        assert self.accepted() == [self.saving]

    def test_a_council_that_took_over_on_31_march_decides(self):
        self.hand_over(BEFORE, EDGE)
        assert self.accepted() == []

    def test_the_return_of_another_year_does_not_help(self):
        other = make_year(2012)
        assert list(ReportedSaving.objects.on_accepted_returns(other)) == []
        earlier = saving_of(self.arrangement, other)
        assert list(ReportedSaving.objects.on_accepted_returns(other)) == []
        make_return(self.first, other, "accepted")
        assert list(ReportedSaving.objects.on_accepted_returns(other)) == [earlier]
        assert self.accepted() == [self.saving]

    def test_an_answer_for_what_no_longer_operates_stays_out(self):
        self.arrangement.ended_on, self.arrangement.end_reason = BEFORE, "expired"
        self.arrangement.save()
        assert self.accepted() == []

    def test_an_answer_counts_once_however_many_take_part(self):
        for _ in range(3):
            make_partnership(self.arrangement, make_council())
        assert ReportedSaving.objects.on_accepted_returns(self.year).total() == 7

    def test_figures_are_amounts_zero_and_less_too_and_nothing_is_zero(self):
        others = [make_arrangement(self.first, self.second) for _ in range(3)]
        zero, less = (saving_of(others[number], self.year, amount=amount) for number, amount in enumerate((0, -9)))
        saving_of(others[2], self.year, outcome="withheld")
        assert ReportedSaving.objects.on_accepted_returns(self.year).count() == 4
        assert Counter(ReportedSaving.objects.figures()) == Counter([self.saving, zero, less])
        assert ReportedSaving.objects.figures().total() == -2
        assert ReportedSaving.objects.none().total() == 0
