"""Bodies that can't be followed: 4xx with a pointer, a rule and a good example; never a 5xx, and nothing is stored."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.test import RequestFactory, TestCase, override_settings

from councils.tests.builders import bearing
from sharedservices.common.bodies import read_json
from sharedservices.common.problems import Refused
from sharedservices.tests.feeding import TODAY, Fed, rows_stored

PROBLEM = "application/problem+json"
DEEP = 100_000
# Bytes that are no body of any address, with their status.
NO_BODY: list[tuple[bytes, int]] = [
    (b" ", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b'"text"', 400),
    (b"1", 400),
    (b"{'name': 'x'}", 400),
    (b'{"name": NaN}', 400),
    (b'{"name": Infinity}', 400),
    (b'{"name": 1e999}', 400),
    (b'{"name": "a", "name": "b"}', 400),
    (b'{"name": "\\u0000"}', 400),
    (b'{"na\\u0000me": 1}', 400),
    (b'{"name": "\\ud800"}', 400),
    (b'{"\\ud800": 1, "\\ud800": 2}', 400),
    (b'{"name": "\xff\xfe"}', 400),
    (b'{"name": "\xe9"}', 400),
    ('{"name": "x"}'.encode("utf-16"), 400),
    (b'{"name": ' + b"9" * 10_000 + b"}", 400),
    (b'{"name": ' + b"9" * 400 + b"}", 400),
    (b'{"name": ' + b"[" * DEEP + b"]" * DEEP + b"}", 400),
    (b'{"name": ' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}", 400),
    (b'{"name": "' + b"x" * 300_000 + b'"}', 413),
    (b"\x00" * 100, 400),
    (b"<name>x</name>", 400),
]
WRONG_TYPES: list[Any] = [
    None,
    True,
    1,
    1.5,
    -(10**17),
    "",
    " ",
    "x" * 5_000,
    [],
    [[]],
    {},
    {"a": 1},
    ["\u202e"],
    "2014-02-30",
    "0",
]
KINDS = [
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/json; charset=latin-1",
    "application/xml", "text/json", "x" * 300,
]  # fmt: skip
NUMBERS = [0, -1, 2**31, 2**63, 10**18, -(10**18), 10**30]
DAYS = [
    "2014-02-30",
    "31/03/2014",
    "0000-00-00",
    "99999-01-01",
    "2014-1-1",
    "٢٠١٤-٠١-٠١",
    "today",
    "2014-01-01T00:00:00",
    20140101,
    "",
]
NEW = ("councils", "arrangements", "partnerships", "body partnerships")
STANDING = ("council", "arrangement", "partnership", "body partnership", "answer")


@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class BadBodyTests(Fed, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.feed()

    def setUp(self):
        self.analyst_s = self.programs["analyst"]
        self.analyst_s.raise_request_exception = False
        self.state("in_progress")
        self.answered()
        self.etags = {of: self.analyst_s.get(self.addresses[of])["ETag"] for of in STANDING}
        self.before = rows_stored()

    def tearDown(self):
        assert rows_stored() == self.before, "something was stored"

    def ways(self) -> list[tuple[str, str]]:
        """Each address that takes a body, by a method."""
        return [
            *((of, "post") for of in (*NEW, "bulk", "submit", "query", "accept", "reopen")),
            *((of, method) for of in STANDING for method in ("put", "patch")),
        ]

    def send(self, of: str, method: str, content: Any, kind: str = "application/json", **headers: str) -> Any:
        held = {"If-Match": self.etags[of]} if of in self.etags else {}
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        return getattr(self.analyst_s, method)(self.addresses[of], data, content_type=kind, headers={**held, **headers})

    def assert_refused(self, response: Any, *statuses: int) -> list[dict[str, Any]]:
        assert response.status_code in statuses, (response.status_code, response.content[:300])
        assert response["Content-Type"] == PROBLEM
        assert len(response.content) < 60_000
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["detail"]
        for each in problem["errors"]:
            assert set(each) == {"pointer", "parameter", "value", "rule", "example", "detail"}
            assert each["pointer"].startswith(("/body", "/headers/", "/query/"))
            assert len(each["value"]) <= 60
        return problem["errors"]

    def test_what_is_no_json_object(self):
        for number, (of, method) in enumerate(self.ways()):
            # Each address by some of them, and one by all; what reads bodies is the same everywhere.
            for content, status in NO_BODY if number == 0 else NO_BODY[number % 4 :: 4]:
                with self.subTest(of=of, method=method, content=content[:40]):
                    larger = of == "bulk" and status == 413  # a file of returns may be large
                    self.assert_refused(self.send(of, method, content), 400 if larger else status)

    def test_names_that_no_field_has_are_refused_with_the_nearest(self):
        for of, method in self.ways():
            if of == "bulk":
                continue
            with self.subTest(of=of, method=method):
                (fault,) = self.assert_refused(self.send(of, method, {**self.body(of), "reeson": "x"}), 400)[:1]
                assert (fault["pointer"], fault["rule"], fault["value"]) == ("/body/reeson", "a_known_name", "x")
                assert fault["example"] in ("reason", "reference")
        rows = {"rows": [{"refrence": "SSR-0001"}]}
        (fault,) = self.assert_refused(self.send("bulk", "post", rows), 400)
        assert (fault["pointer"], fault["example"]) == ("/body/rows/0/refrence", "reference")

    def test_values_of_another_type_in_every_field(self):
        """Whatever a field takes, the answer is no failure; what it doesn't take is refused at its place."""
        for of, method in self.ways():
            if of in ("submit", "accept"):
                continue  # these would be done
            for number, (name, good) in enumerate(self.body(of).items()):
                for wrong in WRONG_TYPES[number % 3 :: 3]:
                    if wrong == good or (of == "bulk" and wrong == []):
                        continue
                    with self.subTest(of=of, method=method, name=name, wrong=str(wrong)[:20]):
                        at = transaction.savepoint()
                        response = self.send(of, method, {**self.body(of), name: wrong})
                        assert response.status_code < 500, response.content[:300]
                        if isinstance(wrong, dict | float) or (isinstance(wrong, list) and not isinstance(good, list)):
                            faults = self.assert_refused(response, 400)
                            assert any(each["pointer"].startswith(f"/body/{name}") for each in faults), faults
                        transaction.savepoint_rollback(at)
                        transaction.savepoint_commit(at)  # or thousands would lie in each other

    def test_days_and_numbers(self):
        for day in DAYS:
            with self.subTest(day=day):
                (fault,) = self.assert_refused(self.send("council", "patch", {"ended_on": day}), 400)
                assert (fault["pointer"], fault["rule"], fault["example"]) == ("/body/ended_on", "day", "2014-04-01")
        for number in NUMBERS[2:]:
            with self.subTest(number=number):
                self.assert_refused(self.send("council", "patch", {"hexagon": {"q": number, "r": 1}}), 400, 422)
                self.assert_refused(self.send("answer", "patch", {"amount": number}), 400, 422)
        for amount in ("410000", 1.0, True, [1]):
            (fault,) = self.assert_refused(self.send("answer", "patch", {"amount": amount}), 400)
            assert (fault["rule"], fault["example"]) == ("whole_number", "410000")

    def test_kinds_of_body(self):
        for of, method in self.ways():
            for kind in KINDS if of == "council" else KINDS[:2]:
                with self.subTest(of=of, method=method, kind=kind[:30]):
                    self.assert_refused(self.send(of, method, b"a=1", kind), 415)
        (fault,) = self.assert_refused(self.send("council", "patch", b"\x1f\x8b", **{"Content-Encoding": "gzip"}), 415)
        assert (fault["pointer"], fault["value"]) == ("/headers/Content-Encoding", "gzip")

    def test_a_body_that_comes_in_pieces_is_read_and_is_no_larger(self):
        for content, expected in ((b'{"name": "Newford"}', {"name": "Newford"}), (b" " * 300_000, 413)):
            environ = {
                **RequestFactory()._base_environ(), "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json",
                "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "wsgi.input": BytesIO(content),
            }  # fmt: skip
            try:
                found: Any = read_json(WSGIRequest(environ))
            except Refused as refused:
                found = refused.status
            assert found == expected

    def test_what_was_just_made_is_no_file(self):
        for of in NEW:
            for kind in ("text/csv", "application/jsonl"):
                with self.subTest(of=of, kind=kind):
                    response = self.send(of, "post", self.body(of), Accept=kind)
                    assert (response.status_code, response["Content-Type"]) == (406, PROBLEM)

    def test_a_body_that_is_too_large_is_not_read(self):
        for of, method in self.ways():
            if of != "bulk":
                self.assert_refused(self.send(of, method, b" " * 300_000), 413)
        many = {"rows": [{"reference": "SSR-0001"}] * 5_001}
        self.assert_refused(self.send("bulk", "post", many), 413)

    def test_files_that_are_no_table(self):
        for kind in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
            for content in (b"\n", b"\x00\x01\x02" * 50, b"PK\x03\x04broken", b"a,b\n1,2\n", "Outcome,Amount\n".encode("utf-16")):
                with self.subTest(kind=kind[:8], content=content[:10]):
                    self.assert_refused(self.send("bulk", "post", content, kind), 400)

    def test_names_in_the_address(self):
        for query in ("", "?year=2014", "?year=2014-15&dry_run=yes", "?year=2014-15&dryrun=true", "?year=2014-15&year=2013-14"):
            response = self.analyst_s.post(f"/api/v1/returns/bulk/{query}", {"rows": []}, "application/json")
            with self.subTest(query=query):
                assert response.status_code == 400
                assert response.json()["errors"]
        for of, method in self.ways():
            if of != "bulk":
                headers = {"If-Match": self.etags.get(of, "")}
                response = getattr(self.analyst_s, method)(
                    self.addresses[of] + "?reason=x", self.body(of), content_type="application/json", headers=headers
                )
                assert response.status_code == 400
        party = self.addresses["partnership"]
        response = self.analyst_s.delete(f"{party}?reasn=x", headers={"If-Match": self.etags["partnership"]})
        assert response.status_code == 400

    def test_what_says_the_reading(self):
        for of in self.etags:
            for method in ("put", "patch") if of == "answer" else ("patch",):
                tags = [("", 428), ('"999999999"', 412), ("*", 428), ("7", 412), ('"banana"', 412), ('W/"1"', 412)]
                for held, status in tags if of == "council" else tags[:2]:
                    with self.subTest(of=of, method=method, held=held):
                        body = self.body(of) if method == "patch" else self.whole_of(of)
                        data = {**body, "summary": "x"} if of == "arrangement" else body
                        data = {**data, "note": "Another note of ours"} if of == "answer" else data
                        response = getattr(self.analyst_s, method)(
                            self.addresses[of], data, content_type="application/json", headers={"If-Match": held} if held else {}
                        )
                        assert response.status_code == status, response.content[:300]

    def whole_of(self, of: str) -> dict[str, Any]:
        return self.analyst_s.get(self.addresses[of]).json()["data"] | self.body(of)

    def test_addresses_that_lead_nowhere(self):
        for address in (
            "/api/v1/returns/2014-15/E06999999/",
            "/api/v1/returns/1999-00/E06000101/",
            "/api/v1/returns/2014-15/E06000101/answers/SSR-9999/",
            "/api/v1/returns/2014-15/E06000101/answers/%00/",
            "/api/v1/returns/2014-15/E06000101",
        ):
            for method in ("get", "put"):
                response = getattr(self.analyst_s, method)(address, data={})
                with self.subTest(address=address, method=method):
                    assert response.status_code in (301, 400, 404, 405)

    def test_tokens_that_are_none(self):
        for secret in ("", "ssr_", "x" * 5_000, "ssr_é", "ssr_a b", "\x00", "ssr_' OR 1=1 --"):
            client = bearing(secret)
            client.raise_request_exception = False
            for method, of in (("get", "returns"), ("post", "councils")):
                response = getattr(client, method)(self.addresses[of], data={}, content_type="application/json")
                with self.subTest(secret=secret[:20], of=of):
                    assert response.status_code == 401
                    assert response["WWW-Authenticate"].startswith('Bearer realm="register"')
                    assert response["Content-Type"] == PROBLEM
