"""The API's register as it stands now: arrangements. Who takes part in them: `parts_api.py`."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from rest_framework import serializers

from arrangements.public.columns import ARRANGEMENT_COLUMNS
from arrangements.public.filters import RegisterFilter
from arrangements.register.models import Arrangement, BodyPartnership, FormerName, Partnership, Service
from arrangements.register.writing_api import ArrangementWrites
from sharedservices.common.today import today


class MembershipSerializer(serializers.Serializer):
    """A council's part in the arrangement, and when. An empty joining day means since it began."""

    gss_code = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    answers = serializers.BooleanField()
    joined_on = serializers.DateField(allow_null=True)
    left_on = serializers.DateField(allow_null=True)


class BodyMembershipSerializer(serializers.Serializer):
    """A partner body's part in the arrangement, and when."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    joined_on = serializers.DateField(allow_null=True)
    left_on = serializers.DateField(allow_null=True)


class ArrangementSerializer(serializers.Serializer):
    """An arrangement as the register has it now, with the latest released outcome of the year asked for."""

    reference = serializers.CharField()
    name = serializers.CharField()
    former_names = serializers.ListField(child=serializers.CharField(), source="former_name_list")
    summary = serializers.CharField()
    category = serializers.CharField(source="main_service.category.slug")
    main_service = serializers.CharField(source="main_service.slug")
    other_services = serializers.ListField(child=serializers.CharField(), source="other_service_slugs")
    governance = serializers.CharField()
    aims = serializers.ListField(child=serializers.CharField())
    started_on = serializers.DateField(allow_null=True)
    start_precision = serializers.CharField()
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField()
    status = serializers.SerializerMethodField(help_text="Today: not-started, operating or ended.")
    councils = MembershipSerializer(many=True, source="council_parts")
    bodies = BodyMembershipSerializer(many=True, source="body_parts")
    replaces = serializers.ListField(child=serializers.CharField(), source="replaced_references", help_text="References.")
    contact = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_url = serializers.CharField()
    illustrative = serializers.BooleanField(source="is_illustrative")
    outcome = serializers.SerializerMethodField(help_text="As released; null where the release has no such row.")
    saving = serializers.SerializerMethodField(help_text="Whole pounds, as released; null unless a figure.")

    def get_status(self, arrangement: Arrangement) -> str:
        return arrangement.status_on(today())

    def get_outcome(self, arrangement: Any) -> str | None:
        return getattr(arrangement, "outcome", None)

    def get_saving(self, arrangement: Any) -> int | None:
        return getattr(arrangement, "saving", None)


def _parts(memberships: Any, *names: str, **sources: str) -> Any:
    """The outer arrangement's memberships as JSON, in the order of their tables' own."""
    party = next(iter(sources.values())).partition("__")[0]
    told = {name: F(name) for name in (*names, "joined_on", "left_on")} | {name: F(source) for name, source in sources.items()}
    told["name"] = F(f"{party}__name")
    return memberships.filter(arrangement=OuterRef("pk")).values(told=JSONObject(**told))


class ArrangementViewSet(ArrangementWrites):
    """The register as it stands now, ended arrangements too; `year` narrows it to those operating on its 31 March."""

    serializer_class = ArrangementSerializer
    filterset_class = RegisterFilter
    columns = ARRANGEMENT_COLUMNS
    lookup_field = "reference"

    def get_queryset(self) -> QuerySet[Any]:
        """With all that an item names."""
        of_it = OuterRef("pk")
        return (
            Arrangement.objects.visible_to(self.request.user)
            .for_list()
            .with_lead_on(today())
            .annotate(
                former_name_list=ArraySubquery(FormerName.objects.filter(arrangement=of_it).values("name")),
                other_service_slugs=ArraySubquery(Service.objects.filter(also_arrangements=of_it).values("slug")),
                replaced_references=ArraySubquery(Arrangement.objects.filter(replaced_by=of_it).values("reference")),
                council_parts=ArraySubquery(_parts(Partnership.objects, "role", "answers", gss_code="council__gss_code")),
                body_parts=ArraySubquery(_parts(BodyPartnership.objects, slug="body__slug", kind="body__kind")),
            )
        )

    def found(self, key: str) -> Any:
        """References are written in capitals."""
        return super().found(key.upper())

    def release_in_meta(self) -> str | None:
        filterset = getattr(self, "filterset", None)
        return filterset.release.slug if filterset and filterset.release else None
