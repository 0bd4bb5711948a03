"""What can be said of councils."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db.models import Case, F, IntegerField, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from sharedservices.common.names import A_SLIP, nearness
from sharedservices.common.periods import LifeQuerySet, in_force_on
from sharedservices.common.versions import VersionedQuerySet


class CouncilQuerySet(LifeQuerySet, VersionedQuerySet):  # type: ignore[override]
    """The language of councils."""

    def visible_to(self, user: Any) -> Self:
        """Councils are public: everyone sees all of them."""
        return self.all()

    def in_region(self, region: Any) -> Self:
        """Councils of the region."""
        return self.filter(region=region)

    def looked_after_by(self, user: Any) -> Self:
        """The councils the user is an officer of, and the predecessors of these, whose returns they now answer."""
        successions = apps.get_model("councils", "Succession").objects
        own = self.model._default_manager.filter(officers=user.pk).values("pk")
        before = successions.filter(successor__in=own).values("predecessor")
        long_before = successions.filter(successor__in=before).values("predecessor")
        return self.filter(Q(pk__in=own) | Q(pk__in=before) | Q(pk__in=long_before))

    def of_county_area(self, counties: Any) -> Self:
        """The counties themselves and the districts under them."""
        keys = [county.pk for county in counties]
        return self.filter(Q(pk__in=keys) | Q(county__in=keys))

    def with_identity_on(self, day: Any) -> Self:
        """Annotate `name_then`, `short_name_then` and `code_then`: as the council was called and coded on the day."""
        names = apps.get_model("councils", "CouncilName").objects.filter(
            in_force_on(day, "used_from", "used_until"), council=OuterRef("pk")
        )
        codes = apps.get_model("councils", "FormerCode").objects.filter(council=OuterRef("pk"), ended_on__gte=day)
        return self.annotate(
            name_then=Coalesce(Subquery(names.filter(kind="official").values("name")[:1]), F("name")),
            short_name_then=Coalesce(Subquery(names.filter(kind="short").values("name")[:1]), F("short_name")),
            code_then=Coalesce(Subquery(codes.order_by("ended_on").values("code")[:1]), F("gss_code")),
        )

    def matching(self, text: str) -> Self:
        """Its code, a former code, or part of any name it bears or bore; capitals and generic words don't matter."""
        return self._by_nearness(text).filter(nearness__lt=A_SLIP)

    def resembling(self, text: str) -> Self:
        """Not matching, but with a name one slip of a letter away."""
        return self._by_nearness(text).filter(nearness=A_SLIP)

    def found_by(self, text: str) -> Self:
        """Matching or resembling what was typed, the nearest first."""
        return self._by_nearness(text).filter(nearness__isnull=False)

    def _by_nearness(self, text: str) -> Self:
        """Annotate `nearness` and order by it: how near the text is to the nearest of its codes and names."""
        own_code = Case(When(gss_code__iexact=text.strip(), then=Value(0)), output_field=IntegerField())
        former_code = Case(When(code__iexact=text.strip(), then=Value(0)), output_field=IntegerField())
        return self.annotate(
            nearness=Least(
                own_code,
                self._nearest("FormerCode", former_code),
                self._nearest("KnownName", nearness("name", text, key=F("telling"))),
            )
        ).order_by("nearness", "short_name", "gss_code")

    def _nearest(self, model: str, rank: Case) -> Subquery:
        """The best rank among the council's rows of another model; null where it has none."""
        rows = apps.get_model("councils", model).objects.filter(council=OuterRef("pk"))
        ranked = rows.order_by().values("council").annotate(nearest=Min(rank)).values("nearest")
        return Subquery(ranked, output_field=IntegerField())


class PartnerBodyQuerySet(LifeQuerySet, VersionedQuerySet):  # type: ignore[override]
    """The language of partner bodies."""

    def found_by(self, text: str) -> Self:
        """Called so, containing it, or one slip of a letter away: the nearest first."""
        near = self.annotate(nearness=nearness("name", text)).filter(nearness__isnull=False)
        return near.order_by("nearness", "name")
