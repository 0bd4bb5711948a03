"""Undoing a save: all that it changed is as before, by one act; what has changed since is left; ten minutes, and one's own."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import TestCase
from django.utils import timezone

from arrangements.returns.answering import Answer, StaleAnswers, record_answers
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.querying import settle_query
from arrangements.returns.tests.passing import let_pass
from arrangements.returns.undoing import last_act, undo
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_service, make_year
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.trail import events, told

REASON = "The contract ended in May"
TOO_LATE = "There is nothing of yours to undo here. A save can be undone for 10 minutes"


class UndoTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst = make_year(2014), make_analyst("analyst@example.org")
        cls.colleague = make_analyst("colleague@example.org")
        cls.council = make_council(name="Answerford Council")
        cls.bins, cls.law = (
            make_arrangement(cls.council, make_council(), name=name, service=make_service(name.lower()))
            for name in ("Bins", "Law")
        )
        for line in (cls.bins, cls.law):
            make_saving(line, make_year(2013), 350_000)
        cls.asked = make_return(cls.council, cls.year)

    def save(self, *amounts, user=None, reason="", door="admin"):
        """Answer both lines, or the first, on the reading that stands."""
        standing = {saving.arrangement_id: saving.version for saving in ReportedSaving.objects.filter(year=self.year)}
        answers = [
            Answer(line.pk, Outcome.FIGURE, amount, "Council return", standing.get(line.pk), reason)
            for line, amount in zip((self.bins, self.law), amounts, strict=False)
            if amount is not None
        ]
        record_answers(annual_return=self.asked, answers=answers, user=user or self.analyst, door=door)

    def act(self, user=None):
        return last_act(self.asked, user or self.analyst)

    def undo(self, user=None, act=None):
        return undo(annual_return=self.asked, act=act or self.act().key, user=user or self.analyst)

    def stored(self):
        return dict(ReportedSaving.objects.filter(year=self.year).values_list("arrangement__name", "amount"))

    def state(self):
        return AnnualReturn.objects.get(pk=self.asked.pk).state


class UndoTests(UndoTestCase):
    def test_first_answers_go_and_the_return_hasnt_begun(self):
        self.save(360_000, 370_000)
        done = self.undo()
        assert (done.put_back, done.left_alone) == (2, [])
        assert self.stored() == {}
        assert self.state() == ReturnState.NOT_STARTED

    def test_changed_answers_say_again_what_they_said(self):
        self.save(360_000, 370_000)
        self.save(361_000)
        assert self.act().answers == 1
        self.undo()
        assert self.stored() == {"Bins": 360_000, "Law": 370_000}
        assert self.state() == ReturnState.IN_PROGRESS

    def test_outcome_and_source_come_back_too(self):
        make_saving(self.bins, self.year, outcome=Outcome.WITHHELD, note="Not agreed by all")
        self.save(360_000)
        self.undo()
        saving = ReportedSaving.objects.get(year=self.year)
        assert (saving.outcome, saving.amount, saving.note) == (Outcome.WITHHELD, None, "Not agreed by all")

    def test_queries_that_it_raised_go(self):
        self.save(2_000_001, reason=REASON)
        assert Query.objects.exists()
        self.undo()
        assert not Query.objects.exists()

    def test_queries_that_it_closed_stand_as_before(self):
        self.save(2_000_001, 2_000_001, reason=REASON)
        settle_query(question=Query.objects.get(arrangement=self.law), decision="Accepted as it is", user=self.analyst)
        before = list(Query.objects.order_by("pk").values())
        self.save(360_000, 360_000)
        self.undo()
        after = list(Query.objects.order_by("pk").values())
        assert [{**each, "version": 0} for each in after] == [{**each, "version": 0} for each in before]
        assert [each["state"] for each in after] == [QueryState.ANSWERED, QueryState.SETTLED]

    def test_it_is_one_act_that_the_trail_tells_with_who_and_what(self):
        self.save(2_000_001, 370_000, reason=REASON)
        at = timezone.localtime(self.act().at)
        self.undo()
        kept = [events(model, arrangement__in=[self.bins, self.law]) for model in (ReportedSaving, Query)]
        undone = [event for event in told(kept, known=self.asked) if event.door == "undo"]
        assert [(event.deed, event.actor, event.reason) for event in undone] == [
            ("Deleted", "analyst@example.org", f"Undone: what was saved at {at:%H:%M}")
        ] * 3
        contexts = {event.pgh_context_id for each in kept for event in each if event.pgh_label == "delete"}
        assert len(contexts) == 1

    def test_who_had_the_answer_open_meanwhile_is_told_that_it_is_gone(self):
        self.save(360_000)
        self.undo()
        read = Answer(self.bins.pk, Outcome.FIGURE, 390_000, "Council return", 1)
        with pytest.raises(StaleAnswers):
            record_answers(annual_return=self.asked, answers=[read], user=self.colleague)


class SparingTests(UndoTestCase):
    def test_a_line_that_has_changed_since_is_left_alone_and_named(self):
        for door in ("another save", "update()"):
            with self.subTest(door):
                ReportedSaving.objects.filter(year=self.year).delete()
                self.save(360_000, 370_000)
                act = self.act().key
                if door == "another save":
                    self.save(361_000, user=self.colleague)
                else:
                    ReportedSaving.objects.filter(year=self.year, arrangement=self.bins).update(amount=361_000)
                done = self.undo(act=act)
                assert (done.put_back, done.left_alone) == (1, ["Bins"])
                assert self.stored() == {"Bins": 361_000}
                assert self.state() == ReturnState.IN_PROGRESS

    def test_where_every_line_has_it_is_refused(self):
        self.save(360_000)
        act = self.act().key
        ReportedSaving.objects.filter(year=self.year).update(note="Ledger")
        with pytest.raises(RuleBroken, match="Nothing was undone: every answer of that save has been changed since."):
            self.undo(act=act)

    def test_a_query_judged_since_stays_judged(self):
        self.save(2_000_001, reason=REASON)
        settle_query(question=Query.objects.get(), decision="Accepted as it is", user=self.analyst)
        self.undo()
        assert Query.objects.get().decision == "Accepted as it is"

    def test_a_return_that_was_submitted_since_is_reopened_first(self):
        self.save(360_000, 370_000)
        act = self.act().key
        AnnualReturn.objects.update(state=ReturnState.SUBMITTED)
        with pytest.raises(RuleBroken, match="Answerford Council, 2014/15 is submitted. Reopen it to undo what was saved."):
            self.undo(act=act)
        assert len(self.stored()) == 2

    def test_lines_of_other_returns_that_the_act_changed_too_are_none_of_this_ones(self):
        self.save(360_000)
        elsewhere = make_arrangement(make_council(), make_council(), name="Elsewhere")
        make_return(elsewhere.partnerships.get(answers=True).council, self.year)
        make_saving(elsewhere, self.year, 5)
        assert self.act().answers == 1
        self.undo()
        assert self.stored() == {"Elsewhere": 5}


class OwnTests(UndoTestCase):
    def test_only_ones_own_save_is_offered_and_taken_back(self):
        self.save(360_000)
        assert self.act(self.colleague) is None
        with pytest.raises(RuleBroken, match=TOO_LATE):
            self.undo(user=self.colleague)
        assert self.stored() == {"Bins": 360_000}

    def test_an_act_by_another_door_or_none_or_a_key_of_nothing_isnt(self):
        self.save(360_000, door="import")
        make_saving(self.law, self.year)
        assert self.act() is None
        for act in (uuid4(), *events(ReportedSaving).exclude(pgh_context=None).values_list("pgh_context", flat=True)):
            with pytest.raises(RuleBroken, match=TOO_LATE):
                self.undo(act=act)

    def test_what_a_colleague_saved_on_another_line_doesnt_hide_ones_own(self):
        self.save(360_000)
        mine = self.act().key
        self.save(None, 370_000, user=self.colleague)
        assert (self.act().key, self.act().answers) == (mine, 1)

    def test_what_was_undone_or_changed_since_isnt_offered_again(self):
        self.save(360_000)
        self.undo()
        assert self.act() is None
        self.save(360_000)
        self.save(361_000, user=self.colleague)
        assert self.act() is None

    def test_the_save_before_isnt_undone_by_undoing_twice(self):
        self.save(360_000)
        self.save(361_000)
        self.undo()
        assert self.act() is None
        assert self.stored() == {"Bins": 360_000}

    def test_after_ten_minutes_it_stands(self):
        self.save(360_000)
        act = self.act().key
        let_pass(timedelta(minutes=9), ReportedSaving)
        assert self.act() is not None
        let_pass(timedelta(minutes=2), ReportedSaving)
        assert self.act() is None
        with pytest.raises(RuleBroken, match=TOO_LATE):
            self.undo(act=act)
