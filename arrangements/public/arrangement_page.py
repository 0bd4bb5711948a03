"""An arrangement's page: who takes part since when, what for, what each release says it saved, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arrangements.public.citing import of_arrangement
from arrangements.public.little_map import map_of_arrangement
from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.register.vocabulary import Aim, EndReason
from arrangements.releases.charting import NOTHING_PUBLISHED, Published
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.models import ReleasedArrangement
from arrangements.releases.press.phrases import listed, lower_first
from arrangements.releases.readings import of_trend
from sharedservices.common.chart_files import chart_file
from sharedservices.common.charts import Chart, Value, trend
from sharedservices.common.money import pounds
from sharedservices.common.periods import spelled
from sharedservices.common.timelines import Period, Row, Timeline, timeline
from sharedservices.common.today import today

NOT_OPERATING = "Not operating on 31 March"
AS = {"lead": "the lead or host authority", "partner": "a partner", "client": "a client"}
ROLE_ORDER = {"lead": 0, "partner": 1, "client": 2, "": 3}


@dataclass(frozen=True)
class Happening:
    """Something that happened to an arrangement: when, in words, and what."""

    on: date | None
    when: str
    what: str


def arrangement_or_404(request: HttpRequest, reference: str) -> Arrangement:
    """The arrangement of that reference, in small letters too, with all that its page names."""
    arrangements = (
        Arrangement.objects.visible_to(request.user)
        .for_list()
        .prefetch_related(
            "other_services",
            "former_names",
            "replaces",
            "replaced_by",
            Prefetch("partnerships", Partnership.objects.select_related("council__region")),
            Prefetch("body_partnerships", BodyPartnership.objects.select_related("body")),
        )
    )
    return get_object_or_404(arrangements, reference=reference.upper())


@require_safe
def arrangement_page(request: HttpRequest, reference: str) -> HttpResponse:
    """`/arrangements/SSR-0001/`."""
    arrangement = arrangement_or_404(request, reference)
    memberships = memberships_of(arrangement)
    on = shown_day(arrangement)
    published = Published.with_figures([])
    savings = savings_chart(arrangement, published)
    context = {
        "arrangement": arrangement,
        "status": arrangement.status_on(today()),
        "aims": ", ".join(Aim(code).label for code in arrangement.aims).capitalize(),
        "shown_on": on,
        "taking_part": [each for each in memberships if each.in_force_on(on)],
        "little_map": map_of_arrangement([each for each in memberships if each.in_force_on(on)], on),
        "at_other_times": [each for each in memberships if not each.in_force_on(on)],
        "timeline": drawn(memberships),
        "happenings": happenings(arrangement, memberships),
        "savings": savings,
        "outcomes": [(value, published.releases.get(year.pk), year) for value, year in _by_year(savings, published)],
        "was_operating": any(value.note for value in savings.values),
        "asked": who_to_ask(arrangement, memberships, on),
        "quotation": of_arrangement(arrangement, request.build_absolute_uri(arrangement.get_absolute_url())),
    }
    return render(request, "public/arrangement_page.html", context)


@require_safe
def arrangement_chart(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """`/arrangements/SSR-0001/savings.csv`: what each release says it saved."""
    arrangement = arrangement_or_404(request, reference)
    return chart_file([savings_chart(arrangement, Published.with_figures([]))], key, arrangement.reference)


def shown_day(arrangement: Arrangement) -> date:
    """Today, or the last day of an arrangement that has ended, or the first of one to come."""
    if arrangement.ended_on and arrangement.ended_on < today():
        return arrangement.ended_on
    return max(arrangement.started_on or today(), today())


def memberships_of(arrangement: Arrangement) -> list[Any]:
    """Councils by role, then bodies, each by name and then by when it joined."""
    memberships: list[Any] = [*arrangement.partnerships.all(), *arrangement.body_partnerships.all()]
    for each in memberships:
        each.arrangement = arrangement
    return sorted(
        memberships, key=lambda each: (ROLE_ORDER[getattr(each, "role", "")], name_of(each), each.first_day or date.min)
    )


def name_of(membership: Any) -> str:
    """The party as lists name it."""
    return getattr(membership.party, "short_name", membership.party.name)


# The timeline and the same in words


def by_party(memberships: Iterable[Any]) -> list[list[Any]]:
    """The periods of each party, the earliest first; parties by their latest role, and then by name."""
    parties: dict[tuple[type, int], list[Any]] = {}
    for each in memberships:
        parties.setdefault((type(each.party), each.party_id), []).append(each)
    lanes = [sorted(periods, key=lambda each: each.first_day or date.min) for periods in parties.values()]
    return sorted(lanes, key=lambda periods: (ROLE_ORDER[getattr(periods[-1], "role", "")], name_of(periods[-1])))


def drawn(memberships: Iterable[Any]) -> Timeline | None:
    """A lane for each party, with all its periods; None where the start of everything is unknown."""
    rows = []
    for periods in by_party(memberships):
        latest = periods[-1]
        several = len(periods) > 1
        rows.append(
            Row(
                name_of(latest),
                latest.party.get_absolute_url() if hasattr(latest.party, "get_absolute_url") else "",
                part_of(latest),
                tuple(
                    (Period(each.first_day, each.last_day, getattr(each, "role", "body")), since(each, with_part=several))
                    for each in periods
                ),
            )
        )
    known = any(span.first_day for periods in by_party(memberships) for span in periods)
    return timeline(rows, today()) if known else None


def part_of(membership: Any) -> str:
    """Its role, or the kind of body it is."""
    return membership.get_role_display() if hasattr(membership, "role") else membership.party.get_kind_display()


def since(membership: Any, *, with_part: bool = False) -> str:
    """A period in words, as exactly as its ends are known: since April 2013; 2010 to 31 March 2014, client."""
    start = spelled(membership.joined_on) if membership.joined_on else membership.arrangement.start_in_words
    part = f", {lower_first(part_of(membership))}" if with_part else ""
    if membership.last_day is None:
        return (f"since {start}" if membership.first_day else "since when is not known") + part
    until = spelled(membership.last_day)
    return (f"{start} to {until}" if membership.first_day else f"until {until}") + part


def happenings(arrangement: Arrangement, memberships: Iterable[Any]) -> list[Happening]:
    """What happened, in order: it began with these, these joined, these left, it ended. A day that isn't known comes first.

    Whoever stays in another part has neither left nor joined. What lies ahead is told as what will be.
    """
    lanes = by_party(memberships)
    begins, ends = arrangement.started_on, arrangement.ended_on
    stayed = [pair for periods in lanes for pair in pairwise(periods) if _goes_on(*pair)]
    came_as, went_as = {id(later) for _, later in stayed}, {id(earlier) for earlier, _ in stayed}
    every = [each for periods in lanes for each in periods]
    founders = [each for each in every if each.joined_on is None or each.joined_on == begins]
    joining = [each for each in every if each not in founders and id(each) not in came_as]
    leaving = [each for each in every if each.left_on and each.left_on != ends and id(each) not in went_as]
    told = []
    if founders:
        when = arrangement.start_in_words if begins else "Not known when"
        told.append(Happening(begins, when, f"It {_then(begins, 'began', 'begins')} with {_named(founders)}."))
    for day, group in _by_day((each.joined_on, each) for each in joining):
        verb = _then(day, "joined", "joins" if len(group) == 1 else "join")
        told.append(Happening(day, spelled(day), f"{_named(group)} {verb}."))
    for earlier, later in stayed:
        if what := _another_part(earlier, later):
            told.append(Happening(later.joined_on, spelled(later.joined_on), what))
    for day, group in _by_day((each.left_on, each) for each in leaving):
        verb = _then(day, "left", "leaves" if len(group) == 1 else "leave")
        told.append(Happening(day + timedelta(days=1), f"{spelled(day)}, last day", f"{_named(group)} {verb}."))
    if ends:
        why = lower_first(EndReason(arrangement.end_reason).label)
        what = f"It {_then(ends, 'ended', 'ends')}: {why}."
        told.append(Happening(ends + timedelta(days=1), f"{spelled(ends)}, last day", what))
    return sorted(told, key=lambda each: each.on or date.min)


def _goes_on(earlier: Any, later: Any) -> bool:
    """One period follows the other without a day between."""
    return bool(earlier.left_on and later.joined_on == earlier.left_on + timedelta(days=1))


def _another_part(earlier: Any, later: Any) -> str:
    """What changed for a party that stayed: its role, and whether it answers; nothing where neither did."""
    day, told = later.joined_on, []
    if getattr(earlier, "role", "") != getattr(later, "role", ""):
        told.append(f"{_then(day, 'became', 'becomes')} {AS[later.role]}")
    if getattr(earlier, "answers", False) != getattr(later, "answers", False):
        told.append("answers for it from then on" if later.answers else "no longer answers for it")
    return f"{name_of(later)} {' and '.join(told)}." if told else ""


def _then(day: date | None, past: str, ahead: str) -> str:
    """The verb of a day that is here or past, or of one to come."""
    return ahead if day and day > today() else past


def _named(memberships: Iterable[Any]) -> str:
    return listed(sorted({name_of(each) for each in memberships}))


def _by_day(pairs: Iterable[tuple[date, Any]]) -> Iterable[tuple[date, list[Any]]]:
    by_day: dict[date, list[Any]] = {}
    for day, each in pairs:
        by_day.setdefault(day, []).append(each)
    return by_day.items()


# What was reported


def savings_chart(arrangement: Arrangement, published: Published) -> Chart:
    """What each year's current release says of it; years between the published ones without a release say so."""
    rows = {row.release_id: row for row in _released(arrangement, published)}
    values = tuple(_value(year, published, rows) for year in published.years)
    return Chart(
        key="savings",
        title="Reported savings of the whole arrangement, by year",
        reading=of_trend("Reported savings", values, pounds),
        values=values,
        drawing=trend(values),
        csv=reverse("arrangement-chart", args=[arrangement.reference, "savings"]),
        measure="Saving in the year, whole arrangement",
        unit="pounds",
        meaning="/methodology/#saving",
    )


