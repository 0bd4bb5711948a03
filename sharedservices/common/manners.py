"""The API's manners, before and after every view: validators, limits, origins, compression.

- A strong ETag on every answer, made of the address and the public state: a repeat costs one question about the state and
  none to the tables of the register.
- Any origin may read; no cookie is read, so none is asked for.
- Limits are announced on every answer. What is answered 304 doesn't count.
- What needs a token is kept by nobody: its ETag is of its own bytes, and no shared cache may hold it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from sharedservices.common.filters import LONGEST_SHOWN
from sharedservices.common.problems import API, Fault, is_for_the_api, refusal
from sharedservices.common.public_state import code, one_snapshot, public_state
from sharedservices.common.throttle import READS, WINDOW, address_of, seconds_left

READING = ("GET", "HEAD")
OFFERED = "GET, HEAD, OPTIONS"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
EXPOSED = "Content-Disposition, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
A_DAY = "86400"
COMPRESSED_ENDING = '-gzip"'
WORTH_COMPRESSING = 500  # bytes
PAGE = "text/html"
COMPRESSIBLE = ("text/csv", "application/json", "application/jsonl", "application/problem+json", PAGE)
# Where reading needs a token.
PRIVATE = f"{API}v1/returns"
VERSION = re.compile(r'^"\d+-(?=[0-9a-f]{32}"$)')
# For people, and so not this module's.
DOCUMENTATION = f"{API}v1/docs/"

FROZEN = re.compile(r"/api/v1/releases/[^/]+/[a-z]+[./]")
PINNABLE = re.compile(r"/api/v1/(savings|figures)[./]")
UNFILTERED = {"release", "limit", "after", "order"}
KEPT_FOR_A_YEAR, ASKED_AGAIN = "public, max-age=31536000", "public, no-cache"

View = Callable[[HttpRequest], HttpResponseBase]


class ApiManners:
    """What every answer of the API has in common. Pages pass untouched."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_for_the_api(request) or request.path_info == DOCUMENTATION:
            return self.get_response(request)
        # Whoever is signed in here is nobody there: no middleware after this one finds a session.
        request.COOKIES, _ = {}, request.META.pop("HTTP_COOKIE", None)
        if request.method == "OPTIONS":
            return _open_to_all(_options(request))
        if request.method not in READING:
            answer = self._write(request)
        elif request.path_info.startswith(PRIVATE):
            answer = self._read_privately(request)
        else:
            answer = self._read(request)
        if noted := getattr(request, "after_answer", None):
            noted()
        return _open_to_all(answer)

    def _write(self, request: HttpRequest) -> HttpResponseBase:
        address = address_of(request)
        requests = READS.count(address)
        if requests > settings.API_READS_A_MINUTE:
            answer: HttpResponseBase = self._refused()
        elif _lacks_its_slash(request.path_info):
            # Led to the right address, most programs would send no body.
            detail = f"Addresses to write to end with a slash: {request.path_info[:200]}/"
            fault = Fault("/path", detail, "ends_with_a_slash", request.path_info, f"{request.path_info[:LONGEST_SHOWN]}/")
            answer = refusal(404, "Not found", detail, fault)
        else:
            answer = self.get_response(request)
        return _counted(answer, requests)

    def _read_privately(self, request: HttpRequest) -> HttpResponseBase:
        requests = READS.count(address_of(request))
        with one_snapshot():
            answer = self._refused() if requests > settings.API_READS_A_MINUTE else self.get_response(request)
        if answer.status_code == 200:
            of_bytes = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'  # type: ignore[attr-defined]
            answer["ETag"] = _with_version(request, of_bytes)
            if answer["ETag"] in _held(request):
                kept = answer["ETag"]
                answer = HttpResponseNotModified()
                answer["ETag"] = kept
        answer["Cache-Control"] = "private, no-cache" if answer.status_code in (200, 304) else "no-store"
        patch_vary_headers(answer, ["Authorization"])
        return _counted(answer, requests)

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        with one_snapshot():
            state = f"frozen {code()}" if _is_of_frozen_rows(request) else public_state()
            request.state = state  # type: ignore[attr-defined]
            etag = _etag(request, state)
            if held := next((each for each in _held(request) if _of_the_state(each) == etag), ""):
                return _unchanged(held, request)
            address = address_of(request)
            reads = READS.count(address)
            answer = self._refused() if reads > settings.API_READS_A_MINUTE else self.get_response(request)
        if answer.status_code == 200:
            # What was stored with its digest says its own.
            answer.setdefault("ETag", _with_version(request, etag))
            answer.setdefault("Cache-Control", KEPT_FOR_A_YEAR if _is_of_a_release(request) else ASKED_AGAIN)
        else:
            answer.setdefault("Cache-Control", "no-store")
        return _counted(answer, reads)

    def _refused(self) -> HttpResponse:
        answer = refusal(
            429,
            "Too many requests",
            f"More than {settings.API_READS_A_MINUTE:,} requests in a minute from one address. Wait for the seconds that"
            " Retry-After names, take up to 1,000 rows at once by `limit`, or take the files at /data/, which aren't limited.",
        )
        answer["Retry-After"] = str(seconds_left())
        return answer


