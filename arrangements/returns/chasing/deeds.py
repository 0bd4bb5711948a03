"""What the chasing page does when it is sent: draft, save, approve and send, cancel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from arrangements.returns.chasing import actions
from arrangements.returns.chasing.drafts import Drafts
from arrangements.returns.chasing.filters import listed_for
from arrangements.returns.chasing.models import Reminder
from sharedservices.common.errors import RuleBroken
from sharedservices.common.filters import BadFilters
from sharedservices.common.versioned_admin import one_or_404

NAMED = 8  # councils named in a message; the list shows the others


def may(request: HttpRequest, permission: str) -> bool:
    return request.user.has_perm(f"arrangements.{permission}")


def must_may(request: HttpRequest, *permissions: str) -> None:
    if not all(may(request, permission) for permission in permissions):
        raise PermissionDenied


def do(request: HttpRequest) -> Drafts | None:
    """Do the deed that was asked for. What was typed comes back, to be shown again, where it was not stored."""
    deed, _, key = request.POST.get("deed", "").partition(":")
    if deed in ("draft", "draft-all"):
        must_may(request, "add_reminder")
        _draft(request, everything=deed == "draft-all")
        return None
    must_may(request, "change_reminder")
    if deed in ("save", "approve", "approve-all"):
        return _save_and_send(request, deed, key)
    if deed in ("cancel", "went-out", "not-gone"):
        _settle(request, deed, key)
        return None
    messages.error(request, "The form names no deed that the register knows. Nothing was done.")
    return None


def _draft(request: HttpRequest, *, everything: bool) -> None:
    try:
        _, listed = listed_for(request)
    except BadFilters as refusal:
        for problem in refusal.problems:
            messages.error(request, problem["message"])
        return
    ticked = set(request.POST.getlist("return"))
    chosen = [row for row in listed if row.is_outstanding] if everything else [row for row in listed if str(row.pk) in ticked]
    if not chosen:
        nobody = "No return listed is outstanding." if everything else "Tick the councils to write to first."
        messages.error(request, f"{nobody} No reminder was drafted.")
        return
    site = request.build_absolute_uri("/")
    drafted = actions.draft_reminders(returns=chosen, user=request.user, site=site)
    if drafted.reminders:
        held = f"{_counted(len(drafted.reminders), 'reminder is', 'reminders are')} drafted and held for approval."
        messages.success(request, f"{held} Nothing has been sent.")
    if drafted.without_contact:
        messages.warning(request, _no_contact(drafted.without_contact))
    for left_out, why in [
        (drafted.in_hand, "Left out, since a reminder is in hand already"),
        (drafted.answered, "Left out, since the council has answered"),
    ]:
        if left_out:
            messages.warning(request, f"{why}: {_names(left_out)}.")


def _no_contact(left_out: list[Any]) -> str:
    """Which councils can't be written to, each a link to the form that adds a contact."""
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', [(add_contact_url(row), row.council.short_name) for row in left_out[:NAMED]]
    )
    more = f" and {len(left_out) - NAMED} more" if left_out[NAMED:] else ""
    return format_html("Left out, since no contact is known: {}{}. Add one and draft again.", links, more)


def add_contact_url(annual_return: Any) -> str:
    """The form for a new contact, filled in with the council, or with the first of its successors."""
    council = annual_return.successor_ids[0] if annual_return.successor_ids else annual_return.council_id
    return f"{reverse('admin:arrangements_councilcontact_add')}?council={council}"


def _names(returns: list[Any]) -> str:
    named = ", ".join(each.council.short_name for each in returns[:NAMED])
    return named + (f" and {len(returns) - NAMED} more" if returns[NAMED:] else "")


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _save_and_send(request: HttpRequest, deed: str, key: str) -> Drafts | None:
    """Store the words as they came back; then, if they are approved, send them."""
    drafts = Drafts.brought_back(request.POST)
    for gone in drafts.gone:
        state = gone.get_state_display().lower()
        messages.warning(
            request, f"The reminder to {gone.annual_return.council} is {state} meanwhile; its words stay as they were."
        )
    if not drafts.are_valid():
        messages.error(request, "Nothing was saved or sent: some letters need another look. Each says what is wrong.")
        return drafts
    try:
        stored = drafts.save(request.user)
    except RuleBroken as refusal:
        messages.error(request, " ".join(refusal.messages))
        return drafts
    if stored is None:
        messages.error(
            request,
            "Nothing was sent: somebody changed some letters since you opened this page. Each such letter shows what stands"
            " now beside yours. Save again to keep yours.",
        )
        return drafts
    if stored:
        messages.success(request, f"{_counted(stored, 'letter was', 'letters were')} changed.")
    if deed == "save":
        if not stored and not drafts.gone:
            messages.info(request, "Nothing had changed.")
        return None
    approved = drafts.only(key) if deed == "approve" else drafts.rows
    came_to = actions.approve_and_send(reminders=[draft.as_read for draft in approved], user=request.user)
    if came_to.sent:
        messages.success(request, f"{_counted(len(came_to.sent), 'reminder was', 'reminders were')} sent.")
    for failed in came_to.failed:
        messages.error(request, f"The reminder to {failed.annual_return.council} could not be sent: {failed.failure}")
    for refused in came_to.refused:
        messages.warning(request, refused)
    return None


def _settle(request: HttpRequest, deed: str, key: str) -> None:
    """Cancel a reminder, or say how its sending went that broke off."""
    reminder = one_or_404(Reminder.objects.visible_to(request.user), key)
    try:
        if deed == "cancel":
            actions.cancel(reminder=reminder, user=request.user)
            messages.success(request, "The reminder is cancelled.")
        else:
            actions.settle_sending(reminder=reminder, went_out=deed == "went-out", user=request.user)
            messages.success(request, "Recorded.")
    except RuleBroken as refusal:
        messages.error(request, " ".join(refusal.messages))
