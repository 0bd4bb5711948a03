"""Between upload and import nothing is written to the register; the upload is its owner's alone, and is put right row by row."""

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.returns.importing import cached, repairing, staging, steps, uploads
from arrangements.returns.importing.rows import RowKind
from arrangements.returns.importing.staging import NotKept
from arrangements.returns.importing.tests.counted import counted
from arrangements.returns.importing.tests.sheets import judged, row_of, sheet
from arrangements.returns.importing.tests.staged import kinds, staged
from arrangements.returns.importing.tests.twelve import make_spring
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken


class StagingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.spring = make_spring()
        cls.year = cls.spring.year
        cls.analyst, cls.other = make_analyst(), make_analyst()

    def setUp(self):
        self.token = staged(self.year, self.spring.table, self.analyst)

    def change(self, deed, *args):
        with uploads.held(self.token, self.analyst.pk) as upload:
            deed(upload, *args)
        return uploads.opened(self.token, self.analyst.pk)

    def row(self, number):
        [row] = uploads.opened(self.token, self.analyst.pk).judged([number])
        return row

    def test_what_is_kept_is_what_was_judged(self):
        upload = uploads.opened(self.token, self.analyst.pk)
        directly = judged(self.year, self.spring.table)
        assert {row.number: row for row in upload.judged(directly)} == directly
        assert upload.table() == self.spring.table
        assert kinds(self.token, self.analyst) == {
            "new": [2, 12], "changed": [3], "unchanged": [4], "stale": [5], "faulty": [6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17],
        }  # fmt: skip

    def test_from_upload_to_the_last_repair_no_row_and_no_sequence_of_the_register_moves(self):
        before = counted()
        self.token = staged(self.year, self.spring.table, self.analyst)
        self.change(repairing.put_right, 8, {"amount": "1200000"})
        self.change(repairing.choose, {5: "file"})
        self.change(repairing.leave_out, [17])
        self.change(repairing.leave_out_all_faulty)
        self.change(steps.check_again)
        self.change(steps.finish)
        assert counted() == before

    def test_nobody_else_opens_it(self):
        for token, owner in [(self.token, self.other), ("made-up", self.analyst), ("", self.analyst)]:
            with pytest.raises(NotKept):
                uploads.opened(token, owner.pk)
            with pytest.raises(NotKept), uploads.held(token, owner.pk):
                pass
        assert uploads.open_uploads(self.other.pk) == []
        assert [upload.token for upload in uploads.open_uploads(self.analyst.pk)] == [self.token]

    def test_what_has_expired_is_swept_out_and_what_is_worked_on_is_kept_whole(self):
        def expiring(ago):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE upload_entries SET expires = now() - %s::interval", [ago])

        def parts():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*), count(DISTINCT expires) FROM upload_entries WHERE cache_key LIKE %s", [f"%{self.token}:%"]
                )
                return cursor.fetchone()

        expiring("-3 days")
        self.change(repairing.leave_out, [17])
        assert parts()[1] == 1
        expiring("1 second")
        cached.sweep()
        assert parts()[0] == 0
        with pytest.raises(NotKept):
            uploads.opened(self.token, self.analyst.pk)

    def test_a_discarded_upload_is_gone(self):
        uploads.opened(self.token, self.analyst.pk).forget()
        assert uploads.open_uploads(self.analyst.pk) == []

    def test_a_decision_that_fails_leaves_all_as_it_was(self):
        for deed, *args in [
            (repairing.put_right, 8, {"version_of_the_moon": "1"}),
            (repairing.put_right, 999, {"amount": "1"}),
            (repairing.put_right, 8, {"amount": "1" * 6000}),
            (repairing.choose, {5: "mine"}),
            (repairing.choose, {999: "file"}),
        ]:
            with pytest.raises(RuleBroken):
                self.change(deed, *args)
        assert self.row(8).faults

    # Repairs

    def test_what_cannot_be_seen_in_a_typed_text_is_taken_out_as_it_is_of_a_file(self):
        self.change(repairing.put_right, 9, {"amount": " 410000\x00\u202e ", "note": "By phone\r\nand letter"})
        assert self.row(9).answer == ("figure", 410_000, "By phone\nand letter")

    def test_a_value_put_right_is_judged_at_once_and_the_counter_falls(self):
        upload = self.change(repairing.put_right, 9, {"amount": "410000"})
        assert self.row(9).kind == "new"
        assert upload.head.to_fix == 10

    def test_of_two_rows_about_one_arrangement_leaving_out_the_first_lets_the_second_count(self):
        self.change(repairing.leave_out, [12])
        assert (self.row(12).kind, self.row(13).kind) == ("left_out", "new")
        self.change(repairing.take_in, 12)
        assert (self.row(12).kind, self.row(13).faults[0].rule) == ("new", "second-row")

    def test_a_row_that_is_given_the_reference_of_another_is_the_second_and_no_longer_when_it_is_taken_back(self):
        reference = self.spring.by_row[2].reference
        self.change(repairing.put_right, 3, {"reference": reference, "arrangement": ""})
        assert self.row(3).faults[0].rule == "second-row"
        self.change(repairing.put_right, 2, {"reference": self.spring.by_row[3].reference, "arrangement": ""})
        assert (self.row(2).kind, self.row(3).kind) == ("changed", "new")

    def test_a_twin_among_the_rows_is_judged_again_when_the_amount_beside_it_changes(self):
        first, second = make_council("One Council"), make_council("Two Council")
        make_return(first, self.year)
        pair = [make_arrangement(first, second, name=f"Twin {number}") for number in (1, 2)]
        table = sheet([row_of(one, self.year, amount=f"{number}5000", note="Ledger") for number, one in enumerate(pair, 1)])
        self.token = staged(self.year, table, self.analyst)
        assert [row.faults[0].rule for row in (self.row(2), self.row(3))] == ["overlapping-arrangement"] * 2
        self.change(repairing.put_right, 2, {"outcome": "Withheld", "amount": ""})
        assert self.row(3).kind == "new"

    def test_a_repair_takes_as_many_queries_in_a_large_file_as_in_a_small_one(self):
        usual = self.spring.by_row[2].partnerships.get(answers=True).council

        def count(rows):
            made = [make_arrangement(usual, make_council()) for _ in range(rows)]
            table = sheet([row_of(one, self.year, amount="much") for one in made])
            self.token = staged(self.year, table, self.analyst)
            with CaptureQueriesContext(connection) as captured:
                self.change(repairing.put_right, 3, {"amount": "60000", "note": "Ledger"})
            return len(captured)

        assert count(3) == count(40)

    def test_the_choice_of_a_side_counts_and_all_colleagues_can_be_kept_at_once(self):
        upload = self.change(repairing.choose, {5: "file"})
        assert (self.row(5).kind, self.row(5).answer[1], upload.head.undecided) == ("changed", 430_000, [])
        self.change(repairing.choose, {5: "theirs"})
        assert (self.row(5).kind, self.row(5).choice) == ("stale", "theirs")
        self.token = staged(self.year, self.spring.table, self.analyst)
        upload = self.change(repairing.keep_all_theirs)
        assert (upload.head.undecided, self.row(5).choice) == ([], "theirs")

    def test_checking_again_finds_what_has_changed_in_the_register(self):
        make_saving(self.spring.by_row[2], self.year, 1_000)
        self.change(steps.check_again)
        self.change(steps.finish)
        assert self.row(2).kind == "stale"

    # Step by step

    def test_a_large_file_is_judged_piece_by_piece_as_it_would_be_at_once(self):
        directly = judged(self.year, self.spring.table)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(staging, "ROWS_A_PIECE", 4)
            token = staged(self.year, self.spring.table, self.analyst, to_the_end=False)
            shares = []
            while not uploads.opened(token, self.analyst.pk).head.is_ready:
                with uploads.held(token, self.analyst.pk) as upload:
                    shares.append(steps.progress(upload)[1])
                    steps.advance(upload, seconds=0)
            upload = uploads.opened(token, self.analyst.pk)
            assert {row.number: row for row in upload.judged(directly)} == directly
        assert shares == sorted(shares)
        assert len(shares) == 8
        assert upload.head.count(*RowKind.values) == 16
