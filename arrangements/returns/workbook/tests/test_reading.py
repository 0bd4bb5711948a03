"""Reading ordinary files, however they were made: the same rows come out of all of them."""

from __future__ import annotations

import codecs
import json
import pickle
import re
from datetime import date, datetime

import pytest

from arrangements.returns.workbook.reading import Cell, FileRefused, Table, read_table
from arrangements.returns.workbook.tests.made_files import (
    HEADINGS,
    READ,
    ROWS,
    changed,
    delimited,
    ods,
    ods_cell,
    ods_content,
    ods_row,
    xlsx,
)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells.values()] for row in table.rows]


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_table(content, "returns")
    return str(refused.value)


def strict(content: bytes) -> bytes:
    """The workbook as strict OOXML names things."""
    for usual, of_strict in (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        content = changed(content, r".*(xml|rels)", lambda part, old=usual, new=of_strict: part.replace(old, new))
    return content


SAME = {
    "xlsx": xlsx(),
    "strict xlsx": strict(xlsx()),
    "xlsx whose cells don't say where they stand": changed(
        xlsx([HEADINGS, ["SSR-0001", "Figure", 410_000, "Council return"], ["SSR-0002", "Withheld", " ", "Not yet agreed"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: re.sub(rb' r="[A-Z]*\d+"', b"", part),
    ),
    "ods": ods(),
    "csv": delimited().encode(),
    "csv with a mark": codecs.BOM_UTF8 + delimited().encode(),
    "csv with semicolons": delimited(separator=";").encode(),
    "csv with pipes": delimited(separator="|", end="\n").encode(),
    "tsv": delimited(separator="\t", end="\r").encode(),
    "csv that names its separator": ("sep=;\r\n" + delimited(separator=";")).encode(),
    "utf-16": delimited(separator="\t").encode("utf-16"),
    "utf-16 big-endian": codecs.BOM_UTF16_BE + delimited().encode("utf-16-be"),
    "utf-16 without a mark": delimited().encode("utf-16-le"),
    "utf-16 big-endian without a mark": delimited().encode("utf-16-be"),
    "windows-1252": delimited().encode("cp1252"),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_rows_come_out_of_every_format(name):
    table = read_table(SAME[name], "returns 2013.csv")
    assert texts(table) == READ
    assert table.columns == {"reference": "A", "outcome": "B", "amount": "C", "note": "D"}
    assert [row.number for row in table.rows] == [2, 3]
    assert (table.header_row, table.unknown, table.missing, table.remarks) == (1, [], [], [])
    assert table.sheet == ("Returns" if name.endswith(("xlsx", "ods", "stand")) else "returns 2013.csv")


def test_pounds_and_accents_are_read_in_both_one_byte_and_utf_8_files():
    rows = [HEADINGS, ["SSR-0001", "Figure", "£410000", "Café, “quoted”"]]
    text = delimited(rows, separator=";")
    for encoded in (text.encode(), text.encode("cp1252"), text.encode("utf-16")):
        assert texts(read_table(encoded, "x"))[0][2:] == ["£410000", "Café, “quoted”"]


def test_columns_are_found_by_name_in_any_order_and_unknown_ones_are_reported():
    rows = [
        ["Returns of our county"],
        [],
        ["Checked by", "AMOUNT (£)", "", "outcome", "Reference"],
        ["AB", 5, "stray", "Figure", "SSR-0007"],
    ]
    table = read_table(xlsx(rows), "x")
    assert table.header_row == 3
    assert table.columns == {"amount": "B", "outcome": "D", "reference": "E"}
    assert table.unknown == ["Checked by", "column C, which has no heading"]
    assert [(row.number, {key: cell.text for key, cell in row.cells.items()}) for row in table.rows] == [
        (4, {"amount": "5", "outcome": "Figure", "reference": "SSR-0007"})
    ]
    assert table.rows[0].cells["outcome"] == Cell("Figure", "D", is_formula=False)


def test_columns_that_are_needed_and_absent_are_named():
    assert read_table(xlsx([["Council", "Financial year"], ["Adur", "2013/14"]]), "x").missing == [
        "reference",
        "outcome",
        "amount",
    ]


def test_two_columns_of_one_meaning_are_refused_by_name():
    said = refusal(xlsx([["Reference", "Outcome", "Amount", "Saving (£)"], ["SSR-0001", "Figure", 1, 2]]))
    assert said.startswith("Columns C (“Amount”) and D (“Saving (£)”) of the sheet “Returns” both stand for “Amount in pounds”.")


def test_empty_rows_are_skipped_and_numbers_stay_those_of_the_sheet():
    table = read_table(xlsx([HEADINGS, [], ROWS[0], ["", " ", ""], [], ROWS[1], [], ["Source: our finance team"]]), "x")
    assert [row.number for row in table.rows] == [3, 6, 8]
    assert table.rows[2].cells["reference"].text == "Source: our finance team"
    assert [row.number for row in read_table((delimited() + "\r\n;;\r\n,,\r\nx,,,\r\n").encode(), "x").rows] == [2, 3, 5, 7]


def test_text_is_what_a_person_reads():
    def more(book, sheet):
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "d mmm yyyy hh:mm"})
        sheet.write_datetime("A4", datetime(2014, 3, 31), day)
        sheet.write_datetime("B4", datetime(2014, 3, 31, 5, 6), moment)
        sheet.write_number("C4", 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number("D4", 26.5, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_boolean("A5", True)
        sheet.write_number("B5", 0.1 + 0.2)
        sheet.write_number("C5", 1e20)
        sheet.write_number("D5", -2_000.0)
        sheet.write_string("A6", "  x\r\ny\u00a0")
        sheet.write_string("B6", "cafe\u0301")
        sheet.write_number("C6", 41_729, book.add_format({"num_format": '[Red]#,##0" days";-#,##0'}))
        sheet.write_string("D6", "_x0041_")

    assert texts(read_table(xlsx(more=more), "x"))[2:] == [
        ["2014-03-31", "2014-03-31 05:06:00", "12:00:00", "26.5"],
        ["TRUE", "0.3", "100000000000000000000", "-2000"],
        ["x\ny", "café", "41729", "_x0041_"],
    ]


def test_days_since_1904_are_read_as_that_calendar_has_them():
    def more(book, sheet):
        sheet.write_datetime("C3", date(2014, 3, 31), book.add_format({"num_format": "yyyy-mm-dd"}))

    content = changed(
        xlsx(more=lambda book, sheet: more(book, sheet)),
        "xl/workbook.xml",
        lambda part: part.replace(b"<workbookPr ", b'<workbookPr date1904="1" '),
    )
    assert texts(read_table(content, "x"))[1][2] == "2018-04-01"


def test_formulas_are_told_from_values_and_errors_stay_as_they_are():
    def more(book, sheet):
        sheet.write_formula("C2", "=200000+210000", None, 410_000)
        sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B3", '="With"&"held"', None, "Withheld")
        sheet.write_formula("D3", "=Z1", None, "")

    rows = read_table(xlsx(more=more), "x").rows
    assert rows[0].cells["amount"] == Cell("410000", "C", is_formula=True)
    assert rows[1].cells["amount"] == Cell("#DIV/0!", "C", is_formula=True)
    assert rows[1].cells["outcome"] == Cell("Withheld", "B", is_formula=True)
    assert rows[1].cells["note"] == Cell("", "D", is_formula=True)
    assert rows[0].cells["outcome"].is_formula is False

    formula = ods_cell(410_000, 'table:formula="of:=[.A1]+1"')
    row = read_table(ods([HEADINGS, ["SSR-0001", "Figure", formula, "=not a formula"]]), "x").rows[0]
    assert [(cell.text, cell.is_formula) for cell in row.cells.values()][2:] == [("410000", True), ("=not a formula", False)]

    row = read_table(delimited([HEADINGS, ["SSR-0001", "Figure", "=2+3", "-"]]).encode(), "x").rows[0]
    assert [cell.is_formula for cell in row.cells.values()] == [False, False, True, False]


def test_what_an_opendocument_cell_shows_is_read_and_nothing_else():
    rich = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>A comment</text:p></office:annotation>'
        '<text:p>Two<text:s text:c="3"/>spaces<text:tab/>and <text:span>a <text:a>link</text:a></text:span>'
        "<text:line-break/>below</text:p><text:p>Second</text:p></table:table-cell>"
    )
    day, hour, money = (
        f'<table:table-cell office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'
        for kind, shown in [
            ('date" office:date-value="2014-03-31T00:00:00', "31/03/14"),
            ('time" office:time-value="PT05H06M00S', "05:06"),
            ('currency" office:value="410000', "£410,000.00"),
        ]
    )
    covered = '<table:covered-table-cell office:value-type="string"><text:p>under</text:p></table:covered-table-cell>'
    twice = ods_cell("both", 'table:number-columns-repeated="2"')
    wide = ods_cell("wide", 'table:number-columns-spanned="2" table:number-rows-spanned="1"')
    rows = [HEADINGS, [rich, day, money, hour], [wide, covered, twice], [True, 0.25, "", "#REF!"]]
    table = read_table(ods(rows), "x")
    assert texts(table) == [
        ["Two   spaces\tand a link\nbelow\nSecond", "2014-03-31", "410000", "05:06:00"],
        ["wide", "", "both", "both"],
        ["TRUE", "0.25", "", "#REF!"],
    ]
    assert table.remarks == ["Merged cells: A3:B3. Only the first cell of each holds its value; the others are read as empty."]


def test_repeated_rows_of_an_opendocument_sheet_keep_their_numbers():
    rows = (
        ods_row(HEADINGS)
        + '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        + f'<table:table-row table:number-rows-repeated="2">{"".join(map(ods_cell, ROWS[0]))}</table:table-row>'
        + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    )
    assert [row.number for row in read_table(ods(rows), "x").rows] == [5, 6]


def test_the_first_sheet_with_headings_and_rows_is_read_and_the_others_are_named():
    def more(book, sheet):
        book.add_worksheet("About").write("A1", "Fill in the sheet called 2013-14")
        book.add_worksheet("Empty").write_row(0, 0, HEADINGS)
        for name in ("2013-14", "Copy"):
            made = book.add_worksheet(name)
            for number, row in enumerate([HEADINGS, *ROWS]):
                made.write_row(number, 0, row)

    table = read_table(xlsx([["Nothing here"]], more=more), "x")
    assert (table.sheet, texts(table)) == ("2013-14", READ)
    assert table.remarks == [
        "Read was the sheet “2013-14”. Not read, though they have the headings too: “Copy”. Upload them in files of their own if"
        " they count."
    ]


def test_a_hidden_sheet_is_read_only_where_no_other_has_rows_and_it_is_said():
    def two(book, sheet):
        sheet.hide()
        shown = book.add_worksheet("Shown")
        for number, row in enumerate([HEADINGS, *ROWS]):
            shown.write_row(number, 0, row)
        shown.activate()

    assert read_table(xlsx(sheet="Hidden", more=two), "x").sheet == "Shown"

    def one(book, sheet):
        sheet.hide()
        book.add_worksheet("Shown").activate()

    table = read_table(xlsx(sheet="Hidden", more=one), "x")
    assert table.sheet == "Hidden"
    assert table.remarks == ["The sheet “Hidden” is hidden in the workbook; no other has the headings and rows."]

    style = (
        '<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties'
        ' table:display="false"/></style:style></office:automatic-styles>'
    )
    rows = "".join(map(ods_row, [HEADINGS, *ROWS]))
    hidden = ods_content(rows, before=style, attributes='table:style-name="ta1"', sheet="Hidden")
    assert read_table(ods(content=hidden), "x").remarks == table.remarks


def test_hidden_and_filtered_rows_are_read_and_named():
    table = read_table(xlsx(more=lambda book, sheet: sheet.set_row(2, None, None, {"hidden": True})), "x")
    assert texts(table) == READ
    assert table.remarks == ["Hidden rows were read as well: 3."]


def test_what_cannot_be_seen_is_taken_out_and_reported():
    rows = [HEADINGS, ["SSR-\u200b0001", "\u202eFigure\u202c", 1, "a\x07b"], ["SSR-0002", "Withheld", "", "\ufeffx"]]
    table = read_table(xlsx(rows), "x")
    assert texts(table) == [["SSR-0001", "Figure", "1", "ab"], ["SSR-0002", "Withheld", "", "x"]]
    assert table.remarks == ["Characters that can’t be seen were taken out of A2, B2, D2, D3."]


def test_the_column_that_says_what_is_wrong_is_read_past():
    rows = [[*HEADINGS, "What is wrong"], [*ROWS[0], "Amount: too large"], ["", "", "", "", "left over"]]
    table = read_table(xlsx(rows), "x")
    assert (texts(table), table.unknown) == (READ[:1], [])


def test_a_table_is_kept_as_json_and_pickled_without_a_difference():
    rows = [HEADINGS, ["SSR-0001", "Figure", 5, 'He said "no"\n\\ \u2014 \U0001f600'], ["SSR-0002", "", "", ""]]

    def more(book, sheet):
        sheet.write_formula("C3", "=1+1", None, 2)

    table = read_table(xlsx(rows, more=more), "x")
    assert Table.from_json(table.as_json()) == table
    assert Table.from_json(table.as_json().encode()) == table
    assert pickle.loads(pickle.dumps(table)) == table
    assert json.loads(table.as_json())["rows"][0] == [2, "SSR-0001", "Figure", "5", rows[1][3]]


def test_the_limits_are_said():
    assert refusal(b"x" * (10 * 1024 * 1024 + 1)).startswith("The file has 10.0 MB; the register takes 10 MB at most.")
    many = delimited([["Reference", "Outcome", "Amount"], *[["S", "F", "1"]] * 60_001]).encode()
    assert refusal(many) == "The file has more than 60,000 rows under its headings. Upload them in several files."
    assert len(read_table(many.removesuffix(b"S,F,1\r\n"), "x").rows) == 60_000
