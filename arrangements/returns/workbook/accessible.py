"""Workbooks that everyone can read: one table or text on a sheet, beginning in A1, headed, named, wrapped, nothing merged."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Self

from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.cells import LONGEST_TEXT, seen
from arrangements.returns.workbook.columns import Column
from arrangements.returns.workbook.words import RULE
from sharedservices.common.errors import RuleBroken
from sharedservices.common.money import LARGEST, pounds
from sharedservices.common.sheets import BookWithLanguage

Paragraphs = Mapping[str, Sequence[str]]  # by their heading
WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,14}")
WIDTH_OF_TEXT = 100
MAY = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "text_wrap": True},
    "heading": {"bold": True, "font_size": 14, "text_wrap": True},
    "text": {"text_wrap": True, "valign": "top"},
    "number": {"num_format": "#,##0", "valign": "top"},
    "column": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2},
    "text to fill in": {"text_wrap": True, "valign": "top", "locked": False, "border": 1, "bg_color": "#FFFBE6"},
    "number to fill in": {"num_format": "#,##0", "valign": "top", "locked": False, "border": 1, "bg_color": "#FFFBE6"},
    "text in question": {"text_wrap": True, "valign": "top", "border": 2, "bg_color": "#FFFBE6"},
    "number in question": {"num_format": "#,##0", "valign": "top", "border": 2, "bg_color": "#FFFBE6"},
}


class Book:
    """One workbook, written in memory. `content` holds it once the `with` is over."""

    def __init__(self, title: str, *, made_on: date) -> None:
        self.content = b""
        self._out = io.BytesIO()
        self._book = BookWithLanguage(
            self._out,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": "Arial", "font_size": 12},
            },
        )
        made = datetime.combine(made_on, time(), tzinfo=UTC)
        self._book.set_properties({"title": seen(title), "author": "Shared Services Register", "created": made})
        self._looks = {name: self._book.add_format(look) for name, look in LOOKS.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None:
            self._book.close()
            self.content = self._out.getvalue()

    def paragraphs(self, name: str, text: Paragraphs) -> None:
        """A sheet of text: a title, headings and sentences, one to a row."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, WIDTH_OF_TEXT)
        at = 0
        for heading, sentences in text.items():
            self._write(sheet, at, 0, heading, "heading" if at else "title")
            for place, sentence in enumerate(sentences, start=at + 1):
                self._write(sheet, place, 0, sentence, "text")
            at += 1 + len(sentences)
        sheet.hide_gridlines(2)

    def table(
        self, name: str, called: str, columns: Sequence[Column], lines: Sequence[Mapping[str, Any]], *, is_locked: bool
    ) -> None:
        """A sheet that is one named table, its headings in the first row and always in sight."""
        sheet = self._book.add_worksheet(name)
        looks = self._prepare(sheet, columns, 0)
        for place, line in enumerate(lines, start=1):
            for column, look in enumerate(looks):
                self._write(sheet, place, column, line.get(columns[column].key), look)
        self._name_table(sheet, called, columns, 0, len(lines))
        self._validate(sheet, columns, 1, len(lines))
        if is_locked:
            sheet.protect("", MAY)

    def placed_table(
        self,
        name: str,
        columns: Sequence[Column],
        header_row: int,
        lines: Mapping[int, Mapping[str, str]],
        marked: set[tuple[int, str]],
        *,
        title: str,
    ) -> None:
        """A sheet whose rows stand where they stood, counted from 1; cells in question have a border."""
        sheet = self._book.add_worksheet(name)
        if header_row > 1:
            self._write(sheet, 0, 0, title, "title")
        self._prepare(sheet, columns, header_row - 1)
        for number, line in lines.items():
            for place, column in enumerate(columns):
                text = line[column.key]
                is_number = column.is_number and WHOLE_NUMBER.fullmatch(text) is not None
                look = f"{'number' if is_number else 'text'}{' in question' if (number, column.key) in marked else ''}"
                self._write(sheet, number - 1, place, int(text) if is_number else text, look)
        last = max(lines, default=header_row)
        self._name_table(sheet, "Rows", columns, header_row - 1, last - header_row)
        self._validate(sheet, columns, header_row, last - header_row)

    def _prepare(self, sheet: Any, columns: Sequence[Column], header_row: int) -> list[str]:
        """Headings, widths, printing; the look of each column's cells."""
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            self._write(sheet, header_row, place, column.heading, "column")
        sheet.freeze_panes(header_row + 1, 0)
        sheet.repeat_rows(header_row)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return [f"{'number' if column.is_number else 'text'}{'' if column.is_locked else ' to fill in'}" for column in columns]

    def _name_table(self, sheet: Any, called: str, columns: Sequence[Column], header_row: int, count: int) -> None:
        """A table needs a row; headings without any stay headings."""
        if count:
            headings = [{"header": column.heading, "header_format": self._looks["column"]} for column in columns]
            options = {"name": called, "columns": headings, "style": None}
            sheet.add_table(header_row, 0, header_row + count, len(columns) - 1, options)

    def _validate(self, sheet: Any, columns: Sequence[Column], first_row: int, count: int) -> None:
        if not count:
            return
        for place, column in enumerate(columns):
            if column.key in VALIDATIONS:
                sheet.data_validation(first_row, place, first_row + count - 1, place, VALIDATIONS[column.key])

    def _write(self, sheet: Any, row: int, column: int, value: str | int | None, look: str) -> None:
        """Numbers as numbers, and every text as text, whatever it begins with."""
        shown = self._looks[look]
        if isinstance(value, int):
            sheet.write_number(row, column, value, shown)
        elif text := seen(value or ""):
            if len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
                raise RuleBroken(
                    f"A text that begins “{text[:60]}…” is longer than a cell of a spreadsheet can be ({LONGEST_TEXT:,}"
                    " characters). Shorten it in the register, and download the workbook again."
                )
            sheet.write_string(row, column, text, shown)
        else:
            sheet.write_blank(row, column, None, shown)


VALIDATIONS: dict[str, dict[str, Any]] = {
    "outcome": {
        "validate": "list",
        "source": Outcome.labels,
        "input_title": "Outcome",
        "input_message": "Choose one from the list. The sheet “Notes” says what each means.",
        "error_title": "Choose from the list",
        "error_message": f"An outcome is one of: {', '.join(Outcome.labels)}.",
    },
    "amount": {
        "validate": "integer",
        "criteria": "between",
        "minimum": -LARGEST,
        "maximum": LARGEST,
        "input_title": "Amount in pounds",
        "input_message": f"Whole pounds, such as 410000, if the outcome is “Figure”; 0 if nothing was saved. {RULE}",
        "error_title": "Whole pounds",
        "error_message": (
            f"Write the amount as a whole number of pounds, such as 410000, up to {pounds(LARGEST)}. Leave it empty if there is"
            " no figure."
        ),
    },
    "note": {
        "validate": "length",
        "criteria": "<=",
        "value": 2000,
        "input_title": "Source, or why no figure",
        "input_message": "Where the figure comes from, or in a line why there is none.",
        "error_title": "2,000 characters",
        "error_message": "Keep it to 2,000 characters.",
    },
    "reason": {
        "validate": "length",
        "criteria": "<=",
        "value": 2000,
        "input_title": "Reason for an unusual value",
        "input_message": "If the amount is far from last year’s: why it is right, in ten letters or more.",
        "error_title": "2,000 characters",
        "error_message": "Keep it to 2,000 characters.",
    },
}
