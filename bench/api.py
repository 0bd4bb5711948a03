"""How the API's lists grow with the register: fifty rows at today's size and at a hundred times it, in one run.

    python dev/with_postgres.py python bench/api.py [--arrangements 490] [--times 100]

fills an empty database, asks each address some times, fills it further, asks again, and prints the quickest of each in
milliseconds with their ratio, and how many queries each takes. It ends with 1 where one takes more than twice as long,
or more queries. What has changed is asked after fifty arrangements were edited, and before that each of them once.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "sharedservices.settings",
    "SECRET_KEY": "only-for-measuring-" + "x" * 50,
    "BEHIND_TLS": "off",
    "REGISTER_TODAY": "2015-04-20",
    "API_READS_A_MINUTE": "1000000",
    "LOG_LEVEL": "WARNING",
}

import django  # noqa: E402 - the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from arrangements.register.models import Arrangement  # noqa: E402
from arrangements.releases.models import Release  # noqa: E402
from bench.filling import FROZEN, fill, fill_years  # noqa: E402

CHANGES = "/api/v1/changes/?limit=50"
ADDRESSES = [
    "/api/v1/arrangements/?limit=50",
    "/api/v1/arrangements/?limit=50&order=name",
    "/api/v1/arrangements/?limit=50&year=2013-14&outcome=figure",
    "/api/v1/arrangements/?limit=50&region=london",
    "/api/v1/partnerships/?limit=50",
    "/api/v1/body-partnerships/?limit=50",
    "/api/v1/savings/?limit=50",
    "/api/v1/savings/?limit=50&order=-saving",
    "/api/v1/releases/2013-14.r1/arrangements/?limit=50",
    "/api/v1/councils/?limit=50",
    "/api/v1/savings/?limit=50 again",
    CHANGES,
]
TRIES = 15
MOST = 2.0


def quickest(client: Client, address: str) -> tuple[float, int]:
    """Milliseconds of the quickest of some tries, and its queries; `again` asks with the validator of the answer before."""
    path, _, again = address.partition(" ")
    path = since_fifty_edits(client) if address == CHANGES else path
    headers = {"if-none-match": client.get(path)["ETag"]} if again else {}
    found = []
    for _ in range(TRIES):
        started = time.perf_counter()
        status = client.get(path, headers=headers).status_code
        found.append(1000 * (time.perf_counter() - started))
        assert status == (304 if again else 200), (address, status)
    with CaptureQueriesContext(connection) as captured:
        client.get(path, headers=headers)
    return min(found), len([each for each in captured if each["sql"].startswith("SELECT") or "WITH" in each["sql"]])


def since_fifty_edits(client: Client) -> str:
    """Where to ask what they have changed, in a register with as many events as arrangements."""
    Arrangement.objects.update(source="Entered for measuring")
    point = client.get(CHANGES).json()["links"]["since"]
    Arrangement.objects.filter(pk__in=Arrangement.objects.order_by("pk").values("pk")[:50]).update(source="Edited")
    return point


def fill_further(count: int) -> None:
    """So many arrangements more, in the register and in its release."""
    last = Arrangement.objects.latest("pk").pk
    fill(count)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"{FROZEN} WHERE id > %s", [Release.objects.get().pk, last])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--arrangements", type=int, default=490)
    asked.add_argument("--times", type=int, default=100)
    options = asked.parse_args()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    fill(options.arrangements)
    fill_years()
    client = Client()
    before = {address: quickest(client, address) for address in ADDRESSES}
    fill_further(options.arrangements * (options.times - 1))
    slow = 0
    print(f"{'ms at':>9} {options.arrangements:>7,} {options.arrangements * options.times:>9,}   ratio queries")
    for address, was in before.items():
        (now, asked_now), (then, asked_then) = quickest(client, address), was
        slow += now > MOST * then or asked_now > asked_then
        print(f"{then:17.1f} {now:9.1f} {now / then:7.2f} {asked_then:4} {asked_now:4}   {address}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
