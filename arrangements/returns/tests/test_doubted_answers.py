"""Doubted answers: refused without a reason, stored with one that becomes a query; and answers to many returns at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.register.models import Arrangement
from arrangements.returns.answering import (
    Answer,
    AnswersRefused,
    ReasonsMissing,
    StaleAnswers,
    judge,
    record_answers,
    record_many,
)
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.querying import reopen_query, settle_query
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_service, make_year
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.trail import events, told

REASON = "The contract ended in May"
# With the last year's £350,000 of the test's lines: usual, and not.
USUAL, ODD = 360_000, 2_000_001


class DoubtTestCase(TestCase):
    """A return with two lines, each with a figure of £350,000 for the year before."""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.before, cls.analyst = make_year(2014), make_year(2013), make_analyst("analyst@example.org")
        cls.council = make_council(name="Answerford Council")
        cls.bins, cls.law = (
            make_arrangement(cls.council, make_council(), name=name, service=make_service(name.lower()))
            for name in ("Bins", "Law")
        )
        for line in (cls.bins, cls.law):
            make_saving(line, cls.before, 350_000)
        cls.asked = make_return(cls.council, cls.year)

    def figure(self, arrangement, amount, version=None, reason="", note="Council return"):
        return Answer(arrangement.pk, Outcome.FIGURE, amount, note, version, reason)

    def record(self, *answers, **fields):
        return record_answers(annual_return=self.asked, answers=answers, user=self.analyst, **fields)

    def queries(self, arrangement=None):
        """Rule, answer doubted, state, reason and decision of each query, in order."""
        found = Query.objects.order_by("pk")
        if arrangement:
            found = found.filter(arrangement=arrangement)
        return list(found.values_list("rule", "about", "state", "answer", "decision"))

    def amounts(self):
        return dict(ReportedSaving.objects.filter(year=self.year).values_list("arrangement__name", "amount"))

    def version(self, arrangement):
        return ReportedSaving.objects.get(year=self.year, arrangement=arrangement).version


class ReasonTests(DoubtTestCase):
    def test_a_doubted_answer_without_a_reason_is_refused_with_each_doubt_and_nothing_is_stored(self):
        with pytest.raises(ReasonsMissing) as missing:
            self.record(self.figure(self.bins, 410), self.figure(self.law, USUAL))
        assert str(missing.value) == "Some answers need a reason (1). Nothing was saved."
        [[doubt]] = missing.value.doubts.values()
        assert list(missing.value.doubts) == [self.bins.pk]
        assert (doubt.rule, doubt.suggestion) == ("thousand-fold", 410_000)
        assert self.amounts() == {}
        assert self.queries() == []

    def test_a_reason_has_ten_letters_or_more_and_blanks_are_none(self):
        for short in ["", "Nine lett", "a" + " " * 20 + "b", " " * 20]:
            with self.subTest(short), pytest.raises(ReasonsMissing):
                self.record(self.figure(self.bins, ODD, reason=short))
        assert self.record(self.figure(self.bins, ODD, reason="Ten letter")) == 1

    def test_with_a_reason_it_is_stored_and_each_doubt_is_a_query_that_carries_it(self):
        Arrangement.objects.filter(pk=self.bins.pk).update(aims=["quality"])
        assert self.record(self.figure(self.bins, ODD, reason=f" {REASON} ")) == 1
        assert self.queries() == [
            ("three-times", "£2,000,001", QueryState.ANSWERED, REASON, ""),
            ("not-aimed-at-savings", "£2,000,001", QueryState.ANSWERED, REASON, ""),
        ]
        raised = Query.objects.first()
        assert (raised.annual_return, raised.arrangement, raised.raised_by) == (self.asked, self.bins, self.analyst)
        assert raised.text.startswith("£2,000,001 is more than three times last year’s £350,000.")

    def test_the_trail_tells_the_reason_with_the_answer_and_with_the_query_and_of_no_other_line(self):
        self.record(self.figure(self.bins, ODD, reason=REASON), self.figure(self.law, USUAL), reason="The workbook of 2 May")
        kept = [events(model, arrangement__in=[self.bins, self.law]) for model in (ReportedSaving, Query)]
        said = {event.subject: event.reason for event in told(kept, known=self.asked) if "2013/14" not in event.subject}
        assert said == {
            "Bins, 2014/15: £2,000,001": REASON,
            "Query about Bins, Answerford Council, 2014/15": REASON,
            "Law, 2014/15: £360,000": "The workbook of 2 May",
        }

    def test_a_reason_for_what_nothing_doubts_is_kept_nowhere(self):
        self.record(self.figure(self.bins, USUAL, reason=REASON))
        assert self.queries() == []
        assert events(ReportedSaving, year=self.year).get().pgh_context.metadata.get("reasons") is None

    def test_a_hard_rule_is_told_by_line_with_its_field_and_no_reason_helps(self):
        with pytest.raises(AnswersRefused) as refused:
            self.record(self.figure(self.bins, ODD, reason=REASON, note=""))
        [fault] = refused.value.faults[self.bins.pk]
        assert (fault.rule, fault.field) == ("source-missing", "note")
        assert isinstance(refused.value, ValidationError)
        assert refused.value.message_dict == {str(self.bins.pk): [fault.message]}

    def test_faults_come_before_doubts_and_staleness_before_both(self):
        make_saving(self.law, self.year, 1)
        with pytest.raises(StaleAnswers):
            self.record(self.figure(self.bins, ODD, note=""), self.figure(self.law, USUAL))
        with pytest.raises(AnswersRefused):
            self.record(self.figure(self.bins, ODD, note=""), self.figure(self.law, ODD, version=1))


class MetDoubtTests(DoubtTestCase):
    """A doubt once met for an answer isn't raised again; one about an answer that is gone is closed."""

    def setUp(self):
        self.record(self.figure(self.bins, ODD, reason=REASON))

    def test_another_source_for_the_same_amount_needs_no_reason_again(self):
        assert self.record(self.figure(self.bins, ODD, version=1, note="Ledger")) == 1
        assert len(self.queries()) == 1

    def test_not_even_once_the_query_is_accepted(self):
        settle_query(question=Query.objects.get(), decision="The reason given is accepted", user=self.analyst)
        assert self.record(self.figure(self.bins, ODD, version=1, note="Ledger")) == 1
        assert len(self.queries()) == 1

    def test_another_odd_amount_does(self):
        with pytest.raises(ReasonsMissing):
            self.record(self.figure(self.bins, ODD + 1, version=1))

    def test_a_new_answer_closes_what_was_asked_about_the_old_one(self):
        self.record(self.figure(self.bins, USUAL, version=1))
        assert self.queries() == [("three-times", "£2,000,001", QueryState.SETTLED, REASON, "The answer is now £360,000.")]
        assert Query.objects.get().settled_by == self.analyst

    def test_but_not_what_was_asked_about_another_line_or_by_a_person(self):
        self.record(self.figure(self.law, ODD, reason=REASON))
        raised = {"raised_by": self.analyst, "raised_at": "2015-04-16T09:00Z", "annual_return": self.asked}
        Query.objects.create(arrangement=self.bins, text="Is it for all partners?", **raised)
        self.record(self.figure(self.bins, USUAL, version=1))
        assert [state for *_, state, _, _ in self.queries(self.law)] == [QueryState.ANSWERED]
        assert [state for _, _, state, _, _ in self.queries(self.bins)] == [QueryState.SETTLED, QueryState.OPEN]

    def test_an_answer_that_comes_back_is_asked_about_again_since_nobody_had_judged_it(self):
        self.record(self.figure(self.bins, USUAL, version=1))
        with pytest.raises(ReasonsMissing):
            self.record(self.figure(self.bins, ODD, version=2))
        self.record(self.figure(self.bins, ODD, version=2, reason="It was right after all"))
        assert [state for _, _, state, _, _ in self.queries()] == [QueryState.SETTLED, QueryState.ANSWERED]

    def test_one_accepted_before_it_went_and_came_back_isnt(self):
        settle_query(question=Query.objects.get(), decision="The reason given is accepted", user=self.analyst)
        self.record(self.figure(self.bins, USUAL, version=1))
        assert self.record(self.figure(self.bins, ODD, version=2)) == 1

    def test_a_query_that_was_reopened_stands_for_its_doubt(self):
        settle_query(question=Query.objects.get(), decision="The reason given is accepted", user=self.analyst)
        reopen_query(question=Query.objects.get(), reason="The council withdrew it", user=self.analyst)
        assert self.record(self.figure(self.bins, ODD, version=1, note="Ledger")) == 1
        assert len(self.queries()) == 1


