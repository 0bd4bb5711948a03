"""Edits of every kind that the live register knows, one function each; what they write no release should show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from django.db import connection, models

from arrangements.register.models import Arrangement, BodyPartnership, FormerName, Partnership, Service, ServiceCategory
from arrangements.register.vocabulary import Governance
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.tests.builders import make_arrangement
from councils.models import BodyKind, Council, CouncilName, PartnerBody, Region

Edit = Callable[[Random], Any]


def _one(rng: Random, rows: models.QuerySet) -> Any:
    return rng.choice(list(rows.order_by("pk")))


def rename_arrangement(rng: Random) -> None:
    one = _one(rng, Arrangement.objects.all())
    FormerName.objects.get_or_create(arrangement=one, name=one.name)
    one.name = f"Renamed {rng.random()}"
    one.save()


def rename_council(rng: Random) -> None:
    one = _one(rng, Council.objects.all())
    used = {"name": one.name, "kind": "alias"}
    CouncilName.objects.get_or_create(council=one, **used)
    one.name, one.short_name = f"New council {rng.random()}", f"New {rng.random()}"
    one.save()


def move_council(rng: Random) -> None:
    Council.objects.filter(pk=_one(rng, Council.objects.all()).pk).update(region=_one(rng, Region.objects.all()))


def rename_region(rng: Random) -> None:
    Region.objects.filter(pk=_one(rng, Region.objects.all()).pk).update(name=f"Region {rng.random()}")


def rename_category(rng: Random) -> None:
    ServiceCategory.objects.filter(pk=_one(rng, ServiceCategory.objects.all()).pk).update(name=f"Category {rng.random()}")


def move_service(rng: Random) -> None:
    Service.objects.filter(pk=_one(rng, Service.objects.all()).pk).update(
        name=f"Service {rng.random()}", category=_one(rng, ServiceCategory.objects.all())
    )


def change_body(rng: Random) -> None:
    PartnerBody.objects.update(name=f"Body {rng.random()}", kind=rng.choice(BodyKind.values))


def change_facts(rng: Random) -> None:
    Arrangement.objects.filter(pk=_one(rng, Arrangement.objects.all()).pk).update(
        governance=rng.choice(Governance.values), main_service=_one(rng, Service.objects.all()), summary=f"Said {rng.random()}"
    )


def end_arrangement(rng: Random) -> None:
    Arrangement.objects.filter(pk=_one(rng, Arrangement.objects.all()).pk).update(
        started_on=date(2001, 1, 1), ended_on=date(2013, 4, 1), end_reason="other"
    )


def take_a_party_out(rng: Random) -> None:
    rows = Partnership.objects.filter(answers=False)
    if rows:
        _one(rng, rows).delete()


def take_bodies_out(rng: Random) -> None:
    BodyPartnership.objects.all().delete()


def change_amount(rng: Random) -> None:
    ReportedSaving.objects.filter(outcome="figure").update(amount=rng.randint(-(10**9), 10**9), note="Another")


def take_an_answer_back(rng: Random) -> None:
    if ReportedSaving.objects.exists():
        _one(rng, ReportedSaving.objects.all()).delete()


def reopen_returns(rng: Random) -> None:
    AnnualReturn.objects.update(state="not_started", submitted_by=None, submitted_at=None, accepted_by=None, accepted_at=None)


def add_an_arrangement(rng: Random) -> None:
    make_arrangement(*rng.sample(list(Council.objects.order_by("pk")), 2), name=f"Made {rng.random()}")


def raw_sql(rng: Random) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE arrangements_arrangement SET source = %s", [f"Raw {rng.random()}"])


EDITS: list[Edit] = [
    rename_arrangement, rename_council, move_council, rename_region, rename_category, move_service, change_body, change_facts,
    end_arrangement, take_a_party_out, take_bodies_out, change_amount, take_an_answer_back, reopen_returns, add_an_arrangement,
    raw_sql,
]  # fmt: skip
