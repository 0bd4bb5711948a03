"""What a reminder says, to whom it goes, and which returns get none."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.core import mail
from django.test import TestCase, override_settings

from arrangements.returns.chasing.actions import draft_reminders
from arrangements.returns.chasing.models import Reminder
from arrangements.returns.chasing.tests.made import SITE, make_contact, make_reminder
from arrangements.returns.chasing.vocabulary import ReminderState
from arrangements.returns.models import AnnualReturn, Query
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.models import Succession
from councils.tests.builders import make_council
from sharedservices.common.tests.amount import MANY

LETTER = """\
To Willow Council

We don’t yet have the whole return of Willow Council for 2014/15, in which councils tell the Local Government Association \
what they share and what that saved. The last day for answers is 8 May 2015, in 18 days.

Without an answer (2 of 3):

- Joint museums ({museums})
- Waste & recycling ({waste})

For each, give the saving made in 2014/15: net, in whole pounds, by the whole arrangement, all partners together. Where \
there is no figure, say which it is: not calculated, not aimed at savings, too early to say, or withheld.

What we hold about you: https://register.example/my-council/willow/

Please reply to this letter with your answers, or tell us when we may expect them.

The Shared Services Register
Local Government Association
"""


@override_settings(REGISTER_TODAY=date(2015, 4, 20), ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}])
class DraftingTestCase(TestCase):
    """Willow, with a mailbox and a return for 2014/15 of three lines, one of them answered."""

    def setUp(self):
        self.year, self.council, self.analyst = make_year(2014), make_council("Willow Council"), make_analyst()
        self.annual_return = make_return(self.council, self.year, ReturnState.IN_PROGRESS)
        partner = make_council("Birch Council")
        self.ict, self.waste, self.museums = (
            make_arrangement(self.council, partner, name=name) for name in ("ICT together", "Waste & recycling", "Joint museums")
        )
        make_saving(self.ict, self.year)
        make_contact(self.council)

    def draft(self, *returns: AnnualReturn):
        return draft_reminders(returns=returns or [self.annual_return], user=self.analyst, site=SITE)

    def letter(self) -> str:
        self.draft()
        return Reminder.objects.get().body


class WordsTests(DraftingTestCase):
    def test_the_letter_names_council_year_closing_day_what_is_missing_line_by_line_and_the_page(self):
        self.draft()
        reminder = Reminder.objects.get()
        assert reminder.subject == "Shared services return for 2014/15, Willow Council: due by 8 May 2015"
        assert reminder.body == LETTER.format(museums=self.museums.reference, waste=self.waste.reference)
        assert reminder.recipients == ["returns@willow.example.org"]

    def test_it_is_held_by_whoever_drafted_it_and_nothing_is_sent(self):
        drafted = self.draft()
        reminder = Reminder.objects.get()
        assert drafted.reminders == [reminder]
        assert (reminder.state, reminder.drafted_by, reminder.approved_by) == (ReminderState.DRAFT, self.analyst, None)
        assert reminder.drafted_at.date() == date(2015, 4, 20)
        assert mail.outbox == []
        event = Reminder.pgh_event_model.objects.get()
        assert event.pgh_context.metadata == {"door": "admin", "user": self.analyst.pk, "reason": "Reminders drafted"}

    def test_on_the_closing_day_it_says_today_and_on_the_day_after_that_the_day_is_over(self):
        said = {
            date(2015, 5, 7): ("due by 8 May 2015", "The last day for answers is 8 May 2015, in 1 day."),
            date(2015, 5, 8): ("due today, 8 May 2015", "Today, 8 May 2015, is the last day for answers."),
            date(2015, 5, 9): ("was due on 8 May 2015", "The last day for answers was 8 May 2015, 1 day ago. Please answer now."),
            date(2015, 6, 8): ("was due on 8 May 2015", "The last day for answers was 8 May 2015, 31 days ago."),
        }
        for day, (subject, words) in said.items():
            with self.subTest(day=day), override_settings(REGISTER_TODAY=day):
                Reminder.objects.all().delete()
                self.draft()
                reminder = Reminder.objects.get()
                assert reminder.subject.endswith(subject)
                assert words in reminder.body

    def test_where_every_line_is_answered_it_asks_for_the_word_that_the_return_is_complete(self):
        make_saving(self.waste, self.year, outcome=Outcome.NOT_AIMED)
        make_saving(self.museums, self.year)
        letter = self.letter()
        assert "Every line has its answer. What is missing is your word that the return is complete." in letter
        assert "Without an answer" not in letter

    def test_an_answer_for_another_year_is_none_for_this(self):
        make_saving(self.waste, make_year(2013))
        assert f"- Waste & recycling ({self.waste.reference})" in self.letter()

    def test_a_council_without_lines_is_asked_whether_that_is_right(self):
        other = make_council("Lonely Council")
        make_contact(other)
        self.draft(make_return(other, self.year))
        letter = Reminder.objects.get().body
        assert "you answer for no arrangement that operated on 31 March 2015. Please tell us that this is right" in letter

    def test_a_queried_return_is_asked_the_questions_that_wait_and_no_settled_one(self):
        AnnualReturn.objects.filter(pk=self.annual_return.pk).update(
            state=ReturnState.QUERIED, submitted_by=self.analyst, submitted_at=datetime(2015, 4, 10, tzinfo=UTC)
        )
        raised = {"annual_return": self.annual_return, "raised_by": self.analyst, "raised_at": datetime(2015, 4, 16, tzinfo=UTC)}
        Query.objects.create(arrangement=self.ict, text="Is it for one year?", **raised)
        Query.objects.create(arrangement=self.ict, text="Is it net?", state="answered", **raised)
        for line in (self.waste, self.museums):
            make_saving(line, self.year)
        letter = self.letter()
        assert "Questions that wait for your answer:\n\n- ICT together: Is it for one year?\n\nWhat we hold" in letter
        assert "Is it net?" not in letter
        assert "your word that the return is complete" not in letter

    def test_words_that_mean_something_in_html_stand_as_they_are(self):
        self.council.name = "Willow & <Wold> Council"
        self.council.save()
        assert "To Willow & <Wold> Council\n" in self.letter()
        assert "Willow & <Wold> Council" in Reminder.objects.get().subject

    def test_after_the_councils_last_day_the_letter_goes_to_its_successors_and_says_so(self):
        self.council.ended_on = date(2015, 3, 31)
        self.council.save()
        for name in ("North Willow Council", "South Willow Council"):
            successor = make_council(name, started_on=date(2015, 4, 1))
            Succession.objects.create(predecessor=self.council, successor=successor)
            make_contact(successor)
        self.draft()
        reminder = Reminder.objects.get()
        assert reminder.recipients == ["returns@north-willow.example.org", "returns@south-willow.example.org"]
        assert reminder.body.startswith(
            "To North Willow Council and South Willow Council\n\n"
            "Willow Council ended on 31 March 2015. You took over from it, so its return is yours to answer; the return"
            " keeps its name.\n\nWe don’t yet have the whole return of Willow Council for 2014/15"
        )
        assert "https://register.example/my-council/\n" in reminder.body

    def test_an_arrangement_another_council_answers_for_is_not_asked_about(self):
        make_arrangement(make_council(), self.council, name="Theirs")
        make_arrangement(self.council, make_council(), name="Over", ended_on=date(2015, 3, 30), end_reason="purpose_met")
        letter = self.letter()
        assert "Theirs" not in letter
        assert "Over" not in letter


class LeftOutTests(DraftingTestCase):
    def test_who_has_answered_has_one_in_hand_or_has_no_contact_gets_none_and_is_named(self):
        answered, in_hand, unreachable = (make_return(make_council(), self.year) for _ in range(3))
        for each in (answered, in_hand):
            make_contact(each.council)
        AnnualReturn.objects.filter(pk=answered.pk).update(
            state=ReturnState.SUBMITTED, submitted_by=self.analyst, submitted_at=datetime(2015, 4, 10, tzinfo=UTC)
        )
        make_reminder(in_hand, ReminderState.FAILED)
        drafted = self.draft(self.annual_return, answered, in_hand, unreachable)
        assert [each.annual_return for each in drafted.reminders] == [self.annual_return]
        assert (drafted.answered, drafted.in_hand, drafted.without_contact) == ([answered], [in_hand], [unreachable])
        assert Reminder.objects.count() == 2

    def test_drafting_again_leaves_the_first_draft_as_it_is(self):
        self.draft()
        assert self.draft().in_hand == [self.annual_return]
        assert Reminder.objects.count() == 1

    def test_once_one_is_sent_or_cancelled_the_next_can_be_drafted(self):
        make_reminder(self.annual_return, ReminderState.SENT)
        make_reminder(self.annual_return, ReminderState.CANCELLED)
        assert len(self.draft().reminders) == 1

    def test_many_letters_take_no_more_queries_than_three(self):
        def drafted(count: int) -> list[AnnualReturn]:
            returns = []
            for _ in range(count):
                council = make_council()
                make_contact(council)
                make_arrangement(council, self.council)
                returns.append(make_return(council, self.year))
            return returns

        few, many = drafted(3), drafted(MANY)
        for returns in (few, many):
            with self.assertNumQueries(8):
                assert len(self.draft(*returns).reminders) == len(returns)
