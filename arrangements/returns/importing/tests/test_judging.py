"""Each row of a file is unchanged, new, changed, stale or faulty; each fault says where, what, why, and what can be picked."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.returns.importing.rows import Said
from arrangements.returns.importing.tests.sheets import judged, row_of, sheet
from arrangements.returns.importing.tests.twelve import make_spring
from arrangements.returns.models import Query
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council


class SpringTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.spring = make_spring()
        cls.year = cls.spring.year
        cls.rows = judged(cls.year, cls.spring.table)

    def fault(self, number):
        [fault] = self.rows[number].faults
        return fault

    def reference(self, number):
        return self.spring.by_row[number].reference

    def after(self, number, pick):
        """The row once the pick of that label's place was taken."""
        suggestion = self.fault(number).suggestions[pick]
        said = {number: Said(cells=suggestion.cells)} | {out: Said(is_left_out=True) for out in suggestion.leave_out}
        return judged(self.year, self.spring.table, said)[number]

    def test_rows_without_faults_are_new_changed_unchanged_or_stale(self):
        assert [self.rows[number].kind for number in range(2, 6)] == ["new", "changed", "unchanged", "stale"]
        assert self.rows[12].kind == "new"
        assert self.rows[3].changes == [("Amount", "£410,000", "£420,000")]

    def test_a_stale_row_shows_base_theirs_and_the_files(self):
        assert self.rows[5].sides == [("Amount", "£410,000", "£415,000", "£430,000")]
        assert self.rows[5].needs_decision

    def test_there_are_eleven_faults_in_the_order_of_the_rows_and_no_two_say_the_same(self):
        faults = [(number, fault) for number, row in self.rows.items() for fault in row.faults]
        assert [number for number, _ in faults] == [6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17]
        assert len({fault.message for _, fault in faults}) == 11
        assert len({fault.rule for _, fault in faults}) == 11

    def test_each_fault_says_its_cell_what_was_read_and_what_is_wrong(self):
        told = {number: (fault.cell, fault.read, fault.message) for number, row in self.rows.items() for fault in row.faults}
        assert told == {
            6: ("A6", "Kingston", "“Kingston” could be Kingston upon Hull or Kingston upon Thames. Which council is it?"),
            7: (
                "A7",
                "Oldford Council",
                "Oldford Council ended on 31 March 2014 and can’t report for 2014/15. Newford Council followed it.",
            ),
            8: (
                "K8",
                "1.2m approx",
                "“1.2m approx” is not an amount in pounds. Write it like 410,000, £410k or 0.41m. Did you mean £1,200,000?",
            ),
            9: ("K9", "410000000", told[9][2]),
            10: ("K10", "420000", "The row gives £420,000 and says “Not calculated”: one of the two is wrong."),
            11: ("J11", "", "The row gives a source (“Council return”), and neither an outcome nor an amount."),
            13: (
                "D13",
                self.reference(12),
                f"Row 13 is about {self.reference(12)} Twice, and so is row 12. One row counts.",
            ),
            14: (
                "E14",
                "Shared legal & audits service",
                "The register has no arrangement called “Shared legal & audits service” of Usual."
                f" Did you mean {self.reference(14)} Shared legal and audit service?",
            ),
            15: ("C15", "2013/14", "The row says 2013/14, and this import is for 2014/15."),
            16: (
                "K16",
                "420000",
                "“Amount in pounds” is a formula (it shows “420000”). The register takes values: a formula may show something"
                " else tomorrow.",
            ),
            17: (
                "E17",
                "Alone",
                f"{self.reference(17)} Alone has one party only (Usual) on 31 March 2015; an arrangement has two or more."
                " Add the missing partner in the register and check again, or leave the row out.",
            ),
        }
        assert "£410,000,000" in told[9][2]
        assert "£410,000?" in told[9][2]

    def test_only_the_odd_size_is_a_doubt(self):
        assert [number for number, row in self.rows.items() for fault in row.faults if fault.is_doubt] == [9]

    def test_all_but_the_missing_partner_are_put_right_by_one_pick_or_one_value(self):
        assert self.after(6, 0).line.name == "Kingston ICT"
        assert self.after(6, 1).line.reference == self.reference(6)
        assert self.after(7, 0).kind == "new"
        assert self.after(8, 0).answer[:2] == ("figure", 1_200_000)
        assert self.fault(9).suggestions[0].label == "Divide by 1,000: £410,000"
        assert self.after(9, 0).answer == ("figure", 410_000, "Council return")
        assert self.after(10, 0).answer == ("figure", 420_000, "Council return")
        assert self.after(10, 1).answer == ("not_calculated", None, "Council return")
        assert self.after(11, 0).answer == ("not_calculated", None, "Council return")
        assert self.after(13, 0).kind == "left_out"
        assert self.after(13, 1).answer[1] == 430_000
        assert self.after(14, 0).line.reference == self.reference(14)
        assert self.after(15, 0).kind == "new"
        assert self.after(16, 0).kind == "new"
        assert self.after(17, 0).kind == "left_out"

    def test_a_reason_of_ten_letters_meets_a_doubt_and_a_shorter_one_does_not(self):
        for reason, kind in [("It is right", "new"), ("So it is", "faulty")]:
            assert judged(self.year, self.spring.table, {9: Said(cells={"reason": reason})})[9].kind == kind

    def test_judging_writes_nothing_and_takes_as_many_queries_for_many_rows_as_for_few(self):
        def count(table):
            with CaptureQueriesContext(connection) as captured:
                judged(self.year, table)
            assert all(query["sql"].lstrip().startswith(("SELECT", "WITH")) for query in captured)
            return len(captured)

        usual = self.spring.by_row[2].partnerships.get(answers=True).council
        rows = [row.cells for row in self.spring.table.rows]
        texts = [{key: cell.text for key, cell in cells.items()} for cells in rows]
        many = [
            row_of(make_arrangement(usual, make_council()), self.year, outcome="Figure", amount=number, note="Ledger")
            for number in range(1, 60)
        ]
        assert count(sheet([*texts, *many])) == count(sheet(texts))


class OneRowTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year, cls.analyst = make_year(2014), make_analyst()
        cls.council = make_council("Testford Council")
        cls.asked = make_return(cls.council, cls.year)
        cls.bins = make_arrangement(cls.council, make_council("Elsewhere Council"), name="Testford bins")

    def row(self, without=(), formulas=(), said=None, **texts):
        return judged(self.year, sheet([row_of(self.bins, self.year, **texts)], formulas, without), said)[2]

    def rules(self, **texts):
        return [fault.rule for fault in self.row(**texts).faults]

    # Finding the line

    def test_a_reference_is_read_forgivingly(self):
        number = self.bins.reference.removeprefix("SSR-")
        for written in (self.bins.reference, f"ssr {number}", f"SSR{number}", number.lstrip("0")):
            assert self.row(reference=written, arrangement="", council="", gss_code="").line.pk == self.bins.pk

    def test_a_name_finds_the_line_whatever_its_capitals_and_generic_words(self):
        for written in ("Testford bins", "TESTFORD BINS", "The Testford Bins"):
            assert self.row(reference="", arrangement=written).line.pk == self.bins.pk

    def test_without_a_council_the_name_must_be_that_of_one_arrangement(self):
        alone = {"reference": "", "council": "", "gss_code": ""}
        assert self.row(**alone).line.pk == self.bins.pk
        other = make_arrangement(name="Testford bins")
        [fault] = self.row(**alone).faults
        assert fault.rule == "arrangement-ambiguous"
        assert [pick.cells["reference"] for pick in fault.suggestions] == [self.bins.reference, other.reference]

    def test_another_councils_name_beside_the_reference_is_asked_about(self):
        [fault] = self.row(council="Elsewhere Council", gss_code="").faults
        assert fault.rule == "another-council-answers"
        assert fault.suggestions[0].cells == {"council": "Testford Council", "gss_code": self.council.gss_code}

    def test_a_reference_with_the_name_of_another_arrangement_is_asked_about(self):
        other = make_arrangement(self.council, make_council(), name="Testford parks")
        [fault] = self.row(arrangement="Testford parks").faults
        assert fault.rule == "reference-and-name-differ"
        assert [pick.cells["reference"] for pick in fault.suggestions] == [self.bins.reference, other.reference]
        assert self.row(arrangement="Our bins").kind == "unanswered"

    def test_an_unknown_reference_is_never_replaced_by_the_name_without_asking(self):
        [fault] = self.row(reference="SSR-999999").faults
        assert fault.rule == "arrangement-unknown"
        assert fault.suggestions[0].cells["reference"] == self.bins.reference

    def test_a_row_that_names_nothing_says_so(self):
        assert self.rules(reference="", arrangement="", outcome="Figure") == ["arrangement-missing"]
        assert self.rules(reference="the bins", arrangement="") == ["arrangement-missing"]

    def test_an_unknown_council_is_named(self):
        assert self.rules(reference="", council="Atlantis", gss_code="") == ["council-unknown"]
        assert self.rules(council="Atlantis", gss_code="") == ["council-unknown"]

    def test_a_slip_in_the_councils_name_beside_the_reference_is_forgiven(self):
        assert self.rules(council="Tesford", gss_code="") == []

    # Reading the answer

    def test_outcomes_are_read_by_label_or_code_and_usual_sayings(self):
        for written in ("Not calculated", "not_calculated", "NOT CALCULATED", "n/c", "[x]", "not quantified"):
            assert self.row(outcome=written, note="No baseline").answer[0] == "not_calculated"

    def test_what_may_mean_two_outcomes_is_offered(self):
        [fault] = self.row(outcome="n/a", note="No baseline").faults
        assert fault.message == "“n/a” can mean “Not calculated” or “Not aimed at savings”."
        assert [pick.label for pick in fault.suggestions] == ["Not calculated", "Not aimed at savings"]

    def test_an_amount_alone_is_a_figure(self):
        assert self.row(amount="£410k", note="Ledger").answer == ("figure", 410_000, "Ledger")

    def test_an_amount_under_the_outcome_and_an_outcome_under_the_amount_are_put_in_their_place(self):
        [fault] = self.row(outcome="£410,000").faults
        assert fault.suggestions[0].cells == {"outcome": "Figure", "amount": "410000"}
        [fault] = self.row(amount="not calculated").faults
        assert fault.suggestions[0].cells == {"outcome": "Not calculated", "amount": ""}

    def test_pence_and_nil_are_asked_about(self):
        [fault] = self.row(amount="410,000.50").faults
        assert fault.suggestions[0].cells == {"amount": "410001"}
        [fault] = self.row(amount="nil").faults
        assert fault.suggestions[0].label == "Nothing was saved: £0"

    def test_a_figure_without_a_source_names_the_file_and_the_row(self):
        assert self.row(amount="410000").answer[2] == "Workbook returns.xlsx, row 2"
        assert self.rules(outcome="Too early to say") == ["source-missing"]

    def test_a_blank_row_is_no_answer_yet_and_an_answer_taken_away_is_refused(self):
        assert self.row().kind == "unanswered"
        make_saving(self.bins, self.year, 410_000, note="Ledger")
        [fault] = self.row(outcome="", amount="").faults
        assert fault.rule == "answer-taken-away"
        assert self.row(outcome="", amount="", note="", version="").kind == "unchanged"
        assert self.row(outcome="", amount="", note="", without=["version"]).kind == "unchanged"

    def test_a_note_left_empty_keeps_the_one_that_stands_under_the_same_answer(self):
        make_saving(self.bins, self.year, 410_000, note="Ledger")
        assert self.row(note="").kind == "unchanged"
        assert self.row(note="", amount="420000").changes == [
            ("Amount", "£410,000", "£420,000"),
            ("Note", "Ledger", "Workbook returns.xlsx, row 2"),
        ]

    def test_a_formula_is_refused_where_it_would_be_read_and_nowhere_else(self):
        assert self.row(outcome="Figure", amount="5000", formulas=[(2, "amount")]).faults[0].rule == "formula"
        assert self.row(amount="500000", formulas=[(2, "partners"), (2, "last_amount")]).kind == "new"

    def test_a_year_is_read_in_its_usual_spellings(self):
        for written in ("2014/15", "2014-15", "2014/2015", "FY14/15", ""):
            assert self.rules(year=written) == []
        assert self.rules(year="2014") == ["year-unreadable"]

    def test_a_version_that_the_register_never_wrote_is_named(self):
        assert self.rules(amount="500000", version="new") == ["version-unreadable"]

    # Beside what stands

    def test_a_return_that_is_closed_takes_no_change_but_lets_the_same_answer_pass(self):
        make_saving(self.bins, self.year, 410_000, note="Ledger")
        type(self.asked).objects.update(state="submitted", submitted_by=self.analyst, submitted_at="2015-05-01T12:00Z")
        assert self.row().kind == "unchanged"
        assert self.rules(amount="420000") == ["return-not-open"]

    def test_a_row_that_the_file_left_as_it_was_is_no_conflict_when_a_colleague_changed_the_answer(self):
        saving = make_saving(self.bins, self.year, 410_000, note="Ledger")
        row = row_of(self.bins, self.year)
        saving.amount = 500_000
        saving.save()
        assert judged(self.year, sheet([row]))[2].kind == "unchanged"

    def test_changes_of_different_fields_can_be_taken_together(self):
        saving = make_saving(self.bins, self.year, 410_000, note="Ledger")
        row = row_of(self.bins, self.year, amount="420000")
        saving.note = "Ledger, corrected"
        saving.save()
        stale = judged(self.year, sheet([row]))[2]
        assert stale.needs_decision
        both = judged(self.year, sheet([row]), {2: Said(choice="both", version=stale.version)})[2]
        assert both.answer == ("figure", 420_000, "Ledger, corrected")
        theirs = judged(self.year, sheet([row]), {2: Said(choice="theirs", version=stale.version)})[2]
        assert (theirs.kind, theirs.needs_decision) == ("stale", False)
        mine = judged(self.year, sheet([row]), {2: Said(choice="file", version=stale.version)})[2]
        assert (mine.kind, mine.answer[1], mine.answer[2]) == ("changed", 420_000, "Ledger")

    def test_a_choice_about_an_answer_that_has_changed_again_does_not_count(self):
        saving = make_saving(self.bins, self.year, 410_000, note="Ledger")
        row = row_of(self.bins, self.year, amount="420000")
        saving.amount = 500_000
        saving.save()
        chosen = {2: Said(choice="file", version=2)}
        assert judged(self.year, sheet([row]), chosen)[2].kind == "changed"
        saving.amount = 600_000
        saving.save()
        assert judged(self.year, sheet([row]), chosen)[2].needs_decision

    def test_an_answer_where_there_was_none_is_stale_beside_another_one_given_since(self):
        row = row_of(self.bins, self.year, amount="420000", note="Ledger")
        make_saving(self.bins, self.year, 410_000)
        assert judged(self.year, sheet([row]))[2].needs_decision

    def test_without_versions_in_the_file_the_preview_is_the_reading(self):
        make_saving(self.bins, self.year, 410_000, note="Ledger")
        assert self.row(amount="420000", without=["version"]).kind == "changed"

    def test_a_doubt_met_before_is_not_raised_again(self):
        make_saving(self.bins, make_year(2013), 100_000)
        assert self.rules(amount="900000") == ["three-times"]
        Query.objects.create(
            annual_return=self.asked, arrangement=self.bins, rule="three-times", about="£900,000", text="?",
            raised_by=self.analyst, raised_at="2015-05-01T12:00Z",
        )  # fmt: skip
        assert self.rules(amount="900000") == []
