"""OpenDocument spreadsheets that repeat without end, nest, or hold what no cell shows."""

from __future__ import annotations

from arrangements.returns.workbook.tests.corpus import Case
from arrangements.returns.workbook.tests.corpus_sheets import LAUGHS
from arrangements.returns.workbook.tests.made_files import HEADINGS, READ, ROWS, ods, ods_cell, ods_content, ods_row

ORDINARY = ods_content("".join(map(ods_row, [HEADINGS, *ROWS])))


def one(*cells: str) -> bytes:
    """One row of these cells, in XML, under the headings."""
    return ods([HEADINGS, list(cells)])


def repeated(times: str) -> bytes:
    """One row under the headings, so many times."""
    return ods(f'{ods_row(HEADINGS)}<table:table-row table:number-rows-repeated="{times}">{ods_cell("x")}</table:table-row>')


def cell(inner: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{inner}</table:table-cell>"


def with_empty_rest() -> bytes:
    """As programs write a sheet on which somebody has formatted everything."""
    rest = cell("", 'table:number-columns-repeated="16384"')
    rows = [ods_row([*HEADINGS, cell("", 'table:number-columns-repeated="16380"')]), *map(ods_row, ROWS)]
    return ods(f'{"".join(rows)}<table:table-row table:number-rows-repeated="1048573">{rest}</table:table-row>')


def with_linked_copy() -> bytes:
    """The register of links to other files keeps their cells in tables that are no sheets."""
    copy = f"<table:dde-links><table:dde-link><table:table>{ods_row(['x'] * 5)}</table:table></table:dde-link></table:dde-links>"
    return ods(content=ORDINARY.replace(b"</office:spreadsheet>", f"{copy}</office:spreadsheet>".encode()))


def odd_cells() -> bytes:
    day = cell("<text:p>31/03/2014</text:p>", 'office:value-type="date" office:date-value="2014-03-31"')
    no_number = cell("<text:p>?</text:p>", 'office:value-type="float" office:value="NaN"')
    return one(ods_cell("#REF!"), ods_cell(5, 'table:formula="of:=1+4"'), day, no_number)


OPENDOCUMENT = [
    Case("OpenDocument with entities", lambda: ods(content=ORDINARY.replace(b"?>", b"?>" + LAUGHS, 1)), says="(DOCTYPE)"),
    Case("row repeated a million times", lambda: repeated("1048575"), says="has more than 60,000 rows"),
    Case(
        "row repeated ten to the twentieth times",
        lambda: repeated(f"1{'0' * 20}"),
        says="repeats something “100000000000000000000”",
    ),
    Case("row repeated minus one times", lambda: repeated("-1"), says="repeats something “-1” times"),
    Case(
        "cell repeated sixteen thousand times",
        lambda: one(ods_cell("x", 'table:number-columns-repeated="16384"')),
        says="Cell CW2 of the sheet “Returns”",
    ),
    Case("empty rows and columns to the last", with_empty_rest, rows=READ),
    Case(
        "blanks by the billion",
        lambda: one(cell('<text:p>a<text:s text:c="999999999"/>b</text:p>', 'office:value-type="string"')),
        rows=[["a b", "", "", ""]],
    ),
    Case(
        "a table within a cell",
        lambda: one(cell(f"<table:table>{ods_row(['in'])}</table:table>"), *map(ods_cell, ROWS[0][1:])),
        rows=[["", *READ[0][1:]]],
    ),
    Case("the copy of a linked file", with_linked_copy, rows=READ),
    Case("OpenDocument that breaks off", lambda: ods(content=ORDINARY[:-60]), says="its part “content.xml” breaks off"),
    Case("formulas, days and errors", odd_cells, rows=[["#REF!", "5", "2014-03-31", "NaN"]], formulas=1),
]
