"""What can't be understood is answered with a message and 400, or with 404: never a 500, and nothing is stored."""

from __future__ import annotations

import base64
import json
import os
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import override_settings

from arrangements.tests.world import TODAY
from sharedservices.tests.house import API_LISTS, LISTS, RELEASE, HouseTestCase

PROBLEM = "application/problem+json"
LONG = 10_000
NULLS = "\\000" * 32  # as a quoted cookie writes them
# The parts of a shown message that are ours: the rest may be what was typed, 60 characters of it at most.
LONGEST_MESSAGE = 700


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


# Wrong on every list: nobody has these names or values.
WRONG_EVERYWHERE = [
    "banana=1",
    "z" * LONG + "=1",
    quote("<script>alert(1)</script>") + "=1",
    "order=banana",
    "order=name%00",
    "order=-",
    "order=name&order=-name",
    "q=" + "a" * LONG,
    "q=%00",
    "q=a&q=b",
    "region=" + quote("<script>alert(1)</script>"),
    "%ff%fe=1",
    "=1",
]
PAGE_NUMBERS = ["page=0", "page=-1", "page=9999999", "page=abc", "page=1.5", "page=%D9%A3", "page=1&page=2", "page=" + "9" * LONG]
LIMITS = ["limit=0", "limit=-1", "limit=1001", "limit=abc", "limit=%D9%A3", "limit=1e2", "limit=5&limit=6", "limit=" + "9" * LONG]
CURSORS = [
    "after=garbage",
    "after=%%%25",
    "after=" + quote("é"),
    "after=" + "A" * LONG,
    "after=" + base64.urlsafe_b64encode(b"[" * 60_000).decode(),
    "after=" + cursor(),
    "after=" + cursor(1, 2, 3),
    "after=" + cursor({"a": 1}, "x"),
    "after=" + cursor([1], "x"),
    "after=" + cursor(True, "x"),
    "after=" + cursor(1.5, "x"),
    "after=" + cursor("\x00", "x"),
    "after=" + cursor("\ud800", "x"),
    "after=" + cursor("x", "\ud800"),
    "after=" + cursor("x", "x") + "&after=" + cursor("y", "y"),
]
# Cursors that are one of another order: words for numbers, numbers for days.
STRAY = [cursor("banana", "x"), cursor(5, 5), cursor("2014-02-30", 5), cursor("", ""), cursor(10**30, "x")]
AMOUNTS = [
    "1e999",
    "%D9%A3",
    "99999999999999999999",
    "-99999999999999999999",
    "abc",
    "1.5",
    "NaN",
    "0x10",
    "%C2%A35",
    "1,000",
    "9" * LONG,
]
YEARS = ["banana", "2013", "2013-15", "2013/14", "9999-00", "%D9%A2%D9%A0%D9%A1%D9%A3-14", "a" * LONG]
DAYS = ["2014-02-30", "banana", "2014", "01/04/2014", "0000-00-00", "99999-01-01", "a" * LONG]
MOMENTS = ["rubbish", "2014-02-30", "2014-05-01T25:00", "2014-05-01T10:00%2B99:00", "T", "a" * LONG, "1400000000"]
OF_THEIR_OWN = {
    "/arrangements/": [
        *(f"{name}={amount}" for name in ("saving_min", "saving_max") for amount in AMOUNTS),
        *(f"year={year}" for year in YEARS),
        *(
            f"{name}=banana"
            for name in (
                "region",
                "county",
                "council",
                "service",
                "category",
                "governance",
                "role",
                "partner_kind",
                "regions",
                "status",
                "outcome",
            )
        ),
        "year=2013-14&year=2012-13",
        "saving_min=1&saving_min=2",
        "council=" + "a" * LONG,
    ],
    "/councils/": [
        *(f"in_force_on={day}" for day in DAYS),
        "kind=banana",
        "in_force_on=2014-04-01&in_force_on=2014-04-01",
    ],
    "/api/v1/partnerships/": [*(f"on={day}" for day in DAYS), "role=banana", "council=banana", "arrangement=" + "a" * LONG],
    "/api/v1/body-partnerships/": [*(f"on={day}" for day in DAYS[:2]), "body=banana", "role=lead"],
    "/api/v1/savings/": [
        *(f"as_of={moment}" for moment in MOMENTS),
        *(f"year={year}" for year in YEARS),
        "release=banana",
        "release=2014-15.r1",
    ],
    "/api/v1/figures/": [*(f"as_of={moment}" for moment in MOMENTS), "id=banana", "measure=banana", "id=" + "a" * LONG],
    "/api/v1/releases/": [f"year={year}" for year in YEARS],
    f"/releases/{RELEASE}/arrangements/": ["year=2013-14", "status=operating", "release=2013-14.r1", "saving_max=1e9"],
    f"/releases/{RELEASE}/councils/": ["asked=maybe", "involved=banana", "state=banana", "county=northshire"],
    f"/api/v1/releases/{RELEASE}/figures/": ["id=banana", "year=2013-14"],
}
# Odd, and answered all the same: text is text.
ODD = [
    "q=%ff%fe",
    "q=" + quote("İ" * 200),
    "q=" + quote("😀" * 100),
    "q=" + quote("'\"%_\\;--()[]{}^$*+?|&"),
    "q=" + quote("' OR 1=1 --"),
    "q=%25%5f",
    "q=" + quote("a " * 99),
    "q=" + quote("\ud7ff\ue000\ufffe\U0010ffff"),
    "q=%0a%0d%09x",
    "q=-",
    "q=%26",
]


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class BadInputTests(HouseTestCase):
    def setUp(self):
        self.client.raise_request_exception = False

    def assert_refused(self, address: str, query: str) -> str:
        """The message; the answer is 400, in the surface's own form, and neither long nor live."""
        response = self.client.get(f"{address}?{query}")
        with self.subTest(address=address, query=query[:80]):
            assert response.status_code == 400
            assert b"<script>alert" not in response.content or response["Content-Type"] == PROBLEM
            if address.startswith("/api/"):
                assert response["Content-Type"] == PROBLEM
                message = response.json()["detail"]
                assert len(response.content) < 3 * LONGEST_MESSAGE
            else:
                assert response["Content-Type"].startswith("text/html"), "a refused file is a page that says why"
                message = unescape(response.content.decode()).partition("</h1>")[2].partition("</div>")[0]
            assert 20 < len(message) < LONGEST_MESSAGE
            assert "a" * 61 not in message
            assert "z" * 61 not in message
            return message
        return ""

    def test_names_and_values_that_no_list_has(self):
        for address in [*LISTS, *API_LISTS]:
            for query in WRONG_EVERYWHERE:
                if query.startswith("q=") and ("figures" in address or address.endswith(("partnerships/", "v1/releases/"))):
                    continue  # these lists have no search: the name itself is refused, which `banana` claims
                self.assert_refused(address, query)

    def test_pages_that_a_list_does_not_have(self):
        for address in LISTS:
            for query in PAGE_NUMBERS:
                self.assert_refused(address, query)

    def test_limits_and_cursors_that_the_api_never_gave(self):
        for address in API_LISTS:
            for query in [*LIMITS, *CURSORS, "page=1"]:
                self.assert_refused(address, query)

    def test_a_cursor_of_another_order_is_refused_or_begins_somewhere_and_never_fails(self):
        """By each word of each list's own `order`, so that a new one is claimed for as well."""
        document = self.client.get("/api/v1/openapi.json").json()["paths"]
        for address in API_LISTS:
            path = address.replace(RELEASE, "{release}")
            (order,) = (each for each in document[path]["get"]["parameters"] if each["name"] == "order")
            for number, word in enumerate(order["schema"]["enum"]):
                for stray in STRAY if os.environ.get("LONG") else STRAY[number % len(STRAY) :][:2]:
                    with self.subTest(address=address, order=word, stray=stray):
                        assert self.client.get(f"{address}?order={word}&after={stray}").status_code in (200, 400)

    def test_values_of_the_wrong_sort(self):
        for address, queries in OF_THEIR_OWN.items():
            for query in queries:
                self.assert_refused(address, query)

    def test_the_api_and_the_file_refuse_what_the_page_refuses_in_the_same_words(self):
        for query in ("year=banana", "saving_min=1e999", "regoin=london", "status=open", "council=wilow", "order=nmae"):
            on_page = self.assert_refused("/arrangements/", query)
            in_file = self.assert_refused("/arrangements.csv", query)
            in_api = self.client.get(f"/api/v1/arrangements/?{query}").json()["errors"][0]["detail"]
            if query != "regoin=london":  # there, the good names differ by those of paging
                assert in_api in on_page
                assert in_api in in_file

    def test_the_message_gives_the_nearest_good_one(self):
        for query, meant in [
            ("regoin=london", "region"),
            ("region=lodnon", "london"),
            ("year=2013-41", "2013-14"),
            ("council=wilow", "willow"),
            ("outcome=figures", "figure"),
            ("status=Operating", "operating"),
        ]:
            assert f"Did you mean “{meant}”?" in self.assert_refused("/arrangements/", query)

    def test_odd_text_is_searched_for_like_any_other(self):
        for address in (
            "/arrangements/",
            "/councils.csv",
            f"/api/v1/releases/{RELEASE}/arrangements/",
            f"/releases/{RELEASE}/councils/",
        ):
            for query in ODD:
                with self.subTest(address=address, query=query):
                    assert self.client.get(f"{address}?{query}").status_code == 200

    def test_thousands_of_values(self):
        for address in ("/arrangements/", "/councils.csv", "/api/v1/arrangements/", f"/api/v1/releases/{RELEASE}/arrangements/"):
            assert self.client.get(f"{address}?" + "&".join(["region=london"] * 4_000)).status_code == 200
            for query in (
                "&".join(["region=banana"] * 4_000),
                "&".join(["year=2013-14"] * 4_000),
                "&".join(f"n{number}=1" for number in range(4_000)),
                "&".join(["region=london"] * 6_000),  # more than Django reads
            ):
                response = self.client.get(f"{address}?{query}")
                assert response.status_code == 400
                assert len(response.content) < 12_000
                assert (response["Content-Type"] == PROBLEM) == address.startswith("/api/")

    def test_odd_addresses_lead_nowhere(self):
        for address in [
            "/arrangements/%ff%fe/",
            "/arrangements/" + "a" * LONG + "/",
            "/councils/" + "a" * LONG + "/",
            "/councils/%F0%9F%98%80/",
            "/releases/%ff/",
            f"/releases/{RELEASE}/files/..%2f..%2fsettings.py",
            f"/releases/{RELEASE}/files/%2e%2e",
            f"/releases/{RELEASE}/figures/%27%22/",
            "/years/2013-99/",
            "/years/banana/",
            "/api/v1/councils/banana/",
            "/api/v1/councils/%ff/",
            "/api/v1/partnerships/banana/",
            "/api/v1/partnerships/" + "9" * 30 + "/",
            "/api/v1/body-partnerships/" + "9" * 30 + "/",
            "/api/v1/releases/BANANA/",
            "/api/v1/releases/banana/figures/",
            "/api/v1/banana/",
            "/api/v2/",
        ]:
            with self.subTest(address=address[:60]):
                response = self.client.get(address)
                assert response.status_code == 404
                assert (response["Content-Type"] == PROBLEM) == address.startswith("/api/")

    def test_null_bytes_anywhere(self):
        for address in [
            "/%00",
            "/arrangements/%00/",
            "/councils/a%00b/",
            "/api/v1/councils/%00/",
            "/admin/%00/",
            "/static/%00.css",
            "/my-council/%00/",
        ]:
            with self.subTest(address=address):
                assert self.client.get(address).status_code == 400
        for address in [
            "/",
            "/arrangements/?year=%00",
            "/?%00=1",
            "/accounts/login/?next=%00",
            "/admin/login/?next=%00",
            "/releases/?a=%00",
        ]:
            with self.subTest(address=address):
                expected = 400 if "%00" in address else 200
                assert self.client.get(address).status_code == expected
        for cookie in ("sessionid", "csrftoken", "messages"):
            response = self.client.get("/arrangements/", headers={"cookie": f'{cookie}="{NULLS}"'})
            assert response.status_code == 400

    def test_null_bytes_in_forms_of_either_kind(self):
        for address in ("/accounts/login/", "/accounts/password/reset/"):
            fields = {"login": "a\x00@example.org", "email": "a\x00@example.org", "password": "\x00"}
            encoded = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
            assert self.client.post(address, encoded, content_type="application/x-www-form-urlencoded").status_code == 400
            assert self.client.post(address, fields).status_code == 200, "the form says what is wrong"

    def test_odd_cookies_and_headers_are_nobody_s(self):
        for cookie in ("sessionid=" + "a" * 3_000, "sessionid=\xff\xfe", 'sessionid="', "messages=banana", "csrftoken=x", "=;=;"):
            with self.subTest(cookie=cookie[:30]):
                assert self.client.get("/arrangements/", headers={"cookie": cookie}).status_code == 200
        for host in ("evil.example", "127.0.0.1:banana", "a b"):
            assert self.client.get("/", headers={"host": host}).status_code == 400
            response = self.client.get("/api/v1/", headers={"host": host})
            assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
        for accept in ("application/xml", "text/html"):
            response = self.client.get("/api/v1/councils/", headers={"accept": accept})
            assert (response.status_code, response["Content-Type"]) == (406, PROBLEM)
            (fault,) = response.json()["errors"]
            assert (fault["pointer"], fault["value"]) == ("/headers/Accept", accept)
            assert fault["example"] == "application/json"
            assert "text/csv" in fault["detail"]

    def test_nothing_of_all_this_is_stored(self):
        """No bad request writes a row anywhere: neither a session, nor an event, nor a word of it."""
        before = self.rows_written()
        for address in [*LISTS, *API_LISTS]:
            for query in [*WRONG_EVERYWHERE[:8], "page=0", "after=garbage", "q=%ff"]:
                self.client.get(f"{address}?{query}")
            for method in ("post", "put", "delete"):
                getattr(self.client, method)(address, data="{}", content_type="application/json")
        assert self.rows_written() == before

    def rows_written(self) -> dict[str, int]:
        """How many rows each table of the register holds."""
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            return {table: self.count(cursor, table) for table in tables}

    def count(self, cursor, table: str) -> int:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return cursor.fetchone()[0]