class UntouchedTests(DoubtTestCase):
    """What comes back as it was read changes nothing, even if the line has moved on since; base, theirs and mine otherwise."""

    def setUp(self):
        self.record(self.figure(self.bins, USUAL))
        self.read = self.figure(self.bins, USUAL, version=1)
        ReportedSaving.objects.filter(year=self.year).update(amount=370_000)

    def test_theirs_stands(self):
        assert self.record(self.read, self.figure(self.law, USUAL)) == 1
        assert self.amounts() == {"Bins": 370_000, "Law": USUAL}

    def test_so_it_does_where_they_took_the_answer_back(self):
        ReportedSaving.objects.filter(year=self.year).delete()
        assert self.record(self.read) == 0
        assert self.amounts() == {}

    def test_what_was_changed_meets_what_was_read_and_what_stands(self):
        with pytest.raises(StaleAnswers) as stale:
            self.record(self.figure(self.bins, 380_000, version=1, note="Ledger"))
        [conflict] = stale.value.conflicts
        found = {each.field: (each.base, each.theirs, each.mine, each.is_conflict) for each in conflict.differences()}
        assert found == {
            "amount": (USUAL, 370_000, 380_000, True),
            "note": ("Council return", "Council return", "Ledger", False),
        }

    def test_a_version_that_never_was_is_stale_with_nothing_in_common(self):
        for version in (7, -1, 2**40):
            with pytest.raises(StaleAnswers) as stale:
                self.record(self.figure(self.bins, 380_000, version=version))
            assert stale.value.conflicts[0].base == {}

    def test_an_answer_taken_back_and_given_anew_isnt_taken_for_the_first(self):
        """Else the version 1 that somebody still has open would pass for the new answer's."""
        ReportedSaving.objects.filter(year=self.year).delete()
        self.record(self.figure(self.bins, 390_000))
        assert self.version(self.bins) == 3
        with pytest.raises(StaleAnswers):
            self.record(self.figure(self.bins, 380_000, version=1))
        assert self.record(self.figure(self.bins, 380_000, version=3)) == 1


