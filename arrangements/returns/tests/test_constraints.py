"""Each rule of the returns broken once: refused with its words when asked first, and by the database when not."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council

MOMENT = datetime(2014, 5, 1, 12, tzinfo=UTC)
AMOUNT_RULE = "Give an amount if the outcome is a figure (0 if nothing was saved), and leave it empty for any other outcome."


class RuleTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst, cls.council = make_year(2013), make_analyst(), make_council(name="Testford Council")
        cls.arrangement = make_arrangement(cls.council, make_council(), name="Shared bins")

    def assert_refused(self, one, message, constraint):
        """`full_clean` says the message; the database names the constraint."""
        self.assert_not_clean(one, message)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            one.save()

    def assert_not_clean(self, one, message):
        with pytest.raises(ValidationError) as refused:
            one.full_clean()
        assert message in refused.value.messages

    def assert_accepted(self, one):
        one.full_clean()
        one.save()


class ReturnRuleTests(RuleTests):
    def asked(self, **fields):
        return AnnualReturn(year=self.year, council=self.council, **fields)

    def test_a_council_is_asked_once_a_year(self):
        self.assert_accepted(self.asked())
        self.assert_refused(self.asked(), "This council is already asked for this year.", "a_council_is_asked_once_a_year")
        self.assert_accepted(AnnualReturn(year=make_year(2014), council=self.council))

    def test_its_state_is_of_its_list(self):
        self.assert_refused(
            self.asked(state="lost"), "Value 'lost' is not a valid choice.", "arrangements_annualreturn_state_is_of_its_list"
        )

    def test_who_submitted_goes_with_when(self):
        message = "Give both submitted by and submitted at, or neither."
        self.assert_refused(self.asked(submitted_by=self.analyst), message, "annualreturn_submitted_by_with_submitted_at")
        self.assert_refused(self.asked(submitted_at=MOMENT), message, "annualreturn_submitted_by_with_submitted_at")

    def test_who_accepted_goes_with_when(self):
        accepted = {"state": ReturnState.ACCEPTED, "accepted_at": MOMENT}
        message = "Give both accepted by and accepted at, or neither."
        self.assert_refused(self.asked(**accepted), message, "annualreturn_accepted_by_with_accepted_at")
        self.assert_accepted(self.asked(**accepted, accepted_by=self.analyst))

    def test_an_accepted_return_says_when_and_no_other_does(self):
        message = "An accepted return says who accepted it and when; no other return does."
        self.assert_refused(self.asked(state=ReturnState.ACCEPTED), message, "an_accepted_return_says_when")
        for state in set(ReturnState) - {ReturnState.ACCEPTED}:
            early = self.asked(state=state, accepted_by=self.analyst, accepted_at=MOMENT)
            self.assert_refused(early, message, "an_accepted_return_says_when")

    def test_only_a_council_in_force_on_31_march_can_be_asked(self):
        for life, in_force in [
            ({"ended_on": date(2014, 3, 31)}, True),
            ({"ended_on": date(2014, 3, 30)}, False),
            ({"started_on": date(2014, 3, 31)}, True),
            ({"started_on": date(2014, 4, 1)}, False),
        ]:
            council = make_council(**life)
            asked = AnnualReturn(year=self.year, council=council)
            if in_force:
                asked.full_clean()
            else:
                self.assert_not_clean(asked, f"{council} was not in force on 31 March 2014 and can't be asked.")

    def test_a_form_that_leaves_the_council_out_hears_of_that_alone(self):
        with pytest.raises(ValidationError) as refused:
            AnnualReturn(year=self.year).full_clean()
        assert list(refused.value.message_dict) == ["council"]

    def test_it_is_called_after_council_and_year(self):
        assert str(self.asked()) == "Testford Council, 2013/14"

    def test_what_a_return_hangs_on_cant_be_deleted(self):
        make_return(self.council, self.year, ReturnState.ACCEPTED)
        for one in (self.council, self.year):
            with pytest.raises(ProtectedError):
                one.delete()


class SavingRuleTests(RuleTests):
    def saving(self, outcome=Outcome.FIGURE, amount=1, **fields):
        return ReportedSaving(arrangement=self.arrangement, year=self.year, outcome=outcome, amount=amount, **fields)

    def test_a_saving_is_one_per_arrangement_and_year(self):
        make_saving(self.arrangement, self.year)
        message = "This arrangement already has an answer for this year; change that one."
        self.assert_refused(self.saving(), message, "a_saving_is_one_per_arrangement_and_year")
        make_saving(self.arrangement, make_year(2014))

    def test_an_amount_goes_with_a_figure(self):
        self.assert_refused(self.saving(amount=None), AMOUNT_RULE, "arrangements_reportedsaving_amount_goes_with_a_figure")

    def test_an_amount_goes_with_nothing_else(self):
        for outcome in set(Outcome) - {Outcome.FIGURE}:
            for amount in (0, 5):
                with self.subTest(outcome):
                    self.assert_refused(self.saving(outcome, amount), AMOUNT_RULE, "amount_goes_with_a_figure")
            self.saving(outcome, None).full_clean()

    def test_any_whole_amount_is_a_figure_zero_and_less_too(self):
        for amount in (0, -410_000, 1, 100_000_000_000):
            self.saving(amount=amount).full_clean()
        self.assert_accepted(self.saving(amount=0))
        assert ReportedSaving.objects.get().amount == 0

    def test_an_outcome_is_of_its_list_and_nobody_reports_not_returned(self):
        for outcome in ("lots", "not_returned"):
            message = f"Value '{outcome}' is not a valid choice."
            self.assert_refused(self.saving(outcome, None), message, "arrangements_reportedsaving_outcome_is_of_its_list")

    def test_text_and_more_than_the_database_holds_are_refused_before_it(self):
        self.assert_not_clean(self.saving(amount="lots"), "“lots” value must be an integer.")
        too_much = self.saving(amount=2**63)
        with pytest.raises(ValidationError, match="less than or equal to 9223372036854775807"):
            too_much.full_clean()
        with pytest.raises(DataError), transaction.atomic():
            too_much.save()

    def test_raw_sql_is_held_to_the_same_rules(self):
        make_saving(self.arrangement, self.year)
        for change in ("amount = NULL", "outcome = 'withheld'", "outcome = 'lots', amount = NULL"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE arrangements_reportedsaving SET {change}")

    def test_it_is_told_by_its_amount_or_by_the_word_for_its_absence(self):
        assert str(self.saving(amount=410_000)) == "Shared bins, 2013/14: £410,000"
        assert str(self.saving(amount=0)) == "Shared bins, 2013/14: £0"
        assert str(self.saving(Outcome.TOO_EARLY, None)) == "Shared bins, 2013/14: Too early to say"


class QueryRuleTests(RuleTests):
    def query(self, **fields):
        asked, _ = AnnualReturn.objects.get_or_create(council=self.council, year=self.year)
        raised = {"text": "Why did it double?", "raised_by": self.analyst, "raised_at": MOMENT}
        return Query(annual_return=asked, arrangement=self.arrangement, **{**raised, **fields})

    def test_its_state_is_of_its_list(self):
        self.assert_refused(
            self.query(state="lost"), "Value 'lost' is not a valid choice.", "arrangements_query_state_is_of_its_list"
        )

    def test_who_settled_goes_with_when(self):
        settled = {"state": QueryState.SETTLED, "settled_at": MOMENT}
        message = "Give both settled by and settled at, or neither."
        self.assert_refused(self.query(**settled), message, "arrangements_query_settled_by_with_settled_at")
        self.assert_accepted(self.query(**settled, settled_by=self.analyst))

    def test_a_settled_query_says_when_and_no_other_does(self):
        message = "A settled query says who settled it and when; no other query does."
        self.assert_refused(self.query(state=QueryState.SETTLED), message, "a_settled_query_says_when")
        for state in (QueryState.OPEN, QueryState.ANSWERED):
            early = self.query(state=state, settled_by=self.analyst, settled_at=MOMENT)
            self.assert_refused(early, message, "a_settled_query_says_when")

    def test_it_is_called_after_the_return_and_the_line(self):
        assert str(self.query()) == "Query about Shared bins, Testford Council, 2013/14"
