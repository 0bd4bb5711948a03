"""The process that reads one upload: short-lived, within hard limits, and without anything of Django or of the register's data.

It is told the length of the file, reads the file from its input, and answers with one document: the table, or why it is
refused. It opens no file and no connection.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable

from arrangements.returns.workbook.kinds import read
from arrangements.returns.workbook.table import FileRefused

REFUSED = b"refused:"
MEMORY = 384 * 1024 * 1024
PROCESSOR_SECONDS = 20
TOO_MUCH_MEMORY = (
    "The file needs more memory than a table of returns should. Copy the rows with their headings into a new workbook, save it,"
    " and upload that."
)


def keep_within_limits() -> None:
    """Memory, processor time, and no writing to any file. What exceeds them ends the process."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (limit, limit))
        except ValueError:  # macOS has no limit of memory
            if sys.platform == "linux":
                raise


def answer(content: bytes) -> Iterable[bytes | memoryview]:
    """The table, or the refusal, in pieces."""
    try:
        return read(content)
    except FileRefused as refusal:
        messages = refusal.messages
    except MemoryError:
        messages = [TOO_MUCH_MEMORY]
    return [REFUSED, json.dumps(messages).encode()]


def command(length: int) -> None:
    """Read the file, answer, end."""
    keep_within_limits()
    content = sys.stdin.buffer.read(length)
    sys.stdout.buffer.writelines(answer(content))
    sys.stdout.buffer.flush()
