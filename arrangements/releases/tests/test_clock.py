"""Years that can't be published, and clocks that are wrong: each refusal says what to do, and nothing is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import TestCase, override_settings

from arrangements.register.models import Arrangement
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import MOMENT, make_small_year
from arrangements.releases.tests.stored import count_of_everything
from arrangements.tests.builders import make_analyst, make_publisher, make_release, make_year
from sharedservices.common.errors import RuleBroken

NOTE = "A saving was corrected."


class ClockTests(TestCase):
    def setUp(self):
        self.year, self.analyst, self.publisher = make_small_year().year, make_analyst(), make_publisher()

    def refused(self, deed: Any, words: str) -> None:
        before = count_of_everything(), list(Release.objects.values())
        with pytest.raises(RuleBroken) as refusal:
            deed()
        assert words in " ".join(refusal.value.messages)
        assert (count_of_everything(), list(Release.objects.values())) == before

    def prepare(self, **more: Any) -> Release:
        return prepare(**{"year": self.year, "user": self.analyst, **more})

    def test_an_empty_year_and_one_not_collected_say_what_comes_first(self):
        self.refused(lambda: self.prepare(year=make_year(2012)), "no council was asked. Open its collection first.")
        Arrangement.objects.update(started_on=self.year.ends_on + timedelta(days=1))
        self.refused(self.prepare, "there is nothing to publish. Enter the arrangements, or the days on which they began, first.")

    @override_settings(REGISTER_TODAY=date(2014, 3, 31))
    def test_by_a_clock_that_is_moved_back_into_the_year_it_is_not_over(self):
        self.refused(
            self.prepare,
            "2013/14 isn’t over: by the register’s clock it is 31 March 2014, and the year ends on 31 March 2014."
            " Prepare it after that day; if the clock is wrong, have REGISTER_TODAY put right.",
        )
        with override_settings(REGISTER_TODAY=date(2014, 4, 1)):
            assert self.prepare().revision == 1

    def test_by_a_clock_that_is_moved_back_before_the_last_release_it_waits_for_that(self):
        make_release(self.year)
        with override_settings(REGISTER_TODAY=date(2014, 5, 19)):
            self.refused(
                lambda: self.prepare(public_note=NOTE), "it is public from 20 May 2014, 13:00, and by the register’s clock it is"
            )
        assert self.prepare(public_note=NOTE).revision == 2

    def test_nothing_is_approved_before_it_was_prepared(self):
        release = self.prepare(at=MOMENT)
        with override_settings(REGISTER_TODAY=date(2014, 5, 1)):
            deed = lambda: approve(release=release, digest=release.digest, user=self.publisher)  # noqa: E731
            self.refused(deed, "it was prepared on 20 May 2014, 13:00. Give a later moment; if the register’s clock is wrong")
        assert approve(release=release, digest=release.digest, user=self.publisher).approved_at

    def test_nothing_was_public_before_it_was_approved(self):
        release = self.prepare(at=MOMENT)
        approve(release=release, digest=release.digest, user=self.publisher, at=MOMENT)
        early = MOMENT - timedelta(microseconds=1)
        self.refused(
            lambda: publish(release=release, at=early, user=self.publisher),
            "2013/14, revision 1 can’t be public from 20 May 2014, 12:59 on: it was approved on 20 May 2014, 13:00.",
        )
        assert publish(release=release, at=MOMENT, user=self.publisher).published_at == MOMENT

    def test_a_kind_that_does_not_follow_is_refused(self):
        self.refused(
            lambda: self.prepare(kind="revised"), "has no release yet, so that nothing is revised. Choose provisional or final."
        )
        first = self.prepare(kind="final", at=MOMENT)
        approve(release=first, digest=first.digest, user=self.publisher, at=MOMENT)
        publish(release=first, at=MOMENT, user=self.publisher)
        for kind in ("provisional", "final"):
            self.refused(
                lambda kind=kind: self.prepare(kind=kind, public_note=NOTE), "revision 1 is final. What comes after it is"
            )
        assert self.prepare(public_note=NOTE).kind == "revised"

    def test_after_a_provisional_one_it_stays_provisional_until_somebody_says_final(self):
        make_release(self.year)
        second = make_release(self.year, note=NOTE, at=datetime(2014, 6, 1, tzinfo=UTC))
        assert second.kind == "provisional"
        assert self.prepare(kind="final", public_note=NOTE).kind == "final"
