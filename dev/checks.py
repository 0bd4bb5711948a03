"""`make test`: every check there is. All run, whatever the earlier ones say; the last lines name those that failed."""

import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import browser
import databases
import environment
import frontend
import processes
from postgres import without_pg_settings
from steps import LOCAL, PYTHON, ROOT, main, only_one, say

# Settings that a shell may hold for other purposes: the checks don't depend on them.
OURS = (
    "ALLOWED_HOSTS",
    "BEHIND_TLS",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "LOG_LEVEL",
    "PYTHONDONTWRITEBYTECODE",
    "REGISTER_DEMONSTRATION",
    "REGISTER_TODAY",
    "REQUIRE_SECOND_FACTOR",
    "SECRET_KEY",
)


class Check(NamedTuple):
    """One check: its name, and the arguments of the environment's Python that run it."""

    name: str
    arguments: Sequence[str]
    in_production: bool = False  # in an environment as a server in use would have


MANAGE = "manage.py"
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = [
    Check("ruff check", ["-m", "ruff", "check"]),
    Check("ruff format", ["-m", "ruff", "format", "--check"]),
    Check("mypy", ["-m", "mypy", "."]),
    Check("import directions", ["-c", LINT_IMPORTS]),
    Check("migrations", [MANAGE, "makemigrations", "--check", "--dry-run"], in_production=True),
    Check("deployment", [MANAGE, "check", "--deploy", "--fail-level", "WARNING"], in_production=True),
]


def tests(arguments: Sequence[str]) -> Check:
    """The tests themselves, in two processes; further arguments go to pytest."""
    return Check("tests", ["-m", "pytest", "-n", "2", *arguments])


def production() -> dict[str, str]:
    """What a server in use would be told."""
    return {"SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "register.example"}


def run_check(check: Check, env: Mapping[str, str]) -> bool:
    """Run one check, its output shown; whether it passed."""
    say(f"==> {check.name}")
    started = time.monotonic()
    told = {**env, **production()} if check.in_production else env
    passed = processes.run_apart([PYTHON, *check.arguments], told, cwd=ROOT) == 0
    say(f"    {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.1f} s")
    return passed


def run_checks(checks: Sequence[Check], env: Mapping[str, str]) -> int:
    """Run them all and say which failed; 1 if any did."""
    failed = [check.name for check in checks if not run_check(check, env)]
    say(f"\nFailed: {', '.join(failed)}" if failed else f"\nAll {len(checks)} checks passed.")
    return 1 if failed else 0


def prepare() -> str:
    """Packages, front end, PostgreSQL's programs and a browser, whose path is returned."""
    with only_one("setup"):
        environment.prepare(development=True)
        frontend.prepare()
        return browser.find()


def command() -> int:
    checks = [*CHECKS, tests(sys.argv[1:])]
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    # Tests start many processes: what one has compiled the next finds, apart from the sources.
    env = {**clean, "CHROMIUM": prepare(), "PYTHONPYCACHEPREFIX": str(LOCAL / "compiled"), "PYTHONUNBUFFERED": "1"}
    if databases.given():
        databases.must_answer(env)
        return run_checks(checks, env)
    with databases.temporary() as address:
        return run_checks(checks, without_pg_settings(env) | {"DATABASE_URL": address})


if __name__ == "__main__":
    main(command)
