"""The API's parts in arrangements as the register has them now: those of councils, and those of other bodies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from rest_framework import serializers

from arrangements.public.columns import BODY_PARTNERSHIP_COLUMNS, PARTNERSHIP_COLUMNS
from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.register.parts_api import BodyPartnershipWrites, PartnershipWrites
from arrangements.register.vocabulary import Role
from councils.filters import slugs_by_former_code
from councils.models import Council, PartnerBody
from sharedservices.common.filters import Chosen, Day, Objects, Search
from sharedservices.common.ordering import OrderedFilterSet, Orders


class PartnershipSerializer(serializers.Serializer):
    """One council's part in one arrangement."""

    id = serializers.IntegerField()
    arrangement = serializers.CharField(source="arrangement.reference")
    arrangement_name = serializers.CharField(source="arrangement.name")
    council = serializers.CharField(source="council.gss_code")
    council_name = serializers.CharField(source="council.name")
    role = serializers.CharField()
    answers = serializers.BooleanField(help_text="Whether this council makes the return for the arrangement.")
    joined_on = serializers.DateField(allow_null=True, help_text="Null: since the arrangement began.")
    left_on = serializers.DateField(allow_null=True, help_text="Last day, inclusive. Null: still in, or until its end.")
    illustrative = serializers.BooleanField(source="arrangement.is_illustrative")


class BodyPartnershipSerializer(serializers.Serializer):
    """One body's part in one arrangement."""

    id = serializers.IntegerField()
    arrangement = serializers.CharField(source="arrangement.reference")
    arrangement_name = serializers.CharField(source="arrangement.name")
    body = serializers.CharField(source="body.slug")
    body_name = serializers.CharField(source="body.name")
    joined_on = serializers.DateField(allow_null=True, help_text="Null: since the arrangement began.")
    left_on = serializers.DateField(allow_null=True, help_text="Last day, inclusive. Null: still in, or until its end.")
    illustrative = serializers.BooleanField(source="arrangement.is_illustrative")


class PartFilter(OrderedFilterSet):
    """Who takes part in what."""

    arrangement = Search(method="of_arrangement", label="Arrangement", help_text="A reference, such as SSR-0001.")
    on = Day(method="on_day", label="On", help_text="Those that hold on the day, such as 2014-03-31.")

    orders = Orders({"reference": F("arrangement__reference")}, unique="id")

    def of_arrangement(self, parts: Any, name: str, reference: str) -> Any:
        return parts.filter(arrangement__reference=reference.upper())

    def on_day(self, parts: Any, name: str, day: date) -> Any:
        return parts.in_force_on(day).filter(arrangement__in=Arrangement.objects.in_force_on(day))


class PartnershipFilter(PartFilter):
    """Which councils."""

    council = Objects(
        queryset=Council.objects.all(),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        method="of_councils",
        label="Council",
    )
    role = Chosen(choices=Role.choices, method="in_roles", label="Role")

    class Meta:
        model = Partnership
        fields: Sequence[str] = []

    def of_councils(self, partnerships: Any, name: str, councils: list[Council]) -> Any:
        return partnerships.filter(council__in=councils)

    def in_roles(self, partnerships: Any, name: str, roles: list[str]) -> Any:
        return partnerships.filter(role__in=roles)


class BodyPartnershipFilter(PartFilter):
    """Which bodies."""

    body = Objects(queryset=PartnerBody.objects.all(), method="of_bodies", label="Body")

    class Meta:
        model = BodyPartnership
        fields: Sequence[str] = []

    def of_bodies(self, partnerships: Any, name: str, bodies: list[PartnerBody]) -> Any:
        return partnerships.filter(body__in=bodies)


class PartnershipViewSet(PartnershipWrites):
    """Each council's part in each arrangement, with its role and period."""

    serializer_class = PartnershipSerializer
    filterset_class = PartnershipFilter
    columns = PARTNERSHIP_COLUMNS

    def get_queryset(self) -> QuerySet[Any]:
        """With what an item names."""
        return Partnership.objects.visible_to(self.request.user).select_related("arrangement", "council")


class BodyPartnershipViewSet(BodyPartnershipWrites):
    """Each part of a body that is no principal council in each arrangement, with its period."""

    serializer_class = BodyPartnershipSerializer
    filterset_class = BodyPartnershipFilter
    columns = BODY_PARTNERSHIP_COLUMNS

    def get_queryset(self) -> QuerySet[Any]:
        """With what an item names."""
        return BodyPartnership.objects.visible_to(self.request.user).select_related("arrangement", "body")
