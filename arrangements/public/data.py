"""Open data: every file with its size and SHA-256, for people at `/data/` and for programs at `/data/files.json`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from arrangements.public.register_files import content_of, listing
from arrangements.releases.models import Release, ReleasedFile
from arrangements.releases.openfiles import DESCRIPTION
from arrangements.releases.promised import FOR_EVER
from sharedservices.common.api import LICENCE


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """`/data/`: the files of the latest release and of the register as it stands."""
    release, register = Release.objects.latest(), listing()
    return render(
        request,
        "public/data.html",
        {
            "release": release,
            "released": ReleasedFile.objects.of(release).defer("content").order_by("name") if release else [],
            "register": register,
            "taken_at": datetime.fromisoformat(register["taken_at"]),
            "address": request.build_absolute_uri("/").rstrip("/"),
        },
    )


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """`/data/files.json`: every file there is, of all public releases and of the register as it stands."""
    register = listing()
    document = {
        "data": [
            *(_listed(request, file, "register", _register_address(register, file["name"])) for file in register["files"]),
            *(_released(request, file) for file in _of_releases()),
        ],
        "meta": {"register_taken_at": register["taken_at"], "licence": LICENCE},
        "links": {"self": request.build_absolute_uri()},
    }
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, no-cache"
    return response


def _of_releases() -> Any:
    """The files of public releases, the newest first, less the bytes."""
    of_public = ReleasedFile.objects.filter(release__in=Release.objects.published()).select_related("release__year")
    return of_public.defer("content").order_by("-release__year__starts_on", "-release__revision", "name")


def _released(request: HttpRequest, file: ReleasedFile) -> dict[str, Any]:
    facts = {"name": file.name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256}
    return _listed(request, facts, file.release.slug, reverse("released-file", args=[file.release.slug, file.name]))


def _listed(request: HttpRequest, file: dict[str, Any], of: str, address: str) -> dict[str, Any]:
    return {"of": of, **file, "is_description": file["name"] == DESCRIPTION, "href": request.build_absolute_uri(address)}


def _register_address(register: dict[str, Any], name: str) -> str:
    return reverse("register-file", args=[register["id"], name])


@require_safe
def register_file(request: HttpRequest, files_id: str, name: str) -> HttpResponse:
    """`/data/register/<id>/arrangements.csv`: bytes that the id names; they are kept for a week after their last making."""
    known = {file["name"]: file for file in listing()["files"]}
    content = content_of(files_id, name)
    if content is None or name not in known:
        raise Http404
    response = HttpResponse(content, content_type=known[name]["media_type"])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["ETag"] = etag = f'"{files_id}-{name}"'
    response["Cache-Control"] = FOR_EVER
    return get_conditional_response(request, etag=etag, response=response) or response
