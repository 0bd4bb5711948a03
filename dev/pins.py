"""`make pins`: requirements*.in to requirements*.txt, every package pinned with its hashes and without any address."""

import shutil

from steps import SetupError, call, main

OPTIONS = [
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--python-version",
    "3.11",
    "--no-emit-index-url",
    "--no-header",
]


def command() -> int:
    uv = shutil.which("uv")
    if uv is None:
        raise SetupError("uv is missing. Install it: pipx install uv")
    for name in ("requirements", "requirements-dev"):  # the second is constrained by the first
        failing = f"{name}.in could not be resolved: the lines above say why."
        call([uv, "pip", "compile", *OPTIONS, f"{name}.in", "--output-file", f"{name}.txt"], failing=failing)
    return 0


if __name__ == "__main__":
    main(command)
