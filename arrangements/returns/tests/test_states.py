"""Submit, query, settle, accept, reopen: what each does, when each is refused and in which words, and what is told of it."""

from datetime import date, datetime

import pytest
from django.test import TestCase, override_settings
from django.utils import timezone

from arrangements.returns.actions import accept, reopen, submit
from arrangements.returns.models import AnnualReturn, Query
from arrangements.returns.querying import answer_query, query, settle_query
from arrangements.returns.vocabulary import QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.errors import RuleBroken

TODAY = date(2014, 5, 2)
QUESTION, ANSWER, DECISION, REASON = "Why did it double?", "A second depot closed.", "Plausible, kept.", "Wrong year given."


@override_settings(REGISTER_TODAY=TODAY)
class StateTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst, cls.officer = make_year(2013), make_analyst(), make_user()
        cls.council = make_council(name="Testford Council")
        cls.bins, cls.law = (make_arrangement(cls.council, make_council(), name=name) for name in ("Bins", "Law"))
        cls.asked = make_return(cls.council, cls.year)

    def put(self, state):
        """The return in that state, by raw update, with the who and when that it needs."""
        said = {"submitted_by": None, "submitted_at": None, "accepted_by": None, "accepted_at": None}
        moment = timezone.now()
        if state in {ReturnState.SUBMITTED, ReturnState.QUERIED, ReturnState.ACCEPTED}:
            said.update(submitted_by=self.officer, submitted_at=moment)
        if state == ReturnState.ACCEPTED:
            said.update(accepted_by=self.analyst, accepted_at=moment)
        AnnualReturn.objects.filter(pk=self.asked.pk).update(state=state, **said)

    def answer_all(self):
        for arrangement in (self.bins, self.law):
            make_saving(arrangement, self.year)

    def submit(self, **fields):
        submit(annual_return=self.asked, user=self.officer, **fields)

    def query(self, text=QUESTION, arrangement=None, **fields):
        return query(annual_return=self.asked, arrangement=arrangement or self.bins, text=text, user=self.analyst, **fields)

    def accept(self, **fields):
        accept(annual_return=self.asked, user=self.analyst, **fields)

    def reopen(self, reason=REASON, **fields):
        reopen(annual_return=self.asked, reason=reason, user=self.analyst, **fields)

    def now(self):
        return AnnualReturn.objects.get(pk=self.asked.pk)

    def told(self, model=AnnualReturn):
        """The last event of the model's rows."""
        return model.pgh_event_model.objects.select_related("pgh_context").latest("pgh_id")

    def assert_told(self, model=AnnualReturn, **said):
        assert self.told(model).pgh_context.metadata == said

    def assert_refused(self, deed, message):
        before = (AnnualReturn.pgh_event_model.objects.count(), Query.pgh_event_model.objects.count())
        with pytest.raises(RuleBroken) as refusal:
            deed()
        assert refusal.value.messages == [message]
        assert (AnnualReturn.pgh_event_model.objects.count(), Query.pgh_event_model.objects.count()) == before

    def assert_is_today(self, moment: datetime):
        assert timezone.localdate(moment) == TODAY


class SubmitTests(StateTests):
    def test_it_is_open_to_a_return_that_takes_answers(self):
        self.answer_all()
        for state in (ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS, ReturnState.QUERIED):
            self.put(state)
            self.submit(door="page")
            submitted = self.now()
            assert (submitted.state, submitted.submitted_by) == (ReturnState.SUBMITTED, self.officer)
            self.assert_is_today(submitted.submitted_at)
            self.assert_told(door="page", user=self.officer.pk)

    def test_it_is_refused_while_a_line_has_no_answer(self):
        make_saving(self.law, self.year)
        self.assert_refused(
            self.submit,
            "Testford Council, 2013/14 can't be submitted while lines have no answer (1: Bins)."
            " Answer each, if only with a reason why not.",
        )
        make_saving(self.bins, make_year(2012))
        with pytest.raises(RuleBroken):
            self.submit()
        make_saving(self.bins, self.year, outcome="withheld")
        self.submit()

    def test_the_refusal_names_three_lines_and_says_that_there_are_more(self):
        for name in ("Post", "Zoo"):
            make_arrangement(self.council, make_council(), name=name)
        self.assert_refused(
            self.submit,
            "Testford Council, 2013/14 can't be submitted while lines have no answer (4: Bins, Law, Post…)."
            " Answer each, if only with a reason why not.",
        )

    def test_a_return_without_lines_can_be_submitted(self):
        lone = make_return(make_council(), self.year)
        submit(annual_return=lone, user=self.officer)
        assert AnnualReturn.objects.get(pk=lone.pk).state == ReturnState.SUBMITTED

    def test_it_is_refused_to_what_is_submitted_or_accepted_already(self):
        self.answer_all()
        for state, word in [(ReturnState.SUBMITTED, "submitted"), (ReturnState.ACCEPTED, "accepted")]:
            self.put(state)
            self.assert_refused(
                self.submit,
                f"Testford Council, 2013/14 is {word} and can't be submitted:"
                " only a return that is not started or in progress or queried can.",
            )


