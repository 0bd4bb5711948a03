"""Files that spreadsheets and programs open alike."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedservices.common.csvfile import cell, csv_bytes, csv_response


def read_back(content: bytes) -> list[list[str]]:
    """The rows as a program reads them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (0, 0),
        (-410_000, -410_000),
        (True, "yes"),
        (False, "no"),
        ("", ""),
        ("Kent", "Kent"),
        (date(2014, 3, 31), "2014-03-31"),
        (["Kingston", "Sutton"], "Kingston; Sutton"),
        ((), ""),
    ],
)
def test_a_value_stands_in_its_cell_as_people_expect(value, shown):
    assert cell(value) == shown
    assert type(cell(value)) is type(shown)


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_taken_for_a_formula(text):
    assert cell(text) == f"'{text}"
    assert cell([text, "Kent"]) == f"'{text}; Kent"


def test_not_reported_and_zero_stay_apart():
    assert csv_bytes(["saving"], [[None], [0]]).decode("utf-8-sig") == 'saving\r\n""\r\n0\r\n'


def test_a_file_begins_with_the_mark_that_spreadsheets_need_and_one_header():
    content = csv_bytes(["name", "saving"], [["Ynys Môn", 5]])
    assert content.startswith(b"\xef\xbb\xbfname,saving\r\n")
    assert read_back(content) == [["name", "saving"], ["Ynys Môn", "5"]]


def test_an_empty_list_is_a_header_alone():
    assert read_back(csv_bytes(["name"], [])) == [["name"]]


@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_commas_quotes_and_lines_in_a_text_come_back_as_they_were(texts):
    [_, row] = read_back(csv_bytes(["column"] * len(texts), [texts]))
    assert row == [cell(text) for text in texts]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in row)


def test_a_response_is_a_download_with_its_name():
    response = csv_response("arrangements.csv", ["name"], [["Kent"]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="arrangements.csv"'
    assert read_back(response.content) == [["name"], ["Kent"]]
