"""What can be said of arrangements and partnerships."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from arrangements.register.search import first_found_by, found_by
from arrangements.register.vocabulary import INVOLVED_ROLES, Role
from councils.models import Council
from sharedservices.common.names import A_SLIP, nearness
from sharedservices.common.periods import MembershipQuerySet
from sharedservices.common.versions import VersionedQuerySet


def _partnerships() -> PartnershipQuerySet:
    return apps.get_model("arrangements", "Partnership").objects.all()


def _body_partnerships() -> PartQuerySet:
    return apps.get_model("arrangements", "BodyPartnership").objects.all()


class ServiceQuerySet(QuerySet):
    """The language of services."""

    def found_by(self, text: str) -> Self:
        """Called so, containing it, of a category that does, or one slip of a letter away: the nearest first."""
        of_category = Case(When(category__name__icontains=text.strip(), then=Value(A_SLIP)), output_field=IntegerField())
        near = self.annotate(nearness=Coalesce(nearness("name", text), of_category)).filter(nearness__isnull=False)
        return near.order_by("nearness", "name")


class PartQuerySet(MembershipQuerySet, VersionedQuerySet):  # type: ignore[override]
    """The language of parts in arrangements, whoever's they are."""

    def visible_to(self, user: Any) -> Self:
        """Who takes part in what is public."""
        return self.all()


class PartnershipQuerySet(PartQuerySet):  # type: ignore[override]
    """The language of partnerships."""

    def involved(self) -> Self:
        """Lead and partner councils; clients are shown apart."""
        return self.filter(role__in=INVOLVED_ROLES)

    def involved_on(self, day: Any) -> Self:
        """Lead and partner councils that belong on the day."""
        return self.in_force_on(day).involved()

    def by_arrangement(self) -> QuerySet:
        """One row for each arrangement with `first` and `last`, the lowest and the highest key of its councils' regions."""
        each = self.order_by().values("arrangement")
        return each.annotate(first=Min("council__region"), last=Max("council__region"))

    def answering_on(self, day: Any) -> Self:
        """The partnership whose council makes the return on the day."""
        return self.in_force_on(day).filter(answers=True)


