"""The trail and the versions of the register's rows: by the ORM, in bulk and by raw SQL alike."""

from typing import Any

import pytest
from django.db import connection
from django.test import TestCase

from arrangements.register.models import (
    Arrangement,
    FormerName,
    OtherService,
    Partnership,
    Replacement,
    Service,
    ServiceCategory,
)
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from councils.tests.builders import make_body, make_council
from sharedservices.common.history import written_by
from sharedservices.common.versions import StaleWrite


def run(sql: str, *values: Any) -> None:
    """Raw SQL, as somebody at a database prompt would write it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def events_of(model: Any) -> Any:
    """All events of a model, oldest first."""
    return model.pgh_event_model.objects.order_by("pgh_id")


def trail(one: Any) -> Any:
    """The events of one row, oldest first; also when the row is gone."""
    return events_of(type(one)).filter(pgh_obj_id=one.pk)


class TrailTests(TestCase):
    def test_an_arrangement_leaves_old_and_new_by_save_update_and_raw_sql(self):
        arrangement = make_arrangement(name="First")
        arrangement.name = "Second"
        arrangement.save()
        Arrangement.objects.filter(pk=arrangement.pk).update(name="Third")
        run("UPDATE arrangements_arrangement SET name = 'Fourth' WHERE id = %s", arrangement.pk)
        told = list(trail(arrangement).values_list("pgh_label", "name", "version"))
        assert told == [("insert", "First", 1), ("update", "Second", 2), ("update", "Third", 3), ("update", "Fourth", 4)]

    def test_raw_sql_and_update_leave_the_database_role(self):
        arrangement = make_arrangement()
        Arrangement.objects.update(name="Third")
        run("UPDATE arrangements_arrangement SET name = 'Fourth'")
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            role = cursor.fetchone()[0]
        for event in trail(arrangement).filter(pgh_label="update"):
            assert (event.pgh_role, event.pgh_context) == (role, None)

    def test_whoever_says_so_is_named_with_door_and_reason(self):
        arrangement = make_arrangement()
        with written_by(door="import", reason="the 2014 survey"):
            arrangement.partnerships.update(left_on="2014-03-31")
        for event in events_of(Partnership).filter(arrangement=arrangement, pgh_label="update"):
            assert event.pgh_context.metadata == {"door": "import", "reason": "the 2014 survey"}
            assert str(event.left_on) == "2014-03-31"

    def test_every_row_of_the_register_leaves_an_event_when_it_comes_and_goes(self):
        arrangement, replaced = make_arrangement(bodies=[make_body()]), make_arrangement()
        arrangement.other_services.add(make_service("legal"))
        arrangement.replaces.add(replaced)
        category = ServiceCategory.objects.create(slug="new", name="New")
        rows = [
            FormerName.objects.create(arrangement=arrangement, name="Old"),
            make_partnership(arrangement, make_council()),
            arrangement.body_partnerships.get(),
            OtherService.objects.get(),
            Replacement.objects.get(),
            Service.objects.create(slug="new", name="New", category=category),
            category,
        ]
        for row in rows:
            key, events = row.pk, events_of(type(row))
            row.delete()
            with self.subTest(type(row).__name__):
                assert list(events.filter(pgh_obj_id=key).values_list("pgh_label", flat=True)) == ["insert", "delete"]

    def test_a_service_added_in_the_usual_way_is_told(self):
        arrangement, legal = make_arrangement(), make_service("legal")
        arrangement.other_services.add(legal)
        event = events_of(OtherService).get()
        assert (event.pgh_label, event.arrangement_id, event.service_id) == ("insert", arrangement.pk, legal.pk)


class VersionTests(TestCase):
    def test_it_rises_for_arrangements_and_both_kinds_of_partnership_by_any_door(self):
        arrangement = make_arrangement(bodies=[make_body()])
        for one, column in [
            (arrangement, "ended_on = '2020-03-31', end_reason = 'expired'"),
            (arrangement.partnerships.get(answers=True), "left_on = '2014-03-31'"),
            (arrangement.body_partnerships.get(), "left_on = '2014-03-31'"),
        ]:
            with self.subTest(type(one).__name__):
                run(f"UPDATE {one._meta.db_table} SET {column} WHERE id = %s", one.pk)
                run(f"UPDATE {one._meta.db_table} SET {column} WHERE id = %s", one.pk)
                one.refresh_from_db()
                assert one.version == 2

    def test_a_stale_reading_of_an_arrangement_is_refused_with_what_stands(self):
        arrangement = make_arrangement(name="First")
        Arrangement.objects.update(name="Second")
        with pytest.raises(StaleWrite) as stale:
            Arrangement.objects.for_write(pk=arrangement.pk, version=arrangement.version)
        current: Any = stale.value.current
        assert current.name == "Second"
        assert Arrangement.objects.for_write(pk=arrangement.pk, version=current.version) == current

    def test_a_stale_reading_of_a_partnership_is_refused(self):
        arrangement = make_arrangement()
        partnership = arrangement.partnerships.get(answers=True)
        Partnership.objects.update(left_on="2014-03-31")
        with pytest.raises(StaleWrite):
            Partnership.objects.for_write(pk=partnership.pk, version=partnership.version)
