"""The API's councils."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from councils.filters import CouncilFilter
from councils.models import Council
from sharedservices.common.api import ReadList


class OtherNameSerializer(serializers.Serializer):
    """A name the council bore until a day, or by which it is also known."""

    name = serializers.CharField()
    kind = serializers.CharField()
    used_from = serializers.DateField(allow_null=True)
    used_until = serializers.DateField(allow_null=True)


class CouncilSerializer(serializers.Serializer):
    """A principal council: its codes, names, life, and those before and after it."""

    gss_code = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.CharField()
    region = serializers.CharField(source="region.slug")
    county = serializers.SerializerMethodField(help_text="GSS code of the county council over a district.")
    started_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True, help_text="Last day in force, inclusive.")
    other_names = OtherNameSerializer(many=True)
    former_codes = serializers.SerializerMethodField()
    successors = serializers.SerializerMethodField(help_text="GSS codes.")
    predecessors = serializers.SerializerMethodField(help_text="GSS codes.")
    hexagon = serializers.SerializerMethodField(help_text="Axial q and r on the cartogram of 2014; null off it.")
    website = serializers.CharField()

    def get_county(self, council: Council) -> str | None:
        return council.county.gss_code if council.county else None

    def get_former_codes(self, council: Council) -> list[str]:
        return [former.code for former in council.former_codes.all()]

    def get_successors(self, council: Council) -> list[str]:
        return [successor.gss_code for successor in council.successors.all()]

    def get_predecessors(self, council: Council) -> list[str]:
        return [predecessor.gss_code for predecessor in council.predecessors.all()]

    def get_hexagon(self, council: Council) -> dict[str, int] | None:
        return None if council.hex_q is None or council.hex_r is None else {"q": council.hex_q, "r": council.hex_r}


class CouncilViewSet(ReadList):
    """Principal councils of England since 2010, also those that have ended. `in_force_on` narrows them to a day."""

    serializer_class = CouncilSerializer
    filterset_class = CouncilFilter
    lookup_field = "gss_code"
    lookup_value_regex = "[A-Za-z0-9]+"

    def get_queryset(self) -> QuerySet[Any]:
        """With all that an item names."""
        return (
            Council.objects.visible_to(self.request.user)
            .select_related("region", "county")
            .prefetch_related("other_names", "former_codes", "successors", "predecessors")
        )
