"""The environment in which `make run` shows the register: a demonstration, on the day that its data are made for."""

import os
import secrets
from collections.abc import Mapping

from steps import LOCAL

DEMONSTRATION = {
    "REGISTER_DEMONSTRATION": "on",
    "REGISTER_TODAY": "2015-04-20",
    "REQUIRE_SECOND_FACTOR": "off",
    "DEBUG": "off",  # what visitors see, error pages included
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "LOG_LEVEL": "WARNING",
}


def secret_key() -> str:
    """The key that signs this checkout's sessions: made once, kept where only its owner reads it."""
    file = LOCAL / "secret-key"
    if not file.exists():
        unfinished = LOCAL / f".secret-key.{os.getpid()}"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
            written.write(secrets.token_urlsafe(50))
        unfinished.rename(file)
    return file.read_text()


def environment(existing: Mapping[str, str]) -> dict[str, str]:
    """The existing environment, and the demonstration's for each name that it doesn't set."""
    return {"SECRET_KEY": secret_key(), **DEMONSTRATION, **existing}
