"""The register's two kinds of private database: one for a run of the tests, and the one that a checkout keeps."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import binaries
import postgres
import running
from postgres import Cluster
from steps import LOCAL, PYTHON, ROOT, SetupError, holds, only_one, replace_text, step

# Where the kept data go when root's checkout lies in a folder that the server's user can't enter.
SYSTEM_PLACE = Path("/var/lib/shared-services-register")


def given() -> str | None:
    """The DATABASE_URL of the environment, if it names one."""
    return os.environ.get("DATABASE_URL") or None


CONNECT = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"


def must_answer(env: Mapping[str, str]) -> None:
    """Raise SetupError with the database's own words unless the one that DATABASE_URL names lets us in."""
    settings = {"DJANGO_SETTINGS_MODULE": "sharedservices.settings", "SECRET_KEY": "only-to-ask", "ALLOWED_HOSTS": "localhost"}
    asked = subprocess.run([PYTHON, "-c", CONNECT], cwd=ROOT, env={**settings, **env}, capture_output=True, text=True)
    if asked.returncode:
        traced = asked.stderr.rpartition("\n  File ")[2]
        said = " ".join(" ".join(traced.splitlines()[2:]).split())  # what stands below the last place and its line
        raise SetupError(
            f"The database that DATABASE_URL names can't be used: {said}\n"
            "Put the address right (postgres://user:password@host:5432/name), or unset DATABASE_URL for a private database."
        )


def programs(wanted: int | None = None) -> Path:
    """The folder of PostgreSQL's programs; raises SetupError where there are none (of the major version wanted)."""
    found = binaries.find(wanted)
    if found is None:
        version = (
            f"PostgreSQL {wanted}, which made this checkout's kept data," if wanted else f"PostgreSQL {binaries.OLDEST} or newer"
        )
        giving_up = " `make clean` gives the kept data up." if wanted else ""
        raise SetupError(f"{version} isn't on this machine. Install it: {binaries.HOW_TO_GET}.{giving_up}")
    return found


# For a run of the tests


def claim(folder: Path) -> IO[str]:
    """Mark a temporary folder as in use by this process: a lock that the system frees however we end."""
    marking = folder / "marking"
    lock = open(marking, "w")  # noqa: SIM115 - held for as long as the folder
    fcntl.flock(lock, fcntl.LOCK_EX)
    marking.rename(folder / "lock")  # seen by others only once it is locked
    return lock


def sweep(parent: Path) -> None:
    """Stop and remove the temporary servers whose command was killed before it could."""
    for lock in parent.glob(f"{postgres.PREFIX}*/lock"):
        with contextlib.suppress(OSError):
            if lock.stat().st_uid != os.geteuid():
                continue
            with open(lock) as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                running.stop_server(lock.parent / "data", signal.SIGQUIT)
                shutil.rmtree(lock.parent, ignore_errors=True)


@contextlib.contextmanager
def temporary() -> Iterator[str]:
    """The address of a fresh, empty database that is gone afterwards."""
    user = postgres.server_user()
    found = programs()
    folder = postgres.temporary_folder(user)
    sweep(folder.parent)
    with claim(folder):
        cluster = Cluster(folder, found, user)
        try:
            cluster.create(careful=False)
            cluster.start(folder, *postgres.WITHOUT_CARE)
            yield postgres.address(folder)
        finally:
            running.stop_server(cluster.data, signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)


# The kept one


def recorded_home() -> Path:
    """The folder of this checkout's kept server as the last start left it: in .local, or in the system's place.

    The system's folder names the checkout it belongs to. A copied checkout doesn't take the original's data for its
    own; a moved one does.
    """
    record = LOCAL / "postgres-place"
    if record.exists():
        home = Path(record.read_text())
        checkout = home / "checkout"
        if checkout.exists() and (checkout.read_text() == str(ROOT) or not Path(checkout.read_text()).exists()):
            checkout.write_text(str(ROOT))
            return home
    return LOCAL / "postgres"


def kept_version() -> int | None:
    """The major version of PostgreSQL that made the kept data; None before there are any."""
    version = recorded_home() / "data" / "PG_VERSION"
    return int(version.read_text()) if version.exists() else None


def kept_home() -> Path:
    """The folder for the kept server's data, made if need be, where the server's user can get to it."""
    home = recorded_home()
    user = postgres.server_user(home / "data")
    home.mkdir(exist_ok=True)
    if not (home / "data").exists():
        postgres.give(home, user)
    if postgres.can_enter(user, home):
        return home
    SYSTEM_PLACE.mkdir(exist_ok=True, mode=0o711)
    elsewhere = Path(tempfile.mkdtemp(prefix="kept-", dir=SYSTEM_PLACE))
    postgres.give(elsewhere, user)
    (elsewhere / "checkout").write_text(str(ROOT))
    replace_text(LOCAL / "postgres-place", str(elsewhere))
    return elsewhere


def kept_cluster() -> Cluster:
    """This checkout's kept server, with the programs of the version that made its data."""
    home = kept_home()
    return Cluster(home, programs(kept_version()), postgres.server_user(home / "data"))


def remove_old_socket(data: Path) -> None:
    """Remove the socket folder of the last start, which a killed server leaves behind; never another server's."""
    record = LOCAL / "postgres-socket"
    if record.exists():
        folder = Path(record.read_text())
        if holds(folder / "data", str(data)):
            shutil.rmtree(folder)
        record.unlink()


def start_kept() -> Path:
    """Start the kept server, or find it running; the folder of its socket."""
    cluster = kept_cluster()
    socket = running.ready_socket(cluster.data)
    if socket:
        return socket
    place = ".local" if cluster.home.is_relative_to(LOCAL) else cluster.home
    with step(f"Starting the private PostgreSQL, its data kept in {place}"):
        running.stop_server(cluster.data, signal.SIGINT)  # one that runs and can't be reached
        remove_old_socket(cluster.data)
        cluster.create(careful=True)
        socket = postgres.temporary_folder(cluster.user)
        (socket / "data").write_text(str(cluster.data))
        replace_text(LOCAL / "postgres-socket", str(socket))
        cluster.start(socket)
    return socket


def kept_runs() -> bool:
    """Whether this checkout's kept server runs."""
    return running.is_running(recorded_home() / "data")


@contextlib.contextmanager
def kept() -> Iterator[str]:
    """The address of the database that this checkout keeps. The last command that uses it stops the server."""
    LOCAL.mkdir(exist_ok=True)
    with open(LOCAL / "postgres-users.lock", "w") as users:
        with only_one("postgres"):
            socket = start_kept()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield postgres.address(socket)
        finally:
            with only_one("postgres"):
                stop_if_last(users)


def stop_if_last(users: IO[str]) -> None:
    """Stop the kept server unless another command still holds its share of the lock."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    with step("Stopping the private PostgreSQL"):
        data = recorded_home() / "data"
        running.stop_server(data, signal.SIGINT)
        remove_old_socket(data)
