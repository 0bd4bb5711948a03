"""A feed as its reader has it: held to what RFC 4287 asks of one, and followed from page to page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.test import Client

ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Read:
    """One entry."""

    key: str
    title: str
    link: str
    updated: datetime
    html: str


def feed_of(client: Client, address: str) -> tuple[Any, list[Read], str | None]:
    """The root, the entries of one page, and the address of the next; fails where the feed is none."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated"):
        assert [each.text for each in root.findall(f"{ATOM}{needed}")] != [], needed
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    links = {each.get("rel"): each.get("href") for each in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://testserver{address}"
    assert "alternate" in links
    entries = [_entry(each) for each in root.findall(f"{ATOM}entry")]
    assert len({each.key for each in entries}) == len(entries), "two entries have one id"
    following = links.get("next")
    return root, entries, following.removeprefix("http://testserver") if following else None


def _entry(entry: Any) -> Read:
    def text(name: str) -> str:
        found = entry.findall(f"{ATOM}{name}")
        assert len(found) == 1, name
        return found[0].text or ""

    assert text("id").startswith("tag:")
    return Read(
        text("id"),
        text("title"),
        entry.find(f"{ATOM}link").get("href").removeprefix("http://testserver"),
        datetime.fromisoformat(text("updated")),
        text("summary"),
    )


def whole_feed(client: Client, address: str) -> list[Read]:
    """The entries of all pages."""
    entries: list[Read] = []
    following: str | None = address
    while following:
        _, found, following = feed_of(client, following)
        entries += found
    assert len({each.key for each in entries}) == len(entries), "two entries have one id"
    return entries
