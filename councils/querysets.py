"""What can be said of councils."""

from __future__ import annotations

import re
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from sharedservices.common.names import A_SLIP, nearness
from sharedservices.common.periods import LifeQuerySet, in_force_on
from sharedservices.common.versions import VersionedQuerySet

A_DIGIT = re.compile(r"\d")


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
        return self.found_by(text).filter(nearness__lt=A_SLIP)

    def resembling(self, text: str) -> Self:
        """Not matching, but with a name one slip of a letter away."""
        return self.found_by(text).filter(nearness=A_SLIP)

    def found_by(self, text: str) -> Self:
        """Matching or resembling what was typed, the nearest first; `nearness` says how near.

        All names are looked at once, to see whose councils come into question; how near these are is reckoned for them alone.
        """
        own_code = Q(gss_code__iexact=text.strip())
        former_codes = self._of("FormerCode").filter(code__iexact=text.strip())
        names = self._of("KnownName").annotate(rank=nearness("name", text, key=F("telling"))).filter(rank__isnull=False)
        nearest_name = names.filter(council=OuterRef("pk")).order_by("rank").values("rank")[:1]
        by_code = own_code | Q(pk__in=former_codes.values("council"))
        found = self.filter(by_code | Q(pk__in=names.values("council")))
        near = Case(When(by_code, then=Value(0)), default=Subquery(nearest_name), output_field=IntegerField())
        return found.annotate(nearness=near).order_by("nearness", "short_name", "gss_code")

    def first_found_by(self, text: str, at_most: int) -> list[Any]:
        """The first that `found_by` gives of all councils, each with its `nearness`, and `found_as`, the nearest of its names.

        The names are asked first and their councils then, by key: as one question it takes longer to plan than to answer.
        """
        if A_DIGIT.search(text):
            found: list[Any] = list(self.found_by(text)[:at_most])  # by a code, and so as nothing
            return [_found(each, each.nearness, "") for each in found]
        names = self._of("KnownName").annotate(rank=nearness("name", text, key=F("telling"))).filter(rank__isnull=False)
        names = names.order_by("rank", "council__short_name", "council__gss_code", "name")
        nearest: dict[int, tuple[int, str]] = {}
        for key, rank, name in names.values_list("council", "rank", "name"):
            nearest.setdefault(key, (rank, name))
        keys = list(nearest)[:at_most]
        councils = self.in_bulk(keys)
        return [_found(councils[key], *nearest[key]) for key in keys]

    def _of(self, model: str) -> Any:
        """The rows of another model of this room."""
        return apps.get_model("councils", model).objects.all()


def _found(council: Any, near: int, found_as: str) -> Any:
    council.nearness, council.found_as = near, found_as
    return council


class PartnerBodyQuerySet(LifeQuerySet, VersionedQuerySet):  # type: ignore[override]
    """The language of partner bodies."""

    def found_by(self, text: str) -> Self:
        """Called so, containing it, or one slip of a letter away: the nearest first."""
        near = self.annotate(nearness=nearness("name", text)).filter(nearness__isnull=False)
        return near.order_by("nearness", "name")
