"""Workbooks whose archive is sound and whose sheets are not, or are out of the ordinary."""

from __future__ import annotations

import io
import re

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.table import Table

from arrangements.returns.workbook.tests.corpus import Case
from arrangements.returns.workbook.tests.made_files import (
    HEADINGS,
    READ,
    ROWS,
    changed,
    xlsx,
)

WORKBOOK = xlsx()
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (b"%d" % (n - 1) if n else b"") * 10) for n in range(10))
    + b"]>"
)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def in_sheet(old: str, new: str, rows: list[list[object]] | None = None) -> bytes:
    """The ordinary workbook with something in its sheet replaced; it must be there."""

    def change(part: bytes) -> bytes:
        assert re.search(old.encode(), part), old
        return re.sub(old.encode(), lambda _: new.encode(errors="surrogatepass"), part, count=1)

    return changed(xlsx(rows) if rows else WORKBOOK, SHEET, change)


def sheet_of(xml: bytes) -> bytes:
    """The ordinary workbook with this in place of its sheet."""
    return changed(WORKBOOK, SHEET, lambda _: xml)


def rows_of(xml: str) -> bytes:
    """A sheet with the headings and these rows in XML, texts within the cells."""
    cells = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in zip("ABCD", HEADINGS, strict=True)
    )
    head = f'<worksheet xmlns="{MAIN.decode()}"><sheetData><row r="1">{cells}</row>'
    return sheet_of(f"{head}{xml}</sheetData></worksheet>".encode())


def one(cells: str) -> bytes:
    """One row of these cells under the headings."""
    return rows_of(f'<row r="2">{cells}</row>')


def doctype(part: str, declaration: bytes) -> bytes:
    """The declaration before the first element of the part."""
    return changed(WORKBOOK, part, lambda xml: re.sub(rb"(<\?xml[^>]*\?>\s*)", lambda found: found[1] + declaration, xml))


def as_utf_16(part: bytes) -> bytes:
    return part.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def formulas(book, sheet) -> None:
    sheet.write_formula("A2", "=cmd|' /C calc'!A0", None, "SSR-0001")
    sheet.write_formula("C2", "='[http://example.org/x.xlsx]Sheet1'!A1", None, 410_000)
    sheet.write_formula("C3", '=HYPERLINK("http://example.org/")', None, "")
    sheet.write_formula("D3", "=A1:A9*2", None, "Not yet agreed")


def merged_headings(book, sheet) -> None:
    sheet.merge_range("A1:B1", "Arrangement")
    sheet.merge_range("C1:D1", "Answer")
    for number, row in enumerate([["Reference", "Outcome", "Amount", "Note"], *ROWS], start=1):
        sheet.write_row(number, 0, row)


def merged_heading_above_data(book, sheet) -> None:
    sheet.merge_range("C1:D1", "Amount in pounds")
    sheet.write_blank("D1", None, book.add_format())


def styled(book, sheet) -> None:
    look = book.add_format({"bold": True, "bg_color": "#FFCC00", "num_format": "£#,##0"})
    sheet.set_row(1, 30, look)
    sheet.write_number("C2", 410_000, look)
    sheet.write_comment("C2", "From the finance team")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.conditional_format("C2:C3", {"type": "data_bar"})
    sheet.autofilter("A1:D3")
    sheet.data_validation("B2:B3", {"validate": "list", "source": ["Figure", "Withheld"]})
    sheet.insert_image("G2", "dot.png", {"image_data": io.BytesIO(DOT)})
    sheet.write_url("H9", "https://example.org/")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Returns!$C$2:$C$3"})
    sheet.insert_chart("J2", chart)
    pie = book.add_chart({"type": "pie"})
    pie.add_series({"values": "=Returns!$C$2:$C$3"})
    book.add_chartsheet().set_chart(pie)
    book.define_name("Total", "=Returns!$C$2")
    sheet.add_sparkline("I2", {"range": "Returns!C2:C3"})


