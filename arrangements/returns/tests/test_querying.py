"""Queries as deeds: asked, raised by the checks, answered, settled, reopened, assigned; and what each does to the return."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.returns.actions import accept
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.querying import answer_query, assign_query, check_return, query, reopen_query, settle_query
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_service, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.errors import RuleBroken
from sharedservices.common.trail import events, told

ASKED, SAID, ACCEPTED = "Is it for all partners?", "Yes, for all of them", "The reason given is accepted"


class QueryTestCase(TestCase):
    """A submitted return with two lines, one of them three times last year's."""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst = make_year(2014), make_analyst("analyst@example.org")
        cls.council = make_council(name="Answerford Council")
        cls.bins, cls.law = (
            make_arrangement(cls.council, make_council(), name=name, service=make_service(name.lower()))
            for name in ("Bins", "Law")
        )
        for line, amount in ((cls.bins, 1_050_001), (cls.law, 360_000)):
            make_saving(line, make_year(2013), 350_000)
            make_saving(line, cls.year, amount)
        cls.asked = make_return(cls.council, cls.year, ReturnState.SUBMITTED)

    def ask(self, arrangement=None):
        return query(annual_return=self.asked, arrangement=arrangement or self.bins, text=ASKED, user=self.analyst)

    def check(self):
        return check_return(annual_return=self.asked, user=self.analyst)

    def state(self):
        return AnnualReturn.objects.get(pk=self.asked.pk).state

    def be(self, state):
        AnnualReturn.objects.filter(pk=self.asked.pk).update(
            state=state,
            accepted_by=self.analyst if state == ReturnState.ACCEPTED else None,
            accepted_at="2015-05-01T12:00Z" if state == ReturnState.ACCEPTED else None,
        )

    def last_event(self, model):
        event = told([events(model)], known=self.asked)[0]
        return event.actor, event.door, event.reason


class AskingTests(QueryTestCase):
    def test_a_question_waits_for_the_council_and_so_does_the_return(self):
        asked = self.ask()
        assert (asked.state, asked.text, asked.rule, asked.raised_by) == (QueryState.OPEN, ASKED, "", self.analyst)
        assert self.state() == ReturnState.QUERIED
        assert self.last_event(Query) == ("analyst@example.org", "admin", ASKED)

    def test_it_needs_a_line_of_the_return_words_and_a_return_that_is_submitted_or_queried(self):
        with pytest.raises(RuleBroken, match="is not a line of Answerford Council, 2014/15"):
            self.ask(make_arrangement(name="Elsewhere"))
        with pytest.raises(RuleBroken, match="Give a question of 10 letters or more"):
            query(annual_return=self.asked, arrangement=self.bins, text="Why?", user=self.analyst)
        for state in (ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.ACCEPTED):
            self.be(state)
            with pytest.raises(RuleBroken, match="can't be queried: only a return that is submitted or queried can"):
                self.ask()
        assert not Query.objects.exists()


class CheckingTests(QueryTestCase):
    def test_each_doubt_becomes_a_query_for_the_council(self):
        assert self.check() == 1
        raised = Query.objects.get()
        assert (raised.rule, raised.about, raised.state, raised.answer) == ("three-times", "£1,050,001", QueryState.OPEN, "")
        assert raised.arrangement == self.bins
        assert self.state() == ReturnState.QUERIED
        assert self.last_event(AnnualReturn) == ("analyst@example.org", "admin", "Checks raised 1 query")
        assert self.last_event(Query) == ("analyst@example.org", "admin", "Checks run")

    def test_nothing_doubted_leaves_the_return_as_it_is(self):
        ReportedSaving.objects.filter(arrangement=self.bins, year=self.year).update(amount=361_000)
        before = events(AnnualReturn).count()
        assert self.check() == 0
        assert (self.state(), events(AnnualReturn).count()) == (ReturnState.SUBMITTED, before)

    def test_what_is_asked_or_was_settled_isnt_asked_again_about_the_same_answer(self):
        self.check()
        assert self.check() == 0
        settle_query(question=Query.objects.get(), decision=ACCEPTED, user=self.analyst)
        assert self.check() == 0
        ReportedSaving.objects.filter(arrangement=self.bins, year=self.year).update(amount=1_060_000)
        assert self.check() == 1

    def test_what_the_rules_of_entry_refuse_is_not_for_the_council(self):
        """Answers from before a rule, such as those without a source, stay; only doubts are asked about."""
        assert not ReportedSaving.objects.exclude(note="").exists()
        assert self.check() == 1

    def test_only_a_submitted_or_queried_return_is_checked(self):
        for state in (ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.ACCEPTED):
            self.be(state)
            with pytest.raises(RuleBroken, match="can't be checked: only a return that is submitted or queried can"):
                self.check()

    def test_as_many_queries_with_a_hundred_lines_as_with_ten(self):
        def queries(count: int) -> int:
            for _ in range(count):
                line = make_arrangement(self.council, make_council())
                make_saving(line, self.year, outcome=Outcome.TOO_EARLY)
                make_saving(line, make_year(2013), outcome=Outcome.TOO_EARLY)
            with CaptureQueriesContext(connection) as counted:
                assert self.check() >= count
            return len(counted)

        assert queries(10) == queries(90)