class ManyTests(TestCase):
    """Answers to several returns in one act."""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst = make_year(2014), make_analyst()
        cls.councils = [make_council(name=f"Council {letter}") for letter in "ABC"]
        cls.lines = [
            make_arrangement(council, make_council(), name=f"Of {council}", service=make_service(f"service-{number}"))
            for number, council in enumerate(cls.councils)
        ]
        cls.returns = [make_return(council, cls.year) for council in cls.councils]

    def answers(self, *amounts, **fields):
        return [
            Answer(line.pk, Outcome.FIGURE, amount, "Workbook", **fields)
            for line, amount in zip(self.lines, amounts, strict=False)
        ]

    def record(self, answers, **fields):
        return record_many(year=self.year, answers=answers, user=self.analyst, door="import", **fields)

    def states(self):
        return [AnnualReturn.objects.get(pk=each.pk).state for each in self.returns]

    def test_each_goes_to_its_return_and_those_that_had_not_started_have(self):
        AnnualReturn.objects.filter(pk=self.returns[1].pk).update(state=ReturnState.QUERIED)
        done = self.record(self.answers(5_000, 6_000))
        assert [each.after.amount for each in done.stored] == [5_000, 6_000]
        assert [each.before for each in done.stored] == [None, None]
        assert done.started == [self.returns[0].pk]
        assert self.states() == [ReturnState.IN_PROGRESS, ReturnState.QUERIED, ReturnState.NOT_STARTED]

    def test_what_stood_before_is_told(self):
        self.record(self.answers(5_000))
        done = self.record(self.answers(6_000, version=1))
        assert done.stored[0].before == {"outcome": "figure", "amount": 5_000, "note": "Workbook"}
        assert (done.stored[0].after.amount, done.stored[0].after.version) == (6_000, 2)

    def test_all_or_none(self):
        cases = [
            (self.answers(5_000, 10, 6_000), ReasonsMissing),
            ([*self.answers(5_000, 6_000), Answer(self.lines[2].pk, Outcome.FIGURE, None, "Ledger")], AnswersRefused),
            ([*self.answers(5_000, 6_000), *self.answers(7_000)], RuleBroken),
            ([*self.answers(5_000), Answer(0, Outcome.FIGURE, 1, "Ledger")], RuleBroken),
            ([*self.answers(5_000), *self.answers(6_000, 7_000, version=3)[1:]], StaleAnswers),
        ]
        for answers, refusal in cases:
            with self.subTest(refusal.__name__), pytest.raises(refusal):
                self.record(answers)
        assert not ReportedSaving.objects.exists()
        assert not Query.objects.exists()
        assert self.states() == [ReturnState.NOT_STARTED] * 3

    def test_a_return_that_isnt_open_a_council_without_one_and_nobody_to_ask_are_told_at_their_lines(self):
        AnnualReturn.objects.filter(pk=self.returns[0].pk).update(state=ReturnState.SUBMITTED)
        self.returns[1].delete()
        self.lines[2].partnerships.update(answers=False)
        with pytest.raises(AnswersRefused) as refused:
            self.record(self.answers(5_000, 6_000, 7_000))
        assert [[fault.rule for fault in refused.value.faults[line.pk]] for line in self.lines] == [
            ["return-not-open"],
            ["nobody-asked"],
            ["nobody-asked"],
        ]

    def test_judging_says_the_same_and_writes_nothing(self):
        before = events(ReportedSaving).count()
        verdicts = judge(self.year, self.answers(10, 6_000))
        assert [[doubt.rule for doubt in verdict.doubts] for verdict in verdicts] == [["under-a-thousand"], []]
        assert [verdict.needs_reason for verdict in verdicts] == [True, False]
        assert events(ReportedSaving).count() == before
        assert not ReportedSaving.objects.exists()

    def test_one_act_has_one_context_in_the_trail_with_all_that_it_did(self):
        self.record(self.answers(10, 20, 6_000, reason=REASON))
        contexts = {
            event.pgh_context_id for model in (ReportedSaving, Query) for event in events(model, arrangement__in=self.lines)
        }
        contexts |= {event.pgh_context_id for event in events(AnnualReturn, pgh_label="update")}
        assert len(contexts) == 1

    def test_as_many_queries_for_a_hundred_answers_as_for_ten_with_a_reason_each(self):
        def queries(count: int, version: int | None) -> int:
            lines = [make_arrangement(self.councils[0], self.councils[1]) for _ in range(count)]
            answers = [
                Answer(line.pk, Outcome.FIGURE, 10 + number, "Workbook", version, reason=f"Reason number {number}")
                for number, line in enumerate(lines)
            ]
            with CaptureQueriesContext(connection) as counted:
                self.record(answers)
            changed = [
                Answer(line.pk, Outcome.FIGURE, 300 + number, "Workbook", 1, reason=f"Another reason {number}")
                for number, line in enumerate(lines)
            ]
            with CaptureQueriesContext(connection) as counted_again:
                self.record(changed)
            return len(counted), len(counted_again)

        assert queries(10, None) == queries(100, None)
