"""The rows of a formset as they were sent: read, put in another order, left out; what can't be so is left alone."""

import pytest
from django.http import QueryDict

from sharedservices.common.sent_rows import SentRows, as_number

SENT = (
    "rows-INITIAL_FORMS=2&rows-TOTAL_FORMS=3&rows-0-id=7&rows-0-read_version=4&rows-0-name=One&rows-1-id=9&rows-1-DELETE=on"
    "&rows-2-name=New&rows-2-tags=a&rows-2-tags=b&rows-__prefix__-name=&other-0-name=Else"
)


def rows(query: str = SENT) -> SentRows:
    return SentRows(QueryDict(query, mutable=True), "rows")


def test_rows_read_from_the_database_and_new_ones():
    found = rows()
    assert [(row.prefix, row.key, row.version, row.is_to_be_taken_out) for row in found.initial] == [
        ("rows-0", 7, 4, False),
        ("rows-1", 9, None, True),
    ]
    assert found.extra == [{"name": ["New"], "tags": ["a", "b"]}]


def test_they_are_renumbered_and_nothing_else_is_touched():
    found = rows()
    found.renumber([found.initial[1].fields], [{"name": ["Put back"]}, *found.extra])
    data = found.data
    assert (data["rows-INITIAL_FORMS"], data["rows-TOTAL_FORMS"]) == ("1", "3")
    assert (data["rows-0-id"], data["rows-1-name"], data.getlist("rows-2-tags")) == ("9", "Put back", ["a", "b"])
    assert data["other-0-name"] == "Else"
    assert "rows-__prefix__-name" in data
    assert "rows-0-read_version" not in data


@pytest.mark.parametrize(
    "query", ["", "rows-INITIAL_FORMS=2", "rows-INITIAL_FORMS=x&rows-TOTAL_FORMS=1", "rows-INITIAL_FORMS=-1&rows-TOTAL_FORMS=1"]
)
def test_without_sound_counts_there_are_none(query):
    assert not rows(query).is_sound
    assert rows(query).initial == []


def test_counts_that_promise_more_than_was_sent_promise_nothing():
    assert len(rows("rows-INITIAL_FORMS=999999999&rows-TOTAL_FORMS=999999999&rows-0-id=1").initial) == 1


def test_a_key_is_a_whole_number_that_a_column_can_hold():
    assert [as_number(text) for text in ("12", "", "x", "-1", "1.5", "9" * 10, "²", "٣")] == [12, *[None] * 7]
