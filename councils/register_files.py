"""The register's own files: rows that know their line, and what is said when one can't be taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

OWN_FILES = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file. `line` counts from 1, the heading being line 1; `column` may name several."""

    file: str
    line: int
    column: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f'{self.file}, line {self.line}, {self.column} "{self.value}": {self.rule}'


class FilesRefusedError(Exception):
    """The files can't be loaded. `problems` holds every reason that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Row:
    """One line of a file: its cells by column, without the spaces round them."""

    file: str
    line: int
    cells: dict[str, str]

    def problems(self, columns: Iterable[str], error: ValidationError | str) -> list[Problem]:
        """What is wrong with the cells in the columns, one problem for each message of the error."""
        columns = list(columns)
        messages = [error] if isinstance(error, str) else error.messages
        value = " and ".join(self.cells[column] for column in columns)
        return [Problem(self.file, self.line, " and ".join(columns), value, message) for message in messages]


def read(folder: Path, file: str, columns: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    """The rows of one comma-separated file in UTF-8 that has exactly these columns, and what is wrong with it."""
    try:
        text = (folder / file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return [], [Problem(file, 1, "file", str(folder / file), "There is no such file.")]
    except UnicodeDecodeError as error:
        return [], [Problem(file, 1, "file", f"byte {error.start}", "The file must be UTF-8.")]

    lines = csv.reader(io.StringIO(text), strict=True)
    heading = next(lines, [])
    if heading != list(columns):
        return [], [Problem(file, 1, "heading", ",".join(heading), f"The columns must be: {','.join(columns)}.")]
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        for cells in lines:
            if len(cells) == len(columns):
                sound = [cell.strip() for cell in cells]
                rows.append(Row(file, lines.line_num, dict(zip(columns, sound, strict=True))))
            elif cells:
                rule = f"The line has {len(cells)} cells where {len(columns)} are needed."
                problems.append(Problem(file, lines.line_num, "line", ",".join(cells), rule))
    except csv.Error as error:
        problems.append(Problem(file, lines.line_num, "line", "", f"The line can't be read: {error}."))
    for row in rows:
        for column, cell in row.cells.items():
            if "\x00" in cell:
                problems += row.problems([column], "Null characters are not allowed.")
    return rows, problems
