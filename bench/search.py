"""How long a search takes with fifty thousand arrangements: in the register, in the pickers, and in the finder over HTTP.

    python dev/with_postgres.py python bench/search.py [--arrangements 50000] [--queries 200]

fills an empty database, asks 200 varied queries (several words, former names, references, codes, three letters, slips of a
letter), each three times, and prints the median and the 95th percentile of the quickest, in milliseconds, and of the
processor time that Python and PostgreSQL spent on it, which other work on the machine doesn't lengthen.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "sharedservices.settings",
    "SECRET_KEY": "only-for-measuring-" + "x" * 50,
    "REQUIRE_SECOND_FACTOR": "off",
    "BEHIND_TLS": "off",
    "REGISTER_TODAY": "2015-04-20",
    "LOG_LEVEL": "WARNING",
}

import django  # noqa: E402 - the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from arrangements.register.models import Arrangement, FormerName  # noqa: E402
from bench.filling import fill, fill_years  # noqa: E402
from councils.models import Council, CouncilName, User  # noqa: E402

SEED = 7
TIMES = 3
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PORT = 8099
TICK = os.sysconf("SC_CLK_TCK")


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor."""

    clock: float
    processor: float


def queries(count: int) -> list[tuple[str, str]]:
    """Kinds and texts, as people type them, from the names that there are; the same in every run."""
    rng = Random(SEED)  # noqa: S311 - the same queries in every run
    names = list(Arrangement.objects.order_by("pk").values_list("name", flat=True))
    former = list(FormerName.objects.order_by("pk").values_list("name", flat=True))
    councils = list(Council.objects.order_by("pk").values_list("short_name", "gss_code"))
    others = list(CouncilName.objects.order_by("pk").values_list("name", flat=True))
    references = list(Arrangement.objects.order_by("pk").values_list("reference", flat=True))
    kinds: list[tuple[str, Callable[[], str]]] = [
        ("a name", lambda: rng.choice(names)),
        ("words of a name", lambda: " ".join(three_of(rng, rng.choice(names)))),
        ("words unfinished", lambda: " ".join(word[:4] for word in three_of(rng, rng.choice(names)))),
        ("a former name", lambda: rng.choice(former)),
        ("a council", lambda: rng.choice(councils)[0]),
        ("a council's other name", lambda: rng.choice(others)),
        ("a code or reference", lambda: rng.choice([rng.choice(councils)[1], rng.choice(references)])),
        ("three letters", lambda: rng.choice(rng.choice(names).split())[:3]),
        ("a slip in a council", lambda: slipped(rng, rng.choice(councils)[0])),
        ("slips in two words", lambda: " ".join(slipped(rng, word) for word in rng.choice(names).split()[:2])),
    ]
    return [(kind, make()) for number in range(count) for kind, make in [kinds[number % len(kinds)]]]


def three_of(rng: Random, name: str) -> list[str]:
    """Three words of the name, or all, in any order."""
    words = name.split()
    return rng.sample(words, min(3, len(words)))


def slipped(rng: Random, word: str) -> str:
    """The word with a letter left out, put in, changed, or two turned."""
    at = rng.randrange(max(len(word) - 1, 1))
    middle = rng.choice(["", word[at : at + 1] + rng.choice(LETTERS), rng.choice(LETTERS), word[at : at + 2][::-1]])
    return word[:at] + middle + word[at + (2 if len(middle) == 2 and middle == word[at : at + 2][::-1] else 1) :]


def processor_of(pid: int) -> float:
    """Seconds of the processor that the process has spent."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def measured(do: Callable[[str], Any], text: str) -> Taken:
    """The quickest of a few, and the processor's time by the average of them all."""
    clocks = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = cursor.fetchone()[0]
    spent = time.process_time() + processor_of(server)
    for _ in range(TIMES):
        begun = time.perf_counter()
        do(text)
        clocks.append(time.perf_counter() - begun)
    return Taken(min(clocks), (time.process_time() + processor_of(server) - spent) / TIMES)


def told(title: str, taken: Iterable[tuple[str, Taken]]) -> None:
    """One line for each kind of query and one for all."""
    rows = list(taken)
    print(f"\n{title}\n{'':28}{'p50':>8}{'p95':>8}{'p95 of the processor':>24}")
    for kind in [*dict.fromkeys(kind for kind, _ in rows), "all"]:
        some = [one for each, one in rows if kind in (each, "all")]
        clock, processor = (sorted(getattr(one, what) for one in some) for what in Taken._fields)
        at = [clock[len(clock) // 2], clock[int(len(clock) * 0.95)], processor[int(len(processor) * 0.95)]]
        print(f"{kind:28}{at[0] * 1000:8.1f}{at[1] * 1000:8.1f}{at[2] * 1000:24.1f}")


def in_the_register(asked: list[tuple[str, str]]) -> None:
    """The first page of what is found, as a list reads it."""
    list(Arrangement.objects.found_by("warm up")[:20])
    told(
        "found_by, the first 20",
        [(kind, measured(lambda text: list(Arrangement.objects.found_by(text)[:20]), text)) for kind, text in asked],
    )


def in_the_pickers(asked: list[tuple[str, str]], client: Client) -> None:
    """Django's autocomplete of an arrangement and of a council, by its own address."""
    for title, model, field in [("arrangements", "arrangement", "replaces"), ("councils", "partnership", "council")]:
        where = {"app_label": "arrangements", "model_name": model, "field_name": field}

        def pick(text: str, where: dict[str, str] = where) -> None:
            answer = client.get("/admin/autocomplete/", {**where, "term": text})
            assert answer.status_code == 200, answer.status_code

        pick("warm up")
        told(f"The picker of {title}", [(kind, measured(pick, text)) for kind, text in asked])


def over_http(asked: list[tuple[str, str]], session: str) -> None:
    """The finder's answer from a server like that of `make run`."""
    gunicorn = [
        "-m",
        "gunicorn",
        "sharedservices.wsgi",
        "--bind",
        f"127.0.0.1:{PORT}",
        "--workers",
        "1",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen([sys.executable, *gunicorn], cwd=ROOT)
    try:
        headers = {"Cookie": f"sessionid={session}"}

        def find(text: str) -> None:
            line = http.client.HTTPConnection("127.0.0.1", PORT)
            line.request("GET", f"/admin/find.json?{urlencode({'q': text})}", headers=headers)
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, answer.status

        for _ in range(100):
            try:
                find("warm up")
                break
            except OSError:
                time.sleep(0.2)
        told("The finder over HTTP", [(kind, measured(find, text)) for kind, text in asked])
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--arrangements", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=200)
    wanted = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Arrangement.objects.exists():
        begun = time.perf_counter()
        fill(wanted.arrangements)
        fill_years()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{wanted.arrangements} arrangements made in {time.perf_counter() - begun:.0f} s")
    analyst = User.objects.get(email="analyst@example.org")
    setup_test_environment()
    client = Client()
    client.force_login(analyst)
    asked = queries(wanted.queries)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    in_the_register(asked)
    in_the_pickers(asked, client)
    over_http(asked, client.session.session_key or "")


if __name__ == "__main__":
    main()