class QueryTests(StateTests):
    def test_a_question_about_a_line_puts_the_return_in_query(self):
        for state in (ReturnState.SUBMITTED, ReturnState.QUERIED):
            self.put(state)
            asked = self.query(rule="more-than-double", door="page")
            assert (asked.state, asked.text, asked.rule) == (QueryState.OPEN, QUESTION, "more-than-double")
            assert (asked.arrangement, asked.annual_return, asked.raised_by) == (self.bins, self.asked, self.analyst)
            self.assert_is_today(asked.raised_at)
            assert self.now().state == ReturnState.QUERIED
            said = {"door": "page", "user": self.analyst.pk, "reason": QUESTION}
            self.assert_told(Query, **said)
            if state == ReturnState.SUBMITTED:
                self.assert_told(**said)

    def test_it_keeps_who_submitted_and_when(self):
        self.put(ReturnState.SUBMITTED)
        before = self.now()
        self.query()
        assert (self.now().submitted_by, self.now().submitted_at) == (self.officer, before.submitted_at)

    def test_it_is_refused_unless_the_return_is_submitted(self):
        for state, word in [
            (ReturnState.NOT_STARTED, "not started"),
            (ReturnState.IN_PROGRESS, "in progress"),
            (ReturnState.ACCEPTED, "accepted"),
        ]:
            self.put(state)
            self.assert_refused(
                self.query,
                f"Testford Council, 2013/14 is {word} and can't be queried: only a return that is submitted or queried can.",
            )

    def test_it_needs_words(self):
        self.put(ReturnState.SUBMITTED)
        message = "Give a question of 10 letters or more; it is kept with the return."
        for text in ("", "   ", "Why?", "  123456789  "):
            self.assert_refused(lambda text=text: self.query(text), message)
        self.query("1234567890")

    def test_it_is_about_a_line_of_this_return(self):
        self.put(ReturnState.SUBMITTED)
        foreign = make_arrangement(name="Foreign")
        self.assert_refused(lambda: self.query(arrangement=foreign), "Foreign is not a line of Testford Council, 2013/14.")
        assert not Query.objects.exists()

    def test_the_councils_answer_is_kept_and_waits_for_the_analyst(self):
        self.put(ReturnState.SUBMITTED)
        asked = self.query()
        answer_query(question=asked, answer=ANSWER, user=self.officer, door="page")
        asked.refresh_from_db()
        assert (asked.state, asked.answer, asked.decision) == (QueryState.ANSWERED, ANSWER, "")
        self.assert_is_today(asked.answered_at)
        assert self.now().state == ReturnState.QUERIED
        self.assert_told(Query, door="page", user=self.officer.pk, reason=ANSWER)

    def test_an_answer_needs_words(self):
        self.put(ReturnState.SUBMITTED)
        asked = self.query()
        message = "Give an answer of 10 letters or more; it is kept with the return."
        self.assert_refused(lambda: answer_query(question=asked, answer=" Yes. ", user=self.officer), message)

    def test_a_decision_settles_it_answered_or_not(self):
        self.put(ReturnState.SUBMITTED)
        for answered in (False, True):
            asked = self.query()
            if answered:
                answer_query(question=asked, answer=ANSWER, user=self.officer)
            settle_query(question=asked, decision=DECISION, user=self.analyst)
            asked.refresh_from_db()
            assert (asked.state, asked.decision, asked.settled_by) == (QueryState.SETTLED, DECISION, self.analyst)
            self.assert_is_today(asked.settled_at)
            self.assert_told(Query, door="admin", user=self.analyst.pk, reason=DECISION)

    def test_the_last_one_settled_leaves_the_return_as_submitted(self):
        self.put(ReturnState.SUBMITTED)
        first, second = self.query(), self.query(arrangement=self.law)
        settle_query(question=first, decision=DECISION, user=self.analyst)
        assert self.now().state == ReturnState.QUERIED
        settle_query(question=second, decision=DECISION, user=self.analyst)
        assert self.now().state == ReturnState.SUBMITTED
        self.assert_told(door="admin", user=self.analyst.pk, reason="All queries settled")

    def test_settling_after_the_council_submitted_again_changes_nothing_else(self):
        self.answer_all()
        self.put(ReturnState.SUBMITTED)
        asked = self.query()
        self.submit()
        settle_query(question=asked, decision=DECISION, user=self.analyst)
        assert self.now().state == ReturnState.SUBMITTED

    def test_a_settled_query_is_closed(self):
        self.put(ReturnState.SUBMITTED)
        asked = self.query()
        settle_query(question=asked, decision=DECISION, user=self.analyst)
        self.assert_refused(
            lambda: settle_query(question=asked, decision=DECISION, user=self.analyst), "This query is settled already."
        )
        self.assert_refused(
            lambda: answer_query(question=asked, answer=ANSWER, user=self.officer),
            "This query is settled. Reopen it, or raise a new one.",
        )

    def test_a_decision_needs_words(self):
        self.put(ReturnState.SUBMITTED)
        asked = self.query()
        self.assert_refused(
            lambda: settle_query(question=asked, decision="Fine.", user=self.analyst),
            "Give a decision of 10 letters or more; it is kept with the return.",
        )


