"""What a reorganisation is planned from, read in a handful of queries whatever the number of partnerships."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Prefetch, Q

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.register.wholes import BodyPart, Handover, Part, Whole
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.reorganising.open_years import Hanging, OpenYear, Standing
from arrangements.returns.reorganising.related import hanging_on
from arrangements.returns.vocabulary import ReturnState
from councils.models import KINDS_ASKED, Council
from councils.succession import Succeeding


@dataclass(frozen=True)
class Act:
    """What somebody asks for: who ends, who follows whom, from which day. By GSS code; `new` councils aren't stored yet."""

    first_day: date
    follows: Mapping[str, tuple[str, ...]]
    new: Mapping[str, Council]


@dataclass(frozen=True)
class Facts:
    """All that the plan rests on, and the arrangements by key for those who show it."""

    succeeding: Succeeding
    handover: Handover
    wholes: tuple[Whole, ...]
    years: tuple[OpenYear, ...]
    standing: tuple[Standing, ...]
    hanging: tuple[Hanging, ...]
    arrangements: Mapping[int, Arrangement]
    names: Mapping[str, str]  # of every council, by code
    short_names: Mapping[str, str]


def every_council() -> list[Any]:
    """All councils by short name, with region and county, each with `followed_by`: the codes of its successors."""
    councils = Council.objects.select_related("region", "county").order_by("short_name", "gss_code")
    return list(councils.annotate(followed_by=ArrayAgg("successors__gss_code", filter=Q(successors__isnull=False), default=[])))


def read(act: Act, councils: Iterable[Any] | None = None) -> Facts:
    """The facts as they stand: seven queries, and one more for the councils unless they are brought along."""
    known = {council.gss_code: council for council in (every_council() if councils is None else councils)}
    succeeding = succeeding_of(act, known.values())
    ends = {each.gss_code: each.ended_on for each in succeeding.following() if each.ended_on}
    handover = Handover(act.first_day, act.follows, ends)
    arrangements = concerned(act)
    wholes = [whole for whole in map(_whole, arrangements) if handover.concerns(whole)]
    years = list(_opened_years(act.first_day))
    involved = {part.council for whole in wholes for part in whole.parts} | set(succeeding.councils)
    standing = _standing(years, [known[code].pk for code in involved if code in known])
    return Facts(
        succeeding,
        handover,
        tuple(wholes),
        tuple(OpenYear(year.pk, str(year), year.ends_on, _asked(succeeding, year)) for year in years),
        standing,
        tuple(hanging_on([each.key for each in standing])),
        {arrangement.pk: arrangement for arrangement in arrangements},
        {code: str(council) for code, council in (known | dict(act.new)).items()},
        {code: council.short_name for code, council in (known | dict(act.new)).items()},
    )


def concerned(act: Act) -> Any:
    """The arrangements that go on past the eve with a council that ends, by name, with all their parties."""
    eve = Handover(act.first_day, act.follows).eve
    parts = Partnership.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=eve), council__gss_code__in=act.follows)
    going_on = Arrangement.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=act.first_day))
    return going_on.taken_part_in_by(parts).prefetch_related(
        Prefetch("partnerships", Partnership.objects.select_related("council").order_by("pk")),
        Prefetch("body_partnerships", BodyPartnership.objects.select_related("body").order_by("pk")),
    )


def succeeding_of(act: Act, councils: Iterable[Any]) -> Succeeding:
    """The councils of the act as they are now, with what the register holds already; `councils` are all there are."""
    known = {council.gss_code: council for council in councils}
    named = {*act.follows, *(code for codes in act.follows.values() for code in codes)}
    districts: dict[str, list[Council]] = {}
    for council in known.values():
        if council.county is not None and council.county.gss_code in act.follows:
            districts.setdefault(council.county.gss_code, []).append(council)
    return Succeeding(
        act.first_day,
        act.follows,
        {code: act.new[code] if code in act.new else known[code] for code in sorted(named)},
        {code: frozenset(known[code].followed_by) for code in act.follows if known[code].followed_by},
        {code: tuple(some) for code, some in districts.items()},
    )


def _whole(arrangement: Arrangement) -> Whole:
    return Whole(
        arrangement.pk,
        arrangement.started_on,
        arrangement.ended_on,
        tuple(
            Part(row.council.gss_code, row.role, row.answers, row.joined_on, row.left_on, row.pk, row.council.ended_on)
            for row in arrangement.partnerships.all()
        ),
        tuple(BodyPart(row.pk, row.joined_on, row.left_on) for row in arrangement.body_partnerships.all()),
    )


def _opened_years(first_day: date) -> Any:
    """The years not over before the first day whose collection has been opened: somebody is asked."""
    asked = AnnualReturn.objects.filter(year=OuterRef("pk"))
    return FinancialYear.objects.filter(Exists(asked), ends_on__gte=first_day).order_by("starts_on")


def _asked(succeeding: Succeeding, year: FinancialYear) -> tuple[str, ...]:
    """The successors that are to be asked for the year. A new one has its first day already."""
    following = (each for each in succeeding.following() if each.kind in KINDS_ASKED)
    return tuple(each.gss_code for each in following if each.in_force_on(year.ends_on))


def _standing(years: Collection[FinancialYear], councils: Collection[int]) -> tuple[Standing, ...]:
    if not years:
        return ()
    used = Council.objects.filter(
        pk=OuterRef("council"), released__release__year=OuterRef("year"), released__state=ReturnState.ACCEPTED
    )
    returns = AnnualReturn.objects.filter(year__in=years, council__in=councils).annotate(is_used=Exists(used)).order_by("pk")
    return tuple(
        Standing(
            row["pk"],
            row["year"],
            row["council__gss_code"],
            row["state"],
            (row["submitted_by"], row["submitted_at"]),
            (row["accepted_by"], row["accepted_at"]),
            row["is_used"],
        )
        for row in returns.values(
            "pk", "year", "council__gss_code", "state", "submitted_by", "submitted_at", "accepted_by", "accepted_at", "is_used"
        )
    )