class Compressed:
    """CSV, JSON and pages compressed for whoever takes gzip, with an ETag of its own: it stays a strong one.

    A page isn't where it may hold both a secret and words of the asker's choosing: by its length, whoever makes a browser ask
    often could guess the secret (BREACH). Secrets are what somebody signed in sees, and the token of a form.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if COMPRESSED_ENDING in request.META.get("HTTP_IF_NONE_MATCH", ""):
            request.META["HTTP_IF_NONE_MATCH"] = request.META["HTTP_IF_NONE_MATCH"].replace(COMPRESSED_ENDING, '"')
        if COMPRESSED_ENDING in request.META.get("HTTP_IF_MATCH", ""):
            request.META["HTTP_IF_MATCH"] = request.META["HTTP_IF_MATCH"].replace(COMPRESSED_ENDING, '"')
        answer = self.get_response(request)
        kind = answer.get("Content-Type", "").partition(";")[0]
        if not (kind in COMPRESSIBLE or answer.status_code == 304) or answer.streaming or "Content-Encoding" in answer:
            return answer
        if kind == PAGE and _may_hold_a_secret(request, answer) and _may_repeat(request, answer):
            return answer
        patch_vary_headers(answer, ["Accept-Encoding"])
        if not _takes_gzip(request):
            return answer
        if answer.status_code != 304:
            if len(answer.content) < WORTH_COMPRESSING:  # type: ignore[attr-defined]
                return answer
            answer.content = gzip.compress(answer.content, 6, mtime=0)  # type: ignore[attr-defined]
            answer["Content-Encoding"] = "gzip"
            del answer["Repr-Digest"]  # which is of the bytes as they were
            answer["Content-Length"] = str(len(answer.content))  # type: ignore[attr-defined]
        if answer.get("ETag", "").endswith('"'):
            answer["ETag"] = answer["ETag"][:-1] + COMPRESSED_ENDING
        return answer


def _may_hold_a_secret(request: HttpRequest, answer: HttpResponseBase) -> bool:
    """Whether somebody may be signed in, or a form was given its token, which a cookie goes with."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or bool(answer.cookies)


def _may_repeat(request: HttpRequest, answer: HttpResponseBase) -> bool:
    """Whether words that the asker chose may stand in the answer: of the query or a form, or of an address that leads nowhere."""
    return bool(request.META.get("QUERY_STRING")) or request.method not in READING or answer.status_code != 200


def _etag(request: HttpRequest, state: str) -> str:
    """Of the state, the whole address and what the asker takes; of frozen rows the state is that they are frozen."""
    asked = f"{state} {request.build_absolute_uri()} {request.META.get('HTTP_ACCEPT', '')}"
    return f'"{hashlib.sha256(asked.encode()).hexdigest()[:32]}"'


def _is_of_frozen_rows(request: HttpRequest) -> bool:
    """Rows of a release by its name, and no filter, whose names and codes the register resolves as it stands."""
    return _is_of_a_release(request) and set(request.GET) <= UNFILTERED


def _is_of_a_release(request: HttpRequest) -> bool:
    """Whether the address names the release whose rows it asks for."""
    path = request.path_info
    return bool(FROZEN.match(path)) or bool(PINNABLE.match(path) and "release" in request.GET)


def _held(request: HttpRequest) -> list[str]:
    """The ETags that the asker holds, strong or weakened on the way."""
    return [etag.removeprefix("W/") for etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))]


def _unchanged(etag: str, request: HttpRequest) -> HttpResponse:
    answer = HttpResponseNotModified()
    answer["ETag"] = etag
    answer["Cache-Control"] = KEPT_FOR_A_YEAR if _is_of_a_release(request) else ASKED_AGAIN
    return answer


def _with_version(request: HttpRequest, etag: str) -> str:
    """The ETag, begun with the version of the item that is read: whoever writes it sends that back as If-Match."""
    version = getattr(request, "item_version", None)
    return etag if version is None else f'"{version}-{etag[1:]}'


def _of_the_state(etag: str) -> str:
    """The ETag without a version, which stands still while the state does."""
    return VERSION.sub('"', etag)


def _counted(answer: HttpResponseBase, requests: int) -> HttpResponseBase:
    left = max(settings.API_READS_A_MINUTE - requests, 0)
    answer["RateLimit"] = f'"reads";r={left};t={seconds_left()}'
    return answer


def _lacks_its_slash(path: str) -> bool:
    """Whether something stands at the address with a slash, and nothing without."""
    return not path.endswith("/") and not _leads_somewhere(path) and _leads_somewhere(f"{path}/")


def _leads_somewhere(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _offered(request: HttpRequest) -> str:
    """What the address takes; what any takes where there is none."""
    try:
        found = resolve(request.path_info).func
    except Resolver404:
        return OFFERED
    taken = {name.upper() for name in getattr(found, "actions", None) or {"get": ""}}
    return ", ".join(name for name in METHODS if name in taken | {"OPTIONS"} | ({"HEAD"} if "GET" in taken else set()))


def _options(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["Allow"] = _offered(request)
    answer["Access-Control-Allow-Methods"] = OFFERED
    answer["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    answer["Access-Control-Max-Age"] = A_DAY
    return answer


def _open_to_all(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Expose-Headers"] = EXPOSED
    answer["RateLimit-Policy"] = f'"reads";q={settings.API_READS_A_MINUTE};w={WINDOW}'
    patch_vary_headers(answer, ["Accept"])
    return answer


def _takes_gzip(request: HttpRequest) -> bool:
    for part in request.META.get("HTTP_ACCEPT_ENCODING", "").lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
