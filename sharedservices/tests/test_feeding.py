"""Feeding the register by the API: on a reading, by the register's own rules, harmless when repeated, told in the trail."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.tests.builders import make_arrangement
from councils.models import Council
from councils.tests.builders import make_body
from sharedservices.common.trail import events, told
from sharedservices.tests.feeding import TODAY, Fed

MOST_QUERIES = 19


@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class FeedingTests(Fed, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.feed()

    def setUp(self):
        self.feeder = self.programs["analyst"]

    def read(self, of: str) -> tuple[str, dict[str, Any]]:
        response = self.feeder.get(self.addresses[of])
        return response["ETag"], response.json()["data"]

    def patch(self, of: str, body: dict[str, Any], etag: str = "", who: str = "analyst") -> Any:
        held = etag or self.read(of)[0]
        return self.programs[who].patch(self.addresses[of], body, "application/json", headers={"If-Match": held})

    def put(self, of: str, body: dict[str, Any], etag: str) -> Any:
        return self.feeder.put(self.addresses[of], body, "application/json", headers={"If-Match": etag})

    def post(self, of: str, body: dict[str, Any] | None = None) -> Any:
        return self.feeder.post(self.addresses[of], self.body(of) if body is None else body, "application/json")

    # On a reading

    def test_what_is_read_can_be_changed_and_sent_back(self):
        for of, change in (
            ("council", {"website": "https://a.example"}),
            ("arrangement", {"summary": "New"}),
            ("partnership", {"role": "client"}),
            ("body partnership", {"joined_on": "2014-04-01"}),
        ):
            with self.subTest(of=of):
                etag, data = self.read(of)
                response = self.put(of, {**data, **change}, etag)
                assert response.status_code == 200, response.content
                after = self.read(of)[1]
                assert response.json()["data"] == after == {**data, **change}
                assert response["ETag"] == f'"{int(etag.strip(chr(34)).partition("-")[0]) + 1}"'
                assert self.patch(of, {}, response["ETag"]).status_code == 200, "the tag of a write is good for the next"

    def test_the_tag_of_an_item_is_strong_and_begins_with_its_version(self):
        etag, _ = self.read("council")
        assert etag.startswith('"1-')
        assert self.feeder.get(self.addresses["council"], headers={"If-None-Match": etag}).status_code == 304
        Council.objects.filter(pk=self.other.pk).update(website="https://b.example")
        again, _ = self.read("council")
        assert again != etag, "the register has moved"
        assert again.startswith('"1-')
        assert self.patch("council", {"website": "https://c.example"}, etag).status_code == 200, "and this council hasn't"
        zipped = self.feeder.get(self.addresses["council"], headers={"Accept-Encoding": "gzip"})["ETag"]
        assert self.patch("council", {"website": ""}, zipped).status_code == 200

    def test_put_says_all_of_it(self):
        etag, data = self.read("council")
        del data["website"]
        response = self.put("council", data, etag)
        assert response.status_code == 400
        assert [(each["pointer"], each["rule"]) for each in response.json()["errors"]] == [("/body/website", "must_be_given")]

    def test_a_stale_write_is_told_what_stands_and_what_differs(self):
        etag, _ = self.read("arrangement")
        Arrangement.objects.filter(pk=self.arrangement.pk).update(governance="informal", summary="Theirs")
        response = self.patch("arrangement", {"governance": "joint_committee", "contact": "x@example.org"}, etag)
        problem = response.json()
        assert response.status_code == 412
        assert (problem["version"], problem["current"]["summary"]) == (2, "Theirs")
        assert problem["differences"] == [
            {"field": "governance", "base": "not_known", "theirs": "informal", "yours": "joint_committee"},
            {"field": "contact", "base": "", "theirs": "", "yours": "x@example.org"},
        ]
        self.arrangement.refresh_from_db()
        assert (self.arrangement.governance, self.arrangement.contact) == ("informal", "")
        assert self.patch("arrangement", {"governance": "joint_committee"}, f'"{problem["version"]}"').status_code == 200

    def test_sent_again_after_it_was_stored_it_is_no_conflict(self):
        etag, _ = self.read("council")
        assert self.patch("council", self.body("council"), etag).status_code == 200
        again = self.patch("council", self.body("council"), etag)
        assert (again.status_code, again["ETag"]) == (200, '"2"')
        assert events(Council, pgh_obj_id=self.council.pk, pgh_label="update").count() == 1

    def test_what_follows_from_the_rest_can_be_sent_back_and_not_written(self):
        etag, data = self.read("arrangement")
        response = self.put("arrangement", {**data, "status": "ended"}, etag)
        (fault,) = response.json()["errors"]
        assert (response.status_code, fault["rule"], fault["pointer"]) == (400, "read_only", "/body/status")

    # By the register's own rules

    def test_rules_of_the_models_are_answered_at_their_field(self):
        for of, body, pointer in [
            ("council", {"ended_on": "1970-01-01"}, "/body"),
            ("council", {"county": self.other.gss_code}, "/body/county"),
            ("council", {"hexagon": {"q": 100_000, "r": 1}}, "/body/hexagon"),
            ("council", {"website": "no address"}, "/body/website"),
            ("council", {"name": "x" * 200}, "/body/name"),
            ("council", {"slug": "another"}, "/body/slug"),
            ("arrangement", {"ended_on": "2015-01-31"}, "/body"),
            ("arrangement", {"start_precision": "unknown"}, "/body"),
            ("partnership", {"joined_on": "1999-01-01"}, "/body/joined_on"),
            ("partnership", {"answers": True}, "/body"),
            ("partnership", {"council": self.other.gss_code}, "/body/council"),
            ("body partnership", {"joined_on": "1999-01-01"}, "/body/joined_on"),
            ("body partnership", {"left_on": "1999-01-01"}, "/body/left_on"),
            ("body partnership", {"body": make_body("Another Police").slug}, "/body/body"),
        ]:
            with self.subTest(body=body):
                response = self.patch(of, body)
                assert response.status_code == 422, response.content
                assert response.json()["errors"][0]["pointer"] == pointer
        assert "can't be before" in self.patch("council", {"ended_on": "1970-01-01"}).json()["detail"]

    def test_an_arrangement_has_two_parties_on_every_day(self):
        Partnership.objects.filter(arrangement=self.arrangement, council=self.other).update(left_on="2014-06-30")
        response = self.patch("partnership", {"left_on": "2014-12-31"})
        assert (response.status_code, "two parties" in response.json()["detail"]) == (422, True)
        etag, _ = self.read("partnership")
        response = self.feeder.delete(self.addresses["partnership"], headers={"If-Match": etag})
        assert (response.status_code, "two parties" in response.json()["detail"]) == (422, True)
        alone = {**self.body("arrangements"), "bodies": [], "councils": self.body("arrangements")["councils"][:1]}
        assert self.post("arrangements", alone).status_code == 422
        assert Partnership.objects.filter(pk=self.party.pk, left_on=None).exists()

    def test_the_days_of_an_arrangement_fit_those_of_its_parties(self):
        Partnership.objects.filter(pk=self.party.pk).update(joined_on="2012-04-01")
        response = self.patch("arrangement", {"started_on": "2013-04-01"})
        assert response.status_code == 422
        assert "before the arrangement started" in response.json()["detail"]

    def test_a_party_of_a_new_arrangement_is_refused_at_its_place(self):
        body = self.body("arrangements")
        body["councils"][1]["joined_on"] = "2014-01-01"
        (fault,) = self.post("arrangements", body).json()["errors"]
        assert fault["pointer"] == "/body/councils/1/joined_on"
        body["councils"][1] = {"council": "E06999999"}
        (fault,) = self.post("arrangements", body).json()["errors"]
        assert (fault["pointer"], fault["rule"]) == ("/body/councils/1/council", "a_known_key")
        assert not Arrangement.objects.filter(name=body["name"]).exists()

    def test_one_that_may_be_there_already_is_offered_first(self):
        body = {
            "name": "ICT of Ashford, Birchley and Cedarham", "main_service": "ict", "started_on": "2012-04-01",
            "councils": [{"council": each.gss_code} for each in (self.council, self.other, self.third)],
        }  # fmt: skip
        (fault,) = (refused := self.post("arrangements", body)).json()["errors"]
        assert (refused.status_code, fault["rule"], fault["example"]) == (
            409,
            "likely_duplicate",
            f'["{self.arrangement.reference}"]',
        )
        body["another_than"] = [self.arrangement.reference]
        assert self.post("arrangements", body).json()["errors"][0]["pointer"] == "/body/reason"
        body["reason"] = "The one is for schools, the other for offices"
        assert self.post("arrangements", body).status_code == 201
        assert self.post("arrangements", body).status_code == 200, "sent again it is the one that was added"
        assert Arrangement.objects.filter(name=body["name"]).count() == 1

    # Harmless when repeated

    def test_adding_twice_is_adding_once(self):
        for of, key in (
            ("councils", "gss_code"),
            ("arrangements", "reference"),
            ("partnerships", "id"),
            ("body partnerships", "id"),
        ):
            with self.subTest(of=of):
                first, second = self.post(of), self.post(of)
                assert (first.status_code, second.status_code) == (201, 200), second.content
                assert first.json()["data"] == second.json()["data"]
                assert first["Location"].endswith(f"{self.addresses[of]}{first.json()['data'][key]}/")
                assert self.feeder.get(first["Location"]).json()["data"] == first.json()["data"]
                assert first["ETag"] == second["ETag"] == '"1"'

    def test_adding_what_stands_otherwise_shows_both(self):
        for of, change in (
            ("councils", {"name": "Deal Town Council"}),
            ("arrangements", {"summary": "Other"}),
            ("partnerships", {"role": "partner"}),
            ("body partnerships", {"left_on": "2014-12-31"}),
        ):
            with self.subTest(of=of):
                self.post(of)
                response = self.post(of, {**self.body(of), **change})
                problem = response.json()
                assert response.status_code == 409
                (name,) = change
                (differing,) = problem["differences"]
                assert (differing["field"], differing["yours"]) == (name, change[name])
                assert problem["current"][name] == differing["theirs"]
        parties = {**self.body("arrangements"), "councils": [{"council": self.third.gss_code}, {"council": self.fourth.gss_code}]}
        assert self.post("arrangements", parties).json()["differences"][0]["field"] == "councils"

    def test_a_new_arrangement_stands_with_all_its_parties(self):
        data = self.post("arrangements").json()["data"]
        new = Arrangement.objects.get(reference=data["reference"])
        assert {each["gss_code"] for each in data["councils"]} == {self.council.gss_code, self.fourth.gss_code}
        assert BodyPartnership.objects.get(arrangement=new).body == self.police
        assert new.partnerships.get(answers=True).council == self.council

    def test_links_to_other_rows_are_guarded_and_stored(self):
        etag, _ = self.read("arrangement")
        body = {"other_services": ["legal"], "replaces": [self.second.reference]}
        response = self.patch("arrangement", body, etag)
        assert response.status_code == 200
        data = response.json()["data"]
        assert (data["other_services"], data["replaces"]) == (["legal"], [self.second.reference])
        assert response["ETag"] != etag
        assert self.patch("arrangement", {"other_services": []}, etag).status_code == 412

    def test_a_part_that_was_recorded_by_mistake_is_taken_out(self):
        etag, _ = self.read("partnership")
        address = f"{self.addresses['partnership']}?reason=Never+took+part"
        assert self.feeder.delete(address).status_code == 428
        Partnership.objects.filter(pk=self.party.pk).update(role="client")
        assert self.feeder.delete(address, headers={"If-Match": etag}).status_code == 412
        response = self.feeder.delete(address, headers={"If-Match": '"2"'})
        assert (response.status_code, response.content) == (204, b"")
        (gone, *_) = told([events(Partnership, pgh_obj_id=self.party.pk)])
        assert (gone.deed, gone.reason, gone.door) == ("Deleted", "Never took part", "API, token “Nightly feed”")

    def test_a_body_s_part_is_written_as_a_council_s_is(self):
        etag, data = self.read("body partnership")
        assert (data["body"], data["body_name"], data["joined_on"]) == (self.police.slug, "Elmshire Police", None)
        assert self.patch("body partnership", {"left_on": "2014-12-31"}, etag).status_code == 200
        stale = self.patch("body partnership", {"left_on": "2014-06-30"}, etag)
        assert stale.status_code == 412
        assert stale.json()["differences"] == [{"field": "left_on", "base": None, "theirs": "2014-12-31", "yours": "2014-06-30"}]
        Partnership.objects.filter(arrangement=self.second, council=self.third).delete()
        response = self.feeder.delete(self.addresses["body partnership"], headers={"If-Match": '"2"'})
        assert (response.status_code, "two parties" in response.json()["detail"]) == (422, True)
        response = self.post(
            "body partnerships", {"arrangement": self.second.reference, "body": self.police.slug, "left_on": None}
        )
        assert response.status_code == 409, "it is there, until another day"
        again = {"arrangement": self.second.reference, "body": self.police.slug, "joined_on": "2014-12-31"}
        response = self.post("body partnerships", again)
        assert (response.status_code, "already in the arrangement" in response.json()["detail"]) == (422, True)
        assert [each.left_on for each in BodyPartnership.objects.filter(arrangement=self.second)] == [date(2014, 12, 31)]
        self.post("body partnerships")
        answer = self.client.get(f"/api/v1/body-partnerships/?body={self.police.slug}&arrangement={self.arrangement.reference}")
        assert [row["joined_on"] for row in answer.json()["data"]] == ["2014-04-01"]

    # In the trail, and in public

    def test_the_trail_says_who_by_which_token_and_why(self):
        self.patch("council", self.body("council") | {"public_note": "The council has moved its site."})
        (last, *_) = told([events(Council, pgh_obj_id=self.council.pk)])
        assert (last.actor, last.door, last.reason) == (str(self.analyst), "API, token “Nightly feed”", "New site")
        assert last.public_note == "The council has moved its site."
        response = self.patch("council", {"website": "", "public_note": "x" * 501})
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/body/public_note")

    def test_an_address_without_its_slash_takes_no_write(self):
        response = self.feeder.post("/api/v1/councils", self.body("councils"), "application/json")
        assert (response.status_code, "end with a slash" in response.json()["detail"]) == (404, True)

    def test_options_and_405_say_what_the_address_takes(self):
        offered = self.client.options(self.addresses["partnership"])["Allow"]
        assert offered == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
        assert self.client.options("/api/v1/regions/")["Allow"] == "GET, HEAD, OPTIONS"
        refused = self.feeder.delete(self.addresses["council"])
        assert (refused.status_code, "DELETE" in refused["Allow"], "PATCH" in refused["Allow"]) == (405, False, True)

    def test_a_list_by_csv_of_what_needs_a_token(self):
        assert self.client.get("/api/v1/returns.csv").status_code == 401
        lines = self.feeder.get("/api/v1/returns.csv").content.decode().splitlines()
        assert lines[0].startswith("\ufeffyear,council,") or lines[0].startswith("year,council,")
        assert len(lines) == 3

    # Queries

    def test_adding_asks_as_much_of_many_that_bear_the_name_as_of_two(self):
        taken = []
        for count in (2, 6):
            for _ in range(count):
                named = make_arrangement(self.other, self.third, name="Shared payroll")
                BodyPartnership.objects.create(arrangement=named, body=self.police)
            with CaptureQueriesContext(connection) as captured:
                assert self.post("arrangements").status_code == 409
            taken.append(len(captured))
        assert taken[1] <= taken[0]  # the first use of a token is noted

    def test_writes_and_lists_take_few_queries(self):
        for number in range(8):
            make_arrangement(self.council, self.other, name=f"Another {number}")
        taken = {}
        for of in ("council", "arrangement", "partnership", "body partnership"):
            etag, _ = self.read(of)
            with CaptureQueriesContext(connection) as captured:
                assert self.patch(of, self.body(of), etag).status_code == 200
            taken[of] = len([each for each in captured if "SAVEPOINT" not in each["sql"]])
        with CaptureQueriesContext(connection) as captured:
            self.feeder.get(self.addresses["returns"])
        assert len(captured) <= 4, [each["sql"][:100] for each in captured]
        # Seven of them, at most, are the checks of constraints, which Django asks of the database one by one.
        assert all(count <= MOST_QUERIES for count in taken.values()), taken
