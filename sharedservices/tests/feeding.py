"""What the tests of the API's writing side feed it with: two councils, what they share, a year in collection, and programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import Client

from arrangements.register.models import BodyPartnership
from arrangements.returns.models import AnnualReturn
from arrangements.tests.builders import (
    make_analyst,
    make_arrangement,
    make_publisher,
    make_return,
    make_saving,
    make_service,
    make_year,
)
from councils.tests.builders import bearing, make_body, make_council, make_token, make_user, program

TODAY = date(2015, 4, 20)
API = "/api/v1"
NOTE = "Section 151 officer, 3 April 2015"
ROLES = ("anonymous", "officer", "other officer", "analyst", "publisher", "few scopes", "revoked", "expired")


class Fed:
    """Mixed into a test: the rows, and one program for each role."""

    @classmethod
    def feed(cls: Any) -> None:
        """Make everything."""
        cls.council = make_council("Ashford Council", gss_code="E06000101")
        cls.other = make_council("Birchley Council", gss_code="E06000102")
        cls.third = make_council("Cedarham Council", gss_code="E06000103")
        cls.fourth = make_council("Dunmere Council", gss_code="E06000105")
        cls.police = make_body("Elmshire Police")
        make_service("ict"), make_service("legal")
        cls.before, cls.year = make_year(2013), make_year(2014)
        cls.arrangement = make_arrangement(cls.council, cls.other, cls.third, name="Ashford and Birchley ICT")
        cls.second = make_arrangement(cls.other, cls.third, name="Birchley parks", service=make_service("parks", "environment"))
        cls.body_party = BodyPartnership.objects.create(arrangement=cls.second, body=cls.police)
        cls.party = cls.arrangement.partnerships.get(council=cls.third)
        make_saving(cls.arrangement, cls.before, 400_000, note=NOTE)
        cls.annual_return = make_return(cls.council, cls.year)
        cls.others_return = make_return(cls.other, cls.year)
        cls.officer, cls.other_officer = make_user(councils=[cls.council]), make_user(councils=[cls.other])
        cls.analyst, cls.publisher = make_analyst(), make_publisher()
        cls.programs = {
            "anonymous": Client(),
            "officer": program(cls.officer, name="Ashford finance"),
            "other officer": program(cls.other_officer),
            "analyst": program(cls.analyst, name="Nightly feed"),
            "publisher": program(cls.publisher),
            "few scopes": program(cls.analyst, ["read_returns"]),
            "revoked": cls.revoked(),
            "expired": cls.expired(),
        }

    @classmethod
    def revoked(cls: Any) -> Client:
        token, secret = make_token(cls.analyst)
        token.revoke(cls.analyst)
        return bearing(secret)

    @classmethod
    def expired(cls: Any) -> Client:
        token, secret = make_token(cls.analyst)
        type(token).objects.filter(pk=token.pk).update(made_on=date(2014, 5, 1), expires_on=date(2015, 4, 19))
        return bearing(secret)

    @property
    def addresses(self: Any) -> dict[str, str]:
        """By what stands there."""
        of_return = f"{API}/returns/2014-15/{self.council.gss_code}/"
        return {
            "councils": f"{API}/councils/",
            "council": f"{API}/councils/{self.council.gss_code}/",
            "arrangements": f"{API}/arrangements/",
            "arrangement": f"{API}/arrangements/{self.arrangement.reference}/",
            "partnerships": f"{API}/partnerships/",
            "partnership": f"{API}/partnerships/{self.party.pk}/",
            "body partnerships": f"{API}/body-partnerships/",
            "body partnership": f"{API}/body-partnerships/{self.body_party.pk}/",
            "returns": f"{API}/returns/",
            "bulk": f"{API}/returns/bulk/?year=2014-15",
            "return": of_return,
            "answer": f"{of_return}answers/{self.arrangement.reference}/",
            **{deed: f"{of_return}{deed}/" for deed in ("submit", "query", "accept", "reopen")},
        }

    def body(self: Any, of: str) -> dict[str, Any]:
        """A good one."""
        bodies: dict[str, Any] = {
            "councils": {
                "gss_code": "E06000104", "slug": "deal", "name": "Deal Council", "short_name": "Deal", "kind": "unitary",
                "region": "south-east", "started_on": "2015-04-01",
            },
            "council": {"website": "https://www.ashford.example", "reason": "New site"},
            "arrangements": {
                "name": "Shared payroll", "main_service": "legal", "started_on": "2015-04-01",
                "councils": [
                    {"council": self.council.gss_code, "role": "lead", "answers": True}, {"council": self.fourth.gss_code},
                ],
                "bodies": [{"body": self.police.slug}],
            },
            "arrangement": {"summary": "One team.", "governance": "shared_staff"},
            "partnerships": {"arrangement": self.second.reference, "council": self.council.gss_code, "role": "client"},
            "partnership": {"role": "client"},
            "body partnerships": {"arrangement": self.arrangement.reference, "body": self.police.slug, "joined_on": "2014-04-01"},
            "body partnership": {"joined_on": "2014-04-01"},
            "answer": {"outcome": "figure", "amount": 410_000, "note": NOTE},
            "bulk": {
                "rows": [{"reference": self.arrangement.reference, "outcome": "Figure", "amount": 410_000, "note": NOTE}]
            },
            "submit": {},
            "query": {"reference": self.arrangement.reference, "text": "Is this one year's saving?"},
            "accept": {},
            "reopen": {"reason": "A correction has come"},
        }  # fmt: skip
        return bodies.get(of, {})

    def state(self: Any, state: str, **fields: Any) -> None:
        """Put the officer's return into the state."""
        moment = {"submitted_by": self.analyst, "submitted_at": "2015-04-10T10:00Z"} if state != "in_progress" else {}
        if state == "accepted":
            moment |= {"accepted_by": self.analyst, "accepted_at": "2015-04-11T10:00Z"}
        cleared = {"submitted_by": None, "submitted_at": None, "accepted_by": None, "accepted_at": None}
        AnnualReturn.objects.filter(pk=self.annual_return.pk).update(state=state, **(cleared | moment), **fields)

    def answered(self: Any, amount: int = 410_000) -> Any:
        """An answer to the line."""
        return make_saving(self.arrangement, self.year, amount, note=NOTE)


def rows_stored() -> dict[str, int]:
    """How many rows each table holds; caches and the count of tokens' use apart."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counted = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
    return counted
