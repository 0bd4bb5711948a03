"""`make figures-check [ADDRESS=http://127.0.0.1:8000]`: download every release's open files and reckon its figures again.

Every file and figure document is held to its published digest, and each document to its figure, too. Needs a running
register and nothing else of it: what is published is all that is looked at.
"""

import hashlib
import importlib.util
import json
import os
import sys
import urllib.error
import urllib.request
from types import ModuleType
from typing import Any

from steps import ROOT, SetupError, main, say

RECOUNT = ROOT / "arrangements" / "releases" / "recount.py"
PATIENCE = 30


def recount() -> ModuleType:
    """The second reckoning, loaded by its path: it needs no Django."""
    spec = importlib.util.spec_from_file_location("recount", RECOUNT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["recount"] = module
    spec.loader.exec_module(module)
    return module


def fetch(address: str) -> bytes:
    """What stands at the address; SetupError if nothing answers."""
    if not address.startswith(("http://", "https://")):
        raise SetupError(f"{address} is no web address. Give one such as ADDRESS=http://127.0.0.1:8000")
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 its scheme is checked above
            return answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise SetupError(f"{address} can't be read: {error}. Start a register with `make run`, or give ADDRESS=…") from error


def releases(base: str) -> list[dict[str, Any]]:
    """The public releases, as the API lists them."""
    return json.loads(fetch(f"{base}/api/v1/releases/?limit=1000"))["data"]


def open_files(base: str, slug: str, module: ModuleType) -> Any:
    """The three files of a release."""
    return module.Files.of(
        *(fetch(f"{base}/releases/{slug}/files/{name}.csv") for name in ("arrangements", "councils", "figures"))
    )


def documents(base: str, slug: str) -> tuple[dict[str, bytes], list[str]]:
    """All that the release promises, by address below the release's; and a sentence for each whose digest is another."""
    found, faults = {}, []
    for line in fetch(f"{base}/releases/{slug}/SHA256SUMS").decode().splitlines():
        promised, _, name = line.partition("  ")
        found[name] = fetch(f"{base}/releases/{slug}/{name}")
        actual = hashlib.sha256(found[name]).hexdigest()
        if actual != promised:
            faults.append(f"{name}: its bytes have the SHA-256 {actual}, and {promised} was published.")
    return found, faults


def figures_unlike_their_documents(files: Any, found: dict[str, bytes]) -> list[str]:
    """A sentence for each figure whose own document says another value than figures.csv."""
    faults = []
    for row in files.figures:
        document = found.get(f"figures/{row['id']}.json")
        said = json.loads(document)["data"] if document else None
        if said and (str(said["value"]) != (row["value"] or "None") or said["display"] != row["display"]):
            faults.append(f"{row['id']}: its document says {said['display']}; figures.csv has {row['display']}.")
    return faults


def command() -> int:
    base = os.environ.get("ADDRESS", "http://127.0.0.1:8000").rstrip("/")
    module = recount()
    listed = releases(base)
    wrong = 0
    for release in listed:
        files = open_files(base, release["slug"], module)
        earlier = open_files(base, release["compared_with"], module) if release.get("compared_with") else None
        found, faults = documents(base, release["slug"])
        faults += module.faults(files, earlier) + figures_unlike_their_documents(files, found)
        wrong += len(faults)
        agree = f"{len(files.figures)} figures agree, and {len(found)} files and documents with their digests"
        say(f"{release['slug']}: {f'{len(faults)} disagree' if faults else agree}")
        for fault in faults:
            say(f"  {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    main(command)
