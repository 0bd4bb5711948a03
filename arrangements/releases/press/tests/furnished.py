"""Two small years published, with people who may look: what the pages of the press are shown on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.utils.html import strip_tags

from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.releases.tests.small_year import SmallYear, make_small_year
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_release,
    make_saving,
    make_service,
    make_year,
)
from councils.models import User
from sharedservices.common.tests.triggers import triggers_off

TODAY = datetime(2015, 4, 20, tzinfo=UTC).date()


@dataclass(frozen=True)
class Furnished:
    """2012/13 and 2013/14 as published, and an analyst."""

    small: SmallYear
    before: Release
    now: Release
    analyst: User


def furnish() -> Furnished:
    """ICT in Kent saved £250,000 in 2012/13 and £300,000 in 2013/14; London gained an arrangement."""
    small = make_small_year()
    year = make_year(2012)
    for arrangement, amount in ((small.ict, 250_000), (small.waste, 50_000)):
        make_saving(arrangement, year, amount)
    accept_all(year)
    before = make_release(year, at=datetime(2013, 5, 20, 12, tzinfo=UTC))
    new = make_arrangement(
        small.camden, small.sutton, name="Newer ICT", service=make_service("ict"), started_on=datetime(2013, 6, 1).date()
    )
    make_saving(new, small.year, 1_250_000)
    return Furnished(small, before, make_release(small.year), make_analyst())


def correct(furnished: Furnished, amount: int) -> Release:
    """Revision 2 of 2013/14, in which the ICT of Kent saved another amount."""
    furnished.small.year.reported_savings.filter(arrangement=furnished.small.ict).update(amount=amount)
    return make_release(furnished.small.year, at=datetime(2015, 3, 18, 12, tzinfo=UTC), note="ICT was mistaken.")


def many_rows(release: Release, number: int) -> None:
    """So many more rows of the release, all like its first: two councils that share ICT."""
    first = ReleasedArrangement.objects.of(release).filter(services__contains=["ict"]).earliest("reference")
    rows = []
    for at in range(number):
        copied = ReleasedArrangement.objects.get(pk=first.pk)
        copied.pk, copied.reference = None, f"SSR-9{at:04}"
        rows.append(copied)
    with triggers_off():
        ReleasedArrangement.objects.bulk_create(rows)


def main_of(response: Any) -> str:
    """The page's content as it was sent."""
    return response.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]


def words_of(response: Any) -> str:
    """What a reader sees, in one line."""
    return " ".join(unescape(strip_tags(main_of(response))).split())


def links_of(html: str) -> list[tuple[str, str]]:
    """Each link's address and words."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [(unescape(address), unescape(strip_tags(text)).strip()) for address, text in found]
