"""What every answer says of itself: the content policy, sniffing, cookies, caches, origins."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from arrangements.releases.models import ReleasedFile
from arrangements.tests.world import TODAY
from sharedservices.refusals import failed
from sharedservices.tests.house import API_LISTS, FUTURE, RELEASE, HouseTestCase, client_of

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
ERRORS = [
    "/arrangements/?year=banana",
    "/councils/atlantis/",
    "/nowhere/",
    "/releases/9999-00.r1/",
    "/arrangements/%00/",
    "/api/v1/councils/?year=banana",
    "/api/v1/councils/E99/",
    "/api/v1/nowhere/",
    "/api/v1/councils/?q=%00",
]
# These show whether somebody is signed in, or what only staff may see: a shared cache keeps one answer for each reader.
DIFFERS_BY_READER = re.compile(
    r"/(?!api/v1/(?!docs/)|healthz|readyz|(?:arrangements|councils)\.(?:csv|xlsx|json)|changes\.atom|published-figures\.csv"
    r"|years/[0-9-]+/press\.txt|data/files|data/register"
    r"|(?:arrangements|councils|services|categories|regions)/[^/]+/[a-z-]+\.csv|years/[a-z-]+\.csv)"  # files of charts
)


@dataclass(frozen=True)
class Given:
    """What a stranger was given: a test may hold it where it can't hold a response."""

    status: int
    headers: dict[str, str]
    body: bytes
    has_cookies: bool

    @property
    def is_page(self) -> bool:
        return self.headers["Content-Type"].startswith("text/html")


