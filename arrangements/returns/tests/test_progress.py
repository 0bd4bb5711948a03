"""How far returns are, counted by the database as one would by hand; and the lines that a return has."""

from datetime import date

from django.test import TestCase
from django.utils import timezone

from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import StartPrecision
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_partnership, make_return, make_saving, make_year
from councils.models import Succession
from councils.tests.builders import make_council, make_user

BEFORE, EDGE, AFTER = date(2014, 3, 30), date(2014, 3, 31), date(2014, 4, 1)


def counted_by_hand(annual_return: AnnualReturn) -> tuple[int, int]:
    """Lines and answered lines, by looking at every arrangement one after another."""
    day, lines, answered = annual_return.year.ends_on, 0, 0
    for arrangement in Arrangement.objects.all():
        if arrangement.status_on(day) != "operating":
            continue
        answering = [each for each in arrangement.partnerships.all() if each.answers and each.in_force_on(day)]
        if [each.council_id for each in answering] == [annual_return.council_id]:
            lines += 1
            answered += ReportedSaving.objects.filter(arrangement=arrangement, year=annual_return.year).exists()
    return lines, answered


class ProgressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.before, cls.year = make_year(2012), make_year(2013)
        cls.first, cls.second, cls.idle = make_council(), make_council(), make_council()
        cls.returns = [
            make_return(council, year) for council in (cls.first, cls.second, cls.idle) for year in (cls.before, cls.year)
        ]
        ended = {"end_reason": "expired"}
        made = [
            make_arrangement(cls.first, cls.second, cls.idle),
            make_arrangement(cls.first, cls.second),
            make_arrangement(cls.first, cls.second, ended_on=EDGE, **ended),
            make_arrangement(cls.first, cls.second, ended_on=BEFORE, **ended),
            make_arrangement(cls.first, cls.second, started_on=EDGE),
            make_arrangement(cls.first, cls.second, started_on=AFTER),
            make_arrangement(cls.first, cls.second, started_on=None, start_precision=StartPrecision.UNKNOWN),
            make_arrangement(cls.second, cls.first, cls.idle),
        ]
        # The second took over from the first on the day before, on the day, and on the day after.
        for last_day, first_day in [(date(2014, 3, 29), BEFORE), (BEFORE, EDGE), (EDGE, AFTER)]:
            handed_over = make_arrangement(cls.first, cls.idle)
            handed_over.partnerships.filter(answers=True).update(left_on=last_day)
            make_partnership(handed_over, cls.second, joined_on=first_day, answers=True)
            made.append(handed_over)
        for number, arrangement in enumerate(made):
            if number % 2:
                make_saving(arrangement, cls.year)
            if number % 3:
                make_saving(arrangement, cls.before, outcome="withheld")

    def test_lines_and_answers_are_those_counted_by_hand(self):
        counts = {one.pk: (one.lines, one.answered) for one in AnnualReturn.objects.with_progress()}
        assert counts == {one.pk: counted_by_hand(one) for one in self.returns}
        assert len(set(counts.values())) > 3

    def test_a_return_lists_as_many_lines_as_it_counts(self):
        counted = {one.pk: one.lines for one in AnnualReturn.objects.with_progress()}
        for one in self.returns:
            assert one.lines().count() == counted[one.pk]

    def test_a_council_that_answers_for_nothing_has_no_lines(self):
        found = AnnualReturn.objects.with_progress().get(council=self.idle, year=self.year)
        assert (found.lines, found.answered) == (0, 0)

    def test_one_query_counts_however_many_there_are(self):
        with self.assertNumQueries(1):
            list(AnnualReturn.objects.with_progress())
        for _ in range(10):
            make_return(make_arrangement().partnerships.get(answers=True).council, self.year)
        with self.assertNumQueries(1):
            assert len(AnnualReturn.objects.with_progress()) == 16


class OpenQueryTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst, cls.council = make_year(2013), make_analyst(), make_council(ended_on=date(2019, 3, 31))
        cls.asked = make_return(cls.council, cls.year, ReturnState.SUBMITTED)
        arrangement, moment = make_arrangement(cls.council, make_council()), timezone.now()
        settled = {"settled_by": cls.analyst, "settled_at": moment}
        for state, more in [("open", {}), ("answered", {}), ("settled", settled)]:
            raised = {"raised_by": cls.analyst, "raised_at": moment, "text": "Why did it double?"}
            Query.objects.create(annual_return=cls.asked, arrangement=arrangement, state=state, **raised, **more)

    def test_open_are_those_that_arent_settled(self):
        assert AnnualReturn.objects.with_open_queries().get().open_queries == 2

    def test_a_reader_who_sees_the_return_in_two_ways_counts_each_query_once(self):
        successors = [make_council(), make_council()]
        for successor in successors:
            Succession.objects.create(predecessor=self.council, successor=successor)
        officer = make_user(councils=[self.council, *successors])
        make_user(councils=successors)
        assert AnnualReturn.objects.visible_to(officer).with_open_queries().get().open_queries == 2
        assert AnnualReturn.objects.with_open_queries().visible_to(officer).get().open_queries == 2
        assert AnnualReturn.objects.with_progress().visible_to(officer).with_open_queries().count() == 1