def by_openpyxl() -> bytes:
    """An ordinary workbook of another program: a chart, a comment, colours by rule, a table, texts within the cells."""
    book = openpyxl.Workbook(iso_dates=True)
    sheet = book.active
    for row in [HEADINGS, *ROWS]:
        sheet.append(row)
    sheet["C2"].comment = Comment("From the finance team", "Analyst")
    sheet["C2"].number_format = '"£"#,##0'
    sheet["D2"].value = CellRichText("Council ", TextBlock(InlineFont(b=True), "return"))
    sheet.conditional_formatting.add(
        "C2:C3", ColorScaleRule(start_type="min", end_type="max", start_color="FF0000", end_color="00FF00")
    )
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "J2")
    sheet.add_table(Table(displayName="Returns", ref="A1:D3"))
    book.create_sheet("Pivot").append(["Sum of amounts", 410_000])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_prefixes() -> bytes:
    """As some programs write it: every element with a prefix for its namespace."""

    def prefixed(part: bytes) -> bytes:
        part = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", part)
        return part.replace(b" xmlns=", b" xmlns:x=")

    return changed(WORKBOOK, "xl/(workbook|sharedStrings|styles|worksheets/sheet1).xml", prefixed)


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f0005000201"
    "dd8db01b0000000049454e44ae426082"
)

