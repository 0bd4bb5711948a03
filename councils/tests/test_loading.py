"""Loading: nothing twice, everything said, all or nothing."""

import csv
import shutil
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from councils.loading import load
from councils.models import Council, CouncilName, FormerCode, PartnerBody, Succession
from councils.register_files import OWN_FILES, FilesRefusedError
from councils.tests.builders import make_council

EVENTS = """
    SELECT (SELECT count(*) FROM councils_councilevent) + (SELECT count(*) FROM councils_councilnameevent)
         + (SELECT count(*) FROM councils_formercodeevent) + (SELECT count(*) FROM councils_successionevent)
         + (SELECT count(*) FROM councils_partnerbodyevent)
"""


def events() -> int:
    """How many events the trail holds of what the files give."""
    with connection.cursor() as cursor:
        cursor.execute(EVENTS)
        return cursor.fetchone()[0]


class Files:
    """A copy of the register's own files, to be changed."""

    def __init__(self, test: TestCase) -> None:
        self.folder = Path(tempfile.mkdtemp())
        test.addCleanup(shutil.rmtree, self.folder)
        for file in OWN_FILES.glob("*.csv"):
            shutil.copy(file, self.folder)

    def rows(self, file: str) -> list[dict[str, str]]:
        with (self.folder / file).open(newline="") as opened:
            return list(csv.DictReader(opened))

    def write(self, file: str, rows: list[dict[str, str]]) -> None:
        with (self.folder / file).open("w", newline="") as opened:
            writer = csv.DictWriter(opened, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def change(self, file: str, where: str, value: str, **cells: str) -> int:
        """Change cells of the first row whose column `where` holds the value; returns its line."""
        rows = self.rows(file)
        number = next(number for number, row in enumerate(rows) if row[where] == value)
        rows[number].update(cells)
        self.write(file, rows)
        return number + 2

    def remove(self, file: str, where: str, value: str) -> None:
        """Leave out the rows whose column `where` holds the value."""
        self.write(file, [row for row in self.rows(file) if row[where] != value])

    def add(self, file: str, **cells: str) -> int:
        """Put a row at the end; returns its line."""
        rows = self.rows(file)
        self.write(file, [*rows, dict.fromkeys(rows[0], "") | cells])
        return len(rows) + 2


def report(folder: Path = OWN_FILES) -> list[str]:
    """What the command prints."""
    printed = StringIO()
    call_command("load_councils", folder, stdout=printed)
    return printed.getvalue().splitlines()


class LoadingTests(TestCase):
    first_report: list[str]

    @classmethod
    def setUpTestData(cls):
        cls.first_report = report()

    def setUp(self):
        self.files = Files(self)

    def test_the_first_load_says_that_all_is_new(self):
        assert "councils.csv: 365 councils: 365 new, 0 changed, 0 unchanged" in self.first_report
        assert "regions.csv: 9 regions: 9 new, 0 changed, 0 unchanged" in self.first_report

    def test_the_second_load_changes_nothing_and_leaves_no_event(self):
        before, versions = events(), list(Council.objects.values_list("pk", "version"))
        lines = report()
        assert events() == before
        assert list(Council.objects.values_list("pk", "version")) == versions
        assert "councils.csv: 365 councils: 0 new, 0 changed, 365 unchanged" in lines
        assert lines[-1] == "Nothing changed."

    def test_it_takes_few_queries_however_many_rows(self):
        with CaptureQueriesContext(connection) as queries:
            load()
        assert len(queries) < 40

    def test_each_changed_field_is_said_and_nothing_else_is_written(self):
        self.files.change("councils.csv", "slug", "sutton", population="210000", website="https://example.org/")
        before = events()
        lines = report(self.files.folder)
        assert "councils.csv: 365 councils: 0 new, 1 changed, 364 unchanged" in lines
        assert "  London Borough of Sutton: population 207707 → 210000" in lines
        assert any(line.startswith("  London Borough of Sutton: website") for line in lines)
        assert events() == before + 1
        assert Council.objects.get(slug="sutton").population == 210000
        assert Council.objects.get(slug="sutton").version == 2

    def test_a_value_taken_out_of_the_file_is_taken_out_of_the_register(self):
        self.files.change("councils.csv", "slug", "sutton", population="", website="")
        assert "  London Borough of Sutton: population 207707 → (empty)" in report(self.files.folder)
        assert Council.objects.get(slug="sutton").population is None

    def test_a_council_keeps_its_row_when_its_code_changes(self):
        kept = Council.objects.get(slug="sutton").pk
        self.files.change("councils.csv", "slug", "sutton", gss_code="E09000099")
        self.files.add("former_codes.csv", gss_code="E09000099", code="E09000029", ended_on="2026-03-31")
        load(self.files.folder)
        assert Council.objects.get(gss_code="E09000099").pk == kept
        assert [str(code) for code in Council.objects.get(pk=kept).former_codes.all()] == ["E09000029"]

    def test_two_councils_may_change_hexagons(self):
        hexagons = {row["slug"]: (row["hex_q"], row["hex_r"]) for row in self.files.rows("councils.csv")}
        for one, other in [("sutton", "merton"), ("merton", "sutton")]:
            self.files.change("councils.csv", "slug", one, hex_q=hexagons[other][0], hex_r=hexagons[other][1])
        load(self.files.folder)
        merton = Council.objects.get(slug="merton")
        assert (str(merton.hex_q), str(merton.hex_r)) == hexagons["sutton"]

    def test_names_codes_and_successions_that_left_the_files_are_removed(self):
        self.files.remove("council_names.csv", "name", "Shepway")
        self.files.remove("former_codes.csv", "code", "E08000016")
        self.files.remove("successions.csv", "predecessor", "E06000029")
        lines = report(self.files.folder)
        assert not CouncilName.objects.filter(name="Shepway")
        assert not FormerCode.objects.filter(code="E08000016")
        assert not Succession.objects.filter(predecessor__slug="poole")
        assert "  removed: Folkestone and Hythe District Council, Shepway" in lines
        assert "  removed: Barnsley Metropolitan Borough Council, E08000016" in lines

    def test_a_former_name_may_be_put_right_though_its_period_stays(self):
        self.files.change("council_names.csv", "name", "Shepway District Council", name="The District of Shepway")
        load(self.files.folder)
        names = CouncilName.objects.filter(council__slug="folkestone-and-hythe", kind="official")
        assert [str(name) for name in names] == ["The District of Shepway"]

    def test_councils_and_bodies_that_left_the_files_are_kept_and_named(self):
        self.files.remove("councils.csv", "slug", "maldon")
        self.files.remove("partner_bodies.csv", "slug", "wye-valley-nhs-trust")
        lines = report(self.files.folder)
        assert Council.objects.filter(slug="maldon")
        assert PartnerBody.objects.filter(slug="wye-valley-nhs-trust")
        assert "  kept, though not in the file: Maldon District Council" in lines
        assert "  kept, though not in the file: Wye Valley NHS Trust" in lines

    def test_a_reorganisation_recorded_before_the_files_know_of_it_is_kept_and_named(self):
        sutton, merton, joined = Council.objects.get(slug="sutton"), Council.objects.get(slug="merton"), make_council("Joined")
        Council.objects.filter(pk__in=[sutton.pk, merton.pk]).update(ended_on="2027-03-31")
        for predecessor in (sutton, merton):
            Succession.objects.create(predecessor=predecessor, successor=joined)
        lines = report()
        assert lines[-1] == "Nothing changed."
        assert "  kept, though not in the file: London Borough of Sutton: ended_on 2027-03-31" in lines
        assert "  kept, though not in the file: Joined succeeds London Borough of Sutton" in lines
        sutton.refresh_from_db()
        assert str(sutton.ended_on) == "2027-03-31"
        assert Succession.objects.filter(successor=joined).count() == 2
        # Once the files know of it, they say what is so.
        self.files.change("councils.csv", "slug", "sutton", ended_on="2028-03-31")
        assert "  removed: Joined succeeds London Borough of Sutton" in report(self.files.folder)

    def test_what_it_writes_is_said_to_come_by_its_door(self):
        self.files.change("councils.csv", "slug", "sutton", population="210000")
        load(self.files.folder)
        sutton: Any = Council.objects.get(slug="sutton")
        event = sutton.recorded_events.latest("pgh_id")
        assert event.pgh_context.metadata == {"door": "load_councils"}


class BrokenFileTests(TestCase):
    """A wrong line loads nothing and is named, with the column, the value and the rule."""

    @classmethod
    def setUpTestData(cls):
        load()

    def setUp(self):
        self.files = Files(self)

    def assert_refused(self, file, line, column, value, rule):
        before = events()
        with pytest.raises(FilesRefusedError) as refused:
            load(self.files.folder)
        assert events() == before
        said = [str(problem) for problem in refused.value.problems]
        assert f'{file}, line {line}, {column} "{value}": {rule}' in said

    def test_the_command_names_the_line_and_loads_nothing(self):
        line = self.files.change("councils.csv", "slug", "sutton", population="many", region="surrey")
        with pytest.raises(CommandError) as refused:
            report(self.files.folder)
        assert str(refused.value).splitlines() == [
            "Nothing was loaded.",
            f'councils.csv, line {line}, region "surrey": No region in the files has this slug.',
            f'councils.csv, line {line}, population "many": “many” value must be an integer.',
        ]

    def test_cells_that_their_fields_refuse(self):
        for column, value, rule in [
            ("gss_code", "X09000029", "A council's code is E06 to E10 and six digits."),
            ("name", "", "This field cannot be blank."),
            ("kind", "parish", "Value 'parish' is not a valid choice."),
            ("started_on", "2014-02-30", "“2014-02-30” value has the correct format (YYYY-MM-DD) but it is an invalid date."),
            ("hex_q", "3.5", "“3.5” value must be an integer."),
            ("latitude", "64.5", "Ensure this value is less than or equal to 56."),
            ("population", "-1", "Ensure this value is greater than or equal to 0."),
            ("website", "sutton", "Enter a valid URL."),
            ("county", "E10000099", "No council in the files has this GSS code."),
        ]:
            with self.subTest(column):
                self.files = Files(self)
                line = self.files.change("councils.csv", "slug", "sutton", **{column: value})
                self.assert_refused("councils.csv", line, column, value, rule)

    def test_rows_that_the_database_refuses(self):
        line = self.files.change("councils.csv", "slug", "corby", ended_on="1973-01-01")
        other = self.files.change("councils.csv", "slug", "merton", gss_code="E09000029")
        self.assert_refused(
            "councils.csv",
            line,
            "started_on and ended_on",
            "1974-04-01 and 1973-01-01",
            "The end date can't be before the start date.",
        )
        self.assert_refused("councils.csv", other, "gss_code", "E09000029", "Council with this GSS code already exists.")

    def test_a_district_under_a_council_that_is_no_county(self):
        line = self.files.change("councils.csv", "slug", "corby", county="E09000029")
        rule = "London Borough of Sutton is not a county council."
        self.assert_refused("councils.csv", line, "county", "E09000029", rule)

    def test_the_same_row_twice(self):
        first = self.files.add("former_codes.csv", gss_code="E09000029", code="E09000098", ended_on="2012-03-31")
        again = self.files.add("former_codes.csv", gss_code="E09000029", code="E09000098", ended_on="2013-03-31")
        self.assert_refused("former_codes.csv", again, "code", "E09000098", f"Line {first} already holds this.")

    def test_former_names_that_overlap(self):
        line = self.files.add("council_names.csv", gss_code="E07000112", name="Hythe", kind="short", used_until="2017-03-31")
        self.assert_refused(
            "council_names.csv",
            line,
            "gss_code and kind and used_from and used_until",
            "E07000112 and short and  and 2017-03-31",
            "The council already bears another name of this kind during that period.",
        )

    def test_a_succession_before_the_end(self):
        line = self.files.add("successions.csv", predecessor="E09000029", successor="E09000024")
        self.assert_refused(
            "successions.csv",
            line,
            "predecessor and successor",
            "E09000029 and E09000024",
            "London Borough of Sutton has no last day: nobody has succeeded it.",
        )

    def test_lines_that_are_no_rows(self):
        with (self.files.folder / "regions.csv").open("a") as opened:
            opened.write("wales,Wales\n")
        self.assert_refused("regions.csv", 11, "line", "wales,Wales", "The line has 2 cells where 3 are needed.")

    def test_columns_that_are_others(self):
        (self.files.folder / "regions.csv").write_text("slug,name\nlondon,London\n")
        rule = "The columns must be: slug,name,gss_code."
        self.assert_refused("regions.csv", 1, "heading", "slug,name", rule)

    def test_a_null_character(self):
        line = self.files.change("regions.csv", "slug", "london", name="Lon\x00don")
        self.assert_refused("regions.csv", line, "name", "Lon\x00don", "Null characters are not allowed.")

    def test_letters_that_are_not_utf_8(self):
        (self.files.folder / "regions.csv").write_bytes(b"slug,name,gss_code\nlondon,L\xf6ndon,E12000007\n")
        self.assert_refused("regions.csv", 1, "file", "byte 27", "The file must be UTF-8.")

    def test_a_file_that_is_missing(self):
        path = self.files.folder / "successions.csv"
        path.unlink()
        self.assert_refused("successions.csv", 1, "file", str(path), "There is no such file.")
