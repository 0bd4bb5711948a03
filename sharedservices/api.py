"""The API's root and documentation, and the addresses of every room's part."""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from arrangements.public.api import ArrangementViewSet
from arrangements.public.changes_api import ChangesApi
from arrangements.public.parts_api import BodyPartnershipViewSet, PartnershipViewSet
from arrangements.public.words_api import CategoryViewSet, ServiceViewSet, YearViewSet
from arrangements.releases.api import (
    FigureInputs,
    FigureViewSet,
    LatestFigureInputs,
    LatestFigureViewSet,
    ReleaseArrangementViewSet,
    ReleaseCouncilViewSet,
    ReleaseFigureViewSet,
    ReleaseViewSet,
    SavingViewSet,
)
from arrangements.releases.models import Release
from arrangements.returns.answers_api import AnswerViewSet
from arrangements.returns.api import ReturnItemViewSet, ReturnViewSet
from arrangements.returns.bulk_api import BulkViewSet
from arrangements.returns.models import FinancialYear
from councils.api import BodyViewSet, CouncilViewSet, RegionViewSet
from sharedservices.common.api import LICENCE, ReadApi, ReadList, refuse_names
from sharedservices.common.columns import Columns
from sharedservices.common.filters import LONGEST_SHOWN
from sharedservices.common.problems import document, entry
from sharedservices.common.throttle import WINDOW
from sharedservices.common.today import today
from sharedservices.contract import contract

OF_RETURN = r"returns/(?P<year>[0-9-]{7})/(?P<council>[A-Za-z0-9]+)"
DEEDS = ("submit", "query", "accept", "reopen")
OF_RELEASE = "releases/(?P<release>[0-9a-z.-]+)"

LISTS = [
    "councils",
    "arrangements",
    "partnerships",
    "body-partnerships",
    "savings",
    "figures",
    "releases",
    "years",
    "regions",
    "services",
    "categories",
    "bodies",
    "changes",
]


EXAMPLE_OF_A_PROBLEM = document(
    400,
    "The address can't be followed",
    "regoin: no filter has this name. Did you mean “region”?",
    errors=[
        entry(
            {
                "name": "regoin",
                "value": "south-east",
                "message": "regoin: no filter has this name. Did you mean “region”?",
                "rule": "a_known_name",
                "example": "region",
            },
            LONGEST_SHOWN,
        )
    ],
)


class Root(ReadApi):
    """Where everything is."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Links to the lists, the releases, the contract and the documentation."""
        refuse_names(request)
        latest = Release.objects.latest()
        links = {name.replace("-", "_"): reverse(f"api-{name}-list", request=request) for name in LISTS}
        links["files"] = reverse("data-files", request=request)
        links["openapi"] = reverse("openapi", request=request)
        links["documentation"] = reverse("api-docs", request=request)
        return Response(
            {
                "data": {
                    "name": "Shared Services Register",
                    "version": settings.SPECTACULAR_SETTINGS["VERSION"],
                    "rate_limit": {"requests": settings.API_READS_A_MINUTE, "seconds": WINDOW},
                },
                "meta": {"release": latest.slug if latest else None, "licence": LICENCE},
                "links": {"self": request.build_absolute_uri(), **links},
            }
        )


class Contract(ReadApi):
    """The OpenAPI 3.1 document."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The document itself."""
        refuse_names(request)
        return Response(contract())


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """`/api/v1/docs/`: every address, filter and field, written from the contract; works without script."""
    described_by = contract()
    operations = [
        {"path": address, "method": method.upper(), "body": _body_of(described), **described}
        for address, methods in described_by["paths"].items()
        for method, described in methods.items()
    ]
    latest = Release.objects.latest()
    return render(
        request,
        "api_docs.html",
        {
            "operations": operations,
            "schemas": described_by["components"]["schemas"],
            "version": described_by["info"]["version"],
            "address": request.build_absolute_uri("/").rstrip("/"),
            "release": latest.slug if latest else "2013-14.r1",
            "year": year.slug if (year := FinancialYear.objects.in_collection(today())) else "2014-15",
            "limit": f"{settings.API_READS_A_MINUTE:,}",
            "problem": json.dumps(EXAMPLE_OF_A_PROBLEM, ensure_ascii=False, indent=2),
        },
    )