SHEETS = [
    # What XML can do
    Case("entities that multiply (billion laughs)", lambda: doctype("xl/sharedStrings.xml", LAUGHS), says="(DOCTYPE)"),
    Case(
        "entity from a file", lambda: doctype(SHEET, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), says="(DOCTYPE)"
    ),
    Case(
        "definition on another machine",
        lambda: doctype("xl/workbook.xml", b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'),
        says="(DOCTYPE)",
    ),
    Case(
        "parameter entity in the styles",
        lambda: doctype("xl/styles.xml", b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x/">%p;]>'),
        says="(DOCTYPE)",
    ),
    Case(
        "definition in UTF-16",
        lambda: changed(doctype("xl/workbook.xml", LAUGHS), "xl/workbook.xml", as_utf_16),
        says="(DOCTYPE)",
    ),
    Case("definition in the relationships", lambda: doctype("_rels/.rels", LAUGHS), says="(DOCTYPE)"),
    Case("sheet in UTF-16", lambda: changed(WORKBOOK, SHEET, as_utf_16), rows=READ),
    Case(
        "sheet that breaks off",
        lambda: changed(WORKBOOK, SHEET, lambda part: part[:-200]),
        says="breaks off or is malformed at line",
    ),
    Case("sheet that is no XML", lambda: sheet_of(b"\x00\x01\x02" * 100), says="breaks off or is malformed at line 1"),
    Case(
        "sheet in an encoding nobody knows",
        lambda: changed(WORKBOOK, SHEET, lambda p: p.replace(b"UTF-8", b"UTF-99")),
        says="names an encoding that no workbook is in",
    ),
    Case(
        "sheet in an encoding of several bytes",
        lambda: changed(WORKBOOK, SHEET, lambda p: p.replace(b"UTF-8", b"cp932")),
        says="names an encoding that no workbook is in",
    ),
    Case(
        "attribute of 30 MB", lambda: sheet_of(b'<worksheet x="' + b"y" * 30_000_000 + b'"/>'), says="a tag of more than 262,144"
    ),
    Case(
        "comment of 30 MB",
        lambda: sheet_of(b"<worksheet><!--" + b"y" * 30_000_000 + b"--></worksheet>"),
        says="a tag of more than",
    ),
    Case(
        "a million elements in each other",
        lambda: rows_of("<a>" * 1_000_000),
        says="holds more than 100 elements within each other",
    ),
    Case("four million empty elements", lambda: rows_of("<a/>" * 4_000_000), says="holds far more cells and formats"),
    Case(
        "four million empty cells with a format",
        lambda: rows_of('<row><c s="1"/></row>' * 2_000_000),
        says="holds more than 200,000 empty rows",
    ),
    # What a sheet may say of itself
    Case(
        "a sheet declared a million rows by sixteen thousand columns",
        lambda: in_sheet('ref="A1:D3"', 'ref="A1:XFD1048576"'),
        rows=READ,
    ),
    Case(
        "a billion texts declared",
        lambda: changed(WORKBOOK, "xl/sharedStrings.xml", lambda p: re.sub(rb'ount="\d+"', b'ount="1000000000"', p)),
        rows=READ,
    ),
    Case(
        "one cell in the last corner (XFD1048576)",
        lambda: in_sheet("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        says="Cell XFD1048576 of the sheet “Returns”",
    ),
    Case(
        "one cell in the last row",
        lambda: in_sheet("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'),
        rows=[*READ, ["1", "", "", ""]],
    ),
    Case(
        "row beyond the last",
        lambda: in_sheet("</sheetData>", '<row r="1048577"><c r="A1"><v>1</v></c></row></sheetData>'),
        says="row 1048577 follows row 3",
    ),
    Case(
        "row with a number of a thousand digits",
        lambda: in_sheet('<row r="3"', f'<row r="{"9" * 1000}"'),
        says="is damaged: row 999",
    ),
    Case("rows out of order", lambda: in_sheet('<row r="2"', '<row r="9"'), says="row 3 follows row 9"),
    Case("a row there twice", lambda: in_sheet('<row r="3"', '<row r="2"'), says="row 2 follows row 2"),
    Case("a cell there twice", lambda: in_sheet('<c r="C2"', '<c r="B2"'), says="cell B2 stands in the wrong place"),
    Case("a cell that is nowhere", lambda: in_sheet('<c r="C2"', '<c r="ZZZZ99999999"'), says="a cell calls itself ZZZZ99999999"),
    Case(
        "a cell outside any row",
        lambda: in_sheet("<sheetData>", '<sheetData><c r="A1"><v>1</v></c>'),
        says="stands in the wrong place",
    ),
    Case(
        "a text that isn't there",
        lambda: in_sheet('t="s"><v>0</v>', 't="s"><v>987654321</v>'),
        says="it has no text number 987654321",
    ),
    Case("a text before the first", lambda: in_sheet('t="s"><v>0</v>', 't="s"><v>-1</v>'), says="it has no text number -1"),
    Case(
        "half a million different texts",
        lambda: changed(
            WORKBOOK, "xl/sharedStrings.xml", lambda p: p.replace(b"</sst>", b"<si><t>x</t></si>" * 500_000 + b"</sst>")
        ),
        says="more than 400,000 different texts",
    ),
    Case(
        "a text of 20 MB that no cell shows",
        lambda: changed(
            WORKBOOK, "xl/sharedStrings.xml", lambda p: p.replace(b"</sst>", b"<si><t>" + b"x" * 20_000_000 + b"</t></si></sst>")
        ),
        says="holds a text of more than 1,000,000 characters",
    ),
    Case(
        "a cell of 40,000 characters",
        lambda: one(f'<c r="D2" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>'),
        says="Cell D2 of the sheet “Returns” holds 40,000 characters",
    ),
    Case(
        "a cell of 8 million characters",
        lambda: one(f'<c r="D2" t="str"><v>{"x" * 8_000_000}</v></c>'),
        says="Cell D2 of the sheet “Returns” holds 1,0",
    ),
    Case(
        "60,001 rows", lambda: rows_of("<row><c><v>1</v></c></row>" * 60_001), says="has more than 60,000 rows under its headings"
    ),
    Case(
        "a hundred and one columns",
        lambda: xlsx([[*HEADINGS, *(f"More {n}" for n in range(97))], *ROWS]),
        says="heads 101 columns",
    ),
    # What may stand in a cell
    Case(
        "formulas, links and commands",
        lambda: xlsx(more=formulas),
        formulas=4,
        rows=[["SSR-0001", "Figure", "410000", "Council return"], ["SSR-0002", "Withheld", "", "Not yet agreed"]],
    ),
    Case(
        "formulas without a result",
        lambda: one('<c r="A2"><f>1+1</f></c><c r="C2"><f t="shared" si="0"/></c>'),
        formulas=2,
        rows=[["", "", "", ""]],
    ),
    Case(
        "days where amounts belong",
        lambda: xlsx(more=lambda book, sheet: sheet.write_number("C2", 41_729, book.add_format({"num_format": "d mmm yyyy"}))),
        rows=[["SSR-0001", "Figure", "2014-03-31", "Council return"], READ[1]],
    ),
    Case(
        "a day after the last there is",
        lambda: xlsx(more=lambda book, sheet: sheet.write_number("C2", 1e15, book.add_format({"num_format": "yyyy-mm-dd"}))),
        rows=[["SSR-0001", "Figure", "1000000000000000", "Council return"], READ[1]],
    ),
    Case(
        "numbers larger than any amount",
        lambda: one('<c r="B2"><v>92233720368547758080</v></c><c r="C2"><v>1E+300</v></c>'),
        rows=[["", "92233720368547758080", "1e+300", ""]],
    ),
    Case(
        "not a number, infinite, and with an exponent",
        lambda: one('<c r="A2"><v>NaN</v></c><c r="B2"><v>INF</v></c><c r="C2"><v>4.1E+5</v></c><c r="D2"><v>1e999</v></c>'),
        rows=[["NaN", "INF", "410000", "inf"]],
    ),
    Case(
        "a number of a million digits", lambda: one(f'<c r="C2"><v>{"9" * 1_000_000}</v></c>'), says="holds 1,000,000 characters"
    ),
    Case(
        "yes, no and errors",
        lambda: one('<c r="A2" t="b"><v>1</v></c><c r="B2" t="b"><v>0</v></c><c r="C2" t="e"><v>#REF!</v></c>'),
        rows=[["TRUE", "FALSE", "#REF!", ""]],
    ),
    Case("a kind of cell nobody knows", lambda: one('<c r="C2" t="zz"><v>5</v></c>'), rows=[["", "", "5", ""]]),
    Case(
        "marks that turn the direction of writing",
        lambda: xlsx([HEADINGS, ["SSR-\u202e1000\u202c", "\u2067Figure\u2069", 1, "x"]]),
        rows=[["SSR-1000", "Figure", "1", "x"]],
        remarks=["taken out of A2, B2"],
    ),
    Case(
        "characters without width",
        lambda: xlsx([HEADINGS, ["S\u200bSR\u200d-0001", "Fig\u00adure", 1, "\ufeffx\u2060"]]),
        rows=[["SSR-0001", "Figure", "1", "x"]],
        remarks=["taken out of A2, B2, D2"],
    ),
    Case(
        "NUL and other control characters",
        lambda: one('<c r="D2" t="inlineStr"><is><t>a_x0000_b_x001B_c</t></is></c>'),
        rows=[["", "", "", "abc"]],
        remarks=["taken out of D2"],
    ),
    Case(
        "half a character",
        lambda: one('<c r="D2" t="str"><v>a_xD800_b</v></c>'),
        rows=[["", "", "", "ab"]],
        remarks=["taken out of D2"],
    ),
    Case(
        "texts composed differently",
        lambda: xlsx([HEADINGS, ["SSR-0001", "Figure", 1, "Cafe\u0301 \u212b"]]),
        rows=[["SSR-0001", "Figure", "1", "Caf\u00e9 \u00c5"]],
    ),
    Case(
        "pronunciation and runs of formats",
        lambda: one(
            '<c r="D2" t="inlineStr"><is><r><t>Two </t></r><rPh sb="0" eb="1"><t>no</t></rPh><r><t>runs</t></r></is></c>'
        ),
        rows=[["", "", "", "Two runs"]],
    ),
    # What stands where
    Case(
        "headings merged over the headings",
        lambda: xlsx([], more=merged_headings),
        rows=READ,
        remarks=["Merged cells: A1:B1, C1:D1."],
    ),
    Case(
        "a heading merged over two columns",
        lambda: xlsx(more=merged_heading_above_data),
        rows=[row[:3] for row in READ],
        unknown=["column D, which has no heading"],
        remarks=["Merged cells: C1:D1."],
    ),
    Case(
        "a hundred thousand merged cells",
        lambda: in_sheet("</sheetData>", "</sheetData><mergeCells>" + '<mergeCell ref="F1:G9"/>' * 100_000 + "</mergeCells>"),
        rows=READ,
        remarks=["and 99,995 more ranges"],
    ),
    Case(
        "two columns of one meaning",
        lambda: xlsx([["Reference", "Outcome", "Amount", "SAVINGS"], *ROWS]),
        says="Columns C (“Amount”) and D (“SAVINGS”)",
    ),
    Case("headings without a row", lambda: xlsx([HEADINGS]), says="has the headings in row 1 and no row under them"),
    Case("an empty sheet", lambda: xlsx([]), says="None of its sheets (“Returns”) has a row with headings"),
    Case("rows without headings", lambda: xlsx(ROWS), says="None of its sheets (“Returns”) has a row with headings"),
    Case("headings in row 21", lambda: xlsx([*[["x"]] * 20, HEADINGS, *ROWS]), says="among the first 20 rows"),
    Case("chart, comment, table, rich text by another program", by_openpyxl, rows=READ),
    Case("elements with prefixes", with_prefixes, rows=READ),
    Case(
        "charts, styles, comments, pictures, filters",
        lambda: xlsx(more=styled),
        rows=READ,
        remarks=["Hidden rows were read as well: 3."],
        unknown=["column H, which has no heading"],
    ),
]
