"""`manage.py import_returns`: the same steps as in the admin, told line by line, with 1 where something is wrong."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.tests.counted import counted
from arrangements.returns.importing.tests.sheets import row_of
from arrangements.returns.importing.tests.twelve import make_spring
from arrangements.returns.models import ReportedSaving
from arrangements.returns.workbook.columns import COLUMNS
from arrangements.tests.builders import make_analyst
from councils.tests.builders import make_user


class ImportReturnsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.spring = make_spring()
        cls.year, cls.analyst = cls.spring.year, make_analyst("ann@example.org")

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path

    def file(self, rows, name="spring.csv"):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerows([row.get(column.key, "") for column in COLUMNS] for row in rows)
        path = self.folder / name
        path.write_text(out.getvalue(), encoding="utf-8")
        return path

    def faulty(self):
        return self.file([{key: cell.text for key, cell in row.cells.items()} for row in self.spring.table.rows])

    def right(self):
        said = {"outcome": "Figure", "amount": "£420k", "note": "File"}
        rows = [row_of(self.spring.by_row[number], self.year, **said) for number in (2, 3)]
        stale = row_of(self.spring.by_row[5], self.year, amount=430_000, version=1)
        return self.file([*rows, row_of(self.spring.by_row[4], self.year), stale])

    def run_it(self, path, *options):
        out = io.StringIO()
        error = None
        try:
            call_command("import_returns", str(path), *options, stdout=out)
        except CommandError as failure:
            error = failure
        return out.getvalue(), error

    def test_a_file_without_faults_is_imported_as_one_act_and_told(self):
        said, error = self.run_it(self.right(), "--user", "Ann@example.org")
        assert error is None
        assert said.splitlines() == [
            "spring.csv, spring.csv, for 2014/15: 4 rows; unchanged 1, new 1, changed 1, changed on both sides 1.",
            f"Row 5, {self.spring.by_row[5].reference} Stale: a colleague’s answer stays"
            " (amount: £415,000, in the file £430,000).",
            "Effect: Reported savings from £1.2 million to £1.7 million; back office from £1.2 million to £1.7 million;"
            " 1 regional figure changes.",
            f"Imported by {self.analyst} as one act: 1 new answer and 1 changed.",
        ]
        amounts = ReportedSaving.objects.filter(year=self.year).order_by("amount").values_list("amount", flat=True)
        assert list(amounts) == [410_000, 415_000, 420_000, 420_000]

    def test_a_second_run_has_nothing_to_do(self):
        path = self.right()
        self.run_it(path, "--user", "ann@example.org")
        before = counted()
        said, error = self.run_it(path, "--user", "ann@example.org")
        assert "Nothing to do" in said
        assert error is None
        assert counted() == before

    def test_a_check_writes_nothing_and_needs_nobody(self):
        before = counted()
        said, error = self.run_it(self.right(), "--check")
        assert "changed 1" in said
        assert error is None
        assert counted() == before

    def test_faults_are_told_by_row_cell_and_rule_and_nothing_is_imported(self):
        said, error = self.run_it(self.faulty(), "--user", "ann@example.org")
        assert str(error) == "10 rows are to fix. Nothing was imported."
        told = [line for line in said.splitlines() if line.startswith("Row") and "cell" in line]
        assert len(set(told)) == 10
        assert told[0].startswith("Row 6, cell A6, council-ambiguous: “Kingston” could be")
        assert not ReturnImport.objects.exists()

    def test_what_is_wrong_with_the_call_is_told(self):
        for options, message in [
            (("--year", "1999-00", "--check"), "“1999-00” is not a year that is collected. There are: 2014-15"),
            ((), "Say who imports"),
            (("--user", "nobody@example.org"), "There is no active account nobody@example.org."),
        ]:
            _, error = self.run_it(self.right(), *options)
            assert message in str(error)
        _, error = self.run_it(self.folder / "nowhere.csv", "--check")
        assert "can’t be read: No such file" in str(error)

    def test_a_file_that_is_none_is_refused_with_what_to_do(self):
        path = self.folder / "picture.xlsx"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
        _, error = self.run_it(path, "--check")
        assert error is not None
        assert str(error)

    def test_an_account_that_may_not_import_is_refused(self):
        make_user("bob@example.org", staff=True)
        _, error = self.run_it(self.right(), "--user", "bob@example.org")
        assert str(error) == "bob@example.org may not import returns. Nothing was imported."

    def test_the_help_tells_the_shapes_and_the_faults(self):
        command = [sys.executable, "manage.py", "import_returns", "--help"]
        root = Path(__file__).resolve().parents[3]
        told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
        assert "OpenDocument" in told
        assert "amount-beside-words" in told
