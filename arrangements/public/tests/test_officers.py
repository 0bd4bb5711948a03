"""An officer answers queries, previews what the public will see, and takes a board paper away; nobody else can."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from arrangements.public.officers import DOOR
from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.actions import accept
from arrangements.returns.models import Query, ReportedSaving
from arrangements.returns.querying import answer_query, assign_query, query, reopen_query, settle_query
from arrangements.returns.vocabulary import QueryState, ReturnState
from arrangements.tests.builders import (
    make_analyst,
    make_arrangement,
    make_release,
    make_return,
    make_saving,
    make_year,
)
from councils.models import Succession
from councils.tests.builders import make_council, make_user
from sharedservices.common.trail import events

ASKED = "Is that for the whole year?"
SAID = "Yes, from April to March, as the ledger has it."
TODAY = date(2015, 4, 20)


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@override_settings(REGISTER_TODAY=TODAY, REQUIRE_SECOND_FACTOR=False)
class OfficerTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.last_year, cls.year = make_year(2013), make_year(2014)
        cls.town, cls.other = make_council("Town"), make_council("Other")
        cls.bins = make_arrangement(cls.town, cls.other, name="Bins", source="Cabinet paper", contact="bins@town.example")
        make_saving(cls.bins, cls.year, 123_456)
        cls.asked = make_return(cls.town, cls.year, ReturnState.SUBMITTED)
        cls.analyst = make_analyst("analyst@example.org")
        cls.officer = make_user("officer@example.org", councils=[cls.town])

    def setUp(self):
        self.browser = browser_of(self.officer)

    def ask(self) -> Query:
        return query(annual_return=self.asked, arrangement=self.bins, text=ASKED, user=self.analyst)

    def address(self, question: Query) -> str:
        return reverse("my-council-query", args=[self.town.slug, question.pk])

    def send(self, question: Query, answer: str, version: int | None = None, browser: Client | None = None):
        sent = {"answer": answer, "version": version or question.version}
        return (browser or self.browser).post(self.address(question), sent)


class AnsweringTests(OfficerTestCase):
    def test_an_answer_is_with_the_analyst_at_once_and_says_by_which_door_it_came(self):
        question = self.ask()
        assert f'id="answer-{question.pk}"' in self.browser.get("/my-council/town/").content.decode()
        response = self.send(question, SAID)
        assert (response.status_code, response["Location"]) == (302, f"/my-council/town/#query-{question.pk}")
        page = self.browser.get("/my-council/town/").content.decode()
        assert "Your answer about Bins is with the LGA." in page
        assert SAID in page
        desk = browser_of(self.analyst).get(reverse("admin:arrangements_annualreturn_change", args=[self.asked.pk]))
        assert f"Answer: {SAID}" in desk.content.decode()
        last = events(Query).select_related("pgh_context").latest("pgh_id")
        assert (last.pgh_context.metadata["door"], last.pgh_context.metadata["user"]) == (DOOR, self.officer.pk)

    def test_an_answer_that_is_empty_short_or_long_is_refused_with_what_was_typed(self):
        question = self.ask()
        for answer, message in [
            ("", "Answer: it is empty. Say in 10 letters or more"),
            ("  ", "Answer: it is empty."),
            ("Yes <b>", "Answer: “Yes &lt;b&gt;” is too short. Say in 10 letters or more"),
            ("x" * 1_001, "Answer: it has 1,001 characters, and 1,000 is the most. Shorten it"),
        ]:
            response = self.send(question, answer)
            page = response.content.decode()
            assert response.status_code == 400
            assert message in page
            assert f"{answer.strip().replace('<b>', '&lt;b&gt;')}</textarea>" in page
        question.refresh_from_db()
        assert (question.state, question.answer) == (QueryState.OPEN, "")
        assert self.send(question, "x" * 1_000).status_code == 302

    def test_a_query_that_was_changed_meanwhile_is_shown_with_both_sides_and_then_answered(self):
        question = self.ask()
        read = question.version
        answer_query(question=question, answer="Told us by telephone", user=self.analyst)
        reopen_query(question=question, reason="That was another year", user=self.analyst)
        response = self.send(question, SAID, read)
        page = response.content.decode()
        assert response.status_code == 409
        assert "The query has changed since you opened it, and your answer isn’t stored yet." in page
        assert "Told us by telephone" in page
        assert "That was another year" in page
        assert f"{SAID}</textarea>" in page
        question.refresh_from_db()
        assert question.answer == "Told us by telephone"
        assert f'name="version" value="{question.version}"' in page
        assert self.send(question, SAID, question.version).status_code == 302
        question.refresh_from_db()
        assert question.answer == SAID

    def test_one_that_was_settled_meanwhile_takes_no_answer_and_the_words_aren_t_lost(self):
        question = self.ask()
        read = question.version
        settle_query(question=question, decision="Answered by telephone", user=self.analyst)
        page = self.send(question, SAID, read).content.decode()
        assert "The LGA has settled it and takes no more answers." in page
        assert f"{SAID}</textarea>" in page
        assert "Send the answer" not in page
        question.refresh_from_db()
        response = self.send(question, SAID, question.version)
        assert response.status_code == 409
        assert "Answer: the LGA settled this query on 20 April 2015" in response.content.decode()
        question.refresh_from_db()
        assert (question.state, question.answer) == (QueryState.SETTLED, "")

    def test_whose_it_is_at_the_lga_is_no_change_to_the_officer(self):
        question = self.ask()
        read = question.version
        assign_query(question=question, to=self.analyst, user=self.analyst)
        assert self.send(question, SAID, read).status_code == 302

    def test_an_answer_may_be_put_better_until_it_is_settled(self):
        question = self.ask()
        self.send(question, SAID)
        question.refresh_from_db()
        assert "Put the answer better" in self.browser.get("/my-council/town/").content.decode()
        assert SAID in self.browser.get(self.address(question)).content.decode()
        assert self.send(question, "All twelve months, and net.").status_code == 302

    def test_a_form_without_its_reading_or_with_an_odd_one_stores_nothing(self):
        question = self.ask()
        for version in ("", "0", "banana", "99999999999", "7"):
            response = self.browser.post(self.address(question), {"answer": SAID, "version": version})
            assert response.status_code in (400, 409), version
        assert self.browser.post(self.address(question), {"answer": "Long enough\x00", "version": 1}).status_code == 400
        question.refresh_from_db()
        assert question.answer == ""

    def test_the_officer_of_a_successor_answers_for_its_predecessor(self):
        after = make_council("After", started_on=date(2015, 4, 1))
        self.town.ended_on = date(2015, 3, 31)
        self.town.save()
        Succession.objects.create(predecessor=self.town, successor=after)
        question = self.ask()
        address = reverse("my-council-query", args=[after.slug, question.pk])
        browser = browser_of(make_user(councils=[after]))
        assert browser.post(address, {"answer": SAID, "version": question.version}).status_code == 302
        question.refresh_from_db()
        assert question.answer == SAID


def own_routes() -> list[URLPattern]:
    """Every address below one council."""
    patterns = [each for group in get_resolver().url_patterns for each in getattr(group, "url_patterns", [group])]
    return [each for each in patterns if str(each.pattern).startswith("my-council/<slug")]


class OthersTests(OfficerTestCase):
    """Generated: every address of an officer, as every other council's officer, as staff and as a stranger."""

    def test_every_address_of_a_council_is_404_to_everybody_else(self):
        question = self.ask()
        third = make_council("Third")
        of_one = make_user(councils=[self.other])  # shares the arrangement, and sees its answer on the own page
        of_two = make_user(councils=[third, self.other])
        browsers = {user: browser_of(user) for user in (of_one, of_two, make_user(), self.analyst)}
        routes = own_routes()
        assert len(routes) >= 6
        for route in routes:
            given = {"slug": self.town.slug, "key": question.pk}
            own = reverse(route.name, kwargs={name: given[name] for name in route.pattern.converters})
            assert self.browser.get(own).status_code == 200
            for user, browser in browsers.items():
                for council in (self.town, third) if user != of_two else (self.town,):
                    given["slug"] = council.slug
                    address = reverse(route.name, kwargs={name: given[name] for name in route.pattern.converters})
                    with self.subTest(address=address, user=user.email):
                        assert browser.get(address).status_code == 404
                        if route.name == "my-council-query":
                            sent = {"answer": SAID, "version": question.version}
                            assert browser.post(address, sent).status_code == 404
            assert Client().get(own)["Location"].startswith("/accounts/login/")
        question.refresh_from_db()
        assert question.answer == ""

    def test_a_query_of_another_council_isn_t_reached_by_way_of_one_s_own(self):
        question = self.ask()
        address = reverse("my-council-query", args=["other", question.pk])
        browser = browser_of(make_user(councils=[self.other]))
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"answer": SAID, "version": 1}).status_code == 404
        assert browser.get(reverse("my-council-query", args=["other", 10**18])).status_code == 404
        assert browser.get("/my-council/other/queries/" + "9" * 30 + "/").status_code == 404


