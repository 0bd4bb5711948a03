"""A release's files: exactly what was frozen, the same bytes at every reading, nothing a spreadsheet would run."""

import csv
import hashlib
import io
import json

import openpyxl
from django.test import TestCase

from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure
from arrangements.releases.tests.small_year import make_small_year
from arrangements.tests.builders import make_arrangement, make_release, make_saving
from sharedservices.common.tests.table_schema import faults_of_table


def read(release: Release, name: str) -> list[dict[str, str]]:
    """The rows of one of the release's CSV files, by its header."""
    text = bytes(release.files.get(name=name).content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class FilesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        odd = make_arrangement(cls.small.kent, cls.small.camden, name="=HYPERLINK(“a”), “quoted”, Ynys Môn", is_illustrative=True)
        make_saving(odd, cls.small.year, 0)
        cls.release = make_release(cls.small.year)

    def test_the_arrangements_file_holds_every_frozen_arrangement(self):
        rows = {row["reference"]: row for row in read(self.release, "arrangements.csv")}
        frozen = ReleasedArrangement.objects.of(self.release)
        assert list(rows) == sorted(frozen.values_list("reference", flat=True))
        for row in frozen:
            written = rows[row.reference]
            assert written["outcome"] == row.outcome
            assert written["saving_pounds"] == ("" if row.amount is None else str(row.amount))
            assert written["partners"].split("; ") == row.partners_only
            assert written["illustrative"] == ("yes" if row.is_illustrative else "no")

    def test_no_amount_zero_and_a_loss_stay_apart(self):
        by_name = {row["name"]: row["saving_pounds"] for row in read(self.release, "arrangements.csv")}
        assert sorted(by_name.values()) == sorted(["300000", "-20000", "", "0"])
        assert by_name["Legal service"] == ""
        assert by_name["Waste partnership"] == "-20000"

    def test_clients_stand_in_a_column_of_their_own(self):
        legal = next(row for row in read(self.release, "arrangements.csv") if row["name"] == "Legal service")
        assert legal["clients"] == self.small.ashford.gss_code
        assert legal["client_names"] == "Ashford Borough Council"
        assert "Ashford" not in legal["partner_names"] + legal["lead_name"]

    def test_a_name_that_a_spreadsheet_would_run_is_text(self):
        names = [row["name"] for row in read(self.release, "arrangements.csv")]
        assert "'=HYPERLINK(“a”), “quoted”, Ynys Môn" in names

    def test_the_councils_file_holds_every_council_asked_or_not(self):
        rows = read(self.release, "councils.csv")
        assert [row["gss_code"] for row in rows] == sorted(
            ReleasedCouncil.objects.of(self.release).values_list("gss_code", flat=True)
        )
        outsider = next(row for row in rows if row["gss_code"] == self.small.outsider.gss_code)
        assert (outsider["asked"], outsider["return_state"], outsider["involved"]) == ("yes", "accepted", "no")

    def test_both_figure_files_hold_every_figure_and_the_document_its_inputs(self):
        figures = list(ReleasedFigure.objects.of(self.release).order_by("position"))
        assert [row["id"] for row in read(self.release, "figures.csv")] == [figure.key for figure in figures]
        document = json.loads(bytes(self.release.files.get(name="figures.json").content))
        assert (document["release"], document["year"]) == ("2013-14.r1", "2013/14")
        assert {each["id"]: (each["value"], each["inputs"]) for each in document["figures"]} == {
            figure.key: (figure.value, figure.inputs) for figure in figures
        }

    def test_a_file_is_served_byte_for_byte_with_its_hash_for_ever(self):
        for file in self.release.files.all():
            answer = self.client.get(f"/releases/2013-14.r1/files/{file.name}")
            assert answer.content == bytes(file.content)
            assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
            assert answer["Content-Type"] == file.media_type
            assert answer["Content-Disposition"] == f'attachment; filename="2013-14.r1-{file.name}"'
            assert "immutable" in answer["Cache-Control"]

    def test_a_file_that_is_not_of_the_release_answers_404(self):
        for name in ("other.csv", "..%2fsecret", "arrangements"):
            assert self.client.get(f"/releases/2013-14.r1/files/{name}").status_code == 404

    def test_the_whole_frozen_list_downloads_as_the_file_of_the_release(self):
        for name in ("arrangements", "councils"):
            code = "reference" if name == "arrangements" else "code"
            answer = self.client.get(f"/releases/2013-14.r1/{name}.csv?order={code}")
            assert answer.content == bytes(self.release.files.get(name=f"{name}.csv").content)

    def test_json_lines_hold_the_same_rows_with_types(self):
        lines = [json.loads(line) for line in bytes(self.release.files.get(name="arrangements.jsonl").content).splitlines()]
        rows = read(self.release, "arrangements.csv")
        assert [line["reference"] for line in lines] == [row["reference"] for row in rows]
        assert [list(line) for line in lines] == [list(row) for row in rows]
        by_name = {line["name"]: line for line in lines}
        assert by_name["Waste partnership"]["saving_pounds"] == -20_000
        assert by_name["Legal service"]["saving_pounds"] is None
        assert "=HYPERLINK(“a”), “quoted”, Ynys Môn" in by_name, "a program takes no text for a formula"

    def test_the_workbook_holds_the_same_rows_no_formula_and_numbers_as_numbers(self):
        book = openpyxl.load_workbook(io.BytesIO(bytes(self.release.files.get(name="release-2013-14.r1.xlsx").content)))
        assert book.sheetnames == ["About", "arrangements", "councils", "figures"]
        sheet = book["arrangements"]
        header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
        assert header == list(read(self.release, "arrangements.csv")[0])
        by_name = {row[header.index("name")]: row[header.index("saving_pounds")] for row in rows}
        assert by_name == {
            "ICT service": 300_000,
            "Waste partnership": -20_000,
            "Legal service": "[z]",
            "=HYPERLINK(“a”), “quoted”, Ynys Môn": 0,
        }
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}

    def test_the_description_lists_every_file_with_size_and_hash_and_is_true_of_every_csv(self):
        files = {file.name: file for file in self.release.files.all()}
        package = json.loads(bytes(files["datapackage.json"].content))
        listed = {each["path"]: each for each in package["resources"]}
        assert set(listed) == set(files) - {"datapackage.json"}
        for name, resource in listed.items():
            assert (resource["bytes"], resource["hash"]) == (files[name].size, f"sha256:{files[name].sha256}")
            if "schema" in resource:
                assert faults_of_table(bytes(files[name].content), resource["schema"]) == []
        assert [name for name, resource in listed.items() if "schema" in resource] == [
            "arrangements.csv",
            "councils.csv",
            "figures.csv",
        ]
