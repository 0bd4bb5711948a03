"""Preparing: the revision's number, what it is compared with, and every refusal with its words and nothing stored."""

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.test import TestCase

from arrangements.register.models import Arrangement
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.digest import digest_of
from arrangements.releases.figures import compute
from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.rows import rows_of
from arrangements.releases.tests.small_year import BEFORE, MOMENT, make_small_year
from arrangements.releases.tests.stored import NOTHING, count_of_everything
from arrangements.returns.actions import accept, reopen, submit
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_publisher,
    make_release,
    make_saving,
    make_year,
)
from councils.models import Council
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken

NOTE = "A saving was corrected."


class PreparingTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        self.year = self.small.year
        self.analyst = make_analyst()

    def test_the_first_revision_stands_under_its_year_with_who_and_when(self):
        release = prepare(year=self.year, user=self.analyst, at=MOMENT, kind="final")
        assert (release.slug, release.revision, release.kind) == ("2013-14.r1", 1, "final")
        assert (release.prepared_by, release.prepared_at) == (self.analyst, MOMENT)
        assert (release.approved_at, release.published_at, release.stage) == (None, None, "prepared")
        assert str(release) == "2013/14, revision 1"

    def test_revisions_of_a_year_are_numbered_one_after_another(self):
        slugs = [make_release(self.year, note=NOTE).slug for _ in range(3)]
        assert slugs == ["2013-14.r1", "2013-14.r2", "2013-14.r3"]

    def test_a_discarded_number_is_given_again(self):
        prepare(year=self.year, user=self.analyst).delete()
        assert prepare(year=self.year, user=self.analyst).slug == "2013-14.r1"

    def test_rows_figures_and_files_are_stored_with_the_digest_of_what_is_stored(self):
        release = prepare(year=self.year, user=self.analyst)
        assert release.arrangements.count() == 3
        assert release.councils.count() == 5
        assert [file.name for file in release.files.order_by("name")] == [
            "arrangements.csv", "arrangements.jsonl", "councils.csv", "councils.jsonl", "datapackage.json",
            "figures.csv", "figures.json", "figures.jsonl", "release-2013-14.r1.xlsx",
        ]  # fmt: skip
        assert release.digest == digest_of(release)
        for file in release.files.all():
            assert file.sha256 == hashlib.sha256(file.content).hexdigest()
            assert file.size == len(file.content)

    def test_the_stored_figures_are_what_the_stored_rows_give_again(self):
        accept_all(make_year(2012))
        earlier = make_release(make_year(2012))
        release = prepare(year=self.year, user=self.analyst, at=MOMENT)
        again = [asdict(figure) for figure in compute(rows_of(release), rows_of(earlier))]
        names = list(again[0])
        assert list(ReleasedFigure.objects.of(release).order_by("position").values(*names)) == again

    # What it is compared with

    def test_it_is_compared_with_the_latest_release_of_the_year_before_that_is_public_then(self):
        before = make_year(2012)
        accept_all(before)
        first = make_release(before)
        second = make_release(before, at=MOMENT, note=NOTE)
        assert prepare(year=self.year, user=self.analyst, at=MOMENT - timedelta(microseconds=1)).compared_with == first
        Release.objects.of_year(self.year).delete()
        assert prepare(year=self.year, user=self.analyst, at=MOMENT).compared_with == second

    def test_without_a_public_release_of_the_year_before_there_is_nothing_to_compare_with(self):
        two_years_before, before = make_year(2011), make_year(2012)
        accept_all(two_years_before)
        make_release(two_years_before)
        accept_all(before)
        make_release(before, public=False)
        release = prepare(year=self.year, user=self.analyst, at=MOMENT)
        assert release.compared_with is None
        assert not release.figures.filter(key__contains="change").exists()

    def test_a_revision_is_compared_with_the_year_before_not_with_the_revision_it_corrects(self):
        make_release(self.year)
        assert make_release(self.year, note=NOTE).compared_with is None

    # Refusals

    def assert_refused(self, words: str, **more: object) -> RuleBroken:
        before = count_of_everything()
        with pytest.raises(RuleBroken, match=words) as refused:
            prepare(**{"year": self.year, "user": self.analyst, "at": MOMENT, **more})
        assert count_of_everything() == before
        return refused.value

    def test_a_year_that_was_not_collected_is_refused(self):
        self.assert_refused("2012/13 has not been collected: no council was asked", year=make_year(2012))
        assert count_of_everything() == NOTHING

    def test_a_year_in_which_nothing_operated_is_refused(self):
        Arrangement.objects.update(started_on=self.year.ends_on + timedelta(days=1))
        self.assert_refused(r"No arrangement operated on 31 March 2014: there is nothing to publish\.")

    def test_a_second_revision_waits_until_the_first_is_public(self):
        release = prepare(year=self.year, user=self.analyst, at=BEFORE)
        self.assert_refused("2013/14, revision 1 is prepared and not yet public", public_note=NOTE)
        publisher = make_publisher()
        approve(release=release, digest=release.digest, user=publisher, at=BEFORE)
        self.assert_refused("2013/14, revision 1 is approved and not yet public", public_note=NOTE)
        publish(release=release, at=MOMENT, user=publisher)
        self.assert_refused("not yet public", public_note=NOTE, at=BEFORE)
        assert prepare(year=self.year, user=self.analyst, at=MOMENT, public_note=NOTE).revision == 2

    def test_a_release_scheduled_for_tomorrow_is_refused_by_the_clock(self):
        release = prepare(year=self.year, user=self.analyst)
        publisher = make_publisher()
        approve(release=release, digest=release.digest, user=publisher)
        publish(release=release, at=datetime.now(UTC) + timedelta(days=1), user=publisher)
        self.assert_refused("2013/14, revision 1 is scheduled and not yet public", public_note=NOTE, at=None)

    def test_a_revision_without_a_public_note_is_refused(self):
        make_release(self.year)
        for blank in ("", "  \n"):
            self.assert_refused("A revision needs a public note that says what moved and why", public_note=blank)

    def test_a_return_reopened_since_the_last_revision_blocks_the_next_until_it_is_accepted_again(self):
        make_release(self.year)
        reopened = self.year.returns.get(council=self.small.kent)
        reopen(annual_return=reopened, reason="A nought too many", user=self.analyst)
        self.assert_refused(
            r"Returns reopened since the last release \(1\): Kent County Council, in progress, 1 of 1 lines answered\.",
            public_note=NOTE,
        )
        submit(annual_return=reopened, user=self.analyst)
        self.assert_refused("reopened since the last release .*: Kent County Council, submitted", public_note=NOTE)
        accept(annual_return=reopened, user=self.analyst)
        assert prepare(year=self.year, user=self.analyst, public_note=NOTE).revision == 2

    def test_of_many_reopened_returns_five_are_named(self):
        for number in range(2):
            make_council(f"Further {number} Council")
        accept_all(self.year)
        make_release(self.year)
        for annual_return in self.year.returns.all():
            reopen(annual_return=annual_return, reason="All looked at again", user=self.analyst)
        refusal = self.assert_refused("…", public_note=NOTE)
        assert refusal.messages[0].count(";") == 4

    def test_a_return_that_was_never_accepted_blocks_nothing(self):
        reopen(annual_return=self.year.returns.get(council=self.small.kent), reason="Not right yet", user=self.analyst)
        make_release(self.year)
        assert prepare(year=self.year, user=self.analyst, public_note=NOTE).revision == 2

    def test_an_arrangement_that_nobody_answers_for_on_31_march_is_refused(self):
        self.small.ict.partnerships.update(answers=False)
        self.assert_refused(f"{self.small.ict.reference} ICT service has no answering council on 31 March 2014")

    def test_an_arrangement_with_one_party_on_31_march_is_refused(self):
        self.small.ict.partnerships.filter(answers=False).update(left_on=self.year.ends_on - timedelta(days=1))
        self.assert_refused("ICT service has fewer than two parties on 31 March 2014")

    def test_a_partner_that_was_no_longer_in_force_is_refused(self):
        Council.objects.filter(pk=self.small.camden.pk).update(ended_on=self.year.ends_on - timedelta(days=1))
        self.assert_refused("London Borough of Camden was not in force on 31 March 2014")

    def test_every_fault_is_named_at_once(self):
        self.small.ict.partnerships.update(answers=False)
        self.small.waste.partnerships.update(answers=False)
        assert len(self.assert_refused("no answering council").messages) == 2

    def test_a_fault_of_an_arrangement_that_does_not_operate_in_the_year_refuses_nothing(self):
        later = make_arrangement(started_on=self.year.ends_on + timedelta(days=1))
        later.partnerships.update(answers=False)
        assert prepare(year=self.year, user=self.analyst).revision == 1

    def test_a_kind_that_is_not_on_the_list_stores_nothing(self):
        with pytest.raises(IntegrityError, match="kind"):
            prepare(year=self.year, user=self.analyst, kind="draft")

    def test_a_failure_in_the_middle_stores_nothing(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("arrangements.releases.actions.write_files", failing)
            with pytest.raises(OSError, match="disk"):
                prepare(year=self.year, user=self.analyst)
        assert count_of_everything() == NOTHING

    def test_more_than_two_to_the_31_pounds_add_up(self):
        make_saving(make_arrangement(self.small.kent, self.small.camden), self.year, 2**31 + 7)
        make_saving(make_arrangement(self.small.kent, self.small.camden), self.year, 2**31 + 8)
        release = prepare(year=self.year, user=self.analyst)
        assert release.figures.get(key="savings-total").value == 2**32 + 15 + 280_000


def failing(*args: object) -> None:
    """In place of writing the files: the disk is full."""
    raise OSError("disk full")
