"""Reading an upload: XLSX, OpenDocument or CSV, in a process of its own that can't do harm."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PureWindowsPath

from arrangements.returns.workbook.archive import SMALLER
from arrangements.returns.workbook.cells import seen
from arrangements.returns.workbook.reading_process import REFUSED, TOO_MUCH_MEMORY
from arrangements.returns.workbook.table import Cell, FileRefused, Table, TableRow

__all__ = ["LARGEST_UPLOAD", "Cell", "FileRefused", "Table", "TableRow", "read_table"]

logger = logging.getLogger(__name__)

LARGEST_UPLOAD = 10 * 1024 * 1024
PATIENCE = 30  # seconds
ROOT = Path(__file__).resolve().parents[3]
LONGEST_NAME = 100
# The reader needs the standard library and four of our files: no site packages, no environment, no working directory.
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from arrangements.returns.workbook.reading_process import command; command(int(sys.argv[2]))"
)
TOO_SLOW = (
    "Reading the file took too long and was given up. Copy the rows with their headings into a new workbook, save it, and upload"
    " that; if there are very many, upload them in several files."
)
STOPPED = (
    "The file broke off the program that reads it, and nothing was taken from it. Save its rows as “CSV UTF-8” and upload that."
)


def read_table(content: bytes, file_name: str) -> Table:
    """The table of returns in the file; `FileRefused`, with what to do, where there is none that can be read.

    What the file is shows in its content; its name only stands for the sheet that a CSV file doesn't have.
    """
    if len(content) > LARGEST_UPLOAD:
        raise FileRefused(
            f"The file has {len(content) / 1024 / 1024:,.1f} MB; the register takes {LARGEST_UPLOAD // 1024 // 1024} MB at most."
            f" {SMALLER}"
        )
    said = _answer(content)
    if said.startswith(REFUSED):
        raise FileRefused(json.loads(said.removeprefix(REFUSED)))
    table = Table.from_json(said)
    return table if table.sheet else replace(table, sheet=_name(file_name))


def _answer(content: bytes) -> bytes:
    """What the reading process says of the file. It has ended, one way or another, when this returns."""
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(ROOT), str(len(content))]
    with subprocess.Popen(  # noqa: S603 - our own program, and nothing of the file among its arguments
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={}, cwd="/"
    ) as process:
        try:
            said, complaint = process.communicate(content, timeout=PATIENCE)
        except subprocess.TimeoutExpired as late:
            raise FileRefused(TOO_SLOW) from late
        finally:
            process.kill()
    if process.returncode == 0 and said:
        return said
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise FileRefused(TOO_SLOW)
    if b"MemoryError" in complaint:
        raise FileRefused(TOO_MUCH_MEMORY)
    logger.error("The reader of an upload ended with %s: %s", process.returncode, complaint.decode(errors="replace")[-2000:])
    raise FileRefused(STOPPED)


def _name(file_name: str) -> str:
    """The last part of the file's name, for a file that has no sheets."""
    return seen(PureWindowsPath(file_name).name)[:LONGEST_NAME] or "the file"
