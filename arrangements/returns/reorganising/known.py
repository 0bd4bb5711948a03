"""The reorganisations that the council file holds already: what has not passed on yet, and the address that asks for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q

from arrangements.register.models import Partnership
from councils.models import Council
from councils.succession import A_DAY


@dataclass(frozen=True)
class Recorded:
    """Councils that ended on one day, and those that follow them."""

    first_day: date
    ending: list[Council]
    following: list[Council]
    waiting: int  # partnerships that go on past the last day of their council
    query: str

    @property
    def in_words(self) -> str:
        """Who gave way to whom."""
        ending, following = (", ".join(each.short_name for each in some) for some in (self.ending, self.following))
        return f"{ending} → {following}"


def recorded_reorganisations(councils: list[Any]) -> list[Recorded]:
    """The latest first. `councils` are all, each with `followed_by`. One query."""
    waiting = _waiting()
    by_code = {council.gss_code: council for council in councils}
    groups: list[tuple[date, set[str], set[str]]] = []
    for council in councils:
        if council.ended_on is None or not council.followed_by:
            continue
        ending, following = {council.gss_code}, set(council.followed_by)
        for group in [each for each in groups if each[0] == council.ended_on and each[2] & following]:
            groups.remove(group)
            ending, following = ending | group[1], following | group[2]
        groups.append((council.ended_on, ending, following))
    found = [_recorded(last_day + A_DAY, ending, following, by_code, waiting) for last_day, ending, following in groups]
    return sorted(found, key=lambda each: (-each.first_day.toordinal(), each.in_words))


def _recorded(first_day: date, ending: set[str], following: set[str], by_code: dict[str, Any], waiting: Counter[str]) -> Recorded:
    old, new = ([council for code, council in by_code.items() if code in codes] for codes in (ending, following))
    asked: list[tuple[str, Any]] = [("step", "effect"), ("first_day", first_day.isoformat()), ("blocks", len(new))]
    for at, council in enumerate(new, start=1):
        asked.append((f"f{at}-council", council.pk))
        asked += [(f"f{at}-takes_over", each.pk) for each in old if council.gss_code in each.followed_by]
    return Recorded(first_day, old, new, sum(waiting[code] for code in ending), urlencode(asked))


def _waiting() -> Counter[str]:
    """How many partnerships of each council go on past its last day."""
    goes_on = Q(left_on__isnull=True) | Q(left_on__gt=F("council__ended_on"))
    arrangement_goes_on = Q(arrangement__ended_on__isnull=True) | Q(arrangement__ended_on__gt=F("council__ended_on"))
    rows = Partnership.objects.filter(goes_on, arrangement_goes_on, council__ended_on__isnull=False)
    return Counter(rows.values_list("council__gss_code", flat=True))
