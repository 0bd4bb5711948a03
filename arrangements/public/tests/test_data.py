"""Open data: what is listed is what downloads, of one moment, described, and enough to reckon the headline figures."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from html import unescape
from threading import Event, Thread

import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import LiveServerTestCase, TransactionTestCase, override_settings

from arrangements.public import register_files
from arrangements.register.models import Arrangement, Partnership
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_year
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from councils.tests.builders import make_council, make_region
from sharedservices.common.tests.table_schema import faults_of_table

LISTED = "/data/files.json"


@override_settings(REGISTER_TODAY=TODAY)
class DataTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        Arrangement.objects.filter(pk=Arrangement.objects.earliest("pk").pk).update(name="=1+1", source="@cmd")

    def setUp(self):
        self.files = self.client.get(LISTED).json()["data"]

    def of(self, what: str) -> dict[str, dict]:
        return {each["name"]: each for each in self.files if each["of"] == what}

    def test_every_file_that_is_listed_downloads_with_its_size_and_hash_to_any_origin(self):
        assert {each["of"] for each in self.files} == {"register", "2013-14.r1", "2012-13.r2", "2012-13.r1"}
        for each in self.files:
            answer = self.client.get(each["href"])
            assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*"), each
            assert len(answer.content) == each["size"]
            assert hashlib.sha256(answer.content).hexdigest() == each["sha256"]
            assert answer["Content-Type"] == each["media_type"]
            assert "immutable" in answer["Cache-Control"]
            again = self.client.get(each["href"], headers={"if-none-match": answer["ETag"]})
            assert (again.status_code, again.content) == (304, b"")

    def test_the_page_lists_the_same_files_of_the_latest_release_and_the_register(self):
        page = self.client.get("/data/").content.decode()
        for each in [*self.of("register").values(), *self.of("2013-14.r1").values()]:
            assert each["sha256"] in page
            assert f"{each['size']:,}" in page
            assert each["href"].removeprefix("http://testserver") in page

    def test_the_description_is_true_of_every_table(self):
        for what in ("register", "2013-14.r1", "2012-13.r2"):
            files = self.of(what)
            package = self.client.get(files["datapackage.json"]["href"]).json()
            assert {each["path"] for each in package["resources"]} == set(files) - {"datapackage.json"}
            tables = [each for each in package["resources"] if "schema" in each]
            assert {each["path"] for each in tables} == {name for name in files if name.endswith(".csv")}
            for table in tables:
                content = self.client.get(files[table["path"]]["href"]).content
                assert (table["bytes"], table["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
                assert faults_of_table(content, table["schema"]) == []
                assert len(content.splitlines()) > 1 or table["path"] == "successions.csv"

    def test_csv_json_lines_and_workbook_hold_the_same_rows(self):
        files = self.of("register")
        book = openpyxl.load_workbook(io.BytesIO(self.client.get(files["register.xlsx"]["href"]).content))
        for name in ("arrangements", "councils", "partnerships"):
            rows = list(csv.DictReader(io.StringIO(self.client.get(files[f"{name}.csv"]["href"]).content.decode("utf-8-sig"))))
            lines = [json.loads(line) for line in self.client.get(files[f"{name}.jsonl"]["href"]).content.splitlines()]
            key = next(iter(rows[0]))
            in_sheet = [str(row[0].value) for row in book[name].iter_rows(min_row=2)]
            assert [row[key] for row in rows] == [str(line[key]) for line in lines] == in_sheet

    def test_no_text_is_a_formula(self):
        files = self.of("register")
        text = self.client.get(files["arrangements.csv"]["href"]).content.decode("utf-8-sig")
        assert "'=1+1" in text
        assert "'@cmd" in text
        lines = [json.loads(line) for line in self.client.get(files["arrangements.jsonl"]["href"]).content.splitlines()]
        assert "=1+1" in {line["name"] for line in lines}, "a program takes no text for a formula"
        book = openpyxl.load_workbook(io.BytesIO(self.client.get(files["register.xlsx"]["href"]).content))
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}

    def test_the_files_stay_while_nothing_changes_and_are_made_anew_when_something_has(self):
        assert self.client.get(LISTED).json()["data"] == self.files
        Arrangement.objects.filter(reference=Arrangement.objects.latest("pk").reference).update(name="Another name")
        assert self.client.get(LISTED).json()["data"] == self.files, "within the minute"
        known = caches["files"].get(register_files.LISTED)
        caches["files"].set(register_files.LISTED, {**known, "taken_at": "2015-04-20T00:00:00+01:00"})
        after = self.client.get(LISTED).json()["data"]
        new = next(each["href"] for each in after if (each["of"], each["name"]) == ("register", "arrangements.csv"))
        assert b"Another name" in self.client.get(new).content
        old = self.of("register")["arrangements.csv"]
        assert hashlib.sha256(self.client.get(old["href"]).content).hexdigest() == old["sha256"], "the old ones are still there"


@pytest.mark.xdist_group("data")
class OneMomentTests(TransactionTestCase):
    def test_all_files_are_of_one_moment_whoever_writes_meanwhile(self):
        """Each write makes an arrangement and both its partnerships: no file may have the one without the others."""
        region = make_region()
        lead, partner = make_council("A Council", region=region), make_council("B Council", region=region)
        make_arrangement(lead, partner)
        stop = Event()

        def write():
            while not stop.is_set():
                with transaction.atomic():
                    make_arrangement(lead, partner)
            connection.close()

        writer = Thread(target=write)
        writer.start()
        try:
            for _ in range(8):
                listed = register_files._made()
                names = ("arrangements.jsonl", "partnerships.jsonl")
                arrangements, parts = (
                    [json.loads(line) for line in register_files.content_of(listed["id"], name).splitlines()] for name in names
                )
                assert 2 * len(arrangements) == len(parts)
        finally:
            stop.set()
            writer.join()
        assert Partnership.objects.count() > 4, "somebody wrote meanwhile"


@pytest.mark.xdist_group("data")
class HeadlineTests(LiveServerTestCase):
    def test_the_thirty_lines_on_the_page_reckon_the_published_figures(self):
        region = make_region()
        lead, partner = make_council("A Council", region=region), make_council("B Council", region=region)
        make_council("C Council", region=region)
        year = make_year(2013)
        make_saving(make_arrangement(lead, partner), year, 357_000)
        make_saving(make_arrangement(lead, partner), year, -7_000)
        accept_all(year)
        make_release(year)
        with self.settings(ALLOWED_HOSTS=["localhost"]):
            page = self.client.get("/data/", headers={"host": self.live_server_url.removeprefix("http://")}).content.decode()
            script = unescape(re.search(r'<code data-language="python">(.*?)</code>', page, re.DOTALL)[1])
            assert len(script.strip().splitlines()) <= 30
            ran = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.splitlines() == [
            "savings-total 350000 as published",
            "savings-category-share:back-office 100 as published",
            "councils-share 67 as published",
            "councils-involved 2 as published",
            "arrangements 2 as published",
        ]
