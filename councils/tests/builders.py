"""One valid object each, taking what matters to the test and making up the rest, the same in every run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils.text import slugify

from councils.models import ApiToken, BodyKind, Council, CouncilKind, PartnerBody, Region, User
from councils.tokens import Scope, issue
from sharedservices.common.today import today

PASSWORD = "a long enough pass phrase"

_numbers = count(1)
_CODE_STARTS = {
    CouncilKind.COUNTY: "E10",
    CouncilKind.DISTRICT: "E07",
    CouncilKind.UNITARY: "E06",
    CouncilKind.METROPOLITAN: "E08",
    CouncilKind.LONDON_BOROUGH: "E09",
    CouncilKind.CITY_OF_LONDON: "E09",
    CouncilKind.ISLES_OF_SCILLY: "E06",
}


def made_code(start: str) -> str:
    """A GSS code such as E07900001 that no real council, and no other call, has."""
    return f"{start}{900_000 + next(_numbers):06}"


def make_region(name: str = "South East", **fields: Any) -> Region:
    """The region of that name: made on the first call, the same one afterwards."""
    made = {"slug": slugify(name), "gss_code": made_code("E12"), **fields}
    return Region.objects.get_or_create(name=name, defaults=made)[0]


def make_council(
    name: str | None = None,
    kind: str = CouncilKind.UNITARY,
    region: Region | None = None,
    **fields: Any,
) -> Council:
    """A council in force since 1974. Without `short_name`, the name less a trailing " ... Council"."""
    name = name or f"Made-up {next(_numbers)} Council"
    short_name = fields.pop("short_name", None) or name.removesuffix(" Council")
    return Council.objects.create(
        name=name,
        short_name=short_name,
        slug=fields.pop("slug", slugify(short_name)),
        gss_code=fields.pop("gss_code", None) or made_code(_CODE_STARTS[CouncilKind(kind)]),
        kind=kind,
        region=region or make_region(),
        **{"started_on": date(1974, 4, 1), **fields},
    )


def make_body(name: str | None = None, kind: str = BodyKind.POLICE, region: Region | None = None, **fields: Any) -> PartnerBody:
    """A partner body whose dates are not known."""
    name = name or f"Made-up {next(_numbers)} Police"
    fields.setdefault("slug", slugify(name))
    return PartnerBody.objects.create(name=name, kind=kind, region=region or make_region(), **fields)


def make_user(
    email: str | None = None,
    staff: bool = False,
    councils: Iterable[Council] = (),
    groups: Iterable[str] = (),
    **fields: Any,
) -> User:
    """An account whose password is `PASSWORD`: an officer of `councils`, or LGA staff in the named groups."""
    fields.setdefault("password", PASSWORD)
    user = User.objects.create_user(email or f"person-{next(_numbers)}@example.org", is_staff=staff, **fields)
    user.councils.set(councils)
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
    return user


def make_token(user: User, scopes: Sequence[str] = Scope.values, days: int = 30, **fields: Any) -> tuple[ApiToken, str]:
    """A token of the account for all scopes unless told, and its secret; `days` from now it stops working."""
    made = {"name": f"Program {next(_numbers)}", "by": user, **fields}
    return issue(user=user, scopes=list(scopes), expires_on=today() + timedelta(days=days), **made)


def program(user: User, scopes: Sequence[str] = Scope.values, **fields: Any) -> Client:
    """A program with a token of the account."""
    return bearing(make_token(user, scopes, **fields)[1])


def bearing(secret: str) -> Client:
    """A program that sends the secret."""
    return Client(headers={"Authorization": f"Bearer {secret}"})
