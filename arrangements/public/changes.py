"""What changed in the register: the page and the Atom feed, from the latest change back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.generic import View

from arrangements.public.facts import ARRANGEMENTS, COUNCILS, OF_RELEASES, RELEASES, Place
from arrangements.public.telling import PublicChange, changes_before
from arrangements.releases.models import Release
from sharedservices.common.atom import Entry, Feed, atom
from sharedservices.common.filters import BadFilters, OneChosen, StrictFilterSet
from sharedservices.common.listing import refused
from sharedservices.common.today import now

CHANGES_A_PAGE = 50
BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)


class ChangesQuestion(StrictFilterSet):
    """Of what."""

    about = OneChosen(
        choices=[(ARRANGEMENTS, "Arrangements and who takes part"), (COUNCILS, "Councils and bodies"), (RELEASES, "Releases")],
        method="as_asked",
        label="Of what",
    )

    class Meta:
        fields: Sequence[str] = []

    def as_asked(self, releases: Any, name: str, value: Any) -> Any:
        """Nothing is narrowed: the value is read by name."""
        return releases


class RegisterChanges(View):
    """`/changes/`: every public change of the register, the latest first; those before one with `before`."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        question = ChangesQuestion(request.GET, queryset=Release.objects.none(), request=request, also_known=("before",))
        try:
            question.refuse_bad()
            place = read_place(question.given.get("before"))
        except BadFilters as refusal:
            return refused(request, refusal)
        about = question.chosen("about") or ""
        found = changes_before(place, CHANGES_A_PAGE + 1, now=now(), about=about)
        shown = found[:CHANGES_A_PAGE]
        earlier = written(shown[-1].place) if len(found) > CHANGES_A_PAGE else None
        asked = {"about": about} if about else {}
        return self.answer(question, shown, urlencode({**asked, "before": earlier}) if earlier else "")

    def answer(self, question: ChangesQuestion, changes: list[PublicChange], earlier: str) -> HttpResponse:
        """The page: what was written at one moment stands together."""
        acts = [(key, list(group)) for key, group in groupby(changes, key=lambda each: (each.at, each.subject, each.link))]
        context = {
            "filter": question,
            "acts": [
                {"at": at, "subject": subject, "link": link, "note": group[0].note, "changes": group}
                for (at, subject, link), group in acts
            ],
            "earlier": earlier,
            "is_first": "before" not in question.given,
        }
        return render(self.request, "public/changes.html", context)


class RegisterChangesAtom(RegisterChanges):
    """`/changes.atom`: the same, an entry for each change."""

    def answer(self, question: ChangesQuestion, changes: list[PublicChange], earlier: str) -> HttpResponse:
        asked = f"/{question.chosen('about')}" if question.chosen("about") else ""
        feed = Feed(
            key=f"changes{asked}",
            title="What changed in the Shared Services Register",
            subtitle="Arrangements, who takes part in them, councils, and releases",
            page=reverse("changes"),
            at=changes[0].at if changes else BEGINNING,
            entries=[_entry(each) for each in changes],
            following=f"{reverse('changes-atom')}?{earlier}" if earlier else None,
        )
        return atom(self.request, feed)


def _entry(change: PublicChange) -> Entry:
    return Entry(
        key=f"changes/{change.name}",
        title=change.title,
        link=change.link or reverse("changes"),
        at=change.at,
        html=render_to_string("public/_change.html", {"change": change, "note": change.note}),
    )


def written(place: Place) -> str:
    """A place as it stands in an address."""
    at, number, key = place
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{number}~{key}"


def read_place(text: str | None) -> Place | None:
    """A place from an address; `BadFilters` for one that the register never gave."""
    if text is None:
        return None
    moment, *numbers = text.split("~")
    try:
        at = parse_datetime(moment)
        if at is None or at.tzinfo is None or [each for each in numbers if not (each.isascii() and each.isdigit())]:
            raise ValueError(text)
        number, key = (int(each[:18]) for each in numbers)
    except (ValueError, OverflowError) as error:
        message = "before: this is no place that the register gave. Start without it, and follow “Earlier changes”."
        raise BadFilters([{"name": "before", "value": text[:60], "message": message}]) from error
    return at, min(number, OF_RELEASES), key
