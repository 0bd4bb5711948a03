"""A furnished house: the small register of `arrangements.tests.world`, its people, and samples for every address."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

from django.test import Client

from arrangements.register.models import BodyPartnership, Partnership
from arrangements.releases.models import Release
from arrangements.returns.models import AnnualReturn, Query
from arrangements.tests.builders import accept_all, make_analyst, make_publisher, make_release
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import World, make_world
from councils.models import Council, User
from councils.tests.builders import make_user
from sharedservices.common.today import now

# Published; and prepared, approved and to be public a month after the register's day.
RELEASE, FUTURE = "2013-14.r1", "2014-15.r1"
ROLES = ("anonymous", "officer", "other officer", "analyst", "publisher")
PAGES = [
    "/",
    "/arrangements/",
    "/arrangements.csv",
    "/arrangements.xlsx",
    "/arrangements.json",
    "/councils/",
    "/councils.csv",
    "/councils.xlsx",
    "/councils.json",
    "/councils/willow/",
    "/find-your-council/",
    "/map/",
    "/councils/willow/arrangements.csv",
    "/services/ict/",
    "/services/ict/arrangements.csv",
    "/categories/back-office/",
    "/categories/back-office/savings.csv",
    "/regions/london/",
    "/regions/london/categories.csv",
    "/releases/",
    f"/releases/{RELEASE}/",
    f"/releases/{RELEASE}/arrangements/",
    f"/releases/{RELEASE}/arrangements.csv",
    f"/releases/{RELEASE}/arrangements.xlsx",
    f"/releases/{RELEASE}/arrangements.json",
    f"/releases/{RELEASE}/councils/",
    f"/releases/{RELEASE}/councils.csv",
    f"/releases/{RELEASE}/councils.xlsx",
    f"/releases/{RELEASE}/councils.json",
    f"/releases/{RELEASE}/figures/savings-total/",
    f"/releases/{RELEASE}/bridge/",
    f"/releases/{RELEASE}/bridge.csv",
    f"/releases/{RELEASE}/press/",
    f"/releases/{RELEASE}/press.txt",
    f"/releases/{RELEASE}/files/arrangements.csv",
    f"/releases/{RELEASE}/files/figures.json",
    f"/releases/{RELEASE}/figures/savings-total.html",
    f"/releases/{RELEASE}/figures/savings-total.json",
    f"/releases/{RELEASE}/SHA256SUMS",
    f"/releases/{RELEASE}/changes/",
    f"/releases/{RELEASE}/changes.atom",
    f"/releases/{RELEASE}/changes.json",
    "/changes/",
    "/changes.atom",
    "/methodology/",
    "/published-figures/",
    "/published-figures.csv",
    "/years/",
    "/years/savings.csv",
    f"/releases/{RELEASE}/charts/growth-by-region.csv",
    "/years/2013-14/",
    "/years/2014-15/",
    "/years/2013-14/press/",
    "/years/2013-14/press.txt",
    "/data/",
    "/data/files.json",
    "/data/dictionary/",
    "/coverage/",
    "/accessibility/",
    "/privacy/",
    "/licence/",
    "/cite/",
    "/find-a-partner/",
    "/find-a-partner/?council=willow&service=ict",
    "/api/v1/docs/",
]
# The lists a reader filters, with the file of each.
LISTS = [
    "/arrangements/",
    "/arrangements.csv",
    "/arrangements.xlsx",
    "/arrangements.json",
    "/councils/",
    "/councils.csv",
    "/councils.xlsx",
    "/councils.json",
    f"/releases/{RELEASE}/arrangements/",
    f"/releases/{RELEASE}/arrangements.csv",
    f"/releases/{RELEASE}/arrangements.xlsx",
    f"/releases/{RELEASE}/arrangements.json",
    f"/releases/{RELEASE}/councils/",
    f"/releases/{RELEASE}/councils.csv",
    f"/releases/{RELEASE}/councils.xlsx",
    f"/releases/{RELEASE}/councils.json",
]
API_LISTS = [
    "/api/v1/councils/",
    "/api/v1/arrangements/",
    "/api/v1/partnerships/",
    "/api/v1/body-partnerships/",
    "/api/v1/savings/",
    "/api/v1/figures/",
    "/api/v1/releases/",
    "/api/v1/regions/",
    "/api/v1/bodies/",
    "/api/v1/services/",
    "/api/v1/categories/",
    "/api/v1/years/",
    f"/api/v1/releases/{RELEASE}/arrangements/",
    f"/api/v1/releases/{RELEASE}/councils/",
    f"/api/v1/releases/{RELEASE}/figures/",
]
CHANGES = "/api/v1/changes/"


@dataclass(frozen=True)
class House:
    """The world, one account for each role that has one, and the officer's council."""

    world: World
    people: dict[str, User]
    council: Council
    future: Release
    reference: str  # an arrangement operating in both published years
    partnership: int
    body_partnership: int
    query: int  # about a line of the officer's council, and open

    def api_items(self) -> list[str]:
        """One item of each list, of the published release where it is one's."""
        of_release = f"/api/v1/releases/{RELEASE}"
        return [
            "/api/v1/",
            "/api/v1/openapi.json",
            f"/api/v1/councils/{self.council.gss_code}/",
            f"/api/v1/arrangements/{self.reference}/",
            f"/api/v1/partnerships/{self.partnership}/",
            f"/api/v1/body-partnerships/{self.body_partnership}/",
            CHANGES,
            "/api/v1/regions/london/",
            "/api/v1/bodies/mid-clinical-group/",
            "/api/v1/services/ict/",
            "/api/v1/categories/back-office/",
            "/api/v1/years/2013-14/",
            "/api/v1/figures/savings-total/",
            "/api/v1/figures/savings-total/inputs/",
            f"{of_release}/figures/savings-total/inputs/",
            f"{of_release}/",
            f"{of_release}/arrangements/{self.reference}/",
            f"{of_release}/councils/{self.council.gss_code}/",
            f"{of_release}/figures/savings-total/",
        ]

    def private_addresses(self) -> list[str]:
        """What needs a token, of the officer's council."""
        of_return = f"/api/v1/returns/2014-15/{self.council.gss_code}/"
        line = AnnualReturn.objects.get(year__slug="2014-15", council=self.council).lines().earliest("pk")
        deeds = [f"{of_return}{deed}/" for deed in ("submit", "query", "accept", "reopen")]
        return ["/api/v1/returns/", of_return, f"{of_return}answers/{line.reference}/", *deeds]

    def pages(self) -> list[str]:
        """Every public page and file."""
        return [*PAGES, f"/arrangements/{self.reference}/", f"/arrangements/{self.reference}/savings.csv", "/healthz", "/readyz"]


