"""What is outstanding, how late it is, when the council was last reached, and whom to write to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.test import TestCase

from arrangements.returns.chasing.models import CouncilContact, Reminder
from arrangements.returns.chasing.tests.made import make_contact, make_contact_made, make_reminder
from arrangements.returns.chasing.vocabulary import Means, ReminderState
from arrangements.returns.models import AnnualReturn, Query
from arrangements.returns.vocabulary import QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_publisher, make_return, make_year
from councils.models import Succession
from councils.tests.builders import make_council, make_user

CLOSING_DAY = date(2015, 5, 8)


class OutstandingTests(TestCase):
    def setUp(self):
        self.year = make_year(2014)

    def ask(self, annual_return: AnnualReturn, state: str) -> None:
        Query.objects.create(
            annual_return=annual_return,
            arrangement=make_arrangement(annual_return.council, make_council()),
            text="Is it for the whole arrangement?",
            state=state,
            raised_by=make_analyst(),
            raised_at=datetime(2015, 4, 16, tzinfo=UTC),
            **({"settled_by": make_analyst(), "settled_at": datetime(2015, 4, 17, tzinfo=UTC)} if state == "settled" else {}),
        )

    def test_what_was_not_handed_in_is_outstanding_and_nothing_else(self):
        returns = {state: make_return(make_council(), self.year, state) for state in ReturnState.values}
        assert set(AnnualReturn.objects.outstanding()) == {returns["not_started"], returns["in_progress"]}
        marked = AnnualReturn.objects.with_outstanding()
        assert {each.state for each in marked if each.is_outstanding} == {"not_started", "in_progress"}

    def test_a_queried_return_is_outstanding_while_a_question_waits_for_the_council(self):
        queried = {state: make_return(make_council(), self.year, ReturnState.QUERIED) for state in QueryState.values}
        for state, annual_return in queried.items():
            self.ask(annual_return, state)
        assert list(AnnualReturn.objects.outstanding()) == [queried[QueryState.OPEN]]

    def test_a_return_with_two_questions_is_outstanding_once(self):
        queried = make_return(make_council(), self.year, ReturnState.QUERIED)
        self.ask(queried, QueryState.OPEN)
        self.ask(queried, QueryState.OPEN)
        assert list(AnnualReturn.objects.outstanding()) == [queried]


class DaysLateTests(TestCase):
    def days_late(self, annual_return: AnnualReturn, today: date) -> int:
        return AnnualReturn.objects.with_days_late(today).get(pk=annual_return.pk).days_late

    def test_a_return_is_late_from_the_day_after_the_closing_day_on(self):
        outstanding = make_return(make_council(), make_year(2014))
        late = {day: self.days_late(outstanding, CLOSING_DAY + timedelta(days=day)) for day in (-18, -1, 0, 1, 2, 365)}
        assert late == {-18: 0, -1: 0, 0: 0, 1: 1, 2: 2, 365: 365}

    def test_an_answered_return_is_never_late(self):
        for state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED):
            assert self.days_late(make_return(make_council(), make_year(2014), state), date(2016, 1, 1)) == 0

    def test_a_year_without_a_closing_day_makes_nothing_late(self):
        outstanding = make_return(make_council(), make_year(2014, opens_on=None, closes_on=None))
        assert self.days_late(outstanding, date(2016, 1, 1)) == 0


class LastContactTests(TestCase):
    def setUp(self):
        self.annual_return = make_return(make_council(), make_year(2014))

    def last(self) -> tuple[date | None, str | None]:
        found = AnnualReturn.objects.with_last_contact().get(pk=self.annual_return.pk)
        return found.last_contact_on, found.last_contact_how

    def test_a_council_that_nobody_has_reached_has_none(self):
        assert self.last() == (None, None)

    def test_a_reminder_counts_once_it_is_sent(self):
        for state in (ReminderState.DRAFT, ReminderState.CANCELLED):
            make_reminder(self.annual_return, state)
        assert self.last() == (None, None)
        Reminder.objects.all().delete()
        make_reminder(self.annual_return, ReminderState.SENT)
        assert self.last() == (date(2015, 4, 14), "reminder")

    def test_the_later_of_a_reminder_and_a_call_is_the_last(self):
        make_contact_made(self.annual_return, date(2015, 4, 10))
        make_contact_made(self.annual_return, date(2015, 4, 8), means=Means.MEETING)
        assert self.last() == (date(2015, 4, 10), "call")
        make_reminder(self.annual_return, ReminderState.SENT)
        assert self.last() == (date(2015, 4, 14), "reminder")
        make_contact_made(self.annual_return, date(2015, 4, 16), means=Means.LETTER)
        assert self.last() == (date(2015, 4, 16), "letter")

    def test_the_day_of_a_reminder_is_the_day_in_london(self):
        make_reminder(self.annual_return, ReminderState.SENT, sent_at=datetime(2015, 4, 14, 23, 30, tzinfo=UTC))
        assert self.last() == (date(2015, 4, 15), "reminder")

    def test_what_reached_another_council_or_was_about_another_year_counts_nothing(self):
        make_contact_made(make_return(make_council(), self.annual_return.year))
        make_contact_made(make_return(self.annual_return.council, make_year(2013)))
        assert self.last() == (None, None)


class AddressTests(TestCase):
    """Cumbria, which ends on 31 March 2015 and is followed by two; one of these is later followed by another."""

    LAST_DAY = date(2015, 3, 31)

    def setUp(self):
        self.county = make_council("Cumbria County Council", ended_on=self.LAST_DAY)
        self.first = make_council("Cumberland Council", started_on=date(2015, 4, 1))
        self.second = make_council("Westmorland Council", started_on=date(2015, 4, 1))
        for successor in (self.first, self.second):
            Succession.objects.create(predecessor=self.county, successor=successor)
        self.annual_return = make_return(self.county, make_year(2014))
        for council in (self.county, self.first, self.second):
            make_contact(council)

    def on(self, day: date) -> AnnualReturn:
        return AnnualReturn.objects.with_addresses(day).get(pk=self.annual_return.pk)

    def test_a_council_is_written_to_up_to_and_on_its_last_day(self):
        for day in (date(2014, 12, 1), self.LAST_DAY):
            assert self.on(day).addresses == ["returns@cumbria-county.example.org"]
            assert self.on(day).successor_names == []
            assert self.on(day).successor_ids == []

    def test_from_the_next_day_on_its_successors_are(self):
        found = self.on(date(2015, 4, 1))
        assert found.addresses == ["returns@cumberland.example.org", "returns@westmorland.example.org"]
        assert found.successor_names == ["Cumberland Council", "Westmorland Council"]
        assert found.successor_ids == [self.first.pk, self.second.pk]

    def test_a_successor_that_has_ended_too_passes_it_on(self):
        self.first.ended_on = date(2020, 3, 31)
        self.first.save()
        third = make_council("Solway Council", started_on=date(2020, 4, 1))
        Succession.objects.create(predecessor=self.first, successor=third)
        make_contact(third)
        assert self.on(date(2020, 3, 31)).successor_names == ["Cumberland Council", "Westmorland Council"]
        assert self.on(date(2020, 4, 1)).successor_names == ["Solway Council", "Westmorland Council"]
        assert self.on(date(2020, 4, 1)).addresses == ["returns@solway.example.org", "returns@westmorland.example.org"]

    def test_two_ways_to_the_same_successor_make_one_letter(self):
        self.first.ended_on = self.second.ended_on = date(2020, 3, 31)
        self.first.save()
        self.second.save()
        third = make_council("Lakes Council", started_on=date(2020, 4, 1))
        for council in (self.first, self.second):
            Succession.objects.create(predecessor=council, successor=third)
        make_contact(third)
        found = self.on(date(2020, 4, 1))
        assert (found.addresses, found.successor_names) == (["returns@lakes.example.org"], ["Lakes Council"])

    def test_only_active_addresses_are_written_to(self):
        CouncilContact.objects.filter(council=self.first).update(is_active=False)
        make_contact(self.second, "a.person@westmorland.example.org", kind="officer")
        found = self.on(date(2015, 4, 1))
        assert found.addresses == ["a.person@westmorland.example.org", "returns@westmorland.example.org"]

    def test_without_a_contact_there_is_no_address(self):
        CouncilContact.objects.all().delete()
        assert self.on(date(2015, 4, 1)).addresses == []


class OrderTests(TestCase):
    def test_by_days_late_and_then_by_silence_and_answered_ones_last(self):
        late, due = make_year(2013), make_year(2014)
        names = {
            "never reached": make_return(make_council("B Council"), late),
            "reached long ago": make_return(make_council("A Council"), late),
            "reached lately": make_return(make_council("C Council"), late),
            "answered": make_return(make_council("D Council"), late, ReturnState.ACCEPTED),
            "not due": make_return(make_council("E Council"), due),
        }
        make_contact_made(names["reached long ago"], date(2014, 5, 1))
        make_contact_made(names["reached lately"], date(2014, 6, 1))
        rows = list(AnnualReturn.objects.for_chasing(date(2015, 4, 20)))
        by_key = {annual_return.pk: name for name, annual_return in names.items()}
        assert [by_key[row.pk] for row in rows] == [
            "never reached", "reached long ago", "reached lately", "not due", "answered",
        ]  # fmt: skip


class VisibilityTests(TestCase):
    def test_staff_see_contacts_reminders_and_calls_and_an_officer_sees_none_of_the_own_council_either(self):
        council = make_council()
        annual_return = make_return(council, make_year(2014))
        rows = [make_contact(council), make_reminder(annual_return), make_contact_made(annual_return)]
        for row in rows:
            seen = type(row).objects.visible_to
            for user in (make_analyst(), make_publisher()):
                assert list(seen(user)) == [row]
            assert not seen(make_user(councils=[council])).exists()
            assert not seen(make_user(staff=True, is_active=False)).exists()