class PreviewTests(OfficerTestCase):
    def rows(self, page: str) -> dict[str, list[str]]:
        """Cells of a table's rows by the reference in them, as text."""
        found = {}
        for row in page.split("<tr ")[1:]:
            text = [_text(cell) for cell in row.partition("</tr>")[0].split("</t")[:-1]]
            if len(text) > 2 and text[1].startswith("SSR-"):
                found[text[1]] = text[:5]
        return found

    def test_the_rows_are_those_that_a_release_then_has(self):
        make_arrangement(self.town, self.other, make_council("Third"), name="Silent")
        make_arrangement(self.other, self.town, name="Theirs")
        for state, amount in [("submitted", "Not returned"), ("accepted", "£123,456")]:
            if state == "accepted":
                accept(annual_return=self.asked, user=self.analyst)
            before = self.rows(self.browser.get("/my-council/town/preview/").content.decode())
            assert len(before) == 3
            assert before[self.bins.reference][4] == amount
        make_return(self.other, self.year, ReturnState.NOT_STARTED)
        release = make_release(self.year)
        with self.settings(REGISTER_TODAY=date(2015, 5, 21)):
            public = self.rows(Client().get(f"/releases/{release.slug}/arrangements/").content.decode())
        assert before == public

    def test_it_is_marked_and_stores_nothing(self):
        page = self.browser.get("/my-council/town/preview/").content.decode()
        assert "Preview, not public" in page
        assert "£123,456" in page, "the answer stands beside, marked as not public"
        assert ReportedSaving.objects.count() == 1
        assert self.bins.released.count() == 0


