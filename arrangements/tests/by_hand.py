"""The lists worked out the slow way, in plain Python over plain facts, to hold the filters against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from arrangements.register.models import Arrangement, Partnership
from arrangements.releases.models import Release
from arrangements.returns.models import FinancialYear
from councils.models import Council

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Part:
    """One party's part; a council's kind, region and county, or a body's kind alone. `county` is a slug, or empty.

    `names` holds all names of the party in small letters.
    """

    slug: str
    names: str
    kind: str
    role: str
    joined: date | None
    left: date | None
    region: str = ""
    county: str = ""

    def holds(self, day: date | None) -> bool:
        """On the day; without a day, ever."""
        return day is None or ((self.joined is None or self.joined <= day) and (self.left is None or day <= self.left))


@dataclass(frozen=True)
class Fact:
    """One arrangement, with the answer each release gives it by the slug of the release. `names` leaves out the parties'."""

    reference: str
    name: str
    names: str
    started: date | None
    ended: date | None
    governance: str
    category: str
    main_service: str
    services: frozenset[str]
    councils: tuple[Part, ...]
    bodies: tuple[Part, ...]
    answers: Mapping[str, tuple[str, int | None]]

    def status(self, day: date) -> str:
        if self.ended and self.ended < day:
            return "ended"
        return "operating" if self.started and self.started <= day else "not-started"

    def involved(self, day: date | None) -> list[Part]:
        return [part for part in self.councils if part.role != "client" and part.holds(day)]

    def parties(self, day: date) -> int:
        return len(self.involved(day)) + sum(body.holds(day) for body in self.bodies)


def read_facts() -> list[Fact]:
    """The register's arrangements as plain facts."""
    arrangements = Arrangement.objects.select_related("main_service__category").prefetch_related(
        "other_services", "former_names", "partnerships__council__region", "partnerships__council__county",
        "partnerships__council__other_names", "body_partnerships__body", "released__release",
    )  # fmt: skip
    return [_fact(each) for each in arrangements]


def _fact(each: Arrangement) -> Fact:
    services = [each.main_service, *each.other_services.all()]
    names = [each.name, each.reference, each.main_service.category.name, *(service.name for service in services)]
    names += [former.name for former in each.former_names.all()]
    return Fact(
        reference=each.reference,
        name=each.name,
        names="\n".join(names).lower(),
        started=each.started_on,
        ended=each.ended_on,
        governance=each.governance,
        category=each.main_service.category.slug,
        main_service=each.main_service.slug,
        services=frozenset(service.slug for service in services),
        councils=tuple(map(_council_part, each.partnerships.all())),
        bodies=tuple(
            Part(part.body.slug, part.body.name.lower(), part.body.kind, "body", part.joined_on, part.left_on)
            for part in each.body_partnerships.all()
        ),
        answers={row.release.slug: (row.outcome, row.amount) for row in each.released.all()},
    )  # fmt: skip


def _council_part(part: Partnership) -> Part:
    council = part.council
    county = council.slug if council.kind == "county" else getattr(council.county, "slug", "")
    return Part(
        council.slug, _names_of(council), council.kind, part.role, part.joined_on, part.left_on, council.region.slug, county
    )


def _names_of(council: Council) -> str:
    return "\n".join([council.name, council.short_name, *(other.name for other in council.other_names.all())]).lower()


def register_list(facts: Sequence[Fact], query: Query, today: date) -> list[str]:
    """The references that `/arrangements/` shows for the query, in its order. Its search finds past and future parties too."""
    chosen = query.get("year")
    year = FinancialYear.objects.get(slug=chosen[0]) if chosen else None
    operates = set(query.get("status", [])) == {"operating"}
    day = year.ends_on if year else today if operates else None
    releases = Release.objects.published().order_by("year__starts_on", "revision")
    release = (releases.filter(year=year) if year else releases).last()
    slug = release.slug if release else ""
    statuses = query.get("status") or (["operating"] if year else None)
    kept = [
        fact
        for fact in facts
        if (not statuses or fact.status(day or today) in statuses)
        and _is_called(fact, query, None)
        and _meets(fact, query, day, fact.answers.get(slug))
    ]
    return _in_order(kept, query, day or today, slug)


def frozen_list(facts: Sequence[Fact], query: Query, release: Release) -> list[str]:
    """The references that the release's frozen list shows for the query, in its order."""
    day = release.year.ends_on
    kept = [
        fact
        for fact in facts
        if release.slug in fact.answers and _is_called(fact, query, day) and _meets(fact, query, day, fact.answers[release.slug])
    ]
    return _in_order(kept, query, day, release.slug)


def _is_called(fact: Fact, query: Query, day: date | None) -> bool:
    parties = [part.names for part in (*fact.councils, *fact.bodies) if part.holds(day)]
    return query.get("q", [""])[0].lower() in "\n".join([fact.names, *parties])


def _meets(fact: Fact, query: Query, day: date | None, answer: tuple[str, int | None] | None) -> bool:
    outcome, amount = answer or ("none", None)
    involved = fact.involved(day)
    tests: dict[str, Callable[[Sequence[str]], Any]] = {
        "region": lambda given: any(part.region in given for part in involved) or ("none" in given and not involved),
        "county": lambda given: (
            any(part.county in given for part in involved) or ("none" in given and not any(part.county for part in involved))
        ),
        "council": lambda given: (
            "role" in query or any(part.slug in given for part in involved) or ("none" in given and not involved)
        ),
        "role": lambda given: (
            any(
                part.holds(day) and part.role in given and (part.slug in query["council"] if "council" in query else True)
                for part in fact.councils
            )
            or ("none" in given and "none" in query.get("council", given) and not any(part.holds(day) for part in fact.councils))
        ),
        "service": lambda given: fact.services & set(given),
        "category": lambda given: fact.category in given,
        "governance": lambda given: fact.governance in given,
        "partner_kind": lambda given: (
            any(part.kind in given for part in involved)
            or any(body.kind in given and body.holds(day) for body in fact.bodies)
            or ("none" in given and not involved and not any(body.holds(day) for body in fact.bodies))
        ),
        "regions": lambda given: min(len({part.region for part in involved}), 2) == ["none", "one", "several"].index(given[0]),
        "outcome": lambda given: outcome in given,
        "saving_min": lambda given: amount is not None and amount >= int(given[0]),
        "saving_max": lambda given: amount is not None and amount <= int(given[0]),
    }
    return all(test(query[name]) for name, test in tests.items() if name in query)


def _in_order(facts: list[Fact], query: Query, day: date, release: str) -> list[str]:
    word = query.get("order", ["name"])[0]
    key: Callable[[Fact], Any] = {
        "name": lambda fact: fact.name.lower(),
        "reference": lambda fact: fact.reference,
        "started": lambda fact: fact.started,
        "partners": lambda fact: fact.parties(day),
        "saving": lambda fact: fact.answers.get(release, ("", None))[1],
    }[word.removeprefix("-")]
    facts = sorted(facts, key=lambda fact: fact.reference)
    held = sorted((fact for fact in facts if key(fact) is not None), key=key, reverse=word.startswith("-"))
    # A stable sort keeps references rising among equals; reversed, Python keeps them so too.
    missing = [fact for fact in facts if key(fact) is None]
    return [fact.reference for fact in held + missing]
