"""The workbook as it is written: what it holds, that everyone can read it, and that reading it gives the same rows back."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.test import SimpleTestCase, TestCase, override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.cells import seen
from arrangements.returns.workbook.columns import ANSWERED, COLUMNS
from arrangements.returns.workbook.kinds import read
from arrangements.returns.workbook.reading import FileRefused, Table, read_table
from arrangements.returns.workbook.tests.made_files import HEADINGS, delimited, xlsx
from arrangements.returns.workbook.words import MEANINGS, outcome_of
from arrangements.returns.workbook.writing import copy_with_faults, workbook, write_workbook, zip_of_workbooks
from arrangements.tests.builders import make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_body, make_council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.money import LARGEST

TODAY = date(2014, 4, 20)
KEYS = [column.key for column in COLUMNS]
LINE: dict[str, Any] = {
    "council": "Adur District Council",
    "gss_code": "E07000223",
    "year": "2013/14",
    "reference": "SSR-0001",
    "arrangement": "Adur and Worthing",
    "partners": "Worthing Borough Council",
    "service": "Management",
    "last_outcome": "Figure",
    "last_amount": 350_000,
    "outcome": "Figure",
    "amount": 410_000,
    "note": "Council return",
    "reason": "",
    "version": 3,
}


def a_year() -> FinancialYear:
    """2013/14, of which no database knows."""
    year = FinancialYear(starts_on=date(2013, 4, 1), opens_on=date(2014, 4, 1), closes_on=date(2014, 5, 8))
    year.slug, year.ends_on = "2013-14", date(2014, 3, 31)
    return year


def read_here(content: bytes) -> Table:
    """Read in this process, which is quick enough for many examples."""
    return Table.from_json(b"".join(read(content)))


def texts_of(line: dict[str, Any]) -> list[str]:
    """The texts that reading gives for the line."""
    return ["" if line.get(key) is None else seen(str(line[key])) for key in KEYS]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells.values()] for row in table.rows]


@override_settings(REGISTER_TODAY=TODAY)
class RoundTripTests(SimpleTestCase):
    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    **{key: st.text(max_size=60) for key in ("council", "arrangement", "partners", "note", "reason")},
                    **{key: st.none() | st.integers(-LARGEST, LARGEST) for key in ("amount", "last_amount")},
                    "outcome": st.sampled_from(["", *Outcome.labels]),
                    "version": st.none() | st.integers(1, 2**31 - 1),
                    "reference": st.from_regex(r"SSR-[0-9]{4,6}", fullmatch=True),
                }
            ),
            min_size=1,
            max_size=8,
        )
    )
    @example([{"reference": "=1+1", "note": "_x0041_ _x005F_ _x", "council": "'=cmd|' /C calc'!A0", "reason": "@SUM(1)"}])
    @example([{"reference": "SSR-0001", "note": "http://example.org/ \r\n\t x", "council": "+1", "reason": "1e5", "amount": 0}])
    def test_reading_what_was_written_gives_back_the_same_rows(self, lines):
        table = read_here(write_workbook(a_year(), "everyone", lines))
        assert texts(table) == [texts_of(line) for line in lines]
        assert [row.number for row in table.rows] == list(range(2, len(lines) + 2))
        assert list(table.columns) == KEYS
        assert (table.unknown, table.missing, table.remarks) == ([], [], [])
        assert not any(cell.is_formula for row in table.rows for cell in row.cells.values())

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40), st.integers(-LARGEST, LARGEST)), min_size=1, max_size=8)
    )
    def test_the_copy_with_faults_is_read_like_the_upload(self, answers):
        rows = [["SSR-0001", outcome, amount, note] for outcome, note, amount in answers]
        table = read_here(xlsx([["A title"], HEADINGS, ["SSR-0000"], [], *rows]))
        copy = read_here(copy_with_faults(table, [(3, "amount", "There is none."), (5, "", "Twice")]))
        assert copy.rows == table.rows
        assert (copy.header_row, copy.columns, copy.unknown) == (table.header_row, table.columns, [])

    def test_the_same_lines_on_the_same_day_give_the_same_bytes(self):
        once, again = (write_workbook(a_year(), "Adur", [LINE]) for _ in range(2))
        assert once == again
        with override_settings(REGISTER_TODAY=date(2014, 4, 21)):
            assert write_workbook(a_year(), "Adur", [LINE]) != once

    def test_the_process_apart_reads_it_as_well(self):
        assert texts(read_table(write_workbook(a_year(), "Adur", [LINE]), "x")) == [texts_of(LINE)]

    def test_two_other_programs_open_it_and_find_the_same(self):
        content = write_workbook(a_year(), "Adur", [LINE])
        expected = [LINE[key] or None for key in KEYS]
        rows = list(openpyxl.load_workbook(io.BytesIO(content))["Returns 2013-14"].iter_rows(values_only=True))
        assert [list(row) for row in rows[1:]] == [expected]
        found = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Returns 2013-14").to_python()
        assert [[cell or None for cell in row] for row in found[1:]] == [expected]

    def test_a_text_too_long_for_a_cell_is_refused_not_cut(self):
        write_workbook(a_year(), "Adur", [{**LINE, "note": "x" * 32_767}])
        with pytest.raises(RuleBroken, match="begins “yyy.*Shorten it in the register"):
            write_workbook(a_year(), "Adur", [{**LINE, "note": "y" * 32_768}])


@override_settings(REGISTER_TODAY=TODAY)
class AccessibleTests(SimpleTestCase):
    """The rules for spreadsheets that everyone can read, for every sheet of both kinds of workbook."""

    def setUp(self):
        table = read_here(delimited([HEADINGS, ["SSR-0001", "Figure", "410", "a"], ["SSR-0002", "x", "1", "b"]]).encode())
        self.files = {
            "workbook": write_workbook(a_year(), "Adur District Council", [LINE, {**LINE, "reference": "SSR-0002"}]),
            "without rows": write_workbook(a_year(), "Adur District Council", []),
            "copy": copy_with_faults(table, [(2, "amount", "A thousand times less than last year. Did you mean £410,000?")]),
        }
        self.books = {name: openpyxl.load_workbook(io.BytesIO(content)) for name, content in self.files.items()}

    def sheets(self) -> list[tuple[str, Worksheet]]:
        return [(f"{name}: {sheet.title}", sheet) for name, book in self.books.items() for sheet in book.worksheets]

    def test_the_document_has_a_title_and_a_language(self):
        for name, content in self.files.items():
            core = ZipFile(io.BytesIO(content)).read("docProps/core.xml").decode()
            assert "<dc:language>en-GB</dc:language>" in core, name
            assert self.books[name].properties.title, name
        assert self.books["workbook"].properties.title == "Shared services: returns for 2013/14, Adur District Council"

    def test_sheets_say_what_they_hold(self):
        assert self.books["workbook"].sheetnames == ["About", "Returns 2013-14", "Notes"]
        assert self.books["copy"].sheetnames == ["Rows to correct", "About this copy"]

    def test_each_sheet_begins_in_a1_and_has_no_merged_cells_and_no_blank_rows_or_columns(self):
        for name, sheet in self.sheets():
            with self.subTest(name):
                assert sheet["A1"].value
                assert not sheet.merged_cells.ranges
                filled = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
                assert all(filled)
                assert all(sheet.cell(1, column).value for column in range(1, sheet.max_column + 1))

    def test_nothing_is_hidden(self):
        for name, sheet in self.sheets():
            with self.subTest(name):
                assert sheet.sheet_state == "visible"
                assert not any(row.hidden for row in sheet.row_dimensions.values())
                assert not any(column.hidden for column in sheet.column_dimensions.values())

    def test_a_sheet_of_rows_is_one_named_table_with_its_headings_in_sight(self):
        for book, name, called in (
            ("workbook", "Returns 2013-14", "Returns_2013_14"),
            ("workbook", "Notes", "Notes"),
            ("copy", "Rows to correct", "Rows"),
        ):
            sheet = self.books[book][name]
            assert list(sheet.tables) == [called]
            assert sheet.tables[called].ref == sheet.dimensions
            assert sheet.freeze_panes == "A2"
            assert sheet.print_title_rows == "$1:$1"
            assert all(sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width >= 9 for at in (1, 2))

    def test_long_texts_are_wrapped(self):
        for name, sheet in self.sheets():
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        assert cell.alignment.wrap_text, (name, cell.coordinate)

    def test_there_is_no_formula_no_link_no_macro_and_no_picture(self):
        for name, content in self.files.items():
            parts = ZipFile(io.BytesIO(content)).namelist()
            assert not [part for part in parts if "vba" in part or "media" in part or "externalLink" in part], name
        for name, sheet in self.sheets():
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink], name

    def test_cells_to_fill_in_are_told_by_more_than_their_colour(self):
        about = "\n".join(str(row[0]) for row in self.books["workbook"]["About"].iter_rows(values_only=True))
        for heading in ("Outcome", "Amount in pounds", "Source, or why there is no figure", "Reason for an unusual value"):
            assert f"“{heading}”" in about
        sheet = self.books["workbook"]["Returns 2013-14"]
        assert {cell.border.left.style for cell in sheet[2] if not cell.protection.locked} == {"thin"}
        in_question = self.books["copy"]["Rows to correct"]["C2"]
        assert in_question.border.left.style == "medium"
        assert "Amount in pounds: A thousand times less" in self.books["copy"]["Rows to correct"]["E2"].value

    def test_only_answers_are_open_and_the_rest_is_locked_without_a_password(self):
        sheet = self.books["workbook"]["Returns 2013-14"]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        unlocked = [column.key for column, cell in zip(COLUMNS, sheet[2], strict=True) if not cell.protection.locked]
        assert tuple(unlocked) == ANSWERED
        assert all(cell.protection.locked for cell in sheet[1])
        assert not self.books["copy"]["Rows to correct"].protection.sheet

    def test_outcomes_are_chosen_and_amounts_are_whole_numbers(self):
        for book, name, places in (
            ("workbook", "Returns 2013-14", ["J2:J3", "K2:K3", "L2:L3", "M2:M3"]),
            ("copy", "Rows to correct", ["B2:B3", "C2:C3", "D2:D3"]),
        ):
            rules = {str(rule.sqref): rule for rule in self.books[book][name].data_validations.dataValidation}
            assert sorted(rules) == places
            outcome, amount = rules[places[0]], rules[places[1]]
            assert outcome.formula1 == '"Figure,Not calculated,Not aimed at savings,Too early to say,Withheld"'
            assert (amount.type, amount.formula1, amount.formula2) == ("whole", str(-LARGEST), str(LARGEST))
            assert "In this financial year, net, whole arrangement, all partners together." in amount.prompt
            assert all(rule.prompt and rule.error for rule in rules.values())

    def test_the_notes_define_every_outcome_and_column(self):
        notes = dict(self.books["workbook"]["Notes"].iter_rows(min_row=2, values_only=True))
        assert notes["What an amount is"] == "In this financial year, net, whole arrangement, all partners together."
        for outcome in Outcome:
            assert notes[f"Outcome: {outcome.label}"] == MEANINGS[outcome]
        for column in COLUMNS:
            assert notes[f"Column: {column.heading}"] == column.meaning

    def test_the_cover_says_what_when_and_how(self):
        about = "\n".join(str(row[0]) for row in self.books["workbook"]["About"].iter_rows(values_only=True))
        for said in ("2013/14", "Adur District Council", "20 April 2014", "31 March 2014", "2 rows", "8 May 2014", "Row version"):
            assert said in about
        empty = "\n".join(str(row[0]) for row in self.books["without rows"]["About"].iter_rows(values_only=True))
        assert "There is nothing to fill in" in empty


class CopyTests(SimpleTestCase):
    def test_rows_stay_in_their_places_and_what_is_wrong_stands_beside_them(self):
        rows = [["Returns"], [], ["Reference", "Checked by", "Outcome", "Amount"], ["SSR-0001", "AB", "Figure", 410], []]
        table = read_table(xlsx([*rows, ["SSR-0002", "CD", "Figure", "1.2m approx"]]), "x")
        sheet = openpyxl.load_workbook(
            io.BytesIO(copy_with_faults(table, [(6, "amount", "“1.2m approx” is no amount."), (6, "", "The year is missing.")]))
        )["Rows to correct"]
        assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
            ["What is wrong in Returns", None, None, None],
            [None] * 4,
            ["Arrangement reference", "Outcome", "Amount in pounds", "What is wrong"],
            ["SSR-0001", "Figure", 410, None],
            [None] * 4,
            ["SSR-0002", "Figure", "1.2m approx", "Amount in pounds: “1.2m approx” is no amount.\nThe year is missing."],
        ]

    def test_it_says_what_it_leaves_out(self):
        table = read_table(xlsx([["Reference", "Checked by", "Outcome", "Amount"], ["SSR-0001", "AB", "Figure", 410]]), "x")
        about = openpyxl.load_workbook(io.BytesIO(copy_with_faults(table, [])))["About this copy"]
        said = [row[0] for row in about.iter_rows(values_only=True)]
        assert "Columns that the register does not know were left out: “Checked by”." in said
        assert any(sentence.startswith("None of the 1 rows") for sentence in said)


class WordsTests(SimpleTestCase):
    def test_an_outcome_is_known_by_its_words_and_its_code(self):
        assert outcome_of(" not  CALCULATED ") == Outcome.NOT_CALCULATED
        assert outcome_of("not_aimed") == Outcome.NOT_AIMED
        assert outcome_of("Too early to say.") == Outcome.TOO_EARLY
        assert outcome_of("perhaps") is None
        assert outcome_of("") is None


@override_settings(REGISTER_TODAY=TODAY)
class PrefilledTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.before = make_year(2013), make_year(2012)
        cls.adur = make_council("Adur District Council", kind="district", slug="adur")
        cls.worthing = make_council("Worthing Borough Council", kind="district", slug="worthing")
        cls.body = make_body("Sussex Police")
        cls.waste = make_arrangement(cls.adur, cls.worthing, name="Waste", bodies=[cls.body])
        cls.ict = make_arrangement(cls.adur, cls.worthing, name="ICT")
        cls.legal = make_arrangement(cls.worthing, cls.adur, name="Legal")
        make_arrangement(cls.adur, cls.worthing, name="Over", ended_on=date(2014, 3, 30), end_reason="expired")
        make_saving(cls.waste, cls.before, 350_000)
        make_saving(cls.waste, cls.year, -5, note="One-off cost")
        make_saving(cls.ict, cls.before, outcome=Outcome.WITHHELD)
        for council in (cls.adur, cls.worthing):
            make_return(council, cls.year)
        make_return(cls.adur, cls.before)
        cls.all = AnnualReturn.objects.all()

    def rows(self, content: bytes) -> dict[str, dict[str, str]]:
        return {
            row.cells["arrangement"].text: {key: c.text for key, c in row.cells.items()} for row in read_table(content, "x").rows
        }

    def test_each_line_of_each_return_has_its_row_with_both_years_answers(self):
        rows = self.rows(workbook(self.year, self.all))
        assert list(rows) == ["ICT", "Waste", "Legal"]  # by council, then by name
        assert rows["Waste"] == {
            "council": "Adur District Council",
            "gss_code": self.adur.gss_code,
            "year": "2013/14",
            "reference": self.waste.reference,
            "arrangement": "Waste",
            "partners": "Worthing Borough Council; Sussex Police",
            "service": "Ict",
            "last_outcome": "Figure",
            "last_amount": "350000",
            "outcome": "Figure",
            "amount": "-5",
            "note": "One-off cost",
            "reason": "",
            "version": "1",
        }
        assert [rows["ICT"][key] for key in ("last_outcome", "last_amount", "outcome", "amount", "version")] == [
            "Withheld",
            "",
            "",
            "",
            "",
        ]
        assert [rows["Legal"][key] for key in ("last_outcome", "outcome", "version")] == ["", "", ""]

    def test_the_version_is_that_of_the_answer_that_stands(self):
        self.waste.reported_savings.filter(year=self.year).update(amount=7)
        assert self.rows(workbook(self.year, self.all))["Waste"]["version"] == "2"

    def test_one_councils_workbook_holds_its_lines_alone(self):
        assert list(self.rows(workbook(self.year, self.all.filter(council=self.worthing)))) == ["Legal"]

    def test_a_council_that_answers_for_nothing_gets_a_workbook_that_says_so(self):
        lone = make_council("Lone Council")
        make_return(lone, self.year)
        with pytest.raises(FileRefused, match="has the headings in row 1 and no row under them"):
            read_table(workbook(self.year, self.all.filter(council=lone)), "x")

    def test_the_archive_holds_one_workbook_for_each_council(self):
        with ZipFile(io.BytesIO(zip_of_workbooks(self.year, self.all))) as archive:
            assert archive.namelist() == ["returns-2013-14-adur.xlsx", "returns-2013-14-worthing.xlsx"]
            assert list(self.rows(archive.read("returns-2013-14-adur.xlsx"))) == ["ICT", "Waste"]
        assert zip_of_workbooks(self.year, self.all) == zip_of_workbooks(self.year, self.all)

    def test_writing_takes_five_queries_whatever_the_rows(self):
        with self.assertNumQueries(5):
            workbook(self.year, self.all)
        for number in range(60):
            arrangement = make_arrangement(self.adur, self.worthing, name=f"More {number}", bodies=[self.body])
            make_saving(arrangement, self.year)
        with self.assertNumQueries(5):
            workbook(self.year, self.all)
        with self.assertNumQueries(5):
            zip_of_workbooks(self.year, self.all)
