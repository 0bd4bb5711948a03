"""An import is one act: all accepted rows or none, judged again under lock, by who may, recorded once."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.test import TestCase

from arrangements.returns.importing import repairing, uploads
from arrangements.returns.importing.committing import RegisterMoved, commit_import
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.tests.counted import counted
from arrangements.returns.importing.tests.sheets import row_of, sheet
from arrangements.returns.importing.tests.staged import kinds, staged
from arrangements.returns.importing.tests.twelve import make_spring
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.tests.builders import make_analyst, make_year
from councils.tests.builders import make_user
from sharedservices.common.errors import RuleBroken


class CommitTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.spring = make_spring()
        cls.year, cls.analyst = cls.spring.year, make_analyst()

    def ready(self, analyst=None):
        """The token of the upload with its faults left out and the colleague's answer kept."""
        owner = analyst or self.analyst
        token = staged(self.year, self.spring.table, owner, sha256="a" * 64)
        with uploads.held(token, owner.pk) as upload:
            repairing.leave_out_all_faulty(upload)
            repairing.keep_all_theirs(upload)
        return token

    def commit(self, token, user=None):
        user = user or self.analyst
        with uploads.held(token, user.pk) as upload:
            return commit_import(staged=upload, user=user)

    def answer(self, number):
        return ReportedSaving.objects.filter(arrangement=self.spring.by_row[number], year=self.year).first()

    def test_new_and_changed_rows_are_stored_and_recorded_and_the_upload_is_let_go(self):
        token = self.ready()
        made = self.commit(token)
        assert (made.new, made.changed, made.rows, made.left_out) == (2, 1, 16, 11)
        assert [self.answer(number).amount for number in (2, 3, 4, 5, 12)] == [420_000, 420_000, 410_000, 415_000, 420_000]
        told = {
            answer.row: (answer.before_in_words, answer.after_in_words, answer.version_after) for answer in made.answers.all()
        }
        assert told == {2: ("no answer", "£420,000", 1), 3: ("£410,000", "£420,000", 2), 12: ("no answer", "£420,000", 1)}
        assert uploads.opened(token, self.analyst.pk).head.import_made == made.pk
        assert uploads.open_uploads(self.analyst.pk) == []

    def test_one_event_for_each_answer_stored_and_none_for_the_others_by_the_door_import_naming_the_file(self):
        events = ReportedSaving.pgh_event_model.objects
        before = events.latest("pgh_id").pgh_id
        self.commit(self.ready())
        told = [(event.pgh_label, event.pgh_context.metadata) for event in events.filter(pgh_id__gt=before)]
        said = {"door": "import", "user": self.analyst.pk, "reason": "Import of returns.xlsx"}
        assert sorted(label for label, _ in told) == ["insert", "insert", "update"]
        assert all(metadata == said for _, metadata in told)

    def test_returns_not_started_are_in_progress_and_the_import_knows_which_it_started(self):
        made = self.commit(self.ready())
        started = AnnualReturn.objects.filter(pk__in=made.started)
        assert [(each.council.name, each.state) for each in started] == [("Usual Council", "in_progress")]

    def test_a_doubt_met_by_a_reason_becomes_a_query_that_the_import_knows(self):
        token = staged(self.year, self.spring.table, self.analyst)
        with uploads.held(token, self.analyst.pk) as upload:
            repairing.put_right(upload, 9, {"reason": "A new contract, confirmed by phone"})
            repairing.leave_out_all_faulty(upload)
            repairing.keep_all_theirs(upload)
        made = self.commit(token)
        query = Query.objects.get()
        assert made.raised == [query.pk]
        assert (query.rule, query.state, query.answer) == ("thousand-fold", "answered", "A new contract, confirmed by phone")

    def test_it_is_refused_while_rows_are_to_fix_or_wait_for_a_choice(self):
        token = staged(self.year, self.spring.table, self.analyst)
        with pytest.raises(RuleBroken, match=r"Rows 6, 7, 8, 9, 10, 11, 13, 14, 15, 16 and 1 more are still to fix"):
            self.commit(token)
        with uploads.held(token, self.analyst.pk) as upload:
            repairing.leave_out_all_faulty(upload)
        with pytest.raises(RuleBroken, match="Row 5 changed on both sides"):
            self.commit(token)

    def test_an_answer_changed_after_the_preview_stops_the_whole_import(self):
        token = self.ready()
        ReportedSaving.objects.filter(arrangement=self.spring.by_row[3]).update(amount=1)
        before = counted()
        with pytest.raises(RegisterMoved):
            self.commit(token)
        after = counted()
        assert {name for name in before if before[name] != after[name]} == set()
        assert kinds(token, self.analyst)["changed"] == [3]

    def assert_stopped_by(self, deed):
        token = self.ready()
        deed()
        with pytest.raises(RegisterMoved):
            self.commit(token)
        assert not ReturnImport.objects.exists()

    def test_a_return_closed_after_the_preview_stops_it_too(self):
        submitted = {"state": "submitted", "submitted_by": self.analyst, "submitted_at": "2015-05-01T12:00Z"}
        self.assert_stopped_by(lambda: AnnualReturn.objects.update(**submitted))

    def test_a_partner_gone_after_the_preview_stops_it_too(self):
        self.assert_stopped_by(lambda: self.spring.by_row[2].partnerships.filter(answers=False).delete())

    def test_a_doubt_come_up_after_the_preview_stops_it_too(self):
        last_year = make_year(2013).reported_savings.filter(arrangement=self.spring.by_row[2])
        self.assert_stopped_by(lambda: last_year.update(amount=420))

    def test_another_answer_to_a_row_that_the_file_left_as_it_is_does_not_stop_it(self):
        token = self.ready()
        ReportedSaving.objects.filter(arrangement=self.spring.by_row[4]).update(amount=1)
        self.commit(token)
        assert self.answer(4).amount == 1

    # Again

    def test_the_same_file_again_has_nothing_to_do_although_it_had_errors(self):
        self.commit(self.ready())
        before = counted()
        token = staged(self.year, self.spring.table, self.analyst, sha256="a" * 64)
        assert kinds(token, self.analyst) == {
            "unchanged": [2, 3, 4, 12], "stale": [5], "left_out": [6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17],
        }  # fmt: skip
        with pytest.raises(RuleBroken, match="Nothing to do"):
            self.commit(token)
        assert counted() == before

    def test_the_same_rows_in_another_file_change_nothing_either(self):
        self.commit(self.ready())
        table = sheet([row_of(self.spring.by_row[number], self.year) for number in (2, 3, 4, 12)])
        assert kinds(staged(self.year, table, self.analyst), self.analyst) == {"unchanged": [2, 3, 4, 5]}

    def test_confirming_twice_stores_once(self):
        token = self.ready()
        self.commit(token)
        with pytest.raises(RuleBroken):
            self.commit(token)
        assert ReturnImport.objects.count() == 1

    # Who may

    def clerk(self, *permissions):
        clerk = make_user(staff=True)
        clerk.user_permissions.set(Permission.objects.filter(codename__in=["add_returnimport", *permissions]))
        return clerk

    def test_who_may_only_add_is_refused_naming_the_rows_that_change(self):
        clerk = self.clerk("add_reportedsaving")
        token = self.ready(clerk)
        with pytest.raises(RuleBroken) as refusal:
            self.commit(token, clerk)
        assert refusal.value.messages == ["You may not change answers, and row 3 would. Leave them out, or ask someone who may."]
        with uploads.held(token, clerk.pk) as upload:
            repairing.leave_out(upload, [3])
        assert self.commit(token, clerk).new == 2

    def test_who_may_only_change_is_refused_naming_the_rows_that_are_new(self):
        clerk = self.clerk("change_reportedsaving")
        with pytest.raises(RuleBroken, match="You may not give new answers, and rows 2 and 12 would"):
            self.commit(self.ready(clerk), clerk)

    def test_who_may_not_import_may_not(self):
        stranger = make_user(staff=True)
        with pytest.raises(PermissionDenied):
            self.commit(self.ready(stranger), stranger)

    def test_analysts_and_publishers_may(self):
        for name in ("analyst", "publisher"):
            held = Group.objects.get(name=name).permissions.filter(codename__contains="returnimport")
            assert set(held.values_list("codename", flat=True)) == {
                "view_returnimport",
                "add_returnimport",
                "change_returnimport",
            }

    # What is kept

    def test_imports_are_seen_by_staff_alone(self):
        made = self.commit(self.ready())
        assert list(ReturnImport.objects.visible_to(self.analyst)) == [made]
        assert not ReturnImport.objects.visible_to(make_user()).exists()

    def test_a_figure_without_a_source_is_stored_with_the_file_and_the_row(self):
        arrangement = self.spring.by_row[2]
        token = staged(self.year, sheet([row_of(arrangement, self.year, amount="420000")]), self.analyst)
        self.commit(token)
        assert self.answer(2).note == "Workbook returns.xlsx, row 2"

    def test_an_imported_arrangement_cannot_be_deleted_from_under_its_record(self):
        made = self.commit(self.ready())
        with pytest.raises(ProtectedError) as refused:
            self.spring.by_row[2].delete()
        assert made.answers.get(row=2) in refused.value.protected_objects
