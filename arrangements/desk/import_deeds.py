"""What the preview of an import can be told to do: with one row, or with the whole upload."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from arrangements.desk.import_effect import keep_effect
from arrangements.returns.importing import repairing, steps, uploads
from arrangements.returns.importing.committing import RegisterMoved, commit_import
from arrangements.returns.importing.staging import Upload
from sharedservices.common.errors import RuleBroken

PAGES = ("faults", "both", "changes", "out")


def work(upload: Upload, *, at_once: bool) -> None:
    """Take the upload to its end where it is small; what is large goes on, step by step, on its page."""
    if not at_once:
        return
    steps.read(upload)
    if upload.head.rows <= steps.JUDGED_AT_ONCE:
        steps.finish(upload)
        keep_effect(upload)


def do(request: HttpRequest, token: str) -> HttpResponse:
    """One deed on the whole upload."""
    deed, owner = request.POST.get("deed", ""), request.user.pk or 0
    if deed == "discard":
        uploads.opened(token, owner).forget()
        messages.success(request, "The upload is discarded. Nothing of the register has changed.")
        return HttpResponseRedirect(reverse("admin:import-start"))
    if deed == "confirm":
        return _confirm(request, token, owner)
    try:
        with uploads.held(token, owner) as upload:
            _change(upload, deed, request.POST)
            keep_effect(upload, however_many=deed == "effect")
    except RuleBroken as refusal:
        say(request, refusal)
    return back(request, token)


def put_right(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """One row; it and what hangs on it are judged again."""
    try:
        with uploads.held(token, request.user.pk or 0) as upload:
            _repair(upload, number, request.POST)
            keep_effect(upload, however_many=False)
    except RuleBroken as refusal:
        say(request, refusal)
    return back(request, token)


def say(request: HttpRequest, refusal: RuleBroken) -> None:
    """The sentences of a refusal, on the next page."""
    for message in refusal.messages:
        messages.error(request, message)


def here(asked: QueryDict) -> str:
    """The pages that are open, as the end of an address."""
    opened = [f"{name}={asked[name]}" for name in PAGES if asked.get(name, "").isdecimal()]
    return f"?{'&'.join(opened)}" if opened else ""


def back(request: HttpRequest, token: str) -> HttpResponse:
    """To the preview, on the pages that were open."""
    return HttpResponseRedirect(reverse("admin:import-preview", args=[token]) + here(request.GET))


def _change(upload: Upload, deed: str, sent: Mapping[str, Any]) -> None:
    if deed == "check-again":
        _check_again(upload)
    elif deed == "choose":
        chosen = {name.removeprefix("choice-"): sent[name] for name in sent if name.startswith("choice-")}
        repairing.choose(upload, {int(number): choice for number, choice in chosen.items() if number.isdecimal()})
    elif deed == "keep-theirs":
        repairing.keep_all_theirs(upload)
    elif deed == "leave-out":
        repairing.leave_out_all_faulty(upload)
    elif deed != "effect":
        raise RuleBroken("The form names no deed that the register knows. Nothing was changed.")


def _check_again(upload: Upload) -> None:
    steps.check_again(upload)
    work(upload, at_once=upload.head.rows <= steps.JUDGED_AT_ONCE)


def _confirm(request: HttpRequest, token: str, owner: int) -> HttpResponse:
    try:
        with uploads.held(token, owner) as upload:
            made = commit_import(staged=upload, user=request.user)
    except RuleBroken as refusal:
        if isinstance(refusal, RegisterMoved):
            with uploads.held(token, owner) as upload:
                _check_again(upload)
        say(request, refusal)
        return back(request, token)
    messages.success(request, f"Imported as one act: {made.in_words}.")
    return HttpResponseRedirect(made.get_absolute_url())


def _repair(upload: Upload, number: int, sent: Mapping[str, Any]) -> None:
    """What the form asks for: a picked value, rows to leave out, a row to take in again, or texts typed again."""
    if "put" in sent:
        repairing.put_right(upload, number, _picked(sent["put"]))
    elif "leave_out" in sent:
        repairing.leave_out(upload, [int(each) for each in sent["leave_out"].split(",") if each.isdecimal()])
    elif "take_in" in sent:
        repairing.take_in(upload, number)
    else:
        found = upload.rows([number])
        if not found:
            raise RuleBroken(f"The file has no row {number}.")
        typed = {name.removeprefix("cell-"): sent[name] for name in sent if name.startswith("cell-")}
        repairing.put_right(upload, number, {key: text for key, text in typed.items() if text.strip() != found[0][key]})


def _picked(value: str) -> dict[str, str]:
    try:
        cells = json.loads(value)
    except ValueError:
        cells = None
    if not isinstance(cells, dict):
        raise RuleBroken("That can’t be picked. Choose one of the suggestions shown, or type the value.")
    return cells
