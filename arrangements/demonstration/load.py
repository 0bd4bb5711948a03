"""Loading the demonstration: real councils, real arrangements, illustrative arrangements and answers, three years.

Totals stand nowhere here: releases are prepared, approved and published from the rows by the same deeds as real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from arrangements.demonstration.chasing import load_chasing
from arrangements.demonstration.files import SERVICES, Row, day, read, rows_in, several
from arrangements.demonstration.people import People, make_people
from arrangements.register.models import (
    Arrangement,
    BodyPartnership,
    FormerName,
    OtherService,
    Partnership,
    Replacement,
    Service,
    ServiceCategory,
)
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.gates import gates_of
from arrangements.releases.published_series import load_lga_figures
from arrangements.releases.vocabulary import GateName, ReleaseKind
from arrangements.releases.waiving import waive
from arrangements.returns.actions import open_collection
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from councils.loading import load as load_councils
from councils.models import Council, PartnerBody
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by

DOOR = "demonstration"
LONDON = ZoneInfo("Europe/London")
YEARS = [2012, 2013, 2014]
CORRECTED_YEAR = "2012-13"
OPEN_YEAR = "2014-15"
FIRST_RELEASE_OF = {"2012-13": date(2013, 5, 21), "2013-14": date(2014, 5, 20)}
CORRECTIONS_RELEASED_ON = date(2014, 3, 18)
# Why the years are published with returns outstanding, of which the waivers tell the public.
WITHOUT_THEM = (
    "This demonstration puts no answer into the mouth of a council that answers for a real arrangement, and leaves out three"
    " more returns for illustration. What these councils answer for is counted as not returned; its saving is in no total."
)
COMPLETE_STATES = {ReturnState.SUBMITTED, ReturnState.QUERIED, ReturnState.ACCEPTED}

Say = Callable[[str], None]


def is_loaded() -> bool:
    """Whether this database holds the demonstration."""
    return Arrangement.objects.filter(is_illustrative=True).exists()


@transaction.atomic
def load(say: Say) -> None:
    """Load everything, in one transaction. Refused outside a demonstration and beside real returns."""
    if not settings.REGISTER_DEMONSTRATION:
        raise RuleBroken("The demonstration loads only where REGISTER_DEMONSTRATION=on.")
    if AnnualReturn.objects.exists() or ReportedSaving.objects.exists():
        raise RuleBroken("This database holds returns. The demonstration loads only into an empty register.")
    with written_by(door=DOOR):
        load_councils()
        say(f"{Council.objects.count()} councils and {PartnerBody.objects.count()} partner bodies")
        _load_services()
        load_lga_figures()
        arrangements = _load_arrangements()
        say(f"{len(arrangements)} arrangements")
        people = make_people()
        years = _load_years(people)
        _load_answers(arrangements, years, people)
        say(f"{AnnualReturn.objects.count()} returns and {ReportedSaving.objects.count()} answers")
        load_chasing(years[OPEN_YEAR], people)
        _let_the_planner_count()
        _release_years(arrangements, years, people, say)
        _let_the_planner_count()


def _let_the_planner_count() -> None:
    """PostgreSQL counts rows only now and then; after a load that was broken off it believes for a minute there are none."""
    models = [model for app in ("councils", "arrangements") for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(sorted({model._meta.db_table for model in models}))}")


def _load_services() -> None:
    for row in read(SERVICES):
        category, _ = ServiceCategory.objects.get_or_create(slug=row["category"], defaults={"name": row["category_name"]})
        Service.objects.get_or_create(slug=row["service"], defaults={"name": row["service_name"], "category": category})


def _load_arrangements() -> dict[str, Arrangement]:
    """All arrangements by the key of their file, with names, services, lineage and parties."""
    services = {service.slug: service for service in Service.objects.all()}
    rows = list(rows_in("arrangements.csv"))
    made = Arrangement.objects.bulk_create(_arrangement(row, services, made_up) for row, made_up in rows)
    by_key = {row["key"]: arrangement for (row, _), arrangement in zip(rows, made, strict=True)}
    FormerName.objects.bulk_create(
        FormerName(arrangement=by_key[row["key"]], name=name) for row, _ in rows for name in several(row["former_names"])
    )
    OtherService.objects.bulk_create(
        OtherService(arrangement=by_key[row["key"]], service=services[slug])
        for row, _ in rows
        for slug in several(row["other_services"])
    )
    Replacement.objects.bulk_create(
        Replacement(from_arrangement=by_key[row["key"]], to_arrangement=by_key[key])
        for row, _ in rows
        for key in several(row["replaces"])
    )
    _load_parties(by_key)
    return by_key


def _arrangement(row: Row, services: dict[str, Service], is_illustrative: bool) -> Arrangement:
    return Arrangement(
        name=row["name"],
        summary=row["summary"],
        main_service=services[row["main_service"]],
        governance=row["governance"],
        aims=several(row["aims"]),
        started_on=day(row["started_on"]),
        start_precision=row["start_precision"],
        ended_on=day(row["ended_on"]),
        end_reason=row["end_reason"],
        contact=row["contact"],
        source=row["source"],
        source_url=row["source_url"],
        is_illustrative=is_illustrative,
    )


def _load_parties(arrangements: dict[str, Arrangement]) -> None:
    councils = {council.gss_code: council for council in Council.objects.all()}
    bodies = {body.slug: body for body in PartnerBody.objects.all()}
    Partnership.objects.bulk_create(
        Partnership(
            arrangement=arrangements[row["key"]],
            council=councils[row["gss_code"]],
            role=row["role"],
            answers=row["answers"] == "yes",
            joined_on=day(row["joined_on"]),
            left_on=day(row["left_on"]),
        )
        for row, _ in rows_in("partnerships.csv")
    )
    BodyPartnership.objects.bulk_create(
        BodyPartnership(
            arrangement=arrangements[row["key"]],
            body=bodies[row["body"]],
            joined_on=day(row["joined_on"]),
            left_on=day(row["left_on"]),
        )
        for row, _ in rows_in("body_partnerships.csv")
    )


def _load_years(people: People) -> dict[str, FinancialYear]:
    """The years with their collections opened."""
    years = {}
    for first in YEARS:
        year = FinancialYear.objects.create(
            starts_on=date(first, 4, 1), opens_on=date(first + 1, 4, 1), closes_on=date(first + 1, 5, 8)
        )
        year.refresh_from_db()
        open_collection(year=year, user=people.analyst, door=DOOR)
        years[year.slug] = year
    return years


def _load_answers(arrangements: dict[str, Arrangement], years: dict[str, FinancialYear], people: People) -> None:
    """The answers, the states of the returns, and the queries that wait."""
    ReportedSaving.objects.bulk_create(
        ReportedSaving(
            arrangement=arrangements[row["key"]],
            year=years[row["year"]],
            outcome=row["outcome"],
            amount=int(row["amount"]) if row["amount"] else None,
            note=row["note"],
        )
        for row, _ in rows_in("savings.csv")
    )
    returns = {
        (annual_return.council.gss_code, annual_return.year.slug): annual_return
        for annual_return in AnnualReturn.objects.select_related("council", "year")
    }
    for row, _ in rows_in("returns.csv"):
        _set_state(returns[row["gss_code"], row["year"]], row["state"], people)
    AnnualReturn.objects.bulk_update(returns.values(), ["state", "submitted_by", "submitted_at", "accepted_by", "accepted_at"])
    answered = {(saving.arrangement_id, saving.year_id): saving for saving in ReportedSaving.objects.all()}
    Query.objects.bulk_create(
        Query(
            annual_return=returns[row["gss_code"], row["year"]],
            arrangement=arrangements[row["key"]],
            rule=row["rule"],
            about=answered[arrangements[row["key"]].pk, years[row["year"]].pk].in_words,
            text=row["text"],
            raised_by=people.analyst,
            raised_at=_moment(years[row["year"]].opens_on, 15),
        )
        for row, _ in rows_in("queries.csv")
    )


def _set_state(annual_return: AnnualReturn, state: str, people: People) -> None:
    annual_return.state = state
    if state in COMPLETE_STATES:
        annual_return.submitted_by = people.analyst
        annual_return.submitted_at = _moment(annual_return.year.opens_on, 10)
    if state == ReturnState.ACCEPTED:
        annual_return.accepted_by = people.analyst
        annual_return.accepted_at = _moment(annual_return.year.opens_on, 16)


def _release_years(arrangements: dict[str, Arrangement], years: dict[str, FinancialYear], people: People, say: Say) -> None:
    """Publish the years in the order in which the public saw them, the corrections of the first between the two."""
    _release(years["2012-13"], FIRST_RELEASE_OF["2012-13"], people, say)
    note = _correct(arrangements, years[CORRECTED_YEAR])
    _release(years[CORRECTED_YEAR], CORRECTIONS_RELEASED_ON, people, say, ReleaseKind.REVISED, note)
    _release(years["2013-14"], FIRST_RELEASE_OF["2013-14"], people, say)


def _correct(arrangements: dict[str, Arrangement], year: FinancialYear) -> str:
    """Make the named corrections; the public note that lists them."""
    lines = []
    for row, _ in rows_in("corrections.csv"):
        saving = ReportedSaving.objects.get(arrangement=arrangements[row["key"]], year=year)
        before = saving.in_words
        saving.outcome, saving.note = row["outcome"], row["note"]
        saving.amount = int(row["amount"]) if row["amount"] else None
        saving.save()
        lines.append(f"{saving.arrangement.name}: {before} became {saving.in_words}. {row['note']}")
    return "Corrections to answers already published.\n" + "\n".join(lines)


def _waive(year: FinancialYear, people: People, at: datetime) -> None:
    """Say why the year is published without the returns that never came."""
    for gate in gates_of(year, year.releases.order_by("-revision").first()):
        if gate.name == GateName.RETURNS and gate.is_open:
            seen = gate.fingerprint
            waive(year=year, gate=gate.name, reason=WITHOUT_THEM, seen=seen, user=people.analyst, at=at, door=DOOR)


def _release(year: FinancialYear, on: date, people: People, say: Say, kind: str = ReleaseKind.FINAL, note: str = "") -> None:
    _waive(year, people, _moment(on, -4))
    release = prepare(year=year, user=people.analyst, kind=kind, public_note=note, at=_moment(on, -4), door=DOOR)
    approve(release=release, digest=release.digest, user=people.publisher, at=_moment(on, -1), door=DOOR)
    publish(release=release, at=_moment(on, 0), user=people.publisher, door=DOOR)
    total = release.figures.get(key="savings-total")
    say(f"{release}: {total.display}, published {on:%d %B %Y}")


def _moment(on: Any, days_later: int) -> datetime:
    """Half past nine in London, so many days later."""
    return datetime.combine(date.fromordinal(on.toordinal() + days_later), time(9, 30), LONDON)
