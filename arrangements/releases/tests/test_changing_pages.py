"""What changed between two releases, as a page, a feed and a document that can be replayed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from arrangements.releases.changing import KINDS, RowChange, replayed
from arrangements.releases.changing_pages import ROWS
from arrangements.releases.changing_pages import published as rows_of
from arrangements.releases.models import Release
from arrangements.releases.tests.test_pages import published, words  # noqa: F401 the same three years
from sharedservices.common.csvfile import csv_bytes
from sharedservices.common.tests.feeds import feed_of, whole_feed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
BASE = "/releases/2013-14.r1/changes"


@pytest.fixture(autouse=True)
def _day(settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)


def as_json(rows):
    return json.loads(json.dumps(rows, cls=DjangoJSONEncoder))


def changes_in(client, address):
    """The changes of the document."""
    return [RowChange(each["kind"], each["key"], "", each["old"], each["new"]) for each in client.get(address).json()["changes"]]


@pytest.mark.parametrize(
    ("earlier", "later"), [("2012-13.r2", "2013-14.r1"), ("2012-13.r1", "2013-14.r1"), ("2012-13.r1", "2012-13.r2")]
)
def test_the_document_replayed_over_the_earlier_release_gives_the_rows_and_files_of_the_later(client, earlier, later):
    before, after = (Release.objects.get(slug=slug) for slug in (earlier, later))
    changes = changes_in(client, f"/releases/{later}/changes.json?since={earlier}")
    assert changes
    got = replayed(as_json(rows_of(before)[0]), changes)
    assert got == as_json(rows_of(after)[0])
    files = {file.name: bytes(file.content) for file in after.files.all()}
    for kind, name in zip(KINDS, ("figures.csv", "arrangements.csv", "councils.csv"), strict=True):
        columns = list(ROWS[kind][3])
        keys = after.figures.order_by("position").values_list("key", flat=True) if kind == "figure" else sorted(got[kind])
        assert csv_bytes(columns, ([got[kind][key][column] for column in columns] for key in keys)) == files[name]


def test_the_page_tells_old_and_new_with_the_release_s_public_note(client):
    text = words(client, "/releases/2012-13.r2/changes/")
    assert "From 2012/13, revision 1 to 2012/13, revision 2" in text
    assert "First was fifty thousand too much." in text
    assert "Saving: £400,000 became → £350,000" in text
    assert "Changed: Reported savings Figure: £400,000 became → £350,000" in text
    text = words(client, f"{BASE}/")
    assert "From 2012/13, revision 2 to 2013/14, revision 1" in text
    assert "Added: Second" in text
    assert "Arrangements: 1 added, 1 changed" in text


def test_it_can_be_narrowed_and_measured_from_another_release(client):
    text = words(client, f"{BASE}/?about=arrangement&since=2012-13.r1")
    assert "From 2012/13, revision 1 to 2013/14, revision 1" in text
    assert "Saving: £400,000 became → £300,000" in text
    assert "Changed: Reported savings" not in text


def test_the_first_release_says_that_there_is_none_before(client):
    assert "there is none before it to compare it with" in words(client, "/releases/2012-13.r1/changes/")
    assert whole_feed(client, "/releases/2012-13.r1/changes.atom") == []


@pytest.mark.parametrize("question", ["since=2013-14.r1", "since=2014-15.r1", "about=savings", "page=0", "page=99", "sort=name"])
def test_what_cannot_be_answered_is_refused(client, question):
    for address in ("/", ".atom"):
        assert client.get(f"{BASE}{address}?{question}").status_code == 400


def test_the_feed_has_an_entry_for_each_change_with_ids_that_stay(client, settings):
    entries = whole_feed(client, f"{BASE}.atom")
    assert len(entries) == len(changes_in(client, f"{BASE}.json"))
    assert {each.updated for each in entries} == {Release.objects.get(slug="2013-14.r1").published_at}
    reference = Release.objects.get(slug="2013-14.r1").arrangements.get(name="Second").reference
    named = f"tag:{settings.FEED_AUTHORITY},2014-05-20:releases/2013-14.r1/since/2012-13.r2/arrangement/{reference}"
    assert named in {each.key for each in entries}
    for link in {each.link for each in entries}:
        assert client.get(link).status_code == 200
    corrected = whole_feed(client, "/releases/2012-13.r2/changes.atom")
    assert all("First was fifty thousand too much." in each.html for each in corrected)
    assert any("<del>£400,000</del>" in each.html and "<ins>£350,000</ins>" in each.html for each in corrected)


def test_the_feed_is_the_same_bytes_until_something_changes_and_then_not_sent_again(client):
    first = client.get(f"{BASE}.atom")
    assert first.content == client.get(f"{BASE}.atom").content
    assert first["Cache-Control"] == "no-cache"
    again = client.get(f"{BASE}.atom", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_page_and_feed_are_public_with_their_release_and_not_before(client, settings):
    later = "/releases/2014-15.r1/changes"
    assert {client.get(f"{later}{each}").status_code for each in ("/", ".atom", ".json")} == {404}
    settings.REGISTER_TODAY = date(2015, 5, 21)
    assert {client.get(f"{later}{each}").status_code for each in ("/", ".atom", ".json")} == {200}


def test_pages_name_their_feeds(client):
    head = client.get("/releases/2013-14.r1/").content.decode().partition("</head>")[0]
    for address in ("/changes.atom", "/releases/2013-14.r1/changes.atom"):
        assert 'type="application/atom+xml"' in head
        assert f'href="{address}"' in head
        feed_of(client, address)