def given(response: HttpResponse) -> Given:
    return Given(response.status_code, dict(response.headers), response.content, bool(response.cookies))


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class HeaderTests(HouseTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.addresses = [*cls.house.pages(), *API_LISTS, *cls.house.api_items(), *ERRORS]
        stranger = Client()
        cls.answers = {address: given(stranger.get(address)) for address in cls.addresses}

    def test_every_answer_carries_the_strict_policy(self):
        asked = {**self.answers}
        staff = client_of(self.house.people["analyst"])
        for address in ("/accounts/login/", "/accounts/password/reset/", "/my-council/", "/admin/", f"/releases/{FUTURE}/"):
            asked[f"{address} anonymous"], asked[f"{address} staff"] = given(self.client.get(address)), given(staff.get(address))
        asked["post"] = given(self.client.post("/arrangements/"))
        asked["write"] = given(self.client.post("/api/v1/arrangements/"))
        for address, answer in asked.items():
            with self.subTest(address=address):
                policy = dict(each.strip().partition(" ")[::2] for each in answer.headers["Content-Security-Policy"].split(";"))
                assert policy == POLICY
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["X-Frame-Options"] == "DENY"
                assert answer.headers["Referrer-Policy"] == "same-origin"

    def test_no_page_asks_for_what_the_policy_forbids(self):
        """No inline script, style or handler, and nothing from elsewhere."""
        for address, answer in self.answers.items():
            if answer.is_page:
                page = answer.body.decode()
                with self.subTest(address=address):
                    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
                    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
                    assert not re.search(r"(?:src|action)=\"(?:https?:)?//", page)

    def test_a_stranger_is_given_no_cookie(self):
        for address, answer in self.answers.items():
            with self.subTest(address=address):
                assert not answer.has_cookies
                assert b"csrfmiddlewaretoken" not in answer.body

    def test_only_what_differs_by_reader_varies_by_cookie(self):
        for address, answer in self.answers.items():
            if address == "/arrangements/%00/":
                continue  # refused before anybody asked who reads
            with self.subTest(address=address):
                varies = "Cookie" in answer.headers.get("Vary", "")
                assert varies == bool(DIFFERS_BY_READER.match(address))

    def test_any_origin_may_read_the_api_and_the_files_and_no_page(self):
        for address, answer in self.answers.items():
            with self.subTest(address=address):
                open_to_all = re.match("/api/v1/(?!docs/)|/data/(files|register)|/releases/[^/]+/files/", address)
                assert answer.headers.get("Access-Control-Allow-Origin") == ("*" if open_to_all else None)
                assert "Access-Control-Allow-Credentials" not in answer.headers

    def test_errors_speak_the_language_of_their_surface(self):
        for address in ERRORS:
            expected = "application/problem+json" if address.startswith("/api/") else "text/html; charset=utf-8"
            with self.subTest(address=address):
                assert self.answers[address].headers["Content-Type"] == expected
                assert self.answers[address].status in (400, 404)

    def test_a_fault_of_ours_is_a_problem_for_programs_and_a_page_for_people(self):
        for path, kind in (("/api/v1/councils/", "application/problem+json"), ("/councils/", "text/html; charset=utf-8")):
            response = failed(RequestFactory().get(path))
            assert (response.status_code, response["Content-Type"]) == (500, kind)

    def test_files_are_named_by_their_digest_and_kept_for_a_year_once_public(self):
        for file in ReleasedFile.objects.filter(release__slug=RELEASE):
            address = f"/releases/{RELEASE}/files/{file.name}"
            response = self.client.get(address)
            with self.subTest(file=file.name):
                assert hashlib.sha256(response.content).hexdigest() == file.sha256
                assert response["ETag"] == f'"{file.sha256}"'
                assert response["Cache-Control"] == "public, max-age=31536000, immutable"
                assert response["Content-Type"] == file.media_type
                assert response["Content-Disposition"] == f'attachment; filename="{RELEASE}-{file.name}"'
                again = self.client.get(address, headers={"if-none-match": response["ETag"]})
                assert (again.status_code, again.content) == (304, b"")
                assert self.client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
                head = self.client.head(address)
                assert (head["ETag"], head.content) == (response["ETag"], b"")
                assert int(head["Content-Length"]) == file.size

    def test_nobody_keeps_what_is_not_public_yet(self):
        staff = client_of(self.house.people["publisher"])
        assert staff.get(f"/releases/{FUTURE}/files/arrangements.csv")["Cache-Control"] == "private, no-store"
        officer = client_of(self.house.people["officer"])
        for address in ("/my-council/", "/my-council/willow/"):
            assert set(officer.get(address)["Cache-Control"].split(", ")) == {"private", "no-store"}

    def test_a_page_is_compressed_unless_it_may_hold_a_secret_beside_words_of_the_asker_s_choosing(self):
        officer, stranger = client_of(self.house.people["officer"]), Client()
        for client, address, compressed in [
            (stranger, "/", True),
            (stranger, "/arrangements/?q=shared", True),
            (stranger, "/nowhere/", True),
            (stranger, "/accounts/login/", True),
            (stranger, "/accounts/login/?next=/words/", False),
            (stranger, f"/arrangements/{self.house.reference}/mistake/", True),
            (officer, "/my-council/willow/", True),
            (officer, "/arrangements/", True),
            (officer, "/arrangements/?q=shared", False),
            (officer, "/nowhere/", False),
        ]:
            answer = client.get(address, headers={"accept-encoding": "gzip"})
            with self.subTest(address=address, is_officer=client is officer):
                assert answer.get("Content-Encoding") == ("gzip" if compressed else None)
                body = gzip.decompress(answer.content) if compressed else answer.content
                assert body.startswith(b"<!DOCTYPE html>")
        sent = stranger.post("/accounts/login/", {"login": "somebody@example.org"}, headers={"accept-encoding": "gzip"})
        assert "Content-Encoding" not in sent

    def test_head_is_get_without_the_body(self):
        for address in self.addresses:
            head = self.client.head(address)
            with self.subTest(address=address):
                assert (head.status_code, head.content) == (self.answers[address].status, b"")
                assert head["Content-Type"] == self.answers[address].headers["Content-Type"]
