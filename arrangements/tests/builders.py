"""One valid object each, taking what matters to the test and making up the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from arrangements.register.models import Arrangement, BodyPartnership, Partnership, Service, ServiceCategory
from arrangements.register.vocabulary import Role
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.gates import gates_of
from arrangements.releases.models import Release
from arrangements.releases.waiving import waive
from arrangements.returns.actions import open_collection
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.querying import settle_query
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from councils.models import Council, PartnerBody, User
from councils.tests.builders import make_council, make_user

_numbers = count(1)


def make_service(slug: str = "ict", category: str = "back-office") -> Service:
    """The service of that slug, under the category of that slug; made on the first call."""
    above, _ = ServiceCategory.objects.get_or_create(slug=category, defaults={"name": category.replace("-", " ").capitalize()})
    made = {"name": slug.replace("-", " ").capitalize(), "category": above}
    return Service.objects.get_or_create(slug=slug, defaults=made)[0]


def make_arrangement(
    *councils: Council,
    name: str | None = None,
    service: Service | None = None,
    bodies: Sequence[PartnerBody] = (),
    clients: Sequence[Council] = (),
    **fields: Any,
) -> Arrangement:
    """An arrangement since 1 April 2010. The first council leads and answers; two are made up where none is given."""
    parties = councils or (make_council(), make_council())
    arrangement = Arrangement.objects.create(
        name=name or f"Made-up arrangement {next(_numbers)}",
        main_service=service or make_service(),
        **{"started_on": date(2010, 4, 1), **fields},
    )
    for number, council in enumerate(parties):
        make_partnership(arrangement, council, role=Role.PARTNER if number else Role.LEAD, answers=not number)
    for council in clients:
        make_partnership(arrangement, council, role=Role.CLIENT)
    for body in bodies:
        BodyPartnership.objects.create(arrangement=arrangement, body=body)
    arrangement.refresh_from_db()
    return arrangement


def make_partnership(arrangement: Arrangement, council: Council, role: str = Role.PARTNER, **fields: Any) -> Partnership:
    """One council's part, since the arrangement began unless told."""
    return Partnership.objects.create(arrangement=arrangement, council=council, role=role, **fields)


def make_year(first: int = 2013, **fields: Any) -> FinancialYear:
    """The financial year that starts in the calendar year; collected from the April after to the 8 May."""
    planned = {"opens_on": date(first + 1, 4, 1), "closes_on": date(first + 1, 5, 8), **fields}
    year, _ = FinancialYear.objects.get_or_create(starts_on=date(first, 4, 1), defaults=planned)
    year.refresh_from_db()
    return year


def make_saving(
    arrangement: Arrangement, year: FinancialYear, amount: int | None = 100_000, outcome: str = Outcome.FIGURE, **fields: Any
) -> ReportedSaving:
    """The answer for the arrangement and year: a figure unless another outcome is given."""
    return ReportedSaving.objects.create(
        arrangement=arrangement, year=year, outcome=outcome, amount=amount if outcome == Outcome.FIGURE else None, **fields
    )


def make_analyst(email: str | None = None) -> User:
    """LGA staff in the group of analysts."""
    return make_user(email, staff=True, groups=["analyst"])


def some_analyst() -> User:
    """The analyst behind rows of which no test asks whose they are."""
    email = "some.analyst@example.org"
    return User.objects.filter(email=email).first() or make_analyst(email)


def make_publisher(email: str | None = None) -> User:
    """LGA staff in the group of publishers."""
    return make_user(email, staff=True, groups=["publisher"])


def make_return(council: Council, year: FinancialYear, state: str = ReturnState.NOT_STARTED, **fields: Any) -> AnnualReturn:
    """The council's return in the state, with the who and when that the state needs."""
    moment = datetime(year.ends_on.year, 5, 1, tzinfo=UTC)
    if state in {ReturnState.SUBMITTED, ReturnState.QUERIED, ReturnState.ACCEPTED}:
        fields = {"submitted_by": some_analyst(), "submitted_at": moment, **fields}
    if state == ReturnState.ACCEPTED:
        fields = {"accepted_by": some_analyst(), "accepted_at": moment, **fields}
    return AnnualReturn.objects.create(council=council, year=year, state=state, **fields)


def accept_all(year: FinancialYear) -> None:
    """Open the year's collection, and take every return as accepted."""
    analyst, moment = make_analyst(), datetime(year.ends_on.year, 5, 1, tzinfo=UTC)
    open_collection(year=year, user=analyst)
    year.returns.update(
        state=ReturnState.ACCEPTED, submitted_by=analyst, submitted_at=moment, accepted_by=analyst, accepted_at=moment
    )


def settle_all(annual_return: AnnualReturn, user: User) -> None:
    """Accept the answers to all that was asked about the return."""
    for question in annual_return.queries.exclude(state=QueryState.SETTLED):
        settle_query(question=question, decision="The reason given is sound", user=user)


def waive_all(year: FinancialYear, user: User, reason: str = "Published without them, for the test") -> None:
    """Waive every gate of the year that is open and may be."""
    for gate in gates_of(year, year.releases.order_by("-revision").first()):
        if gate.is_open and gate.may_be_waived:
            waive(year=year, gate=gate.name, reason=reason, seen=gate.fingerprint, user=user)


def make_release(year: FinancialYear, *, public: bool = True, at: datetime | None = None, note: str = "") -> Release:
    """Prepare, approve and (unless `public` is False) publish the year as it stands; at noon on 20 May unless told.

    What may be waived is.
    """
    moment = at or datetime(year.ends_on.year, 5, 20, 12, tzinfo=UTC)
    first = make_publisher()
    waive_all(year, first)
    release = prepare(year=year, user=first, public_note=note, at=moment)
    if not public:
        return release
    other = make_publisher()
    approve(release=release, digest=release.digest, user=other, at=moment)
    return publish(release=release, at=moment, user=other)
