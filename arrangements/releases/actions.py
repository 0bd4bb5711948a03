"""The deeds of publication: prepare, approve, publish, discard. Each is one transaction under a lock on the year."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from arrangements.register.checks import faults_of_operating
from arrangements.register.models import Arrangement
from arrangements.releases.digest import digest_of
from arrangements.releases.documents import write_documents
from arrangements.releases.figures import compute
from arrangements.releases.files import write_files
from arrangements.releases.freezing import freeze_rows
from arrangements.releases.models import Release, ReleasedCouncil, ReleasedFigure
from arrangements.releases.rows import rows_of
from arrangements.releases.vocabulary import ReleaseKind
from arrangements.returns.followup.models import Flag
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.vocabulary import ReturnState
from councils.models import Council
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.today import now


@transaction.atomic
def prepare(
    *,
    year: FinancialYear,
    user: Any,
    kind: str = ReleaseKind.PROVISIONAL,
    public_note: str = "",
    at: datetime | None = None,
    door: str = "admin",
) -> Release:
    """Freeze the year's rows, figures, files and documents as they stand into the next revision, with its digest.

    Changes are measured from the release of the year before that is public at the moment. Refused with `RuleBroken`
    where the year has nothing to publish, a rule of the register is broken, another revision waits for approval, a
    return that the last revision used has been reopened, or a flag on one of the year's returns is open.
    """
    _must_may(user, "arrangements.prepare_release")
    moment = at or now()
    year = FinancialYear.objects.select_for_update().get(pk=year.pk)
    last = year.releases.order_by("-revision").first()
    _refuse_if_not_ready(year, last, public_note, moment)
    revision = last.revision + 1 if last else 1
    with written_by(door=door, user=user, reason=f"Release of {year} prepared"):
        release = Release.objects.create(
            year=year,
            revision=revision,
            slug=f"{year.slug}.r{revision}",
            kind=kind,
            compared_with=_release_before(year, moment),
            prepared_by=user,
            prepared_at=moment,
            public_note=public_note,
        )
        arrangements, councils = freeze_rows(release)
        earlier = rows_of(release.compared_with) if release.compared_with else None
        computed = compute(rows_of(release, arrangements, councils), earlier)
        figures = ReleasedFigure.objects.bulk_create(
            ReleasedFigure(release=release, position=position, **asdict(figure))
            for position, figure in enumerate(computed, start=1)
        )
        write_files(release, arrangements, councils, figures)
        write_documents(release, figures)
        release.digest = digest_of(release)
        release.save(update_fields=["digest"])
    return Release.objects.get(pk=release.pk)


@transaction.atomic
def approve(*, release: Release, digest: str, user: Any, at: datetime | None = None, door: str = "admin") -> Release:
    """Say that the release with this digest is right. The one who prepared it can't."""
    _must_may(user, "arrangements.approve_release")
    held = _held(release)
    if held.approved_at:
        raise RuleBroken(f"{held} is approved already.")
    if held.prepared_by_id == user.pk:
        raise RuleBroken(f"You prepared {held} and can't approve it. Ask a second person.")
    if digest != held.digest:
        raise RuleBroken(
            f"The digest you name is not that of {held}: it was discarded and prepared again since you read it."
            " Read it once more and approve what you see."
        )
    held.approved_by, held.approved_at = user, at or now()
    with written_by(door=door, user=user, reason=f"Approved by digest {digest[:12]}"):
        held.save(update_fields=["approved_by", "approved_at"])
    return _held(held)


@transaction.atomic
def publish(*, release: Release, at: datetime, user: Any, door: str = "admin") -> Release:
    """Set the moment from which the release is public. Until then it may be set again; after it, never."""
    _must_may(user, "arrangements.approve_release")
    held = _held(release)
    if held.approved_at is None:
        raise RuleBroken(f"{held} is not approved. A second person approves it before its moment is set.")
    if held.is_public():
        raise RuleBroken(f"{held} is public already and stays so. A correction is the next revision.")
    if Release.objects.filter(pk=held.pk, published_at__lte=Now()).exists():
        # The database guards the moment by its own clock, which a demonstration's day may lie behind.
        raise RuleBroken(f"The moment of {held} is past by the real clock, if not on the register's day: it stays.")
    held.published_at = at
    with written_by(door=door, user=user, reason=f"To be public from {at:%Y-%m-%d %H:%M}"):
        held.save(update_fields=["published_at"])
    return _held(held)


@transaction.atomic
def discard(*, release: Release, user: Any, door: str = "admin") -> None:
    """Take back a preparation that nobody has approved: its rows, figures and files go with it."""
    _must_may(user, "arrangements.prepare_release")
    held = _held(release)
    if held.approved_at:
        raise RuleBroken(f"{held} is approved and stays. A correction is the next revision.")
    with written_by(door=door, user=user, reason="Preparation discarded"):
        Release.objects.filter(pk=held.pk).delete()


def _held(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",)).select_related("year").get(pk=release.pk)


def _must_may(user: Any, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def _release_before(year: FinancialYear, moment: datetime) -> Release | None:
    """The latest release of the year before that is public at the moment."""
    before = Release.objects.published(moment).filter(year__starts_on=year.previous_starts_on)
    return before.order_by("-revision").first()


def _refuse_if_not_ready(year: FinancialYear, last: Release | None, public_note: str, moment: datetime) -> None:
    if not AnnualReturn.objects.filter(year=year).exists():
        raise RuleBroken(f"{year} has not been collected: no council was asked. Open its collection first.")
    if not Arrangement.objects.operating_in(year).exists():
        raise RuleBroken(f"No arrangement operated on 31 March {year.ends_on.year}: there is nothing to publish.")
    if last is not None and not last.is_public(moment):
        raise RuleBroken(
            f"{last} is {last.stage} and not yet public. Publish it, or discard it if it isn't approved, before"
            " preparing the next revision."
        )
    if last is not None and not public_note.strip():
        raise RuleBroken("A revision needs a public note that says what moved and why.")
    reopened = _reopened_since(last) if last else []
    if reopened:
        raise RuleBroken(
            f"Accepted in {last} and reopened since: {'; '.join(reopened[:5])}{'…' if reopened[5:] else ''}."
            " Accept these returns again before preparing the next revision."
        )
    flagged = Flag.objects.open().of_year(year).select_related("annual_return__year", "annual_return__council", "arrangement")
    if still_open := flagged.count():
        named = "; ".join(flag.about for flag in flagged.order_by("raised_at", "pk")[:3])
        raise RuleBroken(
            f"Flags are open on returns of {year} ({still_open}): {named}{'…' if still_open > 3 else ''}."
            " Close each on its return’s page, or waive it there with a reason."
        )
    faults = faults_of_operating(year)
    if faults:
        raise RuleBroken(faults)


def _reopened_since(last: Release) -> list[str]:
    """The councils whose return the last revision used, or that took it over since, and which isn't accepted now."""
    used = ReleasedCouncil.objects.of(last).filter(state=ReturnState.ACCEPTED).values("council")
    taken_over = Council.objects.filter(pk__in=used).exclude(returns__year=last.year).values("successors")
    returns = AnnualReturn.objects.filter(Q(council__in=used) | Q(council__in=taken_over), year=last.year)
    return [str(each.council) for each in returns.exclude(state=ReturnState.ACCEPTED).select_related("council")]
