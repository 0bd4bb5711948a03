"""How a sentence is quoted: its words, the release, its date and the address that holds them for ever."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from arrangements.releases.models import Release, ReleasedFigure
from sharedservices.common.periods import spelled

AS_REPORTED = "reported by councils, not audited"
MADE_UP = "Demonstration: illustrative amounts."


def address_of(request: HttpRequest, release: Release, below: str) -> str:
    """The whole address of something below a release."""
    return request.build_absolute_uri(release.get_absolute_url() + below)


def said_of(figure: ReleasedFigure, release: Release) -> str:
    """A figure alone, in a line: Reported savings, 2013/14: £357 million."""
    return f"{figure.label}, {release.year}: {figure.display}."


def source(release: Release, address: str) -> str:
    """Where it stands: Shared Services Register, 2013/14, revision 1 (2013-14.r1), published 20 May 2014."""
    when = f"published {spelled(release.published_at)}" if release.published_at and release.is_public() else "not yet published"
    made_up = f" {MADE_UP}" if settings.REGISTER_DEMONSTRATION else ""
    return f"Source: Shared Services Register, {release} ({release.slug}), {when}; {AS_REPORTED}.{made_up} {address}"


def quotation(text: str, release: Release, address: str) -> str:
    """What is copied: the sentence, then its source on a line of its own."""
    return f"{text}\n{source(release, address)}"
