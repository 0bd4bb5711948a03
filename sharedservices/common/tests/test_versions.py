"""Lost updates: a version that rises with every change, and the one safe way to take a row for writing."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from sharedservices.common.versions import StaleWrite


def bodies() -> Any:
    """Rows that carry a version; of a room above, asked for by name so that the ground imports nothing."""
    return apps.get_model("councils", "PartnerBody").objects


class VersionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        region = apps.get_model("councils", "Region").objects.create(name="London", slug="london", gss_code="E12000007")
        cls.body = bodies().create(name="Thames Police", slug="thames-police", kind="police", region=region)

    def version(self) -> int:
        return bodies().get(pk=self.body.pk).version

    def test_a_row_begins_at_one(self):
        assert self.version() == 1

    def test_it_rises_by_save_by_update_and_by_raw_sql(self):
        self.body.name = "Severn Police"
        self.body.save()
        assert self.version() == 2
        bodies().filter(pk=self.body.pk).update(ended_on=date(2014, 3, 31))
        assert self.version() == 3
        with connection.cursor() as cursor:
            cursor.execute("UPDATE councils_partnerbody SET kind = 'fire' WHERE id = %s", [self.body.pk])
        assert self.version() == 4

    def test_a_write_that_changes_nothing_raises_nothing(self):
        self.body.save()
        bodies().update(name=F("name"))
        assert self.version() == 1

    def test_a_writer_has_no_say_in_it(self):
        bodies().update(version=40)
        assert self.version() == 2
        bodies().update(version=1, name="Severn Police")
        assert self.version() == 3

    def test_the_version_that_was_read_opens_the_row_and_locks_it(self):
        with CaptureQueriesContext(connection) as asked:
            assert bodies().for_write(pk=self.body.pk, version=1) == self.body
        assert len(asked) == 1
        assert 'FOR UPDATE OF "councils_partnerbody"' in asked[0]["sql"]

    def test_an_older_a_newer_and_no_version_are_refused_with_the_row_as_it_stands(self):
        bodies().update(name="Severn Police")
        for version in (1, 3, None):
            with self.subTest(version), pytest.raises(StaleWrite) as stale:
                bodies().for_write(pk=self.body.pk, version=version)
            assert str(stale.value) == "Severn Police has been changed since you opened it."
            assert stale.value.current.version == 2

    def test_a_row_that_is_gone_is_not_there_to_write(self):
        bodies().all().delete()
        with pytest.raises(bodies().model.DoesNotExist):
            bodies().for_write(pk=self.body.pk, version=1)
