"""The columns' headings: what people write over them, and what they must not be taken for."""

import pytest

from arrangements.returns.workbook.columns import ANSWERED, COLUMNS, is_ours, key_of, missing_from


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Amount in pounds", "amount"),
        ("amount (£)", "amount"),
        ("AMOUNT_IN_POUNDS", "amount"),
        ("  Amount:  ", "amount"),
        ("Last year's amount", "last_amount"),
        ("Last year’s amount in pounds", "last_amount"),
        ("GSS code", "gss_code"),
        ("Arrangement ref.", "reference"),
        ("Council\nname", "council"),
        ("row-version", "version"),
    ],
)
def test_capitals_spaces_and_punctuation_do_not_matter(heading, key):
    assert key_of(heading) == key


@pytest.mark.parametrize(
    "heading", ["Amount (£000)", "Amount £k", "Saving (%)", "Saving (€)", "Amount £m", "Saving 2012/13", "Checked by", "", "£"]
)
def test_another_unit_or_year_is_another_column(heading):
    assert key_of(heading) is None


def test_no_heading_stands_for_two_columns():
    headings = [heading for column in COLUMNS for heading in {column.key, column.heading, *column.also}]
    assert all(key_of(heading) == column.key for column in COLUMNS for heading in (column.key, column.heading, *column.also))
    assert len(headings) > 60


def test_only_the_answer_is_open_to_be_filled_in():
    assert ANSWERED == ("outcome", "amount", "note", "reason")


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        (["reference", "outcome", "amount"], []),
        (["arrangement", "council", "outcome", "amount"], []),
        (["council", "year"], ["reference", "outcome", "amount"]),
        (["reference", "amount"], ["outcome"]),
    ],
)
def test_what_is_needed_is_the_arrangement_and_both_parts_of_the_answer(there, missing):
    assert missing_from(there) == missing


def test_the_registers_own_column_is_known_as_such():
    assert is_ours("what is WRONG")
    assert key_of("What is wrong") is None
