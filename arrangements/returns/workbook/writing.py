"""Writing the year's workbook, for all councils or one, and the copy of an upload that says what is wrong with it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models import QuerySet

from arrangements.returns.models import FinancialYear
from arrangements.returns.workbook.accessible import Book, Paragraphs
from arrangements.returns.workbook.cells import number_of
from arrangements.returns.workbook.columns import BY_KEY, COLUMNS, WHAT_IS_WRONG, Column
from arrangements.returns.workbook.prefilled import Line, lines_by_council
from arrangements.returns.workbook.table import Table
from arrangements.returns.workbook.words import MEANINGS, RULE
from councils.models import Council
from sharedservices.common.periods import spelled
from sharedservices.common.today import today

ZIP_BEGINNING = (1980, 1, 1, 0, 0, 0)

Fault = tuple[int, str, str]  # the row's number, the key of the column or "" for the whole row, and what is wrong


def file_name(year: FinancialYear, council: Council | None = None, ending: str = "xlsx") -> str:
    """What the file is called: returns-2013-14.xlsx, returns-2013-14-adur.xlsx."""
    return f"returns-{year.slug}{f'-{council.slug}' if council else ''}.{ending}"


def workbook(year: FinancialYear, returns: QuerySet) -> bytes:
    """The year's workbook with a row for each line of the returns, pre-filled with what stands."""
    of_councils = lines_by_council(year, returns)
    whose = of_councils[0][0].name if len(of_councils) == 1 else f"{len(of_councils)} councils"
    return write_workbook(year, whose, [line for _, lines in of_councils for line in lines])


def zip_of_workbooks(year: FinancialYear, returns: QuerySet) -> bytes:
    """One workbook for each council of the returns, those without a line too, in one archive."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:  # the workbooks are compressed already
        for council, lines in lines_by_council(year, returns):
            archive.writestr(ZipInfo(file_name(year, council), ZIP_BEGINNING), write_workbook(year, council.name, lines))
    return out.getvalue()


def write_workbook(year: FinancialYear, whose: str, lines: Sequence[Line]) -> bytes:
    """The workbook of these lines. The same lines on the same day give the same bytes."""
    title = f"Shared services: returns for {year}"
    sheet = f"Returns {year.slug}"
    with Book(f"{title}, {whose}", made_on=today()) as book:
        book.paragraphs("About", _about(year, whose, len(lines), title, sheet))
        book.table(sheet, f"Returns_{year.slug.replace('-', '_')}", COLUMNS, lines, is_locked=True)
        book.table("Notes", "Notes", NOTES_COLUMNS, _notes(), is_locked=True)
    return book.content


def copy_with_faults(table: Table, faults: Iterable[Fault]) -> bytes:
    """The rows as they were read, each in its own row of the sheet, with a last column that says what is wrong with it.

    To be corrected and uploaded again, when that column is read past. Columns that the register doesn't know are left out,
    and the copy says which.
    """
    columns = [BY_KEY[key] for key in sorted(table.columns, key=lambda key: number_of(table.columns[key]))]
    said: dict[int, list[str]] = {}
    marked: set[tuple[int, str]] = set()
    for number, key, what in faults:
        said.setdefault(number, []).append(f"{BY_KEY[key].heading}: {what}" if key in BY_KEY else what)
        marked.add((number, key))
    lines = {
        row.number: {key: cell.text for key, cell in row.cells.items()} | {FAULTS.key: "\n".join(said.get(row.number, []))}
        for row in table.rows
    }
    title = f"What is wrong in {table.sheet}"
    with Book(title, made_on=today()) as book:
        book.placed_table("Rows to correct", [*columns, FAULTS], table.header_row, lines, marked, title=title)
        book.paragraphs("About this copy", _about_copy(table, len(said)))
    return book.content


FAULTS = Column("faults", WHAT_IS_WRONG, 60, "What to correct in the row.")
NOTES_COLUMNS = (Column("term", "Term", 32, ""), Column("meaning", "Meaning", 90, ""))


def _about(year: FinancialYear, whose: str, count: int, title: str, sheet: str) -> Paragraphs:
    rows = "There is nothing to fill in: no arrangement that operated on that day is answered for here."
    if count:
        rows = f"The sheet “{sheet}” has {count:,} row{'' if count == 1 else 's'}, one for each arrangement, in one table."
    answered = [column.heading for column in COLUMNS if not column.is_locked]
    due = f"Please send it back by {spelled(year.closes_on)}." if year.closes_on else "Please send it back when it is filled in."
    return {
        title: [
            f"For {whose}.",
            f"Made by the Shared Services Register on {spelled(today())}, with the answers that stood on that day.",
            f"It asks about the arrangements that operated on {spelled(year.ends_on)}, the last day of {year}.",
            rows,
        ],
        "How to fill it in": [
            f"Fill in the columns {_listed(answered)}. All other cells are locked, without a password.",
            "Choose the outcome from the list in its cell. The sheet “Notes” says what each means.",
            f"An amount is what was saved: {RULE[0].lower()}{RULE[1:-1]}, in whole pounds. Only the outcome “Figure” has one.",
            "Leave a row as it is where nothing has changed, or where there is no answer yet.",
            due,
        ],
        "Good to know": [
            "Columns are found by their headings. Leave these as they are.",
            f"“{BY_KEY['version'].heading}” keeps an answer that somebody gave in the meantime from being overwritten. Leave it"
            " as it is.",
        ],
    }


def _about_copy(table: Table, count: int) -> Paragraphs:
    faulty = f"{count:,} of the {len(table.rows):,} rows" if count else f"None of the {len(table.rows):,} rows"
    paragraphs = [
        f"These are the rows of “{table.sheet}” as the register read them on {spelled(today())}, each in its row of the sheet.",
        f"{faulty} can’t be taken as they stand. The column “{WHAT_IS_WRONG}” says why; the cells in question have a border.",
        "Correct the rows and upload this file. That column may stay: it is not read.",
    ]
    if table.unknown:
        paragraphs.append(f"Columns that the register does not know were left out: {_listed(table.unknown)}.")
    return {"About this copy": paragraphs}


def _notes() -> list[Line]:
    """The rule, the outcomes, the columns: a term and its meaning."""
    terms: Mapping[str, str] = {
        "What an amount is": RULE,
        **{f"Outcome: {outcome.label}": meaning for outcome, meaning in MEANINGS.items()},
        **{f"Column: {column.heading}": column.meaning for column in COLUMNS},
    }
    return [{"term": term, "meaning": meaning} for term, meaning in terms.items()]


def _listed(names: Sequence[str]) -> str:
    """“A”, “B” and “C”."""
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
