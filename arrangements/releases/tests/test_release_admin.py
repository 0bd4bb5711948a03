"""Releases in the admin: each step by the right person, each refusal with its reason, and nothing changed by it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import SmallYear, make_small_year
from arrangements.returns.actions import accept, reopen, submit
from arrangements.returns.models import AnnualReturn
from arrangements.tests.builders import make_analyst, make_arrangement, make_publisher, make_release, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.admin_forms import words

PREPARE = reverse("admin:arrangements_release_add")
NOTE = "One council corrected its figure."


# A deed takes its release again, under a lock.
@override_settings(
    REGISTER_TODAY=date(2014, 6, 1), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class ReleaseAdminTestCase(TestCase):
    """A small year ready to be released, an analyst and two publishers."""

    small: SmallYear

    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        cls.analyst = make_analyst("analyst@example.org")
        cls.publisher = make_publisher("publisher@example.org")

    def sent_as(self, user: Any, url: str, **fields: Any) -> Any:
        self.client.force_login(user)
        return self.client.post(url, fields, follow=True)

    def prepare(self, user: Any = None, **fields: Any) -> Any:
        sent = {"year": self.small.year.pk, "kind": "final", "public_note": "", **fields}
        return self.sent_as(user or self.analyst, PREPARE, **sent)

    def page_of(self, release: Release) -> str:
        return reverse("admin:arrangements_release_change", args=[release.pk])

    def step(self, user: Any, release: Release, deed: str, **fields: Any) -> Any:
        return self.sent_as(user, self.page_of(release), deed=deed, **fields)

    def approve(self, release: Release, user: Any = None) -> Any:
        return self.step(user or self.publisher, release, "approve", digest=release.digest)

    def assert_unchanged(self, release: Release, response: Any, message: str, status: int = 200) -> None:
        assert response.status_code == status
        assert message in words(response)
        stands = Release.objects.get(pk=release.pk)
        steps = ("approved_at", "approved_by_id", "published_at", "digest")
        assert [getattr(stands, step) for step in steps] == [getattr(release, step) for step in steps]


class StepTests(ReleaseAdminTestCase):
    def test_from_preparation_to_publication(self):
        response = self.prepare(public_note="The first figures.")
        release = Release.objects.get()
        assert "2013/14, revision 1 is prepared. Another person approves it." in words(response)
        assert (release.prepared_by, release.kind, release.public_note) == (self.analyst, "final", "The first figures.")
        assert "£280,000" in words(response)
        assert release.digest in words(response)
        for deed in ["Approve this release", "Set the moment of publication"]:
            assert deed not in words(response)
        assert "Discard this preparation" in words(response)

        response = self.approve(release)
        assert "2013/14, revision 1 is approved." in words(response)
        assert "Discard this preparation" not in words(response)
        release.refresh_from_db()
        assert release.approved_by == self.publisher

        response = self.step(self.publisher, release, "publish", at="2014-05-31T09:30")
        assert "2013/14, revision 1 is public from 1 June 2014" in words(response)  # what is past means now
        assert "Set the moment of publication" not in words(response)
        release.refresh_from_db()
        assert timezone.localdate(release.published_at) == date(2014, 6, 1)
        assert release.published_at >= release.approved_at
        assert "2013/14, revision 1" in words(self.client.get("/releases/"))

    @override_settings(REGISTER_TODAY=None)  # the database tells past from future by the real clock
    def test_a_moment_to_come_keeps_it_from_the_public_and_may_be_set_again(self):
        def publish(later: timedelta) -> Any:
            return self.step(self.publisher, release, "publish", at=f"{timezone.localtime() + later:%Y-%m-%dT%H:%M}")

        release = make_release(self.small.year, public=False)
        self.approve(release)
        assert "Set the moment of publication" in words(publish(timedelta(days=1)))
        self.client.logout()
        assert self.client.get(release.get_absolute_url()).status_code == 404
        assert "Set the moment of publication" not in words(publish(timedelta(hours=-1)))
        self.client.logout()
        assert self.client.get(release.get_absolute_url()).status_code == 200

    def test_one_press_approves_and_sets_the_moment_or_neither(self):
        release = make_release(self.small.year, public=False)
        response = self.step(self.publisher, release, "approve-publish", digest=release.digest, at="soon")
        self.assert_unchanged(release, response, "Give a day and a time, such as 2015-06-18 09:30.")
        mine = release.prepared_by
        response = self.step(mine, release, "approve-publish", digest=release.digest, at="2014-06-19T09:30")
        self.assert_unchanged(release, response, "You prepared 2013/14, revision 1 and can't approve it.")
        response = self.step(self.publisher, release, "approve-publish", digest=release.digest, at="2014-06-19T09:30")
        assert "2013/14, revision 1 is approved, and public from 19 June 2014, 09:30 on." in words(response)
        release.refresh_from_db()
        assert (release.approved_by, release.stage) == (self.publisher, "scheduled")

    def test_a_preparation_is_discarded_whole_and_its_number_is_used_again(self):
        release = make_release(self.small.year, public=False)
        response = self.step(self.analyst, release, "discard")
        assert response.redirect_chain[-1][0] == reverse("admin:arrangements_release_changelist")
        assert "2013/14, revision 1 is discarded." in words(response)
        assert not Release.objects.exists()
        assert "2013/14, revision 1 is prepared." in words(self.prepare())

    def test_the_history_tells_each_step(self):
        self.prepare()
        release = Release.objects.get()
        self.approve(release)
        response = self.client.get(reverse("admin:arrangements_release_history", args=[release.pk]))
        told = [(event.deed, event.actor, event.door, event.reason) for event in response.context["events"]]
        assert told[0] == ("Changed", "publisher@example.org", "admin", f"Approved by digest {release.digest[:12]}")
        assert told[-1] == ("Added", "analyst@example.org", "admin", "Release of 2013/14 prepared")
        assert "approved by: “” → “publisher@example.org”" in words(response)


class PrepareRefusalTests(ReleaseAdminTestCase):
    def refused(self, message: str, **fields: Any) -> None:
        before = list(Release.objects.values_list("slug", flat=True))
        response = self.prepare(**fields)
        assert response.status_code == 200
        assert message in words(response)
        assert list(Release.objects.values_list("slug", flat=True)) == before
        if "public_note" in fields:
            assert fields["public_note"].strip() in words(response)  # what was typed is kept

    def test_a_year_without_returns_or_arrangements(self):
        self.refused("has not been collected: no council was asked.", year=make_year(2016).pk)

    def test_a_year_or_kind_that_isn_t_there(self):
        self.refused("Select a valid choice.", year="999999")
        self.refused("Select a valid choice.", year="banana")
        self.refused("This field is required.", year="")
        self.refused("Select a valid choice.", kind="final-final")

    def test_while_another_waits(self):
        make_release(self.small.year, public=False)
        self.refused("is prepared and not yet public.", public_note=NOTE)

    def test_a_revision_without_a_note(self):
        make_release(self.small.year)
        self.refused("A revision needs a public note that says what moved and why.")
        self.refused("A revision needs a public note that says what moved and why.", public_note="   ")
        assert "2013/14, revision 2 is prepared." in words(self.prepare(kind="revised", public_note=NOTE))

    def test_a_return_that_the_last_revision_used_and_that_was_reopened(self):
        make_release(self.small.year)
        of_kent = AnnualReturn.objects.get(council=self.small.kent, year=self.small.year)
        reopen(annual_return=of_kent, reason="A figure was wrong", user=self.analyst)
        self.refused("Returns reopened since the last release (1): Kent County Council", public_note=NOTE)

    def test_an_arrangement_that_breaks_a_rule_of_the_register(self):
        broken = make_arrangement(self.small.kent, self.small.camden, name="Nobody answers")
        broken.partnerships.update(answers=False)
        self.refused("Nobody answers")


class GatesPageTests(ReleaseAdminTestCase):
    """What is open is shown with where it is settled; a reason waives it; nothing can be ticked."""

    def setUp(self):
        reopen(annual_return=self.kent(), reason="A figure was wrong", user=self.analyst)
        self.client.force_login(self.analyst)

    def kent(self) -> AnnualReturn:
        return AnnualReturn.objects.get(council=self.small.kent, year=self.small.year)

    def gate(self, response: Any, name: str) -> Any:
        return next(gate for gate in response.context["gates"] if gate.name == name)

    def send(self, deed: str, **fields: Any) -> Any:
        return self.client.post(PREPARE, {"deed": deed, "year": self.small.year.pk, "gate": "returns", **fields}, follow=True)

    def waive(self, reason: str = "It answers after the summer.", seen: str | None = None) -> Any:
        seen = self.gate(self.client.get(PREPARE), "returns").fingerprint if seen is None else seen
        return self.send("waive", reason=reason, seen=seen)

    def test_it_is_of_the_year_asked_for_or_else_of_the_one_in_collection(self):
        for address in (PREPARE, f"{PREPARE}?year=2013-14", f"{PREPARE}?year=banana"):
            assert "Gates of 2013/14 1 of 7 gates is open." in words(self.client.get(address)), address
        make_year(2012)
        assert "2012/13 has not been collected: no council was asked." in words(self.client.get(f"{PREPARE}?year=2012-13"))

    def test_what_is_open_leads_to_where_it_is_settled_and_holds_up_the_form(self):
        response = self.client.get(PREPARE)
        text, page = words(response), response.content.decode()
        assert "Returns outstanding Open: 1 Chase these councils" in text
        assert f"/admin/arrangements/annualreturn/{self.kent().pk}/change/" in page
        assert "/admin/chasing/?year=2013-14" in page
        assert "Nothing is prepared while a gate is open: returns outstanding." in text
        assert 'value="prepare"' not in page
        assert 'type="checkbox"' not in page.partition('id="content-main"')[2].partition("<dialog")[0]

    def test_a_reason_waives_it_is_shown_and_can_be_withdrawn(self):
        text = words(self.waive())
        assert "Returns outstanding: waived. The reason is published with the release." in text
        assert "Waived by" in text
        assert "It answers after the summer." in text
        assert "No gate is open. 1 is waived" in text
        assert "2013/14, revision 1 is prepared." in words(self.prepare())
        assert "1 council asked had made no return. It answers after the summer." in words(
            self.client.get(self.page_of(Release.objects.get()))
        )
        Release.objects.get().delete()
        assert "The waiver is withdrawn." in words(self.send("withdraw"))
        assert "1 of 7 gates is open." in words(self.client.get(PREPARE))

    def test_a_refused_reason_is_kept_with_why(self):
        text = words(self.waive(reason="Too late"))
        assert "give a reason of 10 letters or more for waiving it" in text
        assert "Too late" in text
        assert "what is behind this gate of 2013/14 has changed since you read it (1 now)" in words(self.waive(seen="stale"))
        assert "There is nothing to waive." in words(self.send("waive", gate="queries", reason="For no reason at all"))

    def test_what_nobody_could_have_sent_is_refused_in_words(self):
        assert "“banana” can’t be waived." in words(self.send("waive", gate="banana"))
        assert "Nothing was done: press one of the buttons of this page." in words(self.send("tick"))
        for year in ("", "banana", "9" * 30, "²"):
            assert "Choose a financial year of the list." in words(self.send("waive", year=year)), year

    def test_the_figures_as_they_would_be_frozen_stand_beside_the_last_release(self):
        self.waive()
        make_release(self.small.year)
        kent = self.kent()
        submit(annual_return=kent, user=self.analyst)
        accept(annual_return=kent, user=self.analyst)
        total = next(row for row in self.client.get(PREPARE).context["figures"] if row["now"].key == "savings-total")
        assert (total["before"].value, total["now"].value, total["moves"]) == (-20_000, 280_000, True)


class ApprovalRefusalTests(ReleaseAdminTestCase):
    def setUp(self):
        self.release = make_release(self.small.year, public=False)

    def test_whoever_prepared_it(self):
        mine = self.release.prepared_by
        self.client.force_login(mine)
        assert "Approve this release" in words(self.client.get(self.page_of(self.release)))
        response = self.approve(self.release, mine)
        self.assert_unchanged(self.release, response, "You prepared 2013/14, revision 1 and can't approve it.")

    def test_whoever_may_not(self):
        assert self.approve(self.release, self.analyst).status_code == 403
        assert self.step(self.analyst, self.release, "publish", at="2014-05-31T09:30").status_code == 403
        assert Release.objects.get().approved_at is None

    def test_another_digest_than_that_of_what_stands(self):
        for digest in ["0" * 64, ""]:
            response = self.step(self.publisher, self.release, "approve", digest=digest)
            self.assert_unchanged(self.release, response, "The digest you name is not that of 2013/14, revision 1")

    def test_twice(self):
        self.approve(self.release)
        self.release.refresh_from_db()
        self.assert_unchanged(self.release, self.approve(self.release, make_publisher()), "is approved already.")

    def test_discarding_what_is_approved(self):
        self.approve(self.release)
        self.release.refresh_from_db()
        response = self.step(self.analyst, self.release, "discard")
        self.assert_unchanged(self.release, response, "is approved and stays. A correction is the next revision.")

    def test_a_step_that_nobody_knows(self):
        for deed in ["", "unpublish"]:
            self.assert_unchanged(self.release, self.step(self.publisher, self.release, deed), "Approve this release")


class MomentRefusalTests(ReleaseAdminTestCase):
    def test_before_approval(self):
        release = make_release(self.small.year, public=False)
        response = self.step(self.publisher, release, "publish", at="2014-05-31T09:30")
        self.assert_unchanged(release, response, "is not approved.")

    def test_once_public(self):
        release = make_release(self.small.year)
        response = self.step(self.publisher, release, "publish", at="2014-06-30T09:30")
        self.assert_unchanged(release, response, "is public already and stays so. A correction is the next revision.")

    def test_what_is_no_moment_is_told_at_its_field(self):
        release = make_release(self.small.year, public=False)
        self.approve(release)
        release.refresh_from_db()
        for at in ["tomorrow", "2014-02-30T09:30", "x" * 10_000]:
            response = self.step(self.publisher, release, "publish", at=at)
            self.assert_unchanged(release, response, "Give a day and a time, such as 2015-06-18 09:30.")
        response = self.step(self.publisher, release, "publish", at="")
        self.assert_unchanged(release, response, "This field is required.")


class PageTests(ReleaseAdminTestCase):
    def test_nobody_but_staff_with_the_right_gets_anywhere(self):
        release = make_release(self.small.year, public=False)
        urls = [reverse("admin:arrangements_release_changelist"), PREPARE, self.page_of(release)]
        for user, status in [(make_user(councils=[self.small.kent]), 302), (make_user(staff=True), 403)]:
            self.client.force_login(user)
            assert [self.client.get(url).status_code for url in urls] == [status] * 3
            assert [self.client.post(url, {"deed": "discard"}).status_code for url in urls] == [status] * 3
        assert Release.objects.count() == 1

    def test_a_release_is_neither_changed_nor_deleted_as_a_row(self):
        release = make_release(self.small.year, public=False)
        self.client.force_login(make_user(staff=True, is_superuser=True))
        assert self.client.post(self.page_of(release).replace("change", "delete"), {"post": "yes"}).status_code == 403
        sent = {"action": "delete_selected", "_selected_action": [release.pk], "post": "yes"}
        self.client.post(reverse("admin:arrangements_release_changelist"), sent)
        assert Release.objects.filter(pk=release.pk).exists()

    def test_no_such_release_answers_404(self):
        self.client.force_login(self.analyst)
        for key in ["999999", "9" * 30, "abc"]:
            assert self.client.get(f"/admin/arrangements/release/{key}/change/").status_code == 404, key

    def test_neither_list_nor_page_takes_more_queries_with_many_releases_and_rows(self):
        self.client.force_login(self.publisher)
        release = make_release(self.small.year)
        urls = [reverse("admin:arrangements_release_changelist"), self.page_of(release), PREPARE]

        def queries() -> list[int]:
            counted = []
            for url in urls:
                with CaptureQueriesContext(connection) as each:
                    assert self.client.get(url).status_code == 200
                counted.append(len(each))
            return counted

        few = queries()
        for _ in range(20):
            make_arrangement(make_council(), self.small.kent)
        for number in range(9):
            release = make_release(self.small.year, note=f"{NOTE} {number}")
        urls[1] = self.page_of(release)
        assert queries() == few
        assert max(few) <= 12
