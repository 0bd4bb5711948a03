"""What the public is told of changes to the register: every fact that is public, old and new, and nothing else of the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arrangements.public.changes import CHANGES_A_PAGE
from arrangements.public.tests.test_pages import words
from arrangements.register.models import Arrangement, OtherService, Partnership
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.tests.small_year import make_small_year
from arrangements.returns.chasing.models import CouncilContact
from arrangements.returns.models import ReportedSaving
from arrangements.tests.builders import make_analyst, make_arrangement, make_partnership, make_publisher, make_service
from councils.models import Council, CouncilName
from councils.tests.builders import make_body, make_council, make_user
from sharedservices.common.history import written_by
from sharedservices.common.tests.admin_forms import as_read
from sharedservices.common.tests.feeds import feed_of, whole_feed


class TestedChanges(TestCase):
    """The small register, and what its feed tells beyond what it told before."""

    @classmethod
    def setUpTestData(cls):
        cls.surrey, cls.barnet = make_council("Surrey County Council", short_name="Surrey"), make_council("Barnet Council")
        cls.ict = make_arrangement(cls.surrey, cls.barnet, name="ICT service", summary="One team")

    def setUp(self):
        self.known = {each.key for each in whole_feed(self.client, "/changes.atom")}

    def news(self):
        return [each for each in whole_feed(self.client, "/changes.atom") if each.key not in self.known]


class FactTests(TestedChanges):
    def test_whichever_door_it_came_by_a_change_is_told_with_old_and_new(self):
        self.ict.name = "Technology service"
        self.ict.save()
        Arrangement.objects.update(governance="lead_authority")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_arrangement SET ended_on = '2014-03-31', end_reason = 'dissolved'")
        titles = [each.title for each in self.news()]
        assert titles == ["Technology service: changed"] * 3
        told = " ".join(each.html for each in self.news())
        assert "Name: <del>ICT service</del>" in told
        assert "<ins>Technology service</ins>" in told
        assert "Governance form: <del>Not known</del>" in told
        assert "Ended on: <del>none</del>" in told
        assert "<ins>31 March 2014</ins>" in told

    def test_who_takes_part_is_told_by_name_as_they_come_change_and_go(self):
        sutton = make_council("Sutton Council")
        part = make_partnership(self.ict, sutton, joined_on=date(2013, 6, 1))
        Partnership.objects.filter(pk=part.pk).update(left_on=date(2014, 3, 31))
        Partnership.objects.filter(pk=part.pk).delete()
        told = [each for each in self.news() if each.title.startswith("ICT service")]
        assert [each.title for each in told] == [f"ICT service: partnership {deed}" for deed in ("removed", "changed", "added")]
        assert "<del>Sutton Council</del>" in told[0].html
        assert "Left on: <del>none</del>" in told[1].html
        assert "<ins>1 June 2013</ins>" in told[2].html
        assert {each.link for each in told} == {self.ict.get_absolute_url()}

    def test_councils_their_names_and_bodies_are_told(self):
        Council.objects.filter(pk=self.surrey.pk).update(name="Surrey Council", ended_on=date(2020, 3, 31))
        CouncilName.objects.create(council=self.surrey, name="The county", kind="alias")
        make_body("Surrey Police")
        titles = {each.title for each in self.news()}
        assert {"Surrey Council: changed", "Surrey Council: other name added", "Partner body Surrey Police: added"} <= titles
        assert self.client.get("/changes/?about=councils").status_code == 200
        assert "ICT service" not in words(self.client, "/changes/?about=councils")

    def test_a_write_that_changes_no_public_fact_is_no_news(self):
        OtherService.objects.create(arrangement=self.ict, service=make_service("legal"))  # raises the version too
        before = len(self.news())
        Council.objects.filter(pk=self.surrey.pk).update(hex_q=1, hex_r=1, population=9)
        Arrangement.objects.filter(pk=self.ict.pk).update(name=self.ict.name)
        assert len(self.news()) == before
        assert [each.title for each in self.news() if "ICT" in each.title] == ["ICT service: other service added"]

    def test_an_address_to_ask_at_is_said_to_have_changed_and_not_shown(self):
        Arrangement.objects.update(contact="jane.doe@example.org")
        Arrangement.objects.update(contact="ict@example.org")
        told = " ".join(each.html for each in self.news())
        assert "Contact changed" in told
        assert "example.org" not in told + self.client.get("/changes/").content.decode()

    def test_characters_that_no_feed_can_hold_do_not_break_it(self):
        Arrangement.objects.update(name="Bell \x07 service", summary="<script>alert(1)</script>")
        (entry,) = self.news()
        assert "\ufffd" in entry.title
        assert "&lt;script&gt;" in entry.html


class SecretTests(TestedChanges):
    def test_reason_door_and_writer_stay_inside_and_the_public_note_goes_out(self):
        writer = make_user("secret.writer@example.org", staff=True)
        with written_by(
            door="secret door", user=writer, reason="secret reason", public_note="The partners merged their teams <again>."
        ):
            Arrangement.objects.update(name="One team")
        page, feed = (self.client.get(address).content.decode() for address in ("/changes/", "/changes.atom"))
        for secret in ("secret", "door", "writer"):
            assert secret not in page + feed
        assert "The partners merged their teams &lt;again&gt;." in page
        assert "The partners merged their teams" in self.news()[0].html

    def test_nothing_of_returns_contacts_or_people_is_told(self):
        small = make_small_year()
        before = len(self.news())
        known = self.client.get("/changes.atom").content, self.client.get("/changes/").content
        ReportedSaving.objects.figures().update(amount=123_456_789, note="secret note")
        CouncilContact.objects.create(council=small.kent, email="secret@example.org")
        make_user("secret@example.org", councils=[small.kent])
        assert len(self.news()) == before
        assert (self.client.get("/changes.atom").content, self.client.get("/changes/").content) == known

    @override_settings(REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}])
    def test_the_admin_s_form_takes_the_note_and_keeps_it_while_the_page_comes_back(self):
        self.client.force_login(make_analyst())
        page = f"/admin/arrangements/arrangement/{self.ict.pk}/change/"
        read = as_read(self.client.get(page))
        Arrangement.objects.filter(pk=self.ict.pk).update(summary="Theirs")
        mine = {**read, "summary": "Mine", "public_note": "Put more clearly."}
        back = self.client.post(page, mine)
        assert back.status_code == 200
        assert ">Put more clearly.</textarea>" in back.content.decode()
        long = self.client.post(page, {**as_read(self.client.get(page)), "public_note": "x" * 501})
        assert "Public note: it has 501 characters, and 500 is the most." in long.content.decode()
        sent = {**as_read(self.client.get(page)), "summary": "Agreed", "public_note": "Put more clearly."}
        assert self.client.post(page, sent).status_code == 302
        (entry, _) = self.news()
        assert "Put more clearly." in entry.html
        assert "<ins>Agreed</ins>" in entry.html
        history = self.client.get(f"/admin/arrangements/arrangement/{self.ict.pk}/history/").content.decode()
        assert "Public note: Put more clearly." in history


class ReleaseTests(TestCase):
    def test_a_release_is_told_from_its_moment_on_and_a_preparation_never(self):
        small = make_small_year()
        moment = timezone.now() - timedelta(days=300)
        first = prepare(year=small.year, user=make_publisher(), at=moment)
        assert "figures published" not in self.client.get("/changes.atom").content.decode()
        approve(release=first, digest=first.digest, user=make_publisher(), at=moment)
        publish(release=first, at=timezone.now() + timedelta(hours=1), user=make_publisher())
        address = "/changes.atom?about=releases"
        assert whole_feed(self.client, address) == []
        publish(release=first, at=moment, user=make_publisher())
        (entry,) = whole_feed(self.client, address)
        assert entry.title == "2013/14, revision 1: provisional figures published"
        assert entry.updated.replace(microsecond=0) == moment.astimezone(UTC).replace(microsecond=0)
        assert entry.link == "/releases/2013-14.r1/"
        second = prepare(year=small.year, user=make_publisher(), public_note="Nothing moved.", at=moment)
        assert second.published_at is None
        assert len(whole_feed(self.client, address)) == 1


class PagingTests(TestCase):
    def test_from_page_to_page_each_change_comes_once_while_others_are_made(self):
        one = make_arrangement()
        for number in range(2 * CHANGES_A_PAGE):
            Arrangement.objects.filter(pk=one.pk).update(name=f"Named {number}")
        seen: list[str] = []
        following: str | None = "/changes.atom"
        while following:
            _, entries, following = feed_of(self.client, following)
            seen += [each.html for each in entries if "Named" in each.html and "<del>Named" in each.html]
            Arrangement.objects.filter(pk=one.pk).update(summary=f"Meanwhile {len(seen)}")
        assert len(seen) == 2 * CHANGES_A_PAGE - 1
        assert len(set(seen)) == len(seen)

    def test_a_place_that_the_register_never_gave_is_refused(self):
        for place in ("yesterday", "2015-01-01~1~1", "2015-01-01T00:00:00Z~1", "2015-01-01T00:00:00Z~x~1", "~~", "9" * 400):
            answer = self.client.get("/changes/", {"before": place})
            assert answer.status_code == 400, place
            assert "no place that the register gave" in answer.content.decode()
        far = self.client.get("/changes/", {"before": "2015-01-01T00:00:00Z~99999999999999999999~999999999999999999999"})
        assert far.status_code == 200

    def test_few_queries_and_no_more_with_five_hundred_changes_than_with_ten(self):
        counts = []
        for count in (10, 500):
            before = transaction.savepoint()
            body = make_body()
            for _ in range(3):
                make_arrangement(make_council(), make_council(), bodies=[body], clients=[make_council()])
            Arrangement.objects.bulk_create(
                Arrangement(name=f"Made {number}", main_service=make_service(), started_on=date(2012, 4, 1))
                for number in range(count)
            )
            with CaptureQueriesContext(connection) as captured:
                assert self.client.get("/changes/").status_code == 200
            counts.append(len(captured))
            transaction.savepoint_rollback(before)
        assert counts[1] <= counts[0] <= 12


@pytest.mark.django_db
def test_an_empty_register_has_a_feed_too(client):
    root, entries, following = feed_of(client, "/changes.atom?about=releases")
    assert (entries, following) == ([], None)
    assert datetime.fromisoformat(root.findtext("{http://www.w3.org/2005/Atom}updated")).year == 2015
