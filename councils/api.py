"""The API's councils, regions and partner bodies."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from rest_framework import serializers
from rest_framework.reverse import reverse

from councils.columns import BODY_COLUMNS, COUNCIL_COLUMNS, REGION_COLUMNS
from councils.filters import BodyFilter, CouncilFilter, RegionFilter
from councils.models import Council, CouncilName, FormerCode, PartnerBody, Region, Succession
from councils.writing_api import CouncilWrites
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
    other_names = OtherNameSerializer(many=True, source="names_besides")
    former_codes = serializers.ListField(child=serializers.CharField(), source="codes_before")
    successors = serializers.ListField(child=serializers.CharField(), source="codes_after_it", help_text="GSS codes.")
    predecessors = serializers.ListField(child=serializers.CharField(), source="codes_before_it", help_text="GSS codes.")
    hexagon = serializers.SerializerMethodField(help_text="Axial q and r on the cartogram of 2014; null off it.")
    website = serializers.CharField()

    def get_county(self, council: Council) -> str | None:
        return council.county.gss_code if council.county else None

    def get_hexagon(self, council: Council) -> dict[str, int] | None:
        return None if council.hex_q is None or council.hex_r is None else {"q": council.hex_q, "r": council.hex_r}


class CouncilViewSet(CouncilWrites):
    """Principal councils of England since 2010, also those that have ended. `in_force_on` narrows them to a day.

    One is found by its GSS code, or by a code that it bore before; `links` lead on to those that came after and before it.
    """

    serializer_class = CouncilSerializer
    filterset_class = CouncilFilter
    columns = COUNCIL_COLUMNS
    lookup_field = "gss_code"
    lookup_value_regex = "[A-Za-z0-9]+"

    def get_queryset(self) -> QuerySet[Any]:
        """With all that an item names."""
        of_it = OuterRef("pk")
        name = JSONObject(name=F("name"), kind=F("kind"), used_from=F("used_from"), used_until=F("used_until"))
        names = CouncilName.objects.filter(council=of_it).order_by("used_until", "name").values(told=name)
        codes = FormerCode.objects.filter(council=of_it).order_by("ended_on").values("code")
        after = Succession.objects.filter(predecessor=of_it).order_by("successor__short_name").values("successor__gss_code")
        before = Succession.objects.filter(successor=of_it).order_by("predecessor__short_name").values("predecessor__gss_code")
        return (
            Council.objects.visible_to(self.request.user)
            .select_related("region", "county")
            .annotate(
                names_besides=ArraySubquery(names),
                codes_before=ArraySubquery(codes),
                codes_after_it=ArraySubquery(after),
                codes_before_it=ArraySubquery(before),
            )
        )

    def found(self, key: str) -> Any:
        """By the present code, or else by a former one."""
        councils = self.get_queryset()
        return councils.filter(gss_code=key.upper()).first() or councils.filter(former_codes__code=key.upper()).first()

    def links_of(self, item: Any) -> dict[str, list[str]]:
        """The councils after and before it."""
        return {
            name: [reverse("api-councils-detail", args=[code], request=self.request) for code in codes]
            for name, codes in [("successors", item.codes_after_it), ("predecessors", item.codes_before_it)]
        }


class RegionSerializer(serializers.Serializer):
    """One of the nine English regions."""

    gss_code = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()


class RegionViewSet(ReadList):
    """The nine English regions, by the slugs that `region` takes."""

    serializer_class = RegionSerializer
    filterset_class = RegionFilter
    queryset = Region.objects.all()
    columns = REGION_COLUMNS
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"


class PartnerBodySerializer(serializers.Serializer):
    """A partner outside the principal councils."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    region = serializers.CharField(source="region.slug")
    started_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True, help_text="Last day, inclusive.")


class BodyViewSet(ReadList):
    """Partners outside the principal councils: police, fire, NHS, national parks and others. They make no return."""

    serializer_class = PartnerBodySerializer
    filterset_class = BodyFilter
    queryset = PartnerBody.objects.select_related("region")
    columns = BODY_COLUMNS
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"
