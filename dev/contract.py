"""`make contract`: write what the API promises anew, unless a program that goes by it would fail."""

import os
import secrets

import environment
from steps import PYTHON, call, main, only_one


def command() -> int:
    with only_one("setup"):
        environment.prepare(development=True)
    # The contract comes from the code alone: the database isn't asked.
    env = {**os.environ, "SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_URL": "postgresql:///unasked"}
    call([PYTHON, "-m", "sharedservices.contract"], env=env, failing="The contract stays as it is: the lines above say why.")
    return 0


if __name__ == "__main__":
    main(command)
