"""A Chromium for the browser tests."""

import os
import shutil
import subprocess
from pathlib import Path

from steps import PYTHON, SetupError, say, step

NAMES = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation")
HOW_TO_GET = (
    "The browser tests need Chromium. Install it: apt-get install chromium fonts-liberation (Debian), or "
    ".venv/bin/python -m playwright install --with-deps chromium, or set CHROMIUM to a browser's path."
)
ASKED = "from playwright.sync_api import sync_playwright as p\nwith p() as run: print(run.chromium.executable_path)"


def starts(browser: str) -> bool:
    """Whether the program is there and its libraries are."""
    try:
        return subprocess.run([browser, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def on_path() -> str | None:
    """The first of the usual names that is on PATH and starts."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and starts(path)), None)


def from_apt() -> str | None:
    """Installed by apt, as root on a Debian; None where that can't be."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not Path("/etc/debian_version").exists():
        return None
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Installing {' and '.join(PACKAGES)} with apt"):
        for command in (install, ["apt-get", "update", "-qq"], install):
            code = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
            if command is install and code == 0:
                break
    return on_path()


def from_playwright() -> str | None:
    """Playwright's own download, fetched unless it is there; None where that can't be."""
    asked = subprocess.run([PYTHON, "-c", ASKED], capture_output=True, text=True)
    path = asked.stdout.strip()
    if not path or starts(path):
        return path or None
    with step("Downloading Chromium with playwright"):
        subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL)
    return path if starts(path) else None


def find() -> str:
    """The path of a browser that starts; raises SetupError, saying how to get one, where none can be had."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        if not starts(chosen):
            raise SetupError(f"CHROMIUM is {chosen}, which doesn't start.")
        return chosen
    found = on_path() or from_apt() or from_playwright()
    if found is None:
        raise SetupError(HOW_TO_GET)
    say(f"==> Browser tests use {found}")
    return found
