"""Workbooks of one long table by the government's rules for accessible spreadsheets, written row by row.

A cover, a sheet that says what the columns are, and the table: each begins in A1, every table is named and headed,
nothing is merged, no row is empty, the headings stay in sight. However many rows there are, few of them are in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import IO, Any

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_range

from sharedservices.common.columns import DAY, FLAG, NUMBER, Columns

LANGUAGE = "en-GB"
WIDE, NARROW, TEXT_WIDTH = 40, 16, 100
Paragraphs = Mapping[str, Sequence[str]]  # by their heading
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "text_wrap": True},
    "heading": {"bold": True, "font_size": 14, "text_wrap": True},
    "text": {"text_wrap": True, "valign": "top"},
    "number": {"num_format": "#,##0", "valign": "top"},
    "missing": {"align": "right", "valign": "top"},
    "column": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2},
}


class CoreWithLanguage(Core):
    """The properties of the document, with its language, which screen readers ask for."""

    def _write_dc_title(self) -> None:
        super()._write_dc_title()
        self._xml_data_element("dc:language", LANGUAGE)


class PackagerWithLanguage(Packager):
    """Writes those properties."""

    def _write_core_file(self) -> None:
        core = CoreWithLanguage()
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._set_properties(self.workbook.doc_properties)
        core._assemble_xml_file()


class BookWithLanguage(xlsxwriter.Workbook):
    """The writer's workbook with that packager, by the door that the writer leaves for it."""

    def _get_packager(self) -> Packager:
        return PackagerWithLanguage()


def write_book(out: IO[bytes], *, name: str, cover: Paragraphs, columns: Columns, rows: Iterable[Any], made_on: date) -> None:
    """The whole workbook. `name` is that of the table and its sheet; the first heading of the cover is the title."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 12},
    }
    with BookWithLanguage(out, options) as book:
        made = datetime.combine(made_on, time(), tzinfo=UTC)
        book.set_properties({"title": next(iter(cover)), "author": "Shared Services Register", "created": made})
        looks = {look: book.add_format(options) for look, options in LOOKS.items()}
        _write_cover(book.add_worksheet("Cover"), cover, looks)
        said = ((column, each.says, ", ".join(each.codes) or "Any") for column, each in columns.items())
        _write_table(
            book.add_worksheet("Columns"), "Columns", {"Column": NARROW, "Meaning": TEXT_WIDTH, "Values": WIDE}, said, looks
        )
        _write_table(book.add_worksheet(name), name, _widths(columns), (_shown(row, columns) for row in rows), looks)


def _write_cover(sheet: Any, cover: Paragraphs, looks: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, TEXT_WIDTH)
    sheet.hide_gridlines(2)
    lines = [
        (text, look) for heading, texts in cover.items() for text, look in [(heading, "heading"), *((t, "text") for t in texts)]
    ]
    for at, (text, look) in enumerate(lines):
        sheet.write_string(at, 0, text, looks[look if at else "title"])


def _widths(columns: Columns) -> dict[str, int]:
    return {name: NARROW if column.kind in (NUMBER, DAY, FLAG) else WIDE for name, column in columns.items()}


def _shown(row: Any, columns: Columns) -> Iterable[Any]:
    """A row's cells: numbers as numbers, where one is missing why, all else as text."""
    for column in columns.values():
        value = column(row)
        if value is None and column.missing:
            yield column.missing(row)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value
        else:
            yield _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _write_table(
    sheet: Any, name: str, widths: Mapping[str, int], rows: Iterable[Iterable[Any]], looks: Mapping[str, Any]
) -> None:
    """Headings in the first row, always in sight and repeated in print; the table that they head has a name."""
    rows = iter(rows)
    first = next(rows, None)
    if first is not None:
        _name_table(sheet, name, list(widths))
    for place, (heading, width) in enumerate(widths.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, looks["column"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    if first is None:
        return  # a table needs a row; headings without any stay headings
    at = 0
    for at, row in enumerate(chain([first], rows), start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, place, value, looks["number"])
            elif value:
                # Text stays text, whatever it begins with. None is too long for a cell: no list of the register comes near.
                sheet.write_string(at, place, value, looks["missing" if value.startswith("[") and len(value) == 3 else "text"])
    whole = xl_range(0, 0, at, len(widths) - 1)
    sheet.tables[0] |= {"range": whole, "a_range": whole, "autofilter": whole}


def _name_table(sheet: Any, name: str, headings: Sequence[str]) -> None:
    """A table of one row for now: the writer would keep a mark for each cell, and refuses where it keeps no cells."""
    sheet.constant_memory = False
    sheet.add_table(
        0, 0, 1, len(headings) - 1, {"name": f"{name}_table", "columns": [{"header": each} for each in headings], "style": None}
    )
    sheet.constant_memory = True
