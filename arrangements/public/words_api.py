"""The API's words: services, categories and financial years, by the slugs that filters take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Collate, Lower
from rest_framework import serializers

from arrangements.public.columns import CATEGORY_COLUMNS, SERVICE_COLUMNS, YEAR_COLUMNS
from arrangements.register.models import Service, ServiceCategory
from arrangements.releases.models import Release
from arrangements.returns.models import FinancialYear
from sharedservices.common.api import ReadList
from sharedservices.common.filters import Objects
from sharedservices.common.ordering import OrderedFilterSet, Orders


class CategorySerializer(serializers.Serializer):
    """A category of services."""

    slug = serializers.CharField()
    name = serializers.CharField()


class CategoryFilter(OrderedFilterSet):
    """All categories."""

    orders = Orders({"name": Collate(Lower("name"), "C")}, unique="slug")

    class Meta:
        model = ServiceCategory
        fields: Sequence[str] = []


class CategoryViewSet(ReadList):
    """The categories that money counts under, by the slugs that `category` takes."""

    serializer_class = CategorySerializer
    filterset_class = CategoryFilter
    queryset = ServiceCategory.objects.all()
    columns = CATEGORY_COLUMNS
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"


class ServiceSerializer(serializers.Serializer):
    """A service that councils share."""

    slug = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(source="category.slug")


class ServiceFilter(OrderedFilterSet):
    """Services, of a category or all."""

    category = Objects(queryset=ServiceCategory.objects.all(), method="in_category", label="Category")

    orders = Orders({"name": Collate(Lower("name"), "C")}, unique="slug")

    class Meta:
        model = Service
        fields: Sequence[str] = []

    def in_category(self, services: Any, name: str, categories: list[Any]) -> Any:
        return services.filter(category__in=categories)


class ServiceViewSet(ReadList):
    """The services that councils share, by the slugs that `service` takes."""

    serializer_class = ServiceSerializer
    filterset_class = ServiceFilter
    queryset = Service.objects.select_related("category")
    columns = SERVICE_COLUMNS
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"


class YearSerializer(serializers.Serializer):
    """A financial year, and its latest public release."""

    slug = serializers.CharField()
    name = serializers.CharField(source="__str__")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    latest_release = serializers.CharField(allow_null=True)


class YearFilter(OrderedFilterSet):
    """All years."""

    orders = Orders({"starts": F("starts_on")}, unique="slug")

    class Meta:
        model = FinancialYear
        fields: Sequence[str] = []


class YearViewSet(ReadList):
    """Financial years, by the slugs that `year` takes."""

    serializer_class = YearSerializer
    filterset_class = YearFilter
    columns = YEAR_COLUMNS
    lookup_field = "slug"
    lookup_value_regex = "[0-9-]+"

    def get_queryset(self) -> QuerySet[Any]:
        """With the latest release of each."""
        releases = Release.objects.visible_to(self.request.user).filter(year=OuterRef("pk")).order_by("-revision")
        return FinancialYear.objects.annotate(latest_release=Subquery(releases.values("slug")[:1]))
