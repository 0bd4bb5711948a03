"""Publishing only sets a moment: before it nobody but LGA staff sees the release, from it on everybody does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import TestCase, override_settings

from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure, ReleasedFile
from arrangements.releases.tests.small_year import BEFORE, MOMENT, make_small_year
from arrangements.releases.tests.stored import run
from arrangements.tests.builders import accept_all, make_analyst, make_publisher, make_release, make_year
from councils.tests.builders import make_user
from sharedservices.common.errors import RuleBroken

DAY_BEFORE = date(2014, 5, 19)
DAY_AFTER = date(2014, 5, 21)


class MomentTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        self.publisher = make_publisher()
        self.release = prepare(year=self.small.year, user=make_analyst(), at=BEFORE)

    def approve(self) -> None:
        approve(release=self.release, digest=self.release.digest, user=self.publisher, at=BEFORE)

    def test_only_an_approved_release_gets_a_moment(self):
        with pytest.raises(RuleBroken, match="is not approved"):
            publish(release=self.release, at=MOMENT, user=self.publisher)
        with pytest.raises(IntegrityError, match="only_an_approved_release_is_published"), transaction.atomic():
            Release.objects.update(published_at=MOMENT)
        assert Release.objects.get().published_at is None

    def test_it_is_public_from_the_moment_on_and_not_a_microsecond_before(self):
        self.approve()
        release = publish(release=self.release, at=MOMENT, user=self.publisher)
        assert not release.is_public(BEFORE)
        assert release.is_public(MOMENT)
        assert not Release.objects.published(BEFORE).exists()
        assert list(Release.objects.published(MOMENT)) == [release]
        assert Release.objects.latest(BEFORE) is None
        assert Release.objects.latest(MOMENT) == release

    def test_the_moment_may_be_set_again_until_it_is_reached(self):
        self.approve()
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        publish(release=self.release, at=tomorrow, user=self.publisher)
        publish(release=self.release, at=tomorrow + timedelta(days=1), user=self.publisher)
        moved = publish(release=self.release, at=tomorrow - timedelta(hours=1), user=self.publisher)
        assert moved.stage == "scheduled"
        assert moved.published_at == tomorrow - timedelta(hours=1)

    def test_once_reached_it_stays(self):
        self.approve()
        reached = datetime.now(UTC) - timedelta(hours=1)
        publish(release=self.release, at=reached, user=self.publisher)
        with pytest.raises(RuleBroken, match=r"is public already and stays so\. A correction is the next revision\."):
            publish(release=self.release, at=datetime.now(UTC) + timedelta(days=1), user=self.publisher)
        with pytest.raises(ProgrammingError, match="A published release stays published"):
            run("UPDATE arrangements_release SET published_at = now() + interval '1 day'")
        with pytest.raises(ProgrammingError, match="A published release stays published"):
            run("UPDATE arrangements_release SET published_at = NULL")
        assert Release.objects.get().published_at == reached

    @override_settings(REGISTER_TODAY=DAY_BEFORE)
    def test_in_a_demonstration_set_in_the_past_a_moment_that_cannot_move_is_refused_in_words(self):
        self.approve()
        publish(release=self.release, at=MOMENT, user=self.publisher)
        with pytest.raises(RuleBroken, match="is past by the real clock"):
            publish(release=self.release, at=MOMENT + timedelta(days=1), user=self.publisher)
        assert Release.objects.get().published_at == MOMENT


class VisibilityTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        cls.release = make_release(cls.small.year)
        cls.officer = make_user(councils=[cls.small.kent])
        cls.analyst = make_analyst()

    def addresses(self) -> list[str]:
        page, api = f"/releases/{self.release.slug}/", f"/api/v1/releases/{self.release.slug}/"
        return [
            page, f"{page}arrangements/", f"{page}arrangements.csv", f"{page}councils/", f"{page}councils.csv",
            f"{page}figures/savings-total/", f"{page}files/figures.json",
            api, f"{api}arrangements/", f"{api}councils/", f"{api}figures/", f"{api}figures/savings-total/",
        ]  # fmt: skip

    def test_before_its_moment_its_addresses_answer_404_to_the_public_and_to_officers(self):
        with override_settings(REGISTER_TODAY=DAY_BEFORE, REQUIRE_SECOND_FACTOR=False):
            for reader in (None, self.officer):
                if reader:
                    self.client.force_login(reader)
                assert {address: self.client.get(address).status_code for address in self.addresses()} == dict.fromkeys(
                    self.addresses(), 404
                )

    def test_after_its_moment_they_answer_everybody_with_nothing_having_run(self):
        with override_settings(REGISTER_TODAY=DAY_AFTER):
            assert {address: self.client.get(address).status_code for address in self.addresses()} == dict.fromkeys(
                self.addresses(), 200
            )

    def test_before_its_moment_staff_see_its_pages_and_the_api_that_reads_no_cookie_shows_nothing(self):
        with override_settings(REGISTER_TODAY=DAY_BEFORE, REQUIRE_SECOND_FACTOR=False):
            self.client.force_login(self.analyst)
            for address in self.addresses():
                answer = self.client.get(address)
                assert answer.status_code == (404 if address.startswith("/api/") else 200), address
            page = self.client.get(f"/releases/{self.release.slug}/")
            assert "This release is not public. Only LGA staff see this page." in page.content.decode()
            file = self.client.get(f"/releases/{self.release.slug}/files/figures.json")
            assert file["Cache-Control"] == "private, no-store"

    def test_before_its_moment_no_list_home_page_or_figure_speaks_of_it(self):
        with override_settings(REGISTER_TODAY=DAY_BEFORE):
            assert "No year has been published yet." in self.client.get("/").content.decode()
            assert self.release.slug not in self.client.get("/releases/").content.decode()
            for name in ("releases", "figures", "savings"):
                assert self.client.get(f"/api/v1/{name}/").json()["meta"]["count"] == 0
        with override_settings(REGISTER_TODAY=DAY_AFTER):
            assert "£280,000" in self.client.get("/").content.decode()
            assert self.release.slug in self.client.get("/releases/").content.decode()
            for name in ("releases", "figures", "savings"):
                assert self.client.get(f"/api/v1/{name}/").json()["meta"]["count"] > 0

    def test_visible_to_says_so_of_each_kind_of_row(self):
        for model in (ReleasedArrangement, ReleasedCouncil, ReleasedFigure, ReleasedFile, Release):
            with override_settings(REGISTER_TODAY=DAY_BEFORE):
                assert not model.objects.visible_to(AnonymousUser()).exists()
                assert not model.objects.visible_to(self.officer).exists()
                assert model.objects.visible_to(self.analyst).exists()
            with override_settings(REGISTER_TODAY=DAY_AFTER):
                assert model.objects.visible_to(AnonymousUser()).exists()


class RevisionsTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        self.first = make_release(self.small.year)
        self.second = make_release(self.small.year, at=MOMENT + timedelta(days=2), note="Corrected.")

    def test_the_latest_is_the_highest_revision_public_at_the_moment(self):
        assert Release.objects.latest(MOMENT + timedelta(days=2)) == self.second
        assert Release.objects.latest(MOMENT + timedelta(days=2, microseconds=-1)) == self.first

    def test_one_revision_of_each_year_is_current_and_the_others_are_superseded(self):
        assert list(Release.objects.current()) == [self.second]
        with override_settings(REGISTER_TODAY=DAY_AFTER):
            assert list(Release.objects.current()) == [self.first]
        assert dict(Release.objects.with_superseded().values_list("slug", "is_superseded")) == {
            "2013-14.r1": True,
            "2013-14.r2": False,
        }

    def test_a_superseded_release_says_so_and_keeps_its_figures(self):
        page = self.client.get(self.first.get_absolute_url()).content.decode()
        assert "superseded by" in page
        assert "£280,000" in page
        assert "superseded" not in self.client.get(self.second.get_absolute_url()).content.decode()

    def test_newest_comes_first_by_year_then_by_revision(self):
        year_before = make_year(2012)
        accept_all(year_before)
        earlier = make_release(year_before, at=MOMENT + timedelta(days=9))
        assert list(Release.objects.newest_first()) == [self.second, self.first, earlier]
        assert Release.objects.latest() == self.second
