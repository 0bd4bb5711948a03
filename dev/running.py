"""Whether the PostgreSQL of a data folder runs, and how to end it, also after a kill."""

import os
import signal
import time
from pathlib import Path

from processes import wait_until_none, working_in

SOCKET = ".s.PGSQL.5432"


def server_number(data: Path) -> int | None:
    """The process id that the data folder's pid file names, alive or not."""
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def is_alive(number: int) -> bool:
    """Whether a process of that id exists, whoever's it is, a dead one that nobody has waited for included."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_running(data: Path) -> bool:
    """Whether the data folder's own server runs: the process that its pid file names works in that folder."""
    number = server_number(data)
    if number is None:
        return False
    if not Path("/proc/self/cwd").exists():
        return is_alive(number)
    return number in working_in(data)


def ready_socket(data: Path) -> Path | None:
    """The socket folder of the running server, where one runs and can still be reached."""
    if not is_running(data):
        return None
    lines = (data / "postmaster.pid").read_text().splitlines()
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    folder = Path(lines[4])
    return folder if (folder / SOCKET).exists() else None


def stop_server(data: Path, how: signal.Signals, seconds: float = 30) -> None:
    """Stop the data folder's server, if it runs, and wait for its end.

    SIGINT is fast: it disconnects everybody and writes everything. SIGQUIT is at once, for data that nobody keeps.
    """
    number = server_number(data)
    if number is not None and is_running(data):
        os.kill(number, how)
        until = time.monotonic() + seconds
        while is_running(data) and time.monotonic() < until:
            time.sleep(0.02)
    end_leftovers(data)


def end_leftovers(data: Path) -> None:
    """End the children of a dead server: they leave when they notice; after five seconds they are made to."""
    if is_running(data) or wait_until_none(data, 5):
        return
    for number in working_in(data):
        os.kill(number, signal.SIGKILL)
    wait_until_none(data, 5)
