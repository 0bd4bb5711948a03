"""Whatever the bytes, reading ends with a table or a refusal; and what is read, other programs read as well."""

from __future__ import annotations

import io
import os
import random
from datetime import date, datetime, timedelta
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from arrangements.returns.workbook.cells import number_of, of_float, seen
from arrangements.returns.workbook.kinds import read
from arrangements.returns.workbook.reading import FileRefused, Table
from arrangements.returns.workbook.tests.made_files import HEADINGS, ROWS, archive, delimited, ods, ods_content, ods_row, xlsx
from arrangements.returns.workbook.tests.raw_zip import Entry, written

TRIES = 5_000 if os.environ.get("LONG") else 400
PARTS = {
    "sheet": "xl/worksheets/sheet1.xml",
    "texts": "xl/sharedStrings.xml",
    "workbook": "xl/workbook.xml",
    "relationships": "xl/_rels/workbook.xml.rels",
    "styles": "xl/styles.xml",
}
# Pieces that mean something where they land.
PIECES = [
    b"<",
    b">",
    b"&#0;",
    b"<c r=",
    b"</row>",
    b"9" * 12,
    b"\x00",
    b"\xff\xfe",
    b"<!--",
    b"]]>",
    b'"',
    b"<f/>",
    b"r:id",
    b"-1",
    b"_xD800_",
]


def spoiled(content: bytes, rng: random.Random) -> bytes:
    """A few bytes changed, taken out, doubled, or replaced by pieces that mean something."""
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        at, length = rng.randrange(len(content)), rng.choice([1, 1, 4, 30])
        put = rng.choice([rng.randbytes(length), b"", content[at : at + length] * 2, rng.choice(PIECES)])
        content = content[:at] + put + content[at + length :]
    return content


def read_or_refused(content: bytes) -> Table | None:
    """The table; None where it is refused in words."""
    try:
        return Table.from_json(b"".join(read(content)))
    except FileRefused as refused:
        said = str(refused)
    assert len(said) > 40
    return None


@pytest.mark.parametrize("what", ["archive", "ods", *PARTS, "content", "text", "utf-16"])
def test_a_spoiled_file_is_read_or_refused_and_never_breaks_the_reader(what):
    rng = random.Random(what)
    workbook, opendocument, text = xlsx(), ods(), delimited(end="\n") * 3
    ended = {True: 0, False: 0}
    for _ in range(TRIES):
        if what == "archive":
            content = spoiled(workbook, rng)
        elif what == "ods":
            content = spoiled(opendocument, rng)
        elif what == "content":
            content = ods(content=spoiled(ods_content("".join(map(ods_row, [HEADINGS, *ROWS]))), rng))
        elif what in PARTS:
            parts = ZipFile(io.BytesIO(workbook))
            content = written(
                [
                    Entry(name, spoiled(parts.read(name), rng) if name == PARTS[what] else parts.read(name))
                    for name in parts.namelist()
                ]
            )
        else:
            content = spoiled(text.encode("utf-16" if what == "utf-16" else "utf-8"), rng)
        ended[read_or_refused(content) is None] += 1
    assert ended[True] > 0
    assert ended[False] > 0


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_any_bytes_at_all(content):
    read_or_refused(content)
    read_or_refused(archive({"[Content_Types].xml": b"", "xl/workbook.xml": content}))
    read_or_refused(b"Reference,Outcome,Amount\n" + content)


DAYS = st.dates(date(1900, 3, 1), date(9999, 12, 31))
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=30),
    st.integers(-(10**15), 10**15),
    st.floats(-1e12, 1e12, allow_subnormal=False),
    st.booleans(),
    DAYS,
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
)


@given(st.lists(st.lists(VALUES, min_size=4, max_size=4), min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_other_readers_find_the_same_values(rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([None] * 4)
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(sheet.max_row, column)
            if isinstance(value, str):
                cell.value, cell.data_type = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value), "s"
            else:
                cell.value = value
    out = io.BytesIO()
    book.save(out)
    out.seek(0)

    table = Table.from_json(b"".join(read(out.getvalue())))
    ours = {(row.number, key): cell.text for row in table.rows for key, cell in row.cells.items()}
    theirs = CalamineWorkbook.from_filelike(out).get_sheet_by_index(0).to_python(skip_empty_area=False)
    for row in table.rows:
        for key, letter in table.columns.items():
            assert ours[row.number, key] == in_words(theirs[row.number - 1][number_of(letter) - 1]), (row, theirs)


def in_words(value: Any) -> str:
    """What another reader found, as ours would say it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return of_float(float(value))
    if isinstance(value, datetime):
        moment = value + timedelta(microseconds=500_000)  # to the nearest second
        return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00").zfill(10)
    if isinstance(value, date):
        return value.isoformat()
    return seen(value)
