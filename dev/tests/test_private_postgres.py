"""Real servers, started as the commands start them: in checkouts of their own that hold nothing but the tooling."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import binaries
import postgres
import processes
import pytest
from steps import ROOT

CREATE = "create table kept (word text); insert into kept values ('still here')"
READ = "select word from kept"


class Checkout:
    """A folder with the tooling, from which commands run as a user's would."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        programs = binaries.find()
        assert programs is not None
        others = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MAKELEVEL")}
        self.environ = {**others, "PG_BIN": str(programs), **environ}

    @property
    def data(self) -> Path:
        return self.folder / ".local" / "postgres" / "data"

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start dev/with_postgres.py with these arguments."""
        script = self.folder / "dev" / "with_postgres.py"
        arguments: list[str | Path] = [sys.executable, script, *command]
        return subprocess.Popen(arguments, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")

    def run(self, *command: str) -> tuple[int, str, str]:
        """Its exit code, what it printed and what it said on the error stream."""
        running = self.start(*command)
        printed, errors = running.communicate(timeout=120)
        return running.returncode, printed, errors

    def sql(self, text: str) -> str:
        """The rows of a statement on the kept database, or the error."""
        code, printed, errors = self.run("--kept", sys.executable, "-c", ASK, text)
        return printed if code == 0 else errors

    def start_and_wait(self, *options: str) -> tuple[subprocess.Popen[str], Path]:
        """Start a server that stays until its command is ended; the command, and the server's data folder."""
        running = self.start(*options, sys.executable, "-c", SAY_ADDRESS_AND_STAY)
        assert running.stdout is not None
        address = next(line for line in running.stdout if line.startswith("postgresql://"))
        folder = Path(address.strip().removeprefix("postgresql://postgres@/").removesuffix("/postgres"))
        return running, self.data if options else folder / "data"


ASK = """
import os, sys, environ, psycopg
place = environ.Env().db_url("DATABASE_URL")
with psycopg.connect(host=place["HOST"], user=place["USER"], dbname=place["NAME"], autocommit=True) as connection:
    cursor = connection.execute(sys.argv[1])
    print(cursor.fetchall() if cursor.description else "done")
"""
SAY_ADDRESS_AND_STAY = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that any user can enter, with a space in its name."""
    folder = Path(tempfile.mkdtemp(prefix="with space "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def own_temporary() -> Iterator[Path]:
    """A temporary folder with a short, plain path that any user can enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def checkout(place: Path) -> Checkout:
    return Checkout(copy_of_tooling(place / "checkout"))


