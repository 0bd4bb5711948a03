"""At the moment of a release pages, files and API turn from the old to the new by themselves; no answer is of both."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import make_small_year
from arrangements.tests.builders import make_analyst, make_publisher, make_release

FIRST, SECOND = "/releases/2013-14.r1/", "/releases/2013-14.r2/"
ADDRESSES = [
    "/", "/releases/", "/years/2013-14/", "/arrangements/?year=2013-14", "/arrangements.csv?year=2013-14", "/councils/kent/",
    FIRST, f"{FIRST}arrangements/", f"{FIRST}figures/savings-total/", f"{FIRST}files/figures.csv",
    SECOND, f"{SECOND}arrangements.csv", f"{SECOND}figures/savings-total/", f"{SECOND}files/figures.csv", f"{SECOND}bridge/",
    "/api/v1/releases/", "/api/v1/figures/", "/api/v1/savings/?year=2013-14", f"/api/v1{FIRST}", f"/api/v1{SECOND}",
    "/changes/", "/changes.atom", f"{SECOND}changes/", f"{SECOND}changes.atom", f"{SECOND}SHA256SUMS",
    f"{SECOND}figures/savings-total.json", "/years/2013-14/press/", "/years/2013-14/press.txt", f"{SECOND}press/",
]  # fmt: skip
BEFORE, AFTER = timedelta(microseconds=-1), timedelta()
CHANGES_WITH_EVERY_ANSWER = re.compile(rb'nonce="[^"]*"|nonce-[^;\']*')


class MomentTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        small = make_small_year()
        make_release(small.year)
        small.ict.reported_savings.update(amount=1_300_000)
        cls.moment = datetime(2031, 6, 19, 8, 30, tzinfo=UTC)
        analyst, publisher = make_analyst(), make_publisher()
        cls.release = prepare(year=small.year, user=analyst, public_note="A million had been left out.")
        approve(release=cls.release, digest=cls.release.digest, user=publisher)
        publish(release=cls.release, at=cls.moment, user=publisher)
        cls.publisher = publisher

    def read(self, address: str) -> tuple[int, bytes]:
        answer = self.client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, CHANGES_WITH_EVERY_ANSWER.sub(b"", content)

    def at(self, clock: Callable[[], datetime]) -> Any:
        """What every address answers by that clock, the real one being out of reach."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "now", clock)
            return {address: self.read(address) for address in ADDRESSES}

    def test_however_often_an_answer_reads_the_clock_it_is_the_old_or_the_new_and_never_of_both(self):
        """The clock passes the moment at the first reading of a request, at the second, and so on until none is left."""
        old, new = (self.at(lambda by=by: self.moment + by) for by in (BEFORE, AFTER))
        differing = [address for address in ADDRESSES if old[address] != new[address]]
        assert set(ADDRESSES) - set(differing) <= {f"{FIRST}files/figures.csv"}, "and the old files stay as they are"
        for address in differing:
            read_at_most, turns_at = 1, 0
            while turns_at <= read_at_most:
                clock = Ticking(self.moment, turns_at)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(timezone, "now", clock)
                    given = self.read(address)
                assert given in (old[address], new[address]), f"{address}, turning at reading {turns_at}, is of two moments"
                read_at_most, turns_at = max(read_at_most, clock.readings), turns_at + 1

    def test_a_reader_polling_through_the_moment_sees_old_then_new_and_no_process_runs(self):
        polled = ["/", "/api/v1/figures/", f"{SECOND}files/figures.csv", f"{FIRST}figures/savings-total/"]
        before = {address: self.read(address) for address in polled}
        moment = timezone.now() + timedelta(seconds=0.7)
        Release.objects.filter(pk=self.release.pk).update(published_at=moment)
        seen = []
        while not seen or seen[-1][0] < moment + timedelta(seconds=0.3):
            seen += [(timezone.now(), address, self.read(address)) for address in polled]
        for address in polled:
            answers = [answer for _, of, answer in seen if of == address]
            old, new = before[address], self.read(address)
            assert old != new
            told = [answer == new for answer in answers]
            assert [answer in (old, new) for answer in answers] == [True] * len(answers), "old or new"
            assert told == sorted(told), "never back to the old"
        assert all(answer == self.read(of) for asked, of, answer in seen if asked >= moment), "from the moment on, everywhere"


class Ticking:
    """A clock a microsecond before the moment for so many readings, and at the moment from then on."""

    def __init__(self, moment: datetime, turns_at: int) -> None:
        self.moment, self.turns_at, self.readings = moment, turns_at, 0

    def __call__(self) -> datetime:
        self.readings += 1
        return self.moment + (BEFORE if self.readings <= self.turns_at else AFTER)
