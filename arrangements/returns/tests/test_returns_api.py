"""Returns by the API: read by whoever may see them, answered on a stated reading, moved on as in the admin, and in bulk."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.undoing import undo_import
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.workbook.columns import COLUMNS
from arrangements.tests.builders import make_arrangement, make_return, make_saving, make_service
from councils.models import Succession
from councils.tests.builders import make_council, make_user, program
from sharedservices.common.csvfile import csv_bytes
from sharedservices.common.trail import events, told
from sharedservices.tests.feeding import NOTE, TODAY, Fed, rows_stored


@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class AnswersTests(Fed, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.feed()

    def put(self, body: dict[str, Any], etag: str = '"0"', who: str = "officer") -> Any:
        whole = {"amount": None, "note": "", **body}
        return self.programs[who].put(self.addresses["answer"], whole, "application/json", headers={"If-Match": etag})

    def do(self, deed: str, who: str = "analyst", body: Any = None, **headers: str) -> Any:
        given = self.body(deed) if body is None else body
        return self.programs[who].post(self.addresses[deed], given, "application/json", headers=headers)

    def test_a_council_answers_submits_and_the_lga_accepts(self):
        line = self.programs["officer"].get(self.addresses["answer"])
        assert line["ETag"].startswith('"0-')
        assert (line.json()["data"]["outcome"], line.json()["data"]["last_amount"]) == (None, 400_000)
        assert line["Cache-Control"] == "private, no-cache"
        response = self.put(self.body("answer"), line["ETag"])
        assert (response.status_code, response["ETag"]) == (200, '"1"')
        assert response.json()["data"]["amount"] == 410_000
        assert self.do("submit", "officer").json()["data"]["state"] == "submitted"
        assert self.do("query").json()["data"]["open_queries"] == 1
        refused = self.do("accept")
        assert (refused.status_code, refused.json()["current"]["state"]) == (409, "queried")
        Query.objects.update(state="settled", settled_by=self.analyst, settled_at="2015-04-11T10:00Z", decision="It is right so")
        assert self.do("accept").json()["data"]["state"] == "accepted"
        assert self.put({**self.body("answer"), "amount": 5}, '"1"').status_code == 409, "accepted, so not open for answers"
        assert self.do("reopen").json()["data"]["state"] == "in_progress"
        doors = {
            event.door for event in told([events(AnnualReturn, pgh_obj_id=self.annual_return.pk)]) if event.deed == "Changed"
        }
        assert doors == {"API, token “Ashford finance”", "API, token “Nightly feed”"}

    def test_deeds_out_of_their_order_are_conflicts(self):
        for deed in ("accept", "reopen", "query"):
            refused = self.do(deed)
            with self.subTest(deed=deed):
                assert (refused.status_code, refused.json()["current"]["state"]) == (409, "not_started")
        unanswered = self.do("submit", "officer")
        assert (unanswered.status_code, "have no answer" in unanswered.json()["detail"]) == (409, True)
        assert self.do("reopen", body={"reason": "short"}).status_code == 409
        self.answered()
        assert self.do("submit", "officer", **{"If-Match": '"7"'}).status_code == 412
        assert self.do("submit", "officer", **{"If-Match": '"1"'}).status_code == 200

    def test_a_doubted_answer_needs_a_reason_that_becomes_a_query_s_answer(self):
        refused = self.put({"outcome": "figure", "amount": 410_000_000, "note": NOTE})
        problem = refused.json()
        assert refused.status_code == 422
        fault = next(each for each in problem["errors"] if each["rule"] == "thousand_fold")
        assert (fault["pointer"], fault["example"]) == ("/body/amount", "410000")
        assert not ReportedSaving.objects.filter(year=self.year).exists()
        told_why = {"outcome": "figure", "amount": 410_000_000, "note": NOTE, "reason": "The sale of the data centre"}
        assert self.put(told_why).status_code == 200
        assert set(Query.objects.values_list("answer", "state")) == {("The sale of the data centre", "answered")}

    def test_rules_of_an_answer(self):
        for body, pointer in [
            ({"outcome": "figure"}, "/body/amount"),
            ({"outcome": "too_early", "amount": 5, "note": NOTE}, "/body/amount"),
            ({"outcome": "figure", "amount": 5_000}, "/body/note"),
            ({"outcome": "figure", "amount": 10**17, "note": NOTE}, "/body/amount"),
        ]:
            response = self.put(body)
            with self.subTest(body=body):
                assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, pointer)

    def test_two_who_answer_at_once(self):
        etag = self.programs["officer"].get(self.addresses["answer"])["ETag"]
        self.answered(390_000)
        response = self.put(self.body("answer"), etag)
        problem = response.json()
        assert (response.status_code, problem["version"], problem["current"]["amount"]) == (412, 1, 390_000)
        assert problem["differences"] == [{"field": "amount", "theirs": 390_000, "yours": 410_000}]
        ReportedSaving.objects.filter(year=self.year).update(amount=395_000)
        (differing,) = self.put({**self.body("answer"), "amount": 420_000}, '"1"').json()["differences"]
        assert differing == {"field": "amount", "base": 390_000, "theirs": 395_000, "yours": 420_000}
        assert self.put({**self.body("answer"), "amount": 395_000}, '"1"').status_code == 200, "as it stands already"

    def test_part_of_an_answer(self):
        address, etag = self.addresses["answer"], {"If-Match": '"0"'}
        feeder = self.programs["officer"]
        assert feeder.patch(address, {"amount": 5}, "application/json", headers=etag).status_code == 400
        self.answered()
        response = feeder.patch(address, {"note": "Another source"}, "application/json", headers={"If-Match": '"1"'})
        assert (response.json()["data"]["amount"], response.json()["data"]["note"]) == (410_000, "Another source")

    def test_another_council_s_return_is_not_there(self):
        for of in ("return", "answer", "submit"):
            method = "post" if of == "submit" else "get"
            with self.subTest(of=of):
                assert getattr(self.programs["other officer"], method)(self.addresses[of]).status_code == 404
        (only,) = self.programs["other officer"].get(self.addresses["returns"]).json()["data"]
        assert only["council"] == self.other.gss_code

    def test_a_successor_s_token_reaches_its_predecessor_s_return(self):
        new = make_council("New Ashford Council", started_on="2015-04-01")
        type(self.council).objects.filter(pk=self.council.pk).update(ended_on="2015-03-31")
        Succession.objects.create(predecessor=self.council, successor=new)
        heir = program(make_user(councils=[new]))
        assert heir.get(self.addresses["return"]).status_code == 200

    def test_the_list_takes_filters_and_pages(self):
        feeder = self.programs["analyst"]
        first = feeder.get(f"{self.addresses['returns']}?limit=1&state=not_started&year=2014-15").json()
        assert first["meta"]["count"] == 2
        assert len(feeder.get(first["links"]["next"]).json()["data"]) == 1
        assert feeder.get(f"{self.addresses['returns']}?council={self.other.gss_code}").json()["meta"]["count"] == 1
        assert feeder.get(f"{self.addresses['returns']}?stat=x").json()["errors"][0]["example"] == "state"

    def test_the_tag_of_a_private_answer_is_of_its_bytes(self):
        address, feeder = self.addresses["return"], self.programs["officer"]
        etag = feeder.get(address)["ETag"]
        assert feeder.get(address, headers={"If-None-Match": etag}).status_code == 304
        self.answered()
        assert feeder.get(address, headers={"If-None-Match": etag}).status_code == 200
        assert "Authorization" in feeder.get(address)["Vary"]

    def test_queries(self):
        etag = self.programs["officer"].get(self.addresses["answer"])["ETag"]
        with CaptureQueriesContext(connection) as captured:
            assert self.put(self.body("answer"), etag).status_code == 200
        counted = [each for each in captured if "SAVEPOINT" not in each["sql"]]
        assert len(counted) <= 30, [each["sql"][:90] for each in counted]
        with CaptureQueriesContext(connection) as captured:
            assert self.do("submit", "officer").status_code == 200
        assert len(captured) <= 16, [each["sql"][:90] for each in captured]


@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class BulkTests(Fed, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.feed()
        # Each its own service, so that no check takes the money of one for another's.
        services = [make_service(f"service-{number}", f"category-{number}") for number in range(5)]
        cls.more = [make_arrangement(cls.council, cls.other, name=f"Line {each.slug}", service=each) for each in services]

    def rows(self) -> list[dict[str, Any]]:
        """A row for each line of the council's return."""
        lines = [self.arrangement, *self.more]
        return [
            {"reference": each.reference, "outcome": "figure", "amount": 410_000 + number, "note": NOTE}
            for number, each in enumerate(lines)
        ]

    def send(self, rows: Any, who: str = "analyst", dry_run: bool = False, kind: str = "application/json") -> Any:
        address = f"{self.addresses['bulk']}{'&dry_run=true' if dry_run else ''}"
        content = rows if isinstance(rows, bytes) else json.dumps({"rows": rows})
        return self.programs[who].post(address, content, content_type=kind)

    def test_a_dry_run_says_how_each_row_fares_and_stores_nothing(self):
        before = rows_stored()
        rows = [*self.rows(), {"reference": "SSR-999999", "outcome": "figure", "amount": 1}]
        rows[1]["amount"] = 400
        report = self.send(rows, dry_run=True).json()["data"]
        assert rows_stored() == before
        assert (report["dry_run"], report["acceptable"], report["stored"]) == (True, False, 0)
        assert report["counts"] == {"faulty": 2, "new": 5}
        assert [(each["row"], each["kind"]) for each in report["rows"]][1] == (2, "faulty")
        doubt, unknown = report["rows"][1]["errors"][0], report["rows"][6]["errors"][0]
        assert (doubt["pointer"], doubt["value"]) == ("/body/rows/1/amount", "400")
        assert (unknown["pointer"], unknown["rule"]) == ("/body/rows/6/reference", "arrangement_missing")

    def test_all_or_nothing(self):
        rows = self.rows()
        rows[3]["amount"] = "many"
        refused = self.send(rows)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/body/rows/3/amount")
        assert refused.json()["report"]["counts"] == {"faulty": 1, "new": 5}
        assert not ReportedSaving.objects.filter(year=self.year).exists()

    def test_the_same_again_changes_nothing(self):
        first = self.send(self.rows()).json()["data"]
        assert (first["stored"], first["counts"]) == (6, {"new": 6})
        versions = list(ReportedSaving.objects.order_by("pk").values_list("pk", "version"))
        before = rows_stored()
        again = self.send(self.rows())
        assert (again.status_code, again.json()["data"]["stored"], again.json()["data"]["counts"]) == (200, 0, {"unchanged": 6})
        assert list(ReportedSaving.objects.order_by("pk").values_list("pk", "version")) == versions
        assert rows_stored() == before

    def test_a_change_rests_on_the_version_that_it_names(self):
        self.send(self.rows())
        rows = self.rows()[:2]
        rows[0]["amount"], rows[1]["amount"] = 420_000, 430_000
        refused = self.send(rows)
        assert (refused.status_code, refused.json()["errors"][0]["example"]) == (412, "1")
        assert refused.json()["report"]["rows"][0]["stands"]["amount"] == 410_000
        for row in rows:
            row["version"] = 1
        assert self.send(rows).json()["data"]["counts"] == {"changed": 2}

    def test_it_is_an_import_that_can_be_undone_and_the_trail_says_by_which_door(self):
        self.send(self.rows())
        made = ReturnImport.objects.get()
        assert (made.new, made.imported_by, made.file_name) == (6, self.analyst, "Nightly feed (API)")
        assert {event.door for event in told([events(ReportedSaving, year=self.year)])} == {"API, token “Nightly feed”"}
        undo_import(the_import=made, user=self.analyst, also=set())
        assert not ReportedSaving.objects.filter(year=self.year).exists()

    def test_a_council_s_token_reaches_its_own_lines_alone(self):
        assert self.send(self.rows(), "officer").json()["data"]["stored"] == 6
        make_saving(self.second, self.year, 77_777, note=NOTE)
        row = {"reference": self.second.reference, "outcome": "figure", "amount": 5_000, "note": NOTE}
        refused = self.send([row], "officer")
        assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (422, "no_such_line")
        assert "77" not in refused.content.decode().replace(self.second.reference, "")

    def test_a_file_with_the_workbook_s_headings(self):
        table = csv_bytes(
            [column.heading for column in COLUMNS],
            (
                [
                    {"reference": row["reference"], "outcome": "Figure", "amount": row["amount"], "note": NOTE}.get(
                        column.key, ""
                    )
                    for column in COLUMNS
                ]
                for row in self.rows()
            ),
        )
        report = self.send(table, kind="text/csv").json()["data"]
        assert (report["stored"], report["rows"][0]["row"]) == (6, 2)
        assert self.send(table, kind="text/csv").json()["data"]["counts"] == {"unchanged": 6}

    def test_who_may_only_add_is_told_which_rows_would_change(self):
        self.send(self.rows())
        adder = make_user(staff=True)
        adder.user_permissions.set(_permissions("add_returnimport", "add_reportedsaving"))
        self.programs["adder"] = program(adder)
        rows = self.rows()
        rows[2] |= {"amount": 430_000, "version": 1}
        refused = self.send(rows, "adder")
        assert (refused.status_code, "row 3 would" in refused.json()["detail"]) == (403, True)
        adder.user_permissions.set(_permissions("add_reportedsaving"))
        self.programs["adder"] = program(adder)
        assert self.send(rows, "adder").status_code == 403

    def test_sixty_rows_take_as_many_queries_as_five(self):
        with CaptureQueriesContext(connection) as few:
            self.send(self.rows()[:5])
        council = make_council()
        make_return(council, self.year)
        many = [make_arrangement(council, self.other, name=f"Further {number}") for number in range(60)]
        rows = [
            {"reference": each.reference, "outcome": "not_calculated", "note": "New", "reason": "The team is new"}
            for each in many
        ]
        with CaptureQueriesContext(connection) as more:
            assert self.send(rows).json()["data"]["stored"] == 60
        assert len(more) <= len(few) + 3


def _permissions(*names: str) -> Any:
    return Permission.objects.filter(codename__in=names)
