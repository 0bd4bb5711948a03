"""The deed of the press log: an answer is logged once, with the figures that it quotes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from arrangements.releases.models import Release
from arrangements.releases.press.drafting import Draft
from arrangements.releases.press.models import LONGEST_ANSWER, LONGEST_QUESTION, PressAnswer
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.today import now

MAY_ANSWER = "arrangements.add_pressanswer"


@transaction.atomic
def log_answer(*, draft: Draft, question: str, answer: str, user: Any, outlet: str = "", door: str = "admin") -> PressAnswer:
    """Log the answer with those of the drafted figures that stand in its words. Sent twice on a day, it is logged once.

    Refused with `RuleBroken` where the release isn't public, question or answer is empty or too long, or the words quote
    none of the figures.
    """
    if not user.has_perm(MAY_ANSWER):
        raise PermissionDenied
    if not draft.release.is_public():
        raise RuleBroken(f"{draft.release} is not public yet. Answer from a published release.")
    asked, said = _within(question, LONGEST_QUESTION, "the question"), _within(answer, LONGEST_ANSWER, "the answer")
    quotes = [quote.stored() for quote in draft.quotes if quote.display in said]
    if not quotes:
        shown = ", ".join(dict.fromkeys(quote.display for quote in draft.quotes))
        raise RuleBroken(f"The answer quotes none of the figures ({shown}). Put one back as the register shows it.")
    release, moment = Release.objects.select_for_update().get(pk=draft.release.pk), now()
    whole = {"release": release, "question": asked, "outlet": outlet.strip()[:200], "answer": said, "answered_by": user}
    if again := PressAnswer.objects.filter(**whole, answered_at__date=timezone.localdate(moment)).first():
        return again
    with written_by(door=door, user=user, reason="Answered the press"):
        return PressAnswer.objects.create(**whole, quotes=quotes, answered_at=moment)


def _within(text: str, most: int, what: str) -> str:
    said = text.strip().replace("\r\n", "\n")
    if not said:
        raise RuleBroken(f"Write {what} before logging it.")
    if len(said) > most:
        raise RuleBroken(f"Write {most:,} letters at most for {what}; these are {len(said):,}.")
    return said
