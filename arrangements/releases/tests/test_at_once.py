"""Two people at the same moment, on two connections: the lock on the year lets one deed through at a time."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from arrangements.releases.actions import approve, discard, prepare, publish
from arrangements.releases.digest import digest_of
from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import MOMENT, make_small_year
from arrangements.releases.tests.stored import NOTHING, count_of_everything
from arrangements.tests.builders import make_analyst, make_publisher, make_release
from sharedservices.common.errors import RuleBroken

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20 if os.environ.get("LONG") else 3


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave or raised, all begun at the same moment on connections of their own."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return deed()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_preparing_twice_at_once_gives_one_first_revision_and_one_refusal():
    year, people = make_small_year().year, [make_analyst(), make_analyst()]
    for _ in range(ROUNDS):
        given = at_once(*(lambda user=user: prepare(year=year, user=user) for user in people))
        refused = [each for each in given if isinstance(each, RuleBroken)]
        assert [str(refusal)[:27] for refusal in refused] == ["2013/14, revision 1 is prep"]
        release = Release.objects.get()
        assert (release.slug, release.arrangements.count(), release.files.count()) == ("2013-14.r1", 3, 9)
        assert digest_of(release) == release.digest
        discard(release=release, user=people[0])
        assert count_of_everything() == NOTHING


def test_preparing_the_next_revision_twice_at_once_gives_one():
    year, people = make_small_year().year, [make_analyst(), make_analyst()]
    make_release(year)
    given = at_once(*(lambda user=user: prepare(year=year, user=user, public_note="Corrected.") for user in people))
    assert sum(isinstance(each, RuleBroken) for each in given) == 1
    assert sorted(Release.objects.values_list("slug", flat=True)) == ["2013-14.r1", "2013-14.r2"]


def test_approving_and_discarding_at_once_leaves_an_approved_release_or_none():
    year, analyst, publisher = make_small_year().year, make_analyst(), make_publisher()
    for _ in range(ROUNDS):
        release = prepare(year=year, user=analyst, at=MOMENT)
        approved, discarded = at_once(
            lambda release=release: approve(release=release, digest=release.digest, user=publisher),
            lambda release=release: discard(release=release, user=analyst),
        )
        if isinstance(approved, Release):
            assert isinstance(discarded, RuleBroken)
            assert digest_of(Release.objects.get()) == release.digest
            return
        assert isinstance(approved, Release.DoesNotExist)
        assert discarded is None
        assert count_of_everything() == NOTHING


def test_two_publishers_at_once_approve_once():
    year, publishers = make_small_year().year, [make_publisher(), make_publisher()]
    release = prepare(year=year, user=make_analyst())
    given = at_once(*(lambda user=user: approve(release=release, digest=release.digest, user=user) for user in publishers))
    assert sum(isinstance(each, RuleBroken) for each in given) == 1
    approved = next(each for each in given if isinstance(each, Release))
    assert Release.objects.get().approved_by == approved.approved_by


def test_two_moments_set_at_once_leave_one_of_them():
    year, publisher = make_small_year().year, make_publisher()
    release = prepare(year=year, user=make_analyst())
    approve(release=release, digest=release.digest, user=publisher)
    moments = [datetime.now(UTC) + timedelta(days=days) for days in (1, 2)]
    at_once(*(lambda at=at: publish(release=release, at=at, user=publisher) for at in moments))
    assert Release.objects.get().published_at in moments
