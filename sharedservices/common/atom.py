"""Atom feeds (RFC 4287, paged as RFC 5005 has it), on Django's own generator: stable ids, nothing that changes by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed

AUTHOR = "Shared Services Register"
# What XML can't hold, however it is written.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One entry. `key` is unique in the register; `html` is its content, ready to be shown."""

    key: str
    title: str
    link: str
    at: datetime
    html: str


@dataclass(frozen=True)
class Feed:
    """A feed, or a page of one. `page` is the address of the page that shows the same, `following` that of the feed's next."""

    key: str
    title: str
    subtitle: str
    page: str
    at: datetime
    entries: Iterable[Entry]
    following: str | None = None


class _Atom(Atom1Feed):
    """Django's, with the moment that it is told instead of the clock's, and with the link to the next page."""

    def latest_post_date(self) -> datetime:
        return self.feed["at"]

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["following"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["following"]})


def tag(key: str, day: datetime) -> str:
    """An id that stands for ever (RFC 4151), whichever address the register has later."""
    return f"tag:{settings.FEED_AUTHORITY},{day:%Y-%m-%d}:{key}"


def atom(request: HttpRequest, feed: Feed) -> HttpResponse:
    """The feed as an answer, or that it hasn't changed. To be asked for each time anew: it changes at a moment, as pages do."""
    made = _Atom(
        title=feed.title,
        link=request.build_absolute_uri(feed.page),
        description="",
        language="en-GB",
        subtitle=feed.subtitle,
        author_name=AUTHOR,
        feed_url=request.build_absolute_uri(),
        feed_guid=f"tag:{settings.FEED_AUTHORITY},2015-01-01:{feed.key}",
        at=feed.at,
        following=request.build_absolute_uri(feed.following) if feed.following else None,
    )
    for entry in feed.entries:
        made.add_item(
            title=UNWRITABLE.sub("\ufffd", entry.title),
            link=request.build_absolute_uri(entry.link),
            description=UNWRITABLE.sub("\ufffd", entry.html),
            unique_id=tag(entry.key, entry.at),
            updateddate=entry.at,
        )
    content = made.writeString("utf-8").encode()
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    answer = HttpResponse(content, content_type=f"{Atom1Feed.content_type}", headers={"ETag": etag, "Cache-Control": "no-cache"})
    return get_conditional_response(request, etag=etag, response=answer) or answer
