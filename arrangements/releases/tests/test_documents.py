"""A figure's documents: frozen with the release, served byte for byte with their digests, silent about what came later."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.test import TestCase, override_settings

from arrangements.releases.models import ReleasedDocument, ReleasedFigure
from arrangements.releases.tests.small_year import make_small_year
from arrangements.returns.models import ReportedSaving
from arrangements.tests.builders import make_analyst, make_release

BASE, API = "/releases/2013-14.r1/", "/api/v1/releases/2013-14.r1/"


class DocumentTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        cls.release = make_release(cls.small.year)

    def test_every_figure_has_two_at_addresses_of_their_own(self):
        keys = ReleasedFigure.objects.of(self.release).values_list("key", flat=True)
        names = {f"{key}.{ending}" for key in keys for ending in ("html", "json")}
        assert set(ReleasedDocument.objects.of(self.release).values_list("name", flat=True)) == names
        for name in names:
            assert self.client.get(f"{BASE}figures/{name}").status_code == 200

    def test_they_are_served_with_their_digest_for_ever(self):
        for document in ReleasedDocument.objects.of(self.release):
            answer = self.client.get(f"{BASE}figures/{document.name}")
            digest = hashlib.sha256(answer.content)
            assert document.sha256 == digest.hexdigest()
            assert document.size == len(answer.content)
            assert answer["ETag"] == f'"{digest.hexdigest()}"'
            assert answer["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
            assert "immutable" in answer["Cache-Control"]

    def test_who_has_the_bytes_is_not_sent_them_again(self):
        etag = self.client.get(f"{BASE}figures/savings-total.json")["ETag"]
        again = self.client.get(f"{BASE}figures/savings-total.json", headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")

    def test_the_document_says_what_the_api_says_with_addresses_from_the_root_whatever_the_host(self):
        with override_settings(ALLOWED_HOSTS=["elsewhere.example"]):
            answer = self.client.get(f"{API}figures/savings-total/", headers={"host": "elsewhere.example"})
            stored = self.client.get(f"{BASE}figures/savings-total.json", headers={"host": "elsewhere.example"})
        assert stored.json()["data"]["value"] == 280_000
        assert json.loads(answer.content.decode().replace("http://elsewhere.example", "")) == stored.json()

    def test_their_links_lead_somewhere(self):
        document = self.client.get(f"{BASE}figures/savings-total.json").json()
        for address in (document["data"]["page"], document["data"]["rows"], *document["links"].values()):
            assert address.startswith("/")
            assert self.client.get(address).status_code == 200

    def test_digests_are_listed_on_the_pages_in_the_api_and_in_one_file(self):
        release, figure = (self.client.get(f"{BASE}{below}").content.decode() for below in ("", "figures/savings-total/"))
        listed = {each["id"]: each["documents"] for each in self.client.get(f"{API}figures/?limit=1000").json()["data"]}
        sums = self.client.get(f"{BASE}SHA256SUMS").content.decode()
        for document in ReleasedDocument.objects.of(self.release).select_related("figure"):
            assert document.sha256 in release
            assert document.sha256 in [each["sha256"] for each in listed[document.figure.key]]
            assert f"{document.sha256}  figures/{document.name}\n" in sums
            if document.figure.key == "savings-total":
                assert document.sha256 in figure
        for file in self.release.files.all():
            assert file.sha256 in release
            assert f"{file.sha256}  files/{file.name}\n" in sums
        assert self.client.get(API).json()["data"]["digests"].endswith(f"{BASE}SHA256SUMS")

    def test_a_later_revision_is_told_in_a_header_and_not_in_the_document(self):
        before = self.client.get(f"{BASE}figures/savings-total.html")
        assert "latest-version" not in before["Link"]
        ReportedSaving.objects.filter(arrangement=self.small.ict).update(amount=1)
        make_release(self.small.year, note="A nought too many.")
        after = self.client.get(f"{BASE}figures/savings-total.html")
        assert after.content == before.content
        assert '</releases/2013-14.r2/figures/savings-total/>; rel="latest-version"' in after["Link"]
        assert "This release was superseded by" in self.client.get(f"{BASE}figures/savings-total/").content.decode()

    def test_a_document_is_a_whole_page_without_script_whose_style_keeps_its_address(self):
        page = self.client.get(f"{BASE}figures/savings-total.html").content.decode()
        assert page.startswith("<!DOCTYPE html>")
        assert "<script" not in page
        assert 'href="/static/css/document.css"' in page
        assert (Path(settings.BASE_DIR) / "static" / "css" / "document.css").exists()
        assert "£280,000" in page

    def test_what_is_no_document_of_the_release_answers_404(self):
        for name in ("savings-of-the-moon.json", "savings-total.pdf", "savings-total", "..%2fsecret.json"):
            assert self.client.get(f"{BASE}figures/{name}").status_code in (301, 404)

    def test_the_json_document_is_json_of_every_input(self):
        document = ReleasedDocument.objects.of(self.release).get(name="savings-total.json")
        said = json.loads(bytes(document.content))["data"]["inputs"]
        assert said == document.figure.inputs

    def test_staff_read_one_in_preparation_unkept(self):
        ReportedSaving.objects.filter(arrangement=self.small.ict).update(amount=1)
        make_release(self.small.year, public=False, note="A nought too many.")
        address = "/releases/2013-14.r2/figures/savings-total.json"
        assert self.client.get(address).status_code == 404
        self.client.force_login(make_analyst())
        with override_settings(REQUIRE_SECOND_FACTOR=False):
            answer = self.client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
