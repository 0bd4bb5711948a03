"""The desk: what its cards say, what comes next, who sees what, and how few queries it takes."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib.auth.models import Permission
from django.test import TestCase, override_settings
from django.urls import reverse

from arrangements.desk.cards import cards
from arrangements.desk.next_step import next_step
from arrangements.desk.standing import Standing
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.gate_facts import is_held_up
from arrangements.releases.gates import gates_of
from arrangements.releases.vocabulary import GateName
from arrangements.returns.chasing.models import Reminder
from arrangements.returns.followup.actions import flag
from arrangements.returns.followup.models import Flag
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.models import AnnualReturn, FinancialYear, Query
from arrangements.returns.vocabulary import QueryState, ReturnState
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_publisher,
    make_return,
    make_saving,
    make_year,
    waive_all,
)
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.counting import AtMost
from sharedservices.common.today import now
from sharedservices.tests.house import client_of

TODAY = date(2015, 4, 20)
ADMIN = "/admin/arrangements/annualreturn/"


def ask(annual_return, arrangement, state=QueryState.OPEN, day=1):
    """A question about the line, answered if its state says so."""
    answered = datetime(2015, 4, day, tzinfo=UTC) if state == QueryState.ANSWERED else None
    return Query.objects.create(
        annual_return=annual_return, arrangement=arrangement, state=state, text="Is it right?", answered_at=answered,
        answer="Yes." if answered else "", raised_by=make_analyst(), raised_at=datetime(2015, 4, day, tzinfo=UTC),
    )  # fmt: skip


@override_settings(REGISTER_TODAY=TODAY)
class CardTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2014)
        names = ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Oak"]
        cls.councils = [make_council(f"{name} Council") for name in names]
        states = ["accepted", "submitted", "submitted", "submitted", "submitted", "queried", "in_progress", "not_started"]
        cls.returns = [make_return(council, cls.year, state) for council, state in zip(cls.councils, states, strict=True)]
        cls.lines = [make_arrangement(council, make_council(), name=f"Line of {council}") for council in cls.councils]
        for line in cls.lines[:2]:
            make_saving(line, cls.year)
        cls.analyst = make_analyst()

    def card(self, title, user=None):
        return {each.title: each for each in cards(Standing(user or self.analyst))}.get(title)

    def test_progress_counts_returns_by_state_lines_and_days(self):
        card = self.card("Collection of 2014/15")
        assert card.sentence == "Closes on 8 May 2015, in 18 days. 2 of 8 lines are answered (25 per cent)."
        assert [(part.name, part.count) for part in card.bar] == [
            ("Accepted", 1), ("Queried", 1), ("Submitted", 4), ("In progress", 1), ("Not started", 1)
        ]  # fmt: skip
        assert [part.width for part in card.bar] == [12.5, 12.5, 50, 12.5, 12.5]
        assert [part.start for part in card.bar] == [0, 12.5, 25, 75, 87.5]
        assert card.bar[2].url == f"{ADMIN}?year__id__exact={self.year.pk}&state__exact=submitted"
        assert card.count == 8

    def test_days_are_said_on_both_sides_of_the_last_one(self):
        for day, words in [
            (date(2015, 5, 7), "Closes on 8 May 2015, in 1 day."),
            (date(2015, 5, 8), "Closes today, 8 May 2015."),
            (date(2015, 5, 9), "Closed on 8 May 2015, 1 day ago."),
            (date(2015, 5, 20), "Closed on 8 May 2015, 12 days ago."),
        ]:
            with self.subTest(day), override_settings(REGISTER_TODAY=day):
                assert self.card("Collection of 2014/15").sentence.startswith(words)

    def test_lines_are_those_of_the_returns_as_their_own_pages_count_them(self):
        make_arrangement(make_council(), make_council(), name="Of a council that wasn’t asked")
        make_arrangement(self.councils[0], make_council(), name="Ended", ended_on=date(2015, 3, 30), end_reason="expired")
        counted = [each.lines().count() for each in self.returns]
        assert Standing(self.analyst).lines == {"lines": sum(counted), "answered": 2}

    def test_submitted_returns_wait_the_oldest_first_three_of_them_named(self):
        self.returns[4].submitted_at = datetime(2015, 4, 2, tzinfo=UTC)
        self.returns[4].save()
        card = self.card("Returns to check")
        assert card.sentence == "4 submitted returns wait for an analyst."
        assert [(link.text, link.more) for link in card.links] == [
            ("Fir", "submitted 2 April"), ("Birch", "submitted 1 May"), ("Cedar", "submitted 1 May"), ("All 4", ""),
        ]  # fmt: skip
        assert card.links[0].url == f"{ADMIN}{self.returns[4].pk}/change/"

    def test_queries_wait_for_whom_they_wait(self):
        queried = self.returns[5]
        assert self.card("Answers to judge").sentence == "No answered queries wait for an analyst."
        ask(queried, self.lines[5])
        ask(queried, self.lines[5], QueryState.ANSWERED)
        assert self.card("Answers to judge").sentence == "1 answered query waits for an analyst."
        assert self.card("Questions with councils").sentence == "1 question waits for its council."
        (link,) = self.card("Answers to judge").links
        assert (link.text, link.more) == ("Hazel", "Line of Hazel Council")
        for _ in range(4):
            ask(queried, self.lines[5])
        assert self.card("Questions with councils").sentence == "5 questions wait for their councils."
        assert self.card("Questions with councils").links[-1].text == "All 5"

    def test_letters_held_and_open_flags_of_the_year_are_counted(self):
        assert self.card("Chasing").sentence == "2 councils owe an answer. No letters wait for approval."
        assert self.card("Follow-up").sentence == "No flags are open."
        moment, letter = datetime(2015, 4, 2, tzinfo=UTC), {"subject": "Due", "body": "Due.", "recipients": ["a@example.org"]}
        Reminder.objects.create(annual_return=self.returns[7], drafted_by=self.analyst, drafted_at=moment, **letter)
        for asked in (self.returns[6], self.returns[7], make_return(self.councils[0], make_year(2013))):
            flagged = {"text": "To look at", "raised_by": self.analyst, "raised_at": moment}
            Flag.objects.create(annual_return=asked, assigned_to=self.analyst if asked == self.returns[6] else None, **flagged)
        assert self.card("Chasing").sentence == "2 councils owe an answer. 1 letter waits for approval."
        assert self.card("Follow-up").sentence == "2 flags are open. They hold up the release; 1 of them yours."

    def test_the_last_import_is_named_with_what_it_did(self):
        assert self.card("Imports").sentence == "Nothing has been imported yet."
        counted = {"rows": 9, "new": 3, "changed": 4, "left_out": 0, "sha256": "0" * 64}
        for day, name in [(2, "first.xlsx"), (3, "second.xlsx")]:
            ReturnImport.objects.create(
                year=self.year,
                file_name=name,
                imported_by=self.analyst,
                imported_at=datetime(2015, 4, day, tzinfo=UTC),
                **counted,
            )
        said = f"Last: second.xlsx for 2014/15, by {self.analyst} on 3 April 2015: 3 new answers and 4 changed."
        assert self.card("Imports").sentence == said
        assert [link.text for link in self.card("Imports").links] == [
            "See the last import",
            "Import a file",
            "Workbook of 2014/15",
        ]

    def test_another_year_s_returns_are_not_counted(self):
        earlier = make_year(2013)
        make_return(self.councils[0], earlier, ReturnState.SUBMITTED)
        assert self.card("Collection of 2014/15").count == 8

    def test_releases_are_shown_to_those_who_approve(self):
        publisher, other = make_publisher(), make_publisher()
        assert self.card("Releases", publisher) is None
        waive_all(self.year, publisher)
        release = prepare(year=self.year, user=publisher)
        assert self.card("Releases") is None, "an analyst approves nothing"
        card = self.card("Releases", other)
        assert card.sentence == "1 release waits for your approval."
        assert (card.links[0].text, card.links[0].more) == ("2014/15, revision 1", f"prepared by {publisher}")
        assert self.card("Releases", publisher).sentence == "No release waits for your approval."
        assert self.card("Releases", publisher).links[0].more == "prepared by you; another person approves it"
        approve(release=release, digest=release.digest, user=other)
        assert self.card("Releases", other).links[0].more == "approved; its moment isn’t set"
        publish(release=release, at=datetime(2015, 6, 1, 8, 30, tzinfo=UTC), user=other)
        assert self.card("Releases", other).links[0].more == "public from 1 June 2015"
        with override_settings(REGISTER_TODAY=date(2015, 6, 2)):
            assert self.card("Releases", other) is None

    def test_nobody_sees_numbers_that_they_may_not_see(self):
        assert cards(Standing(make_user(staff=True))) == []
        sees_years = make_user(staff=True)
        sees_years.user_permissions.add(Permission.objects.get(codename="view_financialyear"))
        assert cards(Standing(sees_years)) == []
        sees_returns = make_user(staff=True)
        sees_returns.user_permissions.add(*Permission.objects.filter(codename__in=["view_financialyear", "view_annualreturn"]))
        titles = [card.title for card in cards(Standing(sees_returns))]
        assert titles == ["Collection of 2014/15", "Returns to check"]


@override_settings(REGISTER_TODAY=TODAY)
class NextStepTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.council, cls.other = make_council("Ash Council"), make_council("Birch Council")
        cls.line = make_arrangement(cls.council, cls.other, name="Line")
        cls.analyst, cls.publisher = make_analyst(), make_publisher()

    def step(self, user=None):
        return next_step(Standing(user or self.analyst))

    def test_the_year_that_ended_last_is_added_planned_and_opened(self):
        step = self.step()
        assert (step.sentence, step.link) == (
            "The register doesn’t hold 2014/15, which is over.",
            "Add the year and plan its collection",
        )
        assert step.url == "/admin/arrangements/financialyear/add/"
        year = make_year(2014, opens_on=None, closes_on=None)
        assert self.step().sentence == "2014/15 is over, and no collection of it is planned."
        assert self.step().url == f"/admin/arrangements/financialyear/{year.pk}/change/"
        FinancialYear.objects.update(opens_on=date(2015, 5, 1), closes_on=date(2015, 6, 1))
        assert self.step().sentence == "Nothing waits for you. The collection of 2014/15 opens on 1 May 2015."
        FinancialYear.objects.update(opens_on=TODAY)
        assert self.step().sentence == "The collection of 2014/15 could open on 20 April 2015, and no council has been asked."
        assert self.step().url == "/admin/arrangements/financialyear/"

    def test_31_march_is_still_within_the_year_and_1_april_after_it(self):
        for day, year in [(date(2015, 3, 31), "2013/14"), (date(2015, 4, 1), "2014/15"), (date(2015, 12, 31), "2014/15")]:
            with self.subTest(day), override_settings(REGISTER_TODAY=day):
                assert f"doesn’t hold {year}," in self.step().sentence

    def test_answers_are_judged_before_returns_are_checked_and_these_before_anybody_is_chased(self):
        year = make_year(2014)
        late = make_return(make_council("Cedar Council"), year)
        with override_settings(REGISTER_TODAY=date(2015, 5, 9)):
            assert self.step().sentence == "The collection of 2014/15 has closed, and 1 council has not submitted a return."
            assert self.step().url == reverse("admin:chasing")
        assert self.step().sentence.startswith("Nothing waits for you. 1 return is with the councils; the collection of 2014/15")
        submitted = make_return(self.other, year, ReturnState.SUBMITTED)
        with override_settings(REGISTER_TODAY=date(2015, 5, 9)):
            assert self.step().sentence == "Birch submitted its return on 1 May 2015."
            assert self.step().url == reverse("admin:arrangements_annualreturn_change", args=[submitted.pk])
            queried = make_return(self.council, year, ReturnState.QUERIED)
            ask(queried, self.line)
            assert self.step().link == "Check it", "a question that waits for the council is not the analyst’s"
            ask(queried, self.line, QueryState.ANSWERED)
            assert self.step().sentence == "Ash has answered the question about Line."
            assert self.step().link == "Judge the answer"
        assert late.state == ReturnState.NOT_STARTED

    def test_once_all_is_accepted_the_release_is_prepared_approved_by_another_and_published(self):
        year = make_year(2014)
        make_saving(self.line, year)
        accept_all(year)
        count = year.returns.count()
        assert self.step().sentence == f"All {count} returns of 2014/15 are accepted."
        assert self.step().url == "/admin/arrangements/release/add/?year=2014-15"
        release = prepare(year=year, user=self.analyst)
        page = reverse("admin:arrangements_release_change", args=[release.pk])
        assert self.step().sentence == "Nothing waits for you."
        assert self.step(self.publisher).sentence == f"2014/15, revision 1 is prepared by {self.analyst}."
        assert (self.step(self.publisher).link, self.step(self.publisher).url) == ("Read and approve it", page)
        approve(release=release, digest=release.digest, user=self.publisher)
        assert self.step(self.publisher).sentence == "2014/15, revision 1 is approved."
        assert self.step(self.publisher).link == "Set its moment of publication"
        assert self.step().sentence == "Nothing waits for you."
        publish(release=release, at=now(), user=self.publisher)
        assert self.step(self.publisher).sentence == "Nothing waits for you."

    def test_what_is_waived_holds_up_nothing_and_what_opens_later_does(self):
        year = make_year(2014)
        make_saving(self.line, year)
        accept_all(year)
        silent = make_return(make_council("Cedar Council"), year)
        with override_settings(REGISTER_TODAY=date(2015, 5, 9)):
            assert self.step().link == "See who is late"
            waive_all(year, self.analyst)
            assert self.step().sentence == "2 of 3 returns of 2014/15 are accepted, and the others are waived."
            assert self.step().url == "/admin/arrangements/release/add/?year=2014-15"
            client = client_of(self.analyst)
            client.get("/admin/")
            with self.assertNumQueries(AtMost(12)):
                client.get("/admin/")
            AnnualReturn.objects.filter(pk=silent.pk).update(state=ReturnState.IN_PROGRESS)
            assert self.step().link == "See who is late", "the waiver was of a return that nobody had begun"

    def test_what_holds_up_a_release_is_what_its_gates_say(self):
        year = make_year(2014)
        make_saving(self.line, year)
        accept_all(year)
        others = [make_return(make_council(), year, state) for state in (ReturnState.SUBMITTED, ReturnState.QUERIED)]
        people = {GateName.RETURNS, GateName.ACCEPTING, GateName.QUERIES, GateName.FLAGS}

        def held_up():
            found = is_held_up(year)
            assert found == any(gate.is_open for gate in gates_of(year, None) if gate.name in people)
            return found

        assert held_up()
        waive_all(year, self.analyst)
        assert not held_up()
        query = ask(others[1], self.line)
        assert held_up(), "a query stands for its return"
        waive_all(year, self.analyst)
        assert not held_up()
        answered = {"state": QueryState.ANSWERED, "answer": "Yes.", "answered_at": datetime(2015, 4, 2, tzinfo=UTC)}
        Query.objects.filter(pk=query.pk).update(**answered)
        assert held_up()
        waive_all(year, self.analyst)
        flag(annual_return=others[0], text="Look at this again.", user=self.analyst)
        assert held_up()

    def test_an_open_flag_holds_up_what_is_accepted(self):
        year = make_year(2014)
        make_saving(self.line, year)
        accept_all(year)
        flag(annual_return=year.returns.latest("pk"), text="Look at this again.", user=self.analyst)
        assert self.step().sentence == "All 2 returns of 2014/15 are accepted, and its release is still held up."
        assert self.step().link == "See by what"

    def test_whoever_prepared_it_is_not_asked_to_approve_it(self):
        year = make_year(2014)
        make_saving(self.line, year)
        accept_all(year)
        prepare(year=year, user=self.publisher)
        assert self.step(self.publisher).sentence == "Nothing waits for you."

    def test_a_step_that_a_person_may_not_do_is_passed_over(self):
        year = make_year(2014)
        make_return(self.other, year, ReturnState.SUBMITTED)
        assert self.step(make_user(staff=True)) is None
        reader = make_user(staff=True)
        reader.user_permissions.add(*Permission.objects.filter(codename__in=["view_financialyear", "view_annualreturn"]))
        assert self.step(reader).link == "See the years"


@override_settings(REGISTER_TODAY=TODAY)
class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2014)
        cls.analyst = make_analyst()

    def furnish(self, count):
        for number in range(count):
            council = make_council(f"Town {number} of {count} Council")
            line = make_arrangement(council, make_council(), name=f"Line {number} of {count}")
            asked = make_return(council, self.year, ReturnState.QUERIED if number % 2 else ReturnState.SUBMITTED)
            if number % 2:
                ask(asked, line, QueryState.ANSWERED if number % 4 == 1 else QueryState.OPEN)

    def queries_for(self, user):
        client = client_of(user)
        client.get("/admin/")
        with self.assertNumQueries(AtMost(12)):
            page = client.get("/admin/")
        return page.content.decode()

    def test_twelve_queries_at_most_however_much_there_is_and_for_whomever(self):
        publisher = make_publisher()
        people = [self.analyst, publisher, make_user(staff=True), make_user(staff=True, is_superuser=True)]
        for count in (2, 40):
            self.furnish(count)
            for user in people:
                self.queries_for(user)

    def test_the_page_shows_step_cards_and_lists_by_their_work(self):
        self.furnish(4)
        page = self.queries_for(self.analyst)
        for words in ["<title>The desk", "Judge the answer", "Collection of 2014/15", "Returns to check", "Everything else"]:
            assert words in page
        for group in ["Collecting", "The register", "Publishing", "Councils"]:
            assert f"<caption>{group}</caption>" in page
        assert "My actions" not in page

    def test_who_may_see_nothing_is_told_whom_to_ask(self):
        page = self.queries_for(make_user(staff=True))
        assert "Ask an administrator of the register" in page
        assert "desk-card" not in page

    def test_an_app_s_own_page_lists_all_its_models(self):
        page = client_of(self.analyst).get("/admin/arrangements/").content.decode()
        assert "Annual returns" in page
        assert "Service categories" in page
