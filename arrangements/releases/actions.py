"""The deeds of publication: prepare, approve, publish, discard. Each is one transaction under a lock on the year."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from arrangements.register.models import Arrangement
from arrangements.releases.digest import digest_of
from arrangements.releases.documents import write_documents
from arrangements.releases.figures import compute
from arrangements.releases.files import write_files
from arrangements.releases.freezing import freeze_rows
from arrangements.releases.gates import gates_of, refuse_open
from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.rows import rows_of
from arrangements.releases.verifying import recounted
from arrangements.releases.vocabulary import ReleaseKind
from arrangements.releases.waiving import note_waivers
from arrangements.returns.models import AnnualReturn, FinancialYear
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled, spelled_moment
from sharedservices.common.today import now

logger = logging.getLogger(__name__)


@transaction.atomic
def prepare(
    *,
    year: FinancialYear,
    user: Any,
    kind: str | None = None,
    public_note: str = "",
    at: datetime | None = None,
    door: str = "admin",
) -> Release:
    """Freeze the year's rows, figures, files and documents as they stand into the next revision, with its digest.

    Without a kind it is provisional, or revised after one that was final. Changes are measured from the release of the year
    before that is public at the moment. Refused with `RuleBroken` where the year has nothing to publish, another revision
    waits for approval, one of its gates is open, or the figures disagree with their recount from the files just written.
    Waivers become public notes, frozen with the rest.
    """
    _must_may(user, "arrangements.prepare_release")
    moment = at or now()
    year = FinancialYear.objects.select_for_update().get(pk=year.pk)
    last = year.releases.order_by("-revision").first()
    kind = kind or usual_kind(last)
    _refuse_if_not_ready(year, last, kind, public_note, moment)
    gates = gates_of(year, last)
    refuse_open(gates)
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
        notes = note_waivers(release, gates)
        files = write_files(release, arrangements, councils, figures, notes)
        if differing := recounted(files, release.compared_with):
            raise RuleBroken(["Nothing was prepared: an independent recount of the files comes to other figures.", *differing])
        write_documents(release, figures)
        release.digest = digest_of(release)
        release.save(update_fields=["digest"])
    return Release.objects.get(pk=release.pk)


@transaction.atomic
def approve(*, release: Release, digest: str, user: Any, at: datetime | None = None, door: str = "admin") -> Release:
    """Say that the release with this digest is right. The one who prepared it can't; that attempt is in the server's log."""
    _must_may(user, "arrangements.approve_release")
    held = _held(release)
    if held.approved_at:
        raise RuleBroken(f"{held} is approved already.")
    if held.prepared_by_id == user.pk:
        logger.warning("Refused: user %s prepared %s and tried to approve it, by %s.", user.pk, held.slug, door)
        raise RuleBroken(f"You prepared {held} and can't approve it. Ask a second person.")
    if digest != held.digest:
        raise RuleBroken(
            f"The digest you name is not that of {held}: it was discarded and prepared again since you read it."
            " Read it once more and approve what you see."
        )
    moment = at or now()
    if moment < held.prepared_at:
        raise RuleBroken(_too_early(held, moment, "approved", f"it was prepared on {spelled_moment(held.prepared_at)}"))
    held.approved_by, held.approved_at = user, moment
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
    if at < held.approved_at:
        raise RuleBroken(_too_early(held, at, "public", f"it was approved on {spelled_moment(held.approved_at)}"))
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


def _too_early(release: Release, moment: datetime, deed: str, earlier: str) -> str:
    return (
        f"{release} can’t be {deed} from {spelled_moment(moment)} on: {earlier}. Give a later moment; if the register’s clock is"
        " wrong, have REGISTER_TODAY put right."
    )


def usual_kind(last: Release | None) -> str:
    """Provisional, until a release was final: what comes after that is revised."""
    return ReleaseKind.PROVISIONAL if last is None or last.kind == ReleaseKind.PROVISIONAL else ReleaseKind.REVISED


def _held(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",)).select_related("year").get(pk=release.pk)


def _must_may(user: Any, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def _release_before(year: FinancialYear, moment: datetime) -> Release | None:
    """The latest release of the year before that is public at the moment."""
    before = Release.objects.published(moment).filter(year__starts_on=year.previous_starts_on)
    return before.order_by("-revision").first()


def _refuse_if_not_ready(year: FinancialYear, last: Release | None, kind: str, public_note: str, moment: datetime) -> None:
    """What no gate shows, as there would be nothing to show gates of, or it is said while preparing."""
    if timezone.localdate(moment) <= year.ends_on:
        raise RuleBroken(
            f"{year} isn’t over: by the register’s clock it is {spelled(timezone.localdate(moment))}, and the year ends on"
            f" {spelled(year.ends_on)}. Prepare it after that day; if the clock is wrong, have REGISTER_TODAY put right."
        )
    if not AnnualReturn.objects.filter(year=year).exists():
        raise RuleBroken(f"{year} has not been collected: no council was asked. Open its collection first.")
    if not Arrangement.objects.operating_in(year).exists():
        raise RuleBroken(
            f"No arrangement operated on 31 March {year.ends_on.year}: there is nothing to publish. Enter the arrangements,"
            " or the days on which they began, first."
        )
    if last is not None and not last.is_public(moment):
        raise RuleBroken(_not_yet_public(last, moment))
    if last is not None and not public_note.strip():
        raise RuleBroken("A revision needs a public note that says what moved and why.")
    if last is None and kind == ReleaseKind.REVISED:
        raise RuleBroken(f"{year} has no release yet, so that nothing is revised. Choose provisional or final.")
    if last is not None and usual_kind(last) == ReleaseKind.REVISED and kind in {ReleaseKind.PROVISIONAL, ReleaseKind.FINAL}:
        raise RuleBroken(f"{last} is {last.get_kind_display().lower()}. What comes after it is a correction: choose revised.")


def _not_yet_public(last: Release, moment: datetime) -> str:
    if last.published_at is None:
        return (
            f"{last} is {'approved' if last.approved_at else 'prepared'} and not yet public. Publish it, or discard it if it"
            " isn't approved, before preparing the next revision."
        )
    return (
        f"{last} is scheduled and not yet public: it is public from {spelled_moment(last.published_at)}, and by the"
        f" register’s clock it is {spelled_moment(moment)}. Wait until then; if the clock is wrong, have REGISTER_TODAY put"
        " right."
    )
