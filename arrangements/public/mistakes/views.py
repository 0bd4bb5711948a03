"""The form by which a reader reports a mistake: two fields, no account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from arrangements.public.arrangement_page import arrangement_or_404
from arrangements.public.council_page import council_or_404
from arrangements.public.mistakes.actions import report_mistake
from arrangements.public.mistakes.models import KEPT, LONGEST_TEXT
from arrangements.register.models import Arrangement
from councils.models import Council
from sharedservices.common.throttle import address_of

SHORTEST_TEXT = 10
# From one address; nobody finds more mistakes than that in an hour.
MOST_AN_HOUR, HOUR = 10, 60 * 60


class MistakeForm(forms.Form):
    """What is wrong, and where to answer if an answer is wanted."""

    text = forms.CharField(
        label="What is wrong, and what would be right?",
        help_text="Say where you know it from, if you can. Leave out names of people.",
        min_length=SHORTEST_TEXT,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Say what is wrong, in ten letters or more.",
            "min_length": "Say what is wrong, in ten letters or more.",
            "max_length": f"Say it in {LONGEST_TEXT:,} letters or fewer.",
        },
    )
    reply_to = forms.EmailField(
        label="Your email address, if you want an answer",
        help_text=f"Used for that alone. It is deleted with your report after {KEPT.days} days.",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Give an email address like name@example.org, or leave this empty."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def arrangement_mistake(request: HttpRequest, reference: str) -> HttpResponse:
    """`/arrangements/SSR-0001/mistake/`."""
    arrangement = arrangement_or_404(request, reference)
    return _answer(request, arrangement, ("Arrangements", "/arrangements/", arrangement.reference))


@require_http_methods(["GET", "HEAD", "POST"])
def council_mistake(request: HttpRequest, slug: str) -> HttpResponse:
    """`/councils/<slug>/mistake/`."""
    council = council_or_404(request, slug)
    return _answer(request, council, ("Councils", "/councils/", council.short_name))


def _answer(request: HttpRequest, record: Arrangement | Council, above: tuple[str, str, str]) -> HttpResponse:
    form = MistakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _too_many(request):
            return _too_often(request)
        report_mistake(record=record, **form.cleaned_data)
        messages.success(request, "Thank you. The mistake you reported is with the register’s analysts.")
        return HttpResponseRedirect(record.get_absolute_url())
    context: dict[str, Any] = {"form": form, "record": record, "above": above, "days": KEPT.days}
    return render(request, "public/mistake.html", context)


def _too_many(request: HttpRequest) -> bool:
    """Whether this address has reported as much as one may in an hour; counted in the database, for all processes."""
    key = f"mistakes-{address_of(request)}"
    if cache.add(key, 1, HOUR):
        return False
    try:
        return cache.incr(key) > MOST_AN_HOUR
    except ValueError:  # it has just expired
        return False


def _too_often(request: HttpRequest) -> HttpResponse:
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(HOUR)
    return answer
