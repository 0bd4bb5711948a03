"""What a return's page does with its flags when it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from arrangements.returns.followup import actions
from arrangements.returns.followup.models import Flag
from arrangements.returns.followup.shown import staff
from arrangements.returns.followup.vocabulary import FlaggedField
from arrangements.returns.models import AnnualReturn
from sharedservices.common.errors import RuleBroken

DEEDS = {"flag", "flag-comment", "flag-assign", "flag-close", "flag-waive"}


def is_about_flags(request: HttpRequest) -> bool:
    """Whether the page was sent for one of these deeds."""
    return request.POST.get("deed") in DEEDS


def carries_answers(request: HttpRequest) -> bool:
    """Whether answers that were typed and not saved came along (static/js/flags.js), to be shown again."""
    return is_about_flags(request) and "answers_came_along" in request.POST


def do(request: HttpRequest, annual_return: AnnualReturn) -> bool:
    """Do the deed; True if the page is to be read anew. False keeps what was typed: unsaved answers, or a deed refused."""
    deed = request.POST["deed"]
    if not request.user.has_perm("arrangements.add_flag" if deed == "flag" else "arrangements.change_flag"):
        raise PermissionDenied
    try:
        messages.success(request, _flag(request, annual_return) if deed == "flag" else _take_on(request, annual_return, deed))
    except RuleBroken as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return False
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    return not carries_answers(request)


def _flag(request: HttpRequest, annual_return: AnnualReturn) -> str:
    posted = request.POST
    arrangement = None
    if asked := posted.get("arrangement", ""):
        arrangement = annual_return.lines().filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
        if arrangement is None:
            raise RuleBroken("Choose a line of this return for the flag.")
    field = posted.get("field", "")
    if field not in ["", *FlaggedField.values]:
        raise RuleBroken(f"“{field[:40]}” is no part of an answer. Choose {', '.join(FlaggedField.labels)}, or the whole line.")
    raised = actions.flag(
        annual_return=annual_return,
        arrangement=arrangement,
        field=field,
        text=posted.get("said", ""),
        assigned_to=_chosen(posted.get("assigned_to", "")),
        user=request.user,
    )
    return f"Flagged for follow-up: {raised.arrangement or annual_return}."


def _take_on(request: HttpRequest, annual_return: AnnualReturn, deed: str) -> str:
    posted, user = request.POST, request.user
    key, said = posted.get("flag", ""), posted.get("said", "")
    flagged = Flag.objects.filter(annual_return=annual_return, pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if flagged is None:
        raise RuleBroken("This return has no such flag.")
    if deed == "flag-assign":
        to = _chosen(posted.get("assigned_to", ""))
        actions.assign(flagged=flagged, to=to, user=user)
        return f"The flag is assigned to {to}." if to else "The flag is assigned to nobody."
    if deed == "flag-comment":
        actions.comment(flagged=flagged, text=said, user=user)
        return "The comment is added."
    if deed == "flag-close":
        actions.close(flagged=flagged, reason=said, user=user)
        return "The flag is closed."
    actions.waive(flagged=flagged, reason=said, user=user)
    return "The flag is waived: it no longer holds up the release."


def _chosen(key: str) -> Any:
    """The one to assign to; None for nobody."""
    if not key:
        return None
    found = staff().filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if found is None:
        raise RuleBroken("Choose somebody of the LGA’s staff to assign the flag to.")
    return found
