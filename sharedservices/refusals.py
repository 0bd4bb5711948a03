"""Answers to what no view could answer: a page for people, a problem document for programs."""

from __future__ import annotations

import re
import sys

from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views import defaults

from sharedservices.common.problems import Fault, is_for_the_api, of_the_address, refusal

# Seconds after which to ask again: where the database can't be reached, and where somebody has tried too often.
A_MOMENT, A_WHILE = 120, 300
REFERENCE = re.compile(r"[A-Za-z]+-\d+")
ENDING = re.compile(r"\.[a-z]{2,5}$")
LONGEST_SOUGHT = 60
# What stands below these isn't found by its name, and what isn't public there must look like what never was.
NO_NAMES = {"accounts", "admin", "data", "my-council", "releases", "years"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: more names than anybody needs, a host that isn't ours."""
    if is_for_the_api(request):
        detail = "The request holds something that the register can't read."
        host = isinstance(exception, DisallowedHost)
        return refusal(400, "Bad request", detail, Fault("/headers/Host" if host else "/query", detail, "readable"))
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing stands at the address. The page offers to search for what it names."""
    if is_for_the_api(request):
        detail = "There is nothing public at this address. /api/v1/ lists what there is."
        return refusal(404, "Not found", detail, of_the_address(detail))
    return render(request, "404.html", {"sought": sought(request.path_info)}, status=404)


def sought(path: str) -> str:
    """The words of an address that somebody may have looked for: its last piece, without dashes and ending."""
    pieces = [piece for piece in path.split("/") if piece]
    if not pieces or pieces[0] in NO_NAMES:
        return ""
    last = pieces[-1]
    last = ENDING.sub("", last)[:LONGEST_SOUGHT]
    words = last if REFERENCE.fullmatch(last) else re.sub(r"[-_+]+", " ", last)
    return words.strip() if re.search(r"\w", words) else ""


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. Where the database can't be reached, 503 instead."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return closed(request)
    if is_for_the_api(request):
        return refusal(500, "Server error", "The register failed to answer. It has been recorded; try again later.")
    return defaults.server_error(request)


def closed(request: HttpRequest) -> HttpResponse:
    """503: the database can't be reached. The page needs neither it nor anything that the other pages know."""
    if is_for_the_api(request):
        answer: HttpResponse = refusal(503, "Closed for a moment", "The register can't reach its data. Try again in two minutes.")
    else:
        answer = HttpResponse(loader.get_template("503.html").render(), status=503)
    answer["Retry-After"] = str(A_MOMENT)
    answer["Cache-Control"] = "no-store"
    return answer


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many tries at signing in, or too many letters asked for."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(A_WHILE)
    return answer