def _released(arrangement: Arrangement, published: Published) -> QuerySet:
    """Its rows in the current releases."""
    return ReleasedArrangement.objects.filter(arrangement=arrangement, release__in=published.releases.values())


def _value(year: Any, published: Published, rows: dict[int, ReleasedArrangement]) -> Value:
    release = published.releases.get(year.pk)
    row = rows.get(release.pk) if release else None
    if row is None:
        return Value(year.slug, str(year), None, NOT_OPERATING if release else NOTHING_PUBLISHED)
    display = OUTCOME_NAMES[row.outcome] if row.amount is None else pounds(row.amount)
    href = f"{release.get_absolute_url()}arrangements/?q={row.reference}" if release else ""
    return Value(year.slug, str(year), row.amount, display, OUTCOME_NAMES[row.outcome], href)


def _by_year(chart: Chart, published: Published) -> Iterable[tuple[Value, Any]]:
    """The latest year first."""
    return reversed(list(zip(chart.values, published.years, strict=True)))


# Whom to ask


def who_to_ask(arrangement: Arrangement, memberships: Iterable[Any], on: date) -> dict[str, Any]:
    """The arrangement's own contact; and the council to turn to: the lead, or whichever answers for it on the day."""
    councils = [each for each in memberships if hasattr(each, "role") and each.in_force_on(on)]
    first = next((each for each in councils if each.role == "lead"), next((each for each in councils if each.answers), None))
    contact = arrangement.contact.strip()
    kind = "page" if contact.startswith(("https://", "http://")) else "mailbox" if _is_mailbox(contact) else "words"
    return {
        "contact": contact,
        "kind": kind,
        "council": first.council if first else None,
        "is_lead": bool(first and first.role == "lead"),
    }


def _is_mailbox(contact: str) -> bool:
    name, at, host = contact.partition("@")
    return bool(name and at and "." in host and " " not in contact)
