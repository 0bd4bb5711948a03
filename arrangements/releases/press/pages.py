"""The desk's page of an answer: drafted from what the analyst looked at, copied and logged in one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.press.actions import MAY_ANSWER, log_answer
from arrangements.releases.press.drafting import Draft, from_figure, from_list, from_sentence
from arrangements.releases.press.models import LONGEST_ANSWER, LONGEST_QUESTION
from sharedservices.common.errors import RuleBroken
from sharedservices.common.filters import BadFilters

Drafting = Callable[[Release], Draft]


class AnswerForm(forms.Form):
    """What was asked, by whom, and what is answered."""

    question = forms.CharField(
        max_length=LONGEST_QUESTION, label="What was asked", widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write what was asked."},
    )  # fmt: skip
    outlet = forms.CharField(max_length=200, required=False, label="Who asked", help_text="Stays inside the LGA.")
    answer = forms.CharField(
        max_length=LONGEST_ANSWER, label="Answer", widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Change the words as you like; the figures stay as the register shows them.",
        error_messages={"required": "Write the answer."},
    )  # fmt: skip


def answer_with_list(request: HttpRequest, slug: str) -> HttpResponse:
    """`/admin/press/2013-14.r1/list/?service=ict&county=kent`: about a filtered list of frozen arrangements."""
    return _answer(request, slug, lambda release: from_list(request, release))


def answer_with_figure(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/admin/press/2013-14.r1/figure/savings-total/`: with one figure."""
    figures = ReleasedFigure.objects.visible_to(request.user)
    return _answer(request, slug, lambda release: from_figure(request, release, get_object_or_404(figures.of(release), key=key)))


def answer_with_sentence(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/admin/press/2013-14.r1/sentence/growth/`: with a sentence of the press page."""
    return _answer(request, slug, lambda release: from_sentence(request, release, key))


def _answer(request: HttpRequest, slug: str, drafting: Drafting) -> HttpResponse:
    if not request.user.has_perm(MAY_ANSWER):
        raise PermissionDenied
    releases = Release.objects.visible_to(request.user).select_related("year", "compared_with__year")
    release = get_object_or_404(releases, slug=slug)
    try:
        draft = drafting(release)
    except BadFilters as refusal:
        faults = [problem["message"] for problem in refusal.problems]
        return _page(request, "admin/chasing_refused.html", status=400, title="Answer", faults=faults)
    form = AnswerForm(request.POST or None, initial={"question": draft.question, "answer": draft.answer})
    if request.method == "POST" and form.is_valid():
        try:
            logged = log_answer(draft=draft, user=request.user, **form.cleaned_data)
        except RuleBroken as refusal:
            for message in refusal.messages:
                form.add_error(None, message)
        else:
            messages.success(request, "The answer is logged with its figures.")
            return HttpResponseRedirect(logged.get_absolute_url())
    return _page(request, "admin/press_answer.html", title=f"Answer from {release}", release=release, draft=draft, form=form)


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)