class ArrangementQuerySet(VersionedQuerySet):
    """The language of arrangements. Each method keeps one row per arrangement, however many partners match."""

    def visible_to(self, user: Any) -> Self:
        """Facts about arrangements are public as they stand in the register."""
        return self.all()

    # In time

    def in_force_on(self, day: Any) -> Self:
        """Started on or before the day and not ended before it. One whose start is unknown is in force on no day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), started_on__lte=day)

    def operating_in(self, year: Any) -> Self:
        """In force on 31 March, the last day of the financial year."""
        return self.in_force_on(year.ends_on)

    def not_started_by(self, day: Any) -> Self:
        """Starting after the day, or on a day that isn't known."""
        return self.filter(Q(started_on__isnull=True) | Q(started_on__gt=day)).exclude(ended_on__lt=day)

    def ended_by(self, day: Any) -> Self:
        """Ended before the day: its last day is the day before, or earlier."""
        return self.filter(ended_on__lt=day)

    def in_force_between(self, start: date | None, end: date | None) -> Self:
        """In force on a day of the period, whose ends may be open; a start that isn't known counts as open too."""
        found = self if start is None else self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=start))
        return found if end is None else found.filter(Q(started_on__isnull=True) | Q(started_on__lte=end))

    def with_status_on(self, day: Any) -> Self:
        """Annotate `status_then`, as `status_on` has it: `not-started`, `operating` or `ended`."""
        ended, operating = Q(ended_on__lt=day), Q(started_on__lte=day)
        when = [When(ended, then=Value("ended")), When(operating, then=Value("operating"))]
        return self.annotate(status_then=Case(*when, default=Value("not-started"), output_field=TextField()))

    # By who takes part

    def with_a_party_of(self, councils: Any, bodies: Any) -> Self:
        """At least one of the councils or bodies takes or took part, in whatever role."""
        of_councils = _partnerships().filter(arrangement=OuterRef("pk"), council__in=councils)
        of_bodies = _body_partnerships().filter(arrangement=OuterRef("pk"), body__in=bodies)
        return self.filter(Exists(of_councils) | Exists(of_bodies))

    def taken_part_in_by(self, partnerships: PartnershipQuerySet) -> Self:
        """At least one of the partnerships belongs to it."""
        return self.filter(Exists(partnerships.filter(arrangement=OuterRef("pk"))))

    def touching_region(self, regions: Any, on: date | None = None) -> Self:
        """At least one lead or partner council of the regions takes part: on the day, or ever where none is given."""
        return self.taken_part_in_by(taking_part(on).filter(council__region__in=regions))

    def touching_county(self, counties: Any, on: date | None = None) -> Self:
        """At least one of the counties, or of the districts under them, takes part: on the day, or ever."""
        area = Council.objects.of_county_area(counties)
        return self.taken_part_in_by(taking_part(on).filter(council__in=area))

    def involving(self, councils: Any, on: date | None = None) -> Self:
        """At least one of the councils is lead or partner: on the day, or ever."""
        return self.taken_part_in_by(taking_part(on).filter(council__in=councils))

    def in_several_regions(self, on: date | None = None) -> Self:
        """Its lead and partner councils lie in two regions or more: on the day, or ever."""
        return self.filter(pk__in=taking_part(on).by_arrangement().filter(first__lt=F("last")).values("arrangement"))

    def in_one_region(self, on: date | None = None) -> Self:
        """All of its lead and partner councils lie in one region, and there is at least one: on the day, or ever."""
        return self.filter(pk__in=taking_part(on).by_arrangement().filter(first=F("last")).values("arrangement"))

    def with_partner_kind(self, kinds: list[str], on: date | None = None) -> Self:
        """A council or a body of one of the kinds takes part: on the day, or ever."""
        bodies = _body_partnerships() if on is None else _body_partnerships().in_force_on(on)
        return self.filter(
            Exists(taking_part(on).filter(council__kind__in=kinds, arrangement=OuterRef("pk")))
            | Exists(bodies.filter(body__kind__in=kinds, arrangement=OuterRef("pk")))
        )

    # By what is shared

    def with_service(self, services: Any) -> Self:
        """The service is the main one or one of the others."""
        others = self.model.other_services.through.objects.filter(arrangement=OuterRef("pk"), service__in=services)
        return self.filter(Q(main_service__in=services) | Exists(others))

    def in_category(self, categories: Any) -> Self:
        """By the main service's category only, so that money counts in one category."""
        return self.filter(main_service__category__in=categories)

    def found_by(self, text: str) -> QuerySet:
        """By name, former name, reference, council, code, body or service; forgiving, and the best match first.

        The text in one piece, or else every word of it somewhere, or else the same with a slip of a letter in a word.
        """
        return found_by(self, text)

    def first_found_by(self, text: str, count: int) -> QuerySet:
        """The first so many that `found_by` gives of the whole register: quick where it finds half of it."""
        return first_found_by(self, text, count)

    # With more to show

    def with_lead_on(self, day: Any) -> Self:
        """Annotate `lead_name` and `lead_slug`: the lead council on the day; None where there is none."""
        lead = _partnerships().in_force_on(day).filter(arrangement=OuterRef("pk"), role=Role.LEAD).order_by()
        return self.annotate(
            lead_name=Subquery(lead.values("council__name")[:1]), lead_slug=Subquery(lead.values("council__slug")[:1])
        )

    def with_answering_council_on(self, day: Any) -> Self:
        """Annotate `answering_council_id`: who makes the return for it on the day; None where nobody does."""
        answering = _partnerships().answering_on(day).filter(arrangement=OuterRef("pk")).order_by()
        return self.annotate(answering_council_id=Subquery(answering.values("council_id")[:1]))

    def answered_for_by(self, councils: Any, on: Any) -> Self:
        """One of the councils makes the return for it on the day."""
        return self.taken_part_in_by(_partnerships().answering_on(on).filter(council__in=councils))

    def with_party_count(self, day: Any) -> Self:
        """Annotate `parties`: how many councils (clients apart) and bodies take part on the day."""
        councils = _count(_partnerships().involved_on(day))
        bodies = _count(_body_partnerships().in_force_on(day))
        return self.annotate(parties=Coalesce(Subquery(councils), 0) + Coalesce(Subquery(bodies), 0))

    def for_list(self) -> Self:
        """With what a row of a list names."""
        return self.select_related("main_service__category")


def taking_part(on: date | None) -> PartnershipQuerySet:
    """Lead and partner councils: on the day, or ever where none is given."""
    return _partnerships().involved() if on is None else _partnerships().involved_on(on)


def _count(memberships: QuerySet) -> QuerySet:
    """How many memberships the outer arrangement has, for a subquery."""
    return (
        memberships.filter(arrangement=OuterRef("pk"))
        .order_by()
        .values("arrangement")
        .annotate(how_many=Count("pk"))
        .values("how_many")
    )
