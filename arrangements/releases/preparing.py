"""The page where a year is prepared: its gates, what its figures would be, and the deed itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from arrangements.releases import actions, waiving
from arrangements.releases.gate_facts import Facts, read_facts
from arrangements.releases.gates import gates_from
from arrangements.releases.models import LONGEST_REASON, Release, ReleasedFigure
from arrangements.releases.tables import HEADLINES, by_key
from arrangements.releases.vocabulary import WAIVABLE, ReleaseKind
from arrangements.returns.models import FinancialYear
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import today

MOST_ERRORS = 20
MOVED = [key for key in HEADLINES if not key.endswith("-change")] + ["arrangements-outcome:not_returned"]


class PrepareForm(forms.Form):
    """What to prepare."""

    year = forms.ModelChoiceField(FinancialYear.objects.all(), label="Financial year", widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=ReleaseKind.choices, label="How settled it is")
    public_note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}), required=False, max_length=5000, label="Public note",
        help_text="What moved and why, in words for everyone. A revision needs one.",
    )  # fmt: skip


@dataclass
class Asked:
    """What a person sent, and what came of it: a form to be filled in again, or a gate and why it wasn't waived."""

    form: PrepareForm | None = None
    gate: str = ""
    reason: str = ""
    refusals: list[str] = field(default_factory=list)

    @property
    def leads_to(self) -> str:
        """The gate whose reason was refused, if it is one that has a reason."""
        return self.gate if self.gate in WAIVABLE else ""


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """`/admin/arrangements/release/add/?year=2013-14`: the gates of the year asked for, or else of the one in collection."""
    years = list(FinancialYear.objects.order_by("-starts_on"))
    asked = Asked()
    if request.method == "POST":
        done = _do(request, asked)
        if done:
            return HttpResponseRedirect(done)
    year = _shown(request, years)
    context |= {"title": f"Prepare a release: {year}" if year else "Prepare a release", "years": years, "year": year}
    if year is not None:
        context |= _standing(year, asked)
    context |= {"asked": asked, "longest_reason": LONGEST_REASON}
    return TemplateResponse(request, "admin/prepare_release.html", context)


def _shown(request: HttpRequest, years: Sequence[FinancialYear]) -> FinancialYear | None:
    """The year sent or asked for; otherwise the latest whose collection has opened."""
    sent, slug = request.POST.get("year", ""), request.GET.get("year", "")
    named = (each for each in years if (str(each.pk) == sent if sent else each.slug == slug))
    opened = (each for each in years if each.opens_on and each.opens_on <= today())
    return next(named, None) or next(opened, None)


def _standing(year: FinancialYear, asked: Asked) -> dict[str, Any]:
    """The gates, the figures as they would be frozen, and the form. Six queries, one more where something was released."""
    last = Release.objects.of_year(year).order_by("-revision").first()
    if last is not None:
        last.year = year
    facts = read_facts(year, last)
    first = {"year": year.pk, "kind": actions.usual_kind(last)}
    gates, lists = gates_from(facts), _lists(year)
    return {
        "last": last,
        "is_collected": bool(facts.returns),
        "operates": bool(facts.rows.arrangements),
        "gates": gates,
        "open_gates": [gate for gate in gates if gate.is_open],
        "waived_gates": [gate for gate in gates if gate.is_waived],
        "figures": list(_figures(facts, last)),
        "form": asked.form or PrepareForm(initial=first),
        "gates_with_lists": [(gate, lists.get(gate.name, "")) for gate in gates],
    }


def _figures(facts: Facts, last: Release | None) -> Any:
    """Each headline figure: its name, as last released, as it would be frozen, and whether the two differ."""
    now = {figure.key: figure for figure in facts.figures}
    then = by_key(ReleasedFigure.objects.of(last).filter(key__in=MOVED)) if last else {}
    for key in MOVED:
        if figure := now.get(key):
            before = then.get(key)
            yield {"label": figure.label, "before": before, "now": figure, "moves": before and before.value != figure.value}


def _lists(year: FinancialYear) -> dict[str, str]:
    """Where all that is behind a gate is listed, by the gate's name."""
    changelist = "admin:arrangements_{}_changelist".format
    return {
        "returns": f"{reverse('admin:chasing')}?year={year.slug}",
        "accepting": f"{reverse(changelist('annualreturn'))}?year__id__exact={year.pk}&state__exact=submitted",
        "queries": f"{reverse(changelist('query'))}?annual_return__year__id__exact={year.pk}",
        "flags": f"{reverse(changelist('flag'))}?annual_return__year__id__exact={year.pk}&state__exact=open",
    }


def _do(request: HttpRequest, asked: Asked) -> str | None:
    """Do what was sent; where to go next, or None where it was refused and `asked` says why."""
    deed = request.POST.get("deed", "prepare")
    if deed == "prepare":
        return _prepare(request, asked)
    asked.gate, asked.reason = request.POST.get("gate", ""), request.POST.get("reason", "")
    year = FinancialYear.objects.filter(pk__in=[key for key in [request.POST.get("year", "")] if key.isdecimal()]).first()
    if year is None:
        asked.refusals = ["Choose a financial year of the list."]
        return None
    try:
        if deed == "waive":
            seen = request.POST.get("seen", "")
            waiver: Any = waiving.waive(year=year, gate=asked.gate, reason=asked.reason, seen=seen, user=request.user)
            messages.success(request, f"{waiver.get_gate_display()}: waived. The reason is published with the release.")
        elif deed == "withdraw":
            waiving.withdraw(year=year, gate=asked.gate, user=request.user)
            messages.success(request, "The waiver is withdrawn. The gate is open again for what is behind it.")
        else:
            asked.refusals = ["Nothing was done: press one of the buttons of this page."]
            return None
    except RuleBroken as refusal:
        asked.refusals = refusal.messages
        return None
    return f"{request.path}?year={year.slug}"


def _prepare(request: HttpRequest, asked: Asked) -> str | None:
    asked.form = PrepareForm(request.POST)
    if not asked.form.is_valid():
        return None
    try:
        release = actions.prepare(user=request.user, **asked.form.cleaned_data)
    except RuleBroken as refusal:
        for message in refusal.messages[:MOST_ERRORS]:
            asked.form.add_error(None, message)
        return None
    messages.success(request, f"{release} is prepared. Another person approves it.")
    return reverse("admin:arrangements_release_change", args=[release.pk])
