"""Storing an arrangement or a part in one, by all the rules that hold among them, whichever row is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from arrangements.register.duplicates import Party, Sketch, likely_duplicates
from arrangements.register.models import Arrangement, BodyPartnership, Membership, Partnership
from arrangements.register.offering import Offered
from arrangements.register.parties import Period, first_day_short_of_parties, short_of_parties
from sharedservices.common.errors import RuleBroken


class MembershipInvalid(Exception):
    """Of a new arrangement, one of its parties is refused: which, and why."""

    def __init__(self, membership: Membership, error: ValidationError) -> None:
        super().__init__(f"{membership}: {' '.join(error.messages)}")
        self.membership, self.error = membership, error


def held(arrangement: int | None) -> Arrangement:
    """The arrangement, locked: nobody else adds or takes out a party meanwhile."""
    return Arrangement.objects.select_for_update(of=("self",), no_key=True).get(pk=arrangement)


@transaction.atomic
def begin(arrangement: Arrangement, parties: Sequence[Membership], links: Mapping[str, Iterable[Any]]) -> None:
    """Store a new arrangement with its parties and what it is linked to."""
    arrangement.full_clean(exclude=["reference"])
    arrangement.save()
    arrangement.refresh_from_db(fields=["reference"])
    for name, rows in links.items():
        getattr(arrangement, name).set(rows)
    for party in parties:
        party.arrangement = arrangement
        try:
            party.full_clean()
        except ValidationError as error:
            raise MembershipInvalid(party, error) from error
        party.save()
    must_have_two_parties(arrangement)


@transaction.atomic
def keep(arrangement: Arrangement, links: Mapping[str, Iterable[Any]]) -> None:
    """Store what was changed of an arrangement. Its parties must fit it as it will be."""
    arrangement.full_clean()
    arrangement.save()
    for name, rows in links.items():
        getattr(arrangement, name).set(rows)
    for party in must_have_two_parties(arrangement):
        try:
            party.clean()
        except ValidationError as error:
            raise RuleBroken(f"{party.party}: {message}" for message in error.messages) from error


@transaction.atomic
def keep_part(part: Membership) -> None:
    """Store a part that is new or was changed; whoever calls holds its arrangement."""
    part.full_clean()
    part.save()
    must_have_two_parties(part.arrangement)


@transaction.atomic
def take_out(part: Membership) -> None:
    """Delete a part that was recorded by mistake: one that ended gets its last day. Whoever calls holds its arrangement."""
    part.delete()
    must_have_two_parties(part.arrangement)


def must_have_two_parties(arrangement: Arrangement) -> list[Membership]:
    """`RuleBroken` unless, as they stand now, two parties or more take part on every day; all its parties. Two queries."""
    partnerships = Partnership.objects.filter(arrangement=arrangement).select_related("council")
    bodies = BodyPartnership.objects.filter(arrangement=arrangement).select_related("body")
    parties: list[Membership] = [*partnerships, *bodies]
    for party in parties:
        party.arrangement = arrangement
    whole = (arrangement.started_on, arrangement.ended_on)
    day = first_day_short_of_parties(whole, [(party.joined_on, party.left_on) for party in parties])
    if day is not None:
        raise RuleBroken(short_of_parties(day))
    return parties


def may_be_already(arrangement: Arrangement, parties: Iterable[Membership], other_services: Iterable[Any]) -> list[Offered]:
    """The arrangements that a new one may well be."""
    periods: dict[Party, tuple[Period, ...]] = {}
    for party in parties:
        if party.party_id is not None:
            key = (party.party_field, party.party_id)
            periods[key] = (*periods.get(key, ()), (party.joined_on, party.left_on))
    sketch = Sketch(
        name=arrangement.name,
        category=arrangement.main_service.category_id,
        services=frozenset({arrangement.main_service_id, *(service.pk for service in other_services)}),
        period=(arrangement.started_on, arrangement.ended_on),
        parties=periods,
    )
    return [Offered(row, how) for row, how in likely_duplicates(sketch)]
