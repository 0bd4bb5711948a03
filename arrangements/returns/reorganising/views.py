"""The page on which a reorganisation is asked for, seen, decided, confirmed, and then told as it was done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from arrangements.register.wholes import Choice
from arrangements.returns.reorganising.actions import PlanMoved, reorganise
from arrangements.returns.reorganising.done import done_by
from arrangements.returns.reorganising.facts import every_council, read
from arrangements.returns.reorganising.forms import Choosing
from arrangements.returns.reorganising.known import recorded_reorganisations
from arrangements.returns.reorganising.plan import Plan
from arrangements.returns.reorganising.words import EffectShown, effects_shown, years_shown
from sharedservices.common.errors import RuleBroken
from sharedservices.common.public_notes import note_of

TITLES = {
    "choose": "Record a reorganisation",
    "effect": "What the reorganisation would do",
    "confirm": "Confirm the reorganisation",
    "done": "The reorganisation is recorded",
}
LONGEST_REASON = 500
LONGEST_KEY = 19


@dataclass(frozen=True)
class Group:
    """Arrangements of which the same is to be said."""

    kind: str
    title: str
    done_title: str
    about: str
    effects: tuple[EffectShown, ...] = ()


GROUPS = [
    Group(
        "to-decide",
        "To decide",
        "Decided",
        "Several councils follow a council in these. What is ticked is only proposed: those that are in the arrangement"
        " anyway, or else all.",
    ),
    Group("passes-on", "Pass on", "Pass on", "One council follows, and takes the part on."),
    Group("ends", "End with their partners", "End with their partners", "Fewer than two parties would be left."),
    Group("stays", "Stay as they are", "Stay as they are", "Here everything has passed on already."),
]


def reorganise_page(request: HttpRequest) -> HttpResponse:
    """Step 1 while the address asks for nothing that could be; then the effect, what is chosen, and the deed."""
    _must_may(request)
    councils = every_council()
    choosing = Choosing(request.GET, councils)
    if choosing.act is None:
        known = recorded_reorganisations(councils)
        return _page(request, "choose", choosing=choosing, known=known, errors=list(choosing.all_errors()))
    plan = Plan(read(choosing.act, councils), chosen_in(request.POST))
    deed = request.POST.get("deed", "")
    if request.POST.get("fingerprint", plan.fingerprint) != plan.fingerprint:
        return _effect(request, plan, PlanMoved(plan).messages)
    if deed not in {"confirm", "do"}:
        return _effect(request, plan, judged=deed == "look")
    if plan.refusals():
        return _effect(request, plan, ["Not everything that was chosen can be. What is wrong is said beside it."], judged=True)
    if deed == "confirm":
        return _page(request, "confirm", **_shown(plan), reason=plan.default_reason, longest=LONGEST_REASON)
    return _do(request, plan)


def reorganised_page(request: HttpRequest, act: UUID) -> HttpResponse:
    """What one reorganisation did, told from the trail."""
    _must_may(request)
    done = done_by(act)
    if done is None:
        raise Http404
    sections = [("Councils", done.councils), ("Arrangements", done.arrangements), ("Returns", done.returns)]
    return _page(request, "done", done=done, sections=sections)


def chosen_in(sent: QueryDict) -> dict[int, Choice]:
    """The choice for each part that the form showed; nothing ticked is a choice too."""
    keys = [name.removeprefix("shown-") for name in sent if name.startswith("shown-")]
    return {
        int(key): Choice(tuple(sent.getlist(f"takes-{key}")), sent.get(f"first-{key}", ""))
        for key in keys
        if key.isdecimal() and len(key) < LONGEST_KEY
    }


def _must_may(request: HttpRequest) -> None:
    if not request.user.has_perm("councils.change_council"):
        raise PermissionDenied


def _do(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Do what was confirmed and go to what was done; or show it anew, with the reason why it wasn't."""
    succeeding = plan.facts.succeeding
    by_code = succeeding.councils
    try:
        done = reorganise(
            predecessors={by_code[code]: [by_code[each] for each in some] for code, some in succeeding.follows.items()},
            successors=succeeding.following(),
            first_day=succeeding.first_day,
            choices=plan.all_choices(),
            user=request.user,
            reason=request.POST.get("reason", "").strip()[:LONGEST_REASON],
            public_note=note_of(request)[:LONGEST_REASON],
            fingerprint=plan.fingerprint,
        )
    except PlanMoved as moved:
        return _effect(request, moved.plan, moved.messages)
    except RuleBroken as refusal:
        # What the deed wrote was taken back; the councils in memory may say otherwise.
        councils = every_council()
        act = Choosing(request.GET, councils).act
        return _effect(request, Plan(read(act, councils), plan.choices) if act else plan, refusal.messages, judged=True)
    return HttpResponseRedirect(reverse("admin:reorganised", args=[done.act]))


def _effect(request: HttpRequest, plan: Plan, notices: list[str] | None = None, judged: bool = False) -> HttpResponse:
    again = request.GET.copy()
    again["step"] = "again"
    return _page(request, "effect", **_shown(plan, judged), notices=notices or [], again=again.urlencode())


def _shown(plan: Plan, judged: bool = True) -> dict[str, Any]:
    effects = effects_shown(plan, judged)
    groups = [replace(each, effects=tuple(one for one in effects if one.kind == each.kind)) for each in GROUPS]
    return {
        "plan": plan,
        "succeeding": plan.facts.succeeding,
        "groups": groups,
        "summary": _summary(groups),
        "parts": [part for each in effects for part in each.parts],
        "years": years_shown(plan),
        "of_returns": plan.refusals_of_returns(),
        "has_any": plan.changes_anything(),
    }


def _summary(groups: list[Group]) -> str:
    """How many arrangements of each kind, in a line."""
    told = [f"{each.title.lower()}: {len(each.effects)}" for each in groups if each.effects]
    return f"Arrangements: {', '.join(told)}." if told else "No arrangement goes on with any of these councils."


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": TITLES[name], **context}
    return TemplateResponse(request, f"admin/reorganise/{name}.html", context)
