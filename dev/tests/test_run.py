import os
import socket
from pathlib import Path

import databases
import demonstration
import pytest
import run
from steps import SetupError


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(demonstration, "LOCAL", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("local")
def test_the_demonstration_has_its_day_and_asks_no_second_factor():
    told = demonstration.environment({})
    assert told["REGISTER_DEMONSTRATION"] == "on"
    assert told["REGISTER_TODAY"] == "2015-04-20"
    assert told["REQUIRE_SECOND_FACTOR"] == "off"


@pytest.mark.usefixtures("local")
def test_what_the_environment_says_already_wins():
    told = demonstration.environment({"REGISTER_TODAY": "2016-01-01", "SECRET_KEY": "mine", "HOME": "/home/me"})
    assert (told["REGISTER_TODAY"], told["SECRET_KEY"], told["HOME"]) == ("2016-01-01", "mine", "/home/me")


def test_the_secret_key_is_long_stays_and_is_its_owners_alone(local: Path):
    first = demonstration.secret_key()
    assert demonstration.secret_key() == first
    assert len(first) >= 50
    assert (local / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_port_in_use_is_named_with_a_way_out(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(SetupError, match=f"Port {port} .* is in use.* make run PORT="):
            run.wanted_port()


@pytest.mark.parametrize("text", ["banana", "0", "-1", "65536", "80.5", "٨٠٠٠"])
def test_a_port_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SetupError, match="a number from 1 to 65535"):
        run.wanted_port()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgres://nobody@127.0.0.1:1/register", "Connection refused"),
        ("postgres://nobody@localhost:banana/register", "'banana'"),
        ("nonsense", "DATABASES is improperly configured"),
    ],
)
def test_a_database_that_can_t_be_used_is_told_in_its_own_words(address: str, told: str):
    with pytest.raises(SetupError, match=rf"DATABASE_URL names can't be used: .*{told}.*\n.*unset DATABASE_URL"):
        databases.must_answer({"DATABASE_URL": address, "PATH": os.environ["PATH"]})