class AcceptTests(StateTests):
    def test_it_takes_a_submitted_return_as_right(self):
        self.put(ReturnState.SUBMITTED)
        self.accept()
        accepted = self.now()
        assert (accepted.state, accepted.accepted_by) == (ReturnState.ACCEPTED, self.analyst)
        self.assert_is_today(accepted.accepted_at)
        self.assert_told(door="admin", user=self.analyst.pk)
        old, new = list(AnnualReturn.pgh_event_model.objects.filter(pgh_obj_id=self.asked.pk).order_by("-pgh_id")[:2])[::-1]
        assert (old.state, old.accepted_by, new.state, new.accepted_by) == ("submitted", None, "accepted", self.analyst)

    def test_it_is_refused_unless_the_return_is_submitted(self):
        for state, word in [
            (ReturnState.NOT_STARTED, "not started"),
            (ReturnState.IN_PROGRESS, "in progress"),
            (ReturnState.ACCEPTED, "accepted"),
        ]:
            self.put(state)
            self.assert_refused(
                self.accept,
                f"Testford Council, 2013/14 is {word} and can't be accepted: only a return that is submitted or queried can.",
            )

    def test_it_is_refused_while_a_query_is_open_or_only_answered(self):
        self.put(ReturnState.SUBMITTED)
        first, second = self.query(), self.query(arrangement=self.law)
        answer_query(question=second, answer=ANSWER, user=self.officer)
        refused = "Testford Council, 2013/14 has queries that aren't settled ({}). Settle them before accepting it."
        self.assert_refused(self.accept, refused.format(2))
        settle_query(question=first, decision=DECISION, user=self.analyst)
        self.assert_refused(self.accept, refused.format(1))
        settle_query(question=second, decision=DECISION, user=self.analyst)
        self.accept()

    def test_submitting_again_doesnt_get_round_an_open_query(self):
        self.answer_all()
        self.put(ReturnState.SUBMITTED)
        self.query()
        self.submit()
        with pytest.raises(RuleBroken, match="queries that aren't settled"):
            self.accept()


class ReopenTests(StateTests):
    def test_it_lets_answers_change_again_and_takes_back_who_and_when(self):
        for state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED):
            self.put(state)
            self.reopen()
            opened = self.now()
            assert opened.state == ReturnState.IN_PROGRESS
            assert opened.is_open_for_answers
            assert (opened.submitted_by, opened.submitted_at, opened.accepted_by, opened.accepted_at) == (None,) * 4
            self.assert_told(door="admin", user=self.analyst.pk, reason=REASON)

    def test_the_trail_keeps_who_had_accepted(self):
        self.put(ReturnState.ACCEPTED)
        self.reopen()
        before = AnnualReturn.pgh_event_model.objects.filter(pgh_obj_id=self.asked.pk).order_by("-pgh_id")[1]
        assert (before.state, before.accepted_by) == ("accepted", self.analyst)

    def test_it_needs_a_reason(self):
        self.put(ReturnState.ACCEPTED)
        message = "Give a reason of 10 letters or more; it is kept with the return."
        for reason in ("", " ", "Typo."):
            self.assert_refused(lambda reason=reason: self.reopen(reason), message)
        assert self.now().state == ReturnState.ACCEPTED

    def test_it_is_refused_to_a_return_that_is_open(self):
        for state, word in [
            (ReturnState.NOT_STARTED, "not started"),
            (ReturnState.IN_PROGRESS, "in progress"),
            (ReturnState.QUERIED, "queried"),
        ]:
            self.put(state)
            self.assert_refused(
                self.reopen,
                f"Testford Council, 2013/14 is {word} and can't be reopened: only a return that is submitted or accepted can.",
            )

    def test_the_whole_way_there_and_back(self):
        self.answer_all()
        self.submit()
        asked = self.query()
        settle_query(question=asked, decision=DECISION, user=self.analyst)
        self.accept()
        self.reopen()
        self.submit()
        self.accept()
        states = AnnualReturn.pgh_event_model.objects.filter(pgh_obj_id=self.asked.pk).order_by("pgh_id")
        assert list(states.values_list("state", flat=True)) == [
            "not_started", "submitted", "queried", "submitted", "accepted", "in_progress", "submitted", "accepted"
        ]  # fmt: skip
        assert self.now().version == 8
