"""`make manage ARGS="…"`: one of Django's commands, on the database and in the environment of `make run`."""

import sys

import processes
import run
from steps import PYTHON, ROOT, main


def command() -> int:
    run.prepare()
    with run.database() as env:
        return processes.run([PYTHON, "manage.py", *sys.argv[1:]], env, cwd=ROOT)


if __name__ == "__main__":
    main(command)
