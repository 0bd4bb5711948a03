"""Rows pasted from a spreadsheet: which line each is about, what goes where, and what is left out rather than guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrangements.returns.pasting import LONGEST, MOST_ROWS, Known, Pasted, read_rows
from arrangements.returns.vocabulary import Outcome

ICT = Known(
    47, "SSR-0047", "Kingston and Sutton shared ICT service",
    frozenset({"kingston upon thames", "royal borough of kingston upon thames", "e09000021", "sutton", "ict"}), 350_000, "figure",
)  # fmt: skip
CHILDREN = Known(5, "SSR-0005", "Achieving for Children", frozenset({"kingston upon thames", "richmond"}), None)
BOTH = [ICT, CHILDREN]


def paste(*cells: str, lines=BOTH, into: int | None = None) -> Pasted:
    """The one row of these cells."""
    [pasted] = read_rows("\t".join(cells), lines, into)
    return pasted


class TestTheLine:
    @pytest.mark.parametrize(
        "name", ["SSR-0047", "ssr-0047", "Kingston and Sutton shared ICT service", "kingston AND sutton SHARED ict service"]
    )
    def test_it_is_named_by_reference_or_name(self, name: str):
        assert paste(name, "410,000").line == ICT

    def test_a_reference_that_is_none_of_the_returns_is_told_whatever_the_name(self):
        pasted = paste("SSR-9999", CHILDREN.name, "410,000")
        assert (pasted.line, pasted.fields) == (None, {})
        assert pasted.problem == "SSR-9999 is not a line of this return."

    def test_a_row_that_names_none_needs_to_where_there_are_several(self):
        assert paste("410,000", "Ledger").problem == (
            "The row doesn’t say which line it is about. Copy the reference (SSR-…) or the arrangement’s name with it."
        )
        assert paste("410,000", "Ledger", lines=[ICT]).line == ICT
        assert paste("410,000", "Ledger", into=5).line == CHILDREN

    def test_a_row_pasted_into_another_line_than_it_names_fills_neither(self):
        pasted = paste("SSR-0047", "410,000", into=5)
        assert pasted.problem.startswith("The row is about SSR-0047 Kingston and Sutton shared ICT service, and was pasted into")
        assert pasted.fields == {}

    def test_a_row_that_names_two_is_two(self):
        assert (
            paste("SSR-0047", "SSR-0005", "410,000").problem
            == "The row names SSR-0047 and SSR-0005. Paste one row for each line."
        )

    def test_two_rows_about_one_line_fill_it_once(self):
        first, second = read_rows("SSR-0047\t1,000\nSSR-0047\t2,000", BOTH)
        assert first.fields["amount"] == "1,000"
        assert (second.problem, second.fields) == ("SSR-0047 is in an earlier row too. Paste one row for each line.", {})


class TestTheAnswer:
    @pytest.mark.parametrize("amount", ["410000", "£410,000", "410k", "0.41m", "-2,000", "0"])
    def test_an_amount_in_any_usual_spelling_is_a_figure(self, amount: str):
        assert paste("SSR-0047", amount).fields == {"outcome": Outcome.FIGURE, "amount": amount}

    @pytest.mark.parametrize("word", ["Not calculated", "not calculated", "not_calculated", "NOT CALCULATED"])
    def test_an_outcome_by_label_or_code_empties_the_amount(self, word: str):
        assert paste("SSR-0047", word, "No baseline").fields == {"outcome": "not_calculated", "amount": "", "note": "No baseline"}

    def test_the_words_after_the_answer_are_its_source_and_words_before_it_are_left_out(self):
        pasted = paste("SSR-0047", "IT", "410,000", "Ledger", "Checked by two")
        assert pasted.fields["note"] == "Ledger"
        assert [(cell.text, cell.goes) for cell in pasted.cells] == [
            ("SSR-0047", "Names the line"),
            ("IT", "Left out"),
            ("410,000", "Amount: £410,000"),
            ("Ledger", "Source, or why there is no figure"),
            ("Checked by two", "Left out"),
        ]

    def test_a_row_without_an_answer_and_one_with_both_fill_nothing(self):
        none = paste("SSR-0047", "Ledger")
        assert (none.fields, none.problem) == ({}, "No cell of the row is an amount or an outcome such as “Not calculated”.")
        both = paste("SSR-0047", "Withheld", "410,000")
        assert (both.fields, both.problem) == ({}, "The row holds both an amount and “Withheld”. Only one can be right.")

    def test_of_two_amounts_last_years_is_that_and_otherwise_nobody_guesses(self):
        assert paste("SSR-0047", "350000", "410000").fields["amount"] == "410000"
        assert paste("SSR-0047", "410000", "350,000").fields["amount"] == "410000"
        unclear = paste("SSR-0047", "400000", "410000")
        assert unclear.fields == {}
        assert unclear.problem == (
            "The row holds £400,000 and £410,000. Paste it with this year’s amount alone, or type that into the line."
        )

    def test_last_years_amount_alone_is_an_answer_that_a_check_will_doubt(self):
        assert paste("SSR-0047", "350000").fields["amount"] == "350000"

    def test_a_small_number_beside_an_amount_is_a_count_or_a_version(self):
        assert paste("SSR-0047", "2", "410000", "Ledger", "3").fields == {
            "outcome": "figure",
            "amount": "410000",
            "note": "Ledger",
        }
        assert paste("SSR-0047", "410").fields["amount"] == "410"

    def test_the_row_of_a_workbook_that_tells_last_year_too(self):
        row = [
            "Royal Borough of Kingston upon Thames", "E09000021", "2014/15", "SSR-0047", ICT.name, "Sutton", "ICT",
            "Figure", "350000", "Figure", "410000", "Council return, e-mail of 3 March", "", "1",
        ]  # fmt: skip
        pasted = paste(*row)
        assert pasted.fields == {"outcome": "figure", "amount": "410000", "note": "Council return, e-mail of 3 March"}
        assert [cell.goes for cell in pasted.cells if cell.text in ("Figure", "350000")] == [
            "Last year’s answer", "Last year’s answer", "Outcome: Figure",
        ]  # fmt: skip

    def test_quotation_marks_round_a_cell_are_the_spreadsheets(self):
        assert paste("SSR-0047", "410,000", '"The ""final"" return"').fields["note"] == 'The "final" return'


class TestTheText:
    def test_empty_rows_are_no_rows_and_ends_of_lines_are_alike(self):
        assert [row.number for row in read_rows("SSR-0047\t1,000\r\n\r\nSSR-0005\t2,000\r", BOTH)] == [1, 2]

    def test_nothing_too_much_and_too_many_are_told(self):
        [nothing] = read_rows(" \n\t\n", BOTH)
        assert nothing.problem == "Nothing was pasted. Copy a row in the spreadsheet and paste it here."
        [long] = read_rows("x" * (LONGEST + 1), BOTH)
        assert long.problem == "That is more than 100,000 letters. Paste the rows of this return alone."
        [many] = read_rows("SSR-0047\t1\n" * (MOST_ROWS + 1), BOTH)
        assert many.problem == "That is 201 rows; 200 at most are read here. Import the file instead."

    @given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\t\n£,.0123456789kKmSR-")), max_size=60))
    def test_no_text_whatever_fails_and_none_with_a_problem_fills_anything(self, text: str):
        for pasted in read_rows(f"SSR-0047\t{text}", BOTH) + read_rows(text, [ICT]):
            assert not (pasted.problem and pasted.fields)
            assert set(pasted.fields) <= {"outcome", "amount", "note"}
            assert pasted.problem or pasted.fields["outcome"] in Outcome.values
