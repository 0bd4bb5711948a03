"""Who may prepare, approve, publish and discard: two people, each with the right to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase

from arrangements.releases.actions import approve, discard, prepare, publish
from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import MOMENT, leave_one_out, make_small_year
from arrangements.releases.tests.stored import NOTHING, count_of_everything, run
from arrangements.tests.builders import make_analyst, make_publisher
from councils.tests.builders import make_user
from sharedservices.common.errors import RuleBroken


class PeopleTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        self.analyst, self.publisher = make_analyst(), make_publisher()
        self.release = prepare(year=self.small.year, user=self.analyst, at=MOMENT)

    def approved(self) -> Release:
        return approve(release=self.release, digest=self.release.digest, user=self.publisher, at=MOMENT)

    def assert_may_do_nothing(self, user: Any) -> None:
        """Every deed is refused, and nothing has moved."""
        deeds: list[Any] = [
            lambda: prepare(year=self.small.year, user=user),
            lambda: approve(release=self.release, digest=self.release.digest, user=user),
            lambda: publish(release=self.release, at=MOMENT, user=user),
            lambda: discard(release=self.release, user=user),
        ]
        for deed in deeds:
            with pytest.raises(PermissionDenied):
                deed()
        stands = Release.objects.get()
        assert (stands.approved_at, stands.published_at) == (None, None)

    def test_anonymous_readers_officers_and_staff_without_a_group_may_do_nothing(self):
        self.assert_may_do_nothing(AnonymousUser())
        self.assert_may_do_nothing(make_user(councils=[self.small.kent]))
        self.assert_may_do_nothing(make_user(staff=True))

    def test_a_publisher_whose_account_is_closed_may_do_nothing(self):
        closed = make_publisher()
        closed.is_active = False
        closed.save()
        self.assert_may_do_nothing(closed)

    def test_an_analyst_prepares_and_discards_but_neither_approves_nor_publishes(self):
        other = make_analyst()
        with pytest.raises(PermissionDenied):
            approve(release=self.release, digest=self.release.digest, user=other)
        self.approved()
        with pytest.raises(PermissionDenied):
            publish(release=self.release, at=MOMENT, user=other)
        assert Release.objects.get().published_at is None

    def test_a_publisher_approves_and_publishes_what_another_prepared(self):
        approved = self.approved()
        assert (approved.approved_by, approved.approved_at, approved.stage) == (self.publisher, MOMENT, "approved")
        assert publish(release=approved, at=MOMENT, user=self.publisher).stage == "published"

    def test_a_publisher_does_not_approve_their_own(self):
        discard(release=self.release, user=self.analyst)
        own = prepare(year=self.small.year, user=self.publisher)
        refusal = r"You prepared 2013/14, revision 1 and can't approve it\. Ask a second person\."
        with self.assertLogs("arrangements.releases") as log, pytest.raises(RuleBroken, match=refusal):
            approve(release=own, digest=own.digest, user=self.publisher)
        assert f"user {self.publisher.pk} prepared 2013-14.r1 and tried to approve it, by admin" in log.output[0]
        assert Release.objects.get().approved_at is None

    def test_the_database_too_refuses_an_approval_by_who_prepared(self):
        own = Release.objects.filter(pk=self.release.pk)
        with pytest.raises(IntegrityError, match="another_person_approves"), transaction.atomic():
            own.update(approved_by=self.analyst, approved_at=MOMENT)
        with pytest.raises(IntegrityError, match="another_person_approves"):
            run("UPDATE arrangements_release SET approved_by_id = prepared_by_id, approved_at = now()")
        one = own.get()
        one.approved_by, one.approved_at = self.analyst, MOMENT
        with pytest.raises(ValidationError, match=r"The person who prepared a release can't approve it"):
            one.full_clean()


class ApprovingTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        self.analyst, self.publisher = make_analyst(), make_publisher()
        self.release = prepare(year=self.small.year, user=self.analyst, at=MOMENT)

    def test_another_digest_is_refused(self):
        for digest in ("", "0" * 64, self.release.digest[:-1], self.release.digest.upper() + " "):
            with pytest.raises(RuleBroken, match=r"The digest you name is not that of 2013/14, revision 1"):
                approve(release=self.release, digest=digest, user=self.publisher)
        assert Release.objects.get().approved_at is None

    def test_what_was_prepared_again_with_other_contents_needs_to_be_read_again(self):
        read = self.release.digest
        discard(release=self.release, user=self.analyst)
        self.small.ict.reported_savings.update(amount=1)
        again = prepare(year=self.small.year, user=self.analyst)
        with pytest.raises(RuleBroken, match="Read it once more"):
            approve(release=again, digest=read, user=self.publisher)

    def test_it_is_approved_once(self):
        approve(release=self.release, digest=self.release.digest, user=self.publisher)
        with pytest.raises(RuleBroken, match="is approved already"):
            approve(release=self.release, digest=self.release.digest, user=make_publisher())
        assert Release.objects.get().approved_by == self.publisher

    def test_the_database_asks_for_a_digest_a_person_and_a_moment_together(self):
        held = Release.objects.filter(pk=self.release.pk)
        for halves in ({"approved_at": MOMENT}, {"approved_by": self.publisher}):
            with pytest.raises(IntegrityError, match="approved_by_with_approved_at"), transaction.atomic():
                held.update(**halves)
        with pytest.raises(IntegrityError, match="only_a_prepared_release_is_approved"), transaction.atomic():
            Release.objects.create(
                year=self.small.year, revision=2, slug="2013-14.r2", prepared_by=self.analyst, prepared_at=MOMENT,
                approved_by=self.publisher, approved_at=MOMENT,
            )  # fmt: skip

    def test_a_revision_number_is_given_once_and_counts_from_one(self):
        made = {"year": self.small.year, "prepared_by": self.analyst, "prepared_at": MOMENT}
        with pytest.raises(IntegrityError, match="a_revision_number_is_given_once"), transaction.atomic():
            Release.objects.create(revision=1, slug="another", **made)
        with pytest.raises(IntegrityError, match="revision"), transaction.atomic():
            Release.objects.create(revision=0, slug="nought", **made)


class DiscardingTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        leave_one_out(self.small)
        self.analyst, self.publisher = make_analyst(), make_publisher()
        self.release = prepare(year=self.small.year, user=self.analyst, at=MOMENT)

    def test_rows_figures_files_and_notes_go_with_it_whole(self):
        assert all(count_of_everything().values())
        discard(release=self.release, user=self.analyst)
        assert count_of_everything() == NOTHING

    def test_an_earlier_release_stays_whole(self):
        approve(release=self.release, digest=self.release.digest, user=self.publisher, at=MOMENT)
        publish(release=self.release, at=MOMENT, user=self.publisher)
        before = count_of_everything()
        second = prepare(year=self.small.year, user=self.analyst, public_note="Corrected.")
        discard(release=second, user=self.analyst)
        assert count_of_everything() == before

    def test_an_approved_one_stays(self):
        approve(release=self.release, digest=self.release.digest, user=self.publisher)
        before = count_of_everything()
        with pytest.raises(RuleBroken, match="is approved and stays"):
            discard(release=self.release, user=self.analyst)
        publish(release=self.release, at=datetime.now(UTC) + timedelta(days=1), user=self.publisher)
        with pytest.raises(RuleBroken, match="is approved and stays"):
            discard(release=self.release, user=self.analyst)
        assert count_of_everything() == before

    def test_what_is_gone_cannot_be_approved(self):
        discard(release=self.release, user=self.analyst)
        with pytest.raises(Release.DoesNotExist):
            approve(release=self.release, digest=self.release.digest, user=self.publisher)


class TrailTests(TestCase):
    def test_each_deed_leaves_an_event_with_who_and_by_which_door(self):
        analyst, publisher = make_analyst(), make_publisher()
        small = make_small_year()
        release = prepare(year=small.year, user=analyst, at=MOMENT, door="shell")
        approve(release=release, digest=release.digest, user=publisher, at=MOMENT, door="admin")
        publish(release=release, at=MOMENT, user=publisher, door="admin")
        told = [
            (
                event.pgh_label,
                event.pgh_context.metadata["user"],
                event.pgh_context.metadata["door"],
                event.pgh_context.metadata["reason"],
            )
            for event in release.recorded_events.order_by("pgh_id").select_related("pgh_context")
        ]
        assert told == [
            ("insert", analyst.pk, "shell", "Release of 2013/14 prepared"),
            ("update", analyst.pk, "shell", "Release of 2013/14 prepared"),
            ("update", publisher.pk, "admin", f"Approved by digest {release.digest[:12]}"),
            ("update", publisher.pk, "admin", "To be public from 2014-05-20 12:00"),
        ]

    def test_a_discarded_preparation_leaves_its_deletion(self):
        analyst, small = make_analyst(), make_small_year()
        release = prepare(year=small.year, user=analyst)
        key = release.pk
        discard(release=release, user=analyst, door="admin")
        last = Release.pgh_event_model.objects.filter(pgh_obj_id=key).latest("pgh_id")
        assert (last.pgh_label, last.digest) == ("delete", release.digest)
        assert last.pgh_context.metadata["reason"] == "Preparation discarded"
