"""The register as it stands, as files: read from one snapshot, kept for a week under an address that names their bytes.

Made when somebody asks for the list and the register has changed since they were made last; while it changes all the
time, once a minute. They lie in a cache of their own, as uploads do: they are copies, and no rows of the register.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db import connection

from arrangements.public.columns import (
    ARRANGEMENT_COLUMNS,
    BODY_PARTNERSHIP_COLUMNS,
    CATEGORY_COLUMNS,
    PARTNERSHIP_COLUMNS,
    SERVICE_COLUMNS,
    SUCCESSION_COLUMNS,
)
from arrangements.public.filters import with_released_saving
from arrangements.register.models import Arrangement, BodyPartnership, Partnership, Service, ServiceCategory
from arrangements.releases.models import Release
from arrangements.releases.openfiles import OpenFile, Table, open_files
from councils.columns import BODY_COLUMNS, COUNCIL_COLUMNS, REGION_COLUMNS
from councils.models import Council, PartnerBody, Region, Succession
from sharedservices.common.public_state import one_snapshot, public_state
from sharedservices.common.today import now, today

LISTED = "register-files"
KEPT_FOR = 7 * 24 * 60 * 60
FRESH_FOR = 60  # seconds, while the register changes
ONE_AT_A_TIME = 71_120_417  # the key of the lock


def listing() -> dict[str, Any]:
    """Which files there are: `id`, `taken_at`, and of each its name, type, size and SHA-256. Made first if need be."""
    known = caches["files"].get(LISTED)
    if known and (known["state"] == public_state() or _age(known) < FRESH_FOR):
        return known
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        (is_ours,) = cursor.fetchone()
        if not is_ours and known:
            return known  # somebody is making the next ones
        try:
            return _made()
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def content_of(files_id: str, name: str) -> bytes | None:
    """The bytes of one of them; None where there are none of that id, or no longer."""
    return caches["files"].get(_key(files_id, name))


def _age(known: dict[str, Any]) -> float:
    return abs((now() - datetime.fromisoformat(known["taken_at"])).total_seconds())


def _made() -> dict[str, Any]:
    with one_snapshot():
        state, taken_at = public_state(), now()
        files = open_files("register", f"Shared Services Register as it stood on {today():%d %B %Y}", tables(), as_at=today())
    files_id = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:16]
    for file in files:
        caches["files"].set(_key(files_id, file.name), file.content, KEPT_FOR)
    listed = {"state": state, "id": files_id, "taken_at": taken_at.isoformat(timespec="seconds"), "files": _described(files)}
    caches["files"].set(LISTED, listed, KEPT_FOR)
    return listed


def _described(files: list[OpenFile]) -> list[dict[str, Any]]:
    return [
        {"name": file.name, "media_type": file.media_type, "size": len(file.content), "sha256": file.sha256} for file in files
    ]


def _key(files_id: str, name: str) -> str:
    return f"{files_id}/{name}"


def tables() -> list[Table]:
    """Everything that the register's pages show, one table a model."""
    arrangements = with_released_saving(
        Arrangement.objects.for_list().with_lead_on(today()).with_party_count(today()), Release.objects.latest()
    )
    parts = Partnership.objects.select_related("arrangement", "council").order_by("arrangement__reference", "pk")
    bodies = BodyPartnership.objects.select_related("arrangement", "body").order_by("arrangement__reference", "pk")
    councils = Council.objects.select_related("region", "county").order_by("gss_code")
    after = Succession.objects.select_related("predecessor", "successor")
    return [
        Table(
            "arrangements",
            "Every arrangement, ended ones too, with the outcome of the latest release.",
            ARRANGEMENT_COLUMNS,
            list(arrangements.order_by("reference")),
        ),
        Table("partnerships", "Each council’s part in each arrangement.", PARTNERSHIP_COLUMNS, list(parts)),
        Table("body_partnerships", "Each other body’s part in each arrangement.", BODY_PARTNERSHIP_COLUMNS, list(bodies)),
        Table("councils", "Principal councils of England since 2010.", COUNCIL_COLUMNS, list(councils)),
        Table(
            "successions",
            "Which council took over from which.",
            SUCCESSION_COLUMNS,
            list(after.order_by("predecessor__gss_code", "successor__gss_code")),
        ),
        Table("bodies", "Partners outside the principal councils.", BODY_COLUMNS, _by_slug(PartnerBody, "region")),
        Table("services", "What is shared.", SERVICE_COLUMNS, _by_slug(Service, "category")),
        Table("categories", "What services belong to.", CATEGORY_COLUMNS, _by_slug(ServiceCategory)),
        Table("regions", "The nine English regions.", REGION_COLUMNS, _by_slug(Region)),
    ]


def _by_slug(model: Any, *related: str) -> list[Any]:
    rows = model.objects.order_by("slug")
    return list(rows.select_related(*related) if related else rows)
