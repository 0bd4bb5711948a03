"""The digest is of all that was prepared: what is stored gives it again, and any other value gives another."""

from typing import Any

from django.db import connection, models
from django.test import TestCase

from arrangements.releases.actions import discard, prepare
from arrangements.releases.digest import digest_of
from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import MOMENT, leave_one_out, make_small_year
from arrangements.releases.tests.stored import FROZEN, behind_the_triggers
from arrangements.tests.builders import accept_all, make_analyst, make_release, make_year

# Keys of this database, and nothing that is published.
OF_THIS_DATABASE = {"id", "release", "arrangement", "council", "figure"}


class DigestTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        leave_one_out(cls.small)
        year_before = make_year(2012)
        accept_all(year_before)
        make_release(year_before)
        cls.analyst = make_analyst()
        cls.release = prepare(year=cls.small.year, user=cls.analyst, at=MOMENT, public_note="First.")

    def test_it_is_64_hexadecimal_digits_and_what_is_stored_gives_it_again(self):
        assert len(self.release.digest) == 64
        int(self.release.digest, 16)
        assert digest_of(Release.objects.get(pk=self.release.pk)) == self.release.digest

    def test_preparing_the_same_again_gives_the_same(self):
        discard(release=self.release, user=self.analyst)
        again = prepare(year=self.small.year, user=make_analyst(), public_note="First.")
        assert again.digest == self.release.digest

    def test_any_value_of_any_frozen_row_counts(self):
        for model in FROZEN:
            rows = model._default_manager.filter(release=self.release)
            for field in model._meta.concrete_fields:
                # The amount of a row that has one; the outcome of a row that has none.
                of_arrangements = {"amount": {"amount__gt": 0}, "outcome": {"amount": None}}
                if field.name not in OF_THIS_DATABASE:
                    row = rows.filter(**of_arrangements.get(field.name, {})).order_by("pk").last()
                    self.assert_counts(model, field, row.pk)

    def assert_counts(self, model: type[models.Model], field: Any, key: int) -> None:
        """With another value in the column the stored release gives another digest."""
        with behind_the_triggers(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET {field.column} = {other_value(field)} WHERE id = %s", [key])
            assert digest_of(self.release) != self.release.digest, f"{model._meta.db_table}.{field.column}"

    def test_a_row_more_or_less_counts(self):
        for model, name in zip(FROZEN, ("reference", "gss_code", "key", "name", "name", "gate"), strict=True):
            row = model._default_manager.filter(release=self.release).last()
            with behind_the_triggers():
                model._default_manager.filter(pk=row.pk).delete()
                assert digest_of(self.release) != self.release.digest
            with behind_the_triggers():
                row.pk = None
                setattr(row, name, "flags" if name == "gate" else "another")
                row.save(force_insert=True)
                assert digest_of(self.release) != self.release.digest

    def test_what_the_release_says_of_itself_counts(self):
        for changes in ({"public_note": "Second."}, {"kind": "final"}, {"slug": "2013-14.r7"}, {"compared_with": None}):
            with behind_the_triggers():
                Release.objects.filter(pk=self.release.pk).update(**changes)
                assert digest_of(Release.objects.get(pk=self.release.pk)) != self.release.digest, changes

    def test_one_pound_makes_another_release(self):
        discard(release=self.release, user=self.analyst)
        self.small.ict.reported_savings.update(amount=300_001)
        assert prepare(year=self.small.year, user=self.analyst, public_note="First.").digest != self.release.digest


def other_value(field: Any) -> str:
    """SQL for a value that differs from whatever the column holds."""
    column = field.column
    if isinstance(field, models.BinaryField):
        return f"{column} || ' '::bytea"
    if isinstance(field, models.BooleanField):
        return f"NOT {column}"
    if isinstance(field, models.DateField):
        return f"{column} + 1"
    if isinstance(field, models.JSONField):
        return "'[{\"other\": 1}]'::jsonb"
    if isinstance(field, models.IntegerField):
        return f"coalesce({column} + 1, 0)"
    if isinstance(field, models.CharField | models.TextField):
        return f"left('x' || {column}, {field.max_length or 2000})"
    return f"array_append({column}, 'x')"