def furnish() -> House:
    """Make everything. `REGISTER_TODAY` must be the world's."""
    world = make_world()
    council, other = (Council.objects.get(slug=slug) for slug in ("willow", "oakham"))
    people = {
        "officer": make_user(councils=[council]),
        "other officer": make_user(councils=[other]),
        "analyst": make_analyst(),
        "publisher": make_publisher(),
    }
    accept_all(world.years["2014-15"])
    future = make_release(world.years["2014-15"])
    partnership = (
        Partnership.objects.filter(council=council, arrangement__released__release__slug=RELEASE)
        .filter(arrangement__released__release__slug="2012-13.r2")
        .select_related("arrangement")
        .earliest("pk")
    )
    asked = council.returns.get(year=world.years["2014-15"])
    question = Query.objects.create(
        annual_return=asked,
        arrangement=partnership.arrangement,
        text="Is this for the whole year?",
        raised_by=people["analyst"],
        raised_at=now(),
    )
    of_body = BodyPartnership.objects.earliest("pk").pk
    return House(world, people, council, future, partnership.arrangement.reference, partnership.pk, of_body, question.pk)


class HouseTestCase(WorldTestCase):
    """Tests in the furnished house: `self.house`. What one changes in it no other sees."""

    house: ClassVar[House]
    making = staticmethod(furnish)

    @classmethod
    def setUpTestData(cls) -> None:
        cls.house = cls.told


def client_of(user: User | None, *, second_factor: bool = True) -> Client:
    """A browser in which the person is signed in, with the second factor given unless told otherwise."""
    client = Client()
    if user is None:
        return client
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa" if second_factor else "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
