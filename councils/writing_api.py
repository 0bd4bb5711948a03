"""Writing councils by the API: what the form of the admin may write of a council itself. Its other names stay with the form."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from councils.models import Council, CouncilKind, Region
from councils.tokens import Scope
from sharedservices.common.api_writing import Given, Writes
from sharedservices.common.strict import ByKey, Code, Day, PublicWriting, Strict, Text, Whole


class Hexagon(Strict):
    """A place on the cartogram of 2014."""

    q = Whole()
    r = Whole()


@extend_schema_field(Hexagon)
class OnTheMap(serializers.Field):
    """A hexagon, which stands in two columns; null off the map."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **{"allow_null": True, "required": False, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return {"hex_q": None, "hex_r": None} if data is None else super().run_validation(data)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        place = Hexagon(data=data)
        if not place.is_valid():
            raise serializers.ValidationError(place.errors)
        return {"hex_q": place.validated_data["q"], "hex_r": place.validated_data["r"]}

    def to_representation(self, value: Council) -> dict[str, int] | None:
        return None if value.hex_q is None or value.hex_r is None else {"q": value.hex_q, "r": value.hex_r}


class CouncilWriting(PublicWriting):
    """What may be written of a council. Its code and slug are given once."""

    EXAMPLE = {
        "gss_code": "E06000999",
        "slug": "newford",
        "name": "Newford Council",
        "short_name": "Newford",
        "kind": "unitary",
        "region": "south-east",
        "county": None,
        "started_on": "2015-04-01",
        "ended_on": None,
        "hexagon": None,
        "website": "https://www.newford.example",
    }
    also = {"hex_q": "hexagon", "hex_r": "hexagon"}

    gss_code = Text(help_text="Given once.")
    slug = Text(help_text="The council in addresses. Given once.")
    name = Text(help_text="The official name.")
    short_name = Text()
    kind = Code(choices=CouncilKind.choices)
    region = ByKey(Region.objects.all(), "slug", help_text="Slug of its region.")
    county = ByKey(
        Council.objects.all(), "gss_code", required=False, allow_null=True, help_text="GSS code of the county over a district."
    )
    started_on = Day(required=False, allow_null=True, help_text="First day in its present kind.")
    ended_on = Day(required=False, allow_null=True, help_text="Last day in force, inclusive.")
    hexagon = OnTheMap(help_text="Axial q and r on the cartogram of 2014.")
    website = Text(required=False, allow_blank=True)


class CouncilWrites(Writes):
    """Councils are added and changed, and never deleted: one that is abolished gets its last day."""

    model = Council
    writing = CouncilWriting
    write_scope = Scope.WRITE_COUNCILS
    given_once = ("gss_code", "slug")

    def standing(self, given: Given) -> Council | None:
        """By its code."""
        return Council.objects.filter(gss_code=given.values["gss_code"]).select_related("region", "county").first()

    def make(self, given: Given) -> Council:
        council = Council(**given.values)
        self._store(council)
        return council

    def change(self, row: Council, given: Given) -> None:
        self._store(row)

    def _store(self, council: Council) -> None:
        """By all its rules, as the form does."""
        council.full_clean()
        council.save()

    def key_of(self, row: Council) -> str:
        return row.gss_code

    def reverse_item(self, row: Council) -> str:
        return reverse("api-councils-detail", args=[row.gss_code], request=self.request)
