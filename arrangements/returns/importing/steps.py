"""Taking an upload from file to verdicts: at once where it is small, otherwise step by step, each a second or two.

A step is taken whenever its page is looked at. Whoever leaves and comes back finds the work where it stood.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from arrangements.returns.importing.judging import judge_matched
from arrangements.returns.importing.matched import LineIndex, Matched, match
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.rows import RowText, Said
from arrangements.returns.importing.staging import Upload
from arrangements.returns.workbook.columns import BY_KEY
from arrangements.returns.workbook.reading import read_table
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now

# Larger files are read on the page that shows how far it is.
READ_AT_ONCE = 256 * 1024
JUDGED_AT_ONCE = 1_000
SECONDS_A_STEP = 2.0
STAGES = {
    "reading": "Reading the file",
    "matching": "Finding each row’s line",
    "judging": "Checking each answer",
    "ready": "Checked",
}


def advance(upload: Upload, *, seconds: float = SECONDS_A_STEP) -> None:
    """Work on the upload for so long, or until it is ready. `RuleBroken` where the file can't be read."""
    until = monotonic() + seconds
    while not upload.head.is_ready:
        _step(upload)
        if monotonic() >= until:
            return


def read(upload: Upload) -> None:
    """Read the file, if it hasn't been. `RuleBroken` where it can't be."""
    if upload.head.stage == "reading":
        _read(upload)


def finish(upload: Upload) -> None:
    """Work on the upload until it is ready."""
    while not upload.head.is_ready:
        _step(upload)


def progress(upload: Upload) -> tuple[str, int]:
    """What is being done, and how much of all is done, in per cent."""
    head = upload.head
    pieces = len(head.firsts) or 1
    share = {"reading": 5, "matching": 10 + 40 * head.done // pieces, "judging": 50 + 50 * head.done // pieces, "ready": 100}
    return STAGES[head.stage], share[head.stage]


def check_again(upload: Upload) -> None:
    """Begin anew with the table that was read and what was decided about it: the register may have changed."""
    upload.put_lines(LineIndex())
    upload.head.stage, upload.head.done, upload.head.kinds, upload.head.undecided = "matching", 0, {}, []
    upload.head.changes += 1


def _step(upload: Upload) -> None:
    if upload.head.stage == "reading":
        _read(upload)
    elif upload.head.stage == "matching":
        _match_piece(upload)
    else:
        _judge_piece(upload)


def _read(upload: Upload) -> None:
    table = read_table(upload.content, upload.head.file_name)
    if table.missing:
        raise RuleBroken(_missing(table.missing))
    if not table.rows:
        raise RuleBroken(
            f"The sheet {table.sheet} has its headings in row {table.header_row} and no row under them. Fill in rows, or choose"
            " another file."
        )
    upload.put_table(table)
    upload.put_lines(LineIndex())
    take_over_decisions(upload)


def _missing(columns: list[str]) -> str:
    names = [f"“{BY_KEY[column].heading}”" for column in columns]
    return (
        f"The file has no column headed {', '.join(names[:-1])}{' or ' if names[1:] else ''}{names[-1]}."
        " Name the columns as in the year’s workbook, in any order."
    )


def take_over_decisions(upload: Upload) -> None:
    """This very file was imported before: what was put right then counts again, so that nothing is left to do."""
    before = ReturnImport.objects.standing().filter(sha256=upload.head.sha256, year__slug=upload.head.year).first()
    if before is None:
        return
    upload.head.imported_before = before.pk
    for number, said in before.decisions.items():
        upload.decide(int(number), Said(*said))


def _match_piece(upload: Upload) -> None:
    piece = upload.head.done
    lines = upload.lines
    for matched in _matched(upload, upload.piece(piece)):
        lines.put(matched)
    upload.put_lines(lines)
    _on(upload, "judging")


def _judge_piece(upload: Upload) -> None:
    piece = upload.head.done
    upload.put_judged(judge_rows(upload, upload.piece(piece)))
    _on(upload, "ready")
    if upload.head.is_ready:
        upload.head.checked_at = now().isoformat()


def _on(upload: Upload, then: str) -> None:
    """The next piece, or the first piece of the next stage."""
    upload.head.done += 1
    if upload.head.done >= len(upload.head.firsts):
        upload.head.stage, upload.head.done = then, 0


def _matched(upload: Upload, rows: list[RowText]) -> list[Matched]:
    return match(upload.year, rows, upload.said)


def judge_rows(upload: Upload, rows: list[RowText]) -> Any:
    """How the rows fare beside all others of the file."""
    return judge_matched(upload.year, _matched(upload, rows), upload.lines, upload.head.file_name)
