"""The list of queries in the admin: whose they are, what they ask, and the way to their line."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.returns.models import Query
from arrangements.returns.querying import settle_query
from arrangements.returns.vocabulary import QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_year
from councils.tests.builders import make_council, make_user

LIST = "/admin/arrangements/query/"


@override_settings(REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False)
class QueryListTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.analyst, cls.colleague = make_analyst("analyst@example.org"), make_analyst("colleague@example.org")
        cls.bins = cls.make_line("Answerford Council", "Shared bins", 2014)
        cls.law = cls.make_line("Partnerley Council", "Shared law", 2013)
        cls.mine = cls.ask(cls.bins, "Is it for all partners?", assigned_to=cls.analyst)
        cls.free = cls.ask(cls.bins, "£410 is about a thousandth of last year’s", rule="thousand-fold")
        cls.theirs = cls.ask(cls.law, "Why so round?", rule="round-million", assigned_to=cls.colleague)
        cls.done = cls.ask(cls.law, "Settled long ago?", answer="It is the outturn")
        settle_query(question=cls.done, decision="Accepted as it is", user=cls.analyst)

    @classmethod
    def make_line(cls, council, name, year):
        line = make_arrangement(make_council(name=council), make_council(), name=name)
        answering = line.partnerships.get(answers=True).council
        return line, make_return(answering, make_year(year), ReturnState.QUERIED)

    @classmethod
    def ask(cls, line, text, **fields):
        arrangement, annual_return = line
        raised = {"raised_by": cls.analyst, "raised_at": "2015-04-16T09:00Z"}
        return Query.objects.create(annual_return=annual_return, arrangement=arrangement, text=text, **raised, **fields)

    def setUp(self):
        self.client.force_login(self.analyst)

    def found(self, **query):
        return list(self.client.get(LIST, query).context["cl"].result_list)

    def test_what_isnt_settled_is_listed_and_the_rest_on_request(self):
        assert self.found() == [self.mine, self.free, self.theirs]
        assert self.found(state="settled") == [self.done]
        assert self.found(state="all") == [self.mine, self.free, self.theirs, self.done]
        Query.objects.filter(pk=self.mine.pk).update(state=QueryState.ANSWERED)
        assert self.found(state="answered") == [self.mine]

    def test_mine_nobodys_and_a_colleagues(self):
        assert self.found(assigned="me") == [self.mine]
        assert self.found(assigned="nobody") == [self.free]
        assert self.found(assigned="others") == [self.theirs]

    def test_by_year_by_rule_and_those_that_an_analyst_asked(self):
        assert self.found(annual_return__year__id__exact=self.law[1].year_id) == [self.theirs]
        assert self.found(rule="thousand-fold") == [self.free]
        assert self.found(rule="asked") == [self.mine]
        self.assertContains(self.client.get(LIST), "Thousand fold")

    def test_found_by_council_arrangement_reference_and_words(self):
        for q, found in [
            ("answerford", [self.mine, self.free]),
            ("shared law", [self.theirs]),
            (self.bins[0].reference, [self.mine, self.free]),
            ("round", [self.theirs]),
        ]:
            assert self.found(q=q) == found, q

    def test_a_row_says_what_is_asked_of_whom_and_leads_to_the_line(self):
        response = self.client.get(LIST)
        for words in [
            f"{self.bins[0].reference} Shared bins",
            "Answerford, 2014/15",
            "Is it for all partners?",
            "16 April 2015",
        ]:
            self.assertContains(response, words)
        row = self.client.get(reverse("admin:arrangements_query_change", args=[self.mine.pk]))
        page = reverse("admin:arrangements_annualreturn_change", args=[self.bins[1].pk])
        self.assertRedirects(row, f"{page}#line-{self.bins[0].pk}", fetch_redirect_response=False)

    def test_nothing_is_added_or_deleted_here_and_nobody_else_looks(self):
        assert self.client.get(reverse("admin:arrangements_query_add")).status_code == 403
        assert self.client.get(reverse("admin:arrangements_query_delete", args=[self.mine.pk])).status_code == 403
        self.client.force_login(make_user(staff=True))
        for url in [LIST, reverse("admin:arrangements_query_change", args=[self.mine.pk])]:
            assert self.client.get(url).status_code == 403
        assert self.client.get(reverse("admin:arrangements_query_change", args=[999_999])).status_code == 404

    def test_as_many_queries_with_five_hundred_rows_as_with_ten(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.client.get(LIST, {"state": "all"}).status_code == 200
            return len(counted)

        for number in range(6):
            self.ask(self.bins, f"Question {number}", assigned_to=self.colleague)
        few = queries()
        for number in range(490):
            self.ask(self.make_line(f"Council {number}", f"Line {number}", 2014) if number < 40 else self.bins, "Another")
        assert queries() == few <= 12
