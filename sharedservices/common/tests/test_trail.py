"""The trail read back: each write in words, the latest first, by whom, by which door and why."""

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from sharedservices.common.history import written_by
from sharedservices.common.tests.triggers import triggers_off
from sharedservices.common.trail import Change, Event, events, told


def model(name: str) -> Any:
    """A model of a room above, asked for by name so that the ground imports nothing."""
    return apps.get_model("councils", name)


class ToldTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_region = model("Region").objects.create
        cls.london = make_region(name="London", slug="london", gss_code="E12000007")
        cls.north = make_region(name="North East", slug="north-east", gss_code="E12000001")
        cls.user = get_user_model().objects.create_user("keeper@example.org", name="Keeper of Bodies")
        cls.body = model("PartnerBody").objects.create(name="Thames Police", slug="thames", kind="police", region=cls.london)

    def told(self, *stored: Any) -> list[Event]:
        return told(stored or [events(model("PartnerBody"), pgh_obj_id=self.body.pk)], known=self.body)

    def change(self, **fields: Any) -> None:
        model("PartnerBody").objects.filter(pk=self.body.pk).update(**fields)

    def role(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            return cursor.fetchone()[0]

    def test_a_row_is_added_with_all_that_was_given_and_nothing_before(self):
        (event,) = self.told()
        assert (event.deed, event.subject) == ("Added", "Thames Police")
        assert Change("region", "", "London") in event.changes
        assert Change("kind", "", "Police") in event.changes
        assert {change.old for change in event.changes} == {""}
        assert "ended on" not in {change.field for change in event.changes}

    def test_a_change_has_old_and_new_of_what_changed_and_of_nothing_else(self):
        self.change(ended_on=date(2014, 3, 31), kind="fire")
        assert self.told()[0].deed == "Changed"
        assert sorted(self.told()[0].changes, key=lambda change: change.field) == [
            Change("ended on", "", "31 March 2014"),
            Change("kind", "Police", "Fire and rescue"),
        ]
        self.change(ended_on=None)
        assert self.told()[0].changes == [Change("ended on", "31 March 2014", "")]

    def test_names_stand_for_keys_those_of_the_past_too(self):
        self.change(region=self.north)
        assert self.told()[0].changes == [Change("region", "London", "North East")]

    def test_the_latest_comes_first_within_one_transaction_too(self):
        for name in ["Severn Police", "Tyne Police"]:
            self.change(name=name)
        assert [event.subject for event in self.told()] == ["Tyne Police", "Severn Police", "Thames Police"]

    def test_a_row_that_is_gone_is_told_by_the_name_it_had(self):
        key = self.body.pk
        self.body.delete()
        self.body.pk = key
        gone = self.told()[0]
        assert (gone.deed, gone.subject, gone.changes) == ("Deleted", "Thames Police", [])

    def test_who_by_which_door_and_why(self):
        with written_by(door="import", user=self.user, reason="From the file of 2012"):
            self.change(name="Severn Police")
        event = self.told()[0]
        assert (event.actor, event.door, event.reason) == ("Keeper of Bodies", "import", "From the file of 2012")

    def test_who_writes_sql_is_the_database_role_by_the_door_of_the_database(self):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE councils_partnerbody SET name = 'Severn Police' WHERE id = %s", [self.body.pk])
        event = self.told()[0]
        assert (event.actor, event.door, event.reason) == (f"database role {self.role()}", "database", "")
        assert event.changes == [Change("name", "Thames Police", "Severn Police")]

    def test_an_actor_whose_account_is_gone_leaves_the_database_role(self):
        with written_by(door="admin", user=self.user):
            self.change(name="Severn Police")
        self.user.delete()
        assert self.told()[0].actor == f"database role {self.role()}"

    def test_a_name_that_refers_to_a_row_long_gone_is_its_kind_and_number(self):
        council = model("Council").objects.create(
            name="Oldford Council", short_name="Oldford", slug="oldford", gss_code="E06000999", kind="unitary",
            region=self.london, started_on=date(1974, 4, 1),
        )  # fmt: skip
        name = model("CouncilName").objects.create(council=council, name="Ould Forde", kind="alias")
        with triggers_off(), connection.cursor() as cursor:  # what an old copy of the trail may hold
            cursor.execute("UPDATE councils_councilnameevent SET council_id = 999999 WHERE pgh_obj_id = %s", [name.pk])
        (event,) = self.told(events(model("CouncilName"), pgh_obj_id=name.pk))
        assert Change("council", "", "number 999999") in event.changes

    def test_yes_and_no_are_words(self):
        get_user_model().objects.filter(pk=self.user.pk).update(is_staff=True)
        latest = told([events(get_user_model(), pgh_obj_id=self.user.pk)], known=self.user)[0]
        assert latest.changes == [Change("LGA staff", "no", "yes")]

    def test_its_queries_do_not_grow_with_the_events(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as counted:
                self.told(events(model("PartnerBody")))
            return len(counted)

        self.change(region=self.north)
        few = queries()
        for number in range(30):
            with written_by(door="import", user=self.user):
                model("PartnerBody").objects.create(name=f"B{number}", slug=f"b{number}", kind="fire", region=self.north)
                self.change(name=f"Police {number}")
        assert queries() <= few + 1 <= 4  # one more for the actor
