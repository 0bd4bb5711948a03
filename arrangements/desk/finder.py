"""The finder: from any page of the admin to an arrangement's line in the return of the open year, or to a council's return.

`/` opens it as a box over the page (static/js/finder.js), which asks `find.json`; without script it is the page `find/`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import Role
from arrangements.releases.models import Release, ReleasedArrangement
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.vocabulary import RELEASED_OUTCOMES
from councils.models import Council
from sharedservices.common.money import pounds
from sharedservices.common.periods import spelled
from sharedservices.common.today import today

MOST = 8
MOST_COUNCILS = 3
PARTNERS_NAMED = 4
LONGEST_SEARCH = 200
# A council that is called so, or whose name begins so, comes before the arrangements it is in.
NEAR = 1
OUTCOME_WORDS = dict(RELEASED_OUTCOMES)


@dataclass(frozen=True)
class Found:
    """One thing found: what it is, and where it leads."""

    kind: str
    name: str
    reference: str
    about: str
    published: str
    leads: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What a text finds, the best first, and in a sentence how much."""

    results: list[Found]
    said: str


def may_find(user: Any) -> bool:
    """Whoever may see arrangements or councils in the admin."""
    return user.has_perm("arrangements.view_arrangement") or user.has_perm("councils.view_council")


def find(text: str, user: Any) -> Answer:
    """The first few councils and arrangements that the text finds, as far as the user may see them."""
    text = " ".join(text.split())[:LONGEST_SEARCH]
    if not text:
        return Answer([], "Type part of a name, a former name, a reference, a partner or a service.")
    year = FinancialYear.objects.in_collection(today())
    opens_returns = user.has_perm("arrangements.view_annualreturn")
    councils = _councils(text, year) if user.has_perm("councils.view_council") else []
    arrangements = _arrangements(text, year) if user.has_perm("arrangements.view_arrangement") else []
    found = [
        *(_council(each, year, opens_returns) for each in councils if each.nearness <= NEAR),
        *(_arrangement(each, year, opens_returns) for each in arrangements),
        *(_council(each, year, opens_returns) for each in councils if each.nearness > NEAR),
    ]
    return Answer(found[:MOST], _how_many(len(found)))


def _how_many(found: int) -> str:
    if not found:
        return "Nothing found. Try fewer words, or part of a word."
    if found > MOST:
        return f"The first {MOST} results, the best first; there are more."
    return "1 result." if found == 1 else f"{found} results, the best first."


def _councils(text: str, year: FinancialYear | None) -> list[Any]:
    asked = AnnualReturn.objects.filter(council=OuterRef("pk"), year=year)
    councils = Council.objects.annotate(return_id=Subquery(asked.values("pk")[:1])).select_related("region")
    return councils.first_found_by(text, MOST_COUNCILS)


def _council(council: Any, year: FinancialYear | None, opens_returns: bool) -> Found:
    """A council, leading to its return of the open year if it was asked."""
    life = f", until {spelled(council.ended_on)}" if council.ended_on else ""
    if council.return_id and opens_returns:
        leads, url = f"Opens its return of {year}", reverse("admin:arrangements_annualreturn_change", args=[council.return_id])
    else:
        why = "" if year is None or council.return_id else f": no return of {year}"
        leads, url = f"Opens the council{why}", reverse("admin:councils_council_change", args=[council.pk])
    about = f"{council.get_kind_display()} in {council.region.name}{life}"
    return Found("Council", council.name, council.gss_code, about, "", leads, url)


def _arrangements(text: str, year: FinancialYear | None) -> list[Any]:
    """With the partners, what was published of the year before, and the return that has its line; one query for all."""
    parts = Partnership.objects.involved().filter(arrangement=OuterRef("pk"))
    leads_first = Case(When(role=Role.LEAD, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Arrangement.objects.first_found_by(text, MOST + 1).annotate(
        partners=ArraySubquery(parts.order_by(leads_first, "council__short_name").values("council__short_name"))
    )
    if year is None:
        return list(found)
    answering = Partnership.objects.answering_on(year.ends_on).filter(arrangement=OuterRef("pk"))
    asked = AnnualReturn.objects.filter(year=year, council=OuterRef("answering_council_id"))
    return list(
        _with_published(found, year)
        .with_answering_council_on(year.ends_on)
        .annotate(
            answering_name=Subquery(answering.values("council__short_name")[:1]), return_id=Subquery(asked.values("pk")[:1])
        )
    )


def _with_published(arrangements: QuerySet, year: FinancialYear) -> Any:
    """Annotate the release of the year before `year`, and `outcome` and `amount` as it has them."""
    latest = Release.objects.published().filter(year__starts_on=year.previous_starts_on).order_by("-revision")
    row = ReleasedArrangement.objects.filter(release=OuterRef("last_release_id"), arrangement=OuterRef("pk"))
    return arrangements.annotate(last_release_id=Subquery(latest.values("pk")[:1])).annotate(
        outcome=Subquery(row.values("outcome")), amount=Subquery(row.values("amount"))
    )


def _arrangement(arrangement: Any, year: FinancialYear | None, opens_returns: bool) -> Found:
    """An arrangement, leading to its line in the return of the open year if it has one."""
    own_page = reverse("admin:arrangements_arrangement_change", args=[arrangement.pk])
    named, more = arrangement.partners[:PARTNERS_NAMED], len(arrangement.partners) - PARTNERS_NAMED
    about = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    published = why = ""
    url = own_page
    if year is not None:
        published = _published(arrangement, year)
        why = _why_no_line(arrangement, year)
        if not why and opens_returns:
            url = reverse("admin:arrangements_annualreturn_change", args=[arrangement.return_id]) + f"#line-{arrangement.pk}"
    leads = (
        f"Opens its line in the return of {arrangement.answering_name}, {year}"
        if url != own_page
        else f"Opens the arrangement{f': {why}' if why else ''}"
    )
    return Found("Arrangement", arrangement.name, arrangement.reference, about, published, leads, url)


def _published(arrangement: Any, year: FinancialYear) -> str:
    before = f"{year.previous_starts_on.year}/{year.starts_on.year % 100:02d}"
    if arrangement.last_release_id is None:
        return f"{before} is not published"
    if arrangement.outcome is None:
        return f"Not in the last release, {before}"
    said = pounds(arrangement.amount) if arrangement.amount is not None else OUTCOME_WORDS[arrangement.outcome]
    return f"{said} in {before}"


def _why_no_line(arrangement: Any, year: FinancialYear) -> str:
    """Why no return of the year has a line for it; empty where one has."""
    status = arrangement.status_on(year.ends_on)
    if status == "ended":
        return f"ended on {spelled(arrangement.ended_on)}"
    if status == "not-started":
        return f"not started by {spelled(year.ends_on)}"
    if arrangement.answering_council_id is None:
        return f"no council answers for it in {year}"
    if arrangement.return_id is None:
        return f"{arrangement.answering_name} has no return of {year}"
    return ""


@require_safe
def find_json(request: HttpRequest) -> JsonResponse:
    """`find.json?q=`: what the box over the page shows."""
    return JsonResponse(asdict(_answer(request)))


@require_safe
def find_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """`find/?q=`: a form, and the results as links."""
    context = {
        **site.each_context(request),
        "title": "Find an arrangement or a council",
        "asked": request.GET.get("q", ""),
        "answer": _answer(request),
    }
    return TemplateResponse(request, "admin/find.html", context)


def _answer(request: HttpRequest) -> Answer:
    if not may_find(request.user):
        raise PermissionDenied
    return find(request.GET.get("q", ""), request.user)
