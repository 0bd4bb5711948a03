"""An import is taken back as one act within thirty days: all is as before, except what was edited since."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.importing import repairing, uploads
from arrangements.returns.importing.committing import commit_import
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.tests.sheets import row_of, sheet
from arrangements.returns.importing.tests.staged import kinds, staged
from arrangements.returns.importing.undoing import outlook, undo_import
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.querying import settle_query
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.errors import RuleBroken


def state():
    """Answers, returns and queries as they stand, versions and keys apart."""
    return {
        "answers": sorted(ReportedSaving.objects.values_list("arrangement__name", "year", "outcome", "amount", "note")),
        "returns": sorted(AnnualReturn.objects.values_list("council__name", "state")),
        "queries": sorted(Query.objects.values_list("rule", "about", "state", "answer", "decision", "settled_by", "settled_at")),
    }


class UndoTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, before, cls.analyst = make_year(2014), make_year(2013), make_analyst()
        cls.councils = [make_council("First Council"), make_council("Second Council")]
        cls.fresh = make_return(cls.councils[0], cls.year)
        cls.begun = make_return(cls.councils[1], cls.year)
        cls.given, cls.other = (make_arrangement(cls.councils[0], make_council(), name=name) for name in ("Given", "Other"))
        cls.held, cls.doubted = (make_arrangement(cls.councils[1], make_council(), name=name) for name in ("Held", "Doubted"))
        for each in (cls.given, cls.other, cls.held, cls.doubted):
            make_saving(each, before, 100_000)
        answers = [
            Answer(cls.held.pk, "figure", 101_000, "Ledger"),
            Answer(cls.doubted.pk, "figure", 900_000, "Ledger", reason="A one-off sale of plant"),
        ]
        record_answers(annual_return=cls.begun, answers=answers, user=cls.analyst)
        cls.before = state()
        rows = [
            row_of(cls.given, cls.year, amount="102000", note="File"),
            row_of(cls.other, cls.year, amount="800000", note="File", reason="Includes the closing of depots"),
            row_of(cls.held, cls.year, amount="103000", note="File"),
            row_of(cls.doubted, cls.year, outcome="Withheld", amount="", note="Not agreed"),
        ]
        cls.table = sheet(rows)
        token = staged(cls.year, cls.table, cls.analyst, sha256="b" * 64)
        with uploads.held(token, cls.analyst.pk) as upload:
            cls.made = commit_import(staged=upload, user=cls.analyst)

    def undo(self, **more):
        return undo_import(the_import=ReturnImport.objects.get(pk=self.made.pk), user=self.analyst, **more)

    def fates(self):
        return {each.imported.arrangement.name: str(each.fate) for each in outlook(self.made)}

    def edit(self, arrangement, amount):
        ReportedSaving.objects.filter(arrangement=arrangement, year=self.year).update(amount=amount)

    def test_the_import_changed_what_undoing_has_to_put_back(self):
        assert state() != self.before
        assert (len(self.made.started), len(self.made.raised), len(self.made.settled)) == (1, 1, 1)

    def test_all_is_as_before_answers_returns_and_queries(self):
        undone = self.undo()
        assert (undone.put_back, undone.left_alone) == (4, 0)
        assert state() == self.before
        made = ReturnImport.objects.get()
        assert (made.undone_by, made.answers.filter(is_undone=True).count()) == (self.analyst, 4)

    def test_it_is_told_in_the_trail_by_the_door_import(self):
        self.undo()
        event = ReportedSaving.pgh_event_model.objects.filter(pgh_label="delete").latest("pgh_id")
        assert event.pgh_context.metadata == {
            "door": "import", "user": self.analyst.pk, "reason": "Import of returns.xlsx undone",
        }  # fmt: skip

    def test_what_was_edited_since_is_left_alone_unless_ticked(self):
        self.edit(self.held, 1)
        assert self.fates() == {"Given": "back", "Other": "back", "Held": "edited", "Doubted": "back"}
        undone = self.undo()
        assert (undone.put_back, undone.left_alone) == (3, 1)
        after = state()
        assert [one for one in after["answers"] if one not in self.before["answers"]] == [
            ("Held", self.year.pk, "figure", 1, "File")
        ]
        assert after["queries"] == self.before["queries"]

    def test_what_is_ticked_is_put_back_too(self):
        self.edit(self.held, 1)
        assert self.undo(also=[self.held.pk]).left_alone == 0
        assert state() == self.before

    def test_a_return_that_holds_an_answer_given_since_stays_in_progress(self):
        self.edit(self.given, 5)
        self.undo()
        assert AnnualReturn.objects.get(pk=self.fresh.pk).state == ReturnState.IN_PROGRESS

    def test_answers_on_a_return_that_is_submitted_by_now_stay(self):
        AnnualReturn.objects.filter(pk=self.fresh.pk).update(
            state=ReturnState.SUBMITTED, submitted_by=self.analyst, submitted_at="2015-05-01T12:00Z"
        )
        assert self.fates() == {"Given": "closed", "Other": "closed", "Held": "back", "Doubted": "back"}
        self.undo(also=[self.given.pk])
        assert ReportedSaving.objects.get(arrangement=self.given, year=self.year).amount == 102_000
        assert AnnualReturn.objects.get(pk=self.fresh.pk).state == ReturnState.SUBMITTED

    def test_a_query_of_the_import_that_somebody_judged_stays(self):
        settle_query(
            question=Query.objects.get(pk__in=self.made.raised), decision="The council showed the accounts", user=self.analyst
        )
        self.undo()
        kept = Query.objects.get(pk__in=self.made.raised)
        assert (kept.state, kept.decision) == ("settled", "The council showed the accounts")

    def test_a_query_of_the_import_that_somebody_took_up_is_settled(self):
        Query.objects.filter(pk__in=self.made.raised).update(assigned_to=self.analyst)
        self.undo()
        kept = Query.objects.get(pk__in=self.made.raised)
        assert (kept.state, kept.decision) == ("settled", "The import of returns.xlsx was undone.")

    def test_it_is_undone_once(self):
        self.undo()
        with pytest.raises(RuleBroken, match="was undone already"):
            self.undo()

    def test_thirty_days_and_no_longer(self):
        for days, seconds, may in [(30, -60, True), (30, 60, False)]:
            ReturnImport.objects.update(imported_at=self.made.imported_at - timedelta(days=days, seconds=seconds))
            assert ReturnImport.objects.get().can_still_be_undone is may
        with pytest.raises(RuleBroken, match="can be undone for 30 days"):
            self.undo()

    def test_who_may_not_may_not(self):
        with pytest.raises(PermissionDenied):
            undo_import(the_import=self.made, user=make_user(staff=True))

    def test_the_same_file_can_be_imported_once_more_afterwards(self):
        self.undo()
        token = staged(self.year, self.table, self.analyst, sha256="b" * 64)
        with uploads.held(token, self.analyst.pk) as upload:
            assert upload.head.imported_before is None
            repairing.choose(upload, dict.fromkeys(upload.head.undecided, "file"))
        assert kinds(token, self.analyst) == {"new": [2, 3], "changed": [4, 5]}

    def test_as_many_queries_for_many_answers_as_for_few(self):
        with CaptureQueriesContext(connection) as captured:
            outlook(self.made)
        assert len(captured) == 4
