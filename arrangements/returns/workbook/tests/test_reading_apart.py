"""The process that reads: it knows nothing, can do nothing, and is gone when the answer is there."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from arrangements.returns.workbook import reading
from arrangements.returns.workbook.reading import PROGRAM, ROOT, STOPPED, TOO_SLOW, FileRefused, read_table
from arrangements.returns.workbook.reading_process import MEMORY, PROCESSOR_SECONDS, TOO_MUCH_MEMORY
from arrangements.returns.workbook.tests.made_files import HEADINGS, ROWS, delimited, ods, xlsx

IN_THE_PROCESS = "import sys; sys.path.insert(0, sys.argv[1]);from arrangements.returns.workbook import reading_process;"


def children() -> set[str]:
    """The processes that this one has started and that are still there, ended ones that nobody asked after too."""
    return {child for each in Path("/proc/self/task").glob("*/children") for child in each.read_text().split()}


def run(program: str, content: bytes = b"") -> subprocess.CompletedProcess:
    """The program, started as the reader is."""
    command = [sys.executable, "-I", "-S", "-c", program, str(ROOT), str(len(content))]
    return subprocess.run(command, input=content, capture_output=True, env={}, cwd="/", timeout=60, check=False)


def as_the_reader(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a reader that misbehaves stand in its place."""
    monkeypatch.setattr(reading, "PROGRAM", program)


def refusal() -> str:
    with pytest.raises(FileRefused) as refused:
        read_table(b"anything", "x")
    return str(refused.value)


def test_it_starts_without_django_and_without_any_package():
    told = run(f"{PROGRAM}; sys.stderr.write(' '.join(sys.modules))", xlsx())
    modules = told.stderr.decode().split()
    assert told.stdout.startswith(b'{"sheet":"Returns"')
    assert not [name for name in modules if name.startswith(("django", "psycopg", "site", "xlsxwriter", "python_calamine"))]
    assert sorted(name for name in modules if name.startswith("arrangements.returns."))[:2] == [
        "arrangements.returns.workbook",
        "arrangements.returns.workbook.archive",
    ]


def test_it_is_told_nothing_of_this_process():
    told = run(f"{IN_THE_PROCESS} import os; print(dict(os.environ), os.getcwd(), sorted(os.listdir('/proc/self/fd')))")
    environment, _, rest = told.stdout.decode().partition("} ")
    assert "DATABASE_URL" not in environment
    assert "SECRET_KEY" not in environment
    assert rest.startswith("/ ['0', '1', '2'")


def test_it_can_write_to_no_file_and_has_its_limits(tmp_path):
    told = run(
        f"{IN_THE_PROCESS} reading_process.keep_within_limits(); import signal;"
        f"signal.signal(signal.SIGXFSZ, signal.SIG_IGN); f = open('{tmp_path}/x', 'w'); f.write('x'); f.close()"
    )
    assert b"File too large" in told.stderr
    limits = run(f"{IN_THE_PROCESS} reading_process.keep_within_limits(); print(open('/proc/self/limits').read())")
    assert f"Max address space         {MEMORY}" in limits.stdout.decode()
    assert f"Max cpu time              {PROCESSOR_SECONDS}" in limits.stdout.decode()
    assert "Max core file size        0" in limits.stdout.decode()


def test_nothing_is_left_behind_neither_a_process_nor_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = children()
    for content in (xlsx(), ods(), delimited().encode(), b"%PDF", xlsx()[:2000]):
        with suppress(FileRefused):
            read_table(content, "x")
    assert children() == before
    assert list(tmp_path.iterdir()) == []


def test_one_that_goes_on_and_on_is_ended(monkeypatch):
    before = children()
    monkeypatch.setattr(reading, "PATIENCE", 0.5)
    as_the_reader(monkeypatch, "import time; time.sleep(600)")
    began = time.monotonic()
    assert refusal() == TOO_SLOW
    assert time.monotonic() - began < 60
    assert children() == before


def test_one_that_works_on_and_on_is_ended_by_its_limit(monkeypatch):
    as_the_reader(monkeypatch, "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass")
    assert refusal() == TOO_SLOW


def test_one_that_wants_too_much_memory_is_refused(monkeypatch):
    as_the_reader(monkeypatch, f"{IN_THE_PROCESS} reading_process.keep_within_limits(); bytearray(1024 ** 3)")
    assert refusal() == TOO_MUCH_MEMORY
    as_the_reader(
        monkeypatch,
        f"{IN_THE_PROCESS} reading_process.keep_within_limits(); reading_process.read = lambda _: bytearray(1024 ** 3);"
        "reading_process.command(int(sys.argv[2]))",
    )
    assert refusal() == TOO_MUCH_MEMORY


@pytest.mark.parametrize(
    "ending", ["import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "1 / 0", "import sys; sys.exit(3)"]
)
def test_one_that_breaks_is_recorded_and_the_file_refused(monkeypatch, caplog, ending):
    as_the_reader(monkeypatch, ending)
    assert refusal() == STOPPED
    assert "The reader of an upload ended with" in caplog.text
    assert str(-signal.SIGSEGV if "SEGV" in ending else 1 if "0" in ending else 3) in caplog.text


def test_one_that_does_not_listen_to_the_end_is_refused_too(monkeypatch):
    as_the_reader(monkeypatch, "import sys; sys.stdin.close()")
    with pytest.raises(FileRefused):
        read_table(b"x" * 9_000_000, "x")


def test_several_read_at_once():
    found: list[int] = []
    content = xlsx([HEADINGS, *ROWS * 200])

    def one() -> None:
        found.append(len(read_table(content, "x").rows))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [400] * 6
