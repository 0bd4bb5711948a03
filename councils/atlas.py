"""Reading the map of a day: one query over the councils of all times."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg

from councils.hexmap import Atlas, Place, atlas_of
from councils.models import Council, CouncilKind

COLUMNS = ("pk", "region__slug", "hex_q", "hex_r", "county_id", "kind", "started_on", "ended_on", "followed_by")


def atlas_on(day: date) -> Atlas:
    """Who fills which hexagon on the day. The layout is that of 2014, and stays."""
    followed_by = ArrayAgg("successors", order_by="successors__gss_code", default=[])
    rows = Council.objects.annotate(followed_by=followed_by).order_by("gss_code").values_list(*COLUMNS)
    return atlas_of((_place(*row) for row in rows), day)


def _place(
    key: int,
    region: str,
    q: int | None,
    r: int | None,
    county: int | None,
    kind: str,
    started_on: date | None,
    ended_on: date | None,
    followed_by: list[int | None],
) -> Place:
    return Place(
        key=key,
        region=region,
        cell=None if q is None or r is None else (q, r),
        county=county,
        is_county=kind == CouncilKind.COUNTY,
        started_on=started_on,
        ended_on=ended_on,
        successors=[each for each in followed_by if each is not None],
    )