def _text(markup: str) -> str:
    """The text of a piece of a page, without tags and doubled spaces."""
    pieces, inside = [], False
    for letter in markup[markup.find(">") + 1 :]:
        inside = letter == "<" if letter in "<>" else inside
        pieces.append(letter if not inside and letter != ">" else "")
    return " ".join("".join(pieces).split())


class BoardPaperTests(OfficerTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        make_saving(cls.bins, cls.last_year, 77_000)
        make_return(cls.town, cls.last_year, ReturnState.ACCEPTED)
        cls.release = make_release(cls.last_year)

    def test_the_page_names_release_and_sources_and_nothing_that_is_not_public(self):
        page = self.browser.get("/my-council/town/board-paper/").content.decode()
        main = page.partition("<main")[2]
        assert "£77,000" in main
        assert "2013-14.r1" in main
        assert "Cabinet paper" in main
        for secret in ("123,456", "bins@town.example", "officer@example.org"):
            assert secret not in main

    def test_the_files_have_the_same_rows(self):
        response = self.browser.get("/my-council/town/board-paper.csv")
        assert response["Content-Disposition"] == 'attachment; filename="board-paper-town-2015-04-20.csv"'
        (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
        assert row["arrangement"] == "Bins"
        assert (row["saving_pounds"], row["release"], row["source"]) == ("77000", "2013-14.r1", "Cabinet paper")
        assert row["with"] == "Other"
        response = self.browser.get("/my-council/town/board-paper.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        header, values = list(book["partnerships"].values)
        assert dict(zip(header, values, strict=True))["saving_pounds"] == 77_000
        text = str([list(sheet.values) for sheet in book])
        assert "2013-14.r1" in text
        for secret in ("123,456", "123456", "bins@town.example", "officer@example.org"):
            assert secret not in text

    def test_a_predecessor_s_partnerships_stand_apart_and_are_not_counted(self):
        before = make_council("Before", ended_on=date(2014, 3, 31))
        Succession.objects.create(predecessor=before, successor=self.town)
        make_arrangement(before, self.other, name="Old law", ended_on=date(2014, 3, 31), end_reason="other")
        page = self.browser.get("/my-council/town/").content.decode()
        assert "1 partnership now, 1 of predecessors" in page
        assert "Partnerships of its predecessors" in page
        paper = self.browser.get("/my-council/town/board-paper/").content.decode()
        assert "takes part in 1 shared arrangement." in paper
        rows = list(csv.DictReader(io.StringIO(self.browser.get("/my-council/town/board-paper.csv").content.decode("utf-8-sig"))))
        assert [(row["council"], row["of_predecessor"]) for row in rows] == [("Town", "no"), ("Before", "yes")]


class QueryCountTests(OfficerTestCase):
    def test_eight_queries_for_everything_however_many_rows(self):
        self.ask()
        counts = {}
        for rows in (1, 300):
            made = Arrangement.objects.bulk_create(
                Arrangement(name=f"More {number}", main_service=self.bins.main_service, started_on=date(2012, 4, 1))
                for number in range(rows)
            )
            Partnership.objects.bulk_create(
                Partnership(arrangement=one, council=council, answers=council == self.town)
                for one in made
                for council in (self.town, self.other)
            )
            ReportedSaving.objects.bulk_create(
                ReportedSaving(arrangement=one, year=self.year, outcome="figure", amount=1) for one in made
            )
            Query.objects.bulk_create(
                Query(
                    annual_return=self.asked, arrangement=one, text=ASKED, raised_by=self.analyst, raised_at="2015-04-16T09:00Z"
                )
                for one in made[:40]
            )
            for route in own_routes():
                if "key" in route.pattern.converters:
                    continue
                address = reverse(route.name, args=["town"])
                with CaptureQueriesContext(connection) as captured:
                    assert self.browser.get(address).status_code == 200
                counts.setdefault(address, []).append(len(captured))
        assert counts.pop("/my-council/town/preview/")[1] <= 12
        assert {address: count for address, count in counts.items() if count[0] != count[1] or count[1] > 8} == {}


@pytest.mark.django_db
def test_the_list_of_councils_says_where_each_return_stands(settings):
    settings.REGISTER_TODAY, settings.REQUIRE_SECOND_FACTOR = TODAY, False
    year, towns = make_year(2014), [make_council("First"), make_council("Second")]
    make_arrangement(*towns)
    make_return(towns[0], year, ReturnState.IN_PROGRESS)
    page = browser_of(make_user(councils=towns)).get("/my-council/").content.decode()
    assert "In progress, 0 of 1 lines answered" in page
    assert "Nothing is asked" in page
