"""Processes that a development command starts: how they hear of its end, and who works in a folder."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, however it dies (Linux only; elsewhere nothing)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def be_a_child() -> None:
    """What a started process does first: hear Ctrl-C, even where our own starter made us deaf to it, and end with us."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()


@contextmanager
def passing_signals_to(child: subprocess.Popen[bytes], *, apart: bool) -> Iterator[list[int]]:
    """While inside, signals that would end this process go to the child instead, whose end then ends us in order.

    Yields the list of the signals that came. A child that isn't `apart`, in a process group of its own, hears a
    Ctrl-C at the terminal by itself, and isn't told twice. A closed terminal (SIGHUP) means the same as SIGTERM: some
    servers would start afresh on it.
    """
    came: list[int] = []

    def tell(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        passed_on = signal.SIGTERM if number == signal.SIGHUP else number
        if apart or number != signal.SIGINT:
            child.send_signal(passed_on)

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a command at the terminal and return its exit code (128 and the number of the signal that ended it)."""
    child = subprocess.Popen(command, env=env, cwd=cwd, preexec_fn=be_a_child)
    with passing_signals_to(child, apart=False):
        code = child.wait()
    return code if code >= 0 else 128 - code


def run_apart(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path) -> int:
    """Run a command without input, in a process group of its own; its exit code.

    A signal to us ends the command, and is then raised as KeyboardInterrupt.
    """
    child = subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=be_a_child)
    with passing_signals_to(child, apart=True) as came:
        code = child.wait()
    if came:
        raise KeyboardInterrupt
    return code


def working_in(folder: Path) -> list[int]:
    """The ids of the processes whose working folder this is; empty where the system has no /proc.

    A PostgreSQL server and all its children work in their data folder, and nothing else does: unlike a
    number in a file, this can't be mistaken. Processes of other users aren't seen, except by root.
    """
    folder = folder.resolve()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")) == folder:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until_none(folder: Path, seconds: float) -> bool:
    """Wait for the last process that works in the folder; False when the time is up."""
    until = time.monotonic() + seconds
    while working_in(folder):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
