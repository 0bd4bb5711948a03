"""An upload as the pages make it, from a table rather than from a file."""

from __future__ import annotations

from typing import Any

from arrangements.returns.importing import steps, uploads
from arrangements.returns.importing.matched import LineIndex
from arrangements.returns.importing.staging import Upload
from arrangements.returns.importing.tests.sheets import FILE
from arrangements.returns.models import FinancialYear
from arrangements.returns.workbook.table import Table
from councils.models import User


def put_in(upload: Upload, table: Table) -> None:
    """The table, as if the file had been read."""
    upload.put_table(table)
    upload.put_lines(LineIndex())


def staged(year: FinancialYear, table: Table, owner: User, *, sha256: str = "0" * 64, to_the_end: bool = True) -> str:
    """The token of an upload of the owner with the table read and, unless told otherwise, every row judged."""
    upload = uploads.stage(
        owner=owner.pk, year=year.slug, file_name=FILE, sha256=sha256, content=b"", at="2015-04-20T09:00:00+01:00"
    )
    with uploads.held(upload.token, owner.pk) as held:
        put_in(held, table)
        steps.take_over_decisions(held)
        if to_the_end:
            steps.finish(held)
    return upload.token


def kinds(token: str, owner: User) -> dict[str, Any]:
    """The rows of each kind."""
    return {kind: numbers for kind, numbers in uploads.opened(token, owner.pk).head.kinds.items() if numbers}
