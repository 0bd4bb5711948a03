"""How the lists grow with the register: pages with their counts, searches, orders and files, at today's size and at 50,000.

    python dev/with_postgres.py python bench/lists.py [--arrangements 490] [--times 102]

fills an empty database, asks each address some times, fills it further, asks again, and prints for each the
milliseconds of the processor, Python's and PostgreSQL's, which other work on the machine doesn't lengthen: as a page is asked
first in a state of the register, and when its counts are known. Of the files it prints the memory that they took at most.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "sharedservices.settings",
    "SECRET_KEY": "only-for-measuring-" + "x" * 50,
    "BEHIND_TLS": "off",
    "REGISTER_TODAY": "2015-04-20",
    "LOG_LEVEL": "WARNING",
}

import django  # noqa: E402 - the settings come first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from arrangements.register.models import Arrangement  # noqa: E402
from arrangements.releases.models import Release  # noqa: E402
from bench.filling import FROZEN, fill, fill_years  # noqa: E402
from bench.search import Taken, measured  # noqa: E402
from sharedservices.common.facets import ANSWERS  # noqa: E402
from sharedservices.common.paging import ROWS_A_PAGE  # noqa: E402

FROZEN_LIST = "/releases/2013-14.r1/arrangements"
PAGES = [
    "/arrangements/",
    "/arrangements/?year=2013-14",
    "/arrangements/?region=london",
    "/arrangements/?region=london&role=lead&council=camden",
    "/arrangements/?q=waste",
    "/arrangements/?q=shared",
    "/arrangements/?q=wsate+partnership",
    "/arrangements/?category=back-office&region=london&outcome=figure&year=2013-14&status=operating",
    *(
        f"/arrangements/?order={way}{word}"
        for word in ("name", "reference", "started", "partners", "saving")
        for way in ("", "-")
    ),
    "/arrangements/?page=LAST",
    f"{FROZEN_LIST}/",
    f"{FROZEN_LIST}/?q=waste",
    f"{FROZEN_LIST}/?region=london&order=-saving",
    f"{FROZEN_LIST}/?role=lead&council=camden",
    "/councils/",
]
FILES = [f"{base}.{ending}" for base in ("/arrangements", FROZEN_LIST) for ending in ("csv", "json", "xlsx")]
# What a release would have frozen, for the rows that `fill_years` leaves bare.
FURNISH = """
UPDATE arrangements_releasedarrangement AS row SET
    involved = parts.involved, leads = parts.leads, partners_only = parts.partners, partner_kinds = parts.kinds,
    regions = parts.regions, counties = parts.counties, services = ARRAY[service.slug], main_service = service.slug,
    main_service_name = service.name, category = category.slug, category_name = category.name,
    search = lower(row.name || ' ' || parts.names || ' ' || service.name)
FROM (
    SELECT part.arrangement_id, array_agg(council.gss_code) AS involved,
        coalesce(array_agg(council.gss_code) FILTER (WHERE part.role = 'lead'), '{}') AS leads,
        coalesce(array_agg(council.gss_code) FILTER (WHERE part.role = 'partner'), '{}') AS partners,
        array_agg(DISTINCT council.kind) AS kinds, array_agg(DISTINCT region.slug) AS regions,
        coalesce(array_agg(DISTINCT county.gss_code) FILTER (WHERE county.id IS NOT NULL), '{}') AS counties,
        string_agg(council.name, ' ') AS names
    FROM arrangements_partnership AS part
    JOIN councils_council AS council ON council.id = part.council_id
    JOIN councils_region AS region ON region.id = council.region_id
    LEFT JOIN councils_council AS county ON county.id = council.county_id
    GROUP BY part.arrangement_id
) AS parts
JOIN arrangements_arrangement AS arrangement ON arrangement.id = parts.arrangement_id
JOIN arrangements_service AS service ON service.id = arrangement.main_service_id
JOIN arrangements_servicecategory AS category ON category.id = service.category_id
WHERE row.arrangement_id = parts.arrangement_id AND row.search = ''
"""


def furnish() -> None:
    """Give the frozen rows what their lists filter by, and let the database know its sizes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(FURNISH)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def fill_further(count: int) -> None:
    """So many arrangements more, in the register and in its release."""
    last = Arrangement.objects.latest("pk").pk
    fill(count)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"{FROZEN} WHERE id > %s", [Release.objects.get().pk, last])
    furnish()


def took(client: Client, address: str, *, known: bool = False) -> Taken:
    """Seconds for an answer; `known`: with the counts of the answer before."""
    address = address.replace("LAST", str(Arrangement.objects.count() // ROWS_A_PAGE))

    def ask(address: str) -> None:
        if not known:
            ANSWERS.clear()
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        assert answer.getvalue()

    ask(address)
    return measured(ask, address)


def asked(client: Client) -> dict[str, tuple[Taken, float]]:
    """Each address with what it took, and what it takes again; for a file the memory of the process so far, in MB."""
    pages = {page: (took(client, page), took(client, page, known=True).processor * 1000) for page in PAGES}
    files = {file: (took(client, file), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024) for file in FILES}
    return {**pages, **files}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--arrangements", type=int, default=490)
    options.add_argument("--times", type=int, default=102)
    wanted = options.parse_args()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    fill(wanted.arrangements)
    fill_years()
    furnish()
    client = Client()
    before = asked(client)
    fill_further(wanted.arrangements * (wanted.times - 1))
    after = asked(client)
    sizes = f"{wanted.arrangements:>10,}{wanted.arrangements * wanted.times:>20,}"
    print(f"ms of the processor, first and again; of files ms and MB at most\n{sizes}{'ratio':>18}")
    for address, (was, was_again) in before.items():
        now, again = after[address]
        times = now.processor / was.processor
        print(f"{was.processor * 1000:10.0f}{was_again:8.0f}{now.processor * 1000:12.0f}{again:8.0f}{times:8.1f}   {address}")


if __name__ == "__main__":
    main()
