"""Serving what is promised: files and figure documents at permanent addresses, byte for byte, each with its digest."""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from arrangements.releases.models import Promised, Release, ReleasedDocument, ReleasedFile
from arrangements.releases.views import release_or_404

FOR_EVER = "public, max-age=31536000, immutable"
NOT_YET = "private, no-store"


@require_safe
def file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """`/releases/2013-14.r1/files/arrangements.csv`: the bytes written when the release was prepared."""
    release = release_or_404(request, slug)
    stored = get_object_or_404(ReleasedFile.objects.of(release), name=name)
    answer = as_promised(request, release, stored)
    answer["Content-Disposition"] = f'attachment; filename="{release.slug}-{stored.name}"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def document(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """`/releases/2013-14.r1/figures/savings-total.json` or `.html`: a figure's document as it was published."""
    release = release_or_404(request, slug)
    return as_promised(request, release, get_object_or_404(ReleasedDocument.objects.of(release), name=name))


@require_safe
def digests(request: HttpRequest, slug: str) -> HttpResponse:
    """`/releases/2013-14.r1/SHA256SUMS`: the digest of every file and document, as `sha256sum --check` reads them."""
    release = release_or_404(request, slug)
    lines = [
        f"{sha256}  {folder}/{name}\n"
        for folder, stored in (("figures", ReleasedDocument), ("files", ReleasedFile))
        for name, sha256 in stored.objects.of(release).order_by("name").values_list("name", "sha256")
    ]
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": _life(release)})


def as_promised(request: HttpRequest, release: Release, stored: Promised) -> HttpResponse:
    """The stored bytes, or that they haven't changed.

    That a later revision is out stands in a `Link` header: the document itself never says what wasn't known then.
    """
    answer = HttpResponse(bytes(stored.content), content_type=stored.media_type)
    answer["ETag"] = etag = f'"{stored.sha256}"'
    answer["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(stored.sha256)).decode()}:"
    answer["Cache-Control"] = _life(release)
    if isinstance(stored, ReleasedDocument):
        answer["Link"] = ", ".join(_links(release, stored))
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _life(release: Release) -> str:
    return FOR_EVER if release.is_public() else NOT_YET


def _links(release: Release, stored: ReleasedDocument) -> list[str]:
    key = stored.name.rpartition(".")[0]
    links = [_link("figure", release.slug, key, "version-history")]
    latest: Any = Release.objects.current().filter(year=release.year_id, figures__key=key).first()
    if latest is not None and latest.revision > release.revision:
        links.append(_link("figure", latest.slug, key, "latest-version"))
    return links


def _link(page: str, slug: str, key: str, relation: str) -> str:
    return f'<{reverse(page, args=[slug, key])}>; rel="{relation}"'
