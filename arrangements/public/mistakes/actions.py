"""What is written of reported mistakes."""

from __future__ import annotations

from django.db import transaction

from arrangements.public.mistakes.models import MistakeReport
from arrangements.register.models import Arrangement
from arrangements.releases.models import Release
from councils.models import Council
from sharedservices.common.history import written_by
from sharedservices.common.today import now


@transaction.atomic
def report_mistake(*, record: Arrangement | Council, text: str, reply_to: str = "") -> MistakeReport:
    """Put it into the analysts' queue with the release that the page showed; those that are due to go, go."""
    about = {"arrangement": record} if isinstance(record, Arrangement) else {"council": record}
    with written_by(door="page"):
        forget_old_reports()
        return MistakeReport.objects.create(
            release=Release.objects.latest(), text=text, reply_to=reply_to, reported_at=now(), **about
        )


def forget_old_reports() -> int:
    """Delete what is ninety days old, dealt with or not; how many went. The trail never had what people wrote."""
    gone, _ = MistakeReport.objects.due_to_go().delete()
    return gone
