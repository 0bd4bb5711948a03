"""What every development command shares: the project's places, timed steps, and failures without a traceback."""

import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

import processes

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"  # what this checkout keeps between runs; git ignores it
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class SetupError(Exception):
    """The machine or the checkout lacks something. The message names it and says how to get it."""


def say(text: str) -> None:
    """Print one line at once, so that it stands before the output of the commands that follow."""
    print(text, flush=True)


@contextlib.contextmanager
def step(doing: str) -> Iterator[None]:
    """Say what is being done and, when it is done, how long it took."""
    say(f"==> {doing}")
    started = time.monotonic()
    yield
    say(f"    done in {time.monotonic() - started:.1f} s")


def call(command: Sequence[str | Path], *, failing: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command in the project's folder, its output shown; raise SetupError(failing) if it fails."""
    if subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode:
        raise SetupError(failing)


def digest(*files: Path) -> str:
    """SHA-256 over the names and contents of the files: the text of a stamp."""
    found = hashlib.sha256()
    for file in files:
        found.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()


def holds(file: Path, text: str) -> bool:
    """Whether the file is there with exactly this text."""
    return file.is_file() and file.read_text() == text


def replace_text(file: Path, text: str) -> None:
    """Write a file whole or not at all: a temporary name beside it, then a rename."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


@contextlib.contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold this checkout's lock of that name; wait, and say so, while another command holds it.

    The lock belongs to the process: the system frees it however the process ends.
    """
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / f"{name}.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"==> Waiting for another command in this checkout ({name})")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(command: Callable[[], int]) -> None:
    """Run a command and exit with its number. What is missing is said in plain words; a signal lets it tidy up."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs don't hear it otherwise
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    if "MAKELEVEL" in os.environ:  # a killed make must not leave its server behind
        processes.end_with_parent()
    try:
        sys.exit(command())
    except SetupError as missing:
        print(f"\nStopped: {missing}", file=sys.stderr, flush=True)
    except PermissionError as error:
        print(f"\nStopped: {error}\nIs this checkout used by two users? Run as its owner.", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(1)
