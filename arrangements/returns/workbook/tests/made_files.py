"""Files as people and programs make them: a few rows of returns in every format, and ways to spoil them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter

HEADINGS = ["Arrangement reference", "Outcome", "Amount in pounds", "Note"]
ROWS: list[list[Any]] = [["SSR-0001", "Figure", 410_000, "Council return"], ["SSR-0002", "Withheld", "", "Not yet agreed"]]
# What reading gives for them.
READ = [["SSR-0001", "Figure", "410000", "Council return"], ["SSR-0002", "Withheld", "", "Not yet agreed"]]

ODS_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
OF = "urn:oasis:names:tc:opendocument:xmlns:"


def xlsx(
    rows: Sequence[Sequence[Any]] | None = None,
    *,
    sheet: str = "Returns",
    more: Callable[[Any, Any], None] = lambda book, sheet: None,
) -> bytes:
    """An Excel workbook; `more` may add what it likes to the book and the sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        made = book.add_worksheet(sheet)
        for number, row in enumerate([HEADINGS, *ROWS] if rows is None else rows):
            made.write_row(number, 0, row)
        more(book, made)
    return out.getvalue()


def changed(content: bytes, parts: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """The archive with the parts whose whole name matches put through `change`; None leaves a part out."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for entry in before.infolist():
            part: bytes | None = before.read(entry)
            if re.fullmatch(parts, entry.filename):
                part = change(part or b"")
            if part is not None:
                after.writestr(entry.filename, part)
    return out.getvalue()


def archive(parts: dict[str, bytes], *, stored: Sequence[str] = ("mimetype",)) -> bytes:
    """A zip archive of the parts."""
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(ZipInfo(name), content, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return out.getvalue()


def ods_cell(value: Any, attributes: str = "") -> str:
    """One cell as LibreOffice writes it."""
    if isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    elif value == "":
        return f"<table:table-cell {attributes}/>"
    else:
        kind = 'office:value-type="string"'
    shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell {kind} {attributes}>{shown}</table:table-cell>"


def ods_row(row: Sequence[Any]) -> str:
    """One row; a text that begins with < is XML already."""
    cells = (cell if isinstance(cell, str) and cell.startswith("<") else ods_cell(cell) for cell in row)
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_content(rows: str, *, before: str = "", sheet: str = "Returns", attributes: str = "") -> bytes:
    """The part that holds the sheet."""
    spaces = " ".join(f'xmlns:{name}="{OF}{name}:1.0"' for name in ("office", "table", "text", "style", "draw"))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">{before}<office:body>'
        f"<office:spreadsheet><table:table table:name={quoteattr(sheet)} {attributes}>{rows}</table:table></office:spreadsheet>"
        "</office:body></office:document-content>"
    ).encode()


def ods(
    rows: Sequence[Sequence[Any]] | str | None = None, *, kind: bytes | None = ODS_KIND, content: bytes | None = None
) -> bytes:
    """An OpenDocument spreadsheet, made by hand."""
    if content is None:
        written = rows if isinstance(rows, str) else "".join(map(ods_row, [HEADINGS, *ROWS] if rows is None else rows))
        content = ods_content(written)
    parts = {"mimetype": kind, "content.xml": content}
    return archive({name: part for name, part in parts.items() if part is not None})


def delimited(rows: Sequence[Sequence[Any]] | None = None, *, separator: str = ",", end: str = "\r\n") -> str:
    """Text with separators, as simple as it can be."""
    return "".join(separator.join(map(str, row)) + end for row in ([HEADINGS, *ROWS] if rows is None else rows))
