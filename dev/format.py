"""`make format`: put the code into the layout that `make test` asks for."""

import environment
from steps import PYTHON, call, main, only_one


def command() -> int:
    with only_one("setup"):
        environment.prepare(development=True)
    call([PYTHON, "-m", "ruff", "check", "--fix-only"], failing="ruff check failed.")
    call([PYTHON, "-m", "ruff", "format"], failing="ruff format failed.")
    return 0


if __name__ == "__main__":
    main(command)
