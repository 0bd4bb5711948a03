"""Answers to what no view could answer: a page for people, a problem document for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from sharedservices.common.problems import is_for_the_api, refusal


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: more names than anybody needs, a host that isn't ours."""
    if is_for_the_api(request):
        return refusal(400, "Bad request", "The request holds something that the register can't read.")
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing stands at the address."""
    if is_for_the_api(request):
        return refusal(404, "Not found", "There is nothing public at this address. /api/v1/ lists what there is.")
    return defaults.page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    if is_for_the_api(request):
        return refusal(500, "Server error", "The register failed to answer. It has been recorded; try again later.")
    return defaults.server_error(request)
