"""The press page: a release in sentences, each with the rows behind its numbers and ready to be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import View

from arrangements.register.models import Service
from arrangements.releases.models import Release
from arrangements.releases.press.citing import address_of, quotation, source
from arrangements.releases.press.reading import ASKED_FIRST, figures_of, sections_of
from arrangements.releases.press.sentences import Figures, Sentence
from arrangements.releases.press.told import Section
from arrangements.releases.views import release_or_404
from arrangements.returns.models import FinancialYear
from sharedservices.common.filters import BadFilters, OneObject, StrictFilterSet
from sharedservices.common.listing import refused


class PressQuestion(StrictFilterSet):
    """Which service is asked about."""

    service = OneObject(
        queryset=Service.objects.all(), method="as_asked", label="Service", help_text="Where it is shared, and by whom."
    )

    class Meta:
        fields: Sequence[str] = []

    def as_asked(self, releases: Any, name: str, value: Any) -> Any:
        """Nothing is narrowed: the value is read by name."""
        return releases

    @property
    def asked_about(self) -> Service | None:
        """The service chosen, or else the one that is asked about first; None where the register has none at all."""
        services: list[Service] = self.form.fields["service"].objects  # type: ignore[attr-defined]
        first = next((each for each in services if each.slug == ASKED_FIRST), services[0] if services else None)
        return self.chosen("service") or first


class PressPage(View):
    """`/releases/2013-14.r1/press/`: what the release says."""

    http_method_names = ["get", "head", "options"]

    @cached_property
    def release(self) -> Release:
        """The release named in the address."""
        return release_or_404(self.request, self.kwargs["slug"])

    @property
    def plain_address(self) -> str:
        """The same as plain text."""
        return reverse("press-text", args=[self.release.slug])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        release = self.release
        question = PressQuestion(request.GET, queryset=Release.objects.none(), request=request)
        try:
            question.refuse_bad()
        except BadFilters as refusal:
            return refused(request, refusal)
        service = question.asked_about
        if service is None:
            raise Http404
        figures = figures_of(release)
        return self.answer(question, figures, sections_of(release, service, figures))

    def answer(self, question: PressQuestion, figures: Figures, sections: list[Section]) -> HttpResponse:
        """The page."""
        context = {
            "filter": question,
            "release": self.release,
            "sections": [(section, [self._quoted(each, figures) for each in section.sentences]) for section in sections],
            "plain_address": self.plain_address,
        }
        return render(self.request, "releases/press.html", context)

    def _quoted(self, sentence: Sentence, figures: Figures) -> dict[str, Any]:
        """A sentence as the page shows it: with what is copied, and the figures that say how it is counted."""
        address = address_of(self.request, self.release, sentence.below)
        return {
            "sentence": sentence,
            "quotation": quotation(sentence.text, self.release, address),
            "counted": [figures.found[key] for key in sentence.figures],
        }


class PressText(PressPage):
    """`/releases/2013-14.r1/press.txt`: the same sentences to be read as plain text."""

    def answer(self, question: PressQuestion, figures: Figures, sections: list[Section]) -> HttpResponse:
        """The text: a line for each sentence, and under it the address of its figure or list."""
        release = self.release
        lines = [f"What the release says: {release}", source(release, address_of(self.request, release, "press/"))]
        for section in sections:
            lines += ["", section.heading.upper(), section.note]
            for sentence in section.sentences:
                lines += ["", sentence.text, address_of(self.request, release, sentence.below)]
        return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class OfYear:
    """Mixed into either: `/years/2013-14/press/` is that of the year's latest public release."""

    kwargs: dict[str, Any]

    @cached_property
    def release(self) -> Release:
        """The latest public release of the year; none, none."""
        year = get_object_or_404(FinancialYear, slug=self.kwargs["slug"])
        releases = Release.objects.published().of_year(year).with_superseded().newest_first()
        latest = releases.select_related("year", "compared_with__year").first()
        if latest is None:
            raise Http404
        return latest

    @property
    def plain_address(self) -> str:
        """The same as plain text."""
        return reverse("year-press-text", args=[self.kwargs["slug"]])


class YearPress(OfYear, PressPage):
    """`/years/2013-14/press/`: what the year's latest release says."""


class YearPressText(OfYear, PressText):
    """`/years/2013-14/press.txt`: the same as plain text."""
