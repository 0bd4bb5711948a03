"""The API's root, contract and documentation, and the addresses of every room's part."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from arrangements.public.api import ArrangementViewSet, PartnershipViewSet
from arrangements.releases.api import (
    FigureViewSet,
    ReleaseArrangementViewSet,
    ReleaseCouncilViewSet,
    ReleaseFigureViewSet,
    ReleaseViewSet,
    SavingViewSet,
)
from arrangements.releases.models import Release
from councils.api import CouncilViewSet
from sharedservices.common.api import LICENCE, Cursor, ReadApi
from sharedservices.common.problems import PROBLEM, PROBLEM_SCHEMA

LISTS = ["councils", "arrangements", "partnerships", "savings", "figures", "releases"]


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document, generated from the code once for each process."""
    document: dict[str, Any] = SchemaGenerator(patterns=[path("api/v1/", include(urlpatterns_of_lists()))]).get_schema(
        request=None, public=True
    )
    return with_envelopes_and_problems(document)


def with_envelopes_and_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what the generator doesn't see: that items come in the envelope too, and what refusals look like."""
    document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    refusal = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for address, methods in document["paths"].items():
        responses = methods["get"]["responses"]
        answer = responses["200"]["content"]["application/json"]
        is_list = answer["schema"]["$ref"].rpartition("/")[2].startswith("Paginated")
        if is_list:
            responses["400"] = {"description": "A name or a value that can't be followed.", "content": refusal}
        else:
            answer["schema"] = Cursor().get_paginated_response_schema(answer["schema"])
        if "{" in address:
            responses["404"] = {"description": "Nothing public at this address.", "content": refusal}
        responses["200"]["description"] = "A page of the list." if is_list else "The item."
    return document


class Root(ReadApi):
    """Where everything is."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Links to the lists, the releases, the contract and the documentation."""
        latest = Release.objects.latest()
        links = {name: reverse(f"api-{name}-list", request=request) for name in LISTS}
        links["openapi"] = reverse("openapi", request=request)
        links["documentation"] = reverse("api-docs", request=request)
        return Response(
            {
                "data": {"name": "Shared Services Register", "version": "1.0.0"},
                "meta": {"release": latest.slug if latest else None, "licence": LICENCE},
                "links": {"self": request.build_absolute_uri(), **links},
            }
        )


class Contract(ReadApi):
    """The OpenAPI 3.1 document."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The document itself."""
        return Response(contract())


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """`/api/v1/docs/`: every address, filter and field, written from the contract; works without script."""
    document = contract()
    operations = [{"path": address, **methods["get"]} for address, methods in document["paths"].items() if "get" in methods]
    return render(request, "api_docs.html", {"operations": operations, "schemas": document["components"]["schemas"]})


def urlpatterns_of_lists() -> list[Any]:
    """The addresses of all lists and items."""
    router = SimpleRouter()
    router.register("councils", CouncilViewSet, "api-councils")
    router.register("arrangements", ArrangementViewSet, "api-arrangements")
    router.register("partnerships", PartnershipViewSet, "api-partnerships")
    router.register("releases", ReleaseViewSet, "api-releases")
    of_release = "releases/(?P<release>[0-9a-z.-]+)"
    router.register(f"{of_release}/arrangements", ReleaseArrangementViewSet, "api-release-arrangements")
    router.register(f"{of_release}/councils", ReleaseCouncilViewSet, "api-release-councils")
    router.register(f"{of_release}/figures", ReleaseFigureViewSet, "api-release-figures")
    lists = [
        path("savings/", SavingViewSet.as_view({"get": "list"}), name="api-savings-list"),
        path("figures/", FigureViewSet.as_view({"get": "list"}), name="api-figures-list"),
    ]
    return [*router.urls, *lists]


urlpatterns = [
    path("", Root.as_view(), name="api-root"),
    path("openapi.json", Contract.as_view(), name="openapi"),
    path("docs/", documentation, name="api-docs"),
    *urlpatterns_of_lists(),
]
