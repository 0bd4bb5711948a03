"""`make clean`: remove everything that the commands made here, the kept data included."""

import fcntl
import shutil
import signal
from pathlib import Path

import databases
import running
from steps import LOCAL, ROOT, SetupError, main, only_one, say, step

MADE = (".venv", "build", "node_modules", ".local")
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", "__pycache__")


def remove_kept_data() -> None:
    """Stop the kept server and remove its data; raises SetupError while a command uses it."""
    with open(LOCAL / "postgres-users.lock", "w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError("The kept database is in use: stop `make run` first.") from error
        home = databases.recorded_home()
        running.stop_server(home / "data", signal.SIGQUIT)
        databases.remove_old_socket(home / "data")
        remove(home)


def remove(folder: Path) -> None:
    """Remove a folder if it is there, and say so."""
    if folder.exists():
        say(f"    {folder}")
        shutil.rmtree(folder)


def command() -> int:
    with step("Removing what the commands made"), only_one("setup"), only_one("postgres"):
        remove_kept_data()
        caches = [folder for name in CACHES for folder in ROOT.rglob(name) if not folder.is_relative_to(ROOT / ".venv")]
        for folder in [*(ROOT / name for name in MADE), *caches]:
            remove(folder)
    return 0


if __name__ == "__main__":
    main(command)
