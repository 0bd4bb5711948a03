"""Queries: twelve at most for any public answer, and as many with five hundred rows as with ten.

Every test runs under the watch that raises where a query is made again for each row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.public.register_files import listing
from arrangements.register.models import Arrangement, BodyPartnership, FormerName, OtherService, Partnership
from arrangements.register.vocabulary import Role
from arrangements.releases.models import Release
from arrangements.returns.models import ReportedSaving
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_service, make_year
from arrangements.tests.world import TODAY
from councils.models import Council, CouncilName
from councils.tests.builders import make_body, make_council, make_region, make_user
from sharedservices.tests.house import API_LISTS, PAGES, RELEASE, client_of

MOST = 12
MOST_OF_THE_API = 4  # the state, the release, the count, the rows
FEW, MANY = 10, 500
FILES_OF_LISTS = [f"{address.removesuffix('/')}{ending}" for address in API_LISTS for ending in (".csv", ".jsonl")]


def furnish_with(count: int) -> Arrangement:
    """So many arrangements and half as many councils, every one with all that a row or an item may show."""
    regions = [make_region(name) for name in ("London", "South East", "North West")]
    lead, partner, client = (make_council(name, region=regions[0]) for name in ("Willow Council", "Birch Council", "Yew Council"))
    Council.objects.bulk_create(
        Council(
            gss_code=f"E0680{number:04}", slug=f"town-{number}", name=f"Town {number}", short_name=f"Town {number}",
            kind="unitary", region=regions[number % 3], started_on=date(1974, 4, 1),
        )
        for number in range(count // 2)
    )  # fmt: skip
    CouncilName.objects.bulk_create(
        CouncilName(council=each, name=f"Also {each}", kind="alias") for each in Council.objects.all()
    )
    services = [make_service("ict"), make_service("waste", "environment"), make_service("parks", "environment")]
    body = make_body()
    first = make_arrangement(lead, partner, name="First", clients=[client], bodies=[body])
    made = Arrangement.objects.bulk_create(
        Arrangement(name=f"Arrangement {number:03}", main_service=services[number % 3], started_on=date(2010, 4, 1))
        for number in range(count - 1)
    )
    for role, council in ((Role.LEAD, lead), (Role.PARTNER, partner), (Role.CLIENT, client)):
        Partnership.objects.bulk_create(
            Partnership(arrangement=each, council=council, role=role, answers=role == Role.LEAD) for each in made
        )
    BodyPartnership.objects.bulk_create(BodyPartnership(arrangement=each, body=body) for each in made)
    FormerName.objects.bulk_create(FormerName(arrangement=each, name=f"Once {each.name}") for each in made)
    OtherService.objects.bulk_create(
        OtherService(arrangement=each, service=services[(each.pk + 1) % 3])
        for each in made
        if each.main_service != services[(each.pk + 1) % 3]
    )
    first.replaces.set(made[:9])
    make_year(2014)
    for number in (2012, 2013):
        year = make_year(number)
        ReportedSaving.objects.bulk_create(
            ReportedSaving(arrangement=each, year=year, outcome="figure", amount=each.pk) for each in [first, *made]
        )
        accept_all(year)
        make_release(year)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself in time: it plans by how many rows there are
    return first


def addresses(arrangement: Arrangement) -> Iterator[str]:
    """Every public page, file and API answer, and lists under nearly every filter at once."""
    yield from (address.replace("alder", "willow") for address in PAGES)
    yield from API_LISTS
    yield from FILES_OF_LISTS
    yield from (f"/api/v1/{name}/?limit=1000" for name in ("arrangements", "savings", "partnerships"))
    yield from (f"{base}/{arrangement.reference}/" for base in ("/arrangements", "/api/v1/arrangements"))
    yield f"/api/v1/councils/{Council.objects.get(slug='willow').gss_code}/"
    yield f"/api/v1/releases/{RELEASE}/"
    yield f"/api/v1/releases/{RELEASE}/figures/arrangements/"
    narrow = ["q=arrangement", "region=london", "council=willow", "service=ict", "category=back-office"]
    shared = "&".join([*narrow, "role=lead", "partner_kind=unitary", "outcome=figure", "saving_min=0", "order=-saving"])
    for address in ("/arrangements/", "/arrangements.csv", "/api/v1/arrangements/"):
        yield f"{address}?{shared}&year=2013-14&status=operating"
    for address in (f"/releases/{RELEASE}/arrangements/", f"/api/v1/releases/{RELEASE}/arrangements/", "/api/v1/savings/"):
        yield f"{address}?{shared}"
    yield "/councils/?q=twon+1&region=london&kind=unitary&in_force_on=2014-04-01&order=-code"


@pytest.mark.xdist_group("queries")
@override_settings(REGISTER_TODAY=TODAY)
class QueryTests(TestCase):
    def queries(self, count: int) -> dict[str, int]:
        """How many queries each address takes where there are so many rows; the rows are gone afterwards."""
        before = transaction.savepoint()
        arrangement = furnish_with(count)
        assert Release.objects.count() == 2
        listing()  # whoever asks for the files first has them made, once
        officer = client_of(make_user(councils=[Council.objects.get(slug="willow")]))
        asked = [(address, self.client) for address in addresses(arrangement)]
        asked += [(address, officer) for address in ("/my-council/", "/my-council/willow/", "/arrangements/")]
        found = {}
        for address, client in asked:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200, address
            name = re.sub(r"SSR-\d+|E06\d+", "KEY", address)
            found[f"{name} {'officer' if client is officer else 'stranger'}"] = len(captured)
        transaction.savepoint_rollback(before)
        return found

    def test_twelve_at_most_and_as_many_with_five_hundred_rows_as_with_ten(self):
        few, many = self.queries(FEW), self.queries(MANY)
        assert {address: count for address, count in many.items() if count > MOST} == {}
        of_lists = {address: count for address, count in many.items() if address.split()[0] in [*API_LISTS, *FILES_OF_LISTS]}
        assert len(of_lists) == len(API_LISTS) + len(FILES_OF_LISTS)
        assert {address: count for address, count in of_lists.items() if count > MOST_OF_THE_API} == {}
        assert {address: each for address in few if (each := (few[address], many[address])) and self.differ(address, *each)} == {}

    def differ(self, address: str, few: int, many: int) -> bool:
        """Whether the counts differ. The latest fifty changes name more or fewer kinds of things; there, whether they grow."""
        return few < many if address.startswith("/changes") else few != many
