"""What changed in the API's lists since a point, deletions too: whoever applies it has the lists as they stand.

A change is told as the item that stands now, so that it does no harm to apply one twice.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arrangements.public.api import ArrangementViewSet
from arrangements.public.changed import BEGINNING, LISTS, GoneBack, Place, Point, Touched, keys_gone, point_now, touched
from arrangements.public.parts_api import BodyPartnershipViewSet, PartnershipViewSet
from arrangements.public.words_api import CategoryViewSet, ServiceViewSet
from arrangements.releases.models import Release
from councils.api import BodyViewSet, CouncilViewSet, RegionViewSet
from sharedservices.common.api import LICENCE, ReadApi, ReadList
from sharedservices.common.filters import BadFilters, StrictFilterSet
from sharedservices.common.paging import MOST_ROWS, USUAL_LIMIT, read_limit

# As their own addresses give the items.
VIEWS: dict[str, type[ReadList]] = {
    "regions": RegionViewSet,
    "categories": CategoryViewSet,
    "services": ServiceViewSet,
    "bodies": BodyViewSet,
    "councils": CouncilViewSet,
    "arrangements": ArrangementViewSet,
    "partnerships": PartnershipViewSet,
    "body_partnerships": BodyPartnershipViewSet,
}


class ChangeSerializer(serializers.Serializer):
    """An item that was added, changed or taken out."""

    list = serializers.ChoiceField(choices=[each.name for each in LISTS], help_text="In which list it stands.")
    key = serializers.CharField(help_text="The key of the item in its list.")
    deed = serializers.ChoiceField(choices=["added", "changed", "gone"], help_text="What has become of it since.")
    item = serializers.SerializerMethodField(help_text="The item as its list gives it now; null where it is gone.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="Why, in the words that were published with it.")

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
    def get_item(self, change: dict[str, Any]) -> Any:
        return change["item"]


class SinceFilter(StrictFilterSet):
    """No filters: what changed is told whole."""

    class Meta:
        fields: Sequence[str] = []


class ChangesApi(ReadApi):
    """What changed since a point in the lists of the register as it stands, deletions too: all but years.

    Without `since` the answer is empty, and its `links.since` is the point to begin from: ask for it first, then fetch the
    lists. Later follow `links.since`; in a long answer first `links.next` to its end. Put each `item` in the place of the one
    with its `key`, and take out those that are gone: then the lists are those that stand. Items may be told more than once.
    """

    @extend_schema(
        operation_id="changes_list",
        parameters=[
            OpenApiParameter("since", str, description="The point to tell from, as `links.since` of an earlier answer gives it."),
            OpenApiParameter("after", str, description="The cursor of the next part, as `links.next` gives it."),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_LIMIT},
                             description="How many items to tell of at once."),
        ],
        responses=ChangeSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = SinceFilter(
            request.query_params, queryset=Release.objects.none(), request=request, also_known=("since", "after", "limit")
        )
        asked.refuse_bad()
        limit = read_limit(asked.given.get("limit"))
        since = _read("since", asked.given.get("since"))
        place = _place(asked.given.get("after"))
        until = place.until if place else point_now()
        found: list[Touched] = []
        total = 0
        if since is not None and since != until:
            found, total = self.touched(since, until, place, limit + 1)
        elif place is not None:
            raise _not_given("after", str(asked.given["after"]))
        more, found = len(found) > limit, found[:limit]
        links = {"self": request.build_absolute_uri()}
        if more:
            following = Place(until, found[-1].number, found[-1].row)
            links["next"] = self.address(
                since=str(asked.given["since"]), after=_written(following), limit=asked.given.get("limit")
            )
        else:
            links["since"] = self.address(since=_written(until), limit=asked.given.get("limit"))
        meta = {"count": total, "release": None, "licence": LICENCE}
        changes = [change for number in sorted({each.number for each in found}) for change in self.told(number, found)]
        return Response({"data": ChangeSerializer(changes, many=True).data, "meta": meta, "links": links})

    def touched(self, since: Point, until: Point, place: Place | None, at_most: int) -> tuple[list[Touched], int]:
        """What has changed; `BadFilters` where that can't be told any more."""
        try:
            return touched(since, until, place, at_most)
        except GoneBack as error:
            said = "the register has gone back to a backup since. Fetch the lists anew, and begin from the point of today."
            problem = {"name": "since", "value": self.request.query_params["since"][:60], "message": f"since: {said}"}
            raise BadFilters([{**problem, "rule": "a_point_that_stands", "example": ""}]) from error

    def address(self, **names: str | None) -> str:
        """This list with other names in its address."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in names.items() if value})
        return self.request.build_absolute_uri(f"{reverse('api-changes-list')}?{query.urlencode()}")

    def told(self, number: int, found: list[Touched]) -> list[dict[str, Any]]:
        """The changes of one list."""
        of, own = LISTS[number], {each.row: each for each in found if each.number == number}
        items = self.items(of.name, list(own))
        changes: list[dict[str, Any]] = [
            {"list": of.name, "key": str(item[of.key]), "deed": "added" if own[row].is_new else "changed", "item": item}
            | {"notes": own[row].notes}
            for row, item in items.items()
        ]
        gone = keys_gone(of, list(own), set(items))
        return [
            {"list": of.name, "key": key, "deed": "gone", "item": None, "notes": own[row].notes} for row, key in gone
        ] + changes

    def items(self, name: str, rows: list[int]) -> dict[int, Any]:
        """The items as their list gives them, by their rows."""
        view: Any = VIEWS[name](request=self.request, kwargs={}, format_kwarg=None, action="list")
        view.filterset = view.filterset_class(QueryDict(), queryset=view.get_queryset(), request=self.request, walked=True)
        found = list(view.filterset.qs.filter(pk__in=rows).order_by("pk"))
        return {row.pk: item for row, item in zip(found, view.get_serializer(found, many=True).data, strict=True)}


# Points in addresses


def _written(point: Point | Place) -> str:
    """As it stands in an address."""
    values = [*_values(point.until), point.number, point.row] if isinstance(point, Place) else _values(point)
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(point: Point) -> list[Any]:
    return [point.at.astimezone(UTC).isoformat(), point.recent, point.day.isoformat(), point.release]


def _read(name: str, text: str | None) -> Point | None:
    return None if text is None else _point(name, text, 4)[0]


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    point, (number, row) = _point("after", text, 6)
    return Place(point, number, row)


def _point(name: str, text: str, length: int) -> tuple[Point, list[int]]:
    """What was written into an address; `BadFilters` for what the register never gave."""
    try:
        at, recent, day, *numbers = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        point = Point(datetime.fromisoformat(at), recent, date.fromisoformat(day), numbers[0])
        counts = [recent, *numbers]
        if len(counts) != length - 2 or not all(type(each) is int and 0 <= each < 2**62 for each in counts):
            raise ValueError(text)
        if point.at.tzinfo is None or point.at < BEGINNING:
            raise ValueError(text)
    except (ValueError, TypeError, IndexError, OverflowError, binascii.Error, RecursionError) as error:
        raise _not_given(name, text) from error
    return point, numbers[1:]


def _not_given(name: str, text: str) -> BadFilters:
    message = f"{name}: this is no point that the register gave. Ask without it, and follow `links.since`."
    return BadFilters([{"name": name, "value": text[:60], "message": message, "rule": "a_cursor_given", "example": ""}])
