"""Reading with what it costs: time, processor time, and memory of both processes."""

from __future__ import annotations

import resource
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from arrangements.returns.workbook.reading import FileRefused, Table, read_table

PROC = Path("/proc/self")
PIECE_OF_TIME = 0.001


@dataclass(frozen=True)
class Measured:
    """What came out, and what it cost; memory in megabytes."""

    table: Table | None
    refusal: str
    seconds: float
    processor_seconds: float
    here: float
    apart: float


def measured(content: bytes) -> Measured:
    """Read the file and watch."""
    (PROC / "clear_refs").write_text("5")  # forget the highest memory so far
    before, used = _kilobytes(PROC, "VmRSS"), resource.getrusage(resource.RUSAGE_CHILDREN)
    watcher = _Watcher()
    watcher.start()
    began = time.perf_counter()
    table, refusal = None, ""
    try:
        table = read_table(content, "upload.csv")
    except FileRefused as refused:
        refusal = str(refused)
    seconds = time.perf_counter() - began
    watcher.stop()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime
    here = max(0, _kilobytes(PROC, "VmHWM") - before)
    return Measured(table, refusal, seconds, processor, here / 1024, watcher.highest / 1024)


class _Watcher(threading.Thread):
    """Looks at the memory of this process's children again and again. A process's highest never falls: the last look counts."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.highest = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(PIECE_OF_TIME):
            for children in PROC.glob("task/*/children"):
                with suppress(OSError):
                    for child in map(Path("/proc").joinpath, children.read_text().split()):
                        # Until it runs its own program, a new process shows the memory of this one.
                        if b"reading_process" in (child / "cmdline").read_bytes():
                            self.highest = max(self.highest, _kilobytes(child, "VmHWM"))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _kilobytes(process: Path, what: str) -> int:
    """A line of a process's status; 0 once the process has ended."""
    with suppress(OSError):
        for line in (process / "status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1])
    return 0
