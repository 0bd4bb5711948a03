"""Recording answers: all or none, by the rules of outcome and amount, and never over somebody else's answer."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import TestCase

from arrangements.returns.answering import Answer, StaleAnswers, record_answers
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken


def events():
    """What happened to answers, oldest first."""
    return ReportedSaving.pgh_event_model.objects.select_related("pgh_context").order_by("pgh_id")


class AnswerTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst = make_year(2013), make_analyst()
        cls.council = make_council(name="Testford Council")
        cls.bins, cls.law, cls.post = (
            make_arrangement(cls.council, make_council(), name=name) for name in ("Bins", "Law", "Post")
        )
        cls.asked = make_return(cls.council, cls.year)

    def record(self, *answers, **fields):
        return record_answers(annual_return=self.asked, answers=answers, user=self.analyst, **fields)

    def figure(self, arrangement, amount, version=None, note="Council return"):
        return Answer(arrangement.pk, Outcome.FIGURE, amount, note, version)

    def stored(self):
        """Outcome, amount and note by arrangement name."""
        rows = ReportedSaving.objects.values_list("arrangement__name", "outcome", "amount", "note")
        return {name: rest for name, *rest in rows}

    def state(self):
        return AnnualReturn.objects.get(pk=self.asked.pk).state

    # What is stored

    def test_answers_are_stored_with_outcome_amount_and_note(self):
        silent = Answer(self.law.pk, Outcome.NOT_CALCULATED, None, "No baseline")
        assert self.record(self.figure(self.bins, 410_000), silent) == 2
        assert self.stored() == {"Bins": ["figure", 410_000, "Council return"], "Law": ["not_calculated", None, "No baseline"]}

    def test_zero_and_less_are_figures(self):
        self.record(self.figure(self.bins, 0), self.figure(self.law, -2_000))
        assert [row[1] for row in self.stored().values()] == [0, -2_000]

    def test_an_answer_can_be_changed_on_the_reading_that_stands(self):
        self.record(self.figure(self.bins, 1_000))
        assert self.record(self.figure(self.bins, 2_000, version=1)) == 1
        assert self.record(Answer(self.bins.pk, Outcome.WITHHELD, None, "Not agreed by all", 2)) == 1
        assert self.stored() == {"Bins": ["withheld", None, "Not agreed by all"]}

    def test_no_answers_are_no_change(self):
        assert self.record() == 0
        assert self.state() == ReturnState.NOT_STARTED

    def test_the_first_answer_puts_the_return_in_progress(self):
        self.record(self.figure(self.bins, 1_000))
        assert self.state() == ReturnState.IN_PROGRESS
        told = AnnualReturn.pgh_event_model.objects.filter(pgh_obj_id=self.asked.pk).order_by("pgh_id")
        assert list(told.values_list("pgh_label", "state")) == [("insert", "not_started"), ("update", "in_progress")]

    def test_a_queried_return_stays_queried_while_it_is_corrected(self):
        AnnualReturn.objects.update(state=ReturnState.QUERIED)
        self.record(self.figure(self.bins, 1_000))
        assert self.state() == ReturnState.QUERIED

    # What is refused

    def test_an_amount_goes_with_a_figure_and_with_nothing_else_and_all_is_left_as_it_was(self):
        rule = "Give an amount if the outcome is a figure (0 if nothing was saved), and leave it empty for any other outcome."
        wrong = [Answer(self.law.pk, Outcome.FIGURE, None, "Ledger"), Answer(self.post.pk, Outcome.TOO_EARLY, 5_000, "New")]
        with pytest.raises(ValidationError) as refused:
            self.record(self.figure(self.bins, 1_000), *wrong)
        assert refused.value.message_dict == {str(self.law.pk): [rule], str(self.post.pk): [rule]}
        assert self.stored() == {}
        assert self.state() == ReturnState.NOT_STARTED

    def test_an_unknown_outcome_and_text_for_an_amount_are_refused_at_their_line(self):
        with pytest.raises(ValidationError) as refused:
            self.record(Answer(self.bins.pk, "lots", None), Answer(self.law.pk, Outcome.FIGURE, "much"))  # type: ignore[arg-type]
        assert "Value 'lots' is not a valid choice." in refused.value.message_dict[str(self.bins.pk)]
        assert "“much” value must be an integer." in refused.value.message_dict[str(self.law.pk)]
        assert self.stored() == {}

    def test_a_line_of_another_council_is_refused_and_nothing_stored(self):
        foreign = make_arrangement()
        with pytest.raises(RuleBroken) as refusal:
            self.record(self.figure(self.bins, 1_000), self.figure(foreign, 1_000))
        assert refusal.value.messages == [
            f"Testford Council, 2013/14 has no line for {foreign.reference} {foreign.name}: another council answers for it, or it"
            " doesn't operate in the year."
        ]
        assert self.stored() == {}

    def test_an_arrangement_that_ended_before_31_march_is_no_line(self):
        self.bins.ended_on, self.bins.end_reason = date(2014, 3, 30), "expired"
        self.bins.save()
        with pytest.raises(RuleBroken, match="has no line for"):
            self.record(self.figure(self.bins, 1_000))
        self.bins.ended_on = date(2014, 3, 31)
        self.bins.save()
        assert self.record(self.figure(self.bins, 1_000)) == 1

    def test_a_line_answered_twice_is_refused(self):
        with pytest.raises(RuleBroken, match="A line is answered twice. Give one answer for each."):
            self.record(self.figure(self.bins, 1_000), self.figure(self.bins, 2_000))
        assert self.stored() == {}

    def test_a_submitted_or_accepted_return_takes_no_answers(self):
        for state, word in [(ReturnState.SUBMITTED, "submitted"), (ReturnState.ACCEPTED, "accepted")]:
            asked = make_return(make_council(name=f"Council {word}"), self.year, state)
            with pytest.raises(RuleBroken) as refusal:
                record_answers(annual_return=asked, answers=[], user=self.analyst)
            assert refusal.value.messages == [f"The return of Council {word}, 2013/14 is {word}. Reopen it to change an answer."]

    def test_the_state_that_stands_counts_whatever_the_caller_had_read(self):
        AnnualReturn.objects.update(state=ReturnState.SUBMITTED)
        with pytest.raises(RuleBroken, match="is submitted"):
            self.record(self.figure(self.bins, 1_000))

    # Lost updates

    def test_a_stale_answer_is_refused_with_both_sides_and_nothing_is_stored(self):
        self.record(self.figure(self.bins, 1_000), self.figure(self.law, 5_000))
        ReportedSaving.objects.filter(arrangement=self.bins).update(amount=2_000)
        with pytest.raises(StaleAnswers) as stale:
            self.record(
                self.figure(self.bins, 3_000, version=1), self.figure(self.law, 6_000, version=1), self.figure(self.post, 7_000)
            )
        assert str(stale.value) == "Answers have changed since you opened the return (1). Nothing was saved."
        [conflict] = stale.value.conflicts
        assert conflict.stands is not None
        assert (conflict.stands.amount, conflict.stands.version) == (2_000, 2)
        assert (conflict.wanted.amount, conflict.wanted.version) == (3_000, 1)
        assert self.stored() == {"Bins": ["figure", 2_000, "Council return"], "Law": ["figure", 5_000, "Council return"]}

    def test_an_answer_where_there_was_none_when_read_is_stale_once_there_is_one(self):
        make_saving(self.bins, self.year, amount=2_000)
        with pytest.raises(StaleAnswers) as stale:
            self.record(self.figure(self.bins, 3_000))
        assert [conflict.stands.amount for conflict in stale.value.conflicts if conflict.stands] == [2_000]

    def test_an_answer_that_is_gone_is_stale_too(self):
        with pytest.raises(StaleAnswers) as stale:
            self.record(self.figure(self.bins, 3_000, version=4))
        assert [conflict.stands for conflict in stale.value.conflicts] == [None]
        assert self.stored() == {}

    def test_saying_the_same_again_is_never_stale_and_leaves_no_event(self):
        self.record(self.figure(self.bins, 1_000, note="Ledger"))
        before = events().count()
        for version in (None, 1, 9):
            assert self.record(self.figure(self.bins, 1_000, version, "Ledger")) == 0
        assert events().count() == before
        assert ReportedSaving.objects.get().version == 1

    def test_a_note_alone_is_a_change(self):
        self.record(self.figure(self.bins, 1_000))
        assert self.record(self.figure(self.bins, 1_000, version=1, note="Ledger")) == 1

    # The trail

    def test_each_change_leaves_who_by_which_door_why_old_and_new(self):
        self.record(self.figure(self.bins, 1_000), door="import", reason="the workbook of 2 May")
        self.record(self.figure(self.bins, 2_000, version=1), reason="a slip put right")
        told = [(event.pgh_label, event.amount, event.pgh_context.metadata) for event in events()]
        assert told == [
            ("insert", 1_000, {"door": "import", "user": self.analyst.pk, "reason": "the workbook of 2 May"}),
            ("update", 2_000, {"door": "admin", "user": self.analyst.pk, "reason": "a slip put right"}),
        ]

    def test_update_and_raw_sql_leave_the_database_role_and_raise_the_version(self):
        saving = make_saving(self.bins, self.year, amount=1)
        ReportedSaving.objects.update(amount=2)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_reportedsaving SET amount = 3")
            cursor.execute("SELECT session_user")
            role = cursor.fetchone()[0]
        saving.refresh_from_db()
        assert saving.version == 3
        told = [(event.amount, event.version, event.pgh_role, event.pgh_context) for event in events()]
        assert told == [(amount, amount, role, None) for amount in (1, 2, 3)]

    def test_a_deleted_answer_leaves_its_last_words(self):
        make_saving(self.bins, self.year, amount=7).delete()
        assert list(events().values_list("pgh_label", "amount")) == [("insert", 7), ("delete", 7)]
