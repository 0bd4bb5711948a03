"""What a writer says of itself belongs to its own writes: nested, in turn, in one transaction and across requests."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory, TestCase

from sharedservices.common.history import DoorMiddleware, written_by


class WrittenByTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.region = apps.get_model("councils", "Region").objects.create(name="London", slug="london", gss_code="E12000007")
        cls.user = get_user_model().objects.create_user("analyst@example.org", is_staff=True)

    def write(self, name: str) -> None:
        """Make a row of a room above, asked for by name so that the ground imports nothing."""
        model = apps.get_model("councils", "PartnerBody")
        model.objects.create(name=name, slug=name, kind="nhs", region=self.region)

    def write_twice(self, name: str) -> None:
        """Fails on the second, as names are unique."""
        self.write(name)
        self.write(name)

    def event(self, name: str) -> Any:
        return apps.get_model("councils", "PartnerBodyEvent").objects.select_related("pgh_context").get(name=name)

    def said(self, name: str) -> dict[str, Any] | None:
        """What stands with the event of that row; None where nobody said anything."""
        context = self.event(name).pgh_context
        return context.metadata if context else None

    def test_an_event_knows_actor_door_and_reason(self):
        with written_by(door="shell", user=self.user, reason="put right"):
            self.write("a")
        assert self.said("a") == {"door": "shell", "user": self.user.pk, "reason": "put right"}

    def test_what_isnt_said_isnt_kept(self):
        with written_by(door="import", user=AnonymousUser()):
            self.write("a")
        assert self.said("a") == {"door": "import"}

    def test_without_a_word_the_database_role_stands_for_the_writer(self):
        self.write("a")
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            assert self.event("a").pgh_role == cursor.fetchone()[0]
        assert self.said("a") is None

    def test_they_are_stored_once_for_all_rows_of_a_transaction(self):
        with written_by(door="shell", user=self.user, reason="many"), connection.cursor() as cursor:
            self.write("a")
            cursor.execute("SELECT ctid FROM pghistory_context")
            stored = cursor.fetchall()
            for number in range(20):
                self.write(f"a{number}")
            cursor.execute("SELECT ctid FROM pghistory_context")
            assert cursor.fetchall() == stored
        assert self.said("a19") == self.said("a")

    def test_they_are_stored_again_where_a_part_was_taken_back(self):
        with written_by(door="shell", user=self.user, reason="in two goes"):
            with pytest.raises(IntegrityError), transaction.atomic():
                self.write_twice("a")
            self.write("a")
        assert self.said("a") == {"door": "shell", "user": self.user.pk, "reason": "in two goes"}

    def test_no_row_opens_a_subtransaction_to_ask(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE proname IN ('_pgtrigger_should_ignore', '_pgh_attach_context')"
                " AND prosrc NOT ILIKE '%%exception%%' ORDER BY proname"
            )
            assert [name for (name,) in cursor] == ["_pgh_attach_context", "_pgtrigger_should_ignore"]

    def test_words_end_with_their_block_though_the_transaction_goes_on(self):
        with written_by(door="shell", user=self.user, reason="put right"):
            self.write("a")
        self.write("b")
        assert self.said("b") is None

    def test_words_end_with_their_block_when_it_fails(self):
        with pytest.raises(IntegrityError), transaction.atomic(), written_by(door="shell"):
            self.write_twice("a")
        self.write("b")
        assert self.said("b") is None

    def test_an_inner_block_wins_for_its_own_writes_and_for_no_others(self):
        with written_by(door="shell", user=self.user, reason="outer"):
            self.write("before")
            with written_by(door="import", reason="inner"):
                self.write("within")
            self.write("after")
        assert self.said("within") == {"door": "import", "user": self.user.pk, "reason": "inner"}
        assert self.said("before") == self.said("after") == {"door": "shell", "user": self.user.pk, "reason": "outer"}

    def test_two_inner_blocks_keep_their_own_reasons(self):
        with written_by(door="admin", user=self.user):
            for reason in ("first", "second"):
                with written_by(door="admin", reason=reason):
                    self.write(reason)
            self.write("neither")
        assert [(self.said(name) or {}).get("reason") for name in ("first", "second", "neither")] == ["first", "second", None]

    def test_an_inner_block_that_fails_gives_the_word_back(self):
        with written_by(door="shell", reason="outer"):
            with pytest.raises(IntegrityError), transaction.atomic(), written_by(door="import", reason="inner"):
                self.write_twice("a")
            self.write("b")
        assert self.said("b") == {"door": "shell", "reason": "outer"}

    def test_raw_sql_within_a_block_is_told_by_it(self):
        with written_by(door="shell", reason="by hand"), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO councils_partnerbody (name, slug, kind, region_id, version) VALUES ('a', 'a', 'nhs', %s, 1)",
                [self.region.pk],
            )
        assert self.said("a") == {"door": "shell", "reason": "by hand"}

    def test_a_reason_is_kept_to_the_letter(self):
        reason = "Kent's “figure” was 10% off; see \\ and {note}: £5 \N{MINUS SIGN} ok"
        with written_by(door="shell", reason=reason):
            self.write("a")
        assert self.said("a") == {"door": "shell", "reason": reason}

    # Requests

    def request(self, path: str, user: Any, respond: Any) -> None:
        request = RequestFactory().post(path)
        request.user = user
        DoorMiddleware(lambda request: respond() or HttpResponse())(request)

    def test_a_request_says_who_is_signed_in_and_by_which_door_they_came(self):
        for path, door in [("/admin/x/", "admin"), ("/api/v1/x/", "API"), ("/my-council/", "page"), ("/administer/", "page")]:
            self.request(path, self.user, lambda name=door + path: self.write(name))
            said = self.said(door + path)
            assert said is not None
            assert (said["door"], said["user"]) == (door, self.user.pk)

    def test_nobody_signed_in_is_nobody(self):
        self.request("/my-council/", AnonymousUser(), lambda: self.write("a"))
        said = self.said("a")
        assert said is not None
        assert said["user"] is None

    def test_two_deeds_of_one_request_keep_their_own_reasons(self):
        def deeds() -> None:
            for reason in ("first", "second"):
                with written_by(door="admin", user=self.user, reason=reason):
                    self.write(reason)

        self.request("/admin/x/", self.user, deeds)
        assert [(self.said(name) or {}).get("reason") for name in ("first", "second")] == ["first", "second"]