def copy_of_tooling(folder: Path) -> Path:
    shutil.copytree(ROOT / "dev", folder / "dev", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    return folder


def end(running: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> None:
    running.send_signal(how)
    running.communicate(timeout=120)


def last_word(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(("[", "done", "psycopg")))


def test_a_temporary_server_leaves_no_folder_and_no_process(checkout: Checkout):
    running, data = checkout.start_and_wait()
    assert processes.working_in(data)
    end(running)
    assert not data.parent.exists()
    assert processes.working_in(data) == []


def test_its_socket_has_a_short_path_however_long_the_folders_are(place: Path):
    long = place / ("long " * 30)
    long.mkdir()
    checkout = Checkout(copy_of_tooling(long / "checkout"), TMPDIR=str(long))
    running, data = checkout.start_and_wait()
    end(running)
    assert len(str(data.parent / ".s.PGSQL.5432.lock")) < 100


def test_the_exit_code_is_the_commands(checkout: Checkout):
    assert checkout.run(sys.executable, "-c", "raise SystemExit(7)")[0] == 7


def test_with_a_database_url_the_command_simply_runs(checkout: Checkout):
    checkout.environ |= {"DATABASE_URL": "postgresql://elsewhere/register", "PG_BIN": "/nowhere"}
    answer = checkout.run(sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])")
    assert answer == (0, "postgresql://elsewhere/register\n", "")


def test_settings_for_other_servers_do_not_lead_astray(checkout: Checkout):
    checkout.environ |= {"PGPORT": "1", "PGHOST": "nowhere.example", "PGDATA": "/nowhere", "PGOPTIONS": "--nonsense"}
    assert checkout.sql("select 1").splitlines()[-3] == "[(1,)]"


def test_two_run_at_once(checkout: Checkout):
    first, first_data = checkout.start_and_wait()
    second, second_data = checkout.start_and_wait()
    assert first_data != second_data
    end(first)
    assert processes.working_in(second_data)
    end(second)


def test_what_a_killed_command_leaves_is_swept_by_the_next(checkout: Checkout, own_temporary: Path):
    checkout.environ["TMPDIR"] = str(own_temporary)  # where no other test's command sweeps first
    killed, data = checkout.start_and_wait()
    end(killed, signal.SIGKILL)
    assert data.is_relative_to(own_temporary)
    assert processes.working_in(data)
    assert checkout.run("true")[0] == 0
    assert not data.parent.exists()
    assert processes.working_in(data) == []


def test_the_kept_data_are_kept(checkout: Checkout):
    checkout.sql(CREATE)
    assert processes.working_in(checkout.data) == []
    assert last_word(checkout.sql(READ)) == "[('still here',)]"


def test_the_kept_server_starts_again_after_a_kill(checkout: Checkout):
    checkout.sql(CREATE)
    running, data = checkout.start_and_wait("--kept")
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    end(running, signal.SIGKILL)
    assert (data / "postmaster.pid").exists()
    assert last_word(checkout.sql(READ)) == "[('still here',)]"


def test_a_pid_file_whose_number_is_another_process_now_does_not_stop_it(checkout: Checkout):
    checkout.sql(CREATE)
    stale = checkout.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{checkout.data}\n{int(time.time())}\n5432\n/tmp\n\n0\nready\n")
    shutil.copystat(checkout.data / "PG_VERSION", stale)
    owner = (checkout.data / "PG_VERSION").stat()
    os.chown(stale, owner.st_uid, owner.st_gid)
    assert last_word(checkout.sql(READ)) == "[('still here',)]"


def test_a_kept_server_left_running_is_used_and_then_stopped(checkout: Checkout):
    checkout.sql(CREATE)
    killed, data = checkout.start_and_wait("--kept")
    end(killed, signal.SIGKILL)
    assert processes.working_in(data)
    assert last_word(checkout.sql(READ)) == "[('still here',)]"
    assert processes.working_in(data) == []


def test_the_last_of_two_commands_stops_the_kept_server(checkout: Checkout):
    staying, data = checkout.start_and_wait("--kept")
    checkout.sql(CREATE)
    assert processes.working_in(data)
    end(staying)
    assert processes.working_in(data) == []


def test_a_half_made_data_folder_is_made_again(checkout: Checkout):
    checkout.sql(CREATE)
    checkout.data.rename(checkout.data.with_name("data.unfinished"))
    assert "does not exist" in checkout.sql(READ)


def test_a_copied_checkout_has_a_server_of_its_own(checkout: Checkout, place: Path):
    checkout.sql(CREATE)
    running, data = checkout.start_and_wait("--kept")
    subprocess.run(["cp", "-a", checkout.folder, place / "copy"], check=True)
    copy = Checkout(place / "copy")
    copy.sql("update kept set word = 'changed in the copy'")
    assert last_word(copy.sql(READ)) == "[('changed in the copy',)]"
    assert processes.working_in(data)
    assert last_word(checkout.sql(READ)) == "[('still here',)]"
    end(running)


def test_the_data_of_a_closed_checkout_are_kept_where_the_server_can_reach_them(place: Path):
    place.chmod(0o700)
    checkout = Checkout(copy_of_tooling(place / "checkout"))
    checkout.sql(CREATE)
    assert last_word(checkout.sql(READ)) == "[('still here',)]"
    user = postgres.server_user()  # None for an ordinary user, who can reach what is the user's own
    record = checkout.folder / ".local" / "postgres-place"
    assert record.exists() is (user is not None)
    if user is not None:
        home = Path(record.read_text())
        assert not home.is_relative_to(place)
        assert home.stat().st_uid == user.pw_uid
        shutil.rmtree(home)


def test_without_any_postgresql_the_message_says_how_to_get_it(checkout: Checkout):
    checkout.environ["PG_BIN"] = "/nowhere"
    code, _printed, errors = checkout.run("true")
    assert code == 1
    assert "PG_BIN is /nowhere" in errors
    assert "Traceback" not in errors
