"""Finding a council by whatever it is called: straight to it where the answer is clear, otherwise what was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from councils.models import Council
from sharedservices.common.filters import BadFilters, Search, StrictFilterSet
from sharedservices.common.listing import refused
from sharedservices.common.names import A_SLIP

MOST_OFFERED = 20
CALLED_SO = 0


class CouncilQuestion(StrictFilterSet):
    """What was typed."""

    q = Search(method="leave", label="Council", help_text="Name, former name or code.")

    class Meta:
        fields: Sequence[str] = []

    def leave(self, councils: Any, name: str, text: str) -> Any:
        """Read by name."""
        return councils


@dataclass(frozen=True)
class Found:
    """A council, and the name by which it was found where that isn't the one it is shown by."""

    council: Council
    by_name: str


@require_safe
def find_council(request: HttpRequest) -> HttpResponse:
    """`/find-your-council/?q=`: to the council's page, or the councils that may be meant."""
    question = CouncilQuestion(request.GET, queryset=Council.objects.none(), request=request)
    try:
        question.refuse_bad()
    except BadFilters as refusal:
        return refused(request, refusal)
    text = question.chosen("q") or ""
    found = Council.objects.select_related("region").first_found_by(text, MOST_OFFERED + 1) if text else []
    council = the_clear_answer(found)
    if council is not None:
        return redirect(council)
    context = {
        "text": text,
        "found": [Found(each, _other_name(each)) for each in found[:MOST_OFFERED]],
        "are_slips": bool(found) and found[0].nearness == A_SLIP,
        "there_are_more": len(found) > MOST_OFFERED,
    }
    return render(request, "councils/find.html", context)


def the_clear_answer(found: Sequence[Any]) -> Council | None:
    """The one council that is called so; or the only one found at all, unless by a slip, which is said rather than followed.

    Of several called so, such as a county and the unitary council that followed it, none is clear.
    """
    called_so = [each for each in found if each.nearness == CALLED_SO]
    if len(called_so) == 1:
        return called_so[0]
    return found[0] if len(found) == 1 and found[0].nearness < A_SLIP else None


def _other_name(council: Any) -> str:
    """The name it was found by, where it isn't shown by that."""
    return council.found_as if council.found_as not in (council.name, council.short_name) else ""
