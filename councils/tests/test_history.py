"""The trail and the versions: by the ORM, in bulk and by raw SQL alike."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F, QuerySet
from django.test import TestCase

from councils.models import (
    Council,
    CouncilName,
    FormerCode,
    GroupMember,
    GroupPermission,
    OfficerCouncil,
    PartnerBody,
    Succession,
    User,
)
from councils.tests.builders import make_body, make_council, make_region, make_user
from sharedservices.common.history import written_by
from sharedservices.common.versions import StaleWrite


def run(sql: str, *values: int) -> None:
    """Raw SQL, as somebody at a database prompt would write it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def trail(one: Any) -> QuerySet[Any]:
    """The events of the row, oldest first."""
    return one.recorded_events.order_by("pgh_id")


def events_of(model: Any) -> QuerySet[Any]:
    """All events of a model, oldest first; those of deleted rows too."""
    return model.pgh_event_model.objects.order_by("pgh_id")


def labels(one: Any) -> list[str]:
    """What happened to the row, oldest first."""
    return list(trail(one).values_list("pgh_label", flat=True))


class TrailTests(TestCase):
    def test_making_changing_and_deleting_each_leave_an_event(self):
        body = make_body(name="First")
        body.name = "Second"
        body.save()
        key, events = body.pk, events_of(PartnerBody)
        body.delete()
        told = list(events.filter(pgh_obj_id=key).values_list("pgh_label", "name"))
        assert told == [("insert", "First"), ("update", "Second"), ("delete", "Second")]

    def test_bulk_updates_and_raw_sql_leave_old_and_new(self):
        council = make_council(population=1)
        Council.objects.filter(pk=council.pk).update(population=2)
        run("UPDATE councils_council SET population = 3 WHERE id = %s", council.pk)
        told = list(trail(council).values_list("population", "version"))
        assert told == [(1, 1), (2, 2), (3, 3)]

    def test_a_write_that_changes_nothing_leaves_none(self):
        council = make_council()
        council.save()
        Council.objects.filter(pk=council.pk).update(population=F("population"))
        run("UPDATE councils_council SET name = name WHERE id = %s", council.pk)
        assert labels(council) == ["insert"]

    def test_the_event_knows_who_wrote_by_which_door_and_why(self):
        analyst = make_user(staff=True)
        with written_by(door="admin", user=analyst, reason="put right"):
            council = make_council()
        event = trail(council).get()
        assert event.pgh_context.metadata == {"door": "admin", "user": analyst.pk, "reason": "put right"}

    def test_raw_sql_within_a_door_is_told_by_it_too(self):
        council = make_council()
        with written_by(door="shell"):
            run("UPDATE councils_council SET population = 3 WHERE id = %s", council.pk)
        assert trail(council).latest("pgh_id").pgh_context.metadata == {"door": "shell"}

    def test_without_a_door_the_database_role_stands_for_the_writer(self):
        event = trail(make_council()).get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            role = cursor.fetchone()[0]
        assert event.pgh_role == role
        assert event.pgh_context is None

    def test_an_event_cant_be_changed_or_deleted(self):
        council = make_council()
        for deed in ("UPDATE councils_councilevent SET name = 'other'", "DELETE FROM councils_councilevent"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                run(deed)
        assert labels(council) == ["insert"]

    def test_what_hangs_on_a_council_leaves_events_too(self):
        council = make_council(ended_on=date(2019, 3, 31))
        made = [
            CouncilName.objects.create(council=council, name="Old", kind="alias"),
            FormerCode.objects.create(council=council, code="E06000001", ended_on=date(2012, 3, 31)),
            Succession.objects.create(predecessor=council, successor=make_council()),
        ]
        for one in made:
            events, key = events_of(type(one)), one.pk
            one.delete()
            assert list(events.filter(pgh_obj_id=key).values_list("pgh_label", flat=True)) == [
                "insert",
                "delete",
            ]

    def test_the_trail_never_holds_a_password(self):
        names = {field.name for field in events_of(User).model._meta.get_fields()}
        assert "email" in names
        assert not names & {"password", "last_login"}

    def test_a_sign_in_is_no_event(self):
        user = make_user()
        before = events_of(User).count()
        User.objects.filter(pk=user.pk).update(last_login="2015-04-20T12:00Z")
        assert events_of(User).count() == before

    def test_who_was_given_a_council_or_a_group_is_told(self):
        council = make_council()
        user = make_user(councils=[council], groups=["analyst"])
        user.councils.clear()
        told = events_of(OfficerCouncil).filter(user=user, council=council)
        assert [event.pgh_label for event in told] == ["insert", "delete"]
        assert [event.pgh_label for event in events_of(GroupMember).filter(user=user)] == ["insert"]

    def test_a_region_put_right_and_a_right_given_to_a_group_are_told(self):
        region = make_region("Sout East")
        run("UPDATE councils_region SET name = 'South East' WHERE id = %s", region.pk)
        assert list(trail(region).values_list("name", flat=True)) == ["Sout East", "South East"]
        group, permission = Group.objects.create(name="readers"), Permission.objects.earliest("pk")
        group.permissions.add(permission)
        group.permissions.clear()
        assert [event.pgh_label for event in events_of(GroupPermission).filter(group=group)] == ["insert", "delete"]


class VersionTests(TestCase):
    def version(self, council: Council) -> int:
        return Council.objects.get(pk=council.pk).version

    def test_it_rises_with_every_change_and_only_then(self):
        council = make_council(population=1)
        assert self.version(council) == 1
        council.save()
        assert self.version(council) == 1
        Council.objects.filter(pk=council.pk).update(population=2)
        assert self.version(council) == 2
        run("UPDATE councils_council SET population = 3 WHERE id = %s", council.pk)
        assert self.version(council) == 3
        run("UPDATE councils_council SET population = 3 WHERE id = %s", council.pk)
        assert self.version(council) == 3

    def test_nobody_can_turn_it_back(self):
        council = make_council()
        run("UPDATE councils_council SET version = 1, population = 2 WHERE id = %s", council.pk)
        assert self.version(council) == 2
        run("UPDATE councils_council SET version = 99 WHERE id = %s", council.pk)
        assert self.version(council) == 3

    def test_a_row_read_before_another_change_cant_be_written(self):
        council = make_council(population=1)
        assert Council.objects.for_write(pk=council.pk, version=1) == council
        Council.objects.filter(pk=council.pk).update(population=2)
        with pytest.raises(StaleWrite) as stale:
            Council.objects.for_write(pk=council.pk, version=1)
        current: Any = stale.value.current
        assert current.population == 2

    def test_a_version_is_never_negative(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_council(version=-1)
