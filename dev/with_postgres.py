"""Run a command with DATABASE_URL naming a private PostgreSQL: python dev/with_postgres.py [--kept] COMMAND…

A temporary, empty one by default, gone when the command ends; with --kept the one in which `make run` keeps its data.
Where DATABASE_URL is set already, the command simply runs.
"""

import os
import sys
from collections.abc import Sequence

import databases
import processes
from postgres import without_pg_settings
from steps import main


def with_postgres(command: Sequence[str], *, kept: bool) -> int:
    """Run the command and return its exit code."""
    if databases.given():
        return processes.run(command, os.environ)
    with databases.kept() if kept else databases.temporary() as address:
        return processes.run(command, without_pg_settings(dict(os.environ)) | {"DATABASE_URL": address})


def command() -> int:
    arguments = sys.argv[1:]
    kept = arguments[:1] == ["--kept"]
    rest = arguments[kept:]
    if not rest:
        print(__doc__, file=sys.stderr)
        return 2
    return with_postgres(rest, kept=kept)


if __name__ == "__main__":
    main(command)
