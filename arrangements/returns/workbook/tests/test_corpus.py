"""Every file of the corpus is refused, or read, as it should be: quickly, in little memory, with a sentence that helps."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

import pytest

from arrangements.returns.workbook.finding import MOST_ROWS
from arrangements.returns.workbook.reading import STOPPED, TOO_SLOW
from arrangements.returns.workbook.reading_process import TOO_MUCH_MEMORY
from arrangements.returns.workbook.tests.corpus_archives import ARCHIVES
from arrangements.returns.workbook.tests.corpus_opendocument import OPENDOCUMENT
from arrangements.returns.workbook.tests.corpus_sheets import SHEETS
from arrangements.returns.workbook.tests.corpus_texts import TEXTS
from arrangements.returns.workbook.tests.made_files import HEADINGS, ROWS, ods
from arrangements.returns.workbook.tests.measured import Measured, measured

CORPUS = [*ARCHIVES, *SHEETS, *OPENDOCUMENT, *TEXTS]
READ = CORPUS if os.environ.get("LONG") else CORPUS[::2]
MOST_MEMORY = 64  # megabytes more, of both processes together
GENERIC = (STOPPED, TOO_SLOW, TOO_MUCH_MEMORY)
# What somebody can do: a sentence begins with one of these.
NEXT_STEP = re.compile(
    r"(^|[.;] |, and |, or )(Open|Save|save|Copy|Take|Fetch|fetch|Upload|upload|Unpack|Keep|Rename|Empty|Shorten|Close|Choose"
    r"|Delete|Export|Put|Write|Add|Download|The register reads)\b"
)


@pytest.fixture(scope="module")
def longest() -> float:
    """Seconds that the processor takes to read an honest file of as many rows as the register reads."""
    found = measured(ods([HEADINGS, *[ROWS[0]] * MOST_ROWS]))
    assert found.table is not None
    assert len(found.table.rows) == MOST_ROWS
    return found.processor_seconds


@pytest.mark.parametrize("case", READ, ids=[case.name for case in READ])
def test_each_file_is_refused_or_read_as_it_should_be(case, longest):
    found = measured(case.make())
    if case.is_refused:
        assert case.says in found.refusal
        assert found.refusal not in GENERIC
        assert NEXT_STEP.search(found.refusal)
    else:
        assert found.refusal == ""
        assert texts(found) == case.rows
        cells = [cell for row in found.table.rows for cell in row.cells.values()]
        assert sum(cell.is_formula for cell in cells) == case.formulas
        assert found.table.unknown == case.unknown
        assert len(found.table.remarks) == len(case.remarks)
        assert all(piece in remark for piece, remark in zip(case.remarks, found.table.remarks, strict=True))
    # Nobody keeps the processor busy for longer than with a file that is in order, however fast it is.
    assert found.processor_seconds < longest
    assert found.here + found.apart < MOST_MEMORY


def texts(found: Measured) -> list[list[str]]:
    return [[cell.text for cell in row.cells.values()] for row in found.table.rows]


def test_the_corpus_is_large_and_each_file_another():
    assert len(CORPUS) >= 60
    for kind in (ARCHIVES, SHEETS, OPENDOCUMENT, TEXTS):  # the same fault may come in a workbook and in text
        assert len({case.name for case in kind}) == len(kind)


def rows_of_the_table() -> Iterator[tuple[str, ...]]:
    """Each file, its bytes, what became of it, and what it cost; memory more in this process, and of the one apart."""
    yield "File", "Bytes", "What becomes of it", "Time", "Processor", "Memory here + apart"
    yield ("---",) * 6
    for case in CORPUS:
        content = case.make()
        found = measured(content)
        became = f"Refused. {found.refusal}" if found.refusal else f"Read, with {len(found.table.rows)} rows"
        costs = (f"{found.seconds:.2f} s", f"{found.processor_seconds:.2f} s", f"{found.here:.0f} + {found.apart:.0f} MB")
        yield (case.name, f"{len(content):,}", became.replace("|", "\\|"), *costs)


if __name__ == "__main__":
    for row in rows_of_the_table():
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()
