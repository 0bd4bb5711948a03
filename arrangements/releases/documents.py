"""The documents of a release's figures: composed once, when it is prepared, and then the same bytes for ever.

Each figure has two: `savings-total.json`, which the API answers too, and `savings-total.html`, a page of its own. They know
nothing that may change later: no address of a host, no style of the day, not whether a later revision is out.
"""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from arrangements.releases.api import FigureInputsSerializer
from arrangements.releases.models import Release, ReleasedDocument, ReleasedFigure
from sharedservices.common.api import LICENCE

JSON, HTML = "application/json", "text/html; charset=utf-8"
# Unlike the pages' style sheets it has one address for ever.
STYLE = "css/document.css"


def write_documents(release: Release, figures: list[ReleasedFigure]) -> None:
    """Store two documents for each of the release's figures."""
    ReleasedDocument.objects.bulk_create(
        _document(figure, f"{figure.key}.{ending}", media_type, content.encode())
        for figure in figures
        for ending, media_type, content in (("json", JSON, _json(release, figure)), ("html", HTML, _html(release, figure)))
    )


def _json(release: Release, figure: ReleasedFigure) -> str:
    """The API's answer, with addresses from the root on."""
    document = {
        "data": FigureInputsSerializer(figure, context={"request": None}).data,
        "meta": {"count": 1, "release": release.slug, "licence": LICENCE},
        "links": {
            "self": reverse("api-release-figures-detail", args=[release.slug, figure.key]),
            "inputs": reverse("api-release-figure-inputs", args=[release.slug, figure.key]),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _html(release: Release, figure: ReleasedFigure) -> str:
    shown = {"release": release, "figure": figure, "style": f"{settings.STATIC_URL}{STYLE}"}
    return render_to_string("releases/figure_document.html", shown)


def _document(figure: ReleasedFigure, name: str, media_type: str, content: bytes) -> ReleasedDocument:
    return ReleasedDocument(
        release_id=figure.release_id,
        figure=figure,
        name=name,
        media_type=media_type,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
