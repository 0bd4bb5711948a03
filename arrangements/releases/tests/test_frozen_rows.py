"""From preparation on nothing changes a frozen row: not the ORM, not raw SQL; only a whole preparation can go."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, models, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from arrangements.releases.actions import prepare
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil, ReleasedFigure, ReleasedFile
from arrangements.releases.tests.small_year import MOMENT, leave_one_out, make_small_year
from arrangements.releases.tests.stored import FROZEN, NOTHING, count_of_everything, run, stored
from arrangements.tests.builders import accept_all, make_analyst, make_publisher, make_release, make_year

NEVER_CHANGE = "Released rows never change"
NEVER_ADDED = "This release is prepared: no row can be added to it"
NEVER_ONE_BY_ONE = "Released rows are never deleted one by one"
NEVER_EMPTIED = "Released rows are never emptied"
PREPARED_FOR_GOOD = "A prepared release never changes"


def refused(words: str) -> Any:
    """The database refuses with these words."""
    return pytest.raises(ProgrammingError, match=words)


class FrozenRowsTests(TestCase):
    """Each claim of a release that is prepared and of one that is public."""

    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        leave_one_out(cls.small)
        cls.year_before = make_year(2012)
        accept_all(cls.year_before)
        cls.year_before.returns.filter(council=cls.small.outsider).update(state="in_progress", accepted_by=None, accepted_at=None)
        cls.public = make_release(cls.year_before)
        cls.prepared = prepare(year=cls.small.year, user=make_analyst(), at=MOMENT)
        cls.releases = [cls.public, cls.prepared]

    def setUp(self):
        self.before = [stored(release) for release in self.releases]

    def tearDown(self):
        assert [stored(release) for release in self.releases] == self.before

    def rows(self) -> list[models.Model]:
        """One frozen row of each table and release."""
        return [model._default_manager.filter(release=release).first() for model in FROZEN for release in self.releases]

    # Rows

    def test_update_of_a_queryset_is_refused(self):
        for model, changes in {
            ReleasedArrangement: {"amount": 1, "outcome": "figure"},
            ReleasedCouncil: {"asked": False},
            ReleasedFigure: {"value": 1},
            ReleasedFile: {"content": b"other"},
        }.items():
            for release in self.releases:
                with refused(NEVER_CHANGE), transaction.atomic():
                    model.objects.filter(release=release).update(**changes)

    def test_saving_a_row_is_refused_even_as_it_stands(self):
        for row in self.rows():
            with refused(NEVER_CHANGE), transaction.atomic():
                row.save()

    def test_deleting_a_row_is_refused(self):
        for row in self.rows():
            with refused(NEVER_ONE_BY_ONE), transaction.atomic():
                type(row)._default_manager.get(pk=row.pk).delete()
        for model in FROZEN:
            with refused(NEVER_ONE_BY_ONE), transaction.atomic():
                model._default_manager.all().delete()

    def test_adding_a_row_is_refused(self):
        for row in self.rows():
            row.pk = None
            with refused(NEVER_ADDED), transaction.atomic():
                row.save(force_insert=True)
            with refused(NEVER_ADDED), transaction.atomic():
                type(row)._default_manager.bulk_create([row])

    def test_raw_sql_changes_no_column_of_any_table(self):
        for row in self.rows():
            for field in row._meta.concrete_fields:
                with refused(NEVER_CHANGE):
                    run(f"UPDATE {row._meta.db_table} SET {field.column} = {field.column} WHERE id = %s", row.pk)

    def test_raw_sql_moves_no_row_to_another_release(self):
        for model in FROZEN:
            with refused(NEVER_CHANGE):
                run(f"UPDATE {model._meta.db_table} SET release_id = %s WHERE release_id = %s", self.public.pk, self.prepared.pk)

    def test_raw_sql_deletes_inserts_and_empties_nothing(self):
        for row in self.rows():
            table = row._meta.db_table
            columns = ", ".join(field.column for field in row._meta.concrete_fields if not field.primary_key)
            with refused(NEVER_ONE_BY_ONE):
                run(f"DELETE FROM {table} WHERE id = %s", row.pk)
            with refused(NEVER_ADDED):
                run(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = %s", row.pk)
        for model in FROZEN:
            with refused(NEVER_EMPTIED):
                run(f"TRUNCATE {model._meta.db_table}")
            with refused(NEVER_EMPTIED):
                run(f"TRUNCATE {model._meta.db_table} CASCADE")

    def test_an_upsert_changes_nothing_either(self):
        with refused(NEVER_ADDED):
            run(
                "INSERT INTO arrangements_releasedfile (release_id, name, media_type, content, size, sha256)"
                " SELECT release_id, name, media_type, '', 0, '' FROM arrangements_releasedfile"
                " ON CONFLICT (release_id, name) DO UPDATE SET content = ''"
            )

    def test_a_row_of_no_release_is_refused(self):
        file = ReleasedFile(release_id=0, name="a", media_type="text/csv", content=b"", size=0, sha256="")
        with pytest.raises(IntegrityError, match="goes_with_its_release"), transaction.atomic():
            file.save()

    # The release

    def test_what_a_prepared_release_says_of_itself_is_frozen(self):
        other_year = make_year(2010)
        changes: dict[str, Any] = {
            "year_id": other_year.pk,
            "revision": 9,
            "slug": "2010-11.r9",
            "kind": "revised",
            "compared_with_id": None,
            "prepared_by_id": make_analyst().pk,
            "prepared_at": datetime(2000, 1, 1, tzinfo=UTC),
            "public_note": "Other words.",
            "digest": "0" * 64,
        }
        kept = {"id", "version", "approved_by_id", "approved_at", "published_at"}
        assert {field.column for field in Release._meta.concrete_fields} == set(changes) | kept
        for release in self.releases:
            for column, value in changes.items():
                if getattr(release, column) == value:
                    value = self.public.pk  # compared_with, of the release that has none
                with refused(PREPARED_FOR_GOOD):
                    run(f"UPDATE arrangements_release SET {column} = %s WHERE id = %s", value, release.pk)
                with refused(PREPARED_FOR_GOOD), transaction.atomic():
                    Release.objects.filter(pk=release.pk).update(**{column: value})

    def test_a_digest_is_not_taken_away_to_open_the_rows_again(self):
        with refused(PREPARED_FOR_GOOD):
            run("UPDATE arrangements_release SET digest = ''")

    def test_an_approval_is_never_taken_back_or_passed_on(self):
        for changes in ("approved_by_id = NULL, approved_at = NULL, published_at = NULL", "approved_at = now()"):
            with refused("An approval is never taken back"):
                run(f"UPDATE arrangements_release SET {changes} WHERE id = %s", self.public.pk)
        with refused("An approval is never taken back"):
            run(
                "UPDATE arrangements_release SET approved_by_id = %s WHERE id = %s",
                make_publisher().pk,
                self.public.pk,
            )

    def test_an_approved_release_is_not_deleted(self):
        before = count_of_everything()
        with refused("An approved release is never discarded"):
            run("DELETE FROM arrangements_release WHERE id = %s", self.public.pk)
        with refused("An approved release is never discarded"), transaction.atomic():
            Release.objects.filter(pk=self.public.pk)._raw_delete("default")
        with pytest.raises(ProtectedError), transaction.atomic():
            Release.objects.filter(pk=self.public.pk).delete()
        with refused(NEVER_EMPTIED):
            run("TRUNCATE arrangements_release CASCADE")
        assert count_of_everything() == before

    # What the rows stand on

    def test_an_arrangement_and_a_council_with_frozen_rows_are_not_deleted(self):
        for kept in (self.small.ict, self.small.outsider):
            with pytest.raises(ProtectedError), transaction.atomic():
                kept.delete()


class DeletionTests(TestCase):
    def test_deleting_an_unapproved_release_by_raw_sql_takes_all_its_rows_and_no_others(self):
        small = make_small_year()
        year_before = make_year(2012)
        accept_all(year_before)
        public = make_release(year_before)
        before, counted = stored(public), count_of_everything()
        prepared = prepare(year=small.year, user=make_analyst(), at=MOMENT)
        run("DELETE FROM arrangements_release WHERE id = %s", prepared.pk)
        assert count_of_everything() == counted
        assert stored(public) == before

    def test_deleting_the_only_release_leaves_nothing(self):
        prepared = prepare(year=make_small_year().year, user=make_analyst())
        run("DELETE FROM arrangements_release WHERE id = %s", prepared.pk)
        assert count_of_everything() == NOTHING


class OncePerReleaseTests(TestCase):
    """While rows come in, each may come once; and money is held as the returns hold it."""

    def setUp(self):
        self.release = prepare(year=make_small_year().year, user=make_analyst())
        # As it is in the middle of its preparation: made, its digest not yet taken.
        self.unfinished = Release.objects.create(
            year=self.release.year, revision=2, slug="2013-14.r2", prepared_by=self.release.prepared_by, prepared_at=MOMENT
        )

    def test_each_row_comes_once(self):
        for model, name in {
            ReleasedArrangement: "an_arrangement_is_frozen_once_a_release",
            ReleasedCouncil: "a_council_is_frozen_once_a_release",
            ReleasedFigure: "a_figure_is_published_once_a_release",
            ReleasedFile: "a_file_is_published_once_a_release",
        }.items():
            row = model.objects.filter(release=self.release).first()
            row.pk, row.release = None, self.unfinished
            row.save()
            row.pk = None
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                row.save(force_insert=True)

    def test_an_amount_goes_with_a_figure_and_with_nothing_else(self):
        row = ReleasedArrangement.objects.of(self.release).first()
        row.release = self.unfinished
        for outcome, amount in (("figure", None), ("withheld", 0), ("not_returned", 5)):
            row.pk, row.outcome, row.amount = None, outcome, amount
            with pytest.raises(IntegrityError, match="amount_goes_with_a_figure"), transaction.atomic():
                row.save(force_insert=True)