class AnsweringTests(QueryTestCase):
    def setUp(self):
        self.question = self.ask()

    def answer(self, text=SAID):
        answer_query(question=self.question, answer=text, user=self.analyst)
        self.question.refresh_from_db()

    def test_what_the_council_says_waits_for_the_analyst(self):
        self.answer()
        assert (self.question.state, self.question.answer) == (QueryState.ANSWERED, SAID)
        assert self.question.answered_at is not None
        assert self.state() == ReturnState.QUERIED
        assert self.last_event(Query) == ("analyst@example.org", "admin", SAID)

    def test_it_may_be_put_better_until_the_query_is_settled(self):
        self.answer()
        self.answer("Yes, for all of them together")
        settle_query(question=self.question, decision=ACCEPTED, user=self.analyst)
        with pytest.raises(RuleBroken, match="This query is settled. Reopen it, or raise a new one."):
            self.answer()
        with pytest.raises(RuleBroken, match="Give an answer of 10 letters or more"):
            self.ask_and_answer("Yes")

    def ask_and_answer(self, text):
        answer_query(question=self.ask(self.law), answer=text, user=self.analyst)


class SettlingTests(QueryTestCase):
    def settle(self, question, decision=ACCEPTED):
        settle_query(question=question, decision=decision, user=self.analyst)

    def test_the_last_one_settled_leaves_the_return_submitted(self):
        first, second = self.ask(), self.ask(self.law)
        self.settle(first)
        assert self.state() == ReturnState.QUERIED
        self.settle(second)
        assert self.state() == ReturnState.SUBMITTED
        first.refresh_from_db()
        assert (first.state, first.decision, first.settled_by) == (QueryState.SETTLED, ACCEPTED, self.analyst)
        assert self.last_event(AnnualReturn) == ("analyst@example.org", "admin", "All queries settled")
        accept(annual_return=self.asked, user=self.analyst)

    def test_a_return_still_in_progress_isnt_submitted_by_it(self):
        self.be(ReturnState.IN_PROGRESS)
        raised = {"raised_by": self.analyst, "raised_at": "2015-04-16T09:00Z"}
        self.settle(Query.objects.create(annual_return=self.asked, arrangement=self.bins, text=ASKED, **raised))
        assert self.state() == ReturnState.IN_PROGRESS

    def test_it_needs_a_decision_and_only_once(self):
        question = self.ask()
        with pytest.raises(RuleBroken, match="Give a decision of 10 letters or more"):
            self.settle(question, "Fine")
        self.settle(question)
        with pytest.raises(RuleBroken, match="This query is settled already."):
            self.settle(question)


class ReopeningTests(QueryTestCase):
    def reopen(self, question, reason="The council withdrew it"):
        reopen_query(question=question, reason=reason, user=self.analyst)
        question.refresh_from_db()

    def settled(self):
        question = self.ask()
        answer_query(question=question, answer=SAID, user=self.analyst)
        settle_query(question=question, decision=ACCEPTED, user=self.analyst)
        return question

    def test_a_settled_query_is_asked_again_and_keeps_what_was_answered(self):
        question = self.settled()
        self.reopen(question)
        assert (question.state, question.answer, question.settled_by, question.settled_at) == (QueryState.OPEN, SAID, None, None)
        assert question.decision == "The council withdrew it"
        assert self.state() == ReturnState.QUERIED
        assert self.last_event(Query) == ("analyst@example.org", "admin", "The council withdrew it")

    def test_an_answer_that_doesnt_satisfy_is_asked_about_again(self):
        question = self.ask()
        answer_query(question=question, answer=SAID, user=self.analyst)
        self.reopen(question)
        assert question.state == QueryState.OPEN

    def test_not_without_a_reason_not_if_it_is_open_and_not_once_the_return_is_accepted(self):
        question = self.settled()
        with pytest.raises(RuleBroken, match="Give a reason of 10 letters or more"):
            self.reopen(question, "No")
        with pytest.raises(RuleBroken, match="This query is open already."):
            self.reopen(self.ask(self.law))
        settle_query(question=Query.objects.get(arrangement=self.law), decision=ACCEPTED, user=self.analyst)
        accept(annual_return=self.asked, user=self.analyst)
        with pytest.raises(RuleBroken, match="Answerford Council, 2014/15 is accepted. Reopen the return first."):
            self.reopen(question)


class AssigningTests(QueryTestCase):
    def test_one_of_the_staff_looks_after_it_or_nobody_in_particular(self):
        question, colleague = self.ask(), make_analyst("colleague@example.org")
        for to, words in [(colleague, "Assigned to colleague@example.org"), (None, "Assigned to nobody")]:
            assign_query(question=question, to=to, user=self.analyst)
            question.refresh_from_db()
            assert question.assigned_to == to
            assert self.last_event(Query) == ("analyst@example.org", "admin", words)

    def test_an_officer_and_an_account_out_of_use_are_refused(self):
        question = self.ask()
        left = make_analyst("left@example.org")
        left.is_active = False
        for user in (make_user("officer@example.org", councils=[self.council]), left):
            with pytest.raises(RuleBroken, match="is not LGA staff and can't look after queries."):
                assign_query(question=question, to=user, user=self.analyst)
