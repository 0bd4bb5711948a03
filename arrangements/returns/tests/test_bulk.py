"""Many answers, returns and queries changed at once: by the same checks, all or none or those that pass, stale ones told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import Role
from arrangements.returns.bulk import OutcomeForm
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.querying import check_return, query
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_service, make_year
from councils.models import Council
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.admin_forms import words

REASON = "The councils have written to us"
WHY = "Set up for resilience, as the agreement says"


@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class BulkTestCase(TestCase):
    """The year 2014/15 is open. Each council leads and answers for its own arrangements."""

    of = ""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.before = make_year(2014), make_year(2013)
        cls.partner = make_council("Partnerley Council")
        cls.analyst = make_analyst("analyst@example.org")

    def setUp(self):
        self.client.force_login(self.analyst)
        self.list = reverse(f"admin:arrangements_{self.of}_changelist")

    def lines(self, council: Council, count: int, amount: int = 100_000, last: int | None = None) -> list[ReportedSaving]:
        """So many answered lines of the council's, and last year's answers."""
        made = Arrangement.objects.bulk_create(
            Arrangement(
                name=f"{council.short_name} {number:03}",
                main_service=make_service(f"service-{number}"),  # else each would be taken for the others' twin
                started_on=date(2010, 4, 1),
            )
            for number in range(count)
        )
        for party, role in ((council, Role.LEAD), (self.partner, Role.PARTNER)):
            Partnership.objects.bulk_create(
                Partnership(arrangement=each, council=party, role=role, answers=role == Role.LEAD) for each in made
            )
        for year, figure in ((self.before, last), (self.year, amount)):
            if figure is not None:
                ReportedSaving.objects.bulk_create(
                    ReportedSaving(arrangement=each, year=year, outcome="figure", amount=figure + number, note="Council return")
                    for number, each in enumerate(made)
                )
        return list(ReportedSaving.objects.filter(year=self.year, arrangement__in=made).order_by("pk"))

    def tick(self, deed: str, rows: Any, **more: Any) -> Any:
        model = type(next(iter(rows)))
        standing = dict(model.objects.values_list("pk", "version"))
        listed = ",".join(f"{row.pk}:{standing[row.pk]}" for row in rows)
        ticked = {"action": f"bulk-{deed}", "_selected_action": [row.pk for row in rows], "index": "0", "as_listed": listed}
        return self.client.post(f"{self.list}?year=all" if self.of != "annualreturn" else self.list, {**ticked, **more})

    def send(self, page: Any, **given: Any) -> Any:
        carried = {name: page.context[name] for name in ("rows", "back", "stale")}
        return self.client.post(page.context["address"], {**carried, "if_some_fail": "none", "apply": "on", **given})

    def refused(self, response: Any) -> list[tuple[str, str]]:
        return [(label, fault.rule) for label, _, faults in response.context["refused"] for fault in faults]

    def counted(self, deed: str, rows: Any, **given: Any) -> list[int]:
        """How many queries the page takes, a look ahead, and the change."""
        with CaptureQueriesContext(connection) as opened:
            page = self.tick(deed, rows)
        with CaptureQueriesContext(connection) as looked:
            self.send(page, **given, look="on")
        with CaptureQueriesContext(connection) as changed:
            response = self.send(page, **given)
            assert response.status_code == 302, words(response)
        return [len([each for each in captured if "SAVEPOINT" not in each["sql"]]) for captured in (opened, looked, changed)]


class AnswersTests(BulkTestCase):
    of = "reportedsaving"

    def setUp(self):
        super().setUp()
        self.council = make_council("Answerford Council")
        self.annual_return = make_return(self.council, self.year)

    def test_the_outcome_of_many_is_set_with_its_reason_through_the_core(self):
        rows = self.lines(self.council, 3)
        response = self.send(self.tick("set-outcome", rows), outcome="not_aimed", note=WHY, reason=REASON)
        assert response.status_code == 302
        stored = ReportedSaving.objects.filter(pk__in=[row.pk for row in rows])
        assert {(row.outcome, row.amount, row.note) for row in stored} == {("not_aimed", None, WHY)}
        self.annual_return.refresh_from_db()
        assert self.annual_return.state == ReturnState.IN_PROGRESS
        event = ReportedSaving.pgh_event_model.objects.filter(pgh_obj=rows[0].pk).latest("pgh_id")
        assert event.pgh_context.metadata["reason"] == REASON
        assert event.pgh_context.metadata["door"] == "bulk change"

    def test_the_rules_of_one_answer_hold_for_each_row(self):
        rows = self.lines(self.council, 2)
        closed = make_council("Closedford Council")
        make_return(closed, self.year, ReturnState.ACCEPTED)
        shut = self.lines(closed, 1)
        response = self.send(self.tick("set-outcome", [*rows, *shut]), outcome="withheld", note=WHY, reason=REASON)
        assert self.refused(response) == [(str(shut[0]), "return-not-open")]
        assert "The return of Closedford Council for 2014/15 is accepted." in words(response)
        assert not ReportedSaving.objects.filter(outcome="withheld").exists()
        page = self.tick("set-outcome", [*rows, *shut])
        some = self.send(page, outcome="withheld", note=WHY, reason=REASON, if_some_fail="passing")
        assert some.context["result"].changed == 2
        assert ReportedSaving.objects.get(pk=shut[0].pk).outcome == "figure"

    def test_amounts_given_in_thousands_are_put_right(self):
        rows = self.lines(self.council, 3, amount=410, last=400_000)
        assert self.send(self.tick("times-a-thousand", rows), times="multiply", reason=REASON).status_code == 302
        amounts = ReportedSaving.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list("amount", flat=True)
        assert list(amounts) == [410_000, 411_000, 412_000]

    def test_a_row_without_amount_and_one_that_is_no_round_number_are_named(self):
        rows = self.lines(self.council, 3, amount=400_000)
        ReportedSaving.objects.filter(pk=rows[1].pk).update(outcome="withheld", amount=None)
        response = self.send(self.tick("times-a-thousand", rows), times="divide", reason=REASON)
        rules = [(str(row), "of-its-kind") for row in ReportedSaving.objects.filter(pk__in=[rows[1].pk, rows[2].pk])]
        assert sorted(self.refused(response)[-2:]) == sorted(rules)
        assert "£400,002 is no whole number of thousands." in words(response)

    def test_a_doubt_is_reported_or_answered_by_one_reason_for_all_and_becomes_a_query(self):
        rows = self.lines(self.council, 2, amount=410_000, last=400_000)
        page = self.tick("times-a-thousand", rows)
        response = self.send(page, times="multiply", reason=REASON)
        assert self.refused(response) == [(str(row), "thousand-fold") for row in rows]
        assert ReportedSaving.objects.filter(amount__gt=1_000_000).count() == 0
        assert self.send(page, times="multiply", reason=REASON, doubts_answered="A new contract began").status_code == 302
        assert ReportedSaving.objects.filter(amount__gt=1_000_000).count() == 2
        queries = Query.objects.filter(rule="thousand-fold", annual_return=self.annual_return)
        assert {(one.state, one.answer) for one in queries} == {(QueryState.ANSWERED, "A new contract began")}
        assert queries.count() == 2

    def test_an_answer_that_changed_since_it_was_ticked_is_told_and_kept(self):
        rows = self.lines(self.council, 2)
        page = self.tick("set-outcome", rows)
        ReportedSaving.objects.filter(pk=rows[0].pk).update(amount=5)
        response = self.send(page, outcome="withheld", note=WHY, reason=REASON, if_some_fail="passing")
        assert [rule for _, rule in self.refused(response)] == ["changed-meanwhile"]
        assert "amount in pounds “100000” → “5”" in words(response)
        assert ReportedSaving.objects.get(pk=rows[0].pk).amount == 5
        assert ReportedSaving.objects.get(pk=rows[1].pk).outcome == "withheld"

    def test_answers_of_two_years_are_changed_together(self):
        rows = self.lines(self.council, 1, last=90_000)
        earlier = ReportedSaving.objects.get(year=self.before)
        make_return(self.council, self.before)
        page = self.tick("set-outcome", [*rows, earlier])
        assert self.send(page, outcome="not_calculated", note=WHY, reason=REASON, doubts_answered=WHY).status_code == 302
        assert ReportedSaving.objects.filter(outcome="not_calculated").count() == 2

    def test_its_queries_do_not_grow(self):
        given = {"outcome": "not_aimed", "note": WHY, "reason": REASON}
        few = self.counted("set-outcome", self.lines(self.council, 10, last=90_000), **given)
        other = make_council("Otherford Council")
        make_return(other, self.year)
        assert self.counted("set-outcome", self.lines(other, 300, last=90_000), **given) == few
        assert few[0] <= 12, few

    def test_the_list_shows_the_latest_year_and_is_narrowed(self):
        rows = self.lines(self.council, 2, last=90_000)
        self.assertContains(self.client.get(self.list), '<td class="field-pounds">£100,000</td>', count=1)

        def shown(**query: str) -> list[int]:
            return [row.pk for row in self.client.get(self.list, query).context["cl"].result_list]

        assert sorted(shown()) == [row.pk for row in rows]
        assert len(shown(year="2013-14")) == 2
        assert len(shown(year="all")) == 4
        assert len(shown(q="Answerford 001")) == 1
        assert len(shown(region=self.council.region.slug)) == 2
        assert shown(region="nowhere") == []
        assert shown(outcome__exact="withheld") == []

    def test_the_list_takes_no_more_queries_as_it_grows(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                assert self.client.get(self.list).status_code == 200
            return len(counted)

        self.lines(self.council, 10)
        few = queries()
        other = make_council("Otherford Council")
        self.lines(other, 300)
        assert queries() == few <= 12

    def test_a_row_leads_to_its_line_on_the_return(self):
        row = self.lines(self.council, 1)[0]
        response = self.client.get(reverse("admin:arrangements_reportedsaving_change", args=[row.pk]))
        page = reverse("admin:arrangements_annualreturn_change", args=[self.annual_return.pk])
        assert response["Location"] == f"{page}#line-{row.arrangement_id}"
        nobody = make_saving(make_arrangement(), self.year)
        Partnership.objects.filter(arrangement=nobody.arrangement).update(answers=False)
        assert self.client.get(reverse("admin:arrangements_reportedsaving_change", args=[nobody.pk])).status_code == 404

    def test_nobody_but_staff_with_the_right_gets_there(self):
        row = self.lines(self.council, 1)[0]
        for user, expected in [(make_user(councils=[self.council]), 302), (make_user(staff=True), 403)]:
            self.client.force_login(user)
            assert self.client.get(self.list).status_code == expected
            address = reverse("admin:arrangements_reportedsaving_bulk", args=["set-outcome"])
            assert self.client.post(address, {"rows": f"{row.pk}:1"}).status_code == expected
            assert self.client.get(reverse("admin:arrangements_reportedsaving_change", args=[row.pk])).status_code == expected


class ReturnsTests(BulkTestCase):
    of = "annualreturn"

    def make(self, *states: str) -> list[AnnualReturn]:
        return [make_return(make_council(), self.year, state) for state in states]

    def test_those_that_may_be_accepted_are_and_the_others_are_named(self):
        returns = self.make(ReturnState.SUBMITTED, ReturnState.IN_PROGRESS, ReturnState.SUBMITTED, ReturnState.ACCEPTED)
        asked = returns[2]
        line = make_arrangement(asked.council, self.partner)
        query(annual_return=asked, arrangement=line, text="Is this the outturn?", user=self.analyst)
        response = self.send(self.tick("accept", returns), if_some_fail="passing")
        assert "1 return accepted" in words(response)
        assert [label for label, _ in self.refused(response)] == [str(each) for each in (returns[1], asked, returns[3])]
        assert "It has queries that aren't settled (1)." in words(response)
        assert "is in progress and can't be accepted" in words(response)
        accepted = AnnualReturn.objects.get(pk=returns[0].pk)
        assert (accepted.state, accepted.accepted_by) == (ReturnState.ACCEPTED, self.analyst)
        assert AnnualReturn.objects.accepted().count() == 2

    def test_a_return_reopened_meanwhile_is_not_accepted(self):
        returns = self.make(ReturnState.SUBMITTED, ReturnState.SUBMITTED)
        page = self.tick("accept", returns)
        AnnualReturn.objects.filter(pk=returns[0].pk).update(state=ReturnState.IN_PROGRESS)
        response = self.send(page)
        assert [rule for _, rule in self.refused(response)] == ["changed-meanwhile"]
        assert not AnnualReturn.objects.accepted().exists()

    def test_the_checks_run_over_many_raise_what_they_raise_over_each(self):
        councils = [make_council() for _ in range(4)]
        for council in councils:
            self.lines(council, 2, amount=900_000, last=100_000)
        alone, *together = [make_return(council, self.year, ReturnState.SUBMITTED) for council in councils]
        response = self.send(self.tick("check", together))
        assert response.status_code == 302
        raised = check_return(annual_return=alone, user=self.analyst)
        assert raised == 2
        by_return = [sorted(each.queries.values_list("rule", flat=True)) for each in (alone, *together)]
        assert by_return == [by_return[0]] * 4
        assert set(AnnualReturn.objects.values_list("state", flat=True)) == {ReturnState.QUERIED}
        assert Query.objects.count() == 8
        self.send(self.tick("check", together))
        assert Query.objects.count() == 8

    def test_the_queries_of_many_are_assigned_to_staff_and_to_nobody_else(self):
        councils = [make_council() for _ in range(2)]
        for council in councils:
            self.lines(council, 1, amount=900_000, last=100_000)
        returns = [make_return(council, self.year, ReturnState.SUBMITTED) for council in councils]
        self.send(self.tick("check", returns))
        settled = Query.objects.earliest("pk")
        Query.objects.filter(pk=settled.pk).update(state="settled", settled_by=self.analyst, settled_at="2015-04-20T09:00Z")
        colleague = make_analyst("colleague@example.org")
        assert self.send(self.tick("assign", returns), to=colleague.pk).status_code == 302
        assert list(Query.objects.filter(assigned_to=colleague).values_list("state", flat=True)) == [QueryState.OPEN]
        officer = make_user(councils=councils)
        assert "Select a valid choice." in words(self.send(self.tick("assign", returns), to=officer.pk))

    def test_their_queries_do_not_grow(self):
        for deed in ("accept", "check", "assign"):
            with self.subTest(deed):
                few = self.counted(deed, self.make(*[ReturnState.SUBMITTED] * 5))
                assert self.counted(deed, self.make(*[ReturnState.SUBMITTED] * 40)) == few
                assert few[0] <= 12, few


class QueriesTests(BulkTestCase):
    of = "query"

    def make(self, count: int, **fields: Any) -> list[Query]:
        council = make_council()
        annual_return = make_return(council, self.year, ReturnState.QUERIED)
        line = make_arrangement(council, self.partner)
        return Query.objects.bulk_create(
            Query(
                annual_return=annual_return, arrangement=line, text=f"Question {number}", raised_by=self.analyst,
                raised_at="2015-04-10T09:00Z", **{"state": "answered", "answer": "As we said", **fields},
            )
            for number in range(count)
        )  # fmt: skip

    def test_the_answers_of_many_are_accepted_and_their_return_stands_as_submitted(self):
        queries = self.make(3)
        self.make(1, state=QueryState.OPEN)
        assert self.send(self.tick("accept-answers", queries), reason=REASON).status_code == 302
        settled = Query.objects.filter(state="settled")
        assert {(one.decision, one.settled_by_id) for one in settled} == {(REASON, self.analyst.pk)}
        assert settled.count() == 3
        states = AnnualReturn.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [ReturnState.SUBMITTED, ReturnState.QUERIED]

    def test_one_without_answer_and_one_settled_meanwhile_are_named(self):
        queries = [*self.make(2), *self.make(1, state=QueryState.OPEN)]
        page = self.tick("accept-answers", queries)
        Query.objects.filter(pk=queries[0].pk).update(state="settled", settled_by=self.analyst, settled_at="2015-04-20T09:00Z")
        response = self.send(page, reason=REASON)
        assert [rule for _, rule in self.refused(response)] == ["changed-meanwhile", "not-answered"]
        assert Query.objects.filter(state="settled").count() == 1

    def test_many_are_assigned(self):
        queries = self.make(3)
        assert self.send(self.tick("assign", queries), to=self.analyst.pk).status_code == 302
        assert Query.objects.filter(assigned_to=self.analyst).count() == 3
        assert self.send(self.tick("assign", queries), to="").status_code == 302
        assert not Query.objects.filter(assigned_to__isnull=False).exists()

    def test_the_list_leads_to_the_line_and_neither_it_nor_the_deeds_grow(self):
        first = self.make(10)[0]
        response = self.client.get(reverse("admin:arrangements_query_change", args=[first.pk]))
        assert response["Location"].endswith(f"#line-{first.arrangement_id}")
        with CaptureQueriesContext(connection) as few:
            self.assertContains(self.client.get(self.list), "Question 1")
        for deed, given in [("assign", {"to": self.analyst.pk}), ("accept-answers", {"reason": REASON})]:
            with self.subTest(deed):
                counted = self.counted(deed, self.make(10), **given)
                assert self.counted(deed, self.make(120), **given) == counted
                assert counted[0] <= 12, counted
        self.assertContains(self.client.get(self.list, {"rule": "asked", "state": "all"}), "Question 1")
        self.assertNotContains(self.client.get(self.list, {"rule": "thousand-fold", "state": "all"}), "Question 1")
        with CaptureQueriesContext(connection) as many:
            self.client.get(self.list)
        assert len(many) <= len(few) + 1 <= 12  # the names of those whom queries are assigned to


def test_every_outcome_but_a_figure_can_be_set():
    offered = {value for value, _ in OutcomeForm().fields["outcome"].choices if value}
    assert offered == set(Outcome.values) - {Outcome.FIGURE}