def _body_of(operation: dict[str, Any]) -> str:
    """The name of what the operation's body holds; "" where it has none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


ROUTES: list[tuple[str, type[ReadList], str]] = [
    ("councils", CouncilViewSet, "api-councils"),
    ("regions", RegionViewSet, "api-regions"),
    ("bodies", BodyViewSet, "api-bodies"),
    ("services", ServiceViewSet, "api-services"),
    ("categories", CategoryViewSet, "api-categories"),
    ("years", YearViewSet, "api-years"),
    ("arrangements", ArrangementViewSet, "api-arrangements"),
    ("partnerships", PartnershipViewSet, "api-partnerships"),
    ("body-partnerships", BodyPartnershipViewSet, "api-body-partnerships"),
    ("releases", ReleaseViewSet, "api-releases"),
    (f"{OF_RELEASE}/arrangements", ReleaseArrangementViewSet, "api-release-arrangements"),
    (f"{OF_RELEASE}/councils", ReleaseCouncilViewSet, "api-release-councils"),
    (f"{OF_RELEASE}/figures", ReleaseFigureViewSet, "api-release-figures"),
]
# Lists whose items stand elsewhere.
LISTS_ALONE: list[tuple[str, type[ReadList], str]] = [
    ("savings", SavingViewSet, "api-savings"),
    ("figures", FigureViewSet, "api-figures"),
]
FIGURE = "(?P<key>[a-z0-9:_-]+)"


def described() -> list[Any]:
    """The addresses that the contract describes: lists and items."""
    router = SimpleRouter()
    for prefix, viewset, name in ROUTES:
        router.register(prefix, viewset, name)
    returns = [
        path("returns/", ReturnViewSet.as_view({"get": "list"}, detail=False), name="api-returns-list"),
        path("returns/bulk/", BulkViewSet.as_view({"post": "create"}, detail=False), name="api-returns-bulk"),
        re_path(f"^{OF_RETURN}/$", ReturnItemViewSet.as_view({"get": "retrieve"}, detail=True), name="api-returns-detail"),
        *(
            re_path(f"^{OF_RETURN}/{deed}/$", ReturnItemViewSet.as_view({"post": deed}, detail=True), name=f"api-returns-{deed}")
            for deed in DEEDS
        ),
        re_path(
            rf"^{OF_RETURN}/answers/(?P<reference>[A-Za-z0-9-]+)/$",
            AnswerViewSet.as_view({"get": "retrieve", "put": "update", "patch": "partial_update"}, detail=True),
            name="api-answers-detail",
        ),
    ]
    lists = [path(f"{prefix}/", viewset.as_view({"get": "list"}), name=f"{name}-list") for prefix, viewset, name in LISTS_ALONE]
    figures = [
        re_path(f"^figures/{FIGURE}/$", LatestFigureViewSet.as_view({"get": "retrieve"}, detail=True), name="api-figures-detail"),
        re_path(
            f"^figures/{FIGURE}/inputs/$", LatestFigureInputs.as_view({"get": "retrieve"}, detail=True), name="api-figure-inputs"
        ),
        re_path(
            f"^{OF_RELEASE}/figures/{FIGURE}/inputs/$",
            FigureInputs.as_view({"get": "retrieve"}, detail=True),
            name="api-release-figure-inputs",
        ),
    ]
    changes = [path("changes/", ChangesApi.as_view(), name="api-changes-list")]
    return [*router.urls, *lists, *figures, *changes, *returns]


def columns_of_lists() -> dict[str, Columns]:
    """The columns of each list's CSV, by the list's address in the contract."""
    lists: list[tuple[str, type[ReadList], str]] = [*ROUTES, *LISTS_ALONE, ("returns", ReturnViewSet, "api-returns")]
    return {f"/api/v1/{_as_described(prefix)}/": viewset.columns for prefix, viewset, _ in lists}


def _as_described(prefix: str) -> str:
    """A part of an address as the contract writes it: its groups by their names."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", prefix)


def files() -> list[Any]:
    """Every list once more, with the form it comes in for an ending."""
    lists: list[tuple[str, type[ReadList], str]] = [*ROUTES, *LISTS_ALONE, ("returns", ReturnViewSet, "api-returns")]
    return [
        re_path(rf"^{prefix}\.(?P<format>csv|jsonl|json)$", viewset.as_view({"get": "list"}, detail=False), name=f"{name}-file")
        for prefix, viewset, name in lists
    ]


urlpatterns = [
    path("", Root.as_view(), name="api-root"),
    path("openapi.json", Contract.as_view(), name="openapi"),
    path("docs/", documentation, name="api-docs"),
    *described(),
    *files(),
]
